"""How long a server or a feed asks to be left alone. Pure: dates in headers count from the answer's own Date."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=1)
"""A wish for more is cut to this: servers cache static files for years, and a feed is never one."""

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def server_wait(headers: Mapping[str, str]) -> timedelta | None:
    """What Cache-Control, or without it Expires, asks for; None where nothing positive is asked."""
    control = headers.get("cache-control", "")
    if re.search(r"no-(?:cache|store)", control, re.IGNORECASE):
        return None
    age = _MAX_AGE.search(control)
    if age:
        return _bounded(_seconds(age.group(1)))
    return _bounded(_until(headers.get("expires"), headers.get("date")))


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """What Retry-After asks for, in seconds or as a date."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return _bounded(_seconds(value))
    return _bounded(_until(value, headers.get("date")))


def feed_wait(ttl_minutes: str | None, period: str | None, frequency: str | None) -> timedelta | None:
    """What RSS `ttl`, or syndication's updatePeriod and updateFrequency, ask for."""
    if ttl_minutes and ttl_minutes.strip().isdigit():
        return _bounded(_seconds(ttl_minutes.strip()) * 60)
    span = _PERIODS.get((period or "").strip().lower())
    if span is None:
        return None
    times = (frequency or "1").strip()
    return _bounded(span / max(1, int(times) if times.isdigit() and len(times) < 9 else 1))


def longest(*waits: timedelta | None) -> timedelta | None:
    """The longest of those that are given."""
    return max((wait for wait in waits if wait is not None), default=None)


def _seconds(digits: str) -> timedelta:
    return timedelta(seconds=min(int(digits), 10**8) if len(digits) < 13 else 10**8)


def _until(moment: str | None, start: str | None) -> timedelta | None:
    end, begin = _http_date(moment), _http_date(start)
    return end - begin if end is not None and begin is not None else None


def _http_date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and found.tzinfo is not None else None


def _bounded(wait: timedelta | None) -> timedelta | None:
    return min(wait, LONGEST_WAIT) if wait is not None and wait > timedelta(0) else None
