"""The five ports through which the core reaches the world; the repositories of a unit of work stand in `news.repositories`.

Every port has a fake in `tests/fakes` and contract tests that run on the fake and on the real thing. Batches come back in
the order given. No transaction is open while a port other than `UnitOfWork` is awaited: the fakes assert it.
"""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self

from news.audience import (
    Address,
    OutMessage,
)
from news.corrections import Corrections
from news.entities import (
    Candidate,
    Document,
    Source,
    SourceReading,
)
from news.ids import ModelId
from news.notes import Notes, Usage
from news.outbox import Chats, Deliveries
from news.reading import (
    CitedSentence,
    KeySentence,
    Passage,
    Reading,
    StoryInput,
    Summary,
    SummaryInput,
    Vector,
    Verdict,
    WrittenStory,
)
from news.repositories import Articles, Sources, Stories

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, how many are done, and of how many."""


class SourceReader(Protocol):
    """The web and the file system."""

    async def read(self, source: Source) -> SourceReading:
        """Poll a source once, with the pages its entries need. Raises FetchError, ParseError."""
        ...

    async def probe(self, url: str) -> tuple[Candidate, ...]:
        """The sources that an address offers, best first. Raises FetchError, ParseError (`no_source_found`)."""
        ...

    async def extract(self, target: str) -> tuple[Document, ...]:
        """Read a file or an address as it is: one document for a page or text, several for a feed. Raises SourceError."""
        ...


class Summarizer(Protocol):
    """Sentences, summaries, answers and the verdict on them. Heavy work runs off the event loop."""

    async def read(self, texts: Sequence[str]) -> list[Reading]:
        """Language and sentences of each text."""
        ...

    async def summarize(self, inputs: Sequence[SummaryInput], *, max_words: int) -> list[Summary]:
        """A summary of each text of at most `max_words` words, its sentences in the text's order."""
        ...

    async def tell(self, stories: Sequence[StoryInput], *, max_words: int) -> list[WrittenStory | None]:
        """Each story in a model's words, checked; None where no model writes or too little of what it wrote is borne out."""
        ...

    async def key_sentences(self, inputs: Sequence[SummaryInput], *, limit: int) -> list[tuple[KeySentence, ...]]:
        """The at most `limit` sentences of each text that an answer is likely to need, in the text's order."""
        ...

    async def answer(
        self, question: str, query_vector: Vector | None, passages: Sequence[Passage], *, max_sentences: int
    ) -> list[CitedSentence]:
        """The sentences, out of the passages, that answer the question: relevant, not repeating, readable in this order."""
        ...

    async def verify(self, source: str, claims: Sequence[str]) -> list[Verdict]:
        """Whether the source says each claim."""
        ...


class Embedder(Protocol):
    """Vectors of texts."""

    @property
    def model(self) -> ModelId: ...

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages the model knows; None: all."""
        ...

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> list[Vector]:
        """A unit vector for each text. `query` matters to models that tell questions from passages."""
        ...


class Messenger(Protocol):
    """Telegram, for messages that leave. Raises the DeliveryError that `news.errors` lists, nothing else."""

    async def send(self, address: Address, message: OutMessage) -> int:
        """Send one message; returns its id."""
        ...

    async def edit(self, address: Address, message_id: int, message: OutMessage) -> None:
        """Replace a sent message's text and buttons; an unchanged message is no error."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit` rolls back."""

    @property
    def sources(self) -> Sources: ...
    @property
    def articles(self) -> Articles: ...
    @property
    def stories(self) -> Stories: ...
    @property
    def chats(self) -> Chats: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def corrections(self) -> Corrections: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def usage(self) -> Usage: ...
    async def commit(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class OpenUnitOfWork(Protocol):
    """Opens a transaction: `async with open_unit() as unit:`. Read-only ones may run beside a writer."""

    def __call__(self, *, readonly: bool = False) -> UnitOfWork: ...
