"""One digest per local slot, whatever the clock, the zone, its rules or the reader do.

`tests/data/telegram__*.jsonl.gz` were computed from the tz database (public domain): clock changes of 2011-2027 and wall
times around those of 2026.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from news.audience import EVERY_DAY, Slot, Timetable
from news.errors import BadRequest
from news.timetable import days_back, due_slot, in_quiet, instant, next_slot

DATA = Path(__file__).parent.parent / "data"


def rows(name: str) -> list[dict[str, Any]]:
    with gzip.open(DATA / f"telegram__{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


ZONES = sorted({row["tz"] for row in rows("daily_wall_times")} | {row["tz"] for row in rows("dst_transitions")})

timetables = st.builds(
    Timetable,
    zone=st.sampled_from([*ZONES, "UTC", "America/Havana", "America/Nuuk", "Africa/Casablanca"]),
    times=st.lists(st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=4).map(
        lambda times: tuple(sorted(set(times)))
    ),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def walk(timetable: Timetable, start: datetime, end: datetime) -> Iterator[tuple[Slot, datetime]]:
    """The slots from start to end, each found from the one before."""
    at = start
    while (found := next_slot(timetable, at)) is not None and found[1] <= end:
        at = found[1]
        yield found


def test_thirty_one_zones_are_covered() -> None:
    assert len(ZONES) == 31


@pytest.mark.parametrize("zone", ZONES)
def test_wall_times_around_clock_changes(zone: str) -> None:
    seen = 0
    for row in rows("daily_wall_times"):
        if row["tz"] == zone:
            wall = datetime.fromisoformat(row["wall"])
            at = instant(Slot(wall.date(), wall.time()), ZoneInfo(zone))
            assert at == datetime.fromisoformat(row["utc_fold0"])
            seen += 1
    assert seen == 105


@pytest.mark.parametrize("row", rows("dst_transitions")[::7], ids=lambda row: f"{row['tz']} {row['utc'][:10]}")
def test_a_gap_moves_forward_and_an_overlap_fires_once(row: dict[str, Any]) -> None:
    changed_at = datetime.fromisoformat(row["utc"])
    before = timedelta(seconds=row["offset_before_s"])
    # 20 minutes into the local span that is skipped or comes twice
    local = datetime.fromisoformat(row["wall_from"]) + timedelta(minutes=20)
    timetable = Timetable(zone=row["tz"], times=(local.time(),))
    found = [at for slot, at in walk(timetable, changed_at - timedelta(days=2), changed_at + timedelta(days=2))
             if slot.on == local.date()]  # fmt: skip
    assert found == [local.replace(tzinfo=UTC) - before]  # the offset of before: first of two, forward out of a gap


@pytest.mark.parametrize("zone", ZONES)
def test_two_years_of_ticks_tell_every_slot_once(zone: str) -> None:
    """A tick a quarter of an hour over 24 months; state is what the database holds: next_due_at and keys."""
    times = (time(0, 15), time(2, 30), time(8, 0), time(23, 45))
    timetable = Timetable(zone=zone, times=times)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    end = start + timedelta(days=730)
    told: Counter[str] = Counter()
    planned = next_slot(timetable, start)
    now = start
    while now < end:
        assert planned is not None
        if planned[1] > now:  # ticks in between find nothing due: go to the first that does
            now += -(-(planned[1] - now) // timedelta(minutes=15)) * timedelta(minutes=15)
            continue
        due = due_slot(timetable, planned[1], now)
        assert due is not None
        assert (due.late, due.missed) == (False, 0)
        told[due.slot.key] += 1
        planned = next_slot(timetable, now)
    expected = Counter(
        slot.key
        for day in range(731)
        for slot in (Slot(date(2026, 1, 1) + timedelta(days=day), at) for at in times)
        if start < instant(slot, ZoneInfo(zone)) < end
    )
    first_and_last = {date(2025, 12, 31), date(2026, 1, 1), date(2027, 12, 31), date(2028, 1, 1)}
    assert {key: n for key, n in told.items() if date.fromisoformat(key[7:17]) not in first_and_last} == {
        key: n for key, n in expected.items() if date.fromisoformat(key[7:17]) not in first_and_last
    }


@pytest.mark.parametrize("on", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_fold_of_a_time_changes_nothing(on: date) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert instant(Slot(on, time(2, 30, fold=1)), berlin) == instant(Slot(on, time(2, 30)), berlin)


@given(timetables, moments)
@settings(max_examples=150, deadline=None)
def test_instants_strictly_increase_and_no_key_repeats(timetable: Timetable, start: datetime) -> None:
    slots = list(walk(timetable, start, start + timedelta(days=40)))
    instants = [at for _, at in slots]
    assert instants == sorted(set(instants))
    keys = [slot.key for slot, _ in slots]
    assert len(keys) == len(set(keys))
    assert len(slots) >= 5 * len(timetable.weekdays) * len(timetable.times) - 2


@given(timetables, moments)
@settings(max_examples=150, deadline=None)
def test_a_slot_is_its_local_time_or_just_after_a_gap(timetable: Timetable, start: datetime) -> None:
    found = next_slot(timetable, start)
    assert found is not None
    slot, at = found
    local = at.astimezone(ZoneInfo(timetable.zone)).replace(tzinfo=None)
    asked = datetime.combine(slot.on, slot.at)
    assert timedelta(0) <= local - asked <= timedelta(hours=2)
    assert at > start
    assert slot.on.weekday() in timetable.weekdays


@given(timetables, timetables, moments, st.integers(1, 60))
@settings(max_examples=150, deadline=None)
def test_served_slots_never_return_after_a_change_of_zone_or_clock(
    before: Timetable, after: Timetable, start: datetime, back_h: int
) -> None:
    served = {slot.key for slot, _ in walk(before, start - timedelta(days=3), start)}
    set_back = start - timedelta(hours=back_h)
    for timetable in (before, after):
        found = next_slot(timetable, set_back, served)
        assert found is not None
        assert found[0].key not in served
        due = due_slot(timetable, set_back, start, served, catch_up=timedelta(days=30))
        assert due is None or due.slot.key not in served


BERLIN = Timetable(zone="Europe/Berlin", times=(time(8, 0), time(18, 0)))
MORNING = datetime(2023, 3, 21, 7, 0, tzinfo=UTC)  # 08:00 in Berlin


def test_in_time_is_not_late() -> None:
    due = due_slot(BERLIN, MORNING, MORNING + timedelta(minutes=1))
    assert due is not None
    assert (due.slot, due.at, due.late, due.missed) == (Slot(date(2023, 3, 21), time(8, 0)), MORNING, False, 0)


def test_within_six_hours_it_is_late_and_after_that_gone() -> None:
    late = due_slot(BERLIN, MORNING, MORNING + timedelta(hours=6))
    assert late is not None
    assert late.late
    assert due_slot(BERLIN, MORNING, MORNING + timedelta(hours=6, minutes=1)) is None


def test_several_missed_become_one() -> None:
    hourly = Timetable(times=tuple(time(hour) for hour in range(24)))
    now = datetime(2023, 3, 21, 12, 30, tzinfo=UTC)
    due = due_slot(hourly, now - timedelta(days=3), now)
    assert due is not None
    assert (due.slot.at, due.missed, due.late) == (time(12), 5, True)


def test_a_time_set_for_later_today_is_today_and_an_earlier_one_tomorrow() -> None:
    noon = datetime(2023, 3, 21, 11, 0, tzinfo=UTC)
    later = next_slot(Timetable(zone="Europe/Berlin", times=(time(18, 0),)), noon)
    earlier = next_slot(Timetable(zone="Europe/Berlin", times=(time(8, 0),)), noon)
    assert later is not None
    assert earlier is not None
    assert (later[0].on, earlier[0].on) == (date(2023, 3, 21), date(2023, 3, 22))


def test_moving_west_after_the_digest_waits_for_tomorrow() -> None:
    served = {"digest:2023-03-21:08:00"}
    found = next_slot(Timetable(zone="America/New_York", times=(time(8, 0),)), MORNING, served)
    assert found is not None
    assert found[0].on == date(2023, 3, 22)


def test_a_skipped_date_is_one_with_the_next() -> None:
    apia = Timetable(zone="Pacific/Apia", times=(time(8, 0),))  # had no 30 December 2011
    slots = [
        slot.on.day for slot, _ in walk(apia, datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC))
    ]
    assert slots == [28, 29, 31, 1]


def test_two_times_that_a_gap_brings_together_are_one() -> None:
    berlin = Timetable(zone="Europe/Berlin", times=(time(2, 30), time(3, 30)))
    night = datetime(2023, 3, 25, 12, tzinfo=UTC)
    slots = [slot.key for slot, _ in walk(berlin, night, night + timedelta(days=1))]
    assert slots == ["digest:2023-03-26:03:30"]


def test_a_time_moved_behind_the_next_keeps_the_order() -> None:
    berlin = Timetable(zone="Europe/Berlin", times=(time(2, 45), time(3, 15)))  # 02:45 happens at 03:45 that night
    night = datetime(2023, 3, 25, 12, tzinfo=UTC)
    slots = [slot.at for slot, _ in walk(berlin, night, night + timedelta(days=1))]
    assert slots == [time(3, 15), time(2, 45)]


def test_no_times_or_no_weekdays_promise_nothing() -> None:
    assert next_slot(Timetable(times=()), MORNING) is None
    assert next_slot(Timetable(weekdays=frozenset()), MORNING) is None


def test_weekdays() -> None:
    fridays = Timetable(weekdays=frozenset({4}))
    slots = [slot.on for slot, _ in walk(fridays, MORNING, MORNING + timedelta(days=15))]
    assert slots == [date(2023, 3, 24), date(2023, 3, 31)]
    assert fridays.weekdays < EVERY_DAY


def test_days_back() -> None:
    monday = date(2023, 3, 20)
    assert days_back(BERLIN, monday) == 1
    assert days_back(Timetable(weekdays=frozenset(range(5))), monday) == 3
    assert days_back(Timetable(weekdays=frozenset({0})), monday) == 7


@pytest.mark.parametrize(
    ("quiet", "hour", "expected"),
    [
        (None, 3, False),
        ((time(22), time(7)), 3, True),
        ((time(22), time(7)), 22, True),
        ((time(22), time(7)), 7, False),
        ((time(13), time(14)), 13, True),
        ((time(13), time(14)), 14, False),
        ((time(9), time(9)), 9, False),
    ],
)
def test_quiet_hours(quiet: tuple[time, time] | None, hour: int, expected: bool) -> None:
    now = datetime(2023, 1, 5, hour, tzinfo=UTC)
    assert in_quiet(Timetable(quiet=quiet), now) is expected


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "Europe", "../etc/passwd", "Europe/Berlin\0"])
def test_an_unknown_zone_is_a_bad_request(zone: str) -> None:
    with pytest.raises(BadRequest) as refused:
        next_slot(Timetable(zone=zone), MORNING)
    assert refused.value.code == "unknown_zone"


def test_looking_ahead_takes_the_first_that_comes_and_counts_nothing_as_missed() -> None:
    timetable = Timetable(times=(time(7, 59), time(8, 0)))
    early = datetime(2023, 3, 21, 7, 56, tzinfo=UTC)
    ahead = timedelta(minutes=5)
    assert due_slot(timetable, early, early) is None
    first = due_slot(timetable, early, early, ahead=ahead)
    assert first is not None
    assert (first.slot.at, first.late, first.missed) == (time(7, 59), False, 0)
    second = due_slot(timetable, early, early, {first.slot.key}, ahead=ahead)
    assert second is not None
    assert second.slot.at == time(8, 0)
    assert due_slot(timetable, early, early, {first.slot.key, second.slot.key}, ahead=ahead) is None
    missed = due_slot(timetable, early - timedelta(days=1), early + timedelta(minutes=3), ahead=ahead)
    assert missed is not None
    assert (missed.slot.at, missed.missed) == (time(7, 59), 0)
