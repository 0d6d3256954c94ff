"""What a story says in at most forty words: one or two cited sentences out of what several publishers wrote of it.

`opening` tells a story to who has not heard of it: the sentence that most of its publishers bear out, that its articles put first
and that is new, then one that adds to it, of another publisher where there is one. `news_since` tells what later versions
added, the newest first. Where a model has written the story, what it wrote and the verifier let pass is its opening. A sentence is
told as it was stored; one too long for the limit is passed over, and where a story has no
other, it ends at a clause, with what was deleted recorded. Passed over as well: openings that lean on a sentence left
out, numbers that a later report renews, and what only repeats. Who says the same is cited with it. Everything is pure.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter

from news.disagreeing import SAME_TIME, renewed
from news.entities import Article
from news.facts import extract, missing
from news.folding import folded
from news.headlines import Titled
from news.ids import ArticleId
from news.lexicon import FIRST_PERSON, NEGATIONS
from news.reading import CitedSentence, StoryUpdate
from news.reports import OPENING_SENTENCES, about, current_articles, written_of
from news.told import Offer, Told, offers
from news.wording import alike, bag, count_words, overlap, stems

MOST_WORDS = 40
"""Of the sentences of a story in a digest: human summaries of the kind have a median of 29 words (WCEP)."""

MOST_SENTENCES = 2
MOST_CITED = 3
"""Articles that a sentence names when more say the same."""

_LEAST_WORDS = 4  # of a sentence that tells something
_LEAST_LEFT = 15  # words of a sentence that ends at a clause: a shorter opening may say something else
_SHORT = 8  # words below which a sentence is a fragment more often than news
_FRESH = timedelta(hours=12)  # in which what an article says loses half its freshness
_LEAST_SAID = 2  # words that a first sentence has and the headline has not
_GRAVE = 1.0  # faults with which a sentence is not told beside another
_LEAST_NEW = 4  # words that a second sentence adds
_NEW_SHARE = 0.5  # of its words
_SAME = 0.8  # share of a sentence's words that another one has which says the same

_BREAK = re.compile(r"[,;:–—]\s|[，、；]|[،؛]\s")
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"https?://|www\.|\w@\w")
_QUOTATION = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"|「[^」]*」")
_QUOTED = '"“«„「『‘'


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a sentence gains or loses when the first one is chosen, and the second."""

    support: float = 1.5  # mean share of its words in each other family's articles
    early: float = 0.75  # 1/sqrt(1 + place)
    summary: float = 0.2  # it stands in its article's summary
    fresh: float = 0.4  # halved every `_FRESH` before the story's newest article
    title: float = 1.0  # share of the headline's words
    head: float = 0.1  # it is of the article that gives the headline
    repeats: float = 1.5  # it says no more than the headline
    quoted: float = 0.5  # it begins with somebody's words
    personal: float = 1.0  # somebody speaks in it, and it does not say who
    asking: float = 0.6
    short: float = 0.3
    address: float = 1.0  # it names a web or mail address: an appeal, no news
    other_family: float = 0.3
    new: float = 1.0  # share of the second's words that the first has not


WEIGHTS = Weights()


def opening(told: Told, head: Titled, weights: Weights = WEIGHTS) -> tuple[CitedSentence, ...]:
    """The story in one or two sentences of its articles in the language of its headline; empty where none can be told."""
    written = written_of(told, head)
    if written:
        return written
    articles = current_articles(told, head)
    known = {article.id for article in articles}
    by_article = about(head, articles, {article.id: offers(told, article) for article in articles})
    offered = [
        offer
        for article in articles
        for offer in by_article.get(article.id, ())
        if article.copy_of not in known and (offer.chosen or offer.place < OPENING_SENTENCES)
    ]
    usable = _current([offer for offer in offered if not offer.leans and offer.words >= _LEAST_WORDS])
    fitting = [offer for offer in usable if offer.words <= MOST_WORDS]
    if not fitting:
        return _shortest(usable or offered)
    scores = _scores(fitting, by_article, head, weights)
    first = max(fitting, key=lambda offer: (scores[id(offer)], offer.article.published_at, -offer.place))
    second = _second(first, fitting, scores, head.title, weights)
    chosen = [first, *second]
    if second and second[0].article.id == first.article.id:
        chosen.sort(key=attrgetter("place"))
    everything = [offer for each in reversed(by_article.values()) for offer in each]
    return tuple(_cited(offer, everything) for offer in chosen)


