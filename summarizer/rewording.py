"""A claim read back in the source's words where it only says them otherwise: "lost their lives" for "died".

In: a claim's words laid against the best source sentence (`summarizer.alignment`), the encoder. Out: the claim's words with
near phrases put back, and how much of it was. Names, numbers, dates, negations, words that leave open whether it is so, and
opposites ("rose" for "fell", which an encoder thinks alike) are never put back. A phrase of time or place that has only moved
from one end of the sentence ("On Monday …", "… on Monday") is put back where the source has it. Pure but for the encoder's
call.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from news.facts import extract
from summarizer.alignment import Alignment, SourceText
from summarizer.tables import LanguageTable
from summarizer.vectors import Matrix

NEAR = 0.55
"""Cosine of two phrases alone from which one may stand for the other."""

_CLOSE = 0.5  # share of common words from which single replacements say something
_LONGEST = 4  # words of a phrase
_MOST_PHRASES = 4  # replaced; a claim with more is written freely, and read as it stands
_CONTENT_CHARS = 4
_LONGEST_MOVED = 8  # words of a phrase of time or place
_FEWEST_LEFT = 4  # words of the claim beside it

Embed = Callable[[Sequence[str]], Matrix]
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The claim's words in those of the source."""

    words: tuple[str, ...]
    reworded: float = 0.0  # words put back, each by how far its phrase is from the source's, as a share of the claim
    opposites: tuple[tuple[str, str], ...] = ()  # (in the source, in the claim)


def read_back(
    own: Sequence[str], alignment: Alignment, source: SourceText, table: LanguageTable, embed: Embed | None
) -> ReadBack:
    """Put near phrases back; `embed` gives unit rows, None where no encoder knows the language."""
    opposites = _opposites(alignment, table)
    if embed is None or alignment.common < _CLOSE:
        return ReadBack(tuple(own), opposites=opposites)
    pairs = [(old, new) for old, new in alignment.replaced if _may_stand_for(old, new, source, table)]
    if not pairs or len(pairs) > _MOST_PHRASES:
        return ReadBack(tuple(own), opposites=opposites)
    rows = embed([" ".join(phrase) for pair in pairs for phrase in pair])
    likeness = [float(rows[2 * place] @ rows[2 * place + 1]) for place in range(len(pairs))]
    near = [(old, new, like) for (old, new), like in zip(pairs, likeness, strict=True) if like >= NEAR]
    reworded = sum(len(new) * (1 - like) for _, new, like in near) / max(1, len(own))
    return ReadBack(_put_back(own, near), reworded, opposites)


def in_place(own: Sequence[str], row: Sequence[str], table: LanguageTable) -> list[str]:
    """The claim's words with a phrase of time or place at its beginning or end where the source sentence has it."""
    said = list(own)
    for size in range(min(_LONGEST_MOVED, len(said) - _FEWEST_LEFT), 1, -1):
        for phrase, rest in ((said[:size], said[size:]), (said[-size:], said[:-size])):
            if phrase[0] not in table.adpositions:
                continue
            for there in range(len(row) - size + 1):
                if list(row[there : there + size]) == phrase:
                    at = _between(rest, row[there - 1 : there], row[there + size : there + size + 1])
                    return [*rest[:at], *phrase, *rest[at:]]
    return said


def _between(rest: Sequence[str], before: Sequence[str], after: Sequence[str]) -> int:
    """The place behind the word that stands before the phrase in the source, or before the one behind it; else the end."""
    for place in range(len(rest) + 1):
        if (before and rest[place - 1 : place] == list(before)) or (after and rest[place : place + 1] == list(after)):
            return place
    return len(rest)


def _may_stand_for(old: Phrase, new: Phrase, source: SourceText, table: LanguageTable) -> bool:
    if not old or not new or max(len(old), len(new)) > _LONGEST:
        return False
    cues = table.negation | table.modality
    if any(word in source.names or word in cues or any(map(str.isdigit, word)) for word in (*old, *new)):
        return False
    if any(one in table.opposites.get(other, ()) for one in old for other in new):
        return False
    if not any(len(word) >= _CONTENT_CHARS for word in new):
        return False
    found = [extract(" ".join(phrase), table.lang) for phrase in (old, new)]
    return not any(facts.numbers or facts.dates for facts in found)


def _opposites(alignment: Alignment, table: LanguageTable) -> tuple[tuple[str, str], ...]:
    if alignment.common < _CLOSE:
        return ()
    return tuple(
        (one, other)
        for old, new in alignment.replaced
        for one in old
        for other in new
        if other in table.opposites.get(one, ())
    )


def _put_back(own: Sequence[str], near: Sequence[tuple[Phrase, Phrase, float]]) -> tuple[str, ...]:
    words, at = list(own), 0
    for old, new, _ in near:
        size = len(new)
        place = next((i for i in range(at, len(words) - size + 1) if tuple(words[i : i + size]) == new), None)
        if place is not None:
            words[place : place + size] = old
            at = place + len(old)
    return tuple(words)
