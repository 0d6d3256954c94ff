"""Finds the sources that an address offers: a feed, a site's feeds, a channel's preview, a page that lists articles.

In: an address as a person gives it. Out: candidates, best first, each with its three newest entries and a learned interval.
Raises FetchError for the address itself, ParseError `no_source_found` where it offers nothing. Feeds that are only guessed
are asked for one by one, and their failures are silent; at most `_MAX_TRIES` requests are made.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from ingestion.channels import parse_channel
from ingestion.config import IngestionConfig
from ingestion.discovery import FeedLink, PageLinks, likely_feeds, page_links, site_of, telegram_preview, youtube_feed
from ingestion.feeds import FeedParse, interval_of, parse_feed
from ingestion.fetch import ACCEPT_FEED, ACCEPT_PAGE, Fetched, Fetcher
from ingestion.pages import media_kind
from ingestion.parsing import Overrun, ParserPool
from ingestion.refusals import NO_SOURCE_FOUND, Unreadable
from news.entities import Candidate, Document, SourceKind
from news.errors import FetchError, ParseError

_MAX_CANDIDATES = 6
_MAX_TRIES = 12  # requests for feeds that a page declares, links to, or may have
_LEAST_ARTICLES = 5  # links to articles that make a page a list
_PREVIEW = 3


class SourceProbe:
    """Asks an address what can be read there."""

    def __init__(self, fetcher: Fetcher, parsers: ParserPool, config: IngestionConfig) -> None:
        self._fetcher = fetcher
        self._parsers = parsers
        self._config = config

    async def probe(self, given: str) -> tuple[Candidate, ...]:
        """The sources at an address, best first."""
        url = given.strip() if "://" in given else f"https://{given.strip()}"
        channel = telegram_preview(url)
        if channel:
            return (await self._channel(channel),)
        numbered = youtube_feed(url)
        answer = await self._fetcher.fetch(
            numbered or url, accept=ACCEPT_FEED if numbered else f"{ACCEPT_FEED}, {ACCEPT_PAGE}"
        )
        if media_kind(answer.body, answer.url, answer.content_type) == "feed":
            parse = await self._parsed(answer)
            if isinstance(parse, FeedParse):
                return (_candidate(answer, parse),)
        found = await self._of_page(answer)
        if not found:
            raise ParseError(NO_SOURCE_FOUND, target=given, code="no_source_found")
        return found

    async def _of_page(self, answer: Fetched) -> tuple[Candidate, ...]:
        try:
            links = await self._parsers.run(partial(page_links, answer.body, answer.url, answer.content_type))
        except Overrun:
            return ()
        tried: set[str] = set()
        found = await self._feeds(links.declared, tried, all_of_them=True)
        found = found or await self._feeds(links.linked, tried, all_of_them=True)
        found = found or await self._feeds(
            (FeedLink(url, "") for url in likely_feeds(answer.url)), tried, all_of_them=False
        )
        if found:
            return tuple(found)
        if len(links.articles) >= _LEAST_ARTICLES:
            return (_page_list(answer, links),)
        return await self._site(answer.url) if answer.url != site_of(answer.url) else ()

    async def _site(self, url: str) -> tuple[Candidate, ...]:
        # an article's page was given: what its site's front page offers
        try:
            answer = await self._fetcher.fetch(site_of(url))
        except FetchError:
            return ()
        if answer.url != site_of(answer.url):
            return ()
        return await self._of_page(answer)

    async def _feeds(self, links: Iterable[FeedLink], tried: set[str], *, all_of_them: bool) -> list[Candidate]:
        found: dict[str, Candidate] = {}
        for link in links:
            if link.url in tried or len(tried) >= _MAX_TRIES or len(found) >= _MAX_CANDIDATES:
                continue
            tried.add(link.url)
            try:
                answer = await self._fetcher.fetch(link.url, accept=ACCEPT_FEED)
            except FetchError:
                continue
            parse = await self._parsed(answer)
            if isinstance(parse, FeedParse) and (parse.documents or not all_of_them or parse.title):
                found.setdefault(answer.url, _candidate(answer, parse, link.title))
                if not all_of_them:
                    break
        return list(found.values())

    async def _channel(self, url: str) -> Candidate:
        answer = await self._fetcher.fetch(url)
        parse = await self._parsers.run(partial(parse_channel, answer.body, url, answer.content_type))
        if isinstance(parse, Unreadable) or not parse.documents:
            raise ParseError(
                "The channel shows no public messages; only public channels with a preview can be read.",
                target=url,
                code="no_source_found",
            )
        return Candidate(
            url=url,
            title=parse.title,
            kind=SourceKind.PAGES,
            site_url=url,
            newest=parse.documents[:_PREVIEW],
            interval=interval_of(parse.documents),
        )

    async def _parsed(self, answer: Fetched) -> FeedParse | Unreadable | None:
        if media_kind(answer.body, answer.url, answer.content_type) != "feed":
            return None
        work = partial(parse_feed, answer.body, answer.url, answer.content_type, self._config.max_entries)
        try:
            return await self._parsers.run(work)
        except Overrun:
            return None


def _candidate(answer: Fetched, parse: FeedParse, link_title: str = "") -> Candidate:
    return Candidate(
        url=answer.moved_to or answer.url,
        title=parse.title or link_title or answer.url,
        kind=SourceKind.FEED,
        site_url=parse.site_url,
        newest=newest_first(parse.documents)[:_PREVIEW],
        interval=interval_of(parse.documents),
    )


def _page_list(answer: Fetched, links: PageLinks) -> Candidate:
    return Candidate(
        url=answer.url,
        title=links.title or answer.url,
        kind=SourceKind.PAGES,
        site_url=site_of(answer.url),
        newest=tuple(
            Document(target=link.url, url=link.url, title=link.title, whole=False) for link in links.articles[:_PREVIEW]
        ),
        interval=timedelta(minutes=30),
    )


def newest_first(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """By date where all have one, else in the given order: a feed without dates has its newest entry first."""
    dated = [(document.published_at, document) for document in documents if document.published_at is not None]
    if len(dated) < len(documents):
        return documents
    return tuple(document for _, document in sorted(dated, key=lambda pair: pair[0], reverse=True))
