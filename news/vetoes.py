"""Whether two headlines can be of one event, and how many words they share.

A headline names another number or day of a series ("12th package" and "13th", "Weather on 8 May" and "on 9 May"), or actors that
the other article does not know at all: then the two are of two events, however near their texts are. What is read from a
headline is kept, since the same ones are neighbours of many articles. Pure.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from news.dates import find_dates
from news.folding import MARKS, ascii_digits, folded, name_stem
from news.names import find_names

LEAST_WORDS = 2  # of a headline that says what it is about
TITLES_ALIKE = 0.5  # share of headline words from which another day tells two of a series apart
_KEPT = 8_192  # headlines
_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th|-?(?:й|я|е|го|му|ый|ая)|º|ª|\.)(?=\s)", re.IGNORECASE)
_DAY = re.compile(r"-(\d\d-\d\d)$")  # month and day of a date, whether its year is known or not
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_WORD = re.compile(rf"(?:[^\W\d_]|{MARKS}){{3,}}|\d+|[\u3040-\u30ff\u3400-\u9fff]{{2}}")


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline with the stems of its words."""

    title: str
    lang: str | None
    words: frozenset[str]

    @classmethod
    @lru_cache(maxsize=_KEPT)
    def of(cls, title: str, lang: str | None) -> "Headline":
        """Read a headline."""
        return cls(title, lang, frozenset(name_stem(word) for word in _WORD.findall(folded(title))))

    def shared_share(self, other: "Headline") -> float:
        """The share of the shorter headline's words that both have; one of a single word ("Live") shares nothing by it."""
        shorter = min(len(self.words), len(other.words))
        return len(self.words & other.words) / shorter if shorter >= LEAST_WORDS else 0.0

    def vetoes(self, other: "Headline", share: float) -> bool:
        """Whether the two name another number or day of a series, so that they cannot be one event."""
        if _differ(_ordinals(self.title), _ordinals(other.title)):
            return True
        return share >= TITLES_ALIKE and _differ(_days(self.title), _days(other.title))

    def is_of_others(self, other: "Headline", own_names: frozenset[str], other_names: frozenset[str]) -> bool:
        """Whether none of the actors of either headline is anywhere in the other article; given are the texts' names."""
        actors, others = _actors(self.title, self.lang), _actors(other.title, other.lang)
        if len(actors) < 2 or len(others) < 2 or actors & other.words or others & self.words:
            return False
        return not actors & other_names and not others & own_names

    def strangers(
        self, other: "Headline", own_names: frozenset[str], other_names: frozenset[str], *, alone: bool
    ) -> int:
        """How many names each of the two has that the other article has not: of the side with fewer.

        Where all words of a headline have capitals nobody knows which are names. That matters where the articles have a text
        (the other one may say a plain word in lower case), not where the two headlines are `alone`.
        """
        if not alone and (_is_all_capitalised(self.title) or _is_all_capitalised(other.title)):
            return 0
        ours = _actors(self.title, self.lang) - other_names - other.words
        theirs = _actors(other.title, other.lang) - own_names - self.words
        return min(len(ours), len(theirs))


def _differ(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether both say something, and nothing that both say."""
    return bool(one and two and not one & two)


@lru_cache(maxsize=_KEPT)
def _is_all_capitalised(title: str) -> bool:
    """Whether every long word of a headline begins with a capital, so that capitals show no names."""
    initials = [word[0] for word in _LONG_WORD.findall(title)]
    return any(map(str.isupper, initials)) and not any(map(str.islower, initials))


@lru_cache(maxsize=_KEPT)
def _ordinals(title: str) -> frozenset[str]:
    return frozenset(_ORDINAL.findall(folded(title)))


@lru_cache(maxsize=_KEPT)
def _days(title: str) -> frozenset[str]:
    """The days of the month that a headline names."""
    dates, _ = find_dates(folded(ascii_digits(title)))
    return frozenset(found[1] for date in dates if (found := _DAY.search(date)))


@lru_cache(maxsize=_KEPT)
def _actors(title: str, lang: str | None) -> frozenset[str]:
    """The single words of a headline's names; German writes every noun large."""
    if lang == "de":
        return frozenset()
    return frozenset(word for _, _, name in find_names(title, lang) for word in name.split())
