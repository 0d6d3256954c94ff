"""Pieces of long texts, and summaries kept on disk."""

import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from summarizer.caching import SummaryCache, key
from summarizer.chunking import chunks, shares
from summarizer.generation import Checked, Draft

DRAFT = Draft((Checked("A storm hit.", (1, 0)), Checked("Nobody was hurt.", (0,), origin=3)), kept=1, refused=1)


@given(st.lists(st.integers(min_value=1, max_value=50), max_size=60), st.integers(min_value=1, max_value=80))
def test_chunks_are_the_text_in_order_within_the_budget(lengths: list[int], budget: int) -> None:
    found = chunks(lengths, budget)
    assert [place for part in found for place in part] == list(range(len(lengths)))
    assert all(sum(lengths[place] for place in part) <= budget or len(part) == 1 for part in found)


@given(st.lists(st.integers(min_value=0, max_value=50), max_size=9), st.integers(min_value=-5, max_value=120))
def test_shares_keep_to_the_budget_and_waste_none_of_it(lengths: list[int], budget: int) -> None:
    found = shares(lengths, budget)
    assert all(0 <= share <= length for share, length in zip(found, lengths, strict=True))
    assert sum(found) == min(sum(lengths), max(0, budget))
    cut = [share for share, length in zip(found, lengths, strict=True) if share < length]
    assert not cut or max(found) - min(cut) <= 1


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        chunks([1], 0)


def test_a_kept_summary_comes_back(tmp_path: Path) -> None:
    cache = SummaryCache(tmp_path / "summaries")
    name = key("text", "model", 90)
    assert cache.get(name) is None
    cache.put(name, DRAFT)
    assert cache.get(name) == DRAFT
    assert cache.get(key("text", "model", 60)) is None


def test_a_broken_file_counts_as_none(tmp_path: Path) -> None:
    cache = SummaryCache(tmp_path)
    cache.put("a", DRAFT)
    (tmp_path / "a.json").write_text('{"sentences": [{"tex')
    assert cache.get("a") is None


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    SummaryCache(tmp_path / "file" / "below").put("a", DRAFT)
    SummaryCache(None).put("a", DRAFT)
    assert SummaryCache(None).get("a") is None


def test_a_full_folder_loses_what_was_used_longest_ago_and_nothing_of_others(tmp_path: Path) -> None:
    cache = SummaryCache(tmp_path, most_files=20)
    other = tmp_path / "notes.json"
    other.write_text("{}")
    os.utime(other, (1, 1))
    for number in range(20):
        cache.put(key(number), DRAFT)
        os.utime(tmp_path / f"{key(number)}.json", (1000 + number, 1000 + number))
    assert cache.get(key(0)) == DRAFT  # used now
    cache.put(key(20), DRAFT)
    kept = [number for number in range(21) if cache.get(key(number)) is not None]
    assert kept == [0, *range(4, 21)]
    assert other.exists()
    for number in range(100, 200):
        cache.put(key(number), DRAFT)
    assert len(list(tmp_path.iterdir())) <= 21
