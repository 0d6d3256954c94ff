"""The signs by which a claim differs from its source: numbers in a fixed order that a small model weighs.

In: a claim sentence, its source prepared, the facts of both, the cosine to the nearest source sentence. Out: the signs, each
0..1 and mostly 0 for a claim that copies its source, and the reasons in words. Pure; no model runs here.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, fields

from news.facts import extract, missing
from news.reading import Facts
from summarizer.alignment import Alignment, SourceText, align
from summarizer.rewording import Embed, ReadBack, in_place, read_back
from summarizer.tables import LanguageTable
from summarizer.words import words

Reasons = list[tuple[str, str]]
_CONTENT_CHARS = 4
_STEM_CHARS = 5
_CLOSE = 0.5  # share of common words from which single replacements say something
_NO_DENIAL = frozenset((word, "than") for word in ("fewer", "less", "more", "later", "earlier"))
"""Behind a "no" that sets a bound rather than denies: "no fewer than 30"."""
_MOST = 2  # missing facts that count; more say no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the model weighs; the order of the fields is the order of the weights."""

    uncommon: float  # words outside the longest common subsequence with the best sentence
    scattered: float  # words found in that sentence but in another order
    unshared: float  # words in neither of the two best sentences
    novel: float  # content words that the source does not have at all
    new_pairs: float  # neighbouring words that are never neighbours in the source
    distant: float  # 1 - cosine to the nearest sentence
    name: float
    number: float
    date: float
    quotation: float
    speaker: float
    replaced_name: float
    replaced_number: float
    replaced_word: float
    inserted: float
    reworded: float
    opposite: float
    negation: float
    modality: float
    roles: float

    def row(self) -> list[float]:
        """The values in the order of the weights."""
        return [float(getattr(self, each.name)) for each in fields(self)]


def signs(
    claim: str,
    source: SourceText,
    facts: tuple[Facts, Facts],
    distant: float,
    context: tuple[LanguageTable, Embed | None],
) -> tuple[Signs, Reasons]:
    """The signs of one claim sentence; `facts` are the claim's and the source's, `distant` 1 - cosine to the nearest."""
    table, embed = context
    said = words(claim)
    first = align(said, source)
    if first.shared > first.common:
        moved = in_place(said, source.tokens[first.best], table)
        again = align(moved, source)
        if again.common > first.common:
            said, first = moved, again
    back = read_back(said, first, source, table, embed)
    own = back.words
    alignment = first if list(own) == said else align(own, source)
    reasons: Reasons = [
        (kind, _missing_words(kind, what))
        for kind, what in missing(*facts)
        if kind != "name" or not _stands_in(words(what), source)
    ]
    counts = {kind: min(_MOST, sum(each == kind for each, _ in reasons)) / _MOST for kind in _KINDS}
    close = max(0.0, alignment.common - _CLOSE) / (1 - _CLOSE)
    replaced = _replacements(alignment, source, table, reasons)
    found = Signs(
        uncommon=1 - alignment.common,
        scattered=alignment.shared - alignment.common,
        unshared=1 - alignment.two,
        novel=_novel(own, source, reasons),
        new_pairs=_new_pairs(own, source),
        distant=distant,
        replaced_name=close * replaced[0],
        replaced_number=close * replaced[1],
        replaced_word=close * replaced[2],
        inserted=close * replaced[3],
        reworded=back.reworded,
        opposite=_opposite(back, reasons),
        negation=_changed(own, alignment, source, table.negation, ("negation", reasons)),
        modality=_changed(own, alignment, source, table.modality, ("modality", reasons)),
        roles=_roles(own, alignment, source, reasons),
        **counts,
    )
    return found, reasons


_KINDS = ("name", "number", "date", "quotation", "speaker")


def _missing_words(kind: str, what: str) -> str:
    if kind == "speaker":
        return f"the source does not say that {what} said this"
    return f"{what} is not in the source"


def _stands_in(name: Sequence[str], source: SourceText) -> bool:
    """Whether the name's words follow each other somewhere: the first word of a sentence is not known for a name there."""
    if len(name) < 2:
        return all(word in source.vocabulary for word in name)
    return all(pair in source.bigrams for pair in itertools.pairwise(name))


def _content(word: str) -> bool:
    return len(word) >= _CONTENT_CHARS or any(character.isdigit() for character in word) or word > "\u2e80"


