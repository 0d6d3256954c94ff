"""Whatever comes from outside is shown and does nothing else: held against Telegram's own parser."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from bot import markup
from bot.markup import Html
from tests.bot import tdlib

_FILE = Path(__file__).parents[1] / "data" / "telegram__entities.jsonl.gz"
VECTORS = [json.loads(row)["input"] for row in gzip.decompress(_FILE.read_bytes()).splitlines()]
HOSTILE = st.one_of(
    st.sampled_from(VECTORS),
    st.text(max_size=60),
    st.text(alphabet=st.sampled_from("<>&\"'/=ab @é😀\u202e\u200d\x00\n;#"), max_size=60),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf"]), max_size=10),
)


def shown(text: str) -> str:
    """What a reader sees of a text that came from outside."""
    return markup.clean(text)


@given(HOSTILE)
def test_hostile_text_is_shown_as_it_is_and_marks_nothing(text: str) -> None:
    parsed = tdlib.parse(markup.escape(text))
    assert parsed.entities == ()
    assert parsed.text.replace("\u2060", "") == shown(text).replace("\u2060", "")


@given(HOSTILE, HOSTILE)
def test_every_building_block_is_valid_whatever_it_holds(text: str, other: str) -> None:
    built = markup.join(
        [
            markup.bold(text),
            markup.italic(markup.join([other, markup.bold(text)])),
            markup.code(other),
            markup.quote(markup.join([text, markup.bold(other)]), expandable=True),
            markup.link(text, f"https://example.com/?q={other}"),
            markup.link(other, text),
        ],
        "\n\n",
    )
    parsed = tdlib.parse(built)
    assert {kind for kind, *_ in parsed.entities} <= {"Bold", "Italic", "Code", "ExpandableBlockQuote", "TextUrl"}


@given(st.sampled_from(["https://example.com/", "http://example.com/a?b=1&c="]), HOSTILE)
def test_a_link_opens_the_address_it_was_given(address: str, tail: str) -> None:
    target = address + "".join(character for character in tail if character.isascii() and character.isalnum())
    (entity,) = tdlib.parse(markup.link("Read", target)).entities
    assert entity == ("TextUrl", 0, 4, target)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "tg://user?id=1", "ftp://example.com", "", "https://e.com/" + "a" * 2000]
)
def test_an_address_that_no_reader_should_open_is_left_out(address: str) -> None:
    assert markup.link("Read", address) == "Read"


def test_text_from_outside_pings_nobody_and_offers_no_command() -> None:
    text = "Ask @durov_x, then press /delete or (/start). Mail a@example.com and/or read example.com/x."
    assert tdlib.detected(text)[:2] == ["Mention", "BotCommand"]
    assert set(tdlib.detected(tdlib.parse(markup.escape(text)).text)) == {"EmailAddress", "Url"}


def test_what_is_html_already_is_not_escaped_twice() -> None:
    assert markup.bold(markup.link("a & b", "https://e.com/?a=1&b=2")) == (
        '<b><a href="https://e.com/?a=1&amp;b=2">a &amp; b</a></b>'
    )
    assert isinstance(markup.join(["<", markup.bold("x")], " & "), Html)
    assert markup.join(["<", "", markup.bold("x")], " & ") == "&lt; &amp; <b>x</b>"


def test_nothing_is_made_of_nothing() -> None:
    assert markup.bold("") == markup.link("", "https://e.com") == markup.quote("") == markup.join(["", ""], "x") == ""


def test_text_cannot_turn_the_rest_around_or_break_lines_in_a_headline() -> None:
    assert markup.line("Peace\u202e\r\n talks\u2028 \ud800begin") == "Peace talks \N{REPLACEMENT CHARACTER}begin"


def test_reference_numbers_are_small() -> None:
    assert markup.superscript(1023) == "¹⁰²³"
