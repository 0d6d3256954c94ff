"""What a database's failures mean, in one table: driver errors become StorageError with a stable code.

Codes: database_down, database_unwritable, database_full, database_locked, database_corrupt, database_not_migrated,
database_missing, database_denied, conflict, vector_extension_missing, vector_extension_old. What is no failure of the
outside world (a wrong statement, a broken constraint) passes as it is: it is a fault of ours.
"""

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout

from news.errors import StorageError

# First match wins; words of the drivers' messages, lower case. PostgreSQL adds five-character codes.
_BY_WORDS = (
    ("database is locked", "database_locked", "Another process holds the database for too long."),
    ("database table is locked", "database_locked", "Another process holds the database for too long."),
    ("database or disk is full", "database_full", "The disk is full."),
    ("no space left on device", "database_full", "The disk is full."),
    ("readonly database", "database_unwritable", "The database cannot be written."),
    ("unable to open database file", "database_unwritable", "The database file cannot be opened or created."),
    (
        "disk i/o error",
        "database_unwritable",
        "The database file cannot be read or written: its disk is full or fails.",
    ),
    ("file is not a database", "database_corrupt", "The file is not an SQLite database."),
    ("malformed", "database_corrupt", "The database file is damaged."),
    ("no such table", "database_not_migrated", "The database has no tables yet, or old ones: run `byline migrate`."),
    ("no such column", "database_not_migrated", "The database has old tables: run `byline migrate`."),
    ('extension "vector" is not available', "vector_extension_missing", "PostgreSQL has no pgvector; 0.8 is needed."),
    ('type "halfvec" does not exist', "vector_extension_old", "pgvector is too old; 0.8 is needed."),
)
_BY_SQLSTATE = (
    ("28", "database_denied", "The database refuses this user or password."),
    ("42501", "database_denied", "The database user may not do this."),
    ("3D000", "database_missing", "The server has no database of that name."),
    ("53100", "database_full", "The disk of the database server is full."),
    ("25006", "database_unwritable", "The database server is read-only."),
    ("40001", "conflict", "Two transactions were in each other's way; try again."),
    ("40P01", "conflict", "Two transactions were in each other's way; try again."),
    ("55P03", "database_locked", "Another process holds the database for too long."),
    ("42P01", "database_not_migrated", "The database has no tables yet, or old ones: run `byline migrate`."),
    ("42703", "database_not_migrated", "The database has old tables: run `byline migrate`."),
    ("53", "database_down", "The database server has no room for a connection."),
    ("57", "database_down", "The database server stopped or cut the connection."),
    ("08", "database_down", "The database server cannot be reached."),
)
_BY_LIBPQ = (
    ("password authentication failed", "database_denied", "The database refuses this user or password."),
    ("no password supplied", "database_denied", "The database wants a password."),
    ("does not exist", "database_missing", "The server has no database or user of that name."),
    ("", "database_down", "The database server cannot be reached."),
)


def translate(error: BaseException) -> StorageError | None:
    """The StorageError that a driver's error means; None for what is not expected."""
    if isinstance(error, PoolTimeout):
        return StorageError("All connections to the database are in use.", code="database_locked")
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    words, state = str(cause).lower(), getattr(cause, "sqlstate", None)
    meanings = [(code, message) for part, code, message in _BY_WORDS if part in words]
    if state is not None:
        meanings += [(code, message) for part, code, message in _BY_SQLSTATE if state.startswith(part)]
    elif _is_psycopg_operational(cause):  # libpq could not connect, or lost the connection
        meanings += [(code, message) for part, code, message in _BY_LIBPQ if part in words]
    return StorageError(meanings[0][1], code=meanings[0][0]) if meanings else None


def _is_psycopg_operational(error: BaseException) -> bool:
    return any(
        kind.__module__.startswith("psycopg") and kind.__name__ in {"OperationalError", "PoolTimeout"}
        for kind in type(error).__mro__
    )


def translate_errors(engine: Engine) -> None:
    """Have an engine raise StorageError, from the driver's error, for every failure of this table."""

    @event.listens_for(engine, "handle_error")
    def _translate(context: ExceptionContext) -> Any:
        meant = translate(context.original_exception)
        if meant is not None:
            raise meant from context.original_exception
