"""Claims laid against sentences: the longest common subsequence is the longest, a copy is a copy."""

import pytest
from hypothesis import given, settings, strategies as st

from summarizer.alignment import align, nearest, prepare
from summarizer.terms import terms


@given(
    st.lists(st.sampled_from(["ape", "bee", "cat", "dog"]), max_size=12),
    st.lists(st.lists(st.sampled_from(["ape", "bee", "cat", "dog"]), max_size=12), max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_the_common_subsequence_is_the_longest(claim: list[str], sentences: list[list[str]]) -> None:
    source = prepare([" ".join(sentence) for sentence in sentences])
    found = align(claim, source)
    longest = max((_common(claim, sentence) for sentence in sentences), default=0)
    assert found.common == pytest.approx(longest / len(claim) if claim else 0)


def _common(one: list[str], other: list[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, against in enumerate(other, 1):
            above = row[place]
            row[place] = before + 1 if word == against else max(above, row[place - 1])
            before = above
    return row[-1]


def test_a_copy_aligns_whole() -> None:
    source = prepare(["Putin met Xi.", "Xi met Putin in Moscow."])
    found = align(terms("Xi met Putin in Moscow.", source.table).keys, source)
    assert (found.best, found.common, found.replaced) == (1, 1.0, ())


def test_words_without_content_are_not_counted() -> None:
    source = prepare(["The army left the town."])
    assert align(terms("An army left that town.", source.table).keys, source).common == 1.0


def test_the_nearest_sentences_come_first() -> None:
    source = prepare(["The army left.", "The army left the town.", "It rained."])
    assert nearest(terms("The army left the town.", source.table).keys, source, 2) == [1, 0]


def test_names_are_words_with_a_capital_but_no_dates() -> None:
    source = prepare(["In May, Reed met Anna Keller on Monday."])
    assert {"reed", "anna", "keller"} <= source.names
    assert not any(key.startswith("@") for key in source.names)


def test_in_cyrillic_a_small_letter_makes_no_name() -> None:
    assert prepare(["Вчера Путин встретился с Си."], "ru").names == {"путин", "си"}
