"""What the program can do, ready to use: the core's services with their adapters put in. `bot.app` makes it.

Commands of the program and handlers of the chat take a `Services` and name no adapter.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.settings import Settings
from bot.token_rate import RateStore
from news.aliases import AliasTable
from news.chats import ChatService
from news.digests import DigestService, RenderDigest
from news.enrich import EnrichService
from news.entities import PublisherRegister, Source
from news.given import GivenService
from news.ingest import IngestService
from news.ports import Embedder, OpenUnitOfWork, SourceReader, Summarizer
from news.provenance import ProvenanceService
from news.pushes import PushService
from news.reading import Method, Summary, SummaryInput
from news.retention import RetentionService
from news.retrying import RetryService
from news.sources import OpmlEntry, SourceService
from news.topics import TopicService


class DatabaseReport(Protocol):
    """What is known of a database that answers."""

    @property
    def engine(self) -> str: ...
    @property
    def server_version(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...


SummarizeAs = Callable[[Sequence[SummaryInput], int, Method | None], Awaitable[list[Summary]]]
"""Texts, most words, and the method (None: the best there is)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One process's services over one database."""

    settings: Settings
    open_unit: OpenUnitOfWork
    reader: SourceReader
    summarizer: Summarizer
    embedder: Embedder
    publishers: PublisherRegister
    aliases: AliasTable
    ingest: IngestService
    enrich: EnrichService
    retries: RetryService
    sources: SourceService
    retention: RetentionService
    provenance: ProvenanceService
    topics: TopicService
    given: GivenService
    digests: DigestService
    pushes: PushService
    chats: ChatService
    render_digest: RenderDigest
    summarize_as: SummarizeAs
    read_opml: Callable[[bytes], Sequence[OpmlEntry]]
    write_opml: Callable[[Sequence[Source]], bytes]
    read_pack: Callable[[str], Sequence[OpmlEntry]]
    check_database: Callable[[], Awaitable[DatabaseReport]]
    database_time: Callable[[], Awaitable[datetime]]  # its server's, or this machine's where it is a file
    warm_up: Callable[[], Awaitable[None]]  # loads the models before somebody waits for them
    generator_name: Callable[[], Awaitable[str | None]]  # the model that writes, loaded or asked; None: there is none
    rate_store: RateStore | None = None  # where several processes may send for one token
