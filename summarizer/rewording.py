"""A claim read back in the source's terms where it only says them otherwise: "lost their lives" for "died".

In: a claim's terms, the source sentence that it stands on, the encoder. Out: the claim's terms with what only is said
otherwise put back, and how much of it was. First WordNet's answer, wherever the words stand; then the encoder's, for phrases in
the same place. Names, numbers, dates, negations, words that leave open whether it is so, and opposites ("rose" for "fell",
which an encoder thinks alike) are never put back. Pure but for the encoder's call.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from news.lexicon import FATES, UNITS
from summarizer.alignment import Alignment, SourceText
from summarizer.synonyms import synonyms
from summarizer.tables import ClaimTable, claim_table
from summarizer.terms import Terms, is_fact, stem
from summarizer.vectors import Matrix

NEAR = 0.55
"""Cosine of two phrases alone from which one may stand for the other."""

_CLOSE = 0.5  # share of common words from which single replacements say something
_LONGEST = 4  # words of a phrase
_MOST_PHRASES = 4  # replaced; a claim with more is written freely, and read as it stands
_CONTENT_CHARS = 4
_LONGEST_MOVED = 8  # words of a phrase of time or place
_FEWEST_LEFT = 4  # words of the claim beside it
_MOST_COMMAS = 6
_FATE = "fate "  # before a fate of `news.lexicon`, which no word is
_PHRASE_WORDS = 3  # of one entry of the table of synonyms

Embed = Callable[[Sequence[str]], Matrix]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The claim's terms in those of the source."""

    terms: Terms
    told: float = 0.0  # terms put back by the table, as a share of the claim's
    reworded: float = 0.0  # terms put back by the encoder, each by how far its phrase is from the source's, as a share


def by_table(own: Terms, row: Terms, source: SourceText) -> ReadBack:
    """Put back what the table of synonyms knows, wherever it stands."""
    there = _tellable(own, row, source)
    known = {key for key in own.keys if key in row.keys and source.has_content(key)}
    keys: list[str] = []
    shown: list[str] = []
    at = put = 0
    while at < len(own.keys):
        for size in range(min(_PHRASE_WORDS, len(own.keys) - at), 0, -1):
            said = own.keys[at : at + size]
            span = _told(own, (at, at + size), there, source) if there and known.isdisjoint(said) else None
            if span is not None:
                keys += row.keys[slice(*span)]
                shown += row.shown[slice(*span)]
                there = {phrase: one for phrase, one in there.items() if one[1] <= span[0] or one[0] >= span[1]}
                put += size
                at += size
                break
        else:
            keys.append(own.keys[at])
            shown.append(own.shown[at])
            at += 1
    return ReadBack(Terms(tuple(keys), tuple(shown)), told=put / max(1, len(own.keys)))


def by_encoder(own: Terms, alignment: Alignment, source: SourceText, embed: Embed | None) -> ReadBack:
    """Put near phrases back; `embed` gives unit rows, None where no encoder knows the language."""
    if embed is None or alignment.common < _CLOSE:
        return ReadBack(own)
    row = source.terms[alignment.best]
    pairs = [pair for pair in alignment.replaced if _may_stand_for(_cut(row, pair[0]), _cut(own, pair[1]), source)]
    if not pairs or len(pairs) > _MOST_PHRASES:
        return ReadBack(own)
    phrases = [
        " ".join(terms.shown[slice(*span)]) for pair in pairs for terms, span in zip((row, own), pair, strict=True)
    ]
    rows = embed(phrases)
    likeness = [float(rows[2 * place] @ rows[2 * place + 1]) for place in range(len(pairs))]
    near = [(old, new, like) for (old, new), like in zip(pairs, likeness, strict=True) if like >= NEAR]
    keys, shown = list(own.keys), list(own.shown)
    for (a0, a1), (b0, b1), _ in reversed(near):
        keys[b0:b1] = row.keys[a0:a1]
        shown[b0:b1] = row.shown[a0:a1]
    reworded = sum((new[1] - new[0]) * (1 - like) for _, new, like in near) / max(1, len(own.keys))
    return ReadBack(Terms(tuple(keys), tuple(shown)), reworded=reworded)


