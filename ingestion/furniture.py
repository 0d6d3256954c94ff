"""Removes what pages carry around their text: navigation, captions, credits, "Related Posts"; finds the author's line.

In: lines or paragraphs of text, in order. Out: the article's paragraphs and the author, if a line named one.
The words are data (`furniture.toml`). A paragraph that is a sentence is never dropped for where it stands.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingestion.htmltext import amount, one_line

_MARKS = " \t:：.。…!·•|»›>→*#–—-"
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]」』]*$")
_PARAGRAPH_WORDS = 25  # a sentence of so many words is no entry of a list
_COUNTER = re.compile(r"\d{1,3} ?/ ?\d{1,3}|[\s<>«»‹›|]{1,5}")  # "3 / 14", "<<": of a gallery
_DATA = re.compile(r"[\d(){};=_]|\b[A-Z]{2,}\b.*\b[A-Z]{2,}\b")  # a row of a table or a line of code may come often
_REFRAIN = 5  # a line that stands so often is no paragraph
_REFRAIN_WORDS = 3  # a shorter one may be a line of code
_HEADLINE_WORDS = 4
_HEADLINE_CHARACTERS = 200
_NAME_WORDS = 6  # "By Maria del Carmen Ruiz de la Torre" has seven; agencies have two


@dataclass(frozen=True, slots=True)
class Words:
    """What `furniture.toml` says, ready to compare with."""

    lines: frozenset[str]
    endings: frozenset[str]
    ending: re.Pattern[str]
    pattern: re.Pattern[str]
    byline: re.Pattern[str]
    paywall: tuple[str, ...]
    consent: tuple[str, ...]


@cache
def words() -> Words:
    """The package's own list, read once."""
    data = tomllib.loads(files("ingestion").joinpath("furniture.toml").read_text(encoding="utf-8"))
    leads = "|".join(re.escape(lead) for lead in sorted(data["bylines"], key=len, reverse=True))
    return Words(
        lines=frozenset(data["lines"]),
        endings=frozenset(data["endings"]),
        ending=_any_of(data["ending_patterns"]),
        pattern=_any_of(data["patterns"]),
        byline=re.compile(rf"(?:{leads})\s*[:：]?(?:\s+|(?<=[:：])|(?<=[者文]))(?P<name>.{{2,80}})", re.IGNORECASE),
        paywall=tuple(data["paywall"]),
        consent=tuple(data["consent"]),
    )


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Paragraphs without furniture, and the author that a line of its own named."""

    paragraphs: tuple[str, ...]
    author: str | None


def clean(paragraphs: list[str], *, title: str = "") -> Cleaned:
    """Drop furniture, the repeated title and the author's line."""
    refrains = _refrains(paragraphs)
    kept = [line for line in paragraphs[: _end(paragraphs)] if line not in refrains and not is_furniture(line)]
    if title and kept and folded(kept[0]) == folded(title):
        kept = kept[1:]
    author = None
    for index in _edges(len(kept)):
        author = author_in(kept[index])
        if author:
            del kept[index]
            break
    return Cleaned(tuple(kept), author)


def without_headline(cleaned: Cleaned, headings: frozenset[str]) -> Cleaned:
    """The text without a first line that is one of the page's folded main headings, worded otherwise than its title. One of
    few words may be the first heading within the text, one of many the caption of its picture.
    """
    first = cleaned.paragraphs[0] if cleaned.paragraphs else ""
    headline = amount(first) >= _HEADLINE_WORDS and len(first) <= _HEADLINE_CHARACTERS and not is_sentence(first)
    if headline and folded(first) in headings:
        return Cleaned(cleaned.paragraphs[1:], cleaned.author)
    return cleaned


def is_furniture(line: str) -> bool:
    """Whether the line is of the page and not of the article."""
    bare = folded(line)
    if not bare or bare in words().lines or _COUNTER.fullmatch(bare):
        return True
    return len(line) <= 420 and words().pattern.fullmatch(one_line(line).rstrip(".")) is not None


def author_in(line: str) -> str | None:
    """The name, where the whole line says who wrote the text ("By Ann Lee", "Автор: Иван Петров")."""
    line = one_line(line)
    if len(line) > 100:
        return None
    match = words().byline.fullmatch(line)
    return author_name(match["name"]) if match else None


def author_name(text: str) -> str | None:
    """The name in what follows "By", None where it is no name but a clause."""
    name = one_line(re.split(r"\s*[|•·(,;]\s*|\s+[-–—]\s+|\s{2,}", text)[0]).strip(_MARKS)
    parts = name.split()
    if not name or len(parts) > _NAME_WORDS or any(mark.isdigit() for mark in name) or "@" in name:
        return None
    first, last = parts[0][0], parts[-1][0]
    capital = (first.isupper() or not first.islower()) and (last.isupper() or not last.islower())
    return name if capital and not _SENTENCE_END.search(text.strip().removesuffix(".")) else None


def is_sentence(line: str) -> bool:
    """Whether the line ends as a sentence does."""
    return _SENTENCE_END.search(line.strip()) is not None


def folded(line: str) -> str:
    """The line as it is compared."""
    return one_line(line).strip(_MARKS).casefold()


def _refrains(paragraphs: list[str]) -> set[str]:
    """Lines that are no sentences and come again and again: the caption of a slide show, a button."""
    short = (line for line in paragraphs if _REFRAIN_WORDS <= amount(line) < _PARAGRAPH_WORDS)
    counts = Counter(line for line in short if line[0].isupper() and not is_sentence(line) and not _DATA.search(line))
    return {line for line, count in counts.items() if count >= _REFRAIN}


def _end(paragraphs: list[str]) -> int:
    # the first ending that is followed by a list, not by the article's next paragraphs
    for index, line in enumerate(paragraphs):
        bare = folded(line)
        if index and len(line) < 60 and (bare in words().endings or _is_heading_of_links(bare, line)):
            following = sum(is_sentence(rest) and amount(rest) >= _PARAGRAPH_WORDS for rest in paragraphs[index:])
            if following <= 1:
                return index
    return len(paragraphs)


def _is_heading_of_links(bare: str, line: str) -> bool:
    return not is_sentence(line) and words().ending.fullmatch(bare) is not None


def _edges(count: int) -> list[int]:
    # where authors are named: the last lines first, then the first ones
    return list(dict.fromkeys([*range(count - 1, max(-1, count - 4), -1), *range(min(3, count))]))
