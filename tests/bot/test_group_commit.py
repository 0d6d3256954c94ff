"""Writes of requests that run side by side go together, and never in each other's way."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.group_commit import GroupCommit
from news.audience import Address, ChatKind, Delivery, DeliveryKind, DeliveryState, NewDelivery, OutMessage
from news.chats import ChatService
from news.errors import StorageError
from news.ids import DeliveryId
from tests.fakes.storage import FakeDatabase
from tests.make import NOW


class Office:
    """Some claimed rows, and a database that counts its commits."""

    def __init__(self) -> None:
        self.database = FakeDatabase()
        self.refused: set[DeliveryId] = set()
        self.writes = GroupCommit(self.open_unit, lambda: NOW)

    def open_unit(self, *, readonly: bool = False) -> Any:
        unit = self.database.open_unit(readonly=readonly)
        return _Refusing(unit, self.refused)

    async def claimed(self, count: int) -> list[Delivery]:
        chats = ChatService(self.database.open_unit)
        ids = [(await chats.open(Address(number), ChatKind.PRIVATE, NOW)).id for number in range(1, count + 1)]
        rows = [
            NewDelivery(
                chat_id=chat_id, key="k", part=0, kind=DeliveryKind.PUSH, message=OutMessage(html="x"), not_before=NOW
            )
            for chat_id in ids
        ]
        async with self.database.open_unit() as unit:
            await unit.deliveries.add(rows, NOW)
            claimed = await unit.deliveries.claim(NOW, lease=timedelta(minutes=1), limit=count)
            await unit.commit()
        return claimed

    def state(self, delivery: Delivery) -> DeliveryState:
        return self.database.tables.outbox.deliveries[delivery.id].state


class _Refusing:
    """A unit of work whose database refuses some rows."""

    def __init__(self, unit: Any, refused: set[DeliveryId]) -> None:
        self._unit = unit
        self._refused = refused

    async def __aenter__(self) -> Any:
        unit = await self._unit.__aenter__()
        await asyncio.sleep(0.001)  # as long as others need to come with writes of their own
        fence_many = unit.deliveries.fence_many
        sent_many = unit.deliveries.sent_many

        async def fence(deliveries: Sequence[Delivery], now: datetime) -> frozenset[DeliveryId]:
            self._check(each.id for each in deliveries)
            found: frozenset[DeliveryId] = await fence_many(deliveries, now)
            return found

        async def sent(messages: Mapping[DeliveryId, int], now: datetime) -> None:
            self._check(messages)
            await sent_many(messages, now)

        unit.deliveries.fence_many = fence
        unit.deliveries.sent_many = sent
        return unit

    def _check(self, rows: Any) -> None:
        if self._refused & set(rows):
            raise StorageError("This row is not to be written.")

    async def __aexit__(self, *how: object) -> None:
        await self._unit.__aexit__(*how)


async def test_writes_that_come_together_are_written_together() -> None:
    office = Office()
    rows = await office.claimed(6)
    assert await office.writes.fence(rows[0])
    before = office.database.commits
    first = asyncio.create_task(office.writes.fence(rows[1]))
    await asyncio.sleep(0)  # it is being written while the others come
    await asyncio.sleep(0)
    others = [office.writes.fence(row) for row in rows[2:]]
    assert await asyncio.gather(first, *others, office.writes.sent(rows[0], 7)) == [True] * 5 + [None]
    assert office.database.commits == before + 2
    assert [office.state(row) for row in rows] == [DeliveryState.SENT] + [DeliveryState.SENDING] * 5


async def test_each_hears_whether_its_own_claim_held() -> None:
    office = Office()
    rows = await office.claimed(3)
    async with office.database.open_unit() as unit:
        await unit.deliveries.retry(rows[1].id, NOW, "taken")
        await unit.commit()
    assert await asyncio.gather(*(office.writes.fence(row) for row in rows)) == [True, False, True]


async def test_a_row_that_cannot_be_written_harms_no_other() -> None:
    office = Office()
    rows = await office.claimed(3)
    office.refused.add(rows[1].id)
    done = await asyncio.gather(*(office.writes.fence(row) for row in rows), return_exceptions=True)
    assert [done[0], done[2]] == [True, True]
    assert isinstance(done[1], StorageError)
    assert office.state(rows[1]) is DeliveryState.CLAIMED


@pytest.mark.parametrize("message_id", [None, 5])
async def test_who_has_gone_starts_no_request_but_what_was_sent_is_written(message_id: int | None) -> None:
    office = Office()
    rows = await office.claimed(2)
    if message_id is not None:
        assert await office.writes.fence(rows[0])
    busy = asyncio.create_task(office.writes.fence(rows[1]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    work = office.writes.fence(rows[0]) if message_id is None else office.writes.sent(rows[0], message_id)
    caller = asyncio.create_task(work)
    await asyncio.sleep(0)
    caller.cancel()
    assert await busy
    await asyncio.sleep(0.05)
    assert office.state(rows[0]) is (DeliveryState.CLAIMED if message_id is None else DeliveryState.SENT)


async def test_no_fence_stands_without_what_was_sent_before_it() -> None:
    office = Office()
    rows = await office.claimed(3)
    assert await office.writes.fence(rows[0])
    assert await office.writes.fence(rows[1])
    office.refused.add(rows[0].id)
    done = await asyncio.gather(
        office.writes.sent(rows[0], 7),
        office.writes.sent(rows[1], 8),
        office.writes.fence(rows[2]),
        return_exceptions=True,
    )
    assert [type(each) for each in done] == [StorageError, type(None), StorageError]
    assert [office.state(row) for row in rows] == [DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.CLAIMED]
