from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from ingestion.config import IngestionConfig
from ingestion.reader import WebSourceReader
from ingestion.rereading import StoredPage
from news.entities import ArticleKind, Source, SourceKind, SourceState, TextFrom
from news.errors import FetchError, SourceError
from news.ids import SourceId
from tests.ingestion.test_pages import SENTENCES, page
from tests.ingestion.web import Reply, Web

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def source(url: str, **fields: object) -> Source:
    return Source(id=SourceId(1), url=url, name="News", added_at=NOW, **fields)  # type: ignore[arg-type]


def feed(count: int, *, text: str = "An opening only", more: str = "") -> Reply:
    items = "".join(
        f"<item><title>Story {n}</title><link>/a/{n}</link><description>{text}</description>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=n))}</pubDate></item>"
        for n in range(count)
    )
    return Reply(
        f"<rss version='2.0'><channel><title>News</title><link>/</link>{more}{items}</channel></rss>",
        type="application/rss+xml",
        headers={"ETag": '"1"'},
    )


def publish(web: Web, count: int) -> None:
    web.pages["/feed"] = feed(count)
    for n in range(count):
        web.pages[f"/a/{n}"] = Reply(page())


async def test_openings_get_the_text_of_their_pages(web: Web, reader: WebSourceReader) -> None:
    publish(web, 3)
    reading = await reader.read(source(web.url("/feed")))
    assert (reading.title, reading.etag, reading.unchanged) == ("News", '"1"', False)
    assert [document.title for document in reading.documents] == ["Story 0", "Story 1", "Story 2"]
    assert all(document.text.endswith(SENTENCES[-1]) and document.whole for document in reading.documents)
    assert reading.documents[0].url == web.url("/a/0")


async def test_an_unchanged_feed_costs_one_request(web: Web, reader: WebSourceReader) -> None:
    web.pages["/feed"] = lambda request: Reply(status=304 if request.headers.get("if-none-match") == '"1"' else 500)
    reading = await reader.read(source(web.url("/feed"), state=SourceState(etag='"1"')))
    assert (reading.unchanged, reading.documents, reading.etag) == (True, (), '"1"')
    assert len(web.requests) == 1


async def test_known_entries_come_back_as_openings_without_a_request(web: Web, config: IngestionConfig) -> None:
    asked: list[str] = []

    async def read_stored(urls: Sequence[str]) -> dict[str, StoredPage]:
        asked.extend(urls)
        return {url: StoredPage(f"Story {url[-1]}", NOW) for url in urls if not url.endswith("/0")}

    publish(web, 5)
    reader = WebSourceReader(config, read_stored)
    reading = await reader.read(source(web.url("/feed"), state=SourceState(baseline_at=NOW)))
    assert [document.whole for document in reading.documents] == [True, False, False, False, False]
    assert len(asked) == 5
    assert [request.path for request in web.requests if request.path.startswith("/a/")] == ["/a/0"]
    await reader.close()


async def test_the_page_of_a_changed_entry_is_read_again_once(web: Web, config: IngestionConfig) -> None:
    async def read_stored(urls: Sequence[str]) -> dict[str, StoredPage]:
        return {url: StoredPage("Story 1 before" if url.endswith("/1") else f"Story {url[-1]}", NOW) for url in urls}

    publish(web, 5)
    reader = WebSourceReader(config, read_stored)
    for wholes in ([False, True, False, False, False], [False] * 5):
        reading = await reader.read(source(web.url("/feed"), state=SourceState(baseline_at=NOW)))
        assert [document.whole for document in reading.documents] == wholes
    assert [request.path for request in web.requests if request.path.startswith("/a/")] == ["/a/1"]
    await reader.close()


async def test_a_page_is_not_fetched_at_each_poll(web: Web, reader: WebSourceReader) -> None:
    publish(web, 2)
    for _ in range(3):
        reading = await reader.read(source(web.url("/feed"), state=SourceState(baseline_at=NOW)))
        assert all(document.whole for document in reading.documents)
    assert web.asked("/a/0") == 1


