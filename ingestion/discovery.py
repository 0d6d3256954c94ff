"""Finds in a page the feeds and articles that it leads to. Pure; nothing is fetched.

In: a page's bytes and address. Out: `PageLinks`: feeds it declares, best first, feeds its links seem to be, articles it
lists. Also the addresses that are worth a try on a site that declares nothing, and the special ones (YouTube, Telegram).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml.html import HtmlElement

from ingestion.htmltext import amount, one_line
from ingestion.metadata import metadata_of
from ingestion.pages import tree_of

FEED_TYPES = frozenset(
    {
        "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/x.atom+xml",
        "application/x-atom+xml", "application/x-rss+xml", "text/rss+xml", "text/atom+xml", "application/rss", "application/atom", "text/rss",
    }
)  # fmt: skip
_LOOSE_TYPES = frozenset({"text/xml", "application/xml", "application/json", "text/json"})
COMMON_PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed/",
    "/feeds/posts/default",
    "/feed.json",
)
"""Where feeds lie on sites that do not say so, commonest first (WordPress, hand-made, Jekyll, Hugo, Blogger, JSON Feed)."""

_FEED_LINK = re.compile(
    r"(?:\.(?:rss|rdf|atom)|(?:^|[/._=-])(?:rss|feeds?|atom|rdf|index\.xml|rss2?\.xml)(?:[/._?=&-]|$))", re.IGNORECASE
)
_FEED_WORD = re.compile(r"\b(?:rss|atom|xml|feed|rdf|syndicate|лента rss)\b", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|replies|коммент", re.IGNORECASE)
_NOT_ARTICLE = re.compile(
    r"/(?:tags?|topics?|category|categories|section|authors?|search|about|contact|privacy|terms|login|signin|signup|register|subscribe"
    r"|newsletters?|account|cart|shop|help|faq|jobs|careers|advertis\w*|rss|feeds?|podcasts?|static|assets)(?:/|$)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|zip|mp[34]|xml|rss|js|css|ico)$", re.IGNORECASE)
_CHANNEL_ID = re.compile(
    r"\"(?:channelId|externalId|browseId)\"\s*:\s*\"(UC[\w-]{22})\"|youtube\.com/channel/(UC[\w-]{22})"
)
_CHANNEL_NAME = re.compile(r"^/(?:s/)?([A-Za-z]\w{3,31})(?:/\d+)?/?$")
_LEAST_TITLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page leads to."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a page leads to."""

    title: str
    declared: tuple[FeedLink, ...]
    linked: tuple[FeedLink, ...]
    articles: tuple[FeedLink, ...]


def page_links(data: bytes, url: str, content_type: str | None = None) -> PageLinks:
    """The feeds and articles that a page leads to."""
    tree = tree_of(data, content_type)
    if tree is None:
        return PageLinks("", (), (), ())
    base_node = tree.find(".//base[@href]")
    base = _joined(url, base_node.get("href")) if base_node is not None else None
    base = base or url
    meta = metadata_of(tree, url)
    return PageLinks(
        title=meta.site or meta.title,
        declared=tuple(_unique([*_youtube(data, url), *sorted(_declared(tree, base), key=_is_secondary)])),
        linked=tuple(_unique(sorted(_linked(tree, base, url), key=_is_secondary))),
        articles=tuple(_unique(_articles(tree, base, url))),
    )


def telegram_preview(url: str) -> str | None:
    """The public preview page of a Telegram channel's address, None for other addresses."""
    parts = urlsplit(url)
    if (parts.hostname or "").removeprefix("www.") not in {"t.me", "telegram.me"}:
        return None
    match = _CHANNEL_NAME.match(parts.path)
    return f"https://t.me/s/{match.group(1)}" if match and match.group(1) != "joinchat" else None


def youtube_feed(url: str) -> str | None:
    """The feed of a YouTube address that names its channel or playlist by number."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host != "youtube.com":
        return None
    channel = re.match(r"^/channel/(UC[\w-]{22})", parts.path)
    if channel:
        return f"https://www.youtube.com/feeds/videos.xml?channel_id={channel.group(1)}"
    playlist = parse_qs(parts.query).get("list")
    return f"https://www.youtube.com/feeds/videos.xml?playlist_id={playlist[0]}" if playlist else None


def likely_feeds(url: str) -> tuple[str, ...]:
    """Addresses worth a try for a page that names no feed: below the page itself, then of its site."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    folder = parts.path.rstrip("/")
    below = (
        (f"{site}{folder}/feed", f"{site}{folder}/rss.xml") if folder and "." not in folder.rpartition("/")[2] else ()
    )
    return tuple(dict.fromkeys((*below, *(site + path for path in COMMON_PATHS))))