def news_since(told: Told, since_version: int, head: Titled, weights: Weights = WEIGHTS) -> tuple[CitedSentence, ...]:
    """What later versions added, the newest first; empty where nothing of it can be told.

    Of one version's sentences those come first that speak of the headline, stand early and can be read alone.
    """
    lang, of_title = told.lang(head.article), stems(head.title)
    articles = {article.id: article for article in told.articles}
    by_article = {article_id: offers(told, article) for article_id, article in articles.items()}
    later = [each for each in told.story.updates_after(since_version) if each.article_id in articles]
    later.sort(key=lambda update: (articles[update.article_id].published_at, update.version), reverse=True)
    found: list[Offer] = []
    for update in later:
        added = _of_update(update, articles[update.article_id], told, by_article[update.article_id])
        found += sorted(added, key=lambda offer: -_worth(offer, of_title, weights))
    spoken = [offer for offer in found if lang is None or told.lang(offer.article) == lang] or found
    alone = _current([offer for offer in spoken if not offer.leans]) or spoken
    chosen: list[Offer] = []
    left = MOST_WORDS
    for offer in alone:
        repeats = any(alike(offer.sentence.text, known.sentence.text) for known in chosen)
        if offer.words <= left and not repeats and len(chosen) < MOST_SENTENCES:
            chosen.append(offer)
            left -= offer.words
    everything = [offer for each in reversed(by_article.values()) for offer in each]
    return tuple(_cited(offer, everything) for offer in chosen) if chosen else _shortest(alone)


def has_news(told: Told, since_version: int, out: Collection[ArticleId] = ()) -> bool:
    """Whether a later version came with an article that is told."""
    known = {article.id for article in told.articles if article.id not in out}
    return any(each.article_id in known for each in told.story.updates_after(since_version))


def _of_update(update: StoryUpdate, article: Article, told: Told, offered: Sequence[Offer]) -> list[Offer]:
    """An update's sentences as the article has them now; one that is no longer in it is not told."""
    present = {text: offer for offer in offered for text in (offer.sentence.text, offer.whole)}
    found = [present[sentence.text] for sentence in update.sentences if sentence.text in present]
    if found or any(citation.revision != article.revision for each in update.sentences for citation in each.citations):
        return found
    family = told.family(article)  # its sentences were read anew, by another version of the splitter
    return [
        Offer(each, each.text, article, family, place, leans=False, chosen=True)
        for place, each in enumerate(update.sentences)
    ]


def _current(offered: Sequence[Offer]) -> list[Offer]:
    """Without the sentences whose number a later report gives anew."""
    return [
        offer
        for offer in offered
        if not any(_is_later(other, offer) and renewed(offer.sentence.text, other.sentence.text) for other in offered)
    ]


def _is_later(one: Offer, other: Offer) -> bool:
    """Whether one was told so much later than the other that its numbers replace the other's."""
    after = one.article.published_at - other.article.published_at
    return after > SAME_TIME or (after > timedelta(0) and one.family == other.family)


def _scores(
    offered: Sequence[Offer], by_article: Mapping[ArticleId, Sequence[Offer]], head: Titled, weights: Weights
) -> dict[int, float]:
    """What each sentence is worth as the first, by its identity."""
    said: dict[str, set[str]] = {}
    for each in by_article.values():
        for offer in each:
            said.setdefault(offer.family, set()).update(offer.stems)
    newest = max(offer.article.published_at for offer in offered)
    of_title = stems(head.title)
    scores = {}
    for offer in offered:
        others = [words for family, words in said.items() if family != offer.family]
        shares = [len(offer.stems & words) / max(1, len(offer.stems)) for words in others]
        score = weights.support * sum(shares) / max(1, len(shares)) + _worth(offer, of_title, weights)
        score += weights.summary * offer.chosen + weights.fresh * 0.5 ** (
            (newest - offer.article.published_at) / _FRESH
        )
        score += weights.head * (offer.article.id == head.article.id)
        score -= weights.repeats * (len(offer.stems - of_title) < _LEAST_SAID)
        scores[id(offer)] = score
    return scores


