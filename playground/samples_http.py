"""Serves the samples: feeds, article pages, OPML and the index, with ETag, Last-Modified and conditional GET.

All text is escaped by the XML writers; a page carries what pages of news sites carry around their text.
"""

import email.utils
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

from tornado.web import HTTPError, RequestHandler

from playground.samples import FEEDS, SEED_FEED, Feed, Library, Sample

ATOM: Final = "http://www.w3.org/2005/Atom"
DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/"
ITEMS_IN_FEED: Final = 60
RELATED: Final = 4
LICENSE_URL: Final = "https://creativecommons.org/licenses/by/2.5/"
STYLE: Final = (
    "body{font:17px/1.6 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fdfcf9}"
    "nav,footer,aside{font:14px/1.5 system-ui,sans-serif;color:#666}h1{line-height:1.2}a{color:#0b57a4}"
    "@media(prefers-color-scheme:dark){body{background:#17181a;color:#ddd}a{color:#7ab7f5}}"
)
ET.register_namespace("atom", ATOM)
ET.register_namespace("dc", DUBLIN_CORE)


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    if text:
        child.text = text
    return child


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def article_url(origin: str, sample: Sample) -> str:
    return f"{origin}/samples/articles/{sample.slug}.html"


def feed_url(origin: str, feed: Feed) -> str:
    return f"{origin}/samples/feeds/{feed.name}.xml"


