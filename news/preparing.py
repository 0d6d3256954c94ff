"""Everything that is computed from articles alone: language, sentences, vectors, facts, key sentences, summary.

`Preparer.prepare` waits for the models, outside of any transaction, for a batch at once. A batch that a model refuses is
prepared one by one, so that one article never costs another its turn. Out come prepared articles and refusals; with
`by_lead` an article that no model can read is prepared without any, from its own sentences.
When the first few are refused one by one, the models are down rather than the texts bad: the rest is left for later.
Raises nothing of the models': a SummaryError becomes a refusal.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from news.entities import Article, Refusal
from news.errors import SummaryError
from news.facts import extract
from news.ports import Embedder, Summarizer
from news.reading import (
    Enrichment,
    KeySentence,
    Method,
    Reading,
    Sentence,
    Summary,
    SummaryInput,
    SummarySentence,
    Vector,
)

REFUSED_IN_A_ROW = 3  # at the start of a batch: then the models are down

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"”»’]?\s+|\n+|(?<=[。！？])")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparingRules:
    """How much of a text is looked at."""

    summary_words: int = 90  # two to four sentences: what a card and a digest choose from
    key_sentences: int = 12
    sentences_embedded: int = 40  # of each article; news says what matters before
    article_words: int = 120  # of title and opening, that make the article's vector; more blurs it


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with what was computed from it; `text` is what its words are sought by."""

    article: Article
    enrichment: Enrichment
    text: str


class Preparer:
    """Asks the models about articles."""

    def __init__(self, summarizer: Summarizer, embedder: Embedder, rules: PreparingRules) -> None:
        self._summarizer = summarizer
        self._embedder = embedder
        self._rules = rules

    async def prepare(self, articles: Sequence[Article], now: datetime) -> tuple[list[Prepared], list[Refusal]]:
        """The articles that models could read, in order, and refusals for the others."""
        try:
            return await self._together(articles, now), []
        except SummaryError as error:
            if len(articles) == 1:
                refusal = Refusal(target=articles[0].url, code=error.code, message=error.message)
                return [], [refusal]
        prepared: list[Prepared] = []
        refused: list[Refusal] = []
        for article in articles:
            if len(refused) == REFUSED_IN_A_ROW and not prepared:
                break
            good, bad = await self.prepare([article], now)
            prepared += good
            refused += bad
        return prepared, refused

    def by_lead(self, article: Article, now: datetime) -> Prepared:
        """An article prepared without any model: its first sentences, to be found by words."""
        reading = Reading(article.lang, _plain_sentences(article.text or article.title))
        summary = _lead(reading, self._rules.summary_words)
        keys = tuple(
            KeySentence(each.index, each.text, None) for each in reading.sentences[: self._rules.key_sentences]
        )
        return self._prepared(article, reading, None, (summary, keys), now)

    async def _together(self, articles: Sequence[Article], now: datetime) -> list[Prepared]:
        """All articles in as few calls as there are models' tasks. Raises SummaryError."""
        readings = await self._summarizer.read([article.text or article.title for article in articles])
        readings = [
            reading if reading.lang or not article.lang else replace(reading, lang=article.lang)
            for article, reading in zip(articles, readings, strict=True)
        ]
        vectors = await self._vectors(articles, readings)
        inputs = [
            SummaryInput(title=article.title, reading=reading, title_vector=own.title, vectors=own.sentences)
            for article, reading, own in zip(articles, readings, vectors, strict=True)
        ]
        keys = await self._summarizer.key_sentences(inputs, limit=self._rules.key_sentences)
        summaries = await self._summaries(inputs)
        return [
            self._prepared(article, reading, own.article, (summary, key), now)
            for article, reading, own, summary, key in zip(articles, readings, vectors, summaries, keys, strict=True)
        ]

    async def _summaries(self, inputs: Sequence[SummaryInput]) -> list[Summary]:
        """A summary of each; by the lead where the model fails, so that an article is never held back by it."""
        try:
            return await self._summarizer.summarize(inputs, max_words=self._rules.summary_words)
        except SummaryError:
            if len(inputs) == 1:
                return [_lead(inputs[0].reading, self._rules.summary_words)]
        return [summary for each in inputs for summary in await self._summaries([each])]

    async def _vectors(self, articles: Sequence[Article], readings: Sequence[Reading]) -> list["_Vectors"]:
        """Vectors of articles, titles and sentences, by one call; none for a language that the model does not know."""
        known = self._embedder.languages
        spans: list[tuple[int, int] | None] = []
        texts: list[str] = []
        for article, reading in zip(articles, readings, strict=True):
            if known is not None and reading.lang not in known:
                spans.append(None)
                continue
            start = len(texts)
            shown = [sentence.text for sentence in reading.sentences[: self._rules.sentences_embedded]]
            texts += [
                opening(article.title, reading, self._rules.article_words),
                article.title or " ".join(shown[:1]),
                *shown,
            ]
            spans.append((start, len(texts)))
        vectors = await self._embedder.embed(texts) if texts else []
        return [
            _Vectors()
            if span is None
            else _Vectors(vectors[span[0]], vectors[span[0] + 1], tuple(vectors[span[0] + 2 : span[1]]))
            for span in spans
        ]

    def _prepared(
        self,
        article: Article,
        reading: Reading,
        vector: Vector | None,
        told: tuple[Summary, tuple[KeySentence, ...]],
        now: datetime,
    ) -> Prepared:
        summary, keys = told
        text = "\n".join([article.title, *(sentence.text for sentence in reading.sentences)])
        enrichment = Enrichment(
            article_id=article.id,
            revision=article.revision,
            lang=reading.lang,
            sentences=reading.sentences,
            key_sentences=keys,
            vector=vector,
            facts=extract(text, reading.lang),
            summary=summary,
            enriched_at=now,
        )
        return Prepared(article, enrichment, text)


@dataclass(frozen=True, slots=True)
class _Vectors:
    article: Vector | None = None
    title: Vector | None = None
    sentences: tuple[Vector, ...] = ()


def opening(title: str, reading: Reading, words: int) -> str:
    """What an article's vector is made of: title and first sentences, up to so many words."""
    said = [title]
    count = len(title.split())
    for sentence in reading.sentences:
        count += len(sentence.text.split())
        if count > words and len(said) > 1:
            break
        said.append(sentence.text)
    return ". ".join(part.rstrip(". ") for part in said if part) or title


def _plain_sentences(text: str) -> tuple[Sentence, ...]:
    """Sentences by their ends alone."""
    parts = [" ".join(part.split()) for part in _SENTENCE_END.split(text) if part]
    return tuple(Sentence(index, part) for index, part in enumerate(part for part in parts if part))


def _lead(reading: Reading, max_words: int) -> Summary:
    """The first sentences, up to so many words."""
    chosen: list[SummarySentence] = []
    count = 0
    for sentence in reading.sentences:
        count += len(sentence.text.split())
        if chosen and count > max_words:
            break
        chosen.append(SummarySentence(text=sentence.text, origin=sentence.index, verified=True))
    return Summary(sentences=tuple(chosen), method=Method.LEAD, model=None, seconds=0.0)