async def test_the_first_read_fetches_the_newest_pages_only(web: Web, config: IngestionConfig) -> None:
    publish(web, 12)
    reader = WebSourceReader(replace(config, baseline_pages=4))
    reading = await reader.read(source(web.url("/feed")))
    assert [document.whole for document in reading.documents] == [True] * 4 + [False] * 8
    await reader.close()


async def test_an_entry_that_comes_back_after_months_gets_no_page(web: Web, reader: WebSourceReader) -> None:
    publish(web, 2)
    state = SourceState(baseline_at=NOW, newest_at=NOW + timedelta(days=60))
    reading = await reader.read(source(web.url("/feed"), state=state))
    assert not any(document.whole for document in reading.documents)
    assert web.asked("/a/0") == 0


@pytest.mark.parametrize(("text_from", "asked"), [(TextFrom.FEED, 0), (TextFrom.AUTO, 0), (TextFrom.PAGE, 1)])
async def test_the_sources_own_setting(web: Web, reader: WebSourceReader, text_from: TextFrom, asked: int) -> None:
    web.pages["/feed"] = feed(1, text=" ".join(SENTENCES * 4))
    web.pages["/a/0"] = Reply(page())
    await reader.read(source(web.url("/feed"), text_from=text_from))
    assert web.asked("/a/0") == asked


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404),
        Reply(status=500),
        Reply("<html></html>"),
        Reply(b"%PDF-1.7"),
        Reply(status=302, headers={"Location": "http://10.0.0.1/"}),
    ],
)
async def test_a_page_that_cannot_be_read_leaves_the_opening(web: Web, reader: WebSourceReader, reply: Reply) -> None:
    publish(web, 2)
    web.pages["/a/0"] = reply
    first, second = (await reader.read(source(web.url("/feed")))).documents
    assert (first.text, first.whole) == ("An opening only", False)
    assert second.whole


async def test_robots_txt_is_kept_for_pages_and_not_for_the_feed(web: Web, reader: WebSourceReader) -> None:
    publish(web, 1)
    web.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /")
    reading = await reader.read(source(web.url("/feed")))
    assert not reading.documents[0].whole
    assert web.asked("/a/0") == 0


async def test_a_moved_feed_and_the_pause_it_asks_for(web: Web, reader: WebSourceReader) -> None:
    web.pages["/old"] = Reply(status=301, headers={"Location": "/feed"})
    web.pages["/feed"] = feed(0, more="<ttl>120</ttl>")
    reading = await reader.read(source(web.url("/old")))
    assert (reading.moved_to, reading.wait_at_least) == (web.url("/feed"), timedelta(hours=2))


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply("<!DOCTYPE html><html><body>Maintenance</body></html>"), "not_a_feed"),
        (Reply(""), "empty"),
        (Reply(status=410), "source_gone"),
        (Reply(status=503, headers={"Retry-After": "60"}), "http_503"),
    ],
)
async def test_a_feed_that_fails_says_why(web: Web, reader: WebSourceReader, reply: Reply, code: str) -> None:
    web.pages["/feed"] = reply
    with pytest.raises(SourceError) as caught:
        await reader.read(source(web.url("/feed")))
    assert caught.value.code == code


async def test_a_page_that_lists_articles_is_a_source(web: Web, reader: WebSourceReader) -> None:
    web.pages["/"] = Reply(
        "".join(f"<a href='/2026/story-{n}-of-today'>Headline of story number {n}</a>" for n in range(3))
    )
    for n in range(3):
        web.pages[f"/2026/story-{n}-of-today"] = Reply(
            page(head='<meta property="article:published_time" content="2026-11-23T10:00:00Z">')
        )
    reading = await reader.read(source(web.url("/"), kind=SourceKind.PAGES))
    assert [document.title for document in reading.documents] == [f"Headline of story number {n}" for n in range(3)]
    assert all(document.whole and document.published_at for document in reading.documents)