def _novel(own: Sequence[str], source: SourceText, reasons: Reasons) -> float:
    content = [word for word in own if _content(word)]
    stems = {word[:_STEM_CHARS] for word in source.vocabulary}
    new = [word for word in content if word not in source.vocabulary and word[:_STEM_CHARS] not in stems]
    if new and len(new) >= len(content) / 4:
        reasons.append(("novelty", f"the source does not have: {', '.join(dict.fromkeys(new))}"))
    return len(new) / len(content) if content else 0.0


def _new_pairs(own: Sequence[str], source: SourceText) -> float:
    pairs = list(itertools.pairwise(own))
    return sum(pair not in source.bigrams for pair in pairs) / len(pairs) if pairs else 0.0


def _opposite(back: ReadBack, reasons: Reasons) -> float:
    for there, here in back.opposites:
        reasons.append(("opposite", f"{here} stands where the source has {there}"))
    return float(bool(back.opposites))


def _replacements(
    alignment: Alignment, source: SourceText, table: LanguageTable, reasons: Reasons
) -> tuple[float, float, float, float]:
    """Names, numbers and other content words put in the place of others, and content words put in; each 0..1."""
    names = numbers = others = inserted = 0
    for old, new in alignment.replaced:
        put = [word for word in new if _content(word) and word not in old]
        if not put:
            continue
        if not old:
            inserted += len(put)
        elif _numbered(put, table) and _numbered(old, table):
            numbers += 1
            reasons.append(("number", f"{' '.join(new)} stands where the source has {' '.join(old)}"))
        elif any(word in source.names for word in put) and any(word in source.names for word in old):
            names += 1
            reasons.append(("name", f"{' '.join(new)} stands where the source has {' '.join(old)}"))
        else:
            others += len(put)
    return min(1.0, names), min(1.0, numbers), min(1.0, others / 4), min(1.0, inserted / 6)


def _numbered(phrase: Sequence[str], table: LanguageTable) -> bool:
    """Whether there is a number among the words, in digits or spelled."""
    return any(word[:1].isdigit() for word in phrase) or bool(extract(" ".join(phrase), table.lang).numbers)


def _changed(
    own: Sequence[str], alignment: Alignment, source: SourceText, cues: frozenset[str], note: tuple[str, Reasons]
) -> float:
    """Whether the claim and the stretch of the source it stands on differ in such words."""
    if alignment.best < 0 or not alignment.pairs:
        return 0.0
    row = source.tokens[alignment.best]
    first, last = alignment.pairs[0][1], alignment.pairs[-1][1]
    there = sorted(_cues(row[max(0, first - 1) : last + 2], cues))
    here = sorted(_cues(own, cues))
    if there == here or (note[0] == "modality" and len(there) == len(here)):
        return 0.0
    if note[0] == "negation" and len(there) == len(here):
        return 0.0
    extra = [cue for cue in here if cue not in there] or [cue for cue in there if cue not in here] or here or there
    where = "only in the claim" if len(here) > len(there) else "only in the source"
    note[1].append((note[0], f"“{extra[0]}” stands {where}"))
    return 1.0


def _cues(row: Sequence[str], cues: frozenset[str]) -> list[str]:
    return [
        word
        for place, word in enumerate(row)
        if (word in cues or (word.endswith(("n't", "n’t")) and "n't" in cues))
        and not (word == "no" and tuple(row[place + 1 : place + 3]) in _NO_DENIAL)
    ]


def _roles(own: Sequence[str], alignment: Alignment, source: SourceText, reasons: Reasons) -> float:
    """The share of pairs of names that stand the other way round than in the best sentence, but for a change of voice."""
    if alignment.best < 0:
        return 0.0
    row = source.tokens[alignment.best]
    if ("by" in own) != ("by" in row) and alignment.common < 0.8:
        return 0.0
    both = [
        (own.index(word), row.index(word), word)
        for word in dict.fromkeys(own)
        if word in source.names and row.count(word) == 1 and own.count(word) == 1
    ]
    pairs = [(one, other) for i, one in enumerate(both) for other in both[i + 1 :]]
    turned = [(one[2], other[2]) for one, other in pairs if (one[0] - other[0]) * (one[1] - other[1]) < 0]
    if turned:
        reasons.append(("roles", f"{turned[0][0]} and {turned[0][1]} have changed places"))
    return len(turned) / len(pairs) if pairs else 0.0
