import pytest

from ingestion.discovery import likely_feeds, page_links, site_of, telegram_preview, youtube_feed
from tests.ingestion.suites import suite_files

URL = "https://news.example/world/"


def found(html: str, url: str = URL) -> list[str]:
    links = page_links(html.encode(), url)
    return [link.url for link in (*links.declared, *links.linked)]


@pytest.mark.parametrize(
    ("html", "feed"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/rss">', "https://news.example/rss"),
        (
            '<LINK REL="ALTERNATE home" TYPE="application/atom+xml; charset=utf-8" HREF="atom.xml">',
            "https://news.example/world/atom.xml",
        ),
        (
            '<link rel="alternate" type="application/feed+json" href="feed.json">',
            "https://news.example/world/feed.json",
        ),
        (
            '<base href="https://cdn.example/"><link rel="alternate" type="application/rss+xml" href="rss">',
            "https://cdn.example/rss",
        ),
        ('<link rel="alternate" type="application/rss+xml" href="feed://news.example/rss">', "http://news.example/rss"),
        ('<a href="/feeds/all.rss">Feeds</a>', "https://news.example/feeds/all.rss"),
        ('<a href="/latest.xml">RSS</a>', "https://news.example/latest.xml"),
        ('<a href="/subscribe?x"><img alt="RSS"></a>', "https://news.example/subscribe?x"),
    ],
)
def test_feeds_that_a_page_names(html: str, feed: str) -> None:
    assert found(html) == [feed]


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="alternate" hreflang="fr" href="/fr">',
        '<link rel="stylesheet" href="/feed.css">',
        '<a href="/feedback-to-us-please">Write to us</a>',
        '<a href="javascript:rss()">RSS</a>',
        '<a href="http://[rss">RSS</a>',
    ],
)
def test_links_that_are_no_feeds(html: str) -> None:
    assert found(html) == []


def test_feeds_of_comments_come_last() -> None:
    html = '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed"><link rel="alternate" type="application/rss+xml" href="/feed">'
    assert found(html) == ["https://news.example/feed", "https://news.example/comments/feed"]


def test_every_page_of_feedfinder_names_its_feed() -> None:
    pages = {
        name: data for name, data in suite_files().items() if "feedfinder-tests" in name and name.endswith(".html")
    }
    assert len(pages) > 50
    for name, data in pages.items():
        stem = name.rpartition("/")[2].removesuffix(".html")
        if f"{name.removesuffix('.html')}.xml" in suite_files():
            assert any(stem in url.rpartition("/")[2] for url in found(data.decode("latin-1"))), name


def test_articles_that_a_page_lists() -> None:
    html = """<a href="/2023/03/21/talks-in-moscow">Talks in Moscow go on for a second day</a><a href="/2023/03/21/talks-in-moscow#c">3 comments</a>
<a href="/tag/moscow">All stories about Moscow and Russia</a><a href="https://other.example/2023/story-of-others">A story that others wrote today</a>
<a href="/about-us-and-our-work">About us</a><a href="/story?id=42"><h3>Rates rise again in three countries</h3><span>by Ann</span></a>"""
    links = page_links(html.encode(), URL)
    assert [(link.url, link.title) for link in links.articles] == [
        ("https://news.example/2023/03/21/talks-in-moscow", "Talks in Moscow go on for a second day"),
        ("https://news.example/story?id=42", "Rates rise again in three countries"),
    ]


@pytest.mark.parametrize(
    ("url", "preview"),
    [
        ("https://t.me/durov", "https://t.me/s/durov"), ("https://t.me/s/durov", "https://t.me/s/durov"), ("https://t.me/durov/142", "https://t.me/s/durov"),
        ("https://t.me/+AbCdEf", None), ("https://t.me/joinchat/xyz", None), ("https://example.org/durov", None),
    ],
)  # fmt: skip
def test_telegram_channels(url: str, preview: str | None) -> None:
    assert telegram_preview(url) == preview


def test_youtube_pages() -> None:
    channel = "UC" + "a" * 22
    feed = f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"
    assert youtube_feed(f"https://www.youtube.com/channel/{channel}/videos") == feed
    assert (
        youtube_feed("https://www.youtube.com/playlist?list=PL1")
        == "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1"
    )
    assert youtube_feed("https://www.youtube.com/@someone") is None
    assert found(f'<script>{{"externalId":"{channel}"}}</script>', "https://www.youtube.com/@someone") == [feed]


def test_where_feeds_usually_lie() -> None:
    guesses = likely_feeds("https://news.example/blog/")
    assert guesses[0] == "https://news.example/blog/feed"
    assert "https://news.example/rss.xml" in guesses
    assert site_of("https://news.example/a/b?c") == "https://news.example/"
