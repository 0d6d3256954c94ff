"""Which stored sentences answer a question: arithmetic on vectors and words, no model runs.

A passage's score adds up its nearness to the question by vector and by words, its article's relevance, how near it stands to
its article's beginning, and how new it is. Passages are then picked one after another, away from what was said already, from
the same story and from the same publisher. Openings that lean on a sentence not shown are passed over. Stories come in the
order of their best passage, inside a story older articles come first, then the text's own order, so that it reads on.
In: passages. Out: sentences verbatim with the texts that hold them word for word.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
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
_QUOTATION, _LENGTH = 0.25, 0.25
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
    candidates = [passage for passage in usable if not is_dangling(passage.text, passage.lang)] or usable
    if not candidates or max_sentences < 1:
        return []
    likeness = _likeness(candidates)
    scores = _scores(question, query_vector, candidates)
    chosen = _pick(candidates, scores, likeness, max_sentences)
    return [_cited(candidates[place], passages) for place in _in_reading_order(candidates, chosen)]


def _scores(question: str, query_vector: Vector | None, passages: Sequence[Passage]) -> list[float]:
    near = _nearness(query_vector, passages)
    shared = _shared_words(question, passages)
    age = _ages([passage.published_at for passage in passages])
    return [
        _BY_VECTOR * near[place]
        + _BY_WORDS * shared[place]
        + _BY_ARTICLE * passage.relevance
        + _BY_PLACE / math.sqrt(1 + passage.index)
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


def _pick(passages: Sequence[Passage], scores: Sequence[float], likeness: Matrix, limit: int) -> list[int]:
    chosen: list[int] = []
    while len(chosen) < limit:
        best, best_value = -1, -math.inf
        for place, passage in enumerate(passages):
            nearest = max((float(likeness[place, other]) for other in chosen), default=0.0)
            if place in chosen or nearest > _REPEATED:
                continue
            value = _RELEVANCE * scores[place] - (1 - _RELEVANCE) * nearest
            value -= sum(_closeness(passage, passages[other]) for other in chosen)
            if value > best_value:
                best, best_value = place, value
        if best < 0:
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
