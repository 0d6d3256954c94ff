"""The in-memory unit of work: the same promises as `storage`, on dictionaries.

`FakeDatabase()` is the database; its `open_unit` is an `OpenUnitOfWork`. A transaction works on a copy; `commit` puts
the copy in place; leaving without it forgets the copy. Writers wait for each other, readers see a snapshot.
The parts: `sources`, `articles`, `stories` beside this module, `chats` and `deliveries` in `tests.fakes.outbox`, which gives
`OutboxTables` (with `copy()`, `cited() -> set[ArticleId]` of unfinished rows, and `merge_stories(older, younger, version, at)`),
`FakeChats(tables)` and `FakeDeliveries(tables)`, both on the whole `Tables` so that ids come from `tables.next_id`.
"""

import asyncio
from types import TracebackType
from typing import Self

from tests.fakes import transactions
from tests.fakes.articles import FakeArticles
from tests.fakes.corrections import FakeCorrections
from tests.fakes.notes import FakeNotes, FakeUsage
from tests.fakes.outbox import FakeChats, FakeDeliveries
from tests.fakes.sources import FakeSources
from tests.fakes.stories import FakeStories
from tests.fakes.tables import Tables


class FakeDatabase:
    """Holds the committed state. `commits` counts them, for tests of how often is committed."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.commits = 0
        self.writer = asyncio.Lock()

    def open_unit(self, *, readonly: bool = False) -> "FakeUnitOfWork":
        return FakeUnitOfWork(self, readonly=readonly)


class FakeUnitOfWork:
    """One transaction on a copy of the tables."""

    sources: FakeSources
    articles: FakeArticles
    stories: FakeStories
    chats: FakeChats
    deliveries: FakeDeliveries
    corrections: FakeCorrections
    notes: FakeNotes
    usage: FakeUsage

    def __init__(self, database: FakeDatabase, *, readonly: bool) -> None:
        self._database = database
        self._readonly = readonly

    async def __aenter__(self) -> Self:
        if not self._readonly:
            await self._database.writer.acquire()
        transactions.opened()
        self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        transactions.closed()
        if not self._readonly:
            self._database.writer.release()

    async def commit(self) -> None:
        assert not self._readonly, "a read-only transaction was committed"
        self._database.tables = self._tables
        self._database.commits += 1
        self._begin()

    def _begin(self) -> None:
        self._tables = self._database.tables.copy()
        self.sources = FakeSources(self._tables)
        self.articles = FakeArticles(self._tables)
        self.stories = FakeStories(self._tables)
        self.chats = FakeChats(self._tables)
        self.deliveries = FakeDeliveries(self._tables)
        self.corrections = FakeCorrections(self._tables)
        self.notes = FakeNotes(self._tables)
        self.usage = FakeUsage(self._tables)
