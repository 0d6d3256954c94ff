"""Dates in running text, as ISO as far as they are said: `2023-03-21`, `--03-21`, `2023-03`, `--03`, `2023`, `mon`.

In goes text folded by `news.folding.folded` with digits 0 to 9; out come the dates and the text with each date replaced by
`¶`, so that its digits are not taken for numbers. Months and weekdays of some twenty languages (`news.lexicon`). A numeric
date that can be read in two ways is day first, as most of the world writes it.
"""

import re
from datetime import date

from news.folding import MARKS
from news.lexicon import MODAL_MONTHS, MONTHS, UNITS, WEEKDAYS

GAP = "¶"
_FIRST_PLACE = 0xE000  # private letters that stand for the dates of a text, one each; none of them is a word's
_MOST_PLACES = 6_400
PLACE = "[\ue000-\uf8ff]"
_WORD = rf"(?:[^\W\d_]|{MARKS})+"
_YEAR = r"(?:1[5-9]|20)\d\d"

_ISO = re.compile(r"(?<![\d-])(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:t[\d:.]+(?:z|[+-]\d\d:?\d\d)?)?(?![\d-])")
_CJK = re.compile(
    r"(?:(?P<y>\d{4})\s?[年년]\s?)?(?P<m>\d{1,2})\s?[月월](?!\w*[个個])\s?(?:(?P<d>\d{1,2})\s?[日号號일])?"
)
_CJK_YEAR = re.compile(rf"(?P<y>{_YEAR})\s?[年년](?![间間])")
_POINTS = re.compile(r"(?<![\d.,/])(?P<a>\d{1,2})(?P<p>[./])(?P<b>\d{1,2})(?P=p)(?P<y>\d{4}|\d\d)(?![\d/])")
_DAY_MONTH = re.compile(
    rf"(?<![\d.,:])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|\.|-?го)?\s+(?:of\s+|de\s+)?(?P<w>{_WORD})\.?(?:,?\s+(?:de\s+|del\s+|of\s+)?(?P<y>{_YEAR})(?!\d))?"
)
_MONTH_DAY = re.compile(
    rf"(?P<w>{_WORD})\.?\s+(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+)(?P<y>{_YEAR})(?!\d)"
    rf"|(?P<w2>{_WORD})\.?\s+(?:the\s+)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%]|[.,:]\d)"
)
_MONTH_YEAR = re.compile(rf"(?P<w>{_WORD})\.?,?\s+(?:of\s+|de\s+|del\s+)?(?P<y>{_YEAR})(?![\d])(?!\s+{PLACE})")
_SOLE_YEAR = re.compile(
    rf"(?<![\d.,:/$€£¥₽₹])(?<!-\d)(?P<y>{_YEAR})(?:s\b|['’]s\b)?(?![\d%:]|[.,]\d)(?=(?:\s+(?P<w>{_WORD}))?)"
)
_WORDS = re.compile(_WORD)
_PLACES = re.compile(PLACE)
_CJK_WEEKDAY = re.compile("星期[一二三四五六日天]|周[一二三四五六日](?!年)|[月火水木金土日]曜日|[월화수목금토일]요일")
_COUNTED = frozenset(
    {"people", "persons", "человек", "men", "women", "soldiers", "troops", "homes", "houses", "deaths", "cases", "jobs"}
)


class _Found:
    """Collects the dates that patterns meet, and leaves a private letter in the place of each."""

    def __init__(self) -> None:
        self.dates: list[str] = []

    def place(self, said: str) -> str:
        self.dates.append(said)
        return chr(_FIRST_PLACE + min(len(self.dates), _MOST_PLACES) - 1)

    def numeric(self, match: re.Match[str]) -> str:
        return self._note(match, match["y"], int(match["m"]), match["d"])

    def points(self, match: re.Match[str]) -> str:
        first, second = int(match["a"]), int(match["b"])
        day, month = (second, first) if second > 12 else (first, second)
        year = match["y"] if len(match["y"]) == 4 else f"20{match['y']}"
        return self._note(match, year, month, str(day))

    def named(self, match: re.Match[str]) -> str:
        month = _month(match["w"])
        return match.group() if month is None else self._note(match, match["y"], month, match["d"])

    def month_first(self, match: re.Match[str]) -> str:
        month = _month(match["w"] or match["w2"])
        return match.group() if month is None else self._note(match, match["y"], month, match["d"] or match["d2"])

    def month_year(self, match: re.Match[str]) -> str:
        month = _month(match["w"])
        return match.group() if month is None else self._note(match, match["y"], month, None)

    def year(self, match: re.Match[str]) -> str:
        counted = match["w"] is not None and (match["w"] in _COUNTED or UNITS.get(match["w"]) not in {None, "years"})
        if counted:
            return match.group()
        return self.place(match["y"])

    def year_of_cjk(self, match: re.Match[str]) -> str:
        return self.place(match["y"])

    def _note(self, match: re.Match[str], year: str | None, month: int, day: str | None) -> str:
        if not _exists(year, month, day):
            return match.group()
        known = f"{year}-{month:02}" if year else f"--{month:02}"
        return f" {self.place(f'{known}-{int(day):02}' if day else known)} "


def find_dates(text: str) -> tuple[frozenset[str], str]:
    """The dates of a folded text, and the text without them."""
    rest, said = place_dates(text)
    dates = set(said)
    for word in set(_WORDS.findall(rest)):
        weekday = WEEKDAYS.get(word)
        if weekday is not None:
            dates.add(weekday)
        month = MONTHS.get(word)
        if month is not None and len(word) > 3 and word not in MODAL_MONTHS:
            dates.add(f"--{month}")
    for match in _CJK_WEEKDAY.finditer(rest):
        weekday = WEEKDAYS.get(match.group())
        if weekday is not None:
            dates.add(weekday)
    return frozenset(dates), _PLACES.sub(GAP, rest)


def place_dates(text: str) -> tuple[str, list[str]]:
    """A folded text with a letter of `PLACE` for each date with a figure in it, and those dates in the order of the letters."""
    found = _Found()
    rest = _PLACES.sub(GAP, text)
    if any("0" <= letter <= "9" for letter in text):
        rest = _ISO.sub(found.numeric, rest)
        rest = _CJK.sub(found.numeric, rest)
        rest = _CJK_YEAR.sub(found.year_of_cjk, rest) if "年" in rest or "년" in rest else rest
        rest = _POINTS.sub(found.points, rest)
        rest = _DAY_MONTH.sub(found.named, rest)
        rest = _MONTH_DAY.sub(found.month_first, rest)
        rest = _MONTH_YEAR.sub(found.month_year, rest)
        rest = _SOLE_YEAR.sub(found.year, rest)
    return rest, found.dates


def says(known: str, claimed: str) -> bool:
    """Whether a date says at least what another one claims: `2023-03-21` says `--03-21`, `--03` and `2023`."""
    if known == claimed or known.startswith(f"{claimed}-"):
        return True
    return claimed.startswith("--") and len(known) > 4 and known[4:].startswith(claimed[1:])


def _month(word: str) -> int | None:
    """The month that a folded word names; Hebrew writes "in" as its first letter."""
    month = MONTHS.get(word) or (MONTHS.get(word[1:]) if word[0] == "ב" else None)
    return int(month) if month else None


def _exists(year: str | None, month: int, day: str | None) -> bool:
    try:
        date(int(year) if year else 2000, month, int(day) if day else 1)
    except ValueError:
        return False
    return True
