"""What texts are compared by, kept in memory for the articles that were compared last, and the cosine of their words.

The facts and the words of a revision do not change, and an article is a neighbour of many: reading them from their rows each
time costs more than deciding. Words are kept as numbers (hashes that hold for this process) with their damped counts. Some
10 kB an article.
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from news.ids import ArticleId
from news.reading import Facts

_KEPT = 4_000  # of each kind

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a text: their hashes in order, and for each 1 + log of how often it is there."""

    hashes: npt.NDArray[np.int64]
    counts: npt.NDArray[np.float64]

    @classmethod
    def of(cls, tokens: Sequence[str]) -> "Words":
        """Count the tokens of a text."""
        counted = Counter(tokens)
        hashes = np.fromiter(map(hash, counted), np.int64, len(counted))
        order = np.argsort(hashes)
        counts = 1 + np.log(np.fromiter(counted.values(), np.float64, len(counted)))
        return cls(hashes[order], counts[order])


@dataclass(frozen=True, slots=True)
class Said:
    """What a revision says, beyond its row."""

    facts: Facts
    text_chars: int


class Latest(Generic[Kept]):
    """What was used last, by article, its revision and what else tells two states of it apart; bounded."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[ArticleId, int], Kept] = OrderedDict()

    def get(self, article_id: ArticleId, state: int) -> Kept | None:
        """What is kept of an article in this state."""
        found = self._kept.get((article_id, state))
        if found is not None:
            self._kept.move_to_end((article_id, state))
        return found

    def keep(self, article_id: ArticleId, state: int, value: Kept) -> None:
        """Keep it, for as long as it is asked for."""
        self._kept[article_id, state] = value
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


class Compared:
    """What a process keeps of texts; shared by its units. A revision tells `said` apart, the number of tokens `words`."""

    def __init__(self) -> None:
        self.said: Latest[Said] = Latest()
        self.words: Latest[Words] = Latest()


def cosines(own: Words, weights: Mapping[int, float], others: Sequence[Words]) -> list[float]:
    """Of a text's weighed counts with those of others; `weights` are by hash, and a word of others alone is a rare one."""
    if not others or not len(own.hashes):
        return [0.0] * len(others)
    own_weights = np.array([weights[number] for number in own.hashes.tolist()])
    left = own.counts * own_weights
    hashes = np.concatenate([each.hashes for each in others])
    counts = np.concatenate([each.counts for each in others])
    places = np.minimum(np.searchsorted(own.hashes, hashes), len(own.hashes) - 1)
    shared = own.hashes[places] == hashes
    right = counts * np.where(shared, own_weights[places], own_weights.max())
    of_text = np.repeat(np.arange(len(others)), [len(each.hashes) for each in others])
    products = np.bincount(of_text, np.where(shared, left[places] * right, 0.0), len(others))
    lengths = np.linalg.norm(left) * np.sqrt(np.bincount(of_text, right * right, len(others)))
    found: list[float] = (products / np.where(lengths == 0, 1.0, lengths)).tolist()
    return found
