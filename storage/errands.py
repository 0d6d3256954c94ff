"""How SQLite is driven from the event loop: a statement is one errand to the thread of its connection.

SQLAlchemy's adapter of aiosqlite makes four errands of it (open a cursor, execute, fetch, close), and a change of threads
costs more than most of our statements do. Here the thread does all four at once, begins the transaction with its first
statement, and is not asked to end what was not begun. `DRIVER` is for `create_async_engine(module=…)`, `begin` for its
"begin" event; errors are those of sqlite3, as with the adapter.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from typing import Any

import aiosqlite
from sqlalchemy import Connection
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_connection
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import EMPTY_DICT, await_

_CHUNK = 64  # rows; aiosqlite's own, for cursors that are read bit by bit


class _Thread(aiosqlite.Connection):
    """A connection and its thread."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(lambda: sqlite3.connect(*args, **options), _CHUNK)
        self._thread.daemon = True  # as SQLAlchemy has it: a connection that nobody closed does not hold up the end
        self._unheard = False  # a statement whose end was not heard of: it may have begun a transaction since
        self.to_begin: str | None = None  # what the next statement begins with

    async def run(self, sql: str, values: Any, *, many: bool) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        """Execute a statement; its cursor, closed, and its rows."""
        if self._connection is None:
            raise sqlite3.OperationalError("connection closed")  # the words by which SQLAlchemy knows it
        self._unheard = True
        to_begin, self.to_begin = self.to_begin, None
        done: tuple[sqlite3.Cursor, Sequence[Any]]
        done = await self._execute(_run, self._connection, to_begin, sql, values, many)  # type: ignore[no-untyped-call]  # aiosqlite's
        self._unheard = False
        return done

    async def commit(self) -> None:
        """Commit, where something was begun."""
        if self.to_begin is None:
            await super().commit()
        self.to_begin = None

    async def rollback(self) -> None:
        """Roll back, where there is or may be something to."""
        self.to_begin = None
        if self._connection is not None and (self._unheard or self._connection.in_transaction):
            await super().rollback()
            self._unheard = False


def _run(
    connection: sqlite3.Connection, to_begin: str | None, sql: str, values: Any, many: bool
) -> tuple[sqlite3.Cursor, Sequence[Any]]:
    cursor = connection.cursor()
    try:
        if to_begin is not None:
            cursor.execute(to_begin)
        if many:
            cursor.executemany(sql, values)
            return cursor, ()
        cursor.execute(sql, values)
        return cursor, cursor.fetchall() if cursor.description else ()
    finally:
        cursor.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is open on the thread only for as long as its statement runs."""

    __slots__ = ()

    _awaitable_cursor_close = False  # it is closed already

    def __init__(
        self, adapt_connection: AsyncAdapt_dbapi_connection
    ) -> None:  # not the adapter's, which opens the cursor
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001 - as the adapter's own cursors do
        self._rows = deque()
        self._soft_closed_memoized = EMPTY_DICT

    def execute(self, operation: Any, parameters: Any = None) -> None:
        self._cursor, rows = await_(self._connection.run(operation, parameters or (), many=False))
        self._rows = deque(rows)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        self._cursor, _ = await_(self._connection.run(operation, seq_of_parameters, many=True))

    def close(self) -> None:
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls = _Cursor


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    """The driver's module, as SQLAlchemy sees it."""

    def connect(self, *args: Any, **options: Any) -> _Connection:
        thread: Any = await_(_Thread(*args, **options))
        return _Connection(self, thread)


DRIVER = _Driver(aiosqlite, sqlite3)


def begin(connection: Connection, sql: str) -> None:
    """Begin a transaction on one of `DRIVER`'s connections, or on a plain one of sqlite3."""
    raw: Any = connection.connection.dbapi_connection
    if isinstance(raw, _Connection):
        raw.driver_connection.to_begin = sql
    else:
        connection.exec_driver_sql(sql)
