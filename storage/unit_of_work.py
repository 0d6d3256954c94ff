"""The unit of work over one connection: begin, the repositories, commit or roll back."""

import asyncio
from types import TracebackType
from typing import Self

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from news.errors import StorageError
from storage.articles import SqlArticles
from storage.chats import SqlChats
from storage.corrections import SqlCorrections
from storage.deliveries import SqlDeliveries
from storage.notes import SqlNotes, SqlUsage
from storage.sources import SqlSources
from storage.stories import SqlStories
from storage.transaction import Caches, Transaction
from storage.vectors import VectorView


class SqlUnitOfWork:
    """Implements `news.ports.UnitOfWork`. Raises StorageError where the database fails."""

    sources: SqlSources
    articles: SqlArticles
    stories: SqlStories
    chats: SqlChats
    deliveries: SqlDeliveries
    corrections: SqlCorrections
    notes: SqlNotes
    usage: SqlUsage

    def __init__(
        self, engine: AsyncEngine, caches: Caches, *, readonly: bool, writer: asyncio.Lock | None, wait_s: float
    ) -> None:
        self._engine = engine
        self._caches = caches
        self._readonly = readonly
        self._writer = writer
        self._wait_s = wait_s
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        await self._queue()
        try:
            engine = self._engine.execution_options(readonly=True) if self._readonly else self._engine
            self._connection = await engine.connect()
        except BaseException as error:
            self._leave()
            if isinstance(error, PoolTimeout):
                raise StorageError("All connections to the database are in use.", code="database_locked") from error
            raise
        self._begin(self._connection)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                # Shielded, so that a cancelled task does not leave its transaction to the next one.
                await asyncio.shield(connection.close())
        finally:
            self._leave()

    async def commit(self) -> None:
        """Make it last. What follows in the block is a transaction of its own."""
        assert self._connection is not None, "the unit of work is not open"
        assert not self._readonly, "a read-only unit of work was committed"
        await self._connection.commit()
        self._begin(self._connection)

    def _begin(self, connection: AsyncConnection) -> None:
        transaction = Transaction(
            connection,
            self._readonly,
            VectorView(self._caches.vectors),
            self._caches.frequencies,
            self._caches.compared,
        )
        self.sources = SqlSources(transaction)
        self.articles = SqlArticles(transaction)
        self.stories = SqlStories(transaction)
        self.chats = SqlChats(transaction)
        self.deliveries = SqlDeliveries(transaction)
        self.corrections = SqlCorrections(transaction)
        self.notes = SqlNotes(transaction)
        self.usage = SqlUsage(transaction)

    async def _queue(self) -> None:
        if self._writer is None:
            return
        try:
            async with asyncio.timeout(self._wait_s):
                await self._writer.acquire()
        except TimeoutError as error:
            raise StorageError("Another task holds the database for too long.", code="database_locked") from error

    def _leave(self) -> None:
        if self._writer is not None:
            self._writer.release()
