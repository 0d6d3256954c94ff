"""Moves a whole database to another one, of either kind, and compares every row afterwards.

The target is migrated first and must be empty; it is filled in one transaction, so that it is whole or empty. Raises
StorageError: `copy_target_not_empty`, `copy_differs`, `database_not_migrated` and the codes of `storage.failures`.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Select, Table, collate, func, select, text

from news.errors import StorageError
from news.ports import Progress
from storage.engine import open_engine
from storage.location import locate
from storage.migrate import migrate
from storage.revision import current_revision, head_revision
from storage.tables import metadata, vector_gone
from storage.transaction import AnyRow

_BATCH = 1_000  # rows
# In an order that foreign keys allow. What caches are told of removed vectors concerns the running programs only.
_TABLES = tuple(table for table in metadata.sorted_tables if table is not vector_gone)


def copy(from_url: str, to_url: str, progress: Progress | None = None) -> Mapping[str, int]:
    """Copy all rows with their numbers; returns how many by table. Blocking."""
    path = locate(from_url).path
    if path is not None and not path.exists():
        raise StorageError(f"There is no database at {path}.", code="database_missing")
    migrate(to_url)
    source_engine, target_engine = open_engine(locate(from_url)), open_engine(locate(to_url))
    try:
        with source_engine.execution_options(readonly=True).connect() as source, target_engine.begin() as target:
            _check_revisions(source)
            _check_empty(target)
            counts = {table.name: _copy_table(table, source, target, progress) for table in _TABLES}
            for table in _TABLES:
                _compare(table, source, target)
            return counts
    finally:
        source_engine.dispose()
        target_engine.dispose()


def _check_revisions(source: Connection) -> None:
    if current_revision(source) != head_revision():
        raise StorageError(
            "The database to copy has old tables: run `byline migrate` on it.", code="database_not_migrated"
        )


def _check_empty(target: Connection) -> None:
    for table in _TABLES:
        if target.execute(select(func.count()).select_from(table)).scalar_one():
            raise StorageError(f"The target is not empty: it has rows in {table.name}.", code="copy_target_not_empty")


def _copy_table(table: Table, source: Connection, target: Connection, progress: Progress | None) -> int:
    total = source.execute(select(func.count()).select_from(table)).scalar_one()
    done = 0
    for batch in source.execution_options(yield_per=_BATCH).execute(_in_order(table, source)).partitions():
        target.execute(table.insert(), [dict(row._mapping) for row in batch])  # noqa: SLF001 - SQLAlchemy's public name
        done += len(batch)
        if progress is not None:
            progress(table.name, done, total)
    if table.dialect_options["sqlite"].get("autoincrement"):
        _continue_numbers(table, source, target)
    return done


def _continue_numbers(table: Table, source: Connection, target: Connection) -> None:
    """A number that was ever given is not given again: aliases and citations may name it."""
    if source.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        last = source.execute(query, {"name": table.name}).scalar() or 0
    else:
        last = source.execute(text("SELECT last_value FROM pg_sequences WHERE sequencename = :name"), _sequence(table))
        last = last.scalar() or 0
    if not last:
        return
    if target.dialect.name == "sqlite":
        values = {"name": table.name, "last": last}
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
        target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)
    else:
        target.execute(text("SELECT setval(CAST(:name AS regclass), :last)"), {**_sequence(table), "last": last})


def _sequence(table: Table) -> dict[str, str]:
    return {"name": f"{table.name}_id_seq"}


def _compare(table: Table, source: Connection, target: Connection) -> None:
    for one, other in zip_longest(_rows(table, source), _rows(table, target)):
        if one is None or other is None or tuple(one) != tuple(other):
            keys = [getattr(one if one is not None else other, column.name) for column in table.primary_key]
            raise StorageError(f"Row {keys} of {table.name} is not the same on both sides.", code="copy_differs")


def _rows(table: Table, connection: Connection) -> Iterator[AnyRow]:
    yield from connection.execution_options(yield_per=_BATCH).execute(_in_order(table, connection))


def _in_order(table: Table, connection: Connection) -> Select[Any]:
    """By the key; names by their bytes, as the databases sort words differently."""
    by_bytes = "C" if connection.dialect.name == "postgresql" else "BINARY"
    keys = (column if column.type.python_type is int else collate(column, by_bytes) for column in table.primary_key)
    return select(table).order_by(*keys)
