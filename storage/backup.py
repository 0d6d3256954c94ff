"""Backup and restore of an SQLite database while it is in use. PostgreSQL has its own tool, pg_dump, for this.

A backup is one consistent file, whole or not there; it takes no other file's place. Raises StorageError: `backup_unsupported`,
`backup_exists`, `backup_unreadable`, `database_in_use`, `database_unwritable`, `database_too_new` and the codes of `storage.failures`.
"""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from news.errors import StorageError
from storage.engine import BUSY_TIMEOUT_S, open_engine
from storage.failures import translate
from storage.location import Location, locate
from storage.migrate import migrate
from storage.revision import current_revision, known_revisions
from storage.tables import lease

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def backup(url: str, file: Path) -> int:
    """Write the database into a new file; returns its size in bytes. Writers are not held up."""
    path = _sqlite_path(url)
    if not path.exists():
        raise StorageError(f"There is no database at {path}.", code="database_missing")
    if file.exists():
        raise StorageError(f"{file} is there already; give the name of a new file.", code="backup_exists")
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        _copy_pages(path, part)
        part.replace(file)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise _failure(error) from error
    return file.stat().st_size


def restore(url: str, file: Path, now: datetime) -> tuple[str, str]:
    """Put a backup in the database's place, then migrate it; returns the revisions before and after.

    Refused while a bot works on the database: what it remembers of it would not be true any more. A database too damaged to be
    written is kept beside it as FILE.damaged.
    """
    path = _sqlite_path(url)
    _check_backup(file)
    if path.exists() and _has_bot(path, now):
        raise StorageError(
            f"A bot runs on {path}: stop it first; one that was killed counts as gone after half a minute.",
            code="database_in_use",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace_pages(file, path)
    except (sqlite3.Error, OSError) as error:
        raise _failure(error) from error
    return migrate(url)


def _replace_pages(file: Path, path: Path) -> None:
    try:
        _copy_pages(file, path)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) not in _DAMAGED:
            raise
        path.replace(path.with_name(f"{path.name}.damaged"))
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        _copy_pages(file, path)


def _has_bot(path: Path, now: datetime) -> bool:
    """Whether somebody holds a lease; of a damaged database, which a backup is to replace, nobody knows."""
    engine = open_engine(Location(URL.create("sqlite+aiosqlite", database=str(path)), path))
    try:
        with engine.execution_options(readonly=True).connect() as connection:
            return bool(connection.scalar(select(exists().where(lease.c.until > now))))
    except (StorageError, DBAPIError):
        return False
    finally:
        engine.dispose()


def _sqlite_path(url: str) -> Path:
    path = locate(url).path
    if path is None:
        raise StorageError("This is for SQLite; use pg_dump and pg_restore for PostgreSQL.", code="backup_unsupported")
    return path


def _copy_pages(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source, timeout=BUSY_TIMEOUT_S)) as reading,
        closing(sqlite3.connect(target, timeout=BUSY_TIMEOUT_S)) as writing,
    ):
        reading.backup(writing)  # in one step: a step-wise one begins anew at every write of others


def _check_backup(file: Path) -> None:
    if not file.is_file():
        raise StorageError(f"There is no file {file}.", code="backup_unreadable")
    engine = open_engine(Location(URL.create("sqlite+aiosqlite", database=str(file)), file))
    try:
        with engine.execution_options(readonly=True).connect() as connection:
            verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            revision = current_revision(connection)
    except StorageError as error:
        raise StorageError(f"{file} is no backup: {error.message}", code="backup_unreadable") from error
    finally:
        engine.dispose()
    if verdict != "ok" or not revision:
        raise StorageError(f"{file} is no whole backup of Byline.", code="backup_unreadable")
    if revision not in known_revisions():
        raise StorageError(f"{file} was made by a later Byline.", code="database_too_new")


def _failure(error: Exception) -> StorageError:
    known = translate(error)
    return (
        known if known is not None else StorageError(f"The file cannot be written: {error}", code="database_unwritable")
    )
