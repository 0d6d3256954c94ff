"""Which stored sentences answer a question: arithmetic on vectors and words, no model runs.

A passage's score adds up its nearness to the question by vector and by words, its article's relevance, how near it stands to
its article's beginning, and how new it is. Passages are then picked one after another, away from what was said already, from
the same story and from the same publisher. Openings that lean on the sentence before are passed over unless that one is shown. Where
one article alone answers, its own order says more than the question's words, which all of it is about. Stories come in the
order of their best passage, inside a story older articles come first, then the text's own order, so that it reads on.
In: passages. Out: sentences verbatim with the texts that hold them word for word.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from news.reading import CitedSentence, Passage, Vector
from summarizer.lexical import tfidf
from summarizer.openings import is_dangling, opens_with_quotation
from summarizer.vectors import Matrix, to_matrix
from summarizer.words import count_words, words

# Chosen in the middle of a plateau on the development half of benchmarks/topics_wikinews.py: what a good answer must say stands early in
# an article more often than it is the nearest to the question's words.
_BY_VECTOR, _BY_WORDS, _BY_ARTICLE, _BY_PLACE, _BY_AGE = 0.6, 0.4, 0.5, 1.0, 0.15
_BY_WORDS_OF_ONE, _BY_PLACE_OF_ONE = 0.2, 1.5  # where one article answers
_QUOTATION, _LENGTH, _LEANS = 0.25, 0.25, 0.1
_SHORT_WORDS, _LONG_WORDS = 8, 45
_RELEVANCE = 0.75
_REPEATED = 0.85
_SAME_STORY, _SAME_PUBLISHER, _SAME_ARTICLE = 0.05, 0.05, 0.05
_STEM_CHARS = 6


def choose(
    question: str,
    query_vector: Vector | None,
    passages: Sequence[Passage],
    max_sentences: int,
) -> list[CitedSentence]:
    """The answer's sentences; empty where no passage can stand in one."""
    usable = [passage for passage in passages if passage.text.strip()]
    if not usable or max_sentences < 1:
        return []
    leaning = [is_dangling(passage.text, passage.lang) for passage in usable]
    offer = _Offer(usable, _scores(question, query_vector, usable), _likeness(usable), leaning)
    chosen = _pick(offer if not all(leaning) else replace(offer, leaning=[False] * len(usable)), max_sentences)
    return [_cited(usable[place], passages) for place in _in_reading_order(usable, chosen)]


@dataclass(frozen=True)
class _Offer:
    """Passages with what each is worth by itself, how alike they are, and which lean on the sentence before."""

    passages: Sequence[Passage]
    scores: Sequence[float]
    likeness: Matrix
    leaning: Sequence[bool]

    def reads_on(self, place: int, chosen: Sequence[int]) -> bool:
        """Whether the passage can stand: alone, or after the sentence before it."""
        passage = self.passages[place]
        return not self.leaning[place] or any(
            self.passages[other].citation == passage.citation and self.passages[other].index == passage.index - 1
            for other in chosen
        )

    def value(self, place: int, chosen: Sequence[int]) -> float:
        """What the passage is worth beside those chosen."""
        nearest = max((float(self.likeness[place, other]) for other in chosen), default=0.0)
        if nearest > _REPEATED:
            return -math.inf
        own = self.scores[place] - _LEANS * self.leaning[place]
        closeness = sum(_closeness(self.passages[place], self.passages[other]) for other in chosen)
        return _RELEVANCE * own - (1 - _RELEVANCE) * nearest - closeness


def _scores(question: str, query_vector: Vector | None, passages: Sequence[Passage]) -> list[float]:
    near = _nearness(query_vector, passages)
    shared = _shared_words(question, passages)
    age = _ages([passage.published_at for passage in passages])
    one = len({passage.citation for passage in passages}) == 1
    by_words, by_place = (_BY_WORDS_OF_ONE, _BY_PLACE_OF_ONE) if one else (_BY_WORDS, _BY_PLACE)
    return [
        _BY_VECTOR * near[place]
        + by_words * shared[place]
        + _BY_ARTICLE * passage.relevance
        + by_place / math.sqrt(1 + passage.index)
        + _BY_AGE * age[place]
        - _penalty(passage.text)
        for place, passage in enumerate(passages)
    ]


