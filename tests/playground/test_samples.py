import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from playground.samples import FEEDS, SEED_SLUG, Library, moved_dates
from playground.serving import Options, serve


@dataclass
class Site:
    origin: str
    feeds: list[str]
    http: AsyncHTTPClient

    async def get(self, url: str, **headers: str) -> HTTPResponse:
        address = url if url.startswith("http") else self.origin + url
        return await self.http.fetch(address, headers=headers, raise_error=False)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serve(Options()) as ready:
        http = AsyncHTTPClient(force_instance=True)
        yield Site(ready["origin"], ready["feeds"], http)
        http.close()


NOON = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)


def test_dates_keep_their_order_within_ten_days() -> None:
    samples = Library(NOON.date()).all
    dates = [sample.published_at for sample in samples]
    assert dates == sorted(dates)
    assert dates[0] >= NOON - timedelta(days=10)
    assert len(samples) == 130


@pytest.mark.parametrize("hour", range(24))
def test_whenever_one_starts_there_is_fresh_news_and_more_to_come(hour: int) -> None:
    now = NOON.replace(hour=hour, minute=59)
    library = Library(now.date())
    published = library.published(now)
    assert now - timedelta(hours=1) <= published[0].published_at <= now
    assert 100 <= len(published) <= 130
    assert any(sample.slug == SEED_SLUG for sample in published)


def test_dates_are_a_function_of_the_day() -> None:
    assert Library(date(2026, 3, 5)).all == Library(date(2026, 3, 5)).all
    early = {sample.slug: sample.published_at for sample in Library(date(2026, 3, 5)).all}
    late = {sample.slug: sample.published_at for sample in Library(date(2026, 3, 6)).all}
    assert {late[slug] - early[slug] for slug in early} == {timedelta(days=1)}


def test_few_articles_all_fall_on_the_first_day() -> None:
    first_day = datetime(2026, 3, 5, tzinfo=UTC)
    dates = moved_dates(["a", "b"], first_day)
    assert [moved.hour for moved in dates] == [22, 23]


async def test_feeds_are_feeds_and_lead_to_their_pages(site: Site) -> None:
    assert len(site.feeds) == len(FEEDS)
    total = 0
    for url in site.feeds:
        parsed = feedparser.parse((await site.get(url)).body)
        assert not parsed.bozo
        assert parsed.entries
        total += len(parsed.entries)
        entry = parsed.entries[0]
        assert entry.published_parsed
        page = (await site.get(entry.link)).body.decode()
        assert f'<link rel="canonical" href="{entry.link}">' in page
        assert "<article>" in page
        assert "CC BY 2.5" in page or SEED_SLUG in entry.link
    assert total > 100


async def test_the_seed_page_has_its_text_and_its_furniture(site: Site) -> None:
    page = (await site.get(f"/samples/articles/{SEED_SLUG}.html")).body.decode()
    for words in (
        "Scroll Top",
        "By Paul Bumman",
        "Related Posts",
        "we even envy you a little",
        "comprehensive partnership",
    ):
        assert words in page


async def test_a_feed_is_sent_again_only_when_it_changed(site: Site) -> None:
    first = await site.get(site.feeds[0])
    by_tag = await site.get(site.feeds[0], **{"If-None-Match": first.headers["Etag"]})
    by_date = await site.get(site.feeds[0], **{"If-Modified-Since": first.headers["Last-Modified"]})
    older = await site.get(site.feeds[0], **{"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"})
    broken = await site.get(site.feeds[0], **{"If-Modified-Since": "yesterday"})
    assert [r.code for r in (by_tag, by_date, older, broken)] == [304, 304, 200, 200]
    assert by_tag.body == b""


async def test_the_index_and_the_opml_name_all_feeds(site: Site) -> None:
    index = (await site.get("/samples/")).body.decode()
    listed = (await site.get("/samples/opml.xml")).body.decode()
    for url in site.feeds:
        assert f'href="{url}"' in index
        assert f'xmlUrl="{url}"' in listed
    assert index.count('rel="alternate"') == len(FEEDS)
    ready = json.loads((await site.get("/_control/ready")).body)
    assert ready["feeds"] == site.feeds


async def test_what_is_not_there_or_not_yet_out_is_404(site: Site) -> None:
    for path in ("feeds/none.xml", "articles/none.html", "nothing"):
        assert (await site.get(f"/samples/{path}")).code == 404
    library = Library(datetime.now(UTC).date())
    waiting = [sample for sample in library.all if sample.published_at > datetime.now(UTC) + timedelta(minutes=1)]
    for sample in waiting[:1]:
        assert (await site.get(f"/samples/articles/{sample.slug}.html")).code == 404
