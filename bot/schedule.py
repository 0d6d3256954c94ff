"""Ticks: what the running bot does again and again. The database says what is due; this only asks it often enough.

APScheduler holds the ticks in memory: one that is late runs once, however many times it was due, and never beside itself
(`coalesce`, `max_instances=1`, no limit of lateness). A tick that fails is logged and comes again. One that knows when it
has work next, or that is hastened, comes at that moment and not only after its interval: a digest leaves on its minute.
Each can be called by hand with any `now`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import jobs, zones
from bot.health import Watch
from bot.services import Services
from bot.source_notices import read_due
from news.digests import ComposeReport
from news.errors import NewsError
from news.jobs import JobQueue

log = structlog.get_logger()

COMPOSE = "compose"
PUSH_EVERY = timedelta(minutes=1)
RETRY_EVERY = timedelta(hours=1)
RETENTION_EVERY = timedelta(hours=6)
TIDY_EVERY = timedelta(minutes=1)  # a question's text goes within a minute of its time
RESCHEDULE_EVERY = timedelta(hours=24)
LOST_EVERY = timedelta(seconds=5)
LOOK_FOR_OTHERS_EVERY = timedelta(seconds=2)  # where another process takes subscriptions; an idle look costs 1 ms
_PATIENCE = 3  # a tick is overdue after so many times its interval …
_LONGEST_WORK = timedelta(minutes=30)  # … and the longest that one may take


@dataclass(frozen=True, slots=True)
class Tick:
    """One kind of work and how often it is looked for."""

    name: str
    every: timedelta
    work: Callable[[datetime], Awaitable[object]]
    first: bool = False  # once before all others begin
    next_at: Callable[[Any], datetime | None] = lambda _: None  # when there is work next, told by what `work` gave


def ticks(services: Services, wake_sender: Callable[[], None] = lambda: None) -> tuple[Tick, ...]:
    """The ticks of a program in one process; the sender is woken when something was written."""
    settings = services.settings

    async def ingest(now: datetime) -> object:
        report, notices = await read_due(services, now)
        if notices:
            wake_sender()
        return report

    return (
        Tick("ingest", timedelta(seconds=settings.ingest_every_s), ingest),
        Tick("enrich", timedelta(seconds=settings.enrich_every_s), services.enrich.run),
        *_light(services, wake_sender, timedelta(seconds=settings.compose_every_s)),
    )


def ticks_for_workers(services: Services, queue: JobQueue) -> tuple[Tick, ...]:
    """The ticks of a scheduler that leaves fetching and the models to workers."""
    settings = services.settings

    async def ingest(now: datetime) -> object:
        return await jobs.hand_out_sources(services, queue, now)

    async def enrich(_: datetime) -> object:
        return await jobs.hand_out_articles(services, queue)

    async def put_back(_: datetime) -> object:
        return await queue.put_back()

    return (
        Tick("lost_jobs", LOST_EVERY, put_back),
        Tick("ingest", timedelta(seconds=settings.ingest_every_s), ingest),
        Tick("enrich", timedelta(seconds=settings.enrich_every_s), enrich),
        *_light(services, lambda: None, min(LOOK_FOR_OTHERS_EVERY, timedelta(seconds=settings.compose_every_s))),
    )


def _light(services: Services, wake_sender: Callable[[], None], compose_every: timedelta) -> tuple[Tick, ...]:
    """The ticks that are the scheduler's own in either case."""
    settings = services.settings

    async def compose(now: datetime) -> ComposeReport:
        report = await services.digests.compose(now, per_s=settings.messages_per_s)
        if report.deliveries:
            wake_sender()
        return report

    async def push(now: datetime) -> int:
        written = await services.pushes.push(now)
        if written:
            wake_sender()
        return written

    async def reschedule(now: datetime) -> int:
        zones.read_anew()
        return await services.chats.reschedule(now)

    return (
        Tick(COMPOSE, compose_every, compose, next_at=lambda report: report.next_at),
        Tick("push", PUSH_EVERY, push),
        Tick("retry", RETRY_EVERY, services.retries.run),
        Tick("retention", RETENTION_EVERY, services.retention.run),
        Tick("tidy", TIDY_EVERY, services.retention.tidy),
        # before a digest is composed, as the zones may have been updated while the program was down; and daily
        Tick("reschedule", RESCHEDULE_EVERY, reschedule, first=True),
    )