def rss(origin: str, feed: Feed, samples: list[Sample]) -> bytes:
    """An RSS 2.0 feed of teasers."""
    root = ET.Element("rss", {"version": "2.0"})
    channel = _add(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", f"{origin}/samples/")
    _add(channel, "description", f"{feed.title}: sample news of the playground")
    _add(channel, "language", "en")
    _add(channel, f"{{{ATOM}}}link", rel="self", href=feed_url(origin, feed), type="application/rss+xml")
    for sample in samples:
        item = _add(channel, "item")
        _add(item, "title", sample.title)
        _add(item, "link", article_url(origin, sample))
        _add(item, "guid", article_url(origin, sample), isPermaLink="true")
        _add(item, "pubDate", email.utils.format_datetime(sample.published_at, usegmt=True))
        _add(item, f"{{{DUBLIN_CORE}}}creator", sample.author)
        _add(item, "description", sample.teaser)
    return _xml(root)


def atom(origin: str, feed: Feed, samples: list[Sample]) -> bytes:
    """An Atom feed of teasers."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _add(root, "title", feed.title)
    _add(root, "id", feed_url(origin, feed))
    _add(root, "link", rel="self", href=feed_url(origin, feed), type="application/atom+xml")
    _add(root, "link", rel="alternate", href=f"{origin}/samples/", type="text/html")
    _add(root, "updated", samples[0].published_at.isoformat() if samples else "1970-01-01T00:00:00+00:00")
    for sample in samples:
        entry = _add(root, "entry")
        _add(entry, "title", sample.title)
        _add(entry, "id", article_url(origin, sample))
        _add(entry, "link", rel="alternate", href=article_url(origin, sample), type="text/html")
        _add(entry, "published", sample.published_at.isoformat())
        _add(entry, "updated", sample.published_at.isoformat())
        _add(_add(entry, "author"), "name", sample.author)
        _add(entry, "summary", sample.teaser, type="text")
    return _xml(root)


def opml(origin: str) -> bytes:
    """The feeds as an OPML 2.0 list."""
    root = ET.Element("opml", {"version": "2.0"})
    _add(_add(root, "head"), "title", "Playground samples")
    group = ET.SubElement(_add(root, "body"), "outline", {"text": "Playground", "title": "Playground"})
    for feed in FEEDS:
        addresses = {"xmlUrl": feed_url(origin, feed), "htmlUrl": f"{origin}/samples/"}
        ET.SubElement(group, "outline", {"type": "rss", "text": feed.title, "title": feed.title, **addresses})
    return _xml(root)


def _html(title: str) -> tuple[ET.Element, ET.Element, ET.Element]:
    root = ET.Element("html", {"lang": "en"})
    head = _add(root, "head")
    _add(head, "meta", charset="utf-8")
    _add(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _add(head, "title", title)
    _add(head, "style", STYLE)
    return root, head, _add(root, "body")


def _rendered(root: ET.Element) -> bytes:
    return b"<!DOCTYPE html>\n" + bytes(ET.tostring(root, encoding="utf-8", method="html"))


def _navigation(parent: ET.Element, origin: str) -> None:
    nav = _add(parent, "nav")
    _add(nav, "a", "All samples", href=f"{origin}/samples/").tail = " · "
    for feed in FEEDS:
        _add(nav, "a", feed.title, href=feed_url(origin, feed)).tail = " · "
    _add(nav, "a", "Back to the chats", href=f"{origin}/")


def index_page(origin: str, samples: list[Sample]) -> bytes:
    """The index, from which feeds can be discovered."""
    root, head, body = _html("Playground samples")
    for feed in FEEDS:
        kind = "application/atom+xml" if feed.is_atom else "application/rss+xml"
        _add(head, "link", rel="alternate", type=kind, title=feed.title, href=feed_url(origin, feed))
    _navigation(_add(body, "header"), origin)
    main = _add(body, "main")
    _add(main, "h1", "Playground samples")
    _add(main, "p", "News of 2019 and 2020, their dates moved to the last days, to try the bot with.")
    for feed in FEEDS:
        section = _add(main, "section")
        _add(section, "h2", feed.title)
        listed = _add(section, "ul")
        for sample in [sample for sample in samples if sample.feed == feed.name][:12]:
            item = _add(listed, "li")
            _add(item, "a", sample.title, href=article_url(origin, sample)).tail = " "
            _add(item, "time", f"{sample.published_at:%d %b %H:%M}", datetime=sample.published_at.isoformat())
    footer = _add(body, "footer")
    _add(footer, "p", "Texts by Wikinews contributors under CC BY 2.5; each page names its original.")
    return _rendered(root)


def article_page(origin: str, sample: Sample, others: list[Sample]) -> bytes:
    """An article with the furniture of a news page around it."""
    feed = next(feed for feed in FEEDS if feed.name == sample.feed)
    url = article_url(origin, sample)
    root, head, body = _html(f"{sample.title} - {feed.title}")
    _add(head, "link", rel="canonical", href=url)
    _add(head, "meta", name="author", content=sample.author)
    _add(head, "meta", name="description", content=sample.teaser)
    for name, content in (
        ("og:type", "article"),
        ("og:title", sample.title),
        ("og:site_name", feed.title),
        ("og:url", url),
        ("og:description", sample.teaser),
        ("article:published_time", sample.published_at.isoformat()),
    ):
        _add(head, "meta", property=name, content=content)
    header = _add(body, "header")
    if sample.feed == SEED_FEED:
        _add(header, "a", "Scroll Top", href="#top")
    _navigation(header, origin)
    article = _add(_add(body, "main"), "article")
    _add(article, "h1", sample.title)
    byline = _add(article, "p", **{"class": "byline"})
    _add(byline, "span", f"By {sample.author}", **{"class": "author"}).tail = " · "
    _add(byline, "time", f"{sample.published_at:%d %B %Y, %H:%M} UTC", datetime=sample.published_at.isoformat())
    if sample.caption:
        _add(_add(article, "figure"), "figcaption", sample.caption)
    for paragraph in sample.paragraphs:
        _add(article, "p", paragraph)
    _furnish(body, origin, sample, others)
    return _rendered(root)


def _furnish(body: ET.Element, origin: str, sample: Sample, others: list[Sample]) -> None:
    aside = _add(body, "aside")
    _add(aside, "h2", "Related Posts")
    listed = _add(aside, "ul")
    for other in others:
        _add(_add(listed, "li"), "a", other.title, href=article_url(origin, other))
    footer = _add(body, "footer")
    if sample.original:
        note = _add(footer, "p", "Text by Wikinews contributors, ")
        _add(note, "a", "CC BY 2.5", href=LICENSE_URL, rel="license").tail = ". "
        _add(note, "a", "The original", href=sample.original).tail = ". The date was moved."
    _add(footer, "p", "Subscribe to our newsletter · Contact · Privacy · All rights as named above")


class SamplesHandler(RequestHandler):
    """Everything below `/samples/`."""

    collection: Library
    clock: Callable[[], float]

    def initialize(self, library: Library, clock: Callable[[], float]) -> None:
        self.collection = library
        self.clock = clock

    def get(self, path: str) -> None:
        now = datetime.fromtimestamp(self.clock(), UTC)
        origin = f"{self.request.protocol}://{self.request.host}"
        folder, _, name = path.rpartition("/")
        if path in {"", "index.html"}:
            samples = self.collection.published(now)
            self._send(index_page(origin, samples), "text/html; charset=utf-8", samples)
        elif path == "opml.xml":
            self._send(opml(origin), "text/x-opml; charset=utf-8", [])
        elif folder == "feeds":
            self._feed(origin, name.removesuffix(".xml"), now)
        elif folder == "articles":
            self._article(origin, name.removesuffix(".html"), now)
        else:
            raise HTTPError(404)

    def _feed(self, origin: str, name: str, now: datetime) -> None:
        feed = next((feed for feed in FEEDS if feed.name == name), None)
        if feed is None:
            raise HTTPError(404)
        samples = self.collection.published(now, name)[:ITEMS_IN_FEED]
        if feed.is_atom:
            self._send(atom(origin, feed, samples), "application/atom+xml; charset=utf-8", samples)
        else:
            self._send(rss(origin, feed, samples), "application/rss+xml; charset=utf-8", samples)

    def _article(self, origin: str, slug: str, now: datetime) -> None:
        sample = self.collection.find(slug, now)
        if sample is None:
            raise HTTPError(404)
        older = [s for s in self.collection.published(sample.published_at) if s.slug != slug]
        others = [s for s in older if s.feed == sample.feed][:RELATED] or older[:RELATED]
        self._send(article_page(origin, sample, others), "text/html; charset=utf-8", [sample])

    def _send(self, body: bytes, kind: str, samples: list[Sample]) -> None:
        self.set_header("Content-Type", kind)
        self.set_header("Cache-Control", "max-age=60")
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        if samples:
            changed_at = samples[0].published_at
            self.set_header("Last-Modified", changed_at)
            if self._unchanged_since(changed_at):
                self.set_status(304)
                self.finish()
                return
        self.finish(body)

    def _unchanged_since(self, changed_at: datetime) -> bool:
        since = self.request.headers.get("If-Modified-Since")
        if since is None or "If-None-Match" in self.request.headers:
            return False
        try:
            return email.utils.parsedate_to_datetime(since) >= changed_at
        except (TypeError, ValueError):
            return False


def samples_routes(library: Library, clock: Callable[[], float]) -> list[Any]:
    """The route of the samples."""
    return [(r"/samples/(.*)", SamplesHandler, {"library": library, "clock": clock})]