def _nearness(query_vector: Vector | None, passages: Sequence[Passage]) -> list[float]:
    """Cosine with the question; a passage without a vector of the same model gets the mean of the others."""
    if query_vector is None:
        return [0.0] * len(passages)
    query = np.frombuffer(query_vector.data, dtype="<f4")
    found = [
        float(query @ np.frombuffer(passage.vector.data, dtype="<f4"))
        if passage.vector and passage.vector.model == query_vector.model
        else None
        for passage in passages
    ]
    known = [value for value in found if value is not None]
    mean = sum(known) / len(known) if known else 0.0
    return [mean if value is None else value for value in found]


def _shared_words(question: str, passages: Sequence[Passage]) -> list[float]:
    """The share of the question's words in each passage, rare ones counting more, 0..1."""
    asked = {word[:_STEM_CHARS] for word in words(question)}
    had = [{word[:_STEM_CHARS] for word in words(passage.text)} & asked for passage in passages]
    seen = Counter(stem for stems in had for stem in stems)
    weight = {stem: math.log(1 + len(passages) / seen[stem]) for stem in seen}
    total = sum(weight.values())
    return [sum(weight[stem] for stem in stems) / total if total else 0.0 for stems in had]


def _ages(times: Sequence[datetime]) -> list[float]:
    """1 for the newest, 0 for the oldest."""
    oldest, newest = min(times), max(times)
    span = (newest - oldest).total_seconds()
    return [(time - oldest).total_seconds() / span if span else 0.0 for time in times]


def _penalty(text: str) -> float:
    length = count_words(text)
    penalty = _QUOTATION if opens_with_quotation(text) else 0.0
    if text.endswith(("?", "？", "؟")):
        penalty += _QUOTATION
    if length < _SHORT_WORDS:
        penalty += _LENGTH
    return penalty + _LENGTH * max(0, length - _LONG_WORDS) / _LONG_WORDS


def _likeness(passages: Sequence[Passage]) -> Matrix:
    """Cosines between passages: by vectors where all are of one model, else by words."""
    vectors = [passage.vector for passage in passages if passage.vector]
    if len(vectors) == len(passages) and len({vector.model for vector in vectors}) == 1:
        rows = to_matrix(vectors)
    else:
        rows = tfidf([passage.text for passage in passages])
    cosines: Matrix = rows @ rows.T
    return cosines


def _pick(offer: _Offer, limit: int) -> list[int]:
    chosen: list[int] = []
    while len(chosen) < limit:
        values = {
            place: offer.value(place, chosen)
            for place in range(len(offer.passages))
            if place not in chosen and offer.reads_on(place, chosen)
        }
        best = max(values, key=lambda place: values[place], default=None)
        if best is None or values[best] == -math.inf:
            break
        chosen.append(best)
    return chosen


def _closeness(passage: Passage, other: Passage) -> float:
    """What a passage loses for coming from where another came from."""
    loss = _SAME_STORY if passage.story_id is not None and passage.story_id == other.story_id else 0.0
    loss += _SAME_PUBLISHER if passage.publisher == other.publisher else 0.0
    return loss + (_SAME_ARTICLE if passage.citation == other.citation else 0.0)


def _in_reading_order(passages: Sequence[Passage], chosen: Sequence[int]) -> list[int]:
    rank: dict[object, int] = defaultdict(lambda: len(rank))
    for place in chosen:
        _ = rank[_group(passages[place])]
    return sorted(
        chosen,
        key=lambda place: (
            rank[_group(passages[place])],
            passages[place].published_at,
            passages[place].citation.article_id,
            passages[place].index,
        ),
    )


def _group(passage: Passage) -> object:
    return ("story", passage.story_id) if passage.story_id is not None else ("article", passage.citation.article_id)


def _cited(passage: Passage, passages: Sequence[Passage]) -> CitedSentence:
    """The passage with every text that holds it word for word, its own first."""
    same = " ".join(passage.text.split())
    others = [other.citation for other in passages if " ".join(other.text.split()) == same]
    return CitedSentence(text=same, citations=tuple(dict.fromkeys([passage.citation, *others])))
