"""Cut anywhere a limit falls, a message stays valid, whole and in order: held against Telegram's own parser."""

import itertools

import pytest
from hypothesis import given, settings, strategies as st

from bot import cutting, markup
from bot.cutting import CAPTION, MESSAGE, Size
from bot.markup import Html
from tests.bot import tdlib
from tests.bot.test_markup import HOSTILE, VECTORS

WORDS = st.one_of(
    HOSTILE,
    st.sampled_from(
        [
            "One. Two! ",
            "русский текст. ",
            "习近平访问莫斯科。会谈开始。",
            "👨‍👩‍👧‍👦",
            "🇷🇺🇨🇳",
            "e\u0301",
            "x" * 50,
            "\n\n",
            "\n",
        ]
    ),
)
PIECES = st.recursive(
    WORDS.map(markup.escape),
    lambda inner: st.one_of(
        inner.map(markup.bold),
        inner.map(lambda html: markup.italic(markup.join([html, " and ", html]))),
        st.tuples(inner, inner).map(lambda two: markup.join(two, " ")),
    ),
    max_leaves=6,
)
BLOCKS = st.one_of(PIECES, PIECES.map(markup.quote), PIECES.map(lambda html: markup.link(html, "https://e.com/?a&b")))
MESSAGES = st.lists(BLOCKS, max_size=6).map(lambda blocks: markup.join(blocks, "\n\n"))


def solid(text: str) -> str:
    return "".join(text.split())


@given(MESSAGES)
def test_measuring_agrees_with_telegram(html: Html) -> None:
    size, parsed = cutting.measure(html), tdlib.parse(html)
    assert size.units == parsed.units
    assert size.raw_bytes == len(html.encode())
    assert size.entities >= len(parsed.entities)


@settings(max_examples=300, deadline=None)
@given(MESSAGES, st.integers(12, 90), st.integers(90, 400))
def test_pieces_are_valid_within_the_limit_and_lose_nothing(html: Html, units: int, raw_bytes: int) -> None:
    limit = Size(units=units, raw_bytes=raw_bytes, entities=100)
    pieces = cutting.split(html, limit=limit)
    parsed = [tdlib.parse(piece) for piece in pieces]
    assert all(each.text.strip() for each in parsed)
    assert all(each.units <= units for each in parsed)
    assert all(cutting.measure(piece).fits(limit) for piece in pieces)
    assert solid("".join(each.text for each in parsed)) == solid(tdlib.parse(html).text)


def test_tags_around_nothing_visible_are_left_out() -> None:
    html = markup.join(
        [markup.link(markup.bold(markup.escape("\n")), "https://e.com/"), markup.escape("x" * 50)], "\n\n"
    )
    [first, *_] = cutting.split(html, limit=Size(units=12, raw_bytes=90, entities=100))
    assert first == "x" * 12


@settings(deadline=None)
@given(MESSAGES, st.integers(5, 90))
def test_each_character_keeps_its_marks(html: Html, units: int) -> None:
    def marked(parsed: tdlib.Parsed) -> list[tuple[str, frozenset[tuple[str, str]]]]:
        places = []
        at = 0
        for character in parsed.text:
            kinds = frozenset((k, url) for k, start, length, url in parsed.entities if start <= at < start + length)
            at += len(character.encode("utf-16-le")) // 2
            if character.strip():
                places.append((character, kinds))
        return places

    pieces = cutting.split(html, limit=Size(units, 10_000, 100))
    assert list(itertools.chain.from_iterable(marked(tdlib.parse(piece)) for piece in pieces)) == marked(
        tdlib.parse(html)
    )


@pytest.mark.parametrize(
    ("length", "units"),
    [(4095, [4095]), (4096, [4096]), (4097, [4096, 1]), (10_000, [4096, 4096, 1808])],
)
def test_one_endless_word(length: int, units: list[int]) -> None:
    assert [tdlib.parse(piece).units for piece in cutting.split(markup.bold("x" * length))] == units


