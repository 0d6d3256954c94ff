"""Where in a source a claim comes from, term by term.

In: a source's sentences, a claim's terms (`summarizer.terms`). Out: which source sentences share most of it, the longest common
subsequence, and what was replaced, put in or left out against the best of them. Only terms with content are counted: names,
numbers, dates, and words that are neither function words nor very short. Time grows with the source's length times a machine
word; sources of more sentences than `_SHORTLIST` are narrowed by shared terms first. Pure.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from summarizer.tables import ClaimTable, claim_table
from summarizer.terms import Terms, is_fact, terms

_SHORTLIST = 200
_INNER_WORD = re.compile(r"(?<=[\w,;:] )[^\W\d_]\w+")
_CAPITAL_NOUNS = frozenset({"de", "lb"})  # languages that write every noun with a capital
_WINDOW = 12  # terms within which one comes before another in a sentence


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source prepared for many claims."""

    sentences: tuple[str, ...]
    terms: tuple[Terms, ...]  # of each sentence
    vocabulary: Counter[str]  # in how many sentences each term stands
    neighbours: frozenset[tuple[str, str]]  # terms with content that follow each other
    places: Mapping[str, Mapping[int, Sequence[int]]]  # of each term with content, by sentence: its places among those
    names: frozenset[str]  # terms that are written with a capital inside sentences
    capitals: frozenset[str]  # words as they are written so
    table: ClaimTable

    def has_content(self, key: str) -> bool:
        """Whether a term says something."""
        if is_fact(key) or (key in self.names and len(key) > 1):
            return True
        if key in self.table.function or key in self.table.cues:
            return False
        return len(key) >= self.table.content_chars or key >= "\u2e80"

    def follows(self, key: str, later: str) -> bool:
        """Whether one term comes not far behind another in a sentence."""
        there = self.places.get(later, {})
        return any(
            0 < place - before < _WINDOW
            for sentence, places in self.places.get(key, {}).items()
            for place in there.get(sentence, ())
            for before in places
        )

    def content(self, keys: Iterable[str]) -> list[str]:
        """The terms that say something, in order."""
        return [key for key in keys if self.has_content(key)]


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim laid against the source sentence that holds most of it; shares are of the claim's terms with content."""

    best: int  # place of that sentence, -1 where the source is empty
    common: float  # longest common subsequence
    shared: float  # in any order
    two: float  # in the best sentence or in the next best one
    pairs: tuple[tuple[int, int], ...]  # matched places of all terms: in the claim, in the sentence
    replaced: tuple[tuple[tuple[int, int], tuple[int, int]], ...]  # stretches: (in the source, in the claim)


def prepare(sentences: Sequence[str], lang: str | None = None, named: Iterable[str] = ()) -> SourceText:
    """A source's terms, counted once; `named` are words of its names that are known beforehand."""
    table = claim_table(lang)
    read = tuple(terms(sentence, table) for sentence in sentences)
    capitals = frozenset(word for sentence in sentences for word in inner_capitals(sentence))
    if lang not in _CAPITAL_NOUNS:
        named = itertools.chain(named, capitals)
    keys = (key for word in named for key in terms(word, table).keys if not is_fact(key))
    names = frozenset(keys) - table.function - table.cues
    vocabulary = Counter(key for one in read for key in set(one.keys))
    source = SourceText(tuple(sentences), read, vocabulary, frozenset(), {}, names, capitals, table)
    rows = [source.content(one.keys) for one in read]
    neighbours = frozenset(pair for row in rows for pair in itertools.pairwise(row))
    places: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for sentence, row in enumerate(rows):
        for place, key in enumerate(row):
            places[key].setdefault(sentence, []).append(place)
    return SourceText(tuple(sentences), read, vocabulary, neighbours, places, names, capitals, table)


def inner_capitals(sentence: str) -> list[str]:
    """The words with a capital that do not begin a sentence."""
    return [word for word in _INNER_WORD.findall(sentence) if word[0].isupper()]


def align(claim: Sequence[str], source: SourceText, *, against: Sequence[int] | None = None) -> Alignment:
    """Lay a claim's terms against the source, or against some of its sentences."""
    own = source.content(claim) or list(claim)
    if not claim or not source.terms:
        return Alignment(-1, 0.0, 0.0, 0.0, (), ())
    bag = Counter(own)
    places: Sequence[int] = range(len(source.terms)) if against is None else against
    if len(places) > _SHORTLIST:
        wanted = set(bag)
        places = sorted(places, key=lambda place: -len(wanted & set(source.terms[place].keys)))[:_SHORTLIST]
    masks = _masks(own)
    lengths = {place: _common(masks, len(own), source.terms[place].keys) for place in places}
    best = max(lengths, key=lambda place: (lengths[place], -len(source.terms[place].keys), -place))
    row = source.terms[best].keys
    rest = bag - Counter(row)
    two = max(
        (sum((rest & Counter(source.terms[place].keys)).values()) for place in places if place != best), default=0
    )
    shared = sum((bag & Counter(row)).values())
    pairs, replaced = _opcodes(claim, row)
    size = len(own)
    return Alignment(best, lengths[best] / size, shared / size, (shared + two) / size, pairs, replaced)


def nearest(claim: Sequence[str], source: SourceText, number: int) -> list[int]:
    """The places of the sentences that share most terms with the claim."""
    wanted = set(source.content(claim))
    shared = {place: len(wanted.intersection(one.keys)) for place, one in enumerate(source.terms)}
    return sorted(shared, key=lambda place: (-shared[place], place))[:number]


def common_length(claim: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    return _common(_masks(claim), len(claim), other)


def _masks(claim: Sequence[str]) -> dict[str, int]:
    masks: dict[str, int] = {}
    for place, word in enumerate(claim):
        masks[word] = masks.get(word, 0) | (1 << place)
    return masks


def _common(masks: dict[str, int], length: int, other: Sequence[str]) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyrö 2004)."""
    full = (1 << length) - 1
    row = full
    for word in other:
        mask = masks.get(word)
        if mask:
            matched = row & mask
            row = ((row + matched) | (row - matched)) & full
    return length - row.bit_count()


def _opcodes(
    claim: Sequence[str], row: Sequence[str]
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[tuple[int, int], tuple[int, int]], ...]]:
    pairs: list[tuple[int, int]] = []
    replaced: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for kind, a0, a1, b0, b1 in SequenceMatcher(None, row, claim, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs.extend(zip(range(b0, b1), range(a0, a1), strict=True))
        else:
            replaced.append(((a0, a1), (b0, b1)))
    return tuple(pairs), tuple(replaced)
