"""ROUGE-1, -2 and -L as F measures over folded words without stemming; for comparing methods within one column only."""

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def rouge_n(candidate: Sequence[str], reference: Sequence[str], n: int) -> float:
    made = Counter(zip(*(candidate[i:] for i in range(n)), strict=False))
    wanted = Counter(zip(*(reference[i:] for i in range(n)), strict=False))
    return _f((made & wanted).total(), made.total(), wanted.total())


def rouge_l(candidate: Sequence[str], reference: Sequence[str]) -> float:
    row = [0] * (len(reference) + 1)
    for word in candidate:
        before = 0
        for place, other in enumerate(reference, 1):
            above = row[place]
            row[place] = before + 1 if word == other else max(above, row[place - 1])
            before = above
    return _f(row[-1], len(candidate), len(reference))


def rouge(candidate: str, reference: str) -> tuple[float, float, float]:
    """R1, R2, RL in 0..100."""
    made, wanted = tokens(candidate), tokens(reference)
    return 100 * rouge_n(made, wanted, 1), 100 * rouge_n(made, wanted, 2), 100 * rouge_l(made, wanted)


def _f(common: int, made: int, wanted: int) -> float:
    return 2 * common / (made + wanted) if common else 0.0
