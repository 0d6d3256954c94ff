"""Which story an article belongs to: a pure decision over the neighbours that storage found.

In go the article's facts and its neighbours with their similarities (`news.reading.Neighbour`); out comes `Join` with the story
and the reasons, or `Found` for a story of its own. Four signals make a pair's score: similarity of the texts, names that both
have (rare among the neighbours weighs more), numbers that both have, hours between them. Rules over them:

- A near-copy is in the story of its original, whatever else.
- Veto: headlines with different ordinals ("12th", "13th package"), or with other actors throughout.
- Rescue: many shared names outweigh few shared words, by the score itself.
- Two articles of one publisher need more: a newsroom writes one article for an event and many on its subject.
- The larger a story, the more a newcomer has to have in common with its members' average, so that chains do not form.
- An article that surely belongs to two stories shows that they are one: `merges`.

Thresholds are of one embedding model (`StoryRules.model`): cosines of two models do not compare. They were chosen once with
`benchmarks/stories_quality.py` and hold for all data; see `docs/decisions/0003-story-thresholds.md`.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.facts import extract, name_words
from news.folding import folded, name_stem
from news.ids import ArticleId, ModelId, StoryId
from news.reading import Facts, Neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRules:
    """Thresholds and weights. A score is a similarity from 0 to 1 with additions and deductions of the size named."""

    model: str = ""  # the embedding model that `join` was chosen for
    join: float = 0.62  # score from which a pair is one story, by vectors
    join_by_words: float = 0.30  # likewise by tf-idf words
    names_weight: float = 0.30  # times how far the shared names exceed `names_usual`
    names_usual: float = 0.25  # share of names that articles of one subject have in common
    numbers_weight: float = 0.06  # for shared numbers
    same_publisher: float = 0.08  # more is needed
    growth: float = 0.02  # more is needed for each doubling of a story
    growth_most: float = 0.08
    days_weight: float = 0.03  # less for each day between two articles
    merge: float = 0.06  # more is needed to make two stories one
    members: int = 3  # nearest members of a story whose scores are averaged
    within: timedelta = timedelta(hours=72)  # on either side; a story can go on for longer, link by link
    neighbours: int = 40


RULES = (
    StoryRules(model="all-MiniLM-L6-v2"),
    StoryRules(
        model="e5", join=0.90, names_weight=0.12, same_publisher=0.02, growth=0.006, growth_most=0.02, merge=0.02
    ),
)
"""Rules by model family; the first one stands for a model that is not listed."""


def rules_for(model: ModelId) -> StoryRules:
    """The rules whose thresholds were chosen for a model."""
    name = model.partition("@")[0].casefold().replace("_", "-")
    return next((rules for rules in RULES if rules.model.casefold() in name), RULES[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The article that is to be placed."""

    article_id: ArticleId
    title: str
    publisher: str
    published_at: datetime
    lang: str | None
    facts: Facts
    copy_of: ArticleId | None = None
    original_story: StoryId | None = None  # of the article that it nearly repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """The article belongs to this story; `reasons` are (what, worth) and sum up to the score above the threshold."""

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
    rarity = _rarity(subject, neighbours)
    title = _Headline.of(subject.title, subject.lang)
    by_story: dict[StoryId, list[tuple[float, tuple[tuple[str, float], ...]]]] = defaultdict(list)
    sizes: dict[StoryId, int] = {}
    vetoed: set[StoryId] = set()
    for neighbour in neighbours:
        sizes[neighbour.story_id] = neighbour.story_size
        if title.vetoes(_Headline.of(neighbour.title, neighbour.lang), subject.facts, neighbour.facts):
            vetoed.add(neighbour.story_id)
            continue
        reasons = pair_reasons(subject, neighbour, rarity, rules)
        by_story[neighbour.story_id].append((sum(worth for _, worth in reasons), reasons))
    links = [
        link
        for story_id, scored in by_story.items()
        if (link := _link(story_id, scored, sizes[story_id], rules)).margin >= 0 and story_id not in vetoed
    ]
    if not links:
        return Found()
    best = max(links, key=lambda link: (link.margin, -link.story_id))
    merges = sorted(
        link.story_id for link in links if link is not best and min(link.margin, best.margin) >= rules.merge
    )
    return Join(story_id=best.story_id, reasons=best.reasons, merges=tuple(merges))