def test_a_surrogate_pair_at_the_cut_stays_whole() -> None:
    for before in (4094, 4095, 4096):
        pieces = cutting.split(markup.escape("x" * before + "😀" * 3))
        assert "".join(tdlib.parse(piece).text for piece in pieces) == "x" * before + "😀" * 3
        assert all(tdlib.parse(piece).units <= 4096 for piece in pieces)


def test_a_family_of_emoji_is_not_torn_apart() -> None:
    family = "👨‍👩‍👧‍👦"
    pieces = cutting.split(markup.escape("x" * 4090 + family))
    assert [tdlib.parse(piece).text for piece in pieces] == ["x" * 4090, family]


def test_nested_tags_at_the_cut_are_closed_and_opened_again() -> None:
    html = markup.bold(markup.italic(markup.escape("a" * 4000 + " " + "b" * 4000)))
    first, second = cutting.split(html)
    assert first == f"<b><i>{'a' * 4000}</i></b>"
    assert second == f"<b><i>{'b' * 4000}</i></b>"


def test_the_cut_prefers_paragraphs_then_lines_then_sentences_then_words() -> None:
    limit = Size(40, 10_000, 100)

    def heads(text: str) -> str:
        return str(cutting.split(markup.escape(text), limit=limit)[0])

    assert heads("A first paragraph here.\n\nThen one. More\nlines than fit") == "A first paragraph here."
    assert heads("One line that is long enough\nand then more words than fit") == "One line that is long enough"
    assert heads("This is a sentence of its own.¹ And here another begins") == "This is a sentence of its own.¹"
    assert heads("words words words words words words words words") == "words words words words words words"
    assert heads("习近平访问莫斯科并举行会谈，双方签署多项协议。双方还讨论了乌克兰问题以及其他若干国际议题") == (
        "习近平访问莫斯科并举行会谈，双方签署多项协议。"
    )


def test_blocks_are_packed_whole_and_in_order() -> None:
    blocks = [markup.bold("x" * length) for length in (2000, 2000, 100, 4096, 1)]
    assert cutting.pack(blocks) == [range(2), range(2, 3), range(3, 4), range(4, 5)]
    assert cutting.pack(blocks[:2], reserve=Size(units=95)) == [range(1), range(1, 2)]
    assert cutting.pack([]) == []


def test_packing_minds_bytes_and_entities_too() -> None:
    links = [markup.link("x", "https://e.com/" + "a" * 1900)] * 40
    assert all(len(each) <= 16 for each in cutting.pack(links))
    assert cutting.pack([markup.bold("x")] * 150) == [range(100), range(100, 150)]


def test_a_caption_has_less_room() -> None:
    assert CAPTION.units < MESSAGE.units
    assert len(cutting.split(markup.escape("word " * 400), limit=CAPTION)) == 2


@given(st.one_of(st.sampled_from(VECTORS), HOSTILE))
def test_plain_text_of_any_input_is_sent_as_it_is(html: str) -> None:
    text = cutting.plain(html)
    assert tdlib.parse(markup.escape(text)).entities == ()
    assert text == text.strip()


@given(MESSAGES)
def test_plain_text_of_a_message_is_what_was_seen(html: Html) -> None:
    assert cutting.plain(html) == tdlib.parse(html).text.strip()


def test_plain_text_can_keep_the_addresses() -> None:
    html = markup.join(
        [
            markup.bold(markup.link("Talks & more", "https://e.com/?a=1&b=2")),
            markup.join(["They met.", markup.link(markup.superscript(1), "https://e.com/1")]),
        ],
        "\n",
    )
    assert cutting.plain(html) == "Talks & more\nThey met.¹"
    assert cutting.plain(html, addresses=True) == "Talks & more (https://e.com/?a=1&b=2)\nThey met.¹"
