"""The signs by which a claim differs from its source: numbers in a fixed order that a small model weighs.

In: a claim sentence, its source prepared, the facts of both, the cosine to the nearest source sentence. Out: the signs, each
0..1 and mostly 0 for a claim that copies its source, and the reasons in words. Pure; no model runs here but the encoder that
is given.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from news.facts import missing
from news.folding import folded
from news.lexicon import UNITS
from news.reading import Facts
from summarizer.alignment import Alignment, SourceText, align, inner_capitals, nearest
from summarizer.denials import Reasons, denied, left_open, opposites
from summarizer.rewording import Embed, ReadBack, by_encoder, by_table, in_place, turned
from summarizer.roles import bounds, roles, voices
from summarizer.speech import misattributed
from summarizer.terms import Terms, is_fact, is_number, terms
from summarizer.voice import in_voice

_COMMA = re.compile("[,，،] ?(?!\\d)")
_STEM_CHARS = 5
_CLOSE = 0.5  # share of common terms from which single replacements say something
_MOST = 2  # missing facts that count; more say no more
_LAID_AGAINST = 3  # sentences that the claim is read back against


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the model weighs; the order of the fields is the order of the weights."""

    uncommon: float  # terms outside the longest common subsequence with the best sentence
    scattered: float  # terms found in that sentence but in another order
    unshared: float  # terms in neither of the two best sentences
    novel: float  # terms that the source does not have at all
    new_pairs: float  # neighbouring terms that never come in this order in one sentence
    skipping: float  # neighbouring terms between which a sentence has others
    distant: float  # 1 - cosine to the nearest sentence; by terms in common where no encoder knows the language
    name: float
    number: float
    date: float
    quotation: float
    speaker: float
    replaced_name: float
    replaced_number: float
    replaced_word: float
    inserted: float
    strange: float  # names, numbers and dates that the sentence does not have
    told: float  # said otherwise, as the table of synonyms knows
    reworded: float  # said otherwise, as the encoder thinks
    opposite: float
    negation: float
    modality: float
    bound: float
    roles: float
    voice: float

    def row(self) -> list[float]:
        """The values in the order of the weights."""
        return [float(getattr(self, each.name)) for each in fields(self)]


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim read back in its source's terms."""

    said: Terms  # as the claim has it, but for its voice
    own: Terms
    alignment: Alignment
    told: float
    reworded: float


def signs(
    claim: str, source: SourceText, facts: tuple[Facts, Facts], distant: float | None, embed: Embed | None
) -> tuple[Signs, Reasons]:
    """The signs of one claim sentence; `facts` are the claim's and the source's, `distant` 1 - cosine to the nearest, None
    where no encoder knows the language.
    """
    read = read_claim(claim, source, embed)
    own, alignment = read.own.keys, read.alignment
    reasons: Reasons = [
        (kind, _missing_words(kind, what))
        for kind, what in missing(*facts)
        if kind != "name" or not _stands_in(terms(what, source.table).keys, source)
    ]
    misattributed(read.own, alignment, source, reasons)
    reasons += [("name", f"{word} is not in the source") for word in _odd_names(claim, source)]
    counts = {kind: min(_MOST, sum(each == kind for each, _ in reasons)) / _MOST for kind in _KINDS}
    close = max(0.0, alignment.common - _CLOSE) / (1 - _CLOSE)
    replaced = _replacements(read, source, reasons)
    others = replaced[2] if embed is not None else min(1.0, 2 * replaced[2])  # no encoder says that they are near
    new_pairs, skipping = _pairs(own, source)
    found = Signs(
        uncommon=1 - alignment.common,
        scattered=alignment.shared - alignment.common,
        unshared=1 - alignment.two,
        novel=_novel(read.own, source, reasons),
        new_pairs=new_pairs,
        skipping=skipping,
        distant=_distance(read, source, distant),
        replaced_name=close * replaced[0],
        replaced_number=close * replaced[1],
        replaced_word=close * others,
        inserted=close * replaced[3],
        strange=_strange(read, source),
        told=read.told,
        reworded=read.reworded,
        opposite=opposites(read.said, alignment, source, reasons),
        negation=denied(read.own, alignment, source, reasons),
        modality=left_open(read.own, alignment, source, reasons),
        bound=bounds(read.own, source, reasons),
        roles=roles(read.own, alignment, source, reasons),
        voice=voices(terms(claim, source.table), alignment, source, reasons),
        **counts,
    )
    return found, reasons


def read_claim(claim: str, source: SourceText, embed: Embed | None) -> Reading:
    """The claim in its source's terms, laid against the sentence that then has most of it."""
    said = terms(claim, source.table)
    if not source.terms or not said.keys:
        return Reading(said, said, align(said.keys, source), 0.0, 0.0)
    parts = [len(terms(part, source.table).keys) for part in _COMMA.split(claim)]
    offered: list[tuple[Terms, ReadBack, Alignment]] = []
    for place in dict.fromkeys([align(said.keys, source).best, *nearest(said.keys, source, _LAID_AGAINST)]):
        told = by_table(said, source.terms[place], source)
        best = _in_order(told.terms, parts, place, source)
        offered.append((best, told, align(best.keys, source, against=[place])))
    best, told, first = max(offered, key=lambda one: one[2].common - one[1].told / 2)
    back = by_encoder(best, first, source, embed)
    two = align(back.terms.keys, source)
    again = align(back.terms.keys, source, against=[first.best])
    last = Alignment(again.best, again.common, again.shared, max(again.shared, two.two), again.pairs, again.replaced)
    return Reading(best, back.terms, last, told.told, back.reworded)


