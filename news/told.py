"""A story with the stored texts that may be told of it, and the sentences they offer.

`Told` joins a story with its articles, what was computed from them and who published them. `offers` takes out of it the sentences
that a telling may choose from, each with its citation and what is known of it. Everything is pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from news.entities import Article, PublisherRegister
from news.ids import ArticleId, StoryId
from news.reading import Citation, CitedSentence, Enrichment, Story
from news.wording import bag, count_words, stems

_DELETED = "…"
"""Stands between the parts that compression deleted."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story with the stored texts that may be told of it."""

    story: Story
    articles: tuple[Article, ...]  # in order of published_at
    enrichments: Mapping[ArticleId, Enrichment]
    publishers: PublisherRegister

    def without(self, article_ids: Collection[ArticleId]) -> "Told":
        """The same story without some of its articles: a muted source."""
        return replace(self, articles=tuple(article for article in self.articles if article.id not in article_ids))

    def family(self, article: Article) -> str:
        """Who owns the article's outlet."""
        return self.publishers.of(article.publisher).family

    def families(self) -> frozenset[str]:
        """Who reports the story."""
        return frozenset(map(self.family, self.articles))

    def lang(self, article: Article) -> str | None:
        """The language of an article."""
        enrichment = self.enrichments.get(article.id)
        return article.lang if enrichment is None or enrichment.lang is None else enrichment.lang


@dataclass(frozen=True, slots=True)
class Offer:
    """A sentence that may be told, with what a choice looks at."""

    sentence: CitedSentence  # as the summary shortened it, where it did
    whole: str  # as the article has it
    article: Article
    family: str
    place: int  # in its article, from 0
    leans: bool  # its opening is clear only after the sentence before
    chosen: bool  # it stands in the article's summary
    words: int = field(init=False)
    stems: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Measure the sentence once."""
        object.__setattr__(self, "words", count_words(self.sentence.text))
        object.__setattr__(self, "stems", stems(self.sentence.text))


def offers(told: Told, article: Article) -> list[Offer]:
    """The sentences of an article in its order, each as its summary has it; those of a generated summary last."""
    enrichment = told.enrichments.get(article.id)
    if enrichment is None:
        return []
    citation = Citation(article.id, enrichment.revision)
    family = told.family(article)
    summary = [each for each in enrichment.summary.sentences if each.verified]
    short = {each.origin: each for each in summary if each.origin is not None}
    found = []
    for sentence in enrichment.sentences:
        own = short.get(sentence.index)
        text, dropped = (sentence.text, "") if own is None else (own.text, own.dropped)
        leans = sentence.leans and text[:1] == sentence.text[:1]  # what was deleted may be what leaned
        said = CitedSentence(text=text, citations=(citation,), dropped=dropped)
        found.append(Offer(said, sentence.text, article, family, sentence.index, leans, own is not None))
    for place, each in enumerate(summary):
        if each.origin is None:
            said = CitedSentence(text=each.text, citations=(citation,))
            found.append(Offer(said, each.text, article, family, place, leans=False, chosen=True))
    return found


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
        same = bag(sentence.text) <= bag(original.text)
        if same and all(part in original.text for part in parts):
            return CitedSentence(text=original.text, citations=sentence.citations)
    return sentence


def only_family(told: Told) -> str | None:
    """The one publisher family that reports the story; None where several do."""
    families = told.families()
    return next(iter(families)) if len(families) == 1 else None


def by_story(stories: Iterable[Story], articles: Iterable[Article]) -> dict[StoryId, tuple[Article, ...]]:
    """The articles of each story that can be told, in its order."""
    known = {article.id: article for article in articles if not article.removed}
    return {story.id: tuple(known[each] for each in story.article_ids if each in known) for story in stories}
