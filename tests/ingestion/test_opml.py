from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from ingestion.opml import OpmlEntry, pack_names, read, read_pack, write
from news.errors import BadRequest, NewsError
from tests.ingestion.suites import suite_files

NOW = datetime(2026, 11, 23, tzinfo=UTC)
WORDS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs"), exclude_characters="<>&\ufffe\uffff"
    ),
    min_size=1,
    max_size=20,
)
ENTRIES = st.lists(
    st.builds(
        OpmlEntry, url=WORDS.map(lambda path: f"https://news.example/{path}"), title=WORDS, category=st.none() | WORDS
    ),
    max_size=8,
    unique_by=lambda entry: entry.url,
)


@given(ENTRIES, WORDS)
def test_what_is_written_is_read_again(entries: list[OpmlEntry], title: str) -> None:
    again = read(write(entries, title=title, created_at=NOW), "x")
    assert {entry.url: (entry.title, entry.category) for entry in again} == {
        entry.url: (entry.title, entry.category) for entry in entries
    }


def test_the_lists_of_real_people() -> None:
    lists = {name: data for name, data in suite_files().items() if name.startswith("opml_awesome")}
    assert len(lists) == 25
    for name, data in lists.items():
        entries = read(data, name)
        assert len(entries) >= 3, name
        assert all(entry.url.startswith("http") and entry.category for entry in entries), name


def test_folders_categories_and_odd_spellings() -> None:
    data = b"""<opml version="1.0"><body><outline text="World"><outline text="A &amp;amp; B" xmlUrl=" https://a.example/feed " htmlUrl="https://a.example/"/>
<outline title="C" type="rss" url="https://c.example/feed"/></outline><outline text="D" xmlURL="feed://d.example/rss" category="/News/Asia,x"/>
<outline text="again" xmlUrl="https://a.example/feed"/><outline type="include" url="https://e.example/list.opml"/><outline xmlUrl="file:///etc/passwd"/></body></opml>"""
    assert read(data, "x") == (
        OpmlEntry(url="https://a.example/feed", title="A & B", category="World", site_url="https://a.example/"),
        OpmlEntry(url="https://c.example/feed", title="C", category="World"),
        OpmlEntry(url="http://d.example/rss", title="D", category="Asia"),
    )


def test_hand_made_mistakes_are_forgiven() -> None:
    data = b'<opml version="2.0"><body><outline text="Q & A &eacute;" xmlUrl="https://a.example/feed?a=1&b=2"/></body></opml>'
    assert read(data, "x") == (OpmlEntry(url="https://a.example/feed?a=1&b=2", title="Q & A é"),)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b"words", "bad_opml"), (b"<html><body>no</body></html>", "bad_opml"), (b"<rss version='2.0'/>", "bad_opml"), (b"<opml>" * 6 + bytes(6 * 2**20), "too_large"),
        (b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>', "bad_opml"),
    ],
)  # fmt: skip
def test_what_is_no_opml_says_so(data: bytes, code: str) -> None:
    with pytest.raises(NewsError) as caught:
        read(data, "x")
    assert caught.value.code == code


def test_no_file_of_the_suites_breaks_the_reader() -> None:
    for name, data in suite_files().items():
        try:
            read(data, name)
        except NewsError:
            continue


def test_the_starter_pack() -> None:
    entries = read_pack("world")
    assert "world" in pack_names()
    assert len(entries) >= 60
    assert len({entry.url for entry in entries}) == len(entries)
    assert all(entry.title and entry.category and entry.site_url for entry in entries)
    with pytest.raises(BadRequest) as caught:
        read_pack("../world")
    assert caught.value.code == "pack_not_found"
