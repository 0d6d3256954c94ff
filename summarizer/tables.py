"""The word tables of languages and the patterns of page furniture, read once from the package's data.

In: a language code, or None. Out: frozen tables. A language without a table of its own gets the general one.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageTable:
    """What the splitter and the scorer ask about a language; all words folded to lower case."""

    lang: str | None = None
    never_end: frozenset[str] = frozenset()  # abbreviations after which a sentence goes on
    closing: frozenset[str] = frozenset()  # abbreviations after which a capital begins a sentence
    may_end: frozenset[str] = frozenset()  # abbreviations after which it ends if a starter follows
    starters: frozenset[str] = frozenset()
    dangling: tuple[str, ...] = ()  # openings that lean on the sentence before
    forward: tuple[str, ...] = ()  # openings that look like those but point forward
    dangling_inside: tuple[str, ...] = ()  # phrases near the opening that do so too
    saying: frozenset[str] = frozenset()
    negation: frozenset[str] = frozenset()
    modality: frozenset[str] = frozenset()  # words that leave open whether it is so
    adpositions: frozenset[str] = frozenset()  # that open a phrase of time or place
    opposites: Mapping[str, frozenset[str]] = field(default_factory=dict)  # of a word, those that deny it
    ordinals: bool = False  # "5. März": a number with a full stop is an ordinal
    question_semicolon: bool = False  # Greek asks with ";"


@dataclass(frozen=True, slots=True)
class FurniturePatterns:
    """Compiled patterns; see the data file for what each is matched against."""

    line: re.Pattern[str]
    credit: re.Pattern[str]
    opening: re.Pattern[str]


@cache
def language_table(lang: str | None) -> LanguageTable:
    """The general table with the language's own words added."""
    tables = _tables()
    general: dict[str, Any] = tables["general"]
    own: dict[str, Any] = tables.get(lang or "en", {})
    return LanguageTable(
        lang=lang,
        never_end=frozenset(general["never_end"]) | frozenset(own.get("never_end", ())),
        may_end=frozenset(general["may_end"]) | frozenset(own.get("may_end", ())),
        closing=frozenset(general["closing"]),
        starters=frozenset(own.get("starters", general["starters"])),
        dangling=tuple(own.get("dangling", ())),
        forward=tuple(own.get("forward", ())),
        dangling_inside=tuple(own.get("dangling_inside", ())),
        saying=frozenset(own.get("saying", ())),
        negation=frozenset(own.get("negation", ())),
        modality=frozenset(own.get("modality", ())),
        adpositions=frozenset(own.get("adpositions", ())),
        opposites=_opposites(own.get("opposites", ())),
        ordinals=bool(own.get("ordinals", False)),
        question_semicolon=bool(own.get("question_semicolon", False)),
    )


def _opposites(rows: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Rows of two sides, "rose grew / fell dropped": each word of a side denies each of the other."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for row in rows:
        one, other = (frozenset(side.split()) for side in row.split("/"))
        for words, denied in ((one, other), (other, one)):
            for word in words:
                found[word] |= denied
    return dict(found)


@cache
def furniture_patterns() -> FurniturePatterns:
    """The furniture of pages in the languages that the data file covers."""
    data = tomllib.loads((files("summarizer") / "data" / "furniture.toml").read_text(encoding="utf-8"))
    return FurniturePatterns(
        line=re.compile(rf"(?:{'|'.join(data['line'])})\W*", re.IGNORECASE),
        credit=re.compile("|".join(data["credit"]), re.IGNORECASE),
        opening=re.compile(rf"\W*(?:{'|'.join(data['opening'])})", re.IGNORECASE),
    )


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("summarizer") / "data" / "languages.toml").read_text(encoding="utf-8"))
