import pytest
from hypothesis import given, strategies as st

from news.fingerprint import SAME_BITS, distance, fingerprint, shared_share

WIRE = (
    "Floods swept through three villages in the north on Sunday after a dam gave way, officials said. "
    "At least 41 people were taken to hospital and more than two thousand left their homes. "
    "Rescue teams from the capital reached the valley by helicopter in the evening, and the army is building a bridge. "
    "The company that runs the dam promised an inquiry; the governor called the disaster foreseeable and asked why "
    "warnings of the inspectors had been left unanswered for years. Schools stay closed until the end of the week."
)


def test_near_copy_is_near() -> None:
    copy = WIRE.replace("Sunday", "Monday")
    assert distance(fingerprint(WIRE), fingerprint(copy)) <= SAME_BITS
    assert shared_share(WIRE, copy) > 0.9


def test_other_text_is_far() -> None:
    other = WIRE[::-1]
    assert distance(fingerprint(WIRE), fingerprint(other)) > SAME_BITS
    assert shared_share(WIRE, other) == 0


def test_short_texts_are_near_only_when_equal() -> None:
    assert fingerprint("Two agreements are to be signed.") == fingerprint("two agreements  are to be signed")
    assert distance(fingerprint("Two agreements are signed."), fingerprint("Three agreements are signed.")) > SAME_BITS


def test_chinese_is_cut_by_characters() -> None:
    text = (
        "国家主席习近平二十日在莫斯科会见俄罗斯总统普京，双方就乌克兰危机和两国关系深入交换意见。会谈持续了四个小时。"
    )
    changed = text.replace("四个", "五个")
    assert shared_share(text, changed) > 0.8
    assert fingerprint(text) != fingerprint(changed)


def test_a_cropped_copy_is_shared() -> None:
    assert shared_share(WIRE, WIRE[:250]) > 0.9


@pytest.mark.parametrize("text", ["", "  \n", "…!?"])
def test_no_words_no_fingerprint(text: str) -> None:
    assert fingerprint(text) == 0
    assert shared_share(text, WIRE) == 0


@given(st.text(max_size=400))
def test_it_is_64_bits_and_blind_to_spaces(text: str) -> None:
    value = fingerprint(text)
    assert 0 <= value < 1 << 64
    assert fingerprint(f"  {text}\n") == value
