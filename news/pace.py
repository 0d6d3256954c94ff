"""When a source is read next, and how it is doing.

In go a source and what its last read gave (a reading or an error); out comes its new state. Pure: the jitter, a number from
-1 to 1 that keeps sources of one pace apart, is an argument. Promises: a source is read every 5 minutes to 24 hours, about
twice as often as it publishes; what the server asks for is honoured up to a day; errors back off by doubling.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from news.entities import Document, Source, SourceReading, SourceState, SourceStatus
from news.errors import FetchError, SourceError

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
JITTER = 0.1  # of the wait, either way
TELL_AFTER = timedelta(days=1)  # of failing in a row, then the admins are told once
_GONE = 410  # HTTP: will not come back
_RECENT = 20  # entries that the pace is learned from


@dataclass(frozen=True, slots=True)
class Checked:
    """A source after a read, and what admins should hear: that it fails for a day, recovered, or is gone."""

    source: Source
    news: str | None = None  # failing, recovered, gone


def after(source: Source, outcome: SourceReading | SourceError, now: datetime, jitter: float) -> Checked:
    """The source after a read that gave this."""
    state = next_check(source, outcome, now, jitter)
    if isinstance(outcome, SourceReading):
        changed = replace(source, state=state, site_url=source.site_url or outcome.site_url)
        return Checked(changed, "recovered" if source.state.told_failing_at else None)
    if isinstance(outcome, FetchError) and outcome.status == _GONE:
        gone = replace(source, status=SourceStatus.GONE, state=replace(state, told_failing_at=now))
        return Checked(gone, "gone")
    newly_told = state.told_failing_at is not None and source.state.told_failing_at is None
    return Checked(replace(source, state=state), "failing" if newly_told else None)


def next_check(source: Source, outcome: SourceReading | SourceError, now: datetime, jitter: float) -> SourceState:
    """The state after a read that gave this."""
    assert -1 <= jitter <= 1, "jitter is a share from -1 to 1"
    if isinstance(outcome, SourceReading):
        return _after_reading(source.state, outcome, now, jitter)
    return _after_error(source.state, outcome, now, jitter)


def _after_reading(state: SourceState, reading: SourceReading, now: datetime, jitter: float) -> SourceState:
    newest_at = _newest(state.newest_at, reading.documents, now)
    interval = _interval(state, reading.documents, newest_at, now)
    asked = min(reading.wait_at_least or timedelta(0), LONGEST)
    return replace(
        state,
        etag=reading.etag or (state.etag if reading.unchanged else None),
        last_modified=reading.last_modified or (state.last_modified if reading.unchanged else None),
        interval=interval,
        next_check_at=now + max(_jittered(interval, jitter), asked),
        last_read_at=now,
        last_success_at=now,
        newest_at=newest_at,
        baseline_at=state.baseline_at or (now if reading.documents else None),
        error_code=None,
        error_message=None,
        failing_since=None,
        failures=0,
        told_failing_at=None,
    )


def _after_error(state: SourceState, error: SourceError, now: datetime, jitter: float) -> SourceState:
    failures = state.failures + 1
    failing_since = state.failing_since or now
    backed_off = min(max(state.interval, SHORTEST) * 2 ** min(failures, 12), LONGEST)
    asked = error.retry_after if isinstance(error, FetchError) and error.retry_after else timedelta(0)
    tell = state.told_failing_at is None and now - failing_since >= TELL_AFTER
    return replace(
        state,
        next_check_at=now + max(_jittered(backed_off, jitter), min(asked, LONGEST)),
        last_read_at=now if isinstance(error, FetchError) and error.status is not None else state.last_read_at,
        error_code=error.code,
        error_message=error.message,
        failing_since=failing_since,
        failures=failures,
        told_failing_at=now if tell else state.told_failing_at,
    )


def _interval(
    state: SourceState, documents: Sequence[Document], newest_at: datetime | None, now: datetime
) -> timedelta:
    """Half of the usual time between entries; longer while nothing has come for a while."""
    dates = sorted({each.published_at for each in documents if each.published_at and each.published_at <= now})[
        -_RECENT:
    ]
    if len(dates) >= 2:
        usual = timedelta(seconds=median((later - earlier).total_seconds() for earlier, later in pairwise(dates)))
        interval = usual / 2
    elif documents:
        interval = state.interval
    else:
        interval = state.interval * 1.2
    if newest_at is not None:
        # a source that has been silent for a week is not about to speak in the next five minutes
        interval = max(interval, (now - newest_at) / 20)
    return min(max(interval, SHORTEST), LONGEST)


def _newest(known: datetime | None, documents: Sequence[Document], now: datetime) -> datetime | None:
    dates = [each.published_at for each in documents if each.published_at is not None and each.published_at <= now]
    return max([*dates, *([known] if known else [])], default=None)


def _jittered(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 + JITTER * jitter)
