"""The word tables of languages and the patterns of page furniture, read once from the package's data.

In: a language code, or None. Out: frozen tables. A language without a table of its own gets the general one.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from news.folding import folded

_NO_CAPITALS = frozenset({"ar", "fa", "he", "hi", "ja", "ko", "th", "ur", "zh"})
_CONTENT_CHARS = 4  # of a word with content, where no table says which short ones have none


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
    ordinals: bool = False  # "5. März": a number with a full stop is an ordinal
    question_semicolon: bool = False  # Greek asks with ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTable:
    """What the verifier asks about a language; all words folded as `news.folding` does."""

    lang: str
    negation: frozenset[str]
    modality: frozenset[str]  # words that leave open whether it is so
    cues: frozenset[str]  # both
    certain: frozenset[str]  # those of them that only say that it has not been yet
    adpositions: frozenset[str]  # that open a phrase of time or place
    function: frozenset[str]  # words without content
    content_chars: int  # other words have content from this length on
    pronouns: frozenset[str]  # of persons and things told before
    saying: frozenset[str]
    by: frozenset[str]  # before who did it, in a passive
    be: frozenset[str]  # the passive's verb
    participle: re.Pattern[str]  # how the passive's participle ends
    directed: frozenset[str]  # between two names, what makes their order say something
    bounds: Mapping[str, frozenset[str]]  # before a number: of a word, those that turn it round
    opposites: Mapping[str, frozenset[str]]  # of a word, those that deny it

    @property
    def has_capitals(self) -> bool:
        """Whether names are written with a capital."""
        return self.lang not in _NO_CAPITALS


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
        ordinals=bool(own.get("ordinals", False)),
        question_semicolon=bool(own.get("question_semicolon", False)),
    )


@cache
def claim_table(lang: str | None) -> ClaimTable:
    """The words by which claims of a language are compared; those of English where the language is not known."""
    known = lang or "en"
    own: dict[str, Any] = _verifying().get(known, {})
    words = language_table(lang)
    negation, modality = _folded(words.negation), _folded(words.modality)
    function = _folded(own.get("function", ()))
    by, be = _folded(own.get("by", ())), _folded(own.get("be", ()))
    modality -= function | be  # "würde", without its accent, is not told from "wurde"
    return ClaimTable(
        lang=known,
        negation=negation,
        modality=modality,
        cues=negation | modality,
        certain=_folded(own.get("certain", ())),
        adpositions=_folded(words.adpositions),
        function=function | by | be | _folded(own.get("short", ())) | _folded(words.adpositions),
        content_chars=2 if "short" in own else _CONTENT_CHARS,
        pronouns=_folded(own.get("pronouns", ())),
        saying=_folded(words.saying),
        by=by,
        be=be,
        participle=re.compile(own.get("participle", "$^")),
        directed=by | _folded(own.get("directed", ())),
        bounds=_opposites(own.get("bounds", ())),
        opposites=_opposites(own.get("opposites", ())),
    )


def _folded(found: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(word) for word in found)


def _opposites(rows: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Rows of two sides, "rose grew / fell dropped": each word of a side denies each of the other."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for row in rows:
        one, other = (_folded(side.split()) for side in row.split("/"))
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
def _verifying() -> dict[str, Any]:
    return tomllib.loads((files("summarizer") / "data" / "verifying.toml").read_text(encoding="utf-8"))


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("summarizer") / "data" / "languages.toml").read_text(encoding="utf-8"))
