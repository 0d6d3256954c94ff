"""The files of the zones are replaced under a running program: the daily tick sees it and moves what was promised."""

import asyncio
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, time
from importlib.resources import files
from pathlib import Path

import pytest

from bot.process import follow_zones
from bot.schedule import ticks
from news.audience import Timetable
from tests.bot.office import Office

TOWN = "Test/Town"
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)


class Installed:
    """What a package manager does: the files change, and the program is not told."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / TOWN
        self._file.parent.mkdir()

    def install(self, like: str) -> None:
        self._file.write_bytes(files("tzdata.zoneinfo").joinpath(*like.split("/")).read_bytes())


@pytest.fixture
def tzdata(tmp_path: Path) -> Iterator[Installed]:
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([str(tmp_path), *before])
    yield Installed(tmp_path)
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache(only_keys=[TOWN])


async def test_the_tick_goes_by_the_new_rules_and_moves_the_promised_digest(tzdata: Installed) -> None:
    tzdata.install("Europe/Berlin")
    office = Office()
    chat = await office.newsroom.chat(timetable=Timetable(zone=TOWN, times=(time(18),)), created_at=NOON)
    [reschedule] = [tick for tick in ticks(office.services) if tick.name == "reschedule"]

    async def due() -> datetime | None:
        async with office.newsroom.open_unit(readonly=True) as unit:
            found = await unit.chats.get(chat.id)
        assert found is not None
        return found.next_due_at

    await reschedule.work(NOON)
    assert await due() == NOON.replace(hour=17)
    tzdata.install("Europe/Helsinki")
    assert zoneinfo.ZoneInfo(TOWN).utcoffset(NOON.replace(tzinfo=None)) == zoneinfo.ZoneInfo("Europe/Berlin").utcoffset(
        NOON.replace(tzinfo=None)
    ), "a zone once read is kept"
    await reschedule.work(NOON)
    assert await due() == NOON.replace(hour=16)


async def test_a_process_without_ticks_follows_too(tzdata: Installed) -> None:
    tzdata.install("Europe/Berlin")
    local = NOON.replace(tzinfo=None)
    assert zoneinfo.ZoneInfo(TOWN).utcoffset(local) == zoneinfo.ZoneInfo("Europe/Berlin").utcoffset(local)
    tzdata.install("Europe/Helsinki")
    stop = asyncio.Event()
    following = asyncio.create_task(follow_zones(stop))
    await asyncio.sleep(0)
    stop.set()
    await following
    assert zoneinfo.ZoneInfo(TOWN).utcoffset(local) == zoneinfo.ZoneInfo("Europe/Helsinki").utcoffset(local)
