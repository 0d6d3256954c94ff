"""When a chat's digests are due: local times of an IANA zone turned into instants, each slot exactly once.

A local time is read with `fold=0`: where clocks are set forward a time that does not exist moves forward by the gap, where
they are set back the first of the two is meant. Slots that fall on one instant (02:30 and 03:30 on the night of a gap, or
a date that a zone skipped altogether) are one slot, the one whose local time exists. So the instants strictly increase, and
because a slot's key is its local date and time, no clock, zone or tzdata change can bring the same slot twice.

Everything is pure: `now` and `after` are aware UTC, the results too. Raises BadRequest (`unknown_zone`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from news.audience import Slot, Timetable
from news.errors import BadRequest

CATCH_UP = timedelta(hours=6)
"""A missed digest is still sent this long after its slot; later it would be yesterday's news."""

LATE_AFTER = timedelta(minutes=15)
"""A digest composed this long after its slot says that it is late; less is the queue's ordinary pace."""

_DAY = timedelta(days=1)
_HORIZON_DAYS = 16
"""A weekday comes back within 7 days; twice that leaves room for a served one and a skipped date."""


@dataclass(frozen=True, slots=True)
class DueSlot:
    """A slot that is to be told now."""

    slot: Slot
    at: datetime  # its instant, UTC
    late: bool
    missed: int  # earlier slots that it stands for


def zone_of(timetable: Timetable) -> ZoneInfo:
    """The timetable's zone. Raises BadRequest."""
    try:
        return ZoneInfo(timetable.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder
        raise BadRequest(f"{timetable.zone!r} is not a time zone", code="unknown_zone") from error


def instant(slot: Slot, zone: ZoneInfo) -> datetime:
    """The moment of a slot, UTC; of a local time that comes twice the first, whatever its `fold` says: the key does not know it."""
    return datetime.combine(slot.on, slot.at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def next_slot(timetable: Timetable, after: datetime, served: Collection[str] = ()) -> tuple[Slot, datetime] | None:
    """The first slot strictly after `after` whose key is not served, and its instant; None: nothing is ever due."""
    zone = zone_of(timetable)
    first_on = after.astimezone(zone).date() - _DAY
    found: tuple[datetime, Slot] | None = None
    for on in _dates(timetable, first_on, _HORIZON_DAYS):
        if found is not None and on > found[1].on + _DAY:
            break  # a gap may move a late slot behind an early one of the next date, never further
        for at, slot in _instants(timetable, on, zone):
            # of two slots on one instant the later local time wins: it is the one that exists
            if at > after and slot.key not in served and (found is None or at <= found[0]):
                found = (at, slot)
    return None if found is None else (found[1], found[0])


def due_slot(
    timetable: Timetable,
    since: datetime,
    now: datetime,
    served: Collection[str] = (),
    catch_up: timedelta = CATCH_UP,
    ahead: timedelta = timedelta(),
) -> DueSlot | None:
    """The slot to tell now: the latest one not served with since <= instant <= now, if it is not older than `catch_up`.

    Earlier ones that were missed within `catch_up` too are counted, not told. Where none has come: the first that does so
    within `ahead`.
    """
    zone = zone_of(timetable)
    since = max(since, now - catch_up)
    first_on, last_on = since.astimezone(zone).date() - _DAY, (now + ahead).astimezone(zone).date() + _DAY
    due = {
        at: slot
        for on in _dates(timetable, first_on, (last_on - first_on).days + 1)
        for at, slot in _instants(timetable, on, zone)
        if since <= at <= now + ahead and slot.key not in served
    }
    if not due:
        return None
    come = [at for at in due if at <= now]
    at = max(come, default=min(due))
    return DueSlot(due[at], at, late=now - at > LATE_AFTER, missed=max(0, len(come) - 1))


def days_back(timetable: Timetable, on: date) -> int:
    """How many days before that date the timetable had its last digest day, 1 to 7: how far back a digest looks."""
    return next((days for days in range(1, 8) if (on - days * _DAY).weekday() in timetable.weekdays), 7)


def in_quiet(timetable: Timetable, now: datetime) -> bool:
    """Whether pushes must wait: `quiet` is from <= t < to, and may pass midnight; from = to is never."""
    if timetable.quiet is None:
        return False
    begin, end = timetable.quiet
    local = now.astimezone(zone_of(timetable)).time()
    if begin <= end:
        return begin <= local < end
    return local >= begin or local < end


def _dates(timetable: Timetable, first: date, days: int) -> Iterator[date]:
    for offset in range(days):
        on = first + offset * _DAY
        if on.weekday() in timetable.weekdays:
            yield on


def _instants(timetable: Timetable, on: date, zone: ZoneInfo) -> Iterator[tuple[datetime, Slot]]:
    for at in timetable.times:
        slot = Slot(on, at)
        yield instant(slot, zone), slot
