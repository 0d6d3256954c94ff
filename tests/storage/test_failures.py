import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeout

from storage.failures import translate


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (sqlite3.OperationalError("database is locked"), "database_locked"),
        (sqlite3.OperationalError("database or disk is full"), "database_full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "database_unwritable"),
        (sqlite3.OperationalError("unable to open database file"), "database_unwritable"),
        (sqlite3.OperationalError("disk I/O error"), "database_unwritable"),
        (sqlite3.DatabaseError("file is not a database"), "database_corrupt"),
        (sqlite3.DatabaseError("database disk image is malformed"), "database_corrupt"),
        (sqlite3.OperationalError("no such table: source"), "database_not_migrated"),
        (OSError(28, "No space left on device"), "database_full"),
        (psycopg.OperationalError("connection refused"), "database_down"),
        (psycopg.OperationalError('FATAL: password authentication failed for user "x"'), "database_denied"),
        (psycopg.OperationalError('FATAL: database "x" does not exist'), "database_missing"),
        (psycopg.errors.DiskFull("could not extend file"), "database_full"),
        (psycopg.errors.AdminShutdown("terminating connection"), "database_down"),
        (psycopg.errors.TooManyConnections("sorry"), "database_down"),
        (psycopg.errors.DeadlockDetected("deadlock detected"), "conflict"),
        (psycopg.errors.InsufficientPrivilege("permission denied"), "database_denied"),
        (psycopg.errors.UndefinedTable('relation "source" is gone'), "database_not_migrated"),
        (psycopg.errors.FeatureNotSupported('extension "vector" is not available'), "vector_extension_missing"),
        (psycopg.errors.UndefinedObject('type "halfvec" does not exist'), "vector_extension_old"),
        (PoolTimeout("QueuePool limit"), "database_locked"),
        (OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked")), "database_locked"),
    ],
)
def test_what_a_failure_means(error: Exception, code: str) -> None:
    meant = translate(error)
    assert meant is not None
    assert meant.code == code


@pytest.mark.parametrize(
    "error",
    [sqlite3.IntegrityError("UNIQUE constraint failed"), psycopg.errors.SyntaxError("syntax error"), ValueError("x")],
)
def test_a_fault_of_ours_means_nothing_of_the_kind(error: Exception) -> None:
    assert translate(error) is None
