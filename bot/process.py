"""What every long-running process of the program needs: to end on SIGTERM and SIGINT, to go by the common time, and to say
on its health port how it is.

`run_scheduler` and `run_worker` are the two parts that do without Telegram; those with it are in `bot.lifecycle`.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client.core import Metric

from bot import jobs, zones
from bot.health import Watch, serve
from bot.metrics import read_by
from bot.schedule import Schedule, ticks_for_workers
from bot.services import Services
from bot.shared_clock import SharedClock
from bot.tenure import Tenure
from news.jobs import JobQueue

log = structlog.get_logger()

SCHEDULER = "scheduler"  # the office of the ticks
ZONES_EVERY_S = 24 * 3600.0
QUEUE_WITHIN = timedelta(minutes=3)
"""A worker whose queue has not answered for so long ends, to be started anew."""

Families = Callable[[], Awaitable[Iterable[Metric]]]


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def common_clock(services: Services) -> SharedClock:
    """The clock of all processes over this database. Raises StorageError."""
    clock = SharedClock(services.database_time)
    await clock.compare()
    return clock


@asynccontextmanager
async def health(services: Services, watch: Watch, families: Families) -> AsyncIterator[None]:
    """The health port, where one is set."""
    settings = services.settings
    if settings.health_port is None:
        yield
        return

    async def check() -> None:
        await services.check_database()

    async with serve(settings.health_host, settings.health_port, watch, check, families):
        yield


async def follow_zones(stop: asyncio.Event) -> None:
    """Once a day go by the zones as they are then, where no tick does so; until `stop` is set."""
    while not stop.is_set():
        zones.read_anew()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), ZONES_EVERY_S)


async def end(tasks: Iterable[asyncio.Future[None]]) -> None:
    """Wait until each has ended; faults are logged."""
    for done in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(done, Exception):
            log.error("task_failed", exc_info=done)


async def run_scheduler(services: Services, queue: JobQueue) -> None:
    """Tick while the office is ours, and hand out the workers' jobs, until SIGTERM or SIGINT."""
    stop, watch, clock = stop_on_signals(), Watch(), await common_clock(services)
    schedule = Schedule(ticks_for_workers(services, queue), watch, clock)
    ticking = Tenure(services.open_unit, SCHEDULER, clock).run(stop, schedule.serve)
    await _run(services, watch, stop, _metrics(services, watch, clock, queue), [ticking, clock.run(stop)])


async def run_worker(services: Services, queue: JobQueue) -> None:
    """Do jobs until SIGTERM or SIGINT."""
    stop, watch, clock = stop_on_signals(), Watch(), await common_clock(services)
    watch.expect(jobs.QUEUE, QUEUE_WITHIN, vital=True)
    working = jobs.work(queue, jobs.doing(services, clock), watch, stop)
    await _run(services, watch, stop, _metrics(services, watch, clock, queue), [working, clock.run(stop)])


def _metrics(services: Services, watch: Watch, clock: SharedClock, queue: JobQueue) -> Families:
    return read_by(services.open_unit, None, None, watch, clock, queue)


async def _run(
    services: Services,
    watch: Watch,
    stop: asyncio.Event,
    families: Families,
    works: Iterable[Coroutine[Any, Any, None]],
) -> None:
    tasks = [asyncio.create_task(work) for work in works]
    try:
        async with health(services, watch, families):
            log.info("process_started")
            await watch.guard(stop)
    finally:
        stop.set()
        await end(tasks)
    log.info("process_stopped")
