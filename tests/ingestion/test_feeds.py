from datetime import UTC, datetime, timedelta

import pytest

from ingestion.feeds import FeedParse, interval_of, parse_feed
from news.entities import ArticleKind, Document

WORDS = "The two sides are to sign major agreements on trade and energy this week. "


def parse(*items: str) -> FeedParse:
    body = f"<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Feed</title><language>en</language>{''.join(items)}</channel></rss>"
    made = parse_feed(body.encode(), "https://news.example/feed", None, 500)
    assert isinstance(made, FeedParse)
    return made


def item(title: str = "T", link: str = "/a", text: str = "teaser", content: str = "", more: str = "") -> str:
    encoded = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    return f"<item><title>{title}</title><link>{link}</link><description><![CDATA[{text}]]></description>{encoded}{more}</item>"


@pytest.mark.parametrize(
    ("text", "content", "whole"),
    [
        ("teaser", "", False),
        ("teaser", f"<p>{WORDS * 15}</p>", True),
        (WORDS * 15, "", False),
        (WORDS * 30, "", True),
        ("teaser", f"<p>{WORDS * 15} Read more</p>", False),
        ("teaser", f"<p>{WORDS * 15}[…]</p>", False),
        ("teaser", "<p>Short content</p>", False),
        ("", "两国元首在莫斯科继续会谈，讨论经济合作。" * 20, True),
    ],
)
def test_an_opening_is_told_from_a_whole_text(text: str, content: str, whole: bool) -> None:
    assert parse(item(text=text, content=content)).documents[0].whole is whole


def test_one_bad_entry_never_loses_its_feed() -> None:
    made = parse(item("One", "/1"), "<item><link>/2</link></item>", "<item></item>", item("Three", "/3"))
    assert [document.title for document in made.documents] == ["One", "Three"]
    assert [refusal.code for refusal in made.refused] == ["empty", "empty"]


def test_an_entry_that_stands_twice_is_one() -> None:
    assert len(parse(item("One", "/1"), item("One", "/1"), item("One again", "/1")).documents) == 1


def test_furniture_of_feeds_goes() -> None:
    content = f"<p>{WORDS * 15}</p><p>The post T appeared first on <a>Feed</a>.</p>"
    assert "appeared first" not in parse(item(content=content)).documents[0].text


def test_a_micro_post_without_a_title_gets_its_first_sentence() -> None:
    assert parse(item(title="", text="The lake froze. Nobody saw it.")).documents[0].title == "The lake froze."


def test_a_link_that_is_a_script_is_none() -> None:
    assert parse(item(link="javascript:alert(1)")).documents[0].url is None


def test_a_date_that_is_missing_or_a_lie_is_none() -> None:
    made = parse(item("One", "/1"), item("Two", "/2", more="<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"))
    assert [document.published_at for document in made.documents] == [None, None]


def test_the_kind_is_seen_from_the_address() -> None:
    made = parse(item(link="/opinion/a"), item(link="/live/b"), item(link="/video/c"), item(link="/news/d"))
    assert [document.kind for document in made.documents] == [
        ArticleKind.OPINION,
        ArticleKind.LIVE,
        ArticleKind.VIDEO,
        ArticleKind.ARTICLE,
    ]


@pytest.mark.parametrize(
    ("gap", "interval"),
    [
        (timedelta(hours=1), timedelta(minutes=30)),
        (timedelta(minutes=1), timedelta(minutes=5)),
        (timedelta(days=30), timedelta(hours=24)),
    ],
)
def test_the_interval_is_learned_within_its_bounds(gap: timedelta, interval: timedelta) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    documents = tuple(Document(target="x", published_at=start + gap * number) for number in range(5))
    assert interval_of(documents) == interval
    assert interval_of(documents[:2]) == timedelta(minutes=15)
