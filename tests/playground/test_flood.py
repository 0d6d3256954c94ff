from dataclasses import dataclass

import pytest
from hypothesis import given, strategies as st

from playground.flood import PRESETS, Flood


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def flood(preset: str) -> tuple[Flood, Clock]:
    clock = Clock()
    made = Flood(clock)
    made.choose(preset)
    return made, clock


def send(made: Flood, chat: int, *, is_group: bool = False, is_edit: bool = False) -> int:
    return made.retry_after_s(chat, is_group=is_group, is_edit=is_edit)


def test_off_lets_everything_pass() -> None:
    made, _ = flood("off")
    assert not any(send(made, 1) for _ in range(1000))


def test_a_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    made, clock = flood("field")
    assert [send(made, 1) for _ in range(4)] == [0, 0, 0, 3]
    assert send(made, 2) == 0
    clock.now += 1
    assert send(made, 1) == 2, "the wait that was told goes on"
    clock.now += 2
    assert [send(made, 1) for _ in range(3)] == [0, 0, 0]


def test_waits_grow_while_a_bot_hammers_and_calm_down_after() -> None:
    made, clock = flood("strict")
    told = []
    for _ in range(6):
        send(made, 1)
        told.append(send(made, 1))
        clock.now += told[-1]
    assert told == [3, 6, 12, 24, 40, 40]
    clock.now += 61
    send(made, 1)
    assert send(made, 1) == 3


def test_a_group_takes_twenty_a_minute() -> None:
    made, clock = flood("strict")
    for _ in range(20):
        assert send(made, -5, is_group=True) == 0
        clock.now += 1.01
    assert 3 <= send(made, -5, is_group=True) <= 40
    clock.now += 45
    assert send(made, -5, is_group=True) == 0


def test_bulk_is_limited_over_all_chats() -> None:
    made, clock = flood("field")
    refused = [chat for chat in range(1, 40) if send(made, chat)]
    assert refused[0] == 31
    clock.now += 3
    assert send(made, 100) == 0


def test_edits_have_a_burst_of_their_own() -> None:
    made, _ = flood("field")
    assert [send(made, 1, is_edit=True) for _ in range(6)] == [0, 0, 0, 0, 0, 3]


def test_fields_of_a_preset_can_be_changed_and_unknown_ones_are_refused() -> None:
    made, _ = flood("off")
    made.choose("field", chat_burst=1, first_wait_s=7)
    assert [send(made, 1), send(made, 1)] == [0, 7]
    with pytest.raises(KeyError):
        made.choose("gentle")
    with pytest.raises(TypeError):
        made.choose("field", colour=1)


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 4)), max_size=200))
def test_never_more_than_the_burst_and_the_rate_pass(steps: list[tuple[float, int]]) -> None:
    made, clock = flood("field")
    limits = PRESETS["field"]
    assert limits is not None
    passed: dict[int, int] = {}
    start = clock.now
    for pause, chat in steps:
        clock.now += pause
        passed[chat] = passed.get(chat, 0) + (send(made, chat) == 0)
        assert passed[chat] <= limits.chat_burst + (clock.now - start) * limits.chat_rate + 1e-6
