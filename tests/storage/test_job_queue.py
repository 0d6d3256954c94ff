"""The job queue on a real server: one waiting job a key, lost jobs go to others, tables of another release are made anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import text

from news.errors import StorageError
from news.jobs import Job, JobKind, JobQueue
from storage.engine import open_engine
from storage.job_queue import open_job_queue
from storage.job_schema import SCHEMA, present, release
from storage.location import locate
from storage.migrate import migrate
from tests.databases import new_postgres

pytestmark = pytest.mark.postgres
JOBS = [Job(JobKind.ENRICH, f"articles:{number}", f"articles:{number}", number) for number in range(4)]
ONE_EACH = {JobKind.READ: 1, JobKind.ENRICH: 1}


@pytest.fixture
async def queue() -> AsyncIterator[tuple[str, JobQueue]]:
    with new_postgres() as url:
        async with open_job_queue(locate(url)) as opened:
            yield url, opened


@asynccontextmanager
async def working(queue: JobQueue, do: Callable[[int], Awaitable[None]]) -> AsyncIterator[asyncio.Task[None]]:
    async def read(_: int) -> None:
        return

    task = asyncio.create_task(queue.work({JobKind.READ: read, JobKind.ENRICH: do}, ONE_EACH))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(1000):
        if await done():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it was not done")


async def test_a_job_waits_once_and_is_done_once_and_is_gone(queue: tuple[str, JobQueue]) -> None:
    _, jobs = queue
    done: list[int] = []

    async def do(number: int) -> None:
        done.append(number)

    async def finished() -> bool:
        return not any(each.jobs for each in (await jobs.waiting()).values())

    assert await jobs.put(JOBS[:3]) == 3
    assert await jobs.put(JOBS) == 1
    await asyncio.sleep(0.05)
    waiting = await jobs.waiting()
    assert {kind: each.jobs for kind, each in waiting.items()} == {JobKind.READ: 0, JobKind.ENRICH: 4}
    assert waiting[JobKind.READ].oldest_s == 0
    assert 0.05 <= waiting[JobKind.ENRICH].oldest_s < 60
    async with working(jobs, do):
        await until(finished)
    assert done == [0, 1, 2, 3]


async def test_the_job_of_a_lost_process_is_done_by_another(queue: tuple[str, JobQueue]) -> None:
    url, jobs = queue
    done: list[int] = []
    begun = asyncio.Event()

    async def hang(_: int) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def do(number: int) -> None:
        done.append(number)

    async def finished() -> bool:
        return done == [0]

    await jobs.put(JOBS[:1])
    async with open_job_queue(locate(url)) as lost:
        hanging = asyncio.create_task(lost.work({JobKind.ENRICH: hang}, ONE_EACH))
        await begun.wait()
        assert await jobs.put_back() == 0, "its heart beats"
        await _silence(url)
        assert await jobs.put_back() == 1
        async with working(jobs, do):
            await until(finished)
        hanging.cancel()
        await asyncio.wait([hanging])


async def _silence(url: str) -> None:
    """As if the workers had been killed a minute ago."""
    engine = open_engine(locate(url))
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {SCHEMA}.procrastinate_workers SET last_heartbeat = now() - interval '1 min'"))
    engine.dispose()


async def test_tables_of_another_release_are_refused_and_made_anew_by_migrate(queue: tuple[str, JobQueue]) -> None:
    url, jobs = queue
    await jobs.put(JOBS)
    assert _on(url, present) == release()
    _on(url, lambda connection: connection.execute(text(f"COMMENT ON SCHEMA {SCHEMA} IS 'procrastinate 0.1'")))
    with pytest.raises(StorageError) as caught:
        async with open_job_queue(locate(url)):
            pass
    assert caught.value.code == "database_not_migrated"
    migrate(url)
    assert _on(url, present) == release()
    assert not any(each.jobs for each in (await jobs.waiting()).values())


def _on(url: str, do: Callable[[Any], Any]) -> Any:
    engine = open_engine(locate(url))
    try:
        with engine.begin() as connection:
            return do(connection)
    finally:
        engine.dispose()
