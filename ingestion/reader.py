"""Reads sources, addresses and files: the port `SourceReader` on the real web and file system.

In: a source, an address or a path. Out: documents. Raises FetchError and ParseError with a code of `ingestion.refusals`.
Promises: nothing is fetched that is not public or allow-listed; a file is read alone; a feed's page is fetched only where
the feed gives an opening, the entry is not known yet or was changed since, and robots.txt allows it; a page that fails
leaves the feed's opening;
a feed that fails leaves everything as it was. Parsing runs in processes with a time limit.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import structlog

from ingestion.channels import parse_channel
from ingestion.config import IngestionConfig
from ingestion.discovery import page_links, telegram_preview
from ingestion.feeds import FeedParse, parse_feed
from ingestion.fetch import ACCEPT_FEED, ACCEPT_PAGE, Fetched, Fetcher, Validators
from ingestion.inflate import Broken, Overflow, unpack_file
from ingestion.pages import media_kind, parse_page
from ingestion.parsing import Overrun, ParserPool
from ingestion.probing import SourceProbe, newest_first
from ingestion.refusals import EMPTY, OPML_GIVEN, PARSE_FAILED, PARSE_TIMED_OUT, UNSUPPORTED, Unreadable, fetch_error
from ingestion.rereading import Rereading, StoredPage
from ingestion.robots import RobotsRules
from news.entities import ArticleKind, Candidate, Document, Refusal, Source, SourceKind, SourceReading, TextFrom
from news.errors import SourceError
from news.urls import canonical

T = TypeVar("T")
ReadStored = Callable[[Sequence[str]], Awaitable[Mapping[str, StoredPage]]]
"""What is stored of these canonical addresses; those that are not are left out."""

_MUCH_OLDER = timedelta(days=3)
"""An unknown entry that is so much older than the newest one of the last read came back after a while: no page for it."""

_RECENT_PAGES = 500
"""Pages kept in memory, about 5 KB each: what planning did not store is not fetched again at the next poll."""

log = structlog.get_logger()


class WebSourceReader:
    """Implements `news.ports.SourceReader`. One for the program; `await close()` when done."""

    def __init__(self, config: IngestionConfig, read_stored: ReadStored | None = None) -> None:
        self._config = config
        self._read_stored = read_stored
        self._rereading = Rereading()
        self._fetcher = Fetcher(config)
        self._parsers = ParserPool(config.parse_processes, config.parse_timeout_s)
        self._robots = RobotsRules(self._fetcher, config.user_agent)
        self._recent: OrderedDict[str, Document] = OrderedDict()
        self._probe = SourceProbe(self._fetcher, self._parsers, config)

    async def close(self) -> None:
        """Close connections and end the parsing processes."""
        await self._fetcher.close()
        await asyncio.to_thread(self._parsers.close)

    async def read(self, source: Source) -> SourceReading:
        """Poll a source once, with the pages its new entries need."""
        if source.kind is SourceKind.HAND:
            return SourceReading(unchanged=True)
        validators = Validators(source.state.etag, source.state.last_modified)
        is_feed = source.kind is SourceKind.FEED
        answer = await self._fetcher.fetch(
            source.url, accept=ACCEPT_FEED if is_feed else ACCEPT_PAGE, validators=validators
        )
        if answer.unchanged:
            return _reading(answer, validators, None)
        parse = await (self._feed(answer, source.url) if is_feed else self._list(answer, source.url))
        documents = await self._with_pages(parse.documents, source)
        return _reading(answer, validators, replace(parse, documents=documents))

    async def probe(self, url: str) -> tuple[Candidate, ...]:
        """The sources that an address offers, best first."""
        try:
            return await self._probe.probe(url)
        except Overrun as error:
            raise PARSE_TIMED_OUT.raise_for(url) from error

    async def extract(self, target: str) -> tuple[Document, ...]:
        """The documents of a file or an address: one of a page or text, several of a feed."""
        if _is_address(target):
            answer = await self._fetcher.fetch(target, accept=f"{ACCEPT_PAGE}, application/xml;q=0.9")
            return await self._documents(answer.body, target, answer.url, answer.content_type)
        return await self._documents(await asyncio.to_thread(self._file, target), target, None, None)

    async def _documents(
        self, data: bytes, target: str, url: str | None, content_type: str | None
    ) -> tuple[Document, ...]:
        kind = media_kind(data, target, content_type)
        if kind in {"opml", "other"}:
            raise (OPML_GIVEN if kind == "opml" else UNSUPPORTED).raise_for(target)
        if kind == "feed":
            work = partial(parse_feed, data, url or target, content_type, self._config.max_entries)
            parse = await self._parse(work, target)
            if not parse.documents:
                raise EMPTY.raise_for(target)
            return tuple(replace(document, target=target) for document in parse.documents)
        return (await self._parse(partial(parse_page, data, target, url, content_type), target),)

    def _file(self, target: str) -> bytes:
        path = Path(target)
        try:
            with path.open("rb") as file:
                data = file.read(self._config.max_bytes + 1)
            if len(data) > self._config.max_bytes:
                raise fetch_error("too_large", target)
            return unpack_file(data, self._config.max_bytes)
        except FileNotFoundError as error:
            raise fetch_error("file_not_found", target) from error
        except Overflow as error:
            raise fetch_error("too_large", target) from error
        except Broken as error:
            raise UNSUPPORTED.raise_for(target) from error
        except (OSError, ValueError) as error:
            raise fetch_error("file_unreadable", target) from error

    async def _feed(self, answer: Fetched, target: str) -> FeedParse:
        work = partial(parse_feed, answer.body, answer.url, answer.content_type, self._config.max_entries)
        return await self._parse(work, target)

    async def _list(self, answer: Fetched, target: str) -> FeedParse:
        if telegram_preview(answer.url):
            return await self._parse(partial(parse_channel, answer.body, answer.url, answer.content_type), target)
        links = await self._parse(partial(page_links, answer.body, answer.url, answer.content_type), target)
        documents = tuple(
            Document(target=link.url, url=link.url, title=link.title, site=links.title or None, whole=False)
            for link in links.articles[: self._config.max_entries]
        )
        return FeedParse(title=links.title, site_url=answer.url, wait_at_least=None, documents=documents, refused=())

    async def _with_pages(self, documents: tuple[Document, ...], source: Source) -> tuple[Document, ...]:
        """The documents in their order, those that need a page with the page's text."""
        wanted = await self._wanted(documents, source)
        pages = await asyncio.gather(*(self._page(document) for document in wanted))
        by_address = {document.url: page for document, page in zip(wanted, pages, strict=True)}
        found = [by_address.get(document.url) or document for document in documents]
        if source.kind is SourceKind.FEED:
            return tuple(found)
        # a link that could not be read may be no article at all: it is tried again at the next poll
        unread = {document.url for document in wanted if not (by_address[document.url] or document).text}
        return tuple(document for document in found if document.url not in unread)

    async def _wanted(self, documents: tuple[Document, ...], source: Source) -> list[Document]:
        if source.text_from is TextFrom.FEED or telegram_preview(source.url):
            return []
        is_first = source.state.baseline_at is None
        always = source.text_from is TextFrom.PAGE
        newest_at = source.state.newest_at
        wanted: dict[str, Document] = {}
        for document in newest_first(documents):
            if document.url is None or (document.whole and not always) or document.kind is ArticleKind.VIDEO:
                continue
            came_back = newest_at and document.published_at and document.published_at < newest_at - _MUCH_OLDER
            if is_first or not came_back:
                wanted.setdefault(document.url, document)
        stored: Mapping[str, StoredPage] = {}
        if wanted and self._read_stored is not None:
            stored = await self._read_stored([canonical(url) for url in wanted])
        new = [document for url, document in wanted.items() if canonical(url) not in stored]
        changed = self._rereading.changed(list(wanted.values()), stored)
        for document in changed:
            self._recent.pop(document.url or "", None)
        limit = self._config.baseline_pages if is_first else self._config.max_pages
        return [*new[:limit], *changed]

    async def _page(self, entry: Document) -> Document | None:
        """The entry with its page's text; None where the page cannot be had, and the opening stays."""
        url = entry.url or ""
        if url in self._recent:
            self._recent.move_to_end(url)
            return merged(entry, self._recent[url])
        try:
            if self._config.respect_robots and not await self._robots.allows(url):
                raise fetch_error("robots_refused", url)
            answer = await self._fetcher.fetch(url)
            page = await self._parse(partial(parse_page, answer.body, url, answer.url, answer.content_type), url)
        except SourceError as error:
            log.info("page_not_read", url=url, code=error.code)
            return None
        self._recent[url] = page
        if len(self._recent) > _RECENT_PAGES:
            self._recent.popitem(last=False)
        return merged(entry, page)

    async def _parse(self, work: Callable[[], T | Unreadable], target: str) -> T:
        try:
            result = await self._parsers.run(work)
        except Overrun as error:
            raise PARSE_TIMED_OUT.raise_for(target) from error
        except (RecursionError, MemoryError, ValueError, LookupError, TypeError, AttributeError) as error:
            # parsers of other people's making break on pages of other people's making; one never stops the rest
            log.warning("parser_broke", target=target, error=repr(error))
            raise PARSE_FAILED.raise_for(target) from error
        if isinstance(result, Unreadable):
            raise result.raise_for(target)
        return result


