"""What a long sentence may lose, and what it never does: a table of cases in five languages, and properties over any text."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from news.reading import SummaryInput
from summarizer.asides import find
from summarizer.compression import Compressed, shorten
from summarizer.engine import Engine
from summarizer.grammar import grammar
from summarizer.words import count_words

CASES = tomllib.loads((Path(__file__).parent / "asides.toml").read_text(encoding="utf-8"))


def named(case: dict[str, object]) -> str:
    return f"{case['lang']} {case['kind']}"


@pytest.mark.parametrize("case", CASES["short"], ids=named)
def test_a_long_sentence_loses_its_asides(case: dict[str, object]) -> None:
    text, left = str(case["text"]), str(case["left"])
    found = shorten(Compressed(text), int(str(case["most"])), str(case["lang"]))
    assert found.text == left
    assert found.dropped
    assert all(part in text for part in found.dropped.split(" … "))


@pytest.mark.parametrize("case", CASES["whole"], ids=named)
def test_a_sentence_stays_whole_where_a_part_changes_what_it_says(case: dict[str, object]) -> None:
    text = str(case["text"])
    for most in range(8, count_words(text)):
        assert shorten(Compressed(text), most, str(case["lang"])) == Compressed(text)


def test_what_fits_is_left_alone_and_what_was_dropped_before_is_remembered() -> None:
    text = "The law, which few had read, was signed by all of the ministers of the northern republic on Monday."
    assert shorten(Compressed(text), 40, "en") == Compressed(text)
    short = shorten(Compressed(text, "OSLO (Reuters) -"), 15, "en")
    assert short.dropped == "OSLO (Reuters) - … , which few had read,"
    assert shorten(Compressed(text), 3, "en") == Compressed(text)  # it never fits


def test_no_more_goes_than_must() -> None:
    text = "Anna Berg, the mayor of the old town, opened the new bridge on Friday, citing its long history and its high cost."
    assert shorten(Compressed(text), 16, "en").dropped == ", the mayor of the old town,"
    assert shorten(Compressed(text), 8, "en").text == "Anna Berg opened the new bridge on Friday."


@given(
    st.lists(
        st.sampled_from(
            ["The mayor", "Anna Berg", ", who", ", which", "said", "opened", "the bridge", ", citing", "— a move", "—", ", after", ", and", "not", "if", "“a", "b”", "(c)", ", 43,", "3.5", "he", ", the"]
        ),
        min_size=6,
        max_size=30,
    ),
    st.sampled_from(["en", "de", "fr", "es", "ru", "it", None]),
    st.integers(min_value=1, max_value=20),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_only_deleting_and_within_the_limit(parts: list[str], lang: str | None, most: int) -> None:
    text = " ".join(parts) + "."
    found = shorten(Compressed(text), most, lang)
    rest = iter(text.casefold())
    assert all(character in rest for character in found.text.casefold() if not character.isspace())
    assert found == Compressed(text) or count_words(found.text) <= most
    for word in ("not", "if") if lang == "en" else ():
        assert len(re.findall(rf"\b{word}\b", text)) == len(re.findall(rf"\b{word}\b", found.text))


@given(st.text(max_size=300), st.sampled_from(["en", "ru"]))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read(text: str, lang: str) -> None:
    assert all(0 <= aside.start < aside.end <= len(text) for aside in find(text, lang))


@pytest.mark.parametrize("piece", ["and, ", "— a ", ", who ", "(", ", the mayor said"])
def test_what_is_no_sentence_is_not_searched(piece: str) -> None:
    assert find(piece * 100_000, "en") == []  # at once


def test_languages_have_tables_that_can_be_read() -> None:
    assert all(grammar(lang) is not None for lang in ("en", "de", "fr", "es", "ru"))
    assert grammar("it") is None
    assert grammar(None) is None


def test_a_part_that_the_verifier_misses_stays(engine: Engine) -> None:
    aside = ", the head of an office that nobody in the town had heard of until it sent a letter to each of its houses,"
    text = f"Anna Berg{aside} won. The council of the old town meets on Monday to count all of the votes once more."
    reading = engine.read([text])[0]
    summary = engine.summarize([SummaryInput(title="", reading=reading)], max_words=90)[0]
    assert all(one.dropped == "" or engine.verify(text, [one.text])[0].supported for one in summary.sentences)