def pair_reasons(
    subject: Subject, neighbour: Neighbour, rarity: Mapping[str, float], rules: StoryRules
) -> tuple[tuple[str, float], ...]:
    """What a pair's score is made of; it is at least 0 where the two are one story."""
    needed = rules.join_by_words if neighbour.by_words else rules.join
    own, other = name_words(subject.facts), name_words(neighbour.facts)
    days = abs(subject.published_at - neighbour.published_at) / timedelta(days=1)
    reasons = [("similarity", neighbour.similarity - needed)]
    if own and other:
        shared = _weighed(own & other, rarity) / max(min(_weighed(own, rarity), _weighed(other, rarity)), 1e-9)
        reasons.append(("names", rules.names_weight * (shared - rules.names_usual)))
    numbers = _telling(subject.facts.numbers) & _telling(neighbour.facts.numbers)
    reasons.append(("numbers", rules.numbers_weight * (1 - 0.5 ** len(numbers))))
    reasons.append(("time", -rules.days_weight * days))
    if subject.publisher == neighbour.publisher:
        reasons.append(("publisher", -rules.same_publisher))
    return tuple(reasons)


def best_title(current: str, other: str) -> str:
    """The clearer one of two real headlines; the present one where they are alike."""
    return other if _clarity(other) > _clarity(current) + 1 else current


def _link(
    story_id: StoryId, scored: list[tuple[float, tuple[tuple[str, float], ...]]], size: int, rules: StoryRules
) -> _Link:
    """How far the average of the nearest members is above what a story of this size asks for."""
    nearest = sorted(scored, reverse=True)[: rules.members]
    grown = min(rules.growth * math.log2(max(size, 1)), rules.growth_most)
    average = sum(score for score, _ in nearest) / len(nearest)
    return _Link(story_id, average - grown, (*nearest[0][1], ("size", -grown)))


def _rarity(subject: Subject, neighbours: Sequence[Neighbour]) -> dict[str, float]:
    """How telling each of the subject's names is here: one that every second neighbour has tells little."""
    holders = Counter(word for neighbour in neighbours for word in name_words(neighbour.facts))
    count = len(neighbours) + 2
    return {word: math.log(count / (holders[word] + 1)) + 0.3 for word in name_words(subject.facts) | set(holders)}


def _weighed(words: Collection[str], rarity: Mapping[str, float]) -> float:
    return sum(max(rarity.get(word, 1.0), 0.1) for word in words)


def _telling(numbers: frozenset[str]) -> frozenset[str]:
    """Numbers that are not in every text: more than one digit, or with a unit."""
    return frozenset(number for number in numbers if len(number) > 1)


_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th|-?(?:й|я|е|го|му|ый|ая)|º|ª|\.)(?=\s)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class _Headline:
    """What a headline says for a veto."""

    ordinals: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, title: str, lang: str | None) -> "_Headline":
        plain = folded(title)
        return cls(
            ordinals=frozenset(_ORDINAL.findall(plain)),
            words=frozenset(name_stem(word) for word in _WORD.findall(plain)),
            names=name_words(extract(title, lang)) if lang != "de" else frozenset(),
        )

    def vetoes(self, other: "_Headline", own_facts: Facts, other_facts: Facts) -> bool:
        """Whether the two cannot be one event, however near their texts are."""
        if self.ordinals and other.ordinals and not self.ordinals & other.ordinals:
            return True
        if len(self.names) < 2 or len(other.names) < 2 or self.names & other.words or other.names & self.words:
            return False
        # none of the actors of either headline is anywhere in the other article
        return not self.names & name_words(other_facts) and not other.names & name_words(own_facts)


def _clarity(title: str) -> float:
    """How well a headline stands for a story: a statement of 5 to 14 words, neither shouted nor a question."""
    words = title.split()
    clarity = 3.0 - abs(min(max(len(words), 5), 14) - len(words)) * 0.5
    clarity -= 2.0 * title.isupper()
    clarity -= 1.5 * title.rstrip().endswith(("?", "…", "...", "!", "？", "！"))
    clarity -= 0.5 * (":" in title or "|" in title)
    return clarity