def site_of(url: str) -> str:
    """The front page of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _declared(tree: HtmlElement, base: str) -> Iterator[FeedLink]:
    for link in tree.iter("link", "a"):
        relations = set((link.get("rel") or "").lower().split())
        media = (link.get("type") or "").partition(";")[0].strip().lower()
        if link.tag == "a" and not (relations & {"alternate", "feed"} and media in FEED_TYPES):
            continue
        is_feed = media in FEED_TYPES or (media in _LOOSE_TYPES and _FEED_LINK.search(link.get("href") or ""))
        if "stylesheet" in relations or not ("feed" in relations or ("alternate" in relations and is_feed)):
            continue
        found = _joined(base, link.get("href"))
        if found:
            yield FeedLink(found, one_line(link.get("title") or ""))


def _linked(tree: HtmlElement, base: str, url: str) -> Iterator[FeedLink]:
    for link in tree.iter("a", "area"):
        href = link.get("href")
        found = _joined(base, href)
        if not found or found.partition("#")[0] == url.partition("#")[0]:
            continue
        words = one_line(
            f"{link.text_content()} {link.get('title') or ''} {' '.join(image.get('alt') or '' for image in link.iter('img'))}"
        )
        parts = urlsplit(found)
        if _FEED_LINK.search(f"{parts.path}?{parts.query}") or (amount(words) <= 4 and _FEED_WORD.search(words)):
            yield FeedLink(found, words[:100])


def _youtube(data: bytes, url: str) -> list[FeedLink]:
    by_address = youtube_feed(url)
    if by_address:
        return [FeedLink(by_address, "")]
    if not (urlsplit(url).hostname or "").endswith("youtube.com"):
        return []
    match = _CHANNEL_ID.search(data.decode("utf-8", errors="ignore"))
    if match is None:
        return []
    return [FeedLink(f"https://www.youtube.com/feeds/videos.xml?channel_id={match.group(1) or match.group(2)}", "")]


def _articles(tree: HtmlElement, base: str, url: str) -> Iterator[FeedLink]:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    for link in tree.iter("a"):
        found = _joined(base, link.get("href"))
        if not found:
            continue
        found = found.partition("#")[0]
        parts = urlsplit(found)
        own = (parts.hostname or "").removeprefix("www.")
        if own != host and not own.endswith("." + host):
            continue
        heads = link.xpath(".//h1|.//h2|.//h3|.//h4")
        title = one_line((heads[0] if heads else link).text_content()) or one_line(link.get("title") or "")
        if amount(title) >= _LEAST_TITLE_WORDS and len(title) <= 300 and _is_article_path(parts.path, parts.query):
            yield FeedLink(found, title)


def _is_article_path(path: str, query: str) -> bool:
    if _NOT_ARTICLE.search(path) or _FILE.search(path):
        return False
    last = path.rstrip("/").rpartition("/")[2]
    has_slug = last.count("-") >= 2 or last.count("_") >= 2 or any(mark.isdigit() for mark in path) or len(last) >= 20
    return has_slug or bool(re.search(r"(?:^|&)(?:id|p|article|story)=", query))


def _is_secondary(link: FeedLink) -> tuple[bool, bool]:
    return (
        _COMMENTS.search(link.url + " " + link.title) is not None,
        "json" in link.url.lower() and "oembed" in link.url.lower(),
    )


def _joined(base: str, href: str | None) -> str | None:
    text = (href or "").strip()
    if text.lower().startswith("feed:"):
        text = text[5:] if "://" in text[5:] else "http:" + text[5:]
    if not text:
        return None
    try:
        found = urljoin(base, text)
        parts = urlsplit(found)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return found if usable else None


def _unique(links: Iterator[FeedLink] | list[FeedLink]) -> list[FeedLink]:
    found: dict[str, FeedLink] = {}
    for link in links:
        kept = found.get(link.url)
        if kept is None or len(link.title) > len(kept.title):
            found[link.url] = link
    return list(found.values())
