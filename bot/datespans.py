"""Which days of the calendar a question names ("between November 15 and 18", "since 2023-03-21"), and the question without them.

In: the question, the reader's local time, the languages to look in. Out: a `Span` of local datetimes and the rest of the
words, or None. Pure, but for its tables in `bot/data`, which are read once. A day without a year is the latest one that has
begun. A day that stands alone is one of the last month, unless a word before it or a year says that it is meant as a time:
"September 11 attacks" is a topic.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources

from bot.timewords import Span

RECENT = timedelta(days=31)
_DASH = "[-\N{EN DASH}\N{EM DASH}~\N{FULLWIDTH TILDE}]"
_YEAR = r"(?:19|20)\d\d"


@dataclass(frozen=True, slots=True)
class _Day:
    """A day as it is named, and where."""

    start: int
    end: int
    day: int
    month: int | None  # None: a weekday, whose number `day` is
    year: int | None = None
    month_first: bool = False


@dataclass(frozen=True, slots=True)
class _Grammar:
    named: re.Pattern[str]
    months: dict[str, int]
    weekdays: dict[str, int]
    between: re.Pattern[str]  # these end where a day begins
    since: re.Pattern[str]
    on: re.Pattern[str]
    to: re.Pattern[str]  # the whole of what stands between two days
    figure_to: re.Pattern[str]  # "15 to ", before a day
    to_figure: re.Pattern[str]  # " to 18", after one


def take(text: str, local_now: datetime, langs: tuple[str, ...]) -> tuple[Span, str] | None:
    """The days that the text names, and the text without the words that name them."""
    for lang in langs:
        grammar = _grammar(lang)
        days = _days(grammar, text) if grammar is not None else []
        for place, first in enumerate(days):
            found = _span(grammar, text, first, days[place + 1 :], local_now) if grammar is not None else None
            if found is not None:
                return found
    return None


def _span(grammar: _Grammar, text: str, first: _Day, later: Sequence[_Day], now: datetime) -> tuple[Span, str] | None:
    start, end, last = _reach(grammar, text, first, later)
    before = text[: start.start]
    if last is not None:
        opener = grammar.between.search(before)
        until = _on(last, now.date())
        since = _on(replace(start, year=start.year), until) if until is not None else None
    elif first.month is None:
        return None
    else:
        opener = grammar.since.search(before)
        since = _on(first, now.date())
        until = None if opener is not None else since
        opener = opener or grammar.on.search(before)
        if since is None or not (opener or first.year or now.date() - since <= RECENT):
            return None
    if since is None or (until is not None and until < since):
        return None
    begins = datetime.combine(since, time(), now.tzinfo)
    ends = datetime.combine(until + timedelta(days=1), time(), now.tzinfo) if until is not None else None
    if begins >= now:
        return None
    return Span(begins, ends), f"{text[: opener.start() if opener else start.start]} {text[end:]}"


def _reach(grammar: _Grammar, text: str, first: _Day, later: Sequence[_Day]) -> tuple[_Day, int, _Day | None]:
    """The first day, where its words end, and the last day of a span; None: the day stands alone."""
    for last in later[:1]:
        if grammar.to.fullmatch(text[first.end : last.start]) and (first.month is None) == (last.month is None):
            return first, last.end, last if last.year or not first.year else replace(last, year=first.year)
    if first.month is not None and (figure := grammar.figure_to.search(text[: first.start])):
        return replace(first, start=figure.start("day"), day=int(figure["day"])), first.end, first
    if first.month_first and (figure := grammar.to_figure.match(text[first.end :])):
        return first, first.end + figure.end(), replace(first, day=int(figure["day"]))
    return first, first.end, None


def _on(named: _Day, latest: date) -> date | None:
    """The date that is meant: without a year the latest one up to `latest`; None where there is none."""
    if named.month is None:
        return latest - timedelta(days=(latest.weekday() - named.day) % 7)
    years = [named.year] if named.year else range(latest.year, latest.year - 5, -1)
    for year in years:
        try:
            meant = date(year, named.month, named.day)
        except ValueError:
            continue
        if named.year or meant <= latest:
            return meant
    return None


def _days(grammar: _Grammar, text: str) -> list[_Day]:
    found = []
    for match in grammar.named.finditer(text):
        part = {name.rstrip("1234"): value for name, value in match.groupdict().items() if value is not None}
        if "weekday" in part:
            day, month = grammar.weekdays[part["weekday"].casefold()], None
        else:
            word = part["month"].casefold()
            day, month = int(part["day"]), int(word) if word.isdigit() else grammar.months[word]
        year = int(part["year"]) if "year" in part else None
        found.append(_Day(*match.span(), day, month, year, month_first=match["month2"] is not None))
    return found


@lru_cache(maxsize=8)
def _grammar(lang: str) -> _Grammar | None:
    around, times = _table("date_words").get(lang), _table("time_words").get(lang)
    if around is None or times is None:
        return None
    months = {form: place for place, forms in enumerate(times["months"], start=1) for form in forms.split("|")}
    weekdays = {form: place for place, forms in enumerate(times["weekdays"]) for form in forms.split("|")}
    edge = {"zh": "", "ar": r"(?<![0-9-])"}.get(lang, r"(?<![\w-])")  # Arabic joins "and" to the figure after it
    gap = r"\s*" if lang == "zh" else r"\s+"
    ordinal = f"(?:{_either(around['ordinal'].split('|'))})"
    of = f"(?:{gap}(?:{_either(around['of'].split('|'))}))?" if around["of"] else ""
    month, figure = _either(months), r"\d{1,2}"
    year = rf"(?:,?{of}{gap}(?P<year{{n}}>{_YEAR}))?"
    forms = [
        rf"(?P<year3>{_YEAR})-(?P<month3>\d\d)-(?P<day3>\d\d)",
        rf"(?P<day4>{figure})\.(?P<month4>{figure})\.(?P<year4>{_YEAR})",
        rf"(?P<day1>{figure}){ordinal}?{of}{gap}(?P<month1>{month}){year.format(n=1)}",
        rf"(?P<month2>{month}){gap}(?P<day2>{figure}){ordinal}?{year.format(n=2)}",
        f"(?P<weekday1>{_either(weekdays)})",
    ]
    if lang == "zh":
        forms[2:4] = [rf"(?:(?P<year2>{_YEAR})年)?(?P<month2>{month})(?P<day2>{figure}){ordinal}"]
    apart = r"\s*" if lang in {"zh", "ar"} else r"\s+"
    to = rf"(?:\s*{_DASH}\s*|{apart}(?:{_either(around['to'].split('|'))}){apart})"
    after = r"(?!\w)" if lang != "zh" else ""
    return _Grammar(
        named=re.compile(rf"{edge}(?:{'|'.join(forms)}){after}", re.IGNORECASE),
        months=months,
        weekdays=weekdays,
        between=_before(around["between"], edge),
        since=_before(around["since"], edge),
        on=_before(around["on"], edge),
        to=re.compile(to, re.IGNORECASE),
        figure_to=re.compile(rf"{edge}(?P<day>{figure}){ordinal}?{to}$", re.IGNORECASE),
        to_figure=re.compile(rf"{to}(?P<day>{figure}){ordinal}?{after}", re.IGNORECASE),
    )


def _before(forms: str, edge: str) -> re.Pattern[str]:
    return re.compile(rf"{edge}(?:{_either(forms.split('|'))})\s*$" if forms else r"(?!)", re.IGNORECASE)


def _either(forms: Sequence[str] | dict[str, int]) -> str:
    return "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in sorted(forms, key=len, reverse=True))


def _table(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("bot").joinpath(f"data/{name}.toml").read_text("utf-8"))
