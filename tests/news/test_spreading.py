from datetime import timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from news.spreading import BEGIN_BEFORE, MOST_EARLY, Spread
from tests.make import NOW

SLOT = NOW + timedelta(minutes=5)
SECOND = timedelta(seconds=1)


def test_one_chat_is_served_at_its_time() -> None:
    spread = Spread(NOW, {SLOT: 1}, 25.0)
    assert spread.until == NOW
    assert spread.next(SLOT) == SLOT


def test_a_full_slot_begins_as_early_as_its_last_needs() -> None:
    ready = SLOT - timedelta(seconds=100) - BEGIN_BEFORE  # 2,500 chats at 25 a second
    assert Spread(ready - SECOND, {SLOT: 2500}, 25.0).until < SLOT
    spread = Spread(ready, {SLOT: 2500}, 25.0)
    assert spread.until == SLOT
    leaves = [spread.next(SLOT) for _ in range(2500)]
    assert leaves[0] == SLOT - timedelta(seconds=100)
    assert leaves[25] - leaves[0] == SECOND
    assert leaves[-1] < SLOT


def test_ten_thousand_are_served_around_their_time() -> None:
    spread = Spread(SLOT - MOST_EARLY, {SLOT: 10_000}, 25.0)
    leaves = [spread.next(SLOT) for _ in range(10_000)]
    assert leaves[0] == SLOT - MOST_EARLY
    assert leaves[-1] - SLOT == timedelta(seconds=100) - timedelta(seconds=1 / 25)


def test_the_first_slot_that_is_left_to_later_is_named() -> None:
    later = SLOT + timedelta(seconds=30)
    assert Spread(SLOT - MOST_EARLY, {SLOT: 10_000, later: 3, later + SECOND: 1}, 25.0).next_at == later
    assert Spread(NOW, {SLOT: 1}, 25.0).next_at == SLOT
    assert Spread(NOW, {}, 25.0).next_at is None


def test_what_is_due_already_leaves_at_once() -> None:
    assert Spread(NOW, {SLOT: 10_000}, 25.0).next(NOW - SECOND) == NOW - SECOND


@given(
    counts=st.dictionaries(st.integers(1, 600), st.integers(1, 3000), max_size=4),
    per_s=st.floats(1.0, 1000.0),
)
def test_nothing_leaves_earlier_than_the_rule_allows_nor_faster_than_the_rate(
    counts: dict[int, int], per_s: float
) -> None:
    slots = {NOW + timedelta(seconds=seconds): count for seconds, count in counts.items()}
    spread = Spread(NOW, slots, per_s)
    assert NOW <= spread.until <= max(slots, default=NOW)
    for at, count in slots.items():
        leaves = [spread.next(at) for _ in range(min(count, 200))]
        assert at - MOST_EARLY <= leaves[0] <= at
        gaps = {after - before for before, after in pairwise(leaves)}
        assert gaps <= {timedelta(), timedelta(seconds=1 / per_s)}
        if timedelta() in gaps:
            assert count * timedelta(seconds=1 / per_s) <= timedelta(seconds=20), "a short queue needs no lead"
