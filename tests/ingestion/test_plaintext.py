from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from ingestion.plaintext import read_text

FIRST = "Delegations of both countries met in the capital on Tuesday to sign two agreements on trade and on energy, their offices said."
SECOND = "The meeting is the third of this year. It ended without a statement."


def test_a_page_as_a_scraper_leaves_it() -> None:
    read = read_text(
        f"Scroll Top\n\nTwo countries sign agreements\n\nThe presidents at the table\n\n{FIRST}\n\n{SECOND}\n\nBy Ann Lee\n\nRelated Posts\n"
    )
    assert read.title == "Two countries sign agreements"
    assert read.text == f"{FIRST}\n\n{SECOND}"
    assert read.author == "Ann Lee"


def test_author_and_date_below_the_headline() -> None:
    read = read_text(f"Two countries sign agreements\nBy Ann Lee\nMarch 21, 2023\n{FIRST}\n{SECOND}")
    assert (read.author, read.published_at) == ("Ann Lee", datetime(2023, 3, 21, tzinfo=UTC))
    assert read.text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("text", [f"{FIRST}\n\n{SECOND}", FIRST, f"{SECOND} {FIRST}"])
def test_a_text_without_a_headline_keeps_all_of_it(text: str) -> None:
    read = read_text(text)
    assert read.title == ""
    assert read.text == text


def test_a_text_wrapped_at_a_width_is_unwrapped() -> None:
    wrapped = "Two countries sign agreements\n\n" + FIRST[:60] + "\n" + FIRST[60:] + "\n\n" + SECOND + "\n"
    assert read_text(wrapped).text.split("\n\n")[0].replace("  ", " ").split() == FIRST.split()


def test_a_chinese_text() -> None:
    read = read_text(
        "两国签署协议\n\n两国代表团周二在首都举行会谈，并签署了两项贸易和能源协议，双方办公室表示。会谈持续了三个小时，没有发表声明。\n\n记者：王小明\n"
    )
    assert (read.title, read.author) == ("两国签署协议", "王小明")
    assert read.text.startswith("两国代表团周二")


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    read = read_text(text)
    assert isinstance(read.text, str)


def test_a_text_wrapped_at_a_wide_page_keeps_its_paragraphs_whole() -> None:
    first = "Heavy rain fell for three days and rivers rose above their banks in four districts of the north of the country,"
    second = "officials said on Monday. More than two thousand people left their homes and are staying in schools for now, where"
    read = read_text(f"Floods hit the north\n\n{first}\n{second}\nthey get food.\n\nThe government promised help.\n")
    assert read.title == "Floods hit the north"
    assert read.text.split("\n\n")[0] == f"{first} {second} they get food."


def test_paragraphs_of_a_line_each_stay_apart() -> None:
    lines = [
        f"The {name} said on Monday that it would pay for the repair of houses." for name in ("town", "state", "army")
    ]
    assert read_text("\n".join(["Help for the north", *lines, ""])).text.split("\n\n") == lines
