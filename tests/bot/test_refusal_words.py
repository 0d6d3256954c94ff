"""Every refusal of ingestion is said in the person's own language, or in the words that it brings along."""

import re

import pytest

from bot import texts
from ingestion import refusals

CODES = set(re.findall(r"^\| `([a-z_]+)` \|", refusals.__doc__ or "", re.MULTILINE))
ON_THE_COMMAND_LINE_ALONE = {"file_not_found", "file_unreadable"}


def test_the_codes_are_found() -> None:
    assert len(CODES) >= 20


@pytest.mark.parametrize("lang", texts.available())
def test_words_for_each_code(lang: str) -> None:
    words = texts.load(lang)
    assert [code for code in sorted(CODES - ON_THE_COMMAND_LINE_ALONE) if f"errors.{code}" not in words] == []


@pytest.mark.parametrize("code", sorted(ON_THE_COMMAND_LINE_ALONE))
def test_a_code_without_words_brings_its_own(code: str) -> None:
    assert refusals.fetch_error(code, "x").message.endswith(".")
    assert "{detail}" in texts.load("en").entries["errors.bad_source"]
