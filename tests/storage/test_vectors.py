from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, strategies as st

from news.ids import ModelId
from news.reading import Vector, Window
from storage.comparing import Words, cosines
from storage.vectors import _Matrix, _search

STEPS = st.lists(st.one_of(st.integers(1, 300), st.sets(st.integers(1, 600), max_size=200)), max_size=12)


@given(STEPS)
def test_a_matrix_holds_what_was_added_and_not_dropped(steps: list[int | set[int]]) -> None:
    matrix = _Matrix(dims=2)
    expected: dict[int, tuple[int, float]] = {}
    last = 0
    for step in steps:
        if isinstance(step, int):
            numbers = range(last + 1, last + step + 1)
            ids = [(number, number * 10, float(number) / 4) for number in numbers]
            matrix.append(ids, np.array([[number, 0.5] for number in numbers], dtype=np.float32))
            expected.update((number, (number * 10, number / 4)) for number in numbers)
            last += step
        else:
            matrix.drop(np.array(sorted(step), dtype=np.int64))
            for number in step:
                expected.pop(number, None)
    places = np.flatnonzero(matrix.alive[: matrix.count])
    held = {int(matrix.vector_ids[at]): (int(matrix.article_ids[at]), float(matrix.times[at])) for at in places}
    assert held == expected
    assert all(matrix.rows[at][0] == matrix.vector_ids[at] for at in places)
    assert matrix.count <= 2 * len(expected) + 300


async def test_of_many_vectors_those_with_the_nearest_signs_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    rows = chance.standard_normal((2_000, 100)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    matrix = _Matrix(dims=100)
    matrix.append([(number, number, float(number % 2)) for number in range(1, 2_001)], rows)
    query = rows[7] + 0.5 * rows[8]
    window = Window(datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(1, UTC))  # every second article
    vector = Vector(ModelId("m@1"), query.astype("<f4").tobytes())
    exact = await _search(matrix, vector, window, 3, frozenset())
    monkeypatch.setattr("storage.vectors.EXACT_ROWS", 100)
    monkeypatch.setattr("storage.vectors._LIKELY", 300)
    by_signs = await _search(matrix, vector, window, 3, frozenset())
    assert {article_id for article_id, _ in exact} == {article_id for article_id, _ in by_signs}
    assert all(article_id % 2 == 0 for article_id, _ in by_signs)
    assert max(by_signs, key=lambda hit: hit[1])[0] == 8


def test_cosines_of_words() -> None:
    own, weights = Words.of(["talks", "talks", "grain"]), {hash("talks"): 1.0, hash("grain"): 2.0}
    same, apart, none = cosines(own, weights, [own, Words.of(["match"]), Words.of([])])
    assert same == pytest.approx(1.0)
    assert apart == none == 0.0
    half = cosines(own, weights, [Words.of(["grain"])])[0]
    assert half == pytest.approx(2 / np.hypot(1 + np.log(2), 2))
