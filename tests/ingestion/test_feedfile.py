from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from ingestion.feedfile import FeedFile, language, looks_like_feed, read_feed
from ingestion.refusals import Unreadable
from tests.ingestion.suites import suite_files

URL = "https://news.example/feeds/all.xml"

RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>News &amp; more</title><link>/</link><language>en-US</language><ttl>30</ttl>
<item><title>First &lt;b&gt;story&lt;/b&gt;</title><link>/2023/first</link><guid isPermaLink="false">tag:1</guid><pubDate>Tue, 21 Mar 2023 10:00:00 GMT</pubDate>
<dc:creator>ann@example.org (Ann Lee)</dc:creator><description>Teaser</description><content:encoded><![CDATA[<p>Whole text</p>]]></content:encoded>
<enclosure url="/pic.jpg" type="image/jpeg" length="1"/></item>
<item><title>No link</title><guid>1234</guid><description>x</description></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru"><title>Новости</title><link href="https://news.example/"/>
<entry><id>urn:1</id><title type="html">A &amp;amp; B</title><link rel="alternate" href="2023/first"/><link rel="edit" href="edit"/>
<updated>2023-03-21T10:00:00+03:00</updated><summary>s</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p></div></content></entry></feed>""".encode()

JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "J", "home_page_url": "https://news.example/", "language": "de",
"authors": [{"name": "Desk"}], "items": [{"id": 7, "url": "first", "title": "T", "content_text": "Text", "date_published": "2023-03-21T10:00:00Z"},
{"id": "https://news.example/2", "content_html": "<p>x</p>", "author": {"name": "Ann"}}, "not an item"]}"""


def feed(data: bytes, url: str | None = URL, content_type: str | None = None) -> FeedFile:
    read = read_feed(data, url, content_type, 500)
    assert isinstance(read, FeedFile)
    return read


def test_rss() -> None:
    read = feed(RSS)
    assert (read.title, read.site_url, read.lang, read.wait_at_least) == (
        "News & more",
        "https://news.example/",
        "en",
        timedelta(minutes=30),
    )
    first, second = read.entries
    assert (first.title, first.url, first.guid) == ("First story", "https://news.example/2023/first", "tag:1")
    assert (first.author, first.published_at) == ("Ann Lee", datetime(2023, 3, 21, 10, tzinfo=UTC))
    assert (first.content, first.summary) == ("<p>Whole text</p>", "Teaser")
    assert first.image_url == "https://news.example/pic.jpg"
    assert (second.url, second.guid) == (None, "1234")


def test_atom() -> None:
    read = feed(ATOM)
    entry = read.entries[0]
    assert (entry.title, entry.url, entry.guid) == ("A & B", "https://news.example/feeds/2023/first", "urn:1")
    assert entry.updated_at == datetime(2023, 3, 21, 7, tzinfo=UTC)
    assert "Text" in entry.content


def test_json_feed() -> None:
    first, second = feed(JSON).entries
    assert (first.guid, first.url, first.content, first.author) == (
        "7",
        "https://news.example/feeds/first",
        "Text",
        "Desk",
    )
    assert (second.url, second.author) == ("https://news.example/2", "Ann")


def test_a_feed_that_is_too_long_loses_its_middle() -> None:
    items = b"".join(b"<item><title>n%d</title></item>" % number for number in range(1000))
    read = read_feed(b"<rss version='2.0'><channel><title>t</title>" + items + b"</channel></rss>", URL, None, 10)
    assert isinstance(read, FeedFile)
    assert [entry.title for entry in read.entries] == [
        "n0",
        "n1",
        "n2",
        "n3",
        "n4",
        "n995",
        "n996",
        "n997",
        "n998",
        "n999",
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"), (b" \n", "empty"), (b"<!DOCTYPE html><html><body>Error 500</body></html>", "not_a_feed"), (b"<?xml version='1.0'?><!-- x --><html/>", "not_a_feed"),
        (b"just words", "not_a_feed"), (b"{}", "not_a_feed"), (b'{"items": 3}', "not_a_feed"), (b"[" * 100_000, "not_a_feed"), (b"{" * 100_000, "not_a_feed"),
        (b"<opml version='2.0'><body/></opml>", "unsupported"), (b"\x89PNG\r\n\x1a\n", "not_a_feed"),
    ],
)  # fmt: skip
def test_what_is_no_feed_says_so(data: bytes, code: str) -> None:
    read = read_feed(data, URL, None, 500)
    assert isinstance(read, Unreadable)
    assert read.code == code


def test_no_entity_is_expanded_and_nothing_is_fetched() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&l11;&x;</title><item><title>i</title></item></channel></rss>'
    read = feed(bomb.encode())
    assert len(read.title) < 1000
    assert "root:" not in read.title


def test_the_title_survives_in_every_encoding_of_the_suites() -> None:
    names = [
        name
        for name in suite_files()
        if "/encoding/" in name and name.endswith(".xml") and "bozo" not in name and "feedparser" in name
    ]
    assert len(names) > 30
    for name in names:
        assert isinstance(read_feed(suite_files()[name], URL, None, 500), FeedFile), name


def test_no_file_of_the_suites_breaks_the_parser() -> None:
    for name, data in suite_files().items():
        assert isinstance(read_feed(data, None, None, 500), (FeedFile, Unreadable)), name


@settings(max_examples=40)
@given(st.integers(0, len(RSS)), st.binary(max_size=4))
def test_a_damaged_feed_is_read_or_refused(place: int, junk: bytes) -> None:
    assert isinstance(read_feed(RSS[:place] + junk + RSS[place + 3 :], URL, None, 500), (FeedFile, Unreadable))


def test_what_looks_like_a_feed() -> None:
    assert looks_like_feed(RSS)
    assert looks_like_feed(ATOM)
    assert looks_like_feed(JSON)
    assert looks_like_feed(RSS.decode().encode("utf-16"))
    assert not looks_like_feed(b"<html><body>rss</body></html>")


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en-US", "en"), ("zh_CN", "zh"), ("ru", "ru"), ("english", None), ("", None), (None, None), ("x-klingon", None)],
)
def test_languages(tag: str | None, code: str | None) -> None:
    assert language(tag) == code
