"""The rules of a zone are updated under digests that are promised already: still one for each local slot, and none missing.

The zone is one of ours; what it says is what compiled files of real zones say, put in its place while the program is down.
"""

import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from news.aliases import AliasTable
from news.audience import Timetable
from news.chats import ChatService
from news.digests import DigestService
from tests import make
from tests.fakes.models import FakeEmbedder
from tests.newsroom import Newsroom, read_query, render

TOWN = "Test/Town"
EIGHT = time(8)
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
UTC_1, UTC_2, UTC_0, UTC_4 = ("Europe", "Berlin"), ("Europe", "Helsinki"), ("Europe", "London"), ("Asia", "Dubai")
MINUTE = timedelta(minutes=1)

Update = Callable[[tuple[str, str]], None]


@pytest.fixture
def update(tmp_path: Path) -> Iterator[Update]:
    """Have the town's clock go by the rules of a real zone, from now on and for the past."""
    before = zoneinfo.TZPATH

    def put(zone: tuple[str, str]) -> None:
        region, name = zone
        target = tmp_path / TOWN
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((files("tzdata.zoneinfo") / region / name).read_bytes())
        zoneinfo.ZoneInfo.clear_cache(only_keys=[TOWN])

    zoneinfo.reset_tzpath([str(tmp_path), *before])
    yield put
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache(only_keys=[TOWN])


class Town:
    """A chat in that town, and the program that is restarted for each update."""

    def __init__(self) -> None:
        self.newsroom = Newsroom()
        self.chats = ChatService(self.newsroom.open_unit)
        self.digests = DigestService(
            self.newsroom.open_unit, FakeEmbedder(), make.PUBLISHERS, AliasTable(()), render, read_query
        )

    async def subscribe(self, now: datetime, *times: time) -> None:
        await self.newsroom.chat(created_at=now, timetable=Timetable(zone=TOWN, times=times or (EIGHT,)))
        await self.chats.reschedule(now)

    async def restart(self, now: datetime) -> None:
        await self.chats.reschedule(now)

    async def tick(self, begin: datetime, end: datetime) -> None:
        while begin < end:
            await self.digests.compose(begin)
            begin += 10 * MINUTE

    def keys(self) -> list[str]:
        return [row.key for row in self.newsroom.database.tables.outbox.deliveries.values() if row.part == 0]


@pytest.mark.parametrize("after", [UTC_0, UTC_1, UTC_2, UTC_4])
@pytest.mark.parametrize("down_at", [time(5, 30), time(6, 30), time(6, 55), time(7, 5), time(9, 0)])
async def test_one_digest_a_day_whatever_the_update_says_and_whenever_it_comes(
    update: Update, after: tuple[str, str], down_at: time
) -> None:
    town, restarted_at = Town(), datetime.combine(MONDAY.date(), down_at, tzinfo=UTC)
    update(UTC_1)
    await town.subscribe(MONDAY)
    await town.tick(MONDAY, restarted_at)
    update(after)
    await town.restart(restarted_at)
    await town.tick(restarted_at, MONDAY + timedelta(days=2))
    assert Counter(town.keys()) == {"digest:2026-01-12:08:00": 1, "digest:2026-01-13:08:00": 1}


async def test_an_update_promises_no_earlier_time_of_that_day(update: Update) -> None:
    town = Town()
    update(UTC_1)
    noon = MONDAY + timedelta(hours=10, minutes=30)  # 11:30 in town: today's six o'clock was never promised
    await town.subscribe(noon, time(6), time(12))
    update(UTC_2)
    await town.restart(noon)
    await town.tick(noon, MONDAY + timedelta(days=1))
    assert town.keys() == ["digest:2026-01-12:12:00"]


async def test_a_zone_that_an_update_takes_away_stops_no_other_chat(update: Update, tmp_path: Path) -> None:
    town = Town()
    update(UTC_1)
    await town.subscribe(MONDAY)
    other = await town.newsroom.chat(number=7, timetable=Timetable(times=(EIGHT,)))
    (tmp_path / TOWN).unlink()
    zoneinfo.ZoneInfo.clear_cache(only_keys=[TOWN])
    await town.restart(MONDAY)
    await town.tick(MONDAY, MONDAY + timedelta(days=1))
    [row] = town.newsroom.database.tables.outbox.deliveries.values()
    assert row.chat_id == other.id
    update(UTC_1)
    await town.restart(MONDAY + timedelta(days=1))
    await town.tick(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert Counter(town.keys())["digest:2026-01-13:08:00"] == 2