async def test_links_that_lead_to_no_article_are_left_out_and_tried_again(web: Web, reader: WebSourceReader) -> None:
    web.pages["/"] = Reply(
        "".join(f"<a href='/2026/story-{n}-of-today'>Headline of story number {n}</a>" for n in range(2))
    )
    web.pages["/2026/story-0-of-today"] = Reply(page())
    read = [await reader.read(source(web.url("/"), kind=SourceKind.PAGES)) for _ in range(2)]
    assert [len(reading.documents) for reading in read] == [1, 1]
    assert web.asked("/2026/story-0-of-today") == 1
    assert web.asked("/2026/story-1-of-today") == 2


async def test_a_link_to_a_front_page_leaves_the_opening(web: Web, reader: WebSourceReader) -> None:
    web.pages["/feed"] = Reply(str(feed(1).body).replace("/a/0", "/"), type="application/rss+xml")
    web.pages["/"] = Reply(
        page(
            "".join(f"<h3><a href='/2026/story-{n}'>Headline of story number {n} of today</a></h3>" for n in range(40))
        )
    )
    (document,) = (await reader.read(source(web.url("/feed")))).documents
    assert (document.text, document.kind, document.whole) == ("An opening only", ArticleKind.ARTICLE, False)


async def test_what_is_given_by_hand_is_never_read(reader: WebSourceReader) -> None:
    assert (await reader.read(source("hand:", kind=SourceKind.HAND))).unchanged


def written(path: str, data: bytes | None) -> str:
    if data is not None:
        Path(path).write_bytes(data)
    return path


async def test_extract_reads_addresses_and_files(web: Web, reader: WebSourceReader, tmp_path: Path) -> None:
    publish(web, 2)
    (document,) = await reader.extract(web.url("/a/0"))
    assert (document.title, document.target, document.url) == (
        "Two countries sign agreements",
        web.url("/a/0"),
        web.url("/a/0"),
    )
    before = len(web.requests)
    saved = tmp_path / "page.html"
    saved.write_bytes(page())
    (document,) = await reader.extract(str(saved))
    assert (document.target, document.url, document.kind) == (str(saved), None, ArticleKind.ARTICLE)
    listed = tmp_path / "feed.xml"
    reply = feed(2)
    listed.write_text(str(reply.body).replace("<link>/a", f"<link>{web.url('/a')}"))
    documents = await reader.extract(str(listed))
    assert [document.url for document in documents] == [web.url("/a/0"), web.url("/a/1")]
    assert {document.target for document in documents} == {str(listed)}
    assert len(web.requests) == before


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("missing.txt", None, "file_not_found"), ("empty.txt", b"", "empty"), ("blank.txt", b" \n ", "empty"), ("a.pdf", b"%PDF-1.4", "unsupported"), ("list.opml", b"<opml><body/></opml>", "unsupported"), ("feed.xml", b"<rss version='2.0'><channel><title>x</title></channel></rss>", "empty"),
        ("big.txt", b"x" * 6_000_000, "too_large"), ("login.html", b"<html><form>Log in</form></html>", "not_an_article"), ("bad\0name", None, "file_unreadable"),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_read_says_why(
    reader: WebSourceReader, tmp_path: Path, name: str, data: bytes | None, code: str
) -> None:
    path = written(f"{tmp_path}/{name}", data)
    with pytest.raises(SourceError) as caught:
        await reader.extract(path)
    assert caught.value.code == code
    assert caught.value.target == path


async def test_a_folder_and_other_schemes_are_refused(reader: WebSourceReader, tmp_path: Path) -> None:
    for target, code in (
        (str(tmp_path), "file_unreadable"),
        ("ftp://example.org/x", "address_refused"),
        ("file:///etc/passwd", "address_refused"),
    ):
        with pytest.raises(FetchError) as caught:
            await reader.extract(target)
        assert caught.value.code == code


