"""Machines whose clocks differ go by the database's: of two with five minutes between them one holds an office."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot import doctor
from bot.shared_clock import SharedClock
from bot.tenure import Tenure
from news.errors import StorageError
from tests.fakes.storage import FakeDatabase

FIVE_MINUTES = timedelta(minutes=5)


def machine(ahead: timedelta) -> SharedClock:
    return SharedClock(true_time, lambda: datetime.now(UTC) + ahead)


async def true_time() -> datetime:
    return datetime.now(UTC)


async def test_a_clock_that_is_off_is_put_right_and_a_small_difference_is_left_alone() -> None:
    for ahead in (FIVE_MINUTES, -FIVE_MINUTES, timedelta(seconds=0.5)):
        clock = machine(ahead)
        behind = await clock.compare()
        assert abs(behind + ahead) < timedelta(seconds=0.2)
        off = clock() - datetime.now(UTC)
        assert abs(off) < timedelta(seconds=0.7)


async def test_while_the_database_is_away_the_last_difference_stays() -> None:
    answers = iter([datetime.now(UTC) + FIVE_MINUTES])

    async def ask() -> datetime:
        try:
            return next(answers)
        except StopIteration:
            raise StorageError("away", code="database_down") from None

    clock, stop = SharedClock(ask), asyncio.Event()
    await clock.compare()
    running = asyncio.create_task(clock.run(stop))
    await asyncio.sleep(0)
    stop.set()
    await running
    assert clock() - datetime.now(UTC) > FIVE_MINUTES - timedelta(seconds=5)


async def test_a_machine_five_minutes_ahead_takes_no_office_that_is_held() -> None:
    database, stop = FakeDatabase(), asyncio.Event()
    held: list[str] = []

    async def office(name: str, ahead: timedelta) -> None:
        async def work(ended: asyncio.Event) -> None:
            held.append(name)
            await ended.wait()

        clock = machine(ahead)
        await clock.compare()
        await Tenure(database.open_unit, "scheduler", clock, ttl=timedelta(seconds=5), try_every_s=0.02).run(stop, work)

    first = asyncio.create_task(office("true", timedelta()))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(office("ahead", FIVE_MINUTES))
    await asyncio.sleep(0.2)
    assert held == ["true"]
    stop.set()
    await asyncio.gather(first, second)


async def test_doctor_says_by_how_much_the_database_differs() -> None:
    async def later() -> datetime:
        return datetime.now(UTC) + FIVE_MINUTES

    good = await doctor.database_clock_check(true_time)
    bad = await doctor.database_clock_check(later)
    assert good.good
    assert not bad.good
    assert "300 s behind" in bad.detail
