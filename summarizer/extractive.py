"""Which sentences of a text its summary shows: scored, picked one after another, put back into the text's order.

A sentence's score adds up how central it is, to the whole and to the opening, how early it stands, how close it is to the title, and takes away for openings
that cannot stand alone, for quotations, and for lengths that a reader would not want. Picking keeps to a budget in words and
sentences and passes over what was said already. A sentence that leans on another is taken only together with it.
In: sentences and their vectors (of an encoder, or tf-idf). Out: places of sentences. Pure arithmetic; raises nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from summarizer.openings import is_dangling, opens_with_quotation
from summarizer.vectors import Matrix
from summarizer.words import count_words, words

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The scoring formula's numbers, chosen on the development pairs, one set for all sources."""

    centrality: float = 0.3  # mean cosine to all sentences
    opening: float = 0.6  # mean cosine to the first ten, which say what it is about
    position: float = 0.55  # 1/sqrt(1 + place)
    early: float = 0.3  # exp(-place/4)
    title: float = 0.2  # cosine to the title
    title_words: float = 0.4  # share of the title's words
    quotation: float = 0.2
    question: float = 0.6
    dangling: float = 0.13  # on top of never standing alone
    fragment: float = 1.0  # on top of short: "Not next year."
    headline: float = 1.0  # it says the title once more
    short: float = 0.65
    long: float = 0.4
    relevance: float = 0.58  # weight of a candidate's score against its likeness to those picked
    repeated: float = 0.85  # cosine from which a sentence says the same


WEIGHTS = Weights()
_OPENING_SENTENCES = 10
_EARLY_PLACES = 4
_TITLE_WORD_CHARS = 4  # shorter ones are mostly articles and prepositions; not so in scripts without spaces
_SHORT_WORDS, _LONG_WORDS = 8, 45
_FRAGMENT_WORDS = 4  # fewer of them tell nothing alone
MAX_SENTENCES = 64
"""Sentences of a text that are looked at; news says what happened long before."""


def score(
    sentences: Sequence[str],
    lang: str | None,
    vectors: Matrix,
    title: tuple[str, NDArray[np.float32] | None],
    weights: Weights = WEIGHTS,
) -> Scores:
    """How much each sentence says about the text as a whole, shape (len(sentences),). `title`: its words and vector."""
    number = len(sentences)
    places = np.arange(number)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, 0)
    head = min(number, _OPENING_SENTENCES)
    scores: Scores = weights.centrality * likeness.sum(1).astype(np.float64) / max(1, number - 1)
    scores += weights.opening * likeness[:, :head].sum(1) / head if head else 0.0
    scores += weights.position / np.sqrt(1 + places) + weights.early * np.exp(-places / _EARLY_PLACES)
    words_of_title, vector = title
    if vector is not None:
        scores += weights.title * (vectors @ vector)
    wanted = {word for word in words(words_of_title) if len(word) >= _TITLE_WORD_CHARS or word > "\u2e80"}
    for place, sentence in enumerate(sentences):
        if words_of_title and words(sentence) == words(words_of_title):
            scores[place] -= weights.headline
        if wanted:
            scores[place] += weights.title_words * len(wanted & set(words(sentence))) / len(wanted)
        scores[place] -= _penalty(sentence, lang, first=place == 0, weights=weights)
    return scores


def pick(
    lengths: Sequence[int],
    scores: Scores,
    vectors: Matrix,
    needs: Sequence[frozenset[int]],
    limits: tuple[int, int],
    weights: Weights = WEIGHTS,
) -> list[int]:
    """Places of the chosen sentences in the text's order.

    `needs`: of each sentence, those of which one has to be chosen before it; `limits`: words and sentences at most.
    """
    max_words, max_sentences = limits
    chosen: list[int] = []
    left = max_words
    while len(chosen) < max_sentences:
        best, best_value = -1, -math.inf
        for place in range(len(lengths)):
            if place in chosen or lengths[place] > left or (needs[place] and needs[place].isdisjoint(chosen)):
                continue
            likeness = max((float(vectors[place] @ vectors[other]) for other in chosen), default=0.0)
            if likeness > weights.repeated:
                continue
            value = weights.relevance * float(scores[place]) - (1 - weights.relevance) * likeness
            if value > best_value:
                best, best_value = place, value
        if best < 0:
            break
        chosen.append(best)
        left -= lengths[best]
    return sorted(chosen)


def lead(lengths: Sequence[int], max_words: int, max_sentences: int) -> list[int]:
    """The first sentences that fit."""
    chosen: list[int] = []
    left = max_words
    for place, length in enumerate(lengths):
        if len(chosen) == max_sentences or length > left:
            break
        chosen.append(place)
        left -= length
    return chosen


def _penalty(sentence: str, lang: str | None, *, first: bool, weights: Weights) -> float:
    length = count_words(sentence)
    penalty = weights.quotation if opens_with_quotation(sentence) else 0.0
    if not first and is_dangling(sentence, lang):
        penalty += weights.dangling
    if sentence.endswith(("?", "？", "؟", ":", "：")):  # what follows a colon is not shown
        penalty += weights.question
    if length < _SHORT_WORDS:
        penalty += weights.short + weights.fragment * (length < _FRAGMENT_WORDS)
    return penalty + weights.long * max(0, length - _LONG_WORDS) / _LONG_WORDS
