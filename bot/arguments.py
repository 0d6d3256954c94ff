"""What people type after a command, made into values. Pure, given the time; all raise BadRequest with a code.

`time_of_day` (`bad_time`), `zone` (`zone_unknown`, `zone_offset`), `url` (`bad_url`), `weekdays` (`bad_weekdays`),
`topic_query` (`query_empty`, `query_too_short`, `query_too_long`, `query_no_topic`, `bad_days`).
"""

import re
import unicodedata
from datetime import datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from math import ceil
from tomllib import loads
from zoneinfo import ZoneInfo

from bot import datespans, exclusions, texts, timewords, zones
from news.errors import BadRequest
from news.questions import TopicQuery
from news.reading import Window
from news.urls import is_web_address

DAYS = 30  # how far a question looks back when it names no time
QUERY_CHARACTERS = 300  # longer than any question; a text to be summarized is no question
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})|h)?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_QUOTED = re.compile(r"""(?<!\w)(?P<sign>[+-]?)(?:"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|「([^」]+)」)""")
_SIGNED = re.compile(r"(?:(?<=\s)|^)(?P<sign>[+-])(?P<word>[^\s+\-]\S*)")
_ELIDED = re.compile(
    r"(?<![^\W_])(?:[ld]|qu|dell|nell|sull|all)['’](?=\w\w)", re.IGNORECASE
)  # l'Ukraine, d'Europe, dell'Iran
_INSIDE = "'’.-&"  # may stand inside a word: U.S., Sino-Russian, AT&T


def time_of_day(text: str) -> time:
    """A local time: "8:00", "08.30", "8 pm", "20h"."""
    match = _TIME.fullmatch(text.strip())
    hour, minute = (int(match["hour"]), int(match["minute"] or 0)) if match else (99, 0)
    half = (match["half"] or "").lower()[:1] if match else ""
    if half and not 1 <= hour <= 12:
        hour = 99
    elif half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise BadRequest(f"{text.strip() or 'nothing'} is no time of day; write it as 08:00.", code="bad_time")
    return time(hour, minute)


def zone(text: str) -> str:
    """The IANA zone of a city, a country of one zone, or a zone's own name."""
    return zones.find(text)


def url(text: str) -> str:
    """A web address; `https://` is added where it is missing."""
    address = text.strip().strip("<>")
    if address and "://" not in address and "." in address.split("/", maxsplit=1)[0]:
        address = f"https://{address}"
    if not is_web_address(address):
        raise BadRequest(f"{text.strip() or 'nothing'} is no web address such as https://example.org.", code="bad_url")
    return address


def weekdays(text: str, lang: str | None = None) -> frozenset[int]:
    """Days of the week by name or number from 1: "mon-fri", "sat, sun", "1-5", "daily"."""
    names = {
        texts.load(code).weekday(day).lower().strip("."): day
        for code in ("en", texts.nearest(lang))
        for day in range(7)
    }
    named = {"daily": "1-7", "every day": "1-7", "weekdays": "1-5", "weekend": "6-7"}.get(text.strip().lower(), text)
    found: set[int] = set()
    for part in re.split(r"[,\s]+", named.lower().replace("–", "-").strip()):
        ends = [names.get(end[:3], int(end) - 1 if end.isdigit() else -1) for end in part.split("-")]
        if len(ends) > 2 or not all(0 <= end <= 6 for end in ends):
            raise BadRequest(f"{text.strip() or 'nothing'} names no weekdays; write mon-fri.", code="bad_weekdays")
        found.update((ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1))
    return frozenset(found)


