"""A story as it is told: its headline, at most forty words of cited sentences, who reports it.

Every sentence is taken whole from what was stored with its citation; nothing is cut, joined or written here. Outlets are
counted by publisher family, not by feed. Everything is pure.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from news.audience import SourceRef, StoryCard, StoryStatus
from news.entities import Article, ArticleKind, PublisherRegister
from news.ids import ArticleId, StoryId
from news.reading import Citation, CitedSentence, Enrichment, Story

MOST_WORDS = 40
"""Of the sentences of a story in a digest: human summaries of the kind have a median of 29 words (WCEP)."""

_WEIGHED_TITLES = 30
"""The latest of a story with hundreds of members; each is compared with each."""

MOST_SENTENCES = 2
MOST_SOURCES = 12
"""Named under a story; the others are counted."""

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SUFFIX = re.compile(r"\s[|–—-]\s[^|–—-]{2,40}$")  # " - BBC News", " | Reuters"
_TEASING = re.compile(r"[?？!！…]|\.\.\.")
_DELETED = "…"
"""Stands between the parts that compression deleted."""

_DOUBLED = 0.6
"""Share of words in common from which two sentences say the same."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story with the stored texts that may be told of it."""

    story: Story
    articles: tuple[Article, ...]  # in order of published_at
    enrichments: Mapping[ArticleId, Enrichment]
    publishers: PublisherRegister

    def without(self, article_ids: Collection[ArticleId]) -> "Told":
        """The same story without some of its articles: a muted source."""
        left = tuple(article for article in self.articles if article.id not in article_ids)
        return Told(self.story, left, self.enrichments, self.publishers)


def count_words(text: str) -> int:
    """Words of a text; two ideographs count as one word."""
    ideographs = len(_CJK.findall(text))
    return len(_CJK.sub(" ", text).split()) + math.ceil(ideographs / 2)


def headline(articles: Sequence[Article]) -> Article | None:
    """The article with the best real headline: clear, fresh, central, no teaser; None where none has one."""
    titled = [article for article in articles if article.title.strip()][-_WEIGHED_TITLES:]
    if not titled:
        return None
    bags = {article.id: _bag(article.title) for article in titled}
    newest = max(article.published_at for article in titled)

    def worth(article: Article) -> tuple[float, float]:
        others = [_overlap(bags[article.id], bags[other.id]) for other in titled if other.id != article.id]
        central = sum(others) / len(others) if others else 0.0
        age_h = (newest - article.published_at).total_seconds() / 3600
        return _clarity(article) + central + 0.3 * 0.5 ** (age_h / 12), -article.id

    return max(titled, key=worth)


def card(told: Told, status: StoryStatus, *, since_version: int = 0, score: float = 0.0) -> StoryCard | None:
    """The story's card: all of it, or what came after `since_version`. None where nothing of it can be told."""
    head = headline(told.articles)
    if head is None:
        return None
    sentences = _news(told, since_version) if status is StoryStatus.UPDATE else ()
    sentences = sentences or _opening(told, head)
    first = told.articles[0]
    families = {told.publishers.of(article.publisher).family for article in told.articles}
    countries = {told.publishers.of(article.publisher).country for article in told.articles} - {None}
    return StoryCard(
        story_id=told.story.id,
        version=told.story.version,
        status=status,
        title=head.title.strip(),
        url=head.url,
        sentences=sentences,
        sources=sources(told, sentences, head),
        outlets=len(families),
        countries=len(countries),
        first_publisher=told.publishers.of(first.publisher).name,
        first_at=first.published_at,
        last_at=told.articles[-1].published_at,
        score=score,
    )


def sources(told: Told, sentences: Iterable[CitedSentence], head: Article) -> tuple[SourceRef, ...]:
    """Articles to name: those cited in order, the headline's, then one of each further family, latest first."""
    by_id = {article.id: article for article in told.articles}
    cited = [citation for sentence in sentences for citation in sentence.citations if citation.article_id in by_id]
    chosen = dict.fromkeys([*cited, Citation(head.id, head.revision)])
    named = {told.publishers.of(by_id[citation.article_id].publisher).family for citation in chosen}
    for article in reversed(told.articles):
        family = told.publishers.of(article.publisher).family
        if family not in named and len(chosen) < MOST_SOURCES:
            named.add(family)
            chosen[Citation(article.id, article.revision)] = None
    return tuple(
        source_ref(number, citation, by_id[citation.article_id], told.publishers)
        for number, citation in enumerate(chosen, 1)
    )


def source_ref(number: int, citation: Citation, article: Article, publishers: PublisherRegister) -> SourceRef:
    """An article as it is named under a message."""
    publisher = publishers.of(article.publisher)
    return SourceRef(
        n=number,
        citation=citation,
        url=article.url,
        title=article.title.strip() or article.url,
        publisher=publisher.name,
        country=publisher.country,
        published_at=article.published_at,
    )


