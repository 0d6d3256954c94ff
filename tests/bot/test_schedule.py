"""A tick comes again whatever happened to the one before it, never beside itself, and at once when it is wanted."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.health import Watch
from bot.schedule import COMPOSE, Schedule, Tick, ticks, ticks_for_workers
from news.audience import TopicMode
from news.errors import StorageError
from tests import make
from tests.bot.office import Office
from tests.fakes.jobs import FakeJobQueue

SOON = timedelta(seconds=0.02)
RARELY = timedelta(hours=1)
PATIENCE_S = 30.0  # for what happens within milliseconds on an idle machine


def at_noon() -> datetime:
    return make.NOW


def present() -> datetime:
    return datetime.now(UTC)


async def run_until(done: asyncio.Event, schedule: Schedule) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(schedule.run(stop))
    async with asyncio.timeout(PATIENCE_S):
        await done.wait()
    stop.set()
    await running


class Count:
    """Work that counts itself, and tells when it has been done often enough."""

    def __init__(self, enough: int, done: asyncio.Event, then: Callable[[], Awaitable[None]] | None = None) -> None:
        self.calls = 0
        self.times: list[datetime] = []
        self._enough = enough
        self._done = done
        self._then = then

    async def __call__(self, now: datetime) -> None:
        self.calls += 1
        self.times.append(now)
        if self.calls >= self._enough:
            self._done.set()
        if self._then is not None:
            await self._then()


async def test_a_tick_that_fails_comes_again_and_holds_up_no_other() -> None:
    async def expected() -> None:
        raise StorageError("the database is away")

    async def fault() -> None:
        raise KeyError("a fault of ours")

    ended = [asyncio.Event() for _ in range(3)]
    works = [Count(3, ended[0], expected), Count(3, ended[1], fault), Count(3, ended[2])]
    watch, all_ended = Watch(), asyncio.Event()
    names = ("expected", "fault", "good")
    ticks = [Tick(name, SOON, work) for name, work in zip(names, works, strict=True)]

    async def wait_for_all() -> None:
        for each in ended:
            await each.wait()
        all_ended.set()

    waiting = asyncio.create_task(wait_for_all())
    await run_until(all_ended, Schedule(ticks, watch, at_noon))
    await waiting
    assert watch.failures()["expected"] >= 2  # the third may have been under way at the end
    assert watch.failures()["fault"] >= 2
    assert watch.failures()["good"] == 0
    assert set(works[2].times) == {make.NOW}


async def test_a_slow_tick_never_runs_beside_itself_and_is_late_only_once() -> None:
    beside, most = 0, 0

    async def slow() -> None:
        nonlocal beside, most
        beside += 1
        most = max(most, beside)
        await asyncio.sleep(10 * SOON.total_seconds())
        beside -= 1

    done = asyncio.Event()
    work = Count(3, done, slow)
    began_s = time.monotonic()
    await run_until(done, Schedule([Tick("slow", SOON, work)], Watch(), at_noon))
    assert most == 1
    assert time.monotonic() - began_s > 2 * 10 * SOON.total_seconds()  # what was missed meanwhile is not made up for


async def test_a_loop_that_was_blocked_skips_no_tick() -> None:
    done = asyncio.Event()
    work = Count(1, done)
    asyncio.get_running_loop().call_soon(
        time.sleep, 1.5
    )  # the library's own limit of lateness is a second: a tick later than that would be dropped
    await run_until(done, Schedule([Tick("count", RARELY, work)], Watch(), at_noon))
    assert work.calls == 1


async def test_what_is_to_be_first_is_over_before_others_begin_and_is_done_once() -> None:
    order: list[str] = []

    def work(name: str) -> Callable[[datetime], Awaitable[None]]:
        async def do(_: datetime) -> None:
            order.append(f"{name} begins")
            await asyncio.sleep(0.02)
            order.append(f"{name} ends")
            if name == "other":
                done.set()

        return do

    done = asyncio.Event()
    ticks = [Tick("other", RARELY, work("other")), Tick("first", RARELY, work("first"), first=True)]
    await run_until(done, Schedule(ticks, Watch(), present))
    assert order == ["first begins", "first ends", "other begins", "other ends"]


async def test_a_stop_does_not_wait_for_what_is_first() -> None:
    begun, stop = asyncio.Event(), asyncio.Event()

    async def endless(_: datetime) -> None:
        begun.set()
        await asyncio.sleep(3600)

    async def never(_: datetime) -> None:
        raise AssertionError("the first was not over")

    ticks = [Tick("other", RARELY, never), Tick("first", RARELY, endless, first=True)]
    running = asyncio.create_task(Schedule(ticks, Watch(), present).run(stop))
    await begun.wait()
    stop.set()
    async with asyncio.timeout(PATIENCE_S):
        await running


async def test_a_tick_comes_at_the_moment_that_it_knows_of() -> None:
    done = asyncio.Event()
    work = Count(2, done)
    at = present() + timedelta(seconds=0.3)
    tick = Tick("due", RARELY, work, next_at=lambda _: at if work.calls == 1 else None)
    schedule = Schedule([tick], Watch(), present)
    await run_until(done, schedule)
    assert work.times[0] < at <= work.times[1]


async def test_a_tick_that_is_hastened_comes_at_once_and_no_later_than_it_would_have() -> None:
    begun, done = asyncio.Event(), asyncio.Event()
    work = Count(2, done)
    first = Count(1, begun)

    async def both(now: datetime) -> None:
        await first(now)
        await work(now)

    schedule = Schedule([Tick("due", RARELY, both)], Watch(), present)
    running = asyncio.create_task(run_until(done, schedule))
    await begun.wait()
    await asyncio.sleep(0.05)  # it is over, and would come again in an hour
    schedule.hasten("due", present() + 2 * RARELY)
    schedule.hasten("due", present() - RARELY)
    schedule.hasten("unknown", present())
    await running
    assert work.calls == 2
    schedule.hasten("due", present())  # nothing ticks here any more
    assert work.calls == 2


async def test_a_tick_that_is_wanted_while_it_is_at_work_comes_once_more() -> None:
    done = asyncio.Event()

    async def change_of_mind() -> None:
        if work.calls == 1:
            schedule.hasten("due", present())
            schedule.hasten("due", present())

    work = Count(2, done, change_of_mind)
    schedule = Schedule([Tick("due", RARELY, work)], Watch(), present)
    await run_until(done, schedule)
    assert work.calls == 2


async def test_what_is_followed_at_once_is_pushed_by_a_tick_that_wakes_the_sender() -> None:
    office = Office()
    story = await office.newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    chat = await office.newsroom.chat()
    async with office.newsroom.open_unit() as unit:
        await unit.chats.follow(chat.id, "ship", TopicMode.PUSH, make.NOW)
        await unit.commit()
    woken: list[bool] = []
    [push] = [tick for tick in ticks(office.desk.services, lambda: woken.append(True)) if tick.name == "push"]
    assert await push.work(make.NOW) == 1
    assert await push.work(make.NOW) == 0
    assert woken == [True]
    [row] = office.newsroom.database.tables.outbox.deliveries.values()
    assert row.key == f"push:{story}:1"


def test_a_scheduler_sees_soon_what_was_promised_by_another_process() -> None:
    """Nobody hastens its ticks; where the same process talks to people, that one does."""
    services = Office().services

    def compose(made: Sequence[Tick]) -> timedelta:
        return next(tick.every for tick in made if tick.name == COMPOSE)

    assert compose(ticks_for_workers(services, FakeJobQueue())) == timedelta(seconds=2)
    assert compose(ticks(services)) == timedelta(seconds=services.settings.compose_every_s)
    eager = Office(compose_every_s=1).services
    assert compose(ticks_for_workers(eager, FakeJobQueue())) == timedelta(seconds=1)