def in_place(own: Terms, row: Terms, table: ClaimTable) -> Terms:
    """The claim's terms with a phrase of time or place at its beginning or end where the source sentence has it."""
    said = list(zip(own.keys, own.shown, strict=True))
    for size in range(min(_LONGEST_MOVED, len(said) - _FEWEST_LEFT), 1, -1):
        for phrase, rest in ((said[:size], said[size:]), (said[-size:], said[:-size])):
            if phrase[0][0] not in table.adpositions:
                continue
            wanted = tuple(key for key, _ in phrase)
            for there in range(len(row.keys) - size + 1):
                if row.keys[there : there + size] == wanted:
                    left = [key for key, _ in rest]
                    at = _between(left, row.keys[there - 1 : there], row.keys[there + size : there + size + 1])
                    moved = [*rest[:at], *phrase, *rest[at:]]
                    return Terms(tuple(key for key, _ in moved), tuple(shown for _, shown in moved))
    return own


def turned(own: Terms, parts: Sequence[int]) -> list[Terms]:
    """The claim's terms with what stands before a comma behind what follows it: "P, Reed said" as "Reed said P".

    `parts` says how many terms stand between the claim's commas.
    """
    places = [place for place in itertools.accumulate(parts) if 0 < place < len(own.keys)]
    return [Terms((*own.keys[at:], *own.keys[:at]), (*own.shown[at:], *own.shown[:at])) for at in places[:_MOST_COMMAS]]


def _tellable(own: Terms, row: Terms, source: SourceText) -> dict[str, Span]:
    """What may tell a stretch of the sentence that the claim does not have, and which stretch; fates as their own words."""
    table = synonyms(source.table.lang)
    spare = Counter(row.keys) - Counter(own.keys)
    found: dict[str, Span] = {}
    for size in range(_PHRASE_WORDS, 0, -1):
        for start in range(len(row.keys) - size + 1):
            there = row.keys[start : start + size]
            if all(key in spare for key in there) and not any(_is_fixed(key, source) for key in there):
                span = (start, start + size)
                found.update(dict.fromkeys(table.tellers("_".join(there)), span))
                fate = FATES.get(row.shown[start]) if size == 1 else None
                if fate:
                    found[_FATE + fate] = span
    return found


def _told(own: Terms, said: Span, there: dict[str, Span], source: SourceText) -> Span | None:
    """The stretch of the sentence that a phrase of the claim tells."""
    keys = own.keys[slice(*said)]
    if not source.content(keys) or any(_is_fixed(key, source) for key in keys):
        return None
    fate = FATES.get(own.shown[said[0]]) if len(keys) == 1 else None
    return there.get("_".join(keys)) or (there.get(_FATE + fate) if fate else None)


def _is_fixed(key: str, source: SourceText) -> bool:
    return is_fact(key) or key in source.names or key in source.table.cues or UNITS.get(key) is not None


def _cut(found: Terms, span: Span) -> tuple[str, ...]:
    return found.keys[span[0] : span[1]]


def _between(rest: Sequence[str], before: Sequence[str], after: Sequence[str]) -> int:
    """The place behind the word that stands before the phrase in the source, or before the one behind it; else the end."""
    for place in range(len(rest) + 1):
        if (before and list(rest[place - 1 : place]) == list(before)) or (
            after and list(rest[place : place + 1]) == list(after)
        ):
            return place
    return len(rest)


def _may_stand_for(old: Sequence[str], new: Sequence[str], source: SourceText) -> bool:
    if not old or not new or max(len(old), len(new)) > _LONGEST:
        return False
    if any(_is_fixed(key, source) for key in (*old, *new)):
        return False
    if any(are_opposites(one, other, source.table) for one in old for other in new):
        return False
    return any(len(key) >= _CONTENT_CHARS for key in new)


def are_opposites(one: str, other: str, table: ClaimTable) -> bool:
    """Whether either term denies the other."""
    return other in _listed(table.lang).get(one, ()) or synonyms(table.lang).deny(one, other)


@cache
def _listed(lang: str) -> dict[str, frozenset[str]]:
    """The language's own table of opposites, by stems."""
    table = claim_table(lang)
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for word, denied in table.opposites.items():
        found[stem(word, table)] |= {stem(one, table) for one in denied}
    return dict(found)
