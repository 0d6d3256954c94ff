"""The sentences that people read, one TOML file a language, chosen by key; plurals, dates and numbers by Babel (CLDR).

In: a language code as Telegram gives it ("ru", "zh-hans", "pt-BR"). Out: a `Texts`. A language without a file of its
own gets English. A key is "section.name"; an entry is a string with {placeholders}, or a table of CLDR plural
categories, which needs a value `n`. Entries may hold Telegram HTML: **values are put in as they are**, so whoever makes
HTML escapes them first (`bot.markup`); labels of buttons are plain and need no escaping. Raises KeyError for an
unknown key or a missing value: a fault of ours that the tests find.

In a language that is written from right to left, commands, @names and values with Latin letters are isolated (Unicode
UAX #9), so that they neither turn around nor turn what stands beside them; a line that begins with one begins on the right.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

DEFAULT = "en"
_RIGHT_TO_LEFT_MARK = "\u200f"
_LEFT_TO_RIGHT, _BY_ITSELF, _END = "\u2066", "\u2068", "\u2069"  # isolates (the second by its first letter), their end
# A command or a name; no part of a tag or of an address.
_TOKEN = re.compile(r"(?<![A-Za-z0-9/<@.])(?:/(?:[a-z_]+|\{\w+\})|@\w+)(?![A-Za-z0-9])")
_FIRST = re.compile(r"(?:<[^>]+>|[^\w{/@<])*(.)")  # the first letter, placeholder or command of a line, behind its tags
Entry = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language."""

    lang: str
    entries: Mapping[str, Entry] = field(repr=False)
    locale: Locale = field(repr=False)

    def __call__(self, key: str, **values: object) -> str:
        """The entry with its values; a plural entry chooses its form by `n`."""
        entry = self.entries[key]
        if not isinstance(entry, str):
            count = values["n"]
            if not isinstance(count, int):
                raise TypeError(f"{key}: n is a whole number, not {count!r}")
            entry = entry.get(self.locale.plural_form(count)) or entry["other"]
            values["n"] = self.number(count)
        if self.right_to_left:
            values = {name: _isolated(value) for name, value in values.items()}
        return entry.format_map(values)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.locale.text_direction == "rtl"

    def number(self, value: float) -> str:
        """1,234.5 as the language writes it."""
        return format_decimal(value, locale=self.locale)

    def day(self, moment: date | datetime, zone: str = "UTC") -> str:
        """A short day: "21 Mar"."""
        return format_skeleton("MMMd", _local(moment, zone), locale=self.locale)

    def long_day(self, moment: date | datetime, zone: str = "UTC") -> str:
        """A day with its weekday: "Tue, Mar 21"."""
        return format_skeleton("MMMEd", _local(moment, zone), locale=self.locale)

    def full_date(self, moment: date | datetime, zone: str = "UTC") -> str:
        """A day with its year: "Mar 21, 2023"."""
        return format_date(_local(moment, zone), "medium", locale=self.locale)

    def clock(self, moment: time | datetime, zone: str = "UTC") -> str:
        """A time of day, on 24 hours in every language: "08:00"."""
        local = moment.astimezone(ZoneInfo(zone)) if isinstance(moment, datetime) else moment
        return format_time(local, "HH:mm", tzinfo=getattr(local, "tzinfo", None), locale=self.locale)

    def moment(self, moment: datetime, zone: str = "UTC") -> str:
        """A day and a time: "21 Mar, 08:00"."""
        local = moment.astimezone(ZoneInfo(zone))
        return self._timed(self.day(local.date()), local)

    def long_moment(self, moment: datetime, zone: str = "UTC") -> str:
        """A day with its weekday and a time: "Tue, Mar 21, 08:00"."""
        local = moment.astimezone(ZoneInfo(zone))
        return self._timed(self.long_day(local.date()), local)

    def _timed(self, day: str, local: datetime) -> str:
        clock = format_datetime(local, "HH:mm", tzinfo=local.tzinfo, locale=self.locale)
        return str(self.locale.datetime_formats["medium"]).replace("{1}", day).replace("{0}", clock)

    def span(self, length: timedelta) -> str:
        """How long: "10 minutes"."""
        return format_timedelta(length, locale=self.locale)

    def weekday(self, number: int) -> str:
        """The short name of a weekday, 0 being Monday: "Mon"."""
        return str(self.locale.days["stand-alone"]["abbreviated"][number])

    def country(self, code: str) -> str:
        """The name of a country by its ISO 3166 code; the code itself where it is unknown."""
        return str(self.locale.territories.get(code.upper(), code))

    def language(self, code: str) -> str:
        """The name of a language by its ISO 639 code; the code itself where it is unknown."""
        return str(self.locale.languages.get(code.lower(), code))

    def listed(self, items: Sequence[str]) -> str:
        """Items joined as a sentence does: "a, b and c"."""
        return format_list(list(items), locale=self.locale)

    def either(self, items: Sequence[str]) -> str:
        """Items of which one is meant: "a, b or c"."""
        return format_list(list(items), style="or", locale=self.locale)


def _local(moment: date | datetime, zone: str) -> date:
    """The date there; Babel would turn a datetime back into UTC."""
    return moment.astimezone(ZoneInfo(zone)).date() if isinstance(moment, datetime) else moment


def available() -> tuple[str, ...]:
    """The languages that have a file, English first."""
    names = (entry.name for entry in resources.files(__name__).iterdir())
    found = sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    return (DEFAULT, *(lang for lang in found if lang != DEFAULT))


@lru_cache(maxsize=1)
def _available() -> frozenset[str]:
    return frozenset(available())


def nearest(lang: str | None) -> str:
    """The language with a file that serves a client's language code."""
    code = (lang or DEFAULT).replace("_", "-").split("-", maxsplit=1)[0].lower()
    return code if code in _available() else DEFAULT


@lru_cache(maxsize=16)
def _load(lang: str) -> Texts:
    raw = tomllib.loads(resources.files(__name__).joinpath(f"{lang}.toml").read_text("utf-8"))
    entries: dict[str, Entry] = {}
    locale = Locale.parse(lang)
    for section, keys in raw.items():
        for key, entry in keys.items():
            entries[f"{section}.{key}"] = _directed(entry) if locale.text_direction == "rtl" else entry
    return Texts(lang=lang, entries=entries, locale=locale)


def _directed(entry: Entry) -> Entry:
    """An entry from right to left with its commands and names isolated."""
    if not isinstance(entry, str):
        return {form: str(_directed(words)) for form, words in entry.items()}
    return "\n".join(map(_directed_line, entry.split("\n")))


def _directed_line(line: str) -> str:
    first = _FIRST.match(line)
    isolated = _TOKEN.sub(lambda token: f"{_LEFT_TO_RIGHT}{token[0]}{_END}", line)
    begins_right = first is None or unicodedata.bidirectional(first[1]) in {"R", "AL"}
    return isolated if begins_right else f"{_RIGHT_TO_LEFT_MARK}{isolated}"


def _isolated(value: object) -> object:
    """A value with letters that are written from left to right, kept to itself."""
    if isinstance(value, str) and any(unicodedata.bidirectional(letter) == "L" for letter in value):
        return f"{_BY_ITSELF}{value}{_END}"
    return value


def load(lang: str | None = None) -> Texts:
    """The words of a language, or of English where it has no file."""
    return _load(nearest(lang))
