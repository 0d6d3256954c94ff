"""Scoring and picking on vectors made by hand."""

import numpy as np
from hypothesis import given, settings, strategies as st

from news.ids import ModelId
from summarizer.extractive import lead, pick, score
from summarizer.lexical import tfidf
from summarizer.openings import antecedents
from summarizer.vectors import to_matrix, to_vectors, unit

ALONE: frozenset[int] = frozenset()
SENTENCES = [
    "A storm hit the northern coast on Monday and killed 12 people.",
    "He also blamed the mayor for the floods on the coast.",
    "“We will rebuild,” said the minister of the interior.",
    "The storm killed 12 people on the northern coast on Monday.",
    "Farmers in the south sell more apples than ever this year.",
]


def test_the_first_sentence_scores_above_the_same_sentence_later() -> None:
    rows = tfidf(SENTENCES)
    scores = score(SENTENCES, "en", rows, ("", None))
    assert scores[0] > scores[3] > scores[4]


def test_a_sentence_near_the_title_gains() -> None:
    rows = tfidf([*SENTENCES, "apples of the south"])
    without, with_title = (
        score(SENTENCES, "en", rows[:-1], title) for title in (("", None), ("apples of the south", rows[-1]))
    )
    assert with_title[4] - without[4] > with_title[0] - without[0]


def test_what_was_said_is_not_said_again() -> None:
    vectors = unit(np.array([[1, 0], [1, 0.01], [0, 1]], dtype=np.float32))
    assert pick([5, 5, 5], np.array([3.0, 2.9, 1.0]), vectors, [ALONE] * 3, (100, 2)) == [0, 2]


def test_a_leaning_sentence_comes_only_with_the_one_before() -> None:
    vectors = np.eye(3, dtype=np.float32)
    scores = np.array([1.0, 0.2, 3.0])
    assert pick([5, 5, 5], scores, vectors, [ALONE, ALONE, frozenset({1})], (100, 1)) == [0]
    assert pick([5, 5, 5], scores, vectors, [ALONE, ALONE, frozenset({1})], (100, 3)) == [0, 1, 2]
    assert antecedents(SENTENCES, "en") == [ALONE, {0}, {1}, {0}, ALONE]  # "The storm"


def test_a_sentence_comes_with_any_one_that_makes_it_clear() -> None:
    vectors = np.eye(4, dtype=np.float32)
    needs = [ALONE, ALONE, ALONE, frozenset({0, 1})]
    scores = np.array([1.0, 2.0, 0.5, 3.0])
    assert pick([5] * 4, scores, vectors, needs, (100, 2)) == [1, 3]
    assert pick([5] * 4, scores, vectors, needs, (100, 1)) == [1]


@given(
    st.lists(st.integers(min_value=0, max_value=60), min_size=1, max_size=20),
    st.integers(min_value=1, max_value=120),
    st.integers(min_value=1, max_value=5),
    st.randoms(use_true_random=False),
)
@settings(max_examples=80, deadline=None)
def test_budgets_hold_and_order_is_the_texts(lengths: list[int], most: int, sentences: int, rng: object) -> None:
    generator = np.random.default_rng(len(lengths) * most)
    vectors = unit(generator.normal(size=(len(lengths), 4)).astype(np.float32))
    chosen = pick(lengths, generator.normal(size=len(lengths)), vectors, [ALONE] * len(lengths), (most, sentences))
    assert chosen == sorted(set(chosen))
    assert len(chosen) <= sentences
    assert sum(lengths[place] for place in chosen) <= most
    opening = lead(lengths, most, sentences)
    assert opening == list(range(len(opening)))
    assert sum(lengths[place] for place in opening) <= most


def test_vectors_survive_their_bytes() -> None:
    rows = unit(np.random.default_rng(1).normal(size=(3, 8)).astype(np.float32))
    assert np.array_equal(to_matrix(to_vectors(rows, ModelId("m"))), rows)


def test_tfidf_puts_like_sentences_near() -> None:
    rows = tfidf(["Премьер подал в отставку", "Отставка премьера принята", "Цены на хлеб выросли", ""])
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert not rows[3].any()


def test_a_sentence_that_only_leads_to_what_follows_loses() -> None:
    texts = [
        "Ministers met in Oslo.",
        "Keller said after the meeting of the ministers:",
        "Keller said after the meeting of the ministers.",
    ]
    scores = score(texts, "en", np.eye(3, dtype=np.float32)[[0, 1, 1]], ("", None))
    assert scores[1] < scores[2]


def test_a_fragment_and_the_title_once_more_lose() -> None:
    texts = ["Storm hits the coast of Norway", "A storm hit Norway on Monday and killed two.", "Not next year."]
    rows = np.eye(3, dtype=np.float32)[[0, 0, 0]]
    scores = score(texts, "en", rows, ("Storm hits the coast of Norway", None))
    assert scores[1] > scores[0] > scores[2]
