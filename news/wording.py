"""How long texts are and how much of their wording they share, in scripts with spaces and without.

In go texts as written; out come counts, sets of words and shares of 0 to 1. What counts as the same is the wording alone, by
folded words or by their beginnings (`stems`), so that endings do not make another word. Pure; nothing raises.
"""

import math
import re
from itertools import pairwise

from news.folding import MARKS, folded

STEM_LETTERS = 6
"""A word's beginning that stands for all its forms; shorter ones meet by chance."""

_DOUBLED = 0.6
"""Share of words in common from which two sentences say the same."""

_LEAST_STEM = 4  # letters; shorter words are mostly articles and prepositions
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(rf"(?:\w|{MARKS})+")
_LONG_WORD = re.compile(rf"(?:[^\W\d_]|{MARKS}){{{_LEAST_STEM},}}")


def count_words(text: str) -> int:
    """Words of a text; two ideographs count as one word."""
    ideographs = len(_CJK.findall(text))
    return len(_CJK.sub(" ", text).split()) + math.ceil(ideographs / 2)


def bag(text: str) -> frozenset[str]:
    """All words of a text, lower case, and pairs of ideographs."""
    lower = text.casefold()
    return frozenset(_WORD.findall(_CJK.sub(" ", lower))) | _pairs(lower)


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning, and pairs of ideographs."""
    plain = folded(text)
    return frozenset(word[:STEM_LETTERS] for word in _LONG_WORD.findall(_CJK.sub(" ", plain))) | _pairs(plain)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the smaller set that is in the larger too."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def alike(one: str, other: str) -> bool:
    """Whether two sentences have so many words in common that one is enough."""
    return overlap(bag(one), bag(other)) >= _DOUBLED


def _pairs(text: str) -> frozenset[str]:
    return frozenset(one + two for one, two in pairwise(_CJK.findall(text)))