def _in_order(own: Terms, parts: Sequence[int], place: int, source: SourceText) -> Terms:
    """The claim in the sentence's voice, with the phrases that only have moved where the sentence has them."""
    row = source.terms[place]

    def common(keys: Sequence[str]) -> float:
        return align(keys, source, against=[place]).common

    spoken = in_voice(own, row, source.table, common)
    ways = [spoken, in_place(spoken, row, source.table)]
    if sum(parts) == len(own.keys):
        ways += turned(spoken, parts)
    return max(ways, key=lambda one: common(one.keys))


def _distance(read: Reading, source: SourceText, distant: float | None) -> float:
    """How far the claim is from its source; a stretch of a sentence as it stands is no way off."""
    if (
        read.alignment.best >= 0
        and f" {' '.join(read.own.keys)} " in f" {' '.join(source.terms[read.alignment.best].keys)} "
    ):
        return 0.0
    return 1 - read.alignment.shared if distant is None else distant


_KINDS = ("name", "number", "date", "quotation", "speaker")


def _missing_words(kind: str, what: str) -> str:
    if kind == "speaker":
        return f"the source does not say that {what} said this"
    return f"{what} is not in the source"


def _odd_names(claim: str, source: SourceText) -> list[str]:
    """Words without content that the claim writes as a name and the source never does: "the orbit of What"."""
    odd = (word for word in inner_capitals(claim) if word not in source.capitals and word[1:].islower())
    return [word for word in odd if folded(word) in source.table.function]


def _measures(key: str) -> str:
    """What kind of measure a term is: a number, a unit of time, a part of a date; empty where it is none."""
    if is_number(key):
        return "number"
    if is_fact(key):
        return "date"
    return "unit" if UNITS.get(key) is not None else ""


def _stands_in(name: Sequence[str], source: SourceText) -> bool:
    """Whether the name's words stand together somewhere: the first word of a sentence is not known for a name there."""
    if len(name) < 2:
        return all(word in source.vocabulary for word in name)
    return all(pair in source.neighbours for pair in itertools.pairwise(name))


def _novel(own: Terms, source: SourceText, reasons: Reasons) -> float:
    content = [(key, shown) for key, shown in zip(own.keys, own.shown, strict=True) if source.has_content(key)]
    stems = {word[:_STEM_CHARS] for word in source.vocabulary}
    new = [shown for key, shown in content if key not in source.vocabulary and key[:_STEM_CHARS] not in stems]
    if new and len(new) >= len(content) / 4:
        reasons.append(("novelty", f"the source does not have: {', '.join(dict.fromkeys(new))}"))
    return len(new) / len(content) if content else 0.0


def _pairs(own: Sequence[str], source: SourceText) -> tuple[float, float]:
    pairs = list(itertools.pairwise(source.content(own)))
    if not pairs:
        return 0.0, 0.0
    apart = [pair for pair in pairs if pair not in source.neighbours]
    new = sum(not source.follows(*pair) for pair in apart)
    return new / len(pairs), (len(apart) - new) / len(pairs)


def _replacements(read: Reading, source: SourceText, reasons: Reasons) -> tuple[float, float, float, float]:
    """Names, numbers and other terms put in the place of others, and terms put in; each 0..1."""
    names = numbers = others = inserted = 0
    if read.alignment.best < 0:
        return 0.0, 0.0, 0.0, 0.0
    row = source.terms[read.alignment.best]
    for (a0, a1), (b0, b1) in read.alignment.replaced:
        old, new = row.keys[a0:a1], read.own.keys[b0:b1]
        put = [key for key in new if source.has_content(key) and key not in old]
        if not put:
            continue
        gone = [key for key in old if source.has_content(key) and key not in new]
        instead = f"{' '.join(read.own.shown[b0:b1])} stands where the source has {' '.join(row.shown[a0:a1])}"
        if not gone:
            inserted += len(put)
        elif kinds := {*map(_measures, put)} & {*map(_measures, gone)} - {""}:
            numbers += 1
            reasons.append(("date" if "date" in kinds else "number", instead))
        elif any(key in source.names for key in put) and any(key in source.names for key in gone):
            names += 1
            reasons.append(("name", instead))
        else:
            others += len(put)
    return min(1.0, names), min(1.0, numbers), min(1.0, others / 4), min(1.0, inserted / 6)


def _strange(read: Reading, source: SourceText) -> float:
    """Names, numbers and dates that the sentence does not have, unless a pronoun that the claim lacks stands for a name."""
    if read.alignment.best < 0:
        return 0.0
    row, own = source.terms[read.alignment.best].keys, dict.fromkeys(read.own.keys)
    told_before = not source.table.pronouns.isdisjoint(set(row).difference(own))
    named = [key for key in own if key in source.names]
    told = [key for key in own if is_fact(key)]
    missed = sum(key not in row for key in told) + (0 if told_before else sum(key not in row for key in named))
    return missed / len([*named, *told]) if missed else 0.0
