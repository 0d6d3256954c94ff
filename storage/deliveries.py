"""The outbox in the database: each change of a row's state is one statement that names the state it leaves.

`due_at` says when a row may be claimed (its `not_before`, or the end of a claim's lease) and is NULL once it may not, so one
index serves the idle tick and the claim alike.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, func, or_, select, tuple_, update

from news.audience import ChatKind, Delivery, DeliveryKind, DeliveryState, NewDelivery, OutMessage
from news.ids import ArticleId, ChatId, DeliveryId, StoryId
from storage import leases, records
from storage.chats import address_of
from storage.chunks import chunks
from storage.ledger import tell, unfinished
from storage.stories import living_stories
from storage.tables import chat, delivery as table, told
from storage.transaction import AnyRow, Transaction

_LANES = (0, 1)  # pushes and notices, then digests
# What it tells is not read to send it.
_COLUMNS = tuple(column for column in table.c if column.name not in {"citations", "sentences", "corrects"})
_ENDED = {"due_at": None, "lease_until": None}
# Made once: making such a statement costs more than running it.
_CLAIMED = (
    update(table)
    .where(table.c.id.in_(bindparam("row_ids", expanding=True)))
    .values(state=DeliveryState.CLAIMED, lease_until=bindparam("until"), due_at=bindparam("until"))
)
_FENCED = (
    update(table)
    .where(
        tuple_(table.c.id, table.c.lease_until).in_(bindparam("claims", expanding=True)),
        table.c.state == DeliveryState.CLAIMED,
        table.c.lease_until > bindparam("now"),
    )
    .values(state=DeliveryState.SENDING, attempts=table.c.attempts + 1, due_at=None)
    .returning(table.c.id)
)
_SENT = (
    update(table)
    .where(table.c.id == bindparam("row_id"), table.c.state != DeliveryState.SENT)
    .values(
        state=DeliveryState.SENT,
        message_id=bindparam("message_id"),
        sent_at=bindparam("sent_at"),
        error_code=None,
        **_ENDED,
    )
)


class SqlDeliveries:
    """Implements `news.ports.Deliveries`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def add(self, deliveries: Sequence[NewDelivery], now: datetime) -> int:
        statement = self._transaction.insert(table).on_conflict_do_nothing()
        new = 0
        for some in chunks(deliveries):
            before = await self._standing(some)
            await self._connection.execute(statement, [_row(each, now) for each in some])
            new += len({(each.chat_id, each.key, each.part) for each in some} - before)
        return new

    async def _standing(self, deliveries: Sequence[NewDelivery]) -> set[tuple[int, str, int]]:
        wanted = {(each.chat_id, each.key, each.part) for each in deliveries}
        query = select(table.c.chat_id, table.c.key, table.c.part).where(
            table.c.chat_id.in_({each.chat_id for each in deliveries}),
            table.c.key.in_({each.key for each in deliveries}),
        )
        return {(row.chat_id, row.key, row.part) for row in await self._connection.execute(query)} & wanted

    async def claim(self, now: datetime, *, lease: timedelta, limit: int) -> list[Delivery]:
        """At most one row a chat, and none of a chat that has one on its way: so parts and keys leave in order."""
        chosen: dict[int, AnyRow] = {}  # by chat
        for lane in _LANES:
            while len(chosen) < limit:
                query = _CLAIMABLE if self._transaction.sqlite else _CLAIMABLE_UNLOCKED
                wanted = {"lane": lane, "now": now, "but_chats": [*chosen], "most": limit - len(chosen)}
                rows = (await self._connection.execute(query, wanted)).all()
                for row in rows:
                    chosen.setdefault(row.chat_id, row)
                if not rows:
                    break
        if not chosen:
            return []
        until = now + lease
        row_ids = [row.id for row in chosen.values()]
        await self._connection.execute(_CLAIMED, {"row_ids": row_ids, "until": until})
        return [replace(_delivery(row), state=DeliveryState.CLAIMED, lease_until=until) for row in chosen.values()]

    async def fence(self, delivery: Delivery, now: datetime) -> bool:
        return delivery.id in await self.fence_many([delivery], now)

    async def fence_many(self, deliveries: Sequence[Delivery], now: datetime) -> frozenset[DeliveryId]:
        """The lease's end tells this claim from another one."""
        claims = [(each.id, each.lease_until) for each in deliveries]
        fenced = await self._connection.scalars(_FENCED, {"claims": claims, "now": now})
        return frozenset(DeliveryId(number) for number in fenced)

    async def sent(self, delivery_id: DeliveryId, message_id: int, now: datetime) -> None:
        await self.sent_many({delivery_id: message_id}, now)

    async def sent_many(self, messages: Mapping[DeliveryId, int], now: datetime) -> None:
        """Two statements for any number: the ledger first, as afterwards it could not tell what was sent before."""
        await tell(self._transaction, list(messages), now)
        values = [
            {"row_id": number, "message_id": message_id, "sent_at": now} for number, message_id in messages.items()
        ]
        await self._connection.execute(_SENT, values)

    async def retry(self, delivery_id: DeliveryId, not_before: datetime, code: str) -> None:
        await self._reopen(delivery_id, not_before, {"error_code": code})

    async def replace(self, delivery_id: DeliveryId, message: OutMessage, now: datetime, code: str) -> None:
        await self._reopen(delivery_id, now, {"message": records.message_to_json(message), "error_code": code})

    async def unknown(self, delivery_id: DeliveryId, now: datetime, *, again_at: datetime | None) -> None:
        values: dict[str, Any] = {"unknowns": table.c.unknowns + 1, "error_code": "outcome_unknown"}
        if again_at is None:
            values |= {"state": DeliveryState.UNKNOWN, **_ENDED}
        else:
            values |= _pending(again_at)
        changed = update(table).where(table.c.id == delivery_id, table.c.state == DeliveryState.SENDING)
        if (await self._connection.execute(changed.values(**values))).rowcount:
            await tell(self._transaction, [delivery_id], now)

    async def fail(self, delivery_id: DeliveryId, code: str, now: datetime) -> None:  # noqa: ARG002 - the port's; no column needs it
        values = {"state": DeliveryState.FAILED, "error_code": code, **_ENDED}
        await self._connection.execute(update(table).where(table.c.id == delivery_id, unfinished()).values(**values))

    async def withdraw(self, article_id: ArticleId, code: str) -> int:
        waiting = table.c.state.in_((DeliveryState.PENDING, DeliveryState.CLAIMED))
        rows = await self._connection.execute(select(table.c.id, table.c.citations).where(waiting))
        citing = [row.id for row in rows if any(cited == article_id for cited, _ in row.citations)]
        values = {"state": DeliveryState.FAILED, "error_code": code, **_ENDED}
        for some in chunks(citing):
            await self._connection.execute(update(table).where(table.c.id.in_(some), waiting).values(**values))
        return len(citing)

    async def drop_chat(self, chat_id: ChatId, code: str) -> int:
        values = {"state": DeliveryState.DROPPED, "error_code": code, **_ENDED}
        dropped = await self._connection.execute(
            update(table).where(table.c.chat_id == chat_id, unfinished()).values(**values)
        )
        return dropped.rowcount

    async def recall(self, chat_id: ChatId, code: str, keys: Collection[str] | None = None) -> int:
        recalled = and_(table.c.chat_id == chat_id, table.c.kind != DeliveryKind.NOTICE, unfinished())
        recalled = and_(recalled, table.c.state != DeliveryState.SENDING)
        if keys is not None:
            recalled = and_(recalled, table.c.key.in_(keys))
        part = table.alias("part")
        left = or_(part.c.state.not_in((DeliveryState.PENDING, DeliveryState.CLAIMED)), part.c.unknowns > 0)
        begun = exists().where(part.c.chat_id == table.c.chat_id, part.c.key == table.c.key, left)
        values = {"state": DeliveryState.DROPPED, "error_code": code, **_ENDED}
        dropped = await self._connection.execute(update(table).where(recalled, begun).values(**values))
        deleted = await self._connection.execute(delete(table).where(recalled))
        return dropped.rowcount + deleted.rowcount

    async def release_claims(self) -> int:
        values = {"state": DeliveryState.PENDING, "due_at": table.c.not_before, "lease_until": None}
        released = update(table).where(table.c.state == DeliveryState.CLAIMED).values(**values)
        return (await self._connection.execute(released)).rowcount

    async def leftovers(self) -> list[Delivery]:
        return await self._read(table.c.state == DeliveryState.SENDING)

    async def of_story(self, chat_id: ChatId, story_id: StoryId) -> list[Delivery]:
        living = (await living_stories(self._transaction, [story_id]))[story_id]
        mine = select(told.c.delivery_id).where(told.c.chat_id == chat_id, told.c.story_id == living)
        found = await self._read(table.c.id.in_(mine) & (table.c.state == DeliveryState.SENT))
        return sorted(found, key=lambda row: (row.sent_at or row.created_at, row.id), reverse=True)

    async def keys(self, chat_id: ChatId, prefix: str) -> list[str]:
        begins = func.substr(table.c.key, 1, len(prefix)) == prefix
        query = select(table.c.key).where(table.c.chat_id == chat_id, begins).order_by(table.c.id)
        return list(dict.fromkeys(await self._connection.scalars(query)))

    async def count_since(self, chat_id: ChatId, prefix: str, since: datetime) -> int:
        begins = func.substr(table.c.key, 1, len(prefix)) == prefix
        counted = table.c.state.not_in((DeliveryState.FAILED, DeliveryState.DROPPED))
        query = select(func.count(table.c.key.distinct())).where(
            table.c.chat_id == chat_id, begins, counted, table.c.created_at >= since
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def slot_keys(self, chat_ids: Sequence[ChatId], since: date) -> dict[ChatId, frozenset[str]]:
        first = f"digest:{since.isoformat()}"
        found: dict[ChatId, set[str]] = defaultdict(set)
        for some in chunks(list(dict.fromkeys(chat_ids))):
            query = select(table.c.chat_id, table.c.key).where(
                table.c.chat_id.in_(some), table.c.part == 0, func.substr(table.c.key, 1, 7) == "digest:"
            )
            for row in await self._connection.execute(query):
                if row.key >= first:
                    found[ChatId(row.chat_id)].add(row.key)
        return {chat_id: frozenset(keys) for chat_id, keys in found.items()}

    async def hold_lease(self, name: str, holder: str, now: datetime, ttl: timedelta) -> bool:
        return await leases.hold(self._transaction, name, holder, now, ttl)

    async def lease_holder(self, name: str) -> str | None:
        return await leases.holder_of(self._transaction, name)

    async def drop_lease(self, name: str, holder: str) -> None:
        await leases.drop(self._transaction, name, holder)

    async def counts(self, now: datetime) -> Mapping[str, float]:
        states: Counter[str] = Counter()
        for row in await self._connection.execute(select(table.c.state, func.count()).group_by(table.c.state)):
            states[row[0]] = row[1]
        oldest = await self._connection.scalar(select(func.min(table.c.not_before)).where(unfinished()))
        age_s = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
        return {**{str(state): float(states[state]) for state in DeliveryState}, "oldest_pending_s": age_s}

    async def _reopen(self, delivery_id: DeliveryId, not_before: datetime, values: dict[str, Any]) -> None:
        held = table.c.state.in_((DeliveryState.CLAIMED, DeliveryState.SENDING))
        statement = update(table).where(table.c.id == delivery_id, held)
        await self._connection.execute(statement.values(**values, **_pending(not_before)))

    async def _read(self, condition: ColumnElement[bool]) -> list[Delivery]:
        """With each chat's present address: a group may have moved since the row was written."""
        query = _addressed().where(condition).order_by(table.c.id)
        return [_delivery(row) for row in await self._connection.execute(query)]


def _addressed() -> Select[Any]:
    """Rows with their chats' present addresses."""
    query = select(*_COLUMNS, chat.c.telegram_id, chat.c.thread_id, chat.c.kind.label("chat_kind"))
    return query.join(chat, chat.c.id == table.c.chat_id)


def _claimable() -> Select[Any]:
    """Due rows of a lane, longest due first, whose chat has none on its way and whose earlier parts are done."""
    other = table.alias("other")
    now = bindparam("now", type_=table.c.due_at.type)
    on_its_way = or_(
        other.c.state == DeliveryState.SENDING,
        and_(other.c.state == DeliveryState.CLAIMED, other.c.lease_until > now),
    )
    earlier_part = and_(other.c.key == table.c.key, other.c.part < table.c.part)
    blocked = exists().where(other.c.chat_id == table.c.chat_id, unfinished("other"), or_(on_its_way, earlier_part))
    query = _addressed().where(table.c.lane == bindparam("lane"), table.c.due_at <= now, ~blocked)
    query = query.where(table.c.chat_id.not_in(bindparam("but_chats", expanding=True)))
    return query.order_by(table.c.due_at, table.c.id).limit(bindparam("most"))


_CLAIMABLE = _claimable()
_CLAIMABLE_UNLOCKED = _CLAIMABLE.with_for_update(skip_locked=True, of=table)


def _pending(not_before: datetime) -> dict[str, Any]:
    return {"state": DeliveryState.PENDING, "not_before": not_before, "due_at": not_before, "lease_until": None}


def _row(given: NewDelivery, now: datetime) -> dict[str, Any]:
    return {
        "chat_id": given.chat_id,
        "key": given.key,
        "part": given.part,
        "kind": given.kind,
        "lane": 1 if given.kind is DeliveryKind.DIGEST else 0,
        "message": records.message_to_json(given.message),
        "stories": [list(pair) for pair in given.stories],
        "citations": records.citations_to_json(given.citations),
        "sentences": records.cited_to_json(given.sentences),
        "corrects": given.corrects,
        "edits": given.edits,
        "attempts": 0,
        "unknowns": 0,
        "created_at": now,
        **_pending(given.not_before),
    }


def _delivery(row: AnyRow) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        chat_id=ChatId(row.chat_id),
        address=address_of(row),
        chat_kind=ChatKind(row.chat_kind),
        key=row.key,
        part=row.part,
        kind=DeliveryKind(row.kind),
        message=records.message_from_json(row.message),
        stories=records.versions_from_json(row.stories),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        unknowns=row.unknowns,
        not_before=row.not_before,
        created_at=row.created_at,
        lease_until=row.lease_until,
        message_id=row.message_id,
        edits=row.edits,
        sent_at=row.sent_at,
        error_code=row.error_code,
    )
