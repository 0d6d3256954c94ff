"""Which story an article belongs to: a pure decision over the neighbours that storage found.

In go the article's facts and its neighbours with their similarities (`news.reading.Neighbour`); out comes `Join` with the story
and the reasons, or `Found` for a story of its own. A pair is scored in log-odds of being one event (`Weights`), from the
similarity of the texts, how far it stands out among all neighbours, words that both headlines have, numbers and names that
both texts have. Rules over the pairs:

- A near-copy is in the story of its original, whatever else.
- Veto: headlines with different ordinals ("12th", "13th package"), alike but for the day ("Weather on 8 May", "on 9 May"), or
  whose actors the other text does not know at all.
- Without vectors a headline alone is weighed by itself: how near it is to another text, since nothing else is there.
- Names in a headline that the other text does not have at all count against a pair where both sides have some: stages of one
  election name other states and other people in headlines that begin alike.
- Two articles of one publisher need more: a newsroom writes one article for an event and many on its subject. So do days between.
- A story counts by its nearest members' average, and more when members of many outlets are near. Only the share of its members that are
  near supports it, so a large story with one near member draws nobody in: chains do not form.
- An article that surely belongs to two stories shows that they are one: `merges`.

Weights are of one embedding model (`StoryRules.model`): cosines of two models do not compare. They were fitted once on
labelled pairs and clusters, are measured by `benchmarks/stories_quality.py` and hold for all data; how they were chosen and
what speaks against each choice is told in docs/decisions/0003-one-event-one-story.md.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from news.facts import name_words
from news.ids import ArticleId, ModelId, StoryId
from news.reading import Facts, Neighbour
from news.vetoes import Headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Log-odds that a pair is one event, for each unit of evidence; at 0 it is as likely as not."""

    bias: float
    similarity: float  # for a cosine of 1
    standing_out: float  # for a similarity of e times the neighbours' median
    standing_out_most: float  # what is above that counts as that
    usual: float  # median similarity that is taken for granted where there are few neighbours
    names_known: float  # for texts that name enough to be told apart by; a headline alone needs more
    title: float  # for headlines that share all words of the shorter one
    numbers: float  # for many shared numbers; half of it for one
    names: float  # for sharing all names beyond those that articles of one subject have in common
    strangers: float  # less for each name that a headline has and the other text has not, where both have such
    support: float  # for each doubling of the outlets among the members that are near


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRules:
    """How a story is told from another one."""

    model: str  # the family of embedding models that the weights are for
    unrelated: float = 0.0  # cosine of unrelated texts under that model; similarities are stretched from there to 1
    by_vector: Weights = Weights(
        bias=-5.23,
        similarity=3.6,
        standing_out=0.5,
        standing_out_most=0.6,
        usual=0.2,
        names_known=2.0,
        title=4.5,
        numbers=0.17,
        names=0.0,
        strangers=0.5,
        support=0.7,
    )
    by_words: Weights = Weights(
        bias=-1.73,
        similarity=0.0,
        standing_out=1.95,
        standing_out_most=0.79,
        usual=0.05,
        names_known=0.0,
        title=3.7,
        numbers=0.6,
        names=0.95,
        strangers=0.0,
        support=0.5,
    )
    by_headline: Weights = Weights(  # by words, where one of the two is next to nothing but its headline
        bias=-3.04,
        similarity=8.0,
        standing_out=0.0,
        standing_out_most=0.0,
        usual=0.05,
        names_known=0.0,
        title=0.0,
        numbers=0.4,
        names=0.0,
        strangers=0.0,
        support=0.5,
    )
    same_publisher: float = 1.45  # log-odds less
    per_day: float = 0.15  # log-odds less for each day between two articles
    near: float = -0.5  # log-odds from which a member supports its story
    merge: float = 0.5  # log-odds that an article needs for two stories to make them one
    members: int = 3  # nearest members of a story whose scores are averaged
    within: timedelta = timedelta(hours=72)  # on either side; a story can go on for longer, link by link
    neighbours: int = 40


RULES = (
    StoryRules(model="minilm"),
    StoryRules(model="e5", unrelated=0.7),  # its cosines lie between .7 and 1 (E5 paper, section on temperature)
)
"""Rules by model family; the first one stands for a model that is not listed."""

NAMES_USUAL = 0.25  # share of names that articles of one subject have in common
NAMES_ENOUGH = 6  # words of names by which a text can be told apart
TITLE_MOST = 0.6  # share of headline words; agencies' clients rewrite the rest
HEADLINE_MOST_CHARS = 300  # what is longer is a text that stands in the headline's place
FAR_ANYWAY = -3.0  # log-odds up to which nobody looks for a veto: reading headlines is most of what a decision costs
STRANGERS_MOST = 4  # names on either side; headlines that name many more are rare
_VETOED = -9.0  # log-odds
_PRIOR = 8  # neighbours that the usual similarity counts for


