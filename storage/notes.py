"""Notes that end by themselves, and sums by day, in the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from news.audience import DeliveryKind, DeliveryState
from news.ids import ChatId
from storage.note_tables import note as table, usage
from storage.tables import chat, delivery
from storage.transaction import Transaction

_DATE_AT = len("digest:") + 1  # where the date of a key `digest:DATE:TIME` begins, from 1
_DATE_CHARS = len("2026-11-23")
_AHEAD = timedelta(days=2)  # a local date may be that of yesterday or tomorrow in UTC


class SqlNotes:
    """Implements `news.ports.Notes`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def keep(self, chat_id: ChatId, kind: str, text: str, until: datetime) -> None:
        known = await self._connection.scalar(select(chat.c.id).where(chat.c.id == chat_id))
        if known is None:
            return
        row = {"chat_id": chat_id, "kind": kind, "text": text, "until": until}
        statement = self._transaction.insert(table).values(**row)
        values = {"text": text, "until": until}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["chat_id", "kind"], set_=values))

    async def read(self, chat_id: ChatId, kind: str, now: datetime) -> str | None:
        return await self._connection.scalar(select(table.c.text).where(_named(chat_id, kind), table.c.until > now))

    async def take(self, chat_id: ChatId, kind: str, now: datetime) -> str | None:
        """One statement, so that two never take the same note."""
        taken = delete(table).where(_named(chat_id, kind)).returning(table.c.text, table.c.until)
        row = (await self._connection.execute(taken)).one_or_none()
        return row.text if row is not None and row.until > now else None

    async def chats_with(self, kind: str, text: str, now: datetime, limit: int) -> list[ChatId]:
        same = (table.c.kind == kind) & (table.c.text == text) & (table.c.until > now)
        query = select(table.c.chat_id).where(same).order_by(table.c.chat_id.desc()).limit(limit)
        return [ChatId(number) for number in await self._connection.scalars(query)]

    async def of_chat(self, chat_id: ChatId) -> Mapping[str, str]:
        query = select(table.c.kind, table.c.text).where(table.c.chat_id == chat_id).order_by(table.c.kind)
        return {row.kind: row.text for row in await self._connection.execute(query)}

    async def forget_over(self, now: datetime) -> int:
        return (await self._connection.execute(delete(table).where(table.c.until <= now))).rowcount


def _named(chat_id: ChatId, kind: str) -> Any:
    return (table.c.chat_id == chat_id) & (table.c.kind == kind)


class SqlUsage:
    """Implements `news.ports.Usage`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def add(self, on: date, amounts: Mapping[str, int]) -> None:
        await self._write(on, amounts, summed=True)

    async def put(self, on: date, amounts: Mapping[str, int]) -> None:
        await self._write(on, amounts, summed=False)

    async def _write(self, on: date, amounts: Mapping[str, int], *, summed: bool) -> None:
        for name, amount in amounts.items():
            row = {"on_date": on.isoformat(), "name": name, "amount": amount}
            statement = self._transaction.insert(usage).values(**row)
            after = usage.c.amount + amount if summed else amount
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=["on_date", "name"], set_={"amount": after})
            )

    async def since(self, first: date, names: Sequence[str]) -> dict[str, dict[date, int]]:
        query = select(usage).where(usage.c.on_date >= first.isoformat(), usage.c.name.in_(names))
        found: dict[str, dict[date, int]] = defaultdict(dict)
        for row in await self._connection.execute(query.order_by(usage.c.on_date)):
            found[row.name][date.fromisoformat(row.on_date)] = row.amount
        return dict(found)

    async def digests_since(self, first: date) -> dict[date, int]:
        """By the index over `created_at`: the outbox may hold half a year."""
        on = func.substr(delivery.c.key, _DATE_AT, _DATE_CHARS)
        query = (
            select(on, func.count())
            .where(delivery.c.created_at >= datetime.combine(first, time(), UTC) - _AHEAD)
            .where(delivery.c.kind == DeliveryKind.DIGEST, delivery.c.part == 0)
            .where(delivery.c.state == DeliveryState.SENT, on >= first.isoformat())
            .group_by(on)
        )
        return {date.fromisoformat(row[0]): row[1] for row in await self._connection.execute(query)}