def _is_address(target: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", target) is not None


def merged(entry: Document, page: Document) -> Document:
    """What the feed says of an article, with the text of its page. The feed's words win where both speak."""
    if page.kind is ArticleKind.LIST:  # the link leads to a front page
        return entry
    if len(page.text) <= len(entry.text):
        return replace(entry, image_url=entry.image_url or page.image_url, author=entry.author or page.author)
    kind = page.kind if entry.kind is ArticleKind.ARTICLE else entry.kind
    return replace(
        entry,
        url=stable_url(entry.url, page.url),
        title=entry.title or page.title,
        text=page.text,
        author=entry.author or page.author,
        published_at=entry.published_at or page.published_at,
        lang=page.lang or entry.lang,
        site=page.site or entry.site,
        kind=kind,
        image_url=entry.image_url or page.image_url,
        whole=page.whole,
    )


def stable_url(entry_url: str | None, page_url: str | None) -> str | None:
    """The feed's own address of an article, because the next poll gives it again; a redirector's gives way to the page's."""
    if entry_url is None or page_url is None:
        return entry_url or page_url
    hosts = [(urlsplit(url).hostname or "").removeprefix("www.") for url in (entry_url, page_url)]
    return entry_url if hosts[0] == hosts[1] else page_url


def _reading(answer: Fetched, sent: Validators, parse: FeedParse | None) -> SourceReading:
    validators = answer.validators
    if answer.unchanged:  # a 304 need not repeat them
        validators = Validators(validators.etag or sent.etag, validators.last_modified or sent.last_modified)
    waits = [wait for wait in (answer.wait_at_least, parse.wait_at_least if parse else None) if wait is not None]
    refused: tuple[Refusal, ...] = parse.refused if parse else ()
    return SourceReading(
        documents=parse.documents if parse else (),
        refused=refused,
        unchanged=answer.unchanged,
        moved_to=answer.moved_to,
        title=(parse.title or None) if parse else None,
        site_url=parse.site_url if parse else None,
        etag=validators.etag,
        last_modified=validators.last_modified,
        wait_at_least=max(waits, default=None),
    )
