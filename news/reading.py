"""What is computed from articles and told: vectors, facts, sentences, summaries, stories, search.

All values are frozen; all datetimes are aware UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from news.ids import ArticleId, ModelId, StoryId


@dataclass(frozen=True, slots=True)
class Vector:
    """A unit-length embedding. The core carries it and never computes with it; vectors of two models never mix."""

    model: ModelId
    data: bytes  # little-endian float32


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks and who said them, where the text says so."""

    text: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What can be checked in a text: made by `news.facts.extract`, folded so that equal facts compare equal."""

    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()  # "12", "3.5%", "120 days", "usd 5e9"
    dates: frozenset[str] = frozenset()  # ISO, as far as known: "2023-03-21", "--03-21", "mon"
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: its place (0-based, over the whole text) and its words, verbatim but for white space."""

    index: int
    text: str
    leans: bool = False  # its opening is clear only after the sentence before: "He also …"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the summarizer sees in a text: its language (ISO 639-1, None if unsure) and its sentences without furniture."""

    lang: str | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryInput:
    """A text to be summarized. `vectors` are those of the reading's sentences, in order; empty where there are none."""

    title: str
    reading: Reading
    title_vector: Vector | None = None
    vectors: tuple[Vector, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """The very text a sentence comes from."""

    article_id: ArticleId
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article of a story as a model reads it."""

    citation: Citation
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryInput:
    """Reports of one story that are to be told together: of different publishers, in one language, the newest first."""

    version: int
    lang: str | None
    reports: tuple[Report, ...]


class Method(StrEnum):
    """How a summary or answer was made."""

    LEAD = "lead"
    EXTRACTIVE = "extractive"
    ABSTRACTIVE = "abstractive"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence of a summary. `origin` is the index of its source sentence, None where a model wrote it."""

    text: str
    origin: int | None
    verified: bool  # extracted sentences are, by construction
    dropped: str = ""  # what compression deleted from the source sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary of one text, in the text's own order."""

    sentences: tuple[SummarySentence, ...]
    method: Method
    model: ModelId | None
    seconds: float

    @property
    def text(self) -> str:
        """The sentences, joined."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSentence:
    """A sentence with the stored texts that say it."""

    text: str
    citations: tuple[Citation, ...]
    dropped: str = ""


@dataclass(frozen=True, slots=True)
class KeySentence:
    """A sentence that an answer may use, with its vector (None where the model does not know the language)."""

    index: int
    text: str
    vector: Vector | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrichment:
    """All that was computed once for one revision of an article."""

    article_id: ArticleId
    revision: int
    lang: str | None
    sentences: tuple[Sentence, ...]
    key_sentences: tuple[KeySentence, ...]
    vector: Vector | None
    facts: Facts
    summary: Summary
    enriched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A stored article near another one, with all that the story decision looks at."""

    article_id: ArticleId
    story_id: StoryId
    similarity: float  # cosine of vectors, or of tf-idf words where `by_words`
    by_words: bool
    publisher: str
    title: str
    lang: str | None
    published_at: datetime
    facts: Facts
    text_chars: int  # without the headline
    copy_of: ArticleId | None
    story_size: int  # members, counted up to some hundreds


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryUpdate:
    """What one version of a story added."""

    version: int
    at: datetime
    article_id: ArticleId
    sentences: tuple[CitedSentence, ...]  # the new facts; version 1 holds the opening summary
    known_to: int | None = None  # who had this version knows it: by the one of two stories that say it, before they met


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenStory:
    """A story in a model's words: each sentence is said by every article that it cites, or is one of its sentences."""

    version: int  # of the story, when it was written
    lang: str | None
    model: ModelId
    sentences: tuple[CitedSentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The articles that report one event."""

    id: StoryId
    version: int
    title: str
    first_seen: datetime  # published_at of the earliest article
    last_seen: datetime  # published_at of the latest article
    article_ids: tuple[ArticleId, ...]  # in order of published_at
    updates: tuple[StoryUpdate, ...] = ()
    written: WrittenStory | None = None

    def updates_after(self, version: int) -> tuple[StoryUpdate, ...]:
        """What is new to a chat that had this version."""
        return tuple(each for each in self.updates if each.version > version and each.known_to != version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that a search found; `score` falls from best to worst and means nothing across searches."""

    article_id: ArticleId
    story_id: StoryId | None
    published_at: datetime
    publisher: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stored sentence offered for an answer."""

    citation: Citation
    index: int
    text: str
    vector: Vector | None
    publisher: str
    published_at: datetime
    story_id: StoryId | None
    relevance: float  # of its article, 0..1, and up to 1 more for a sentence that names what its beginning leaves open
    lang: str | None = None  # of its article, ISO 639-1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a source says what a claim says."""

    supported: bool
    score: float  # 0..1, higher is better supported
    reasons: tuple[tuple[str, str], ...] = ()  # (kind, text), e.g. ("number", "41 is not in the source")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordQuery:
    """A search by words. Storage folds, stems and quotes the words; nothing here is query syntax.

    An article matches when it has one term of each group (a term of several words: all of them), every `must` and no
    `must_not`. With `any_group`, one group is enough.
    """

    groups: tuple[tuple[str, ...], ...]
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    any_group: bool = False
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of published_at: since <= t < until."""

    since: datetime
    until: datetime
