from dataclasses import replace
from datetime import timedelta

import pytest

from news.entities import SourceKind, SourceState, SourceStatus, TextFrom
from news.errors import SourceExists, SourceNotFound
from news.ids import SourceId
from news.ports import OpenUnitOfWork
from tests.make import NOW, new_source


async def test_what_was_added_is_read_back(open_unit: OpenUnitOfWork) -> None:
    given = new_source(category="World", site_url="https://example.com", added_by=7, text_from=TextFrom.PAGE)
    async with open_unit() as unit:
        added = await unit.sources.add(given)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert await unit.sources.get(added.id) == added
        assert await unit.sources.all() == [added]
    assert (added.url, added.category, added.added_by) == (given.url, "World", 7)
    assert (added.text_from, added.status) == (TextFrom.PAGE, SourceStatus.ACTIVE)
    assert added.state == SourceState()


async def test_an_address_is_one_source(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        await unit.sources.add(new_source())
        with pytest.raises(SourceExists) as raised:
            await unit.sources.add(new_source(name="Again"))
    assert raised.value.code == "source_exists"


async def test_found_by_number_address_and_name(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        added = await unit.sources.add(new_source(name="Straße"))
        for name in (str(added.id), added.url, "STRASSE"):
            assert await unit.sources.find(name) == added
        assert await unit.sources.find("Strass") is None


async def test_every_field_is_saved(open_unit: OpenUnitOfWork) -> None:
    state = SourceState(
        etag='"x"',
        last_modified="Tue, 21 Mar 2023",
        interval=timedelta(minutes=40),
        next_check_at=NOW + timedelta(hours=1),
        last_read_at=NOW,
        last_success_at=NOW - timedelta(microseconds=1),
        newest_at=NOW,
        baseline_at=NOW,
        error_code="fetch_failed",
        error_message="no answer",
        failing_since=NOW,
        failures=3,
        told_failing_at=NOW,
    )
    async with open_unit() as unit:
        added = await unit.sources.add(new_source())
        changed = replace(
            added, name="New", status=SourceStatus.PAUSED, kind=SourceKind.PAGES, category=None, state=state
        )
        await unit.sources.save(changed)
        assert await unit.sources.get(added.id) == changed
        assert await unit.sources.find("new") == changed


async def test_due_are_active_ones_longest_waiting_first(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        added = [await unit.sources.add(new_source(url=f"https://{n}.example")) for n in range(7)]

        async def change(number: int, next_check_in_s: int | None, **fields: object) -> None:
            at = None if next_check_in_s is None else NOW + timedelta(seconds=next_check_in_s)
            source = replace(added[number], state=replace(added[number].state, next_check_at=at))
            await unit.sources.save(replace(source, **fields))  # type: ignore[arg-type]  # by name

        await change(0, 0)
        await change(1, -60)
        await change(2, None)
        await change(3, 1)
        await change(4, -60, status=SourceStatus.PAUSED)
        await change(5, -60, status=SourceStatus.GONE)
        await change(6, -60, kind=SourceKind.HAND)
        due = await unit.sources.due(NOW, 10)
        assert [source.id for source in due] == [added[2].id, added[1].id, added[0].id]
        assert await unit.sources.due(NOW, 2) == due[:2]


async def test_a_removed_source_is_still_named_by_number_only(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        added = await unit.sources.add(new_source())
        await unit.sources.remove(added.id)
        assert await unit.sources.all() == []
        assert await unit.sources.due(NOW, 10) == []
        for name in (str(added.id), added.url, added.name):
            assert await unit.sources.find(name) is None
        assert (await unit.sources.get(added.id)).name == added.name
        with pytest.raises(SourceNotFound):
            await unit.sources.save(added)
        again = await unit.sources.add(new_source(name="Back"))
        assert [source.name for source in await unit.sources.all()] == ["Back"]
        assert again.state == SourceState()


async def test_an_unknown_source_is_not_found(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        with pytest.raises(SourceNotFound):
            await unit.sources.get(SourceId(99))
        with pytest.raises(SourceNotFound):
            await unit.sources.remove(SourceId(99))
        assert await unit.sources.find("99") is None
        assert await unit.sources.find("9" * 40) is None


async def test_a_removed_source_is_brought_back_as_it_was(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        added = await unit.sources.add(new_source())
        await unit.sources.remove(added.id)
        await unit.sources.bring_back(added.id)
        await unit.sources.bring_back(added.id)
        assert await unit.sources.all() == [added]
        with pytest.raises(SourceNotFound):
            await unit.sources.bring_back(SourceId(99))