@pytest.fixture
async def pooled(config: IngestionConfig) -> AsyncIterator[WebSourceReader]:
    made = WebSourceReader(replace(config, parse_processes=1))
    yield made
    await made.close()


async def test_the_same_in_a_parsing_process(web: Web, pooled: WebSourceReader) -> None:
    publish(web, 4)
    reading = await pooled.read(source(web.url("/feed")))
    assert all(document.whole for document in reading.documents)
    with pytest.raises(SourceError) as caught:
        await pooled.extract(web.url("/nothing"))
    assert caught.value.code == "http_404"


async def test_a_probe_of_a_feed_previews_it(web: Web, reader: WebSourceReader) -> None:
    publish(web, 5)
    (candidate,) = await reader.probe(web.url("/feed"))
    assert (candidate.url, candidate.title, candidate.kind, candidate.interval) == (
        web.url("/feed"),
        "News",
        SourceKind.FEED,
        timedelta(minutes=30),
    )
    assert [document.title for document in candidate.newest] == ["Story 0", "Story 1", "Story 2"]


async def test_a_probe_of_a_site_finds_its_feeds_best_first(web: Web, reader: WebSourceReader) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/comments/feed"><link rel="alternate" type="application/rss+xml" href="/feed"><link rel="alternate" type="application/rss+xml" href="/gone">'
    web.pages["/"] = Reply(page(head=head))
    web.pages["/feed"] = feed(3)
    web.pages["/comments/feed"] = feed(1)
    assert [candidate.url for candidate in await reader.probe(web.url("/"))] == [
        web.url("/feed"),
        web.url("/comments/feed"),
    ]


async def test_a_probe_tries_the_usual_places(web: Web, reader: WebSourceReader) -> None:
    web.pages["/blog"] = Reply(page())
    web.pages["/rss.xml"] = feed(2)
    (candidate,) = await reader.probe(web.url("/blog"))
    assert candidate.url == web.url("/rss.xml")


async def test_a_probe_of_an_article_offers_its_site(web: Web, reader: WebSourceReader) -> None:
    web.pages["/2026/agreements"] = Reply(page())
    web.pages["/"] = Reply('<link rel="alternate" type="application/rss+xml" href="/world/all">')
    web.pages["/world/all"] = feed(2)
    (candidate,) = await reader.probe(web.url("/2026/agreements"))
    assert candidate.url == web.url("/world/all")


async def test_a_probe_of_a_site_without_a_feed_offers_its_list(web: Web, reader: WebSourceReader) -> None:
    web.pages["/"] = Reply(
        "<title>Lake</title>"
        + "".join(f"<a href='/2026/story-{n}-of-today'>Headline of story number {n}</a>" for n in range(9))
    )
    (candidate,) = await reader.probe(web.url("/"))
    assert (candidate.kind, candidate.title, len(candidate.newest)) == (SourceKind.PAGES, "Lake", 3)


async def test_a_probe_of_nothing_says_so(web: Web, reader: WebSourceReader) -> None:
    web.pages["/"] = Reply("<p>hello</p>")
    with pytest.raises(SourceError) as caught:
        await reader.probe(web.url("/"))
    assert caught.value.code == "no_source_found"
    with pytest.raises(SourceError) as caught:
        await reader.probe(web.url("/missing"))
    assert caught.value.code == "http_404"


async def test_one_slow_page_does_not_lose_the_others(web: Web, config: IngestionConfig) -> None:
    publish(web, 3)
    web.pages["/a/1"] = Reply(page(), delay_s=2.0)
    reader = WebSourceReader(replace(config, total_timeout_s=0.5))
    reading = await reader.read(source(web.url("/feed")))
    assert [document.whole for document in reading.documents] == [True, False, True]
    await reader.close()
