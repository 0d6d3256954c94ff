"""Models that compute in plain sight: sentences by punctuation, vectors by hashed words, summaries by the lead."""

import hashlib
import math
import re
import struct
from collections.abc import Sequence

from news.errors import SummaryError
from news.ids import ModelId
from news.reading import (
    CitedSentence,
    KeySentence,
    Method,
    Passage,
    Reading,
    Sentence,
    StoryInput,
    Summary,
    SummaryInput,
    SummarySentence,
    Vector,
    Verdict,
    WrittenStory,
)
from tests.fakes import transactions
from tests.fakes.articles import cosine
from tests.fakes.words import words

FAKE_MODEL = ModelId("hashed-words@1")
_DIMENSIONS = 256
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*[\"”»]?")


class FakeEmbedder:
    """Implements `news.ports.Embedder`: texts that share words are near. `batches` are the sizes of the calls."""

    def __init__(
        self, languages: frozenset[str] | None = None, *, fails_on: str | None = None, dims: int = _DIMENSIONS
    ) -> None:
        self._languages = languages
        self._dims = dims
        self._fails_on = fails_on
        self.batches: list[int] = []

    @property
    def model(self) -> ModelId:
        return FAKE_MODEL

    @property
    def languages(self) -> frozenset[str] | None:
        return self._languages

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> list[Vector]:
        transactions.assert_none_open("the embedder")
        self.batches.append(len(texts))
        _refuse(texts, self._fails_on)
        return [hashed(text, self._dims) for text in texts]


def hashed(text: str, dims: int = _DIMENSIONS) -> Vector:
    """The unit vector of a text's words, each at a place that its hash gives."""
    places = [0.0] * dims
    for word in words(text):
        digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
        places[int.from_bytes(digest, "little") % dims] += 1.0
    length = math.hypot(*places) or 1.0
    return Vector(FAKE_MODEL, struct.pack(f"<{dims}f", *(place / length for place in places)))


class FakeSummarizer:
    """Implements `news.ports.Summarizer`: everything by the lead; a text that holds `fails_on` is refused."""

    def __init__(self, lang: str | None = "en", *, fails_on: str | None = None) -> None:
        self.lang = lang
        self.fails_on = fails_on

    async def read(self, texts: Sequence[str]) -> list[Reading]:
        transactions.assert_none_open("the summarizer")
        _refuse(texts, self.fails_on)
        return [Reading(self.lang, sentences_of(text)) for text in texts]

    async def summarize(self, inputs: Sequence[SummaryInput], *, max_words: int) -> list[Summary]:
        transactions.assert_none_open("the summarizer")
        _refuse([each.title for each in inputs], self.fails_on)
        return [_lead(each, max_words) for each in inputs]

    async def tell(self, stories: Sequence[StoryInput], *, max_words: int) -> list[WrittenStory | None]:
        transactions.assert_none_open("the summarizer")
        return [None] * len(stories)

    async def key_sentences(self, inputs: Sequence[SummaryInput], *, limit: int) -> list[tuple[KeySentence, ...]]:
        transactions.assert_none_open("the summarizer")
        return [_first(each, limit) for each in inputs]

    async def answer(
        self, question: str, query_vector: Vector | None, passages: Sequence[Passage], *, max_sentences: int
    ) -> list[CitedSentence]:
        transactions.assert_none_open("the summarizer")
        best = sorted(passages, key=lambda passage: -_nearness(query_vector, passage))
        texts = dict.fromkeys(passage.text for passage in best)
        chosen = list(texts)[:max_sentences]
        return [
            CitedSentence(text=text, citations=tuple(each.citation for each in passages if each.text == text))
            for text in chosen
        ]

    async def verify(self, source: str, claims: Sequence[str]) -> list[Verdict]:
        transactions.assert_none_open("the summarizer")
        return [_verdict(source, claim) for claim in claims]


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Sentences by punctuation."""
    found = (match.group().strip() for match in _SENTENCE.finditer(text))
    return tuple(Sentence(index, each) for index, each in enumerate(each for each in found if each))


def _refuse(texts: Sequence[str], fails_on: str | None) -> None:
    if fails_on is not None and any(fails_on in text for text in texts):
        raise SummaryError("The fake model refuses this text.")


def _lead(each: SummaryInput, max_words: int) -> Summary:
    chosen: list[SummarySentence] = []
    left = max_words
    for sentence in each.reading.sentences:
        left -= len(sentence.text.split())
        if left < 0 and chosen:
            break
        chosen.append(SummarySentence(text=sentence.text, origin=sentence.index, verified=True))
    return Summary(sentences=tuple(chosen), method=Method.EXTRACTIVE, model=FAKE_MODEL, seconds=0.0)


def _first(each: SummaryInput, limit: int) -> tuple[KeySentence, ...]:
    vectors = (*each.vectors, *(None for _ in each.reading.sentences))
    paired = list(zip(each.reading.sentences, vectors, strict=False))[:limit]
    return tuple(KeySentence(sentence.index, sentence.text, vector) for sentence, vector in paired)


def _nearness(query_vector: Vector | None, passage: Passage) -> float:
    if query_vector is None or passage.vector is None:
        return passage.relevance
    return cosine(query_vector, passage.vector)


def _verdict(source: str, claim: str) -> Verdict:
    said = set(words(source))
    claimed = words(claim)
    missing = [word for word in claimed if word not in said]
    score = 1 - len(missing) / max(1, len(claimed))
    return Verdict(supported=not missing, score=score, reasons=tuple(("word", word) for word in missing))
