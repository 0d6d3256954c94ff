"""Bring a database's tables to what this program needs, on start, however many programs start at once.

All migrations run in one transaction under a lock: an advisory one on PostgreSQL, the writer's on SQLite. PostgreSQL gets
the tables of the job queue beside them. Raises
StorageError: the codes of `storage.failures`, `database_too_new` when the tables are of a later program.
"""

from pathlib import Path

from alembic import command
from sqlalchemy import Connection, text

from news.errors import StorageError
from storage import job_schema
from storage.engine import open_engine
from storage.location import Location, locate
from storage.revision import alembic_config, check_vector_extension, current_revision, head_revision, known_revisions

_LOCK = 727_274  # any number, the same in every Byline


def migrate(url: str) -> tuple[str, str]:
    """Upgrade to the newest migration; returns the revisions before (empty: none) and after. Blocking."""
    location = locate(url)
    if location.path is not None:
        _make_folder(location.path)
    engine = open_engine(location)
    try:
        with engine.begin() as connection:
            return _upgrade(connection, location)
    finally:
        engine.dispose()


def _upgrade(connection: Connection, location: Location) -> tuple[str, str]:
    if location.path is None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        check_vector_extension(connection)
    before, head = current_revision(connection), head_revision()
    if before and before not in known_revisions():
        raise StorageError(
            f"The tables are at {before}, which this program does not know: they are of a later one.",
            code="database_too_new",
        )
    if before != head:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, head)
    if location.path is None:
        job_schema.prepare(connection)
    return before, head


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {path.parent} cannot be made.", code="database_unwritable") from error
