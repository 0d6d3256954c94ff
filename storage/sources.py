"""Sources in the database. A removed one keeps its row, marked, so that history still names it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from news.entities import NewSource, Source, SourceKind, SourceState, SourceStatus, TextFrom
from news.errors import SourceExists, SourceNotFound
from news.ids import SourceId
from storage.tables import source as table
from storage.transaction import AnyRow, Transaction

_STATE_FIELDS = tuple(SourceState.__dataclass_fields__)
_PLAIN_FIELDS = ("url", "name", "kind", "text_from", "status", "category", "site_url", "added_at", "added_by")
_PRESENT = table.c.removed.is_(False)


class SqlSources:
    """Implements `news.ports.Sources`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def add(self, source: NewSource) -> Source:
        known = (await self._connection.execute(select(table).where(table.c.url == source.url))).one_or_none()
        if known is not None and not known.removed:
            raise SourceExists("The address is a source already.", target=source.url)
        row = _row_of_new(source)
        if known is not None:  # it was removed: it comes back as it is given now, with its history
            await self._connection.execute(update(table).where(table.c.id == known.id).values(**row, removed=False))
            return await self.get(SourceId(known.id))
        added = await self._connection.scalar(
            self._transaction.insert(table).values(**row).on_conflict_do_nothing().returning(table.c.id)
        )
        if added is None:  # another unit was quicker
            raise SourceExists("The address is a source already.", target=source.url)
        return await self.get(SourceId(added))

    async def get(self, source_id: SourceId) -> Source:
        """Removed ones too: citations name them."""
        found = await self._one(table.c.id == source_id)
        if found is None:
            raise SourceNotFound("No such source.", target=str(source_id))
        return found

    async def find(self, name: str) -> Source | None:
        number = int(name) if name.isascii() and name.isdigit() and len(name) <= 18 else None
        conditions = [table.c.url == name, table.c.name_folded == name.casefold()]
        if number is not None:
            conditions.insert(0, table.c.id == number)
        for condition in conditions:
            found = await self._one(condition & _PRESENT)
            if found is not None:
                return found
        return None

    async def all(self) -> list[Source]:
        rows = await self._connection.execute(select(table).where(_PRESENT).order_by(table.c.id))
        return [_source(row) for row in rows]

    async def due(self, now: datetime, limit: int) -> list[Source]:
        come = or_(table.c.next_check_at.is_(None), table.c.next_check_at <= now)
        query = (
            select(table)
            .where(table.c.status == SourceStatus.ACTIVE, table.c.kind != SourceKind.HAND, _PRESENT, come)
            .order_by(table.c.next_check_at.asc().nulls_first(), table.c.id)
            .limit(limit)
        )
        return [_source(row) for row in await self._connection.execute(query)]

    async def save(self, source: Source) -> None:
        row = {name: getattr(source, name) for name in _PLAIN_FIELDS}
        row |= {name: getattr(source.state, name) for name in _STATE_FIELDS}
        await self._change(source.id, {**row, "name_folded": source.name.casefold()})

    async def remove(self, source_id: SourceId) -> None:
        await self._change(source_id, {"removed": True})

    async def bring_back(self, source_id: SourceId) -> None:
        changed = await self._connection.execute(update(table).where(table.c.id == source_id).values(removed=False))
        if changed.rowcount == 0:
            raise SourceNotFound("No such source.", target=str(source_id))

    async def _one(self, condition: ColumnElement[bool]) -> Source | None:
        query = self._transaction.locked(select(table).where(condition).order_by(table.c.id).limit(1))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _source(row)

    async def _change(self, source_id: SourceId, values: dict[str, Any]) -> None:
        changed = await self._connection.execute(
            update(table).where(table.c.id == source_id, _PRESENT).values(**values)
        )
        if changed.rowcount == 0:
            raise SourceNotFound("No such source.", target=str(source_id))


def _row_of_new(source: NewSource) -> dict[str, Any]:
    state = SourceState(interval=source.interval)
    row: dict[str, Any] = {name: getattr(source, name) for name in _PLAIN_FIELDS if name != "status"}
    row |= {name: getattr(state, name) for name in _STATE_FIELDS}
    return {**row, "status": SourceStatus.ACTIVE, "name_folded": source.name.casefold()}


def _source(row: AnyRow) -> Source:
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    plain: dict[str, Any] = {name: fields[name] for name in _PLAIN_FIELDS}
    plain["kind"] = SourceKind(plain["kind"])
    plain["text_from"] = TextFrom(plain["text_from"])
    plain["status"] = SourceStatus(plain["status"])
    state = SourceState(**{name: fields[name] for name in _STATE_FIELDS})
    return Source(id=SourceId(row.id), state=state, **plain)
