"""What the model's process does: read, embed, summarize, tell a story, choose key sentences, verify.

Synchronous; one call at a time. The encoder is loaded at the first text that needs it, the generator likewise; importing
this module imports neither torch nor transformers. In and out: the values of `news.reading`. A text in a language that the
encoder does not know is scored by its own words, and so is every text while the encoder's server is down: its summary then
names no model. Without an encoder a summary is the text's lead and says so.
Raises SummaryError from `embed` when the encoder cannot be loaded or asked.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import structlog
from numpy.typing import NDArray

from news.errors import SummaryError
from news.reading import (
    KeySentence,
    Method,
    Reading,
    StoryInput,
    Summary,
    SummaryInput,
    SummarySentence,
    Vector,
    Verdict,
    WrittenStory,
)
from summarizer import extractive, language, sentences, verify
from summarizer.address import is_address
from summarizer.compression import Compressed, compress, cut_at_clause, cut_at_word, shorten
from summarizer.config import SummarizerConfig
from summarizer.encoders import languages_of
from summarizer.lexical import tfidf
from summarizer.loading import model_id, needs_torch
from summarizer.openings import antecedents
from summarizer.vectors import Matrix, to_matrix, to_vectors
from summarizer.verify import Source
from summarizer.words import count_words
from summarizer.writer import Writer

if TYPE_CHECKING:
    from summarizer.embedding import Encoder
    from summarizer.remote import RemoteEncoder

_log = structlog.get_logger()
_WORDS_PER_SENTENCE = (
    40  # a budget above three such is for a fourth; more short ones told less of the news of all sources
)
_SHORT_SUMMARY_SENTENCES = 3
_SOURCES_KEPT = 32
_ENTRY_WORDS = 40  # of a story in a digest; a sentence goes without its asides where that makes it fit


class Engine:
    """The models of one configuration."""

    def __init__(self, config: SummarizerConfig) -> None:
        """Remember the configuration; nothing is loaded yet."""
        self._config = config
        self._encoder: Encoder | RemoteEncoder | None = None
        self._refusal: SummaryError | None = None
        self._writer = Writer(config, self.verify) if config.summary_model else None
        self._sources: OrderedDict[str, Source] = OrderedDict()
        self._languages = languages_of(config)
        self._model = model_id(config.embedding_model)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Language and sentences of each text."""
        readings = []
        for text in texts:
            lang = language.detect(text)
            readings.append(Reading(lang, sentences.split(text, lang)))
        return readings

    def embed(self, texts: Sequence[str], *, query: bool = False) -> list[Vector]:
        """A unit vector for each text."""
        return to_vectors(self._load_encoder().embed(texts, query=query), self._model)

    def summarize(
        self, inputs: Sequence[SummaryInput], *, max_words: int, method: Method | None = None
    ) -> list[Summary]:
        """A summary of each text; `method` asks for one, None for the best there is."""
        return [self._summarize(item, max_words, method) for item in inputs]

    def tell(self, stories: Sequence[StoryInput], *, max_words: int) -> list[WrittenStory | None]:
        """Each story in a generator's words; None where there is no generator, or too little of what it wrote is borne out."""
        if self._writer is None:
            return [None] * len(stories)
        return [self._writer.story(story, max_words) for story in stories]

    def key_sentences(self, inputs: Sequence[SummaryInput], *, limit: int) -> list[tuple[KeySentence, ...]]:
        """The sentences of each text that answers will need, the lead always among them."""
        return [self._key_sentences(item, limit) for item in inputs]

    def verify(self, source: str, claims: Sequence[str]) -> list[Verdict]:
        """Whether the source says each claim; the last sources stay read."""
        read = self._sources.pop(source, None) or verify.read_source(source, language.detect(source))
        self._sources[source] = read
        if len(self._sources) > _SOURCES_KEPT:
            self._sources.popitem(last=False)
        return self._judge(read, claims)

    def generator_name(self) -> str | None:
        """The model that writes, loaded or asked; None where none is configured. Raises SummaryError."""
        return self._writer.name() if self._writer is not None else None

    def _judge(self, read: Source, claims: Sequence[str]) -> list[Verdict]:
        if not self._knows(read.lang):
            return verify.verify(read, claims, None)
        try:
            return verify.verify(read, claims, self._load_encoder().embed)
        except SummaryError as error:
            _log.warning("verified_without_encoder", code=error.code)
            return verify.verify(read, claims, None)

    def _knows(self, lang: str | None) -> bool:
        return self._languages is None or lang is None or lang in self._languages

    def _load_encoder(self) -> "Encoder | RemoteEncoder":
        if self._refusal is not None:
            raise self._refusal
        if self._encoder is None:
            started = time.monotonic()
            try:
                self._encoder = _open_encoder(self._config)
            except SummaryError as error:
                if error.code != "model_unreachable":  # the hub may answer the next time, a broken file will not
                    self._refusal = error
                raise
            _log.info("encoder_loaded", model=self._model, seconds=round(time.monotonic() - started, 2))
        return self._encoder

    def _summarize(self, item: SummaryInput, max_words: int, method: Method | None) -> Summary:
        if self._writer is not None and method in {None, Method.ABSTRACTIVE}:
            written = self._writer.article(item, max_words)
            if written is not None:
                return written
        return self._extracted(item, max_words, method)

    def _extracted(self, item: SummaryInput, max_words: int, method: Method | None) -> Summary:
        started = time.monotonic()
        texts = [sentence.text for sentence in item.reading.sentences]
        lang = item.reading.lang
        candidates = [self._compressed(text, lang) for text in texts[: extractive.MAX_SENTENCES]]
        limits = (max_words, _max_sentences(max_words))
        lengths = [count_words(candidate.text) for candidate in candidates]
        used, by_model = Method.LEAD, False
        chosen = extractive.lead(lengths, *limits)
        if method is not Method.LEAD and len(candidates) > 1:
            try:
                chosen, by_model = self._extract(item, lengths, limits)
                used = Method.EXTRACTIVE
            except SummaryError as error:
                _log.warning("summary_fell_back_to_lead", code=error.code)
        picked = [(item.reading.sentences[place].index, candidates[place]) for place in chosen]
        if not picked and candidates:
            picked = [(item.reading.sentences[0].index, _cut(candidates[0], max_words))]
        return Summary(
            sentences=tuple(
                SummarySentence(text=kept.text, origin=index, verified=True, dropped=kept.dropped)
                for index, kept in picked
            ),
            method=used,
            model=self._model if by_model else None,
            seconds=round(time.monotonic() - started, 4),
        )

    def _compressed(self, text: str, lang: str | None) -> Compressed:
        """A sentence without what a summary can do without; a long one without its asides if the verifier holds the rest."""
        plain = compress(text, lang)
        short = shorten(plain, _ENTRY_WORDS, lang)
        if short == plain or self._judge(verify.read_source(text, lang), [short.text])[0].supported:
            return short
        return plain

    def _extract(self, item: SummaryInput, lengths: Sequence[int], limits: tuple[int, int]) -> tuple[list[int], bool]:
        vectors, title, by_model = self._vectors(item)
        texts = [sentence.text for sentence in item.reading.sentences[: len(vectors)]]
        lang = item.reading.lang
        scores = extractive.score(texts, lang, vectors, (item.title, title))
        chosen = extractive.pick(lengths[: len(vectors)], scores, vectors, antecedents(texts, lang), limits)
        return chosen, by_model

    def _vectors(self, item: SummaryInput) -> tuple[Matrix, NDArray[np.float32] | None, bool]:
        """Rows for the sentences looked at, one for the title, and whether the encoder made them."""
        texts = [sentence.text for sentence in item.reading.sentences[: extractive.MAX_SENTENCES]]
        title = " ".join(item.title.split())
        if item.vectors:
            rows = to_matrix(item.vectors[: len(texts)])
            if item.title_vector is not None:
                return rows, to_matrix([item.title_vector])[0], True
            titles = self._embed_known([title], item.reading.lang) if title else None
            return rows, None if titles is None else titles[0], True
        asked = [*texts, title] if title else texts
        known = self._embed_known(asked, item.reading.lang)
        rows = tfidf(asked) if known is None else known
        return rows[: len(texts)], rows[-1] if title else None, known is not None

    def _embed_known(self, texts: Sequence[str], lang: str | None) -> Matrix | None:
        """The encoder's rows; None where it does not know the language, or its server is down and will be back."""
        if not self._knows(lang):
            return None
        try:
            return self._load_encoder().embed(texts)
        except SummaryError as error:
            if error.code != "endpoint_failed":
                raise
            _log.warning("embedded_by_words", code=error.code, reason=error.message)
            return None

    def _key_sentences(self, item: SummaryInput, limit: int) -> tuple[KeySentence, ...]:
        if not item.reading.sentences or limit < 1:
            return ()
        try:
            vectors, title, by_model = self._vectors(item)
        except SummaryError as error:
            _log.warning("key_sentences_fell_back_to_lead", code=error.code)
            return tuple(KeySentence(one.index, one.text, None) for one in item.reading.sentences[:limit])
        shown = item.reading.sentences[: len(vectors)]
        texts = [sentence.text for sentence in shown]
        scores = extractive.score(texts, item.reading.lang, vectors, (item.title, title))
        unlimited = (sum(map(count_words, texts)), limit)
        alone = [frozenset[int]()] * len(texts)
        chosen = sorted({0, *extractive.pick([0] * len(texts), scores, vectors, alone, unlimited)[:limit]})
        if len(chosen) > limit:
            chosen.remove(min(chosen[1:], key=lambda place: float(scores[place])))
        stored = to_vectors(vectors, self._model) if by_model else [None] * len(vectors)
        return tuple(KeySentence(shown[place].index, shown[place].text, stored[place]) for place in chosen)


def _open_encoder(config: SummarizerConfig) -> "Encoder | RemoteEncoder":
    if is_address(config.embedding_model):
        from summarizer.remote import RemoteEncoder  # noqa: PLC0415 (only where a server is set)

        return RemoteEncoder(config)
    with needs_torch():
        from summarizer.embedding import Encoder  # noqa: PLC0415 (torch is imported when a vector is asked for)
    return Encoder(config)


def _max_sentences(max_words: int) -> int:
    return max(_SHORT_SUMMARY_SENTENCES, round(max_words / _WORDS_PER_SENTENCE))


def _cut(candidate: Compressed, max_words: int) -> Compressed:
    """A first sentence longer than the whole budget, cut at a clause or, failing that, at a word."""
    cut = cut_at_clause(candidate.text, max_words) or cut_at_word(candidate.text, max_words)
    return Compressed(cut.text, " … ".join(filter(None, (candidate.dropped, cut.dropped))))
