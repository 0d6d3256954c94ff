"""Of several processes one does the ticks; another follows when it dies, and nobody does them without a database."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from bot.tenure import TRY_EVERY_S, TTL, Tenure
from news.errors import StorageError
from news.ports import UnitOfWork
from tests.bot import virtual_time
from tests.fakes.storage import FakeDatabase

Work = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


class Candidate:
    """A process: its tenure and whether it works."""

    def __init__(self, open_unit: Any) -> None:
        self.works = False
        self.begun = 0
        self.stop = asyncio.Event()
        tenure = Tenure(open_unit, "scheduler", virtual_time.now)
        self.task = asyncio.ensure_future(tenure.run(self.stop, self._work))

    async def _work(self, ended: asyncio.Event) -> None:
        self.works = True
        self.begun += 1
        await ended.wait()
        self.works = False

    async def leave(self) -> None:
        self.stop.set()
        await self.task


def test_one_works_and_another_follows_at_once_when_it_stops() -> None:
    async def scene() -> None:
        database = FakeDatabase()
        first, second = Candidate(database.open_unit), Candidate(database.open_unit)
        for _ in range(100):
            await asyncio.sleep(1)
            assert (first.works, second.works) == (True, False)
        await first.leave()
        await asyncio.sleep(TRY_EVERY_S + 1)
        assert (first.works, second.works, second.begun) == (False, True, 1)
        await second.leave()

    virtual_time.run(scene())


def test_one_that_dies_is_followed_within_30_s_and_never_two_work() -> None:
    async def scene() -> None:
        database = FakeDatabase()
        dead = False

        def open_until_death(*, readonly: bool = False) -> UnitOfWork:
            if dead:
                raise StorageError("cut off", code="database_down")
            return database.open_unit(readonly=readonly)

        first, second = Candidate(open_until_death), Candidate(database.open_unit)
        await asyncio.sleep(11)
        dead = True  # to the others it looks the same as kill -9; it itself has to notice
        waited_s = 0
        while not second.works:
            await asyncio.sleep(1)
            waited_s += 1
            assert not (first.works and second.works)
        assert waited_s <= TTL.total_seconds() + TRY_EVERY_S <= 30
        assert not first.works
        dead = False
        await asyncio.sleep(60)
        assert (first.works, second.works) == (False, True)
        await second.leave()
        await asyncio.sleep(TRY_EVERY_S + 1)
        assert (first.works, first.begun) == (True, 2)
        await first.leave()

    virtual_time.run(scene())


def test_a_fault_that_passes_before_the_lease_lapses_changes_nothing() -> None:
    async def scene() -> None:
        database = FakeDatabase()
        away = False

        def open_unit(*, readonly: bool = False) -> UnitOfWork:
            if away:
                raise KeyError("a fault of ours")
            return database.open_unit(readonly=readonly)

        only = Candidate(open_unit)
        await asyncio.sleep(11)
        away = True
        await asyncio.sleep((TTL - timedelta(seconds=3 * TRY_EVERY_S)).total_seconds())
        away = False
        await asyncio.sleep(30)
        assert (only.works, only.begun) == (True, 1)
        await only.leave()

    virtual_time.run(scene())