def _worth(offer: Offer, of_title: frozenset[str], weights: Weights) -> float:
    """What a sentence is worth by itself: early, near the headline, without faults."""
    share = len(of_title & offer.stems) / max(1, len(of_title))
    return weights.title * share + weights.early / math.sqrt(1 + offer.place) - _faults(offer, weights)


def _faults(offer: Offer, weights: Weights) -> float:
    text = offer.sentence.text
    return (
        weights.quoted * (text[:1] in _QUOTED)
        + weights.personal * any(word in FIRST_PERSON for word in _WORD.findall(_QUOTATION.sub("", text).lower()))
        + weights.asking * (text[-1:] in "?？؟")
        + weights.short * (offer.words < _SHORT)
        + weights.address * bool(_ADDRESS.search(text))
    )


def _second(
    first: Offer, fitting: Sequence[Offer], scores: Mapping[int, float], title: str, weights: Weights
) -> list[Offer]:
    """The sentence that adds most to the first within what is left of the limit; empty where none does."""
    known = first.stems | stems(title)
    best: tuple[float, Offer] | None = None
    for offer in fitting:
        new = len(offer.stems - known)
        share = new / max(1, len(offer.stems))
        if first.words + offer.words > MOST_WORDS or new < _LEAST_NEW or share < _NEW_SHARE:
            continue
        if _faults(offer, weights) >= _GRAVE:
            continue
        if alike(first.sentence.text, offer.sentence.text) or _contradicts(first, offer):
            continue
        worth = scores[id(offer)] + weights.other_family * (offer.family != first.family) + weights.new * share
        if best is None or worth > best[0]:
            best = (worth, offer)
    return [] if best is None else [best[1]]


def _contradicts(one: Offer, other: Offer) -> bool:
    """Whether two sentences count the same thing differently: side by side they would confuse."""
    return renewed(one.sentence.text, other.sentence.text)


def _cited(offer: Offer, everything: Iterable[Offer]) -> CitedSentence:
    """The sentence with the articles of other families that say the same."""
    citations = dict.fromkeys(offer.sentence.citations)
    families = {offer.family}
    facts = None
    words = bag(offer.sentence.text)
    denied = _denies(offer.sentence.text)
    for other in everything:
        if len(citations) == MOST_CITED:
            break
        if other.family in families or len(offer.stems & other.stems) < _SAME * len(offer.stems):
            continue
        facts = facts or extract(offer.sentence.text, offer.article.lang)
        same = overlap(words, bag(other.whole)) >= _SAME and denied == _denies(other.whole)
        if same and not missing(facts, extract(other.whole, other.article.lang)):
            families.add(other.family)
            citations.update(dict.fromkeys(other.sentence.citations))
    return replace(offer.sentence, citations=tuple(citations))


def _denies(text: str) -> int:
    """How often it denies."""
    return sum(word in NEGATIONS or word.endswith("n't") for word in re.findall(r"[\w'’]+", folded(text)))


def _shortest(offered: Sequence[Offer]) -> tuple[CitedSentence, ...]:
    """The shortest sentence, whole if it fits, else up to a clause's end; empty where it has none that fits."""
    cut = [_ended(offer.sentence) for offer in sorted(offered, key=attrgetter("words"))]
    return next(((each,) for each in cut if each is not None), ())


def _ended(sentence: CitedSentence) -> CitedSentence | None:
    """A sentence up to the last clause within the limit, what was deleted recorded."""
    if count_words(sentence.text) <= MOST_WORDS:
        return sentence
    for match in reversed(list(_BREAK.finditer(sentence.text))):
        head = sentence.text[: match.start()]
        quotes = head.count("“") == head.count("”") and head.count("«") == head.count("»") and head.count('"') % 2 == 0
        if quotes and _LEAST_LEFT <= count_words(head) < MOST_WORDS:
            dropped = " … ".join(filter(None, (sentence.dropped, sentence.text[match.start() :].strip())))
            return replace(sentence, text=f"{head} …", dropped=dropped)
    return None