def topic_query(
    text: str, now: datetime, *, days: int | None = None, zone: str = "UTC", lang: str | None = None
) -> TopicQuery:
    """A question as it was understood; explicit `days` beat the time words of the text."""
    asked = " ".join(_TAG.sub(" ", _printable(text)).split())
    if len(asked) > QUERY_CHARACTERS:
        raise BadRequest(f"A question has at most {QUERY_CHARACTERS} characters.", code="query_too_long")
    if not words(asked):
        raise BadRequest("There is no word in this question.", code="query_empty")
    if days is not None and not 1 <= days <= 36500:
        raise BadRequest(f"{days} days: 1 to 36500 are allowed.", code="bad_days")
    rest, phrases, must, must_not = _operators(asked)
    local_now, languages = now.astimezone(ZoneInfo(zone)), _languages(lang)
    left_out, rest = exclusions.take(rest, languages)
    found = datespans.take(rest, local_now, languages) or timewords.take(rest, local_now, languages)
    span, rest = found or (None, rest)
    window, window_days = _window(now, days, span)
    terms = _meaningful(words(_ELIDED.sub(" ", rest)), lang)
    if not (terms or phrases or must):
        raise BadRequest("This question names no topic.", code="query_no_topic")
    if len("".join((*terms, *phrases, *must))) < 2 and not _is_ideograph("".join((*terms, *phrases, *must))):
        raise BadRequest("One letter is no topic.", code="query_too_short")
    return TopicQuery(
        text=asked,
        terms=terms,
        phrases=phrases,
        must=must,
        must_not=(*must_not, *left_out),
        window=window,
        window_days=window_days,
        window_asked=days is not None or span is not None,
        window_named=days is None and span is not None,
        lang=lang,
    )


def words(text: str) -> tuple[str, ...]:
    """The words of a text: letters, marks and digits, with the signs that stand inside words."""
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" or c in _INSIDE else " " for c in text)
    return tuple(word for word in (part.strip(_INSIDE) for part in kept.split()) if word)


def _printable(text: str) -> str:
    return "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Cn", "Cs", "Co"} else " " for c in text)


def _is_ideograph(text: str) -> bool:
    return bool(text) and unicodedata.category(text[0]) == "Lo"


def _operators(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The text without its operators; phrases, words that must and words that must not be there."""
    phrases: list[str] = []
    must: list[str] = []
    must_not: list[str] = []
    for match in _QUOTED.finditer(text):
        phrase = " ".join(next(group for group in match.groups()[1:] if group is not None).split())
        if words(phrase):
            (must_not if match["sign"] == "-" else phrases).append(phrase)
    rest = _QUOTED.sub(" ", text)
    for match in _SIGNED.finditer(rest):
        (must if match["sign"] == "+" else must_not).extend(words(match["word"]))
    return _SIGNED.sub(" ", rest), tuple(phrases), tuple(must), tuple(must_not)


def _languages(lang: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("en", lang))) if lang else texts.available()


def _window(now: datetime, days: int | None, span: timewords.Span | None) -> tuple[Window, int]:
    """The window and its length in days as people are told."""
    moment = now + timedelta(seconds=1)  # what was read at this very moment counts
    if days is not None or span is None:
        length = DAYS if days is None else days
        return Window(since=now - timedelta(days=length), until=moment), length
    utc = ZoneInfo("UTC")
    until = min(span.until.astimezone(utc), moment) if span.until else moment
    window = Window(since=span.since.astimezone(utc), until=until)
    return window, max(1, ceil((window.until - window.since - timedelta(seconds=1)) / timedelta(days=1)))


@lru_cache(maxsize=8)
def _question_words(lang: str) -> frozenset[str]:
    data = loads(resources.files("bot").joinpath("data/question_words.toml").read_text("utf-8"))
    return frozenset(data.get(lang, "").split())


def _meaningful(found: tuple[str, ...], lang: str | None) -> tuple[str, ...]:
    """Without the words that a question is built with; all of them where nothing else is left."""
    empty = _question_words("en").union(*(_question_words(code) for code in (lang,) if code))
    kept = tuple(word for word in found if word.lower() not in empty or (word.isupper() and len(word) > 1))
    return tuple(dict.fromkeys(kept))