def only_family(told: Told) -> str | None:
    """The one publisher family that reports the story; None where several do."""
    families = {told.publishers.of(article.publisher).family for article in told.articles}
    return next(iter(families)) if len(families) == 1 else None


def summary_sentences(article: Article, enrichment: Enrichment | None) -> list[CitedSentence]:
    """The sentences of an article's summary, cited."""
    if enrichment is None:
        return []
    citation = Citation(article.id, enrichment.revision)
    return [
        CitedSentence(text=sentence.text, citations=(citation,), dropped=sentence.dropped)
        for sentence in enrichment.summary.sentences
        if sentence.verified
    ]


def whole(sentence: CitedSentence, enrichments: Mapping[ArticleId, Enrichment]) -> CitedSentence:
    """The sentence as its article has it, with what compression deleted; as it is where that cannot be told."""
    if not sentence.dropped or not sentence.citations:
        return sentence
    enrichment = enrichments.get(sentence.citations[0].article_id)
    parts = [part.strip() for part in sentence.dropped.split(_DELETED)]
    for original in enrichment.sentences if enrichment is not None else ():
        same = _bag(sentence.text) <= _bag(original.text)
        if same and all(part in original.text for part in parts):
            return CitedSentence(text=original.text, citations=sentence.citations)
    return sentence


def alike(one: str, other: str) -> bool:
    """Whether two sentences have so many words in common that one is enough."""
    return _overlap(_bag(one), _bag(other)) >= _DOUBLED


def by_story(stories: Iterable[Story], articles: Iterable[Article]) -> dict[StoryId, tuple[Article, ...]]:
    """The articles of each story that can be told, in its order."""
    known = {article.id: article for article in articles if not article.removed}
    return {story.id: tuple(known[each] for each in story.article_ids if each in known) for story in stories}


def _opening(told: Told, head: Article) -> tuple[CitedSentence, ...]:
    """Up to two sentences of the headline's own article; where it has none, of another member, latest first."""
    shortest: CitedSentence | None = None
    for article in (head, *reversed(told.articles)):
        offered = summary_sentences(article, told.enrichments.get(article.id))
        fitting = _fit(offered)
        if fitting:
            return fitting
        for sentence in offered:
            if shortest is None or count_words(sentence.text) < count_words(shortest.text):
                shortest = sentence
    return () if shortest is None else (shortest,)  # a long sentence is told whole: it is never cut


def _news(told: Told, since_version: int) -> tuple[CitedSentence, ...]:
    """What later versions added, the latest first to be taken, told in the order it came."""
    usable = {article.id for article in told.articles}
    later = [update for update in told.story.updates if update.version > since_version]
    offered = [
        sentence
        for update in reversed(later)
        for sentence in update.sentences
        if all(citation.article_id in usable for citation in sentence.citations)
    ]
    chosen = _fit(offered) or tuple(sorted(offered, key=lambda each: count_words(each.text))[:1])
    order = {sentence.text: place for place, sentence in enumerate(reversed(offered))}
    return tuple(sorted(chosen, key=lambda sentence: order[sentence.text]))


def _fit(offered: Sequence[CitedSentence]) -> tuple[CitedSentence, ...]:
    chosen: list[CitedSentence] = []
    left = MOST_WORDS
    for sentence in offered:
        needed = count_words(sentence.text)
        doubled = any(alike(sentence.text, known.text) for known in chosen)
        if needed <= left and not doubled and len(chosen) < MOST_SENTENCES:
            chosen.append(sentence)
            left -= needed
    return tuple(chosen)


def _clarity(article: Article) -> float:
    """How plainly a headline says what happened: of a good length, no teaser, no shouting, no outlet's name."""
    title = article.title.strip()
    words = count_words(title)
    length = 1.0 if 5 <= words <= 16 and len(title) <= 110 else 0.5 if 3 <= words <= 24 else 0.0
    letters = [letter for letter in title if letter.isalpha()]
    shouting = sum(letter.isupper() for letter in letters) / max(1, len(letters)) > 0.6
    faults = 0.5 * bool(_TEASING.search(title)) + 0.5 * shouting + 0.3 * bool(_SUFFIX.search(title))
    faults += 0.5 * (article.kind is not ArticleKind.ARTICLE) + 0.2 * title[:1].isdigit() + 0.2 * title.endswith(":")
    return length - faults


def _bag(text: str) -> frozenset[str]:
    folded = text.casefold()
    runs = _CJK.findall(folded)
    pairs = {one + two for one, two in pairwise(runs)}
    return frozenset(re.findall(r"\w+", _CJK.sub(" ", folded))) | pairs


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the smaller bag that is in the larger too."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0
