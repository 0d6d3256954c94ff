import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from playground import entities
from playground.entities import Markup, format_caption, format_text, utf16_length
from playground.errors import ApiError

VECTORS = Path(__file__).parent.parent / "data" / "telegram__entities.jsonl.gz"
MODES = {"html": "HTML", "markdown_v2": "MarkdownV2"}


def vectors() -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in gzip.decompress(VECTORS.read_bytes()).decode().splitlines()]
    return [row for row in rows if row["mode"] in MODES]


def outcome(row: dict[str, Any]) -> dict[str, Any]:
    """What the server's parser makes of a row, in the row's own form."""
    try:
        text, found = entities._parsed(row["input"], row["mode"].replace("_", "")) if row["input"] else ("", [])
    except ApiError as error:
        return {"error": error.description.removeprefix("Bad Request: can't parse entities: ")}
    # A mention of someone unknown is dropped later, where people are known.
    places = [(e["offset"], e["length"]) for e in found if e["type"] != "text_mention"]
    return {"text": text, "places": places}


def test_texts_parse_as_in_the_tests_of_tdlib() -> None:
    rows = vectors()
    assert len(rows) == 207
    for row in rows:
        if "error" in row:
            wanted = {"error": row["error"]}
        else:
            wanted = {"text": row["text"], "places": [(e["offset"], e["length"]) for e in row["entities"]]}
        assert outcome(row) == wanted, row


@pytest.mark.parametrize(
    ("text", "markup", "words"),
    [
        ("", Markup(), "Bad Request: message text is empty"),
        (" \n ", Markup(), "Bad Request: text must be non-empty"),
        ("x" * 4097, Markup(), "Bad Request: message is too long"),
        ("<b></b>" * 5000, Markup("HTML"), "Bad Request: text is too long"),
        ("x", Markup("rtf"), "Bad Request: unsupported parse_mode"),
        ("x", Markup("", ({"type": "shiny", "offset": 0, "length": 1},)), "unsupported type specified"),
        ("x", Markup("", ({"type": "bold", "offset": 0, "length": 9},)), "ends after the end of the text"),
        ("x", Markup("", ({"type": "bold", "offset": 0},)), 'Field "offset" must be of type Number'),
    ],
)
def test_refusals_are_worded_as_the_real_server_words_them(text: str, markup: Markup, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        format_text(text, markup)
    assert words.lower() in refused.value.description.lower()


def test_code_points_are_counted_not_utf16_units() -> None:
    text, _ = format_text("😀" * 4096, Markup())
    assert utf16_length(text) == 8192


def test_captions_may_be_empty_and_are_shorter() -> None:
    assert format_caption("", Markup()) == ("", [])
    with pytest.raises(ApiError, match="caption is too long"):
        format_caption("x" * 1025, Markup())


def test_white_space_around_is_trimmed_and_entities_move_along() -> None:
    assert format_text("  <b>x</b> \n", Markup("html")) == ("x", [{"offset": 0, "length": 1, "type": "bold"}])


def test_control_characters_are_cleaned() -> None:
    assert format_text("a\tb\r\nc\u202e", Markup()) == ("a b\nc", [])
    assert format_text("<i>a\tb</i>", Markup("HTML"))[0] == "a b"


def test_entities_move_along_when_characters_vanish() -> None:
    assert format_text("a\r😀\r<b>\rb\r</b>", Markup("HTML")) == ("a😀b", [{"offset": 3, "length": 1, "type": "bold"}])


def test_addresses_are_found_but_not_inside_code() -> None:
    _, found = format_text("<code>https://e.org</code> https://f.org @user /go", Markup("HTML"))
    assert [entity["type"] for entity in found] == ["code", "url", "mention", "bot_command"]


def test_a_style_is_split_where_an_address_begins_and_ends() -> None:
    _, found = format_text("<b>see https://e.org now</b>", Markup("HTML"))
    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bold", 0, 4),
        ("bold", 4, 13),
        ("url", 4, 13),
        ("bold", 17, 4),
    ]


def test_addresses_inside_a_quote_are_found() -> None:
    _, found = format_text("<blockquote>https://e.org</blockquote>", Markup("HTML"))
    assert {entity["type"] for entity in found} == {"blockquote", "url"}


def test_entities_given_by_the_bot_are_kept() -> None:
    link = {"type": "text_link", "offset": 0, "length": 2, "url": "https://e.org"}
    assert format_text("ab", Markup("", (link, {"type": "url", "offset": 0, "length": 1}))) == ("ab", [link])


ALPHABET = st.sampled_from(
    [*list("ab <>/&;_*[]()~`|😀é\n\t.#@:-"), "<b>", "</b>", "<i>", "</i>", "https://e.org", "<pre>"]
)


def accepted(text: str, mode: str) -> tuple[str, list[dict[str, Any]]] | None:
    try:
        return format_text(text, Markup(mode))
    except ApiError:
        return None


@given(st.lists(ALPHABET, max_size=40).map("".join), st.sampled_from(["", "HTML", "Markdown", "MarkdownV2"]))
def test_whatever_is_accepted_has_its_entities_inside_the_text(text: str, mode: str) -> None:
    answer = accepted(text, mode)
    if answer is None:
        return
    shown, found = answer
    assert shown
    length = utf16_length(shown)
    for entity in found:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= length
    assert [e["offset"] for e in found] == sorted(e["offset"] for e in found)
