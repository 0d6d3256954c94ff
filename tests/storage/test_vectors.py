import numpy as np
from hypothesis import given, strategies as st

from storage.vectors import _Matrix

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
