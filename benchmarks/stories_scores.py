"""Measures of pairs and groupings: F1, area under the curve, B-cubed, adjusted Rand index."""

from collections import Counter
from typing import Any


def b_cubed(found: list[int], gold: list[int]) -> float:
    """F1 of B-cubed precision and recall."""
    precision = recall = 0.0
    for own_found, own_gold in zip(found, gold, strict=True):
        same_found = [other for other, story in enumerate(found) if story == own_found]
        same_gold = [other for other, story in enumerate(gold) if story == own_gold]
        both = len(set(same_found) & set(same_gold))
        precision += both / len(same_found)
        recall += both / len(same_gold)
    precision, recall = precision / len(gold), recall / len(gold)
    return 2 * precision * recall / (precision + recall)


def adjusted_rand(one: list[int], two: list[int]) -> float:
    """Agreement of two groupings, 1 for equal ones, about 0 for chance."""

    def pairs(counts: Counter[Any]) -> float:
        return sum(count * (count - 1) / 2 for count in counts.values())

    together = pairs(Counter(zip(one, two, strict=True)))
    first, second, every = pairs(Counter(one)), pairs(Counter(two)), len(one) * (len(one) - 1) / 2
    expected = first * second / every
    most = (first + second) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def auc(scores: list[float], gold: list[bool]) -> float:
    """How often a true pair is above a false one."""
    true = [score for score, same in zip(scores, gold, strict=True) if same]
    false = [score for score, same in zip(scores, gold, strict=True) if not same]
    return sum((a > b) + 0.5 * (a == b) for a in true for b in false) / (len(true) * len(false))


def f1(predicted: list[bool], gold: list[bool]) -> float:
    hits = sum(a and b for a, b in zip(predicted, gold, strict=True))
    return 2 * hits / max(1, sum(predicted) + sum(gold))
