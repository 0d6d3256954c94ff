import asyncio
from dataclasses import replace

import pytest

from news.ports import OpenUnitOfWork
from tests.make import new_source


async def test_nothing_stays_without_commit(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        await unit.sources.add(new_source())

    async def fail() -> None:
        async with open_unit() as unit:
            await unit.sources.add(new_source())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with open_unit(readonly=True) as unit:
        assert await unit.sources.all() == []


async def test_work_after_a_commit_is_a_transaction_of_its_own(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        await unit.sources.add(new_source(url="https://one.example"))
        await unit.commit()
        await unit.sources.add(new_source(url="https://two.example"))
    async with open_unit(readonly=True) as unit:
        assert [source.url for source in await unit.sources.all()] == ["https://one.example"]


async def test_a_reader_runs_beside_a_writer_and_sees_what_was_committed(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as writer:
        await writer.sources.add(new_source())
        async with open_unit(readonly=True) as reader:
            assert await reader.sources.all() == []
            await writer.commit()
            assert await reader.sources.all() == []  # its snapshot stays as it was
    async with open_unit(readonly=True) as reader:
        assert len(await reader.sources.all()) == 1


async def test_writers_lose_nothing_to_each_other(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        added = await unit.sources.add(new_source(name="0"))
        await unit.commit()

    async def count_one_more() -> None:
        async with open_unit() as unit:
            source = await unit.sources.get(added.id)
            await asyncio.sleep(0)
            await unit.sources.save(replace(source, name=str(int(source.name) + 1)))
            await unit.commit()

    await asyncio.gather(*(count_one_more() for _ in range(8)))
    async with open_unit(readonly=True) as unit:
        assert (await unit.sources.get(added.id)).name == "8"


async def test_a_cancelled_unit_leaves_the_database_to_the_next(open_unit: OpenUnitOfWork) -> None:
    started = asyncio.Event()

    async def hang() -> None:
        async with open_unit() as unit:
            await unit.sources.add(new_source())
            started.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with open_unit() as unit:
        await unit.sources.add(new_source())
        await unit.commit()
