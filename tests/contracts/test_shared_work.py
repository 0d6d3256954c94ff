"""What several processes rely on: articles are enriched by parts, and stories are changed by one at a time."""

import asyncio

import pytest

from news.ports import OpenUnitOfWork
from tests import make

pytestmark = pytest.mark.postgres


async def test_a_part_of_what_waits_can_be_asked_for(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        source = await unit.sources.add(make.new_source())
        new = [make.new_article(source_id=source.id, url=f"https://a.example/{number}") for number in range(4)]
        ids = await unit.articles.add(new)
        assert await unit.articles.unenriched_ids(3) == ids[:3]
        assert [each.id for each in await unit.articles.unenriched(9, among=[ids[3], ids[1]])] == [ids[1], ids[3]]
        assert await unit.articles.unenriched(9, among=[]) == []
        await unit.articles.remove(ids[1])
        assert [each.id for each in await unit.articles.unenriched(9, among=[ids[3], ids[1]])] == [ids[3]]


async def test_a_second_unit_waits_until_the_first_has_changed_stories(open_unit: OpenUnitOfWork) -> None:
    order: list[str] = []
    first_is_in, first_may_leave = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with open_unit() as unit:
            await unit.stories.alone()
            first_is_in.set()
            await first_may_leave.wait()
            order.append("first")
            await unit.commit()

    async def second() -> None:
        await first_is_in.wait()
        async with open_unit() as unit:
            await unit.stories.alone()
            order.append("second")

    both = asyncio.gather(first(), second())
    await first_is_in.wait()
    await asyncio.sleep(0.1)
    assert order == []
    first_may_leave.set()
    await both
    assert order == ["first", "second"]
