"""Moments from what feeds and pages write. In: text in any common form. Out: aware UTC, or None where it is not a moment.

A form without a zone is taken as UTC. Moments before 1990 or after 2100 are lies of templates ("1970-01-01", "0001-01-01")
and count as none; whether a moment lies in the future is decided where the clock is known.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from time import struct_time

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_NUMERIC = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})日?)?"
    r"(?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def moment(text: str | None) -> datetime | None:
    """The moment that a text names in a form of RFC 822, RFC 3339 or their usual misspellings."""
    if not text or len(text) > 100:
        return None
    text = text.strip()
    return plausible(_iso(text) or _numeric(text) or _mail(text))


def spoken(text: str | None, lang: str | None = None) -> datetime | None:
    """The moment that words name in any language ("21 марта 2023, 14:30"); slower than `moment`, which it tries first."""
    found = moment(text)
    if found is not None or not text or len(text) > 60 or not any(mark.isdigit() for mark in text):
        return found
    import dateparser  # noqa: PLC0415 (a third of a second to import, needed rarely)

    settings = {"TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True, "REQUIRE_PARTS": ["day", "month", "year"]}
    try:
        parsed = dateparser.parse(text, languages=[lang] if lang else None, settings=settings)
    except (ValueError, OverflowError, TypeError):  # a language it does not know, a date it breaks on
        return None
    return plausible(parsed)


def of_struct(parsed: object) -> datetime | None:
    """The moment of feedparser's UTC time tuple."""
    if not isinstance(parsed, struct_time):
        return None
    try:
        return plausible(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, TypeError):
        return None


def plausible(found: datetime | None) -> datetime | None:
    """The moment in UTC, None where no news can be of it."""
    if found is None:
        return None
    try:
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return found if _EARLIEST <= found < _LATEST else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _numeric(text: str) -> datetime | None:
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return None
    numbers = {name: int(value) for name, value in match.groupdict().items() if value and name != "zone"}
    try:
        day = datetime(numbers["year"], numbers["month"], numbers.get("day", 1), tzinfo=_zone(match["zone"]))
        return day + timedelta(
            hours=numbers.get("hour", 0), minutes=numbers.get("minute", 0), seconds=numbers.get("second", 0)
        )
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
