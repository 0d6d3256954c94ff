"""Which span of time a question names ("since Monday", "in March", "last 3 days"), and the question without it.

In: the question, the reader's local time, the languages to look in. Out: a `Span` of local datetimes and the rest of
the words, or None. Pure, but for the table `bot/data/time_words.toml`, which is read once. A named month or weekday is
the latest one that has begun. "This week" looks back seven days, on a Monday too: a week, month or year that has just begun
is no span that anybody asks the news of.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

LEAST_SPAN = timedelta(days=6)
"""Before today's midnight: so far "this week", "this month" and "this year" look back at the least."""

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Span:
    """A span of local time: since <= t < until; `until` is None for one that lasts to this moment."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Phrase:
    meaning: str
    regex: re.Pattern[str]
    numbers: Mapping[str, int]
    units: Mapping[str, str]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]


def _forms(table: object) -> dict[str, Any]:
    """Every form of a word with what it stands for: a key of a table, or the place in a list."""
    pairs = table.items() if isinstance(table, dict) else enumerate(table if isinstance(table, list) else ())
    return {form: meaning for meaning, forms in pairs for form in forms.split("|")}


@lru_cache(maxsize=8)
def _phrases(lang: str) -> tuple[_Phrase, ...]:
    data = tomllib.loads(resources.files("bot").joinpath("data/time_words.toml").read_text("utf-8"))
    if lang not in data:
        return ()
    words = data[lang]
    numbers = {form: int(number) for form, number in _forms(words["numbers"]).items()}
    units, weekdays, months = _forms(words["units"]), _forms(words["weekdays"]), _forms(words["months"])
    edge_left, edge_right = ("", "") if lang == "zh" else (r"(?<![\w+-])", r"(?!\w)")
    slots = {
        "n": rf"(?P<n>\d{{1,3}}|{_either(numbers)})",
        "unit": rf"(?P<unit>{_either(units)})",
        "weekday": rf"(?P<weekday>{_either(weekdays)})",
        "month": rf"(?P<month>{_either(months)})",
        "year": r"(?P<year>(?:19|20)\d\d)",
    }
    found = []
    for meaning, templates in words.items():
        if meaning in {"numbers", "units", "weekdays", "months"}:
            continue
        for template in templates:
            parts = SLOT.split(template)
            body = "".join(slots[p] if i % 2 else re.escape(p).replace(r"\ ", r"\s+") for i, p in enumerate(parts))
            regex = re.compile(edge_left + body + edge_right, re.IGNORECASE)
            found.append(_Phrase(meaning, regex, numbers, units, weekdays, months))
    return tuple(found)


def _either(forms: Mapping[str, object]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


def take(text: str, local_now: datetime, langs: tuple[str, ...]) -> tuple[Span, str] | None:
    """The span that the text names, and the text without the words that name it."""
    matches = [(len(match[0]), phrase, match) for phrase, match in _matches(text, langs)]
    for _, phrase, match in sorted(matches, key=lambda found: -found[0]):
        span = _span(phrase, match, local_now)
        if span is not None and span.since < local_now:
            return span, f"{text[: match.start()]} {text[match.end() :]}"
    return None


def _matches(text: str, langs: tuple[str, ...]) -> Iterator[tuple[_Phrase, re.Match[str]]]:
    for lang in langs:
        for phrase in _phrases(lang):
            match = phrase.regex.search(text)
            if match:
                yield phrase, match


def _span(phrase: _Phrase, match: re.Match[str], now: datetime) -> Span | None:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    named = match.groupdict()
    if "unit" in named:
        return Span(now - _length(phrase, named), None)
    if "weekday" in named:
        back = (now.weekday() - phrase.weekdays[named["weekday"].casefold()]) % 7
        day = midnight - timedelta(days=back)
        return Span(day, None if phrase.meaning.startswith("since") else day + timedelta(days=1))
    if "month" in named or "year" in named:
        return _calendar(phrase, named, midnight)
    return _fixed(phrase.meaning, midnight)


def _length(phrase: _Phrase, named: Mapping[str, str]) -> timedelta:
    number = named.get("n", "1").casefold()
    count = int(number) if number.isdigit() else phrase.numbers[number]
    hours = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24}[phrase.units[named["unit"].casefold()]]
    return timedelta(hours=max(count, 1) * hours)


def _calendar(phrase: _Phrase, named: Mapping[str, str], midnight: datetime) -> Span:
    first = midnight.replace(day=1)
    if "month" not in named:
        since = first.replace(year=int(named["year"]), month=1)
        return Span(since, None if phrase.meaning == "since_year" else since.replace(year=since.year + 1))
    month = phrase.months[named["month"].casefold()] + 1
    year = int(named["year"]) if "year" in named else midnight.year - (month > midnight.month)
    since = first.replace(year=year, month=month)
    return Span(since, None if phrase.meaning == "since_month" else _next_month(since))


def _next_month(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)


def _fixed(meaning: str, midnight: datetime) -> Span | None:
    day, first = timedelta(days=1), midnight.replace(day=1)
    monday = midnight - timedelta(days=midnight.weekday())
    january = first.replace(month=1)
    least = midnight - LEAST_SPAN  # a Sunday's Monday
    spans = {
        "today": Span(midnight, None),
        "yesterday": Span(midnight - day, midnight),
        "since_yesterday": Span(midnight - day, None),
        "this_week": Span(least, None),
        "last_week": Span(monday - 7 * day, monday),
        "this_month": Span(min(first, least), None),
        "last_month": Span((first - day).replace(day=1), first),
        "this_year": Span(min(january, least), None),
        "last_year": Span(january.replace(year=january.year - 1), january),
    }
    return spans.get(meaning)
