"""Whatever comes from outside is shown and does nothing else: held against Telegram's own parser."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from bot import markup
from bot.markup import Html, Span
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


SPANS = st.builds(
    lambda kind, start, length: Span(kind, start, start + length, "https://example.com/?a=1&b=2"),
    st.sampled_from(["bold", "italic", "underline", "strikethrough", "spoiler", "text_link", "mention", "nonsense"]),
    st.integers(-3, 20),
    st.integers(0, 20),
)


@given(st.one_of(HOSTILE, st.just("😀 @durov_x says <b>so</b> /start")), st.lists(SPANS, max_size=4))
def test_formatted_words_are_shown_as_they_are_and_mark_only_what_was_formatted(text: str, spans: list[Span]) -> None:
    built = markup.formatted(text, spans)
    parsed = tdlib.parse(built)
    assert parsed.text == tdlib.parse(markup.escape(text)).text
    assert {kind for kind, *_ in parsed.entities} <= {
        "Bold",
        "Italic",
        "Underline",
        "Strikethrough",
        "Spoiler",
        "TextUrl",
    }
    assert not {"Mention", "BotCommand"} & set(tdlib.detected(parsed.text))


def test_formatting_nests_and_counts_as_telegram_does() -> None:
    spans = [Span("bold", 0, 7), Span("italic", 3, 5), Span("text_link", 8, 12, "https://e.com/?a=1&b=2")]
    assert markup.formatted("😀 a & b here", spans) == (
        '<b>😀 <i>a </i>&amp; </b>b<a href="https://e.com/?a=1&amp;b=2"> her</a>e'
    )
    assert markup.formatted("over", [Span("bold", 0, 3), Span("italic", 2, 4)]) == "<b>ov<i>e</i></b><i>r</i>"
    assert markup.formatted("pay @", [Span("bold", 4, 5)]) + markup.formatted("x", []) == "pay <b>@</b>x"
    assert markup.formatted("@durov", [Span("bold", 0, 1)]) == "<b>@\u2060</b>durov", "a bold sign pings nobody either"
    assert markup.formatted("click", [Span("text_link", 0, 5, "tg://user?id=1")]) == "click"
