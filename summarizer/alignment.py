"""Where in a source a claim comes from, word by word.

In: a source's sentences, a claim. Out: which source sentences share most of it, the longest common subsequence of words, and
what was replaced, put in or left out against the best of them. Time grows with the source's length times a machine word;
sources of more sentences than `_SHORTLIST` are narrowed by shared words first. Pure.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from summarizer.words import words

_SHORTLIST = 200
_CASED_NAME = re.compile(r"(?<=[\w,;:] )[^\W\d_a-z]\w+")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source prepared for many claims."""

    sentences: tuple[str, ...]
    tokens: tuple[tuple[str, ...], ...]  # of each sentence
    vocabulary: Counter[str]  # in how many sentences each word stands
    bigrams: frozenset[tuple[str, str]]
    names: frozenset[str]  # folded words that are written with a capital inside sentences


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim laid against the source sentence that holds most of it."""

    best: int  # place of that sentence, -1 where the source is empty
    common: float  # longest common subsequence, share of the claim's words
    shared: float  # words in any order, share of the claim's words
    two: float  # words found in the best sentence or in the next best one
    pairs: tuple[tuple[int, int], ...]  # matched places: in the claim, in the sentence
    replaced: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]  # (in the source, in the claim)


def prepare(sentences: Sequence[str]) -> SourceText:
    """A source's words, counted once."""
    tokens = tuple(tuple(words(sentence)) for sentence in sentences)
    names = {word for sentence in sentences for name in _CASED_NAME.findall(sentence) for word in words(name)}
    bigrams = frozenset(pair for row in tokens for pair in itertools.pairwise(row))
    vocabulary = Counter(word for row in tokens for word in set(row))
    return SourceText(tuple(sentences), tokens, vocabulary, bigrams, frozenset(names))


def align(claim: Sequence[str], source: SourceText) -> Alignment:
    """Lay a claim's words against the source."""
    if not claim or not source.tokens:
        return Alignment(-1, 0.0, 0.0, 0.0, (), ())
    bag = Counter(claim)
    places = range(len(source.tokens))
    if len(source.tokens) > _SHORTLIST:
        wanted = set(bag)
        places = sorted(places, key=lambda place: -len(wanted & set(source.tokens[place])))[:_SHORTLIST]  # type: ignore[assignment]
    masks = _masks(claim)
    lengths = {place: _common(masks, len(claim), source.tokens[place]) for place in places}
    best = max(lengths, key=lambda place: (lengths[place], -len(source.tokens[place]), -place))
    row = source.tokens[best]
    rest = bag - Counter(row)
    two = max((sum((rest & Counter(source.tokens[place])).values()) for place in places if place != best), default=0)
    shared = sum((bag & Counter(row)).values())
    pairs, replaced = _opcodes(claim, row)
    size = len(claim)
    return Alignment(best, lengths[best] / size, shared / size, (shared + two) / size, pairs, replaced)


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
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    pairs: list[tuple[int, int]] = []
    replaced: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for kind, a0, a1, b0, b1 in SequenceMatcher(None, row, claim, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs.extend(zip(range(b0, b1), range(a0, a1), strict=True))
        else:
            replaced.append((tuple(row[a0:a1]), tuple(claim[b0:b1])))
    return tuple(pairs), tuple(replaced)
