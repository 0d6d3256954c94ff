"""Lengths and wording in scripts with spaces and without."""

import pytest

from news.wording import count_words, overlap, stems


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0), ("one two  three", 3), ("中国和俄罗斯", 3), ("Xi 习近平 said", 4)]
)
def test_count_words(text: str, expected: int) -> None:
    assert count_words(text) == expected


def test_stems_leave_endings_and_little_words_out() -> None:
    assert stems("The earthquakes in Perú") == stems("earthquake, Peru")
    assert stems("землетрясение") == stems("землетрясения")
    assert stems("地震发生") == {"地震", "震发", "发生"}


def test_overlap_is_of_the_smaller() -> None:
    assert overlap(frozenset("ab"), frozenset("abcd")) == 1.0
    assert overlap(frozenset(), frozenset("a")) == 0.0