class Schedule:
    """Runs ticks until it is told to stop."""

    def __init__(self, ticks: Sequence[Tick], watch: Watch, clock: Callable[[], datetime]) -> None:
        self._ticks = tuple(ticks)
        self._watch = watch
        self._clock = clock
        self._scheduler: AsyncIOScheduler | None = None
        self._at_work: set[str] = set()
        self._asked: dict[str, datetime] = {}  # for what is at work: when it is wanted again

    def hasten(self, name: str, at: datetime) -> None:
        """Have that tick come at `at` if it would come later. Another process that ticks looks every two seconds."""
        if name in self._at_work:
            self._asked[name] = min(at, self._asked.get(name, at))
            return
        job = self._scheduler.get_job(name) if self._scheduler is not None else None
        if job is not None:
            run_at = datetime.now(UTC) + max(timedelta(), at - self._clock())
            if job.next_run_time is None or run_at < job.next_run_time:
                job.modify(next_run_time=run_at)

    async def run(self, stop: asyncio.Event) -> None:
        """Tick each at once, then each at its interval; on `stop` what is under way is cut off: rows say where it was."""
        stopped, first = asyncio.create_task(stop.wait()), asyncio.create_task(self._run_first())
        try:
            await asyncio.wait({stopped, first}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                await self._tick_until(stop)
        finally:
            first.cancel()
            stopped.cancel()
            await asyncio.gather(first, stopped, return_exceptions=True)

    async def _run_first(self) -> None:
        for tick in self._ticks:
            self._watch.expect(tick.name, tick.every * _PATIENCE + _LONGEST_WORK)
            if tick.first:
                await self._run(tick)

    async def _tick_until(self, stop: asyncio.Event) -> None:
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        for tick in self._ticks:
            trigger = IntervalTrigger(seconds=tick.every.total_seconds(), timezone=UTC)
            next_run_at = datetime.now(UTC) + (tick.every if tick.first else timedelta())
            scheduler.add_job(self._run, trigger, args=[tick], id=tick.name, next_run_time=next_run_at)
        scheduler.start()
        self._scheduler = scheduler
        try:
            await stop.wait()
        finally:
            self._scheduler = None
            scheduler.shutdown(wait=False)

    async def serve(self, ended: asyncio.Event) -> None:
        """`run` for as long as the ticks are this process's; afterwards they are expected of another."""
        await self.run(ended)
        for tick in self._ticks:
            self._watch.expect_no_more(tick.name)

    async def _run(self, tick: Tick) -> None:
        self._at_work.add(tick.name)
        try:
            while await self._do(tick):
                continue
        finally:
            self._at_work.discard(tick.name)
        if tick.name in self._asked:
            self.hasten(tick.name, self._asked.pop(tick.name))

    async def _do(self, tick: Tick) -> bool:
        """Do the work once; whether it is wanted again already."""
        started_s = asyncio.get_running_loop().time()
        try:
            report = await tick.work(self._clock())
        except asyncio.CancelledError:  # the end of the program; the scheduler would report it as a fault
            log.debug("tick_cut_off", tick=tick.name)
        except NewsError as error:
            self._watch.failed(tick.name)
            log.warning("tick_failed", tick=tick.name, code=error.code, message=error.message)
        except Exception:  # a fault of ours in one tick must not end the others, nor this one for good
            self._watch.failed(tick.name)
            log.exception("tick_broke_off", tick=tick.name)
        else:
            self._watch.succeeded(tick.name)
            took_s = round(asyncio.get_running_loop().time() - started_s, 3)
            log.debug("ticked", tick=tick.name, took_s=took_s, report=str(report)[:500])
            next_at = tick.next_at(report)
            if next_at is not None:
                self.hasten(tick.name, next_at)
            if self._asked.get(tick.name, datetime.max.replace(tzinfo=UTC)) <= self._clock():
                del self._asked[tick.name]
                return True
        return False
