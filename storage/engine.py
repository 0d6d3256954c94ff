"""The database as the program opens it: an engine with the right habits, and units of work on it.

`open_database(url)` gives a `Database`; `database.open_unit` is the core's `OpenUnitOfWork`. SQLite runs in WAL mode with
`BEGIN IMMEDIATE` for writers (without it updates are lost), PostgreSQL without prepared statements (a generic plan drops the
vector index). Raises StorageError with the codes of `storage.failures` and `database_url_wrong`.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from news.errors import StorageError
from storage.columns import storable
from storage.errands import DRIVER, begin
from storage.failures import translate_errors
from storage.location import Location, locate
from storage.revision import check_vector_extension, current_revision, head_revision
from storage.token_rate import TokenRate
from storage.transaction import Caches
from storage.unit_of_work import SqlUnitOfWork

BUSY_TIMEOUT_S = 30.0  # how long an SQLite writer waits for another process
POOL_TIMEOUT_S = 30.0
_CONNECT_TIMEOUT_S = 10
_PRAGMAS = (
    f"busy_timeout={int(BUSY_TIMEOUT_S * 1000)}",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-16384",  # KiB, for each connection
)


@dataclass(frozen=True, slots=True)
class DatabaseReport:
    """What `doctor` shows. `revision` is that of the stored tables, which equals `head` when all is well."""

    engine: str
    server_version: str
    revision: str
    head: str
    size_bytes: int


class Database:
    """An open database. Close it, or take it from `open_database`, which does."""

    def __init__(self, location: Location, *, pool_size: int = 5) -> None:
        self.location = location
        driver = {} if location.path is None else {"module": DRIVER}
        self._engine: AsyncEngine = create_async_engine(
            location.async_url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=POOL_TIMEOUT_S,
            **driver,
            **_options(location),
        )
        prepare(self._engine.sync_engine, location)
        self._caches = Caches()
        self._writer = asyncio.Lock()
        self.token_rate = TokenRate(self._engine) if location.path is None else None

    def open_unit(self, *, readonly: bool = False) -> SqlUnitOfWork:
        """A transaction, to be entered with `async with`. On SQLite writers of one process queue here, in order."""
        lock = self._writer if self.location.path is not None and not readonly else None
        return SqlUnitOfWork(self._engine, self._caches, readonly=readonly, writer=lock, wait_s=BUSY_TIMEOUT_S)

    async def check(self) -> DatabaseReport:
        """Whether the database answers and has the tables that this program needs, for readiness and doctor.

        Raises StorageError, `database_not_migrated` when the tables are older or newer than the program.
        """
        async with self._engine.execution_options(readonly=True).connect() as connection:
            revision = await connection.run_sync(current_revision)
            head = head_revision()
            if revision != head:
                raise StorageError(
                    f"The tables are at {revision or 'nothing'}, this program needs {head}: run `byline migrate`.",
                    code="database_not_migrated",
                )
            await connection.run_sync(check_vector_extension)
            version, size_bytes = await self._version_and_size(connection)
        return DatabaseReport(connection.dialect.name, version, revision, head, size_bytes)

    async def now(self) -> datetime:
        """The server's time; this machine's where the database is a file."""
        if self.location.path is not None:
            return datetime.now(UTC)
        async with self._engine.execution_options(readonly=True).connect() as connection:
            told: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
            return told.astimezone(UTC)

    async def _version_and_size(self, connection: AsyncConnection) -> tuple[str, int]:
        if connection.dialect.name == "sqlite":
            query = "SELECT sqlite_version(), (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)"
        else:
            query = "SELECT current_setting('server_version'), pg_database_size(current_database())"
        version, size_bytes = (await connection.execute(text(query))).one()
        return version, size_bytes

    async def close(self) -> None:
        await self._engine.dispose()


@asynccontextmanager
async def open_database(url: str, *, pool_size: int = 5) -> AsyncIterator[Database]:
    """Open a database for as long as the block lasts. The first unit connects, not this."""
    database = Database(locate(url), pool_size=pool_size)
    try:
        yield database
    finally:
        await database.close()


def open_engine(location: Location) -> Engine:
    """A plain engine with the same habits, for migrations, backup and copies."""
    engine = create_engine(location.sync_url, poolclass=NullPool, **_options(location))
    prepare(engine, location)
    return engine


def _options(location: Location) -> dict[str, Any]:
    options: dict[str, Any] = {"json_serializer": _to_json}
    if location.path is not None:
        options["connect_args"] = {"timeout": BUSY_TIMEOUT_S}
    else:
        options["pool_pre_ping"] = True
        options["connect_args"] = {
            "prepare_threshold": None,
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "options": "-c timezone=UTC",
        }
        if "options" in location.url.query:
            options["connect_args"]["options"] += f" {location.url.query['options']}"
    return options


def _to_json(value: Any) -> str:
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def prepare(engine: Engine, location: Location) -> None:
    """Give an engine its habits: errors translated, SQLite's pragmas and transactions."""
    translate_errors(engine)
    if location.path is None:
        event.listen(engine, "begin", _begin_postgresql)
    else:
        event.listen(engine, "connect", _connect_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _connect_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transactions by itself
    cursor = connection.cursor()
    try:
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except Exception:
        connection.close()  # nobody else would: the pool never gets it
        raise


def _begin_sqlite(connection: Connection) -> None:
    readonly = connection.get_execution_options().get("readonly")
    begin(connection, "BEGIN" if readonly else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("readonly"):
        # One snapshot for the whole unit, as SQLite gives.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