def rules_for(model: ModelId) -> StoryRules:
    """The rules whose weights were chosen for a model."""
    name = model.partition("@")[0].casefold().replace("_", "-")
    return next((rules for rules in RULES if rules.model in name), RULES[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The article that is to be placed."""

    article_id: ArticleId
    title: str
    publisher: str
    published_at: datetime
    lang: str | None
    facts: Facts
    text_chars: int  # without the headline
    copy_of: ArticleId | None = None
    original_story: StoryId | None = None  # of the article that it nearly repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """The article belongs to this story; `reasons` are (what, log-odds) of the nearest member and of the others' support."""

    story_id: StoryId
    reasons: tuple[tuple[str, float], ...] = ()
    merges: tuple[StoryId, ...] = ()  # stories that it shows to be the same one


@dataclass(frozen=True, slots=True)
class Found:
    """The article begins a story."""


@dataclass(frozen=True, slots=True)
class _Link:
    """What joins the article to a story."""

    story_id: StoryId
    margin: float
    reasons: tuple[tuple[str, float], ...]


def assign(subject: Subject, neighbours: Sequence[Neighbour], rules: StoryRules) -> Join | Found:
    """The story of an article."""
    if subject.original_story is not None:
        return Join(story_id=subject.original_story, reasons=(("copy", 1.0),))
    for neighbour in neighbours:
        if neighbour.copy_of == subject.article_id or neighbour.article_id == subject.copy_of:
            return Join(story_id=neighbour.story_id, reasons=(("copy", 1.0),))
    by_story: dict[StoryId, list[_Pair]] = defaultdict(list)
    sizes: dict[StoryId, int] = defaultdict(int)
    for neighbour in neighbours:
        sizes[neighbour.story_id] = max(sizes[neighbour.story_id], neighbour.story_size)
    scale, pairs = _pairs(subject, neighbours, rules)
    for neighbour, pair in zip(neighbours, pairs, strict=True):
        by_story[neighbour.story_id].append(pair)
    weighed = [_link(story_id, pairs, sizes[story_id], scale.weights, rules) for story_id, pairs in by_story.items()]
    links = [link for link in weighed if link.margin >= 0]
    if not links:
        return Found()
    best = max(links, key=lambda link: (link.margin, -link.story_id))
    merges = sorted(link.story_id for link in links if link is not best and link.margin >= rules.merge)
    return Join(story_id=best.story_id, reasons=best.reasons, merges=tuple(merges))


def outlet_of(publisher: str, article_id: ArticleId) -> str:
    """Whose an article is; what was given by hand without an address is nobody else's."""
    return publisher if "." in publisher else f"article {article_id}"


def pair_scores(subject: Subject, neighbours: Sequence[Neighbour], rules: StoryRules) -> list[float]:
    """The log-odds that each neighbour reports the subject's event, in their order."""
    return [pair.score for pair in _pairs(subject, neighbours, rules)[1]]


@dataclass(frozen=True, slots=True)
class _Scale:
    """What similarities and names are worth among these neighbours."""

    weights: Weights
    usual: float  # similarity of a neighbour
    rarity: Mapping[str, float]  # of words of names; empty where names weigh nothing
    own_names: frozenset[str]

    @classmethod
    def of(
        cls,
        subject: Subject,
        neighbours: Sequence[Neighbour],
        names: Sequence[frozenset[str]],
        rules: StoryRules,
    ) -> "_Scale":
        by_words = bool(neighbours) and neighbours[0].by_words
        weights = rules.by_words if by_words else rules.by_vector
        count = len(neighbours)
        middle = median([_stretched(each, rules) for each in neighbours]) if neighbours else 0.0
        usual = (middle * count + weights.usual * _PRIOR) / (count + _PRIOR)
        own = name_words(subject.facts)
        return cls(weights, usual, _rarity(own, names) if weights.names else {}, own)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The evidence that two articles are one event: (what, log-odds), and their sum."""

    score: float
    outlet: str  # the neighbour's
    reasons: tuple[tuple[str, float], ...]


def _pairs(subject: Subject, neighbours: Sequence[Neighbour], rules: StoryRules) -> tuple[_Scale, list[_Pair]]:
    """The evidence for each neighbour, and what it was weighed on."""
    names = [name_words(neighbour.facts) for neighbour in neighbours]
    scale = _Scale.of(subject, neighbours, names, rules)
    headline = Headline.of(subject.title, subject.lang)
    return scale, [
        _pair(subject, headline, neighbour, others, scale, rules)
        for neighbour, others in zip(neighbours, names, strict=True)
    ]


def _pair(
    subject: Subject,
    headline: Headline,
    neighbour: Neighbour,
    others: frozenset[str],
    scale: _Scale,
    rules: StoryRules,
) -> _Pair:
    other = Headline.of(neighbour.title, neighbour.lang)
    share = headline.shared_share(other)
    own = scale.own_names
    bare = _is_bare(subject.title, subject.text_chars), _is_bare(neighbour.title, neighbour.text_chars)
    weights = rules.by_headline if neighbour.by_words and any(bare) else scale.weights
    similarity = _stretched(neighbour, rules)
    outstanding = math.log(max(similarity, 0.005) / max(scale.usual, 0.01))
    enough = min(1.0, min(len(own), len(others)) / NAMES_ENOUGH)
    shared_names = _shared_names(own, others, scale.rarity) if enough and weights.names else 0.0
    shared_numbers = _telling(subject.facts.numbers & neighbour.facts.numbers)
    days = abs(subject.published_at - neighbour.published_at) / timedelta(days=1)
    reasons = (
        ("bias", weights.bias),
        ("similarity", weights.similarity * similarity),
        ("standing_out", weights.standing_out * min(outstanding, weights.standing_out_most)),
        ("text", weights.names_known * enough),
        ("headline", weights.title * min(share, TITLE_MOST)),
        ("numbers", weights.numbers * (1 - 0.5 ** len(shared_numbers))),
        ("names", weights.names * (shared_names - NAMES_USUAL) * enough),
        ("time", -rules.per_day * days),
        ("publisher", -rules.same_publisher * _is_one_publisher(subject.publisher, neighbour.publisher)),
    )
    score = sum(worth for _, worth in reasons)
    outlet = outlet_of(neighbour.publisher, neighbour.article_id)
    if score <= FAR_ANYWAY:
        return _Pair(score, outlet, reasons)
    if headline.vetoes(other, share) or headline.is_of_others(other, own, others):
        return _Pair(_VETOED, outlet, (("veto", _VETOED),))
    strange = -weights.strangers * min(headline.strangers(other, own, others, alone=all(bare)), STRANGERS_MOST)
    return _Pair(score + strange, outlet, (*reasons, ("strangers", strange)))


def _link(story_id: StoryId, pairs: list[_Pair], size: int, weights: Weights, rules: StoryRules) -> _Link:
    """How likely the article belongs to a story: its nearest members' average, and the support of all that are near."""
    nearest = sorted(pairs, key=lambda pair: -pair.score)[: rules.members]
    near = [pair.outlet for pair in pairs if pair.score > rules.near]
    share = len(near) / max(size, len(near), 1)
    support = weights.support * math.log2(max(len(set(near)), 1)) * share
    average = sum(pair.score for pair in nearest) / len(nearest)
    return _Link(story_id, average + support, (*nearest[0].reasons, ("support", support)))


def _stretched(neighbour: Neighbour, rules: StoryRules) -> float:
    """The similarity from 0 for unrelated texts to 1 for equal ones."""
    if neighbour.by_words:
        return neighbour.similarity
    return (neighbour.similarity - rules.unrelated) / (1 - rules.unrelated)


def _is_bare(title: str, text_chars: int) -> bool:
    """Whether an article is its headline, or says it once more at most."""
    return text_chars <= min(len(title), HEADLINE_MOST_CHARS)


def _rarity(own: frozenset[str], names: Sequence[frozenset[str]]) -> dict[str, float]:
    """How telling each name is here: one that every second neighbour has tells little."""
    holders = Counter(word for words in names for word in words)
    count = len(names) + 2
    return {word: math.log(count / (holders[word] + 1)) + 0.3 for word in own | set(holders)}


def _is_one_publisher(one: str, two: str) -> bool:
    """Whether two articles are of one outlet; what was given by hand without an address says nothing about it."""
    return one == two and "." in one


def _shared_names(own: frozenset[str], others: frozenset[str], rarity: Mapping[str, float]) -> float:
    """The share of the names of the text that has fewer, rare ones weighing more."""
    least = min(_weighed(own, rarity), _weighed(others, rarity))
    return _weighed(own & others, rarity) / max(least, 1e-9)


def _weighed(words: Collection[str], rarity: Mapping[str, float]) -> float:
    return sum(max(rarity[word], 0.1) for word in words)


def _telling(numbers: frozenset[str]) -> frozenset[str]:
    """Numbers that are not in every text: more than one digit, or with a unit."""
    return frozenset(number for number in numbers if len(number) > 1)
