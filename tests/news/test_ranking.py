"""Order and refusal of what searches bring."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from bot.reference import aliases
from news.ids import ArticleId
from news.ranking import (
    Found,
    Naming,
    QueryPlan,
    WordHits,
    answers,
    by_recency_too,
    central,
    corrections,
    fuse,
    plan,
)
from news.reading import Hit
from tests import make

TABLE = aliases()


def hit(number: int, score: float = 1.0, *, days: float = 0) -> Hit:
    at = make.NOW - timedelta(days=days)
    return Hit(article_id=ArticleId(number), story_id=None, published_at=at, publisher="x.com", score=score)


def found(naming: Naming, cosine: float | None) -> Found:
    return Found(hit(1), naming, cosine)


def test_every_pole_is_a_group_and_generic_words_are_none() -> None:
    query = plan(make.topic_query("Russia–China relations"), TABLE).every
    assert len(query.groups) == 2
    assert {"Russia", "Moscow", "Putin"} <= set(query.groups[0])
    assert {"China", "Beijing", "Xi"} <= set(query.groups[1])
    assert not query.any_group


def test_a_question_of_actors_and_words_can_do_without_the_words() -> None:
    question = plan(make.topic_query("US sanctions on Iran"), TABLE)
    assert question.wide
    assert question.actors is not None
    assert (len(question.every.groups), len(question.actors.groups)) == (3, 2)
    assert question.some is not None
    assert question.some.any_group


def test_operators_reach_every_search() -> None:
    query = replace(make.topic_query("US Iran sanctions"), must=("oil",), must_not=("golf",), lang="en")
    question = plan(query, TABLE)
    for each in (question.every, question.actors, question.some):
        assert each is not None
        assert (each.must, each.must_not, each.lang) == (("oil",), ("golf",), "en")


def test_phrases_are_sought_by_their_words() -> None:
    query = replace(make.topic_query(""), terms=(), phrases=("climate change",))
    assert plan(query, TABLE).every.groups == (("climate",), ("change",))


def test_corrections_leave_actors_and_known_words_alone() -> None:
    found = corrections(["Rusisa", "inflaton", "Xi", "quux"], TABLE, {"inflation"})
    assert found == {"Rusisa": "Rusia", "inflaton": "inflation"}


def test_every_pole_beats_some_and_near() -> None:
    order = [each.hit.article_id for each in fuse(WordHits((hit(1),), (hit(2),), (hit(3), hit(2))), (hit(4, 0.9),))]
    assert order == [1, 2, 4, 3]


def test_what_two_searches_bring_comes_first() -> None:
    both = fuse(WordHits(every=(hit(1), hit(2))), (hit(2, 0.8), hit(3, 0.7)))
    assert [each.hit.article_id for each in both] == [2, 1, 3]
    assert [each.cosine for each in both] == [0.8, None, 0.7]


@given(st.lists(st.lists(st.integers(1, 30), unique=True, max_size=20), min_size=4, max_size=4))
def test_fusing_keeps_every_article_once_with_scores_falling(lists: list[list[int]]) -> None:
    every, actors, some, near = ([hit(number, 0.5) for number in each] for each in lists)
    fused = fuse(WordHits(every, actors, some), near)
    assert sorted(each.hit.article_id for each in fused) == sorted({number for each in lists for number in each})
    scores = [each.hit.score for each in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_recency_breaks_ties_but_does_not_drown() -> None:
    old_and_right = Found(hit(1, 1.0, days=300), Naming.EVERY, 0.6)
    new_and_vague = Found(hit(2, 0.5), Naming.SOME, 0.6)
    old_twin = Found(hit(3, 0.5, days=20), Naming.SOME, 0.6)
    order = by_recency_too([old_twin, new_and_vague, old_and_right], make.NOW)
    assert [each.hit.article_id for each in order] == [1, 2, 3]


RELATION = plan(make.topic_query("Russia–China relations"), TABLE)
WORDS = plan(make.topic_query("pizza recipe"), TABLE)
ACTOR = plan(make.topic_query("Brazil football"), TABLE)


@pytest.mark.parametrize(
    ("question", "naming", "cosine", "expected"),
    [
        (RELATION, Naming.EVERY, 0.1, False),
        (RELATION, Naming.EVERY, 0.2, True),
        (RELATION, Naming.EVERY, None, True),
        (RELATION, Naming.SOME, 0.7, False),
        (RELATION, Naming.NOTHING, 0.9, False),
        (WORDS, Naming.EVERY, 0.1, False),
        (WORDS, Naming.EVERY, 0.35, True),
        (WORDS, Naming.SOME, 0.45, False),
        (WORDS, Naming.SOME, 0.55, True),
        (WORDS, Naming.NOTHING, 0.55, False),
        (WORDS, Naming.NOTHING, 0.65, True),
        (ACTOR, Naming.EVERY, 0.1, False),
        (ACTOR, Naming.EVERY, 0.35, True),
        (ACTOR, Naming.SOME, 0.4, False),
    ],
)
def test_what_answers(question: QueryPlan, naming: Naming, cosine: float | None, expected: bool) -> None:
    assert answers(found(naming, cosine), question, has_vector=True) is expected


def test_what_merely_names_the_question_is_not_central() -> None:
    near, less, mere, unknown = (found(Naming.EVERY, cosine) for cosine in (0.7, 0.45, 0.3, None))
    assert central([mere, near, unknown, less]) == [near, less]
    assert central([unknown]) == [unknown]
    assert central([]) == []


def test_without_a_vector_words_decide() -> None:
    assert answers(found(Naming.EVERY, None), WORDS, has_vector=False)
    assert not answers(found(Naming.SOME, None), WORDS, has_vector=False)
