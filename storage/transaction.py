"""One open transaction, as the repositories see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Insert, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.comparing import Compared
from storage.frequencies import WordFrequencies
from storage.vectors import VectorCache, VectorView

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Caches:
    """What the units of a process share."""

    vectors: VectorCache = field(default_factory=VectorCache)
    frequencies: WordFrequencies = field(default_factory=WordFrequencies)
    compared: Compared = field(default_factory=Compared)


@dataclass(frozen=True, slots=True)
class Transaction:
    """The connection of a unit of work, whether it may write, and its view of the cached vectors."""

    connection: AsyncConnection
    readonly: bool
    vectors: VectorView
    frequencies: WordFrequencies
    compared: Compared

    @property
    def sqlite(self) -> bool:
        """Whether this is SQLite; else it is PostgreSQL."""
        return self.connection.dialect.name == "sqlite"

    def insert(self, table: Table) -> Any:
        """An INSERT that knows ON CONFLICT; both databases spell it alike, SQLAlchemy has a class for each."""
        return sqlite.insert(table) if self.sqlite else postgresql.insert(table)

    def locked(self, query: Select[Any]) -> Select[Any]:
        """A read whose rows nobody else changes before this unit ends: what is read may be saved whole.

        SQLite needs nothing for it: it has one writer.
        """
        return query if self.readonly or self.sqlite else query.with_for_update()

    async def insert_ignoring(self, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
        """Run an INSERT over many rows, none being no error."""
        if rows:
            await self.connection.execute(statement, rows)
