"""Backup and restore of an SQLite database while it is in use. PostgreSQL has its own tool, pg_dump, for this.

A backup is one consistent file, whole or not there. Raises StorageError: `backup_unsupported`, `backup_unreadable`,
`database_unwritable`, `database_too_new` and the codes of `storage.failures`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from news.errors import StorageError
from storage.engine import BUSY_TIMEOUT_S, open_engine
from storage.failures import translate
from storage.location import Location, locate
from storage.migrate import migrate
from storage.revision import current_revision, known_revisions


def backup(url: str, file: Path) -> int:
    """Write the database into a new or existing file; returns its size in bytes. Writers are not held up."""
    path = _sqlite_path(url)
    if not path.exists():
        raise StorageError(f"There is no database at {path}.", code="database_missing")
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        _copy_pages(path, part)
        part.replace(file)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise _failure(error) from error
    return file.stat().st_size


def restore(url: str, file: Path) -> tuple[str, str]:
    """Put a backup in the database's place, then migrate it; returns the revisions before and after.

    Other programs that use the database must be stopped: what they remember of it is not true any more.
    """
    path = _sqlite_path(url)
    _check_backup(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy_pages(file, path)
    except (sqlite3.Error, OSError) as error:
        raise _failure(error) from error
    return migrate(url)


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
