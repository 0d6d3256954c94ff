"""What a button carries comes back as it went, and nothing else is taken for a button."""

import re

import pytest
from hypothesis import assume, given, strategies as st

from bot.callbacks import DATA_BYTES, Area, Pressed, Story, decode, encode, pattern
from news.errors import BadRequest


@given(
    st.sampled_from(Area),
    st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
    st.lists(st.integers(-(2**40), 2**40), max_size=3),
)
def test_data_comes_back_as_it_went(area: Area, verb: str, numbers: list[int]) -> None:
    data = encode(area, verb, *numbers)
    assert len(data.encode()) <= DATA_BYTES
    pressed = decode(data)
    assert pressed == Pressed(area, verb, tuple(map(str, numbers)))
    assert [pressed.number(at) for at in range(len(numbers))] == numbers
    assert re.match(pattern(area), data)


@given(st.text(max_size=80))
def test_strange_data_is_refused_with_its_code(data: str) -> None:
    assume(not re.fullmatch("[bcdfast]:.*", data))
    with pytest.raises(BadRequest) as refused:
        decode(data)
    assert refused.value.code == "button_stale"


def test_what_would_not_fit_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="not callback data"):
        encode(Area.STORY, Story.CARD, "1:2")
    with pytest.raises(ValueError, match="not callback data"):
        encode(Area.STORY, Story.CARD, 10**30, 10**30)


def test_a_missing_number_is_a_stale_button() -> None:
    with pytest.raises(BadRequest):
        decode("s:card:x").number()
    with pytest.raises(BadRequest):
        decode("s:card").number()
