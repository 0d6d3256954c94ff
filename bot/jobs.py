"""Fetching and models' work as jobs for workers: what the scheduler puts into the queue, and what a worker does with it.

The functions are those of the ticks of a single process. `hand_out_…` look at the rows and put what is due; `work` does jobs
until it is told to stop, through outages of the database. A job raises nothing: what it left undone is found again in the
rows by the scheduler's next look.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from bot.health import Watch
from bot.notices import Notices
from bot.services import Services
from bot.source_notices import tell
from news.entities import SourceStatus
from news.errors import NewsError, SourceNotFound
from news.jobs import MOST, Do, JobKind, JobQueue, articles_of, enriching, reading, source_of

log = structlog.get_logger()

QUEUE = "jobs"
AT_ONCE: Mapping[JobKind, int] = {JobKind.READ: 8, JobKind.ENRICH: 2}
"""Of one worker: sources wait for the network; one block of articles is placed while the models read the next."""

AGAIN_S = 5.0  # after an outage
LOOK_S = 10.0


async def hand_out_sources(services: Services, queue: JobQueue, now: datetime) -> int:
    """A job for each due source that has none; how many."""
    async with services.open_unit(readonly=True) as unit:
        due = await unit.sources.due(now, MOST)
    return await queue.put(reading(due))


async def hand_out_articles(services: Services, queue: JobQueue) -> int:
    """A job for each block of articles that wait to be enriched and has none; how many."""
    async with services.open_unit(readonly=True) as unit:
        waiting = await unit.articles.unenriched_ids(MOST)
    return await queue.put(enriching(waiting))


def doing(services: Services, clock: Callable[[], datetime]) -> Mapping[JobKind, Do]:
    """What a worker does with a job of each kind."""

    async def read(number: int) -> None:
        now = clock()
        async with services.open_unit(readonly=True) as unit:
            try:
                source = await unit.sources.get(source_of(number))
            except SourceNotFound:
                return  # removed meanwhile
        due_at = source.state.next_check_at
        if source.status is not SourceStatus.ACTIVE or (due_at is not None and due_at > now):
            return  # paused, or read by another worker, meanwhile
        report = await services.ingest.run(now, source_ids=[source.id])
        await tell(Notices(services.open_unit, services.settings.admins), report, now)

    async def enrich(number: int) -> None:
        await services.enrich.run(clock(), among=articles_of(number))

    return {JobKind.READ: _guarded(JobKind.READ, read), JobKind.ENRICH: _guarded(JobKind.ENRICH, enrich)}


def _guarded(kind: JobKind, do: Do) -> Do:
    async def guarded(number: int) -> None:
        began_s = asyncio.get_running_loop().time()
        try:
            await do(number)
        except NewsError as error:
            log.warning("job_failed", kind=kind.value, number=number, code=error.code, message=error.message)
        except Exception:  # a fault of ours in one job must not end the worker
            log.exception("job_broke_off", kind=kind.value, number=number)
        else:
            took_s = round(asyncio.get_running_loop().time() - began_s, 3)
            log.debug("job_done", kind=kind.value, number=number, took_s=took_s)

    return guarded


async def work(queue: JobQueue, do: Mapping[JobKind, Do], watch: Watch, stop: asyncio.Event) -> None:
    """Do jobs until `stop` is set; a database that is away is waited for."""
    watching = asyncio.create_task(_watch(queue, watch))
    try:
        while not stop.is_set():
            await _until(stop, queue.work(do, AT_ONCE))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), AGAIN_S)
    finally:
        watching.cancel()


async def _until(stop: asyncio.Event, work: Awaitable[None]) -> None:
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        try:
            await working
        except asyncio.CancelledError:
            pass
        except NewsError as error:
            log.warning("worker_waited", code=error.code, message=error.message)
        except Exception:  # the worker outlives a fault: rows keep what is to be done
            log.exception("worker_broke_off")


async def _watch(queue: JobQueue, watch: Watch) -> None:
    """Look again and again whether the queue answers."""
    while True:
        try:
            await queue.waiting()
        except NewsError:
            watch.failed(QUEUE)
        else:
            watch.succeeded(QUEUE)
        await asyncio.sleep(LOOK_S)
