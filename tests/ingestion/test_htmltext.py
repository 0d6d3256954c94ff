import pytest
from hypothesis import given, strategies as st

from ingestion.htmltext import amount, heading, one_line, plain, tidy


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("<p>One <b>two</b>.</p><p>Three&nbsp;four.</p>", "One two.\n\nThree four."),
        ("a<br>b<br/>c", "a\n\nb\n\nc"),
        ("<script>alert(1)</script><style>p{}</style>text", "text"),
        ("no markup at all", "no markup at all"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("safe<!-- unclosed", "safe"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("AT&amp;T", "AT&T"),
        ("<figure><img><figcaption>A caption</figcaption></figure><p>Text</p>", "Text"),
        ("", ""),
    ],
)
def test_a_reader_sees_this(fragment: str, text: str) -> None:
    assert plain(fragment) == text


def test_titles_lose_markup_double_escapes_and_invisible_marks() -> None:
    assert heading("Q&amp;amp;A: <i>what</i>\n next") == "Q&A: what next"
    assert heading("ab\x08cd\u202e") == "abcd"


def test_deep_nesting_does_not_break_the_stack() -> None:
    assert "deep" in plain("<div>" * 5000 + "deep")


def test_chinese_is_counted_by_characters() -> None:
    assert amount("one two three") == 3
    assert amount("两国元首在莫斯科继续会谈") == 6


@given(st.text(max_size=200))
def test_no_text_raises_and_no_paragraph_is_empty(text: str) -> None:
    for made in (plain(text), tidy(text)):
        assert all(paragraph == one_line(paragraph) and paragraph for paragraph in made.split("\n\n")) or not made
