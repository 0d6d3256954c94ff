"""Which IANA time zone a person means by a name, a city, a country or a place on the map.

In: what was typed, or a latitude and longitude. Out: an IANA name. Raises BadRequest: `zone_offset` for "UTC+3" and
the like (an offset knows no summer time), else UnknownPlace: `zone_near` with the nearest zones, `zone_unknown`. City names are those of the
IANA database, CLDR's in seven languages, and `bot/data/cities.toml`.
"""

import difflib
import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from bot import texts
from news.errors import BadRequest

OFFSET = re.compile(r"(utc|gmt)?\s*[+\-−–]\s*\d{1,2}(:?\d{2})?", re.IGNORECASE)
NAMES_IN = ("ar", "de", "en", "es", "fr", "ru", "zh")  # languages whose names of cities and countries are known
NOWHERE = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")


def fold(name: str) -> str:
    """Lower case, without accents, underscores and full stops: "São_Paulo" and "sao paulo" are one."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("_", " ").replace(".", ""))
    return unicodedata.normalize("NFC", "".join(c for c in plain if c not in _ACCENTS)).strip()


_ACCENTS = {chr(code) for code in range(0x300, 0x370)} - {"\u0306"}  # й is a letter of its own


@lru_cache(maxsize=1)
def cities() -> dict[str, str]:
    """Folded names of zones, cities and countries of one zone, each with its IANA zone."""
    zones = sorted(name for name in available_timezones() if "/" in name and not name.startswith(NOWHERE))
    found: dict[str, str] = {}
    for territory, members in _zones_by_territory().items():
        if len(members) == 1:
            for lang in NAMES_IN:
                found[fold(Locale.parse(lang).territories.get(territory, territory))] = members[0]
    for lang in NAMES_IN:
        for zone, names in Locale.parse(lang).time_zones.items():
            if "city" in names and zone in zones:
                found[fold(names["city"])] = zone
    for zone in zones:
        found[fold(zone.rsplit("/", 1)[-1])] = zone
    for zone in zones:
        found[fold(zone)] = zone
    data = tomllib.loads(resources.files("bot").joinpath("data/cities.toml").read_text("utf-8"))
    for zone, names in data["zones"].items():
        found.update((fold(name), zone) for name in names)
    found.update({"utc": "UTC", "gmt": "UTC", "z": "UTC"})
    return found


def _zones_by_territory() -> dict[str, list[str]]:
    by_territory: dict[str, list[str]] = {}
    for zone, territory in get_global("zone_territories").items():
        by_territory.setdefault(territory, []).append(zone)
    return by_territory


class UnknownPlace(BadRequest):
    """No zone is called so; `near` are those of the names that are most like it."""

    code = "zone_unknown"

    def __init__(self, message: str, near: tuple[str, ...]) -> None:
        super().__init__(message, code="zone_near" if near else None)
        self.near = near


def find(text: str) -> str:
    """The zone that was meant."""
    name = " ".join(text.split())
    if OFFSET.fullmatch(name):
        raise BadRequest(
            f"{name} does not know summer time; name a city or a zone such as Europe/Berlin.", code="zone_offset"
        )
    known = cities()
    zone = known.get(fold(name)) or known.get(fold(name.split(",", maxsplit=1)[0]) or " ")
    if zone is None:
        like = difflib.get_close_matches(fold(name), known, n=3, cutoff=0.75)
        near = tuple(dict.fromkeys(known[key] for key in like))
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise UnknownPlace(
            f"{name or 'An empty name'} is no time zone or city that I know.{hint} Examples: Berlin, Europe/Berlin, UTC.",
            near,
        )
    return zone


def at(latitude: float, longitude: float) -> str:
    """The zone of a shared location; the map is loaded at first use."""
    from timezonefinder import TimezoneFinder  # noqa: PLC0415 - 50 MB of map, wanted by few

    zone = TimezoneFinder(in_memory=False).timezone_at(lat=latitude, lng=longitude)
    return zone if zone in available_timezones() else "UTC"


def read_anew() -> None:
    """From now on zones go by the files as they are now: an update of tzdata counts without a restart."""
    ZoneInfo.clear_cache()


_BY_LANGUAGE = {
    "ru": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Europe/Minsk", "Asia/Almaty"),
    "zh": ("Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore"),
    "es": ("Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Argentina/Buenos_Aires"),
    "de": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
    "fr": ("Europe/Paris", "Europe/Brussels", "America/Montreal", "Africa/Dakar"),
    "ar": ("Africa/Cairo", "Asia/Riyadh", "Asia/Dubai", "Africa/Casablanca"),
}
_WORLD = ("Europe/London", "Europe/Berlin", "Europe/Moscow", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai")
_AMERICAS = ("America/New_York", "America/Chicago", "America/Los_Angeles")


def usual(lang: str | None) -> str | None:
    """The zone that a client's language makes likely; None for English, which is spoken everywhere."""
    return next(iter(_BY_LANGUAGE.get(texts.nearest(lang), ())), None)


def likely(lang: str | None) -> tuple[str, ...]:
    """Eight zones to choose from by button, the likeliest for a client's language first."""
    first = _BY_LANGUAGE.get(texts.nearest(lang), ())
    return tuple(dict.fromkeys((*first, *_AMERICAS, *_WORLD)))[:8]
