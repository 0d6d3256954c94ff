"""A tick comes again whatever happened to the one before it, and never beside itself."""

import asyncio
import time
from datetime import datetime, timedelta

from bot.health import Watch
from bot.schedule import Schedule, Tick
from news.errors import StorageError
from tests import make

EVERY = timedelta(seconds=0.05)


def at_noon() -> datetime:
    return make.NOW


async def run_for(seconds: float, *ticks: Tick) -> Watch:
    watch = Watch()
    stop = asyncio.Event()
    running = asyncio.create_task(Schedule(ticks, watch, at_noon).run(stop))
    await asyncio.sleep(seconds)
    stop.set()
    await running
    return watch


async def test_a_tick_that_fails_comes_again_and_holds_up_no_other() -> None:
    calls = {"expected": 0, "fault": 0, "good": 0}

    async def expected(_: datetime) -> None:
        calls["expected"] += 1
        raise StorageError("the database is away")

    async def fault(_: datetime) -> None:
        calls["fault"] += 1
        raise KeyError("a fault of ours")

    async def good(now: datetime) -> None:
        assert now == make.NOW
        calls["good"] += 1

    watch = await run_for(
        0.5, Tick("expected", EVERY, expected), Tick("fault", EVERY, fault), Tick("good", EVERY, good)
    )
    assert all(count >= 3 for count in calls.values())
    assert watch.failures()["expected"] >= 3
    assert watch.failures()["fault"] >= 3
    assert watch.failures()["good"] == 0


async def test_a_slow_tick_never_runs_beside_itself_and_is_late_only_once() -> None:
    beside = 0
    most = 0
    begun = 0

    async def slow(_: datetime) -> None:
        nonlocal beside, most, begun
        beside += 1
        begun += 1
        most = max(most, beside)
        await asyncio.sleep(0.2)
        beside -= 1

    await run_for(0.7, Tick("slow", EVERY, slow))
    assert most == 1
    assert 2 <= begun <= 5


async def test_a_loop_that_was_blocked_skips_no_tick() -> None:
    calls = 0

    async def count(_: datetime) -> None:
        nonlocal calls
        calls += 1

    watch = Watch()
    stop = asyncio.Event()
    running = asyncio.create_task(Schedule([Tick("count", timedelta(seconds=30), count)], watch, at_noon).run(stop))
    asyncio.get_running_loop().call_soon(
        time.sleep, 1.5
    )  # the library's own limit of lateness is a second: a tick later than that would be dropped
    await asyncio.sleep(0.2)
    stop.set()
    await running
    assert calls == 1
