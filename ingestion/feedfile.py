"""Reads the bytes of a feed: RSS 0.9x to 2.0, RDF, CDF, Atom (feedparser) and JSON Feed.

In: bytes, the server's Content-Type, the address. Out: `FeedFile` with entries as the feed gives them, HTML and all, or
`Unreadable`. Nothing is fetched. Raises nothing on purpose; runs in a parsing process.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urljoin, urlsplit

import feedparser

from ingestion.caching import feed_wait
from ingestion.charsets import decoded, encoding_of
from ingestion.dates import moment, of_struct
from ingestion.htmltext import heading, one_line
from ingestion.refusals import EMPTY, NOT_A_FEED, OPML_GIVEN, Unreadable

_ENTRY_START = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_EMAIL = re.compile(r"\(?<?[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?\)?|mailto:")
_AT_LINK = re.compile(rb"(<link)\s+uri=\"at://[^\"]*\"")  # Bluesky's mark on a link hides its address from feedparser
_FEED_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel|rdf:rdf)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry. `content` and `summary` are HTML or plain text, as the feed has them."""

    guid: str | None = None
    url: str | None = None
    title: str = ""
    content: str = ""
    summary: str = ""
    author: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    lang: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """A feed as its file says."""

    title: str = ""
    site_url: str | None = None
    lang: str | None = None
    wait_at_least: timedelta | None = None
    entries: tuple[FeedEntry, ...] = ()


def looks_like_feed(data: bytes) -> bool:
    """Whether bytes begin as a feed does; cheap, and right for all that is well formed."""
    head = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"{"):
        return b"jsonfeed.org" in head or (b'"items"' in data and b'"version"' in head)
    return _FEED_ROOT.search(head) is not None and not _is_html(head)


def read_feed(data: bytes, url: str | None, content_type: str | None, max_entries: int) -> FeedFile | Unreadable:
    """The feed in the bytes; at most `max_entries` entries, the middle ones of a longer feed are left out."""
    if not data.strip(b" \t\r\n\x00"):
        return EMPTY
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"{"):
        return _json_feed(decoded(data, content_type), url, max_entries)
    if _is_html(head):
        return NOT_A_FEED
    if re.search(rb"<opml[\s>]", head, re.IGNORECASE):
        return OPML_GIVEN
    parsed = feedparser.parse(
        BytesIO(
            _AT_LINK.sub(rb"\1", _shortened(data, max_entries))
        ),  # a stream: given bytes, feedparser would try to open a file of that name
        response_headers=_headers(data, content_type),  # without an address, which would be joined to identifiers too
        sanitize_html=False,  # only plain text leaves this package
        resolve_relative_uris=True,
    )
    feed = parsed.get("feed", {})
    if not parsed.get("version") and not parsed.entries and not _FEED_ROOT.search(head.replace(b"\x00", b"")):
        return NOT_A_FEED
    base = url or _text(feed, "link")
    return FeedFile(
        title=heading(_text(feed, "title")),
        site_url=_absolute(base, _text(feed, "link")),
        lang=language(_text(feed, "language")),
        wait_at_least=feed_wait(_text(feed, "ttl"), _text(feed, "sy_updateperiod"), _text(feed, "sy_updatefrequency")),
        entries=tuple(_entry(entry, base) for entry in parsed.entries[:max_entries]),
    )


def language(code: str | None) -> str | None:
    """ISO 639-1 of a language tag: "en-US" → "en"; None for what is none."""
    match = re.match(r"([a-z]{2})(?:[-_]|$)", (code or "").strip().lower())
    return match.group(1) if match else None


def _is_html(head: bytes) -> bool:
    # a comment or a processing instruction may come first
    body = re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", head, flags=re.DOTALL).lstrip()[:1000].lower()
    if body.startswith(b"<!doctype html"):
        return _FEED_ROOT.search(body) is None
    return body.startswith((b"<html", b"<head", b"<body"))


def _headers(data: bytes, content_type: str | None) -> dict[str, str]:
    encoding = encoding_of(data, content_type)
    return {"content-type": "application/xml" + (f"; charset={encoding}" if encoding else "")}


def _shortened(data: bytes, max_entries: int) -> bytes:
    # newest entries may stand at either end, so a feed that is too long loses its middle; the parse stays linear
    starts = [match.start() for match in _ENTRY_START.finditer(data)]
    if len(starts) <= max_entries:
        return data
    first = max_entries - max_entries // 2
    return data[: starts[first]] + data[starts[len(starts) - max_entries // 2] :]


def _entry(entry: Mapping[str, object], base: str | None) -> FeedEntry:
    published = of_struct(_raw(entry, "published_parsed")) or moment(_text(entry, "published"))
    updated = of_struct(_raw(entry, "updated_parsed")) or moment(_text(entry, "updated"))
    guid = one_line(_text(entry, "id"))
    link = _text(entry, "feedburner_origlink") or _text(entry, "link")
    if link == guid and "://" not in link:  # feedparser takes any RSS guid for a permanent link, as the standard says
        link = ""
    return FeedEntry(
        guid=guid or None,
        url=_absolute(base, link),
        title=heading(_text(entry, "title")),
        content=_content(entry),
        summary=_text(entry, "summary"),
        author=_author(entry),
        published_at=published or of_struct(_raw(entry, "created_parsed")),
        updated_at=updated,
        lang=language(_content_language(entry)),
        image_url=_absolute(base, _image(entry)),
    )


def _raw(entry: Mapping[str, object], key: str) -> object:
    # past feedparser's own look-up, which answers "updated" with "published" and warns of it
    return dict.get(entry, key) if isinstance(entry, dict) else None


def _text(entry: Mapping[str, object], key: str) -> str:
    value = _raw(entry, key)
    return value.strip() if isinstance(value, str) else ""


def _content(entry: Mapping[str, object]) -> str:
    found = _raw(entry, "content")
    values = [part.get("value") or "" for part in found if isinstance(part, dict)] if isinstance(found, list) else []
    return max(values, key=len, default="").strip()


def _content_language(entry: Mapping[str, object]) -> str:
    for detail in (_raw(entry, "title_detail"), _raw(entry, "summary_detail")):
        if isinstance(detail, dict) and isinstance(detail.get("language"), str):
            return str(detail["language"])
    return ""


def _author(entry: Mapping[str, object]) -> str | None:
    detail = _raw(entry, "author_detail")
    name = detail.get("name") if isinstance(detail, dict) else None
    name = name if isinstance(name, str) and name else _text(entry, "author")
    name = one_line(_EMAIL.sub(" ", heading(name))).strip("()<> ,;")
    return name[:200] or None


def _image(entry: Mapping[str, object]) -> str:
    for key in ("media_thumbnail", "media_content", "links"):
        found = _raw(entry, key)
        for part in found if isinstance(found, list) else ():
            if not isinstance(part, dict):
                continue
            address = part.get("url") or part.get("href")
            kind = f"{part.get('type') or ''} {part.get('medium') or ''}"
            if isinstance(address, str) and (key == "media_thumbnail" or "image" in kind):
                return address
    return ""


def _absolute(base: str | None, link: str | None) -> str | None:
    if not link:
        return None
    try:
        found = urljoin(base or "", link.strip())
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in {"http", "https"} and parts.netloc else None


def _json_feed(text: str, url: str | None, max_entries: int) -> FeedFile | Unreadable:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return NOT_A_FEED
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        return NOT_A_FEED
    if "jsonfeed.org" not in str(data.get("version", "")) and not isinstance(data.get("title"), str):
        return NOT_A_FEED
    base = url or _string(data, "feed_url") or _string(data, "home_page_url")
    items = [item for item in data["items"] if isinstance(item, dict)]
    feed_language = language(_string(data, "language"))
    return FeedFile(
        title=heading(_string(data, "title")),
        site_url=_absolute(base, _string(data, "home_page_url")),
        lang=feed_language,
        entries=tuple(_json_entry(item, base, _authors(data)) for item in items[:max_entries]),
    )


def _json_entry(item: Mapping[str, object], base: str | None, feed_author: str | None) -> FeedEntry:
    identity = item.get("id")
    guid = str(identity) if isinstance(identity, (str, int, float)) and str(identity) else None
    link = _string(item, "url") or _string(item, "external_url")
    if not link and guid and guid.startswith(("http://", "https://")):
        link = guid
    return FeedEntry(
        guid=guid,
        url=_absolute(base, link),
        title=heading(_string(item, "title")),
        content=_string(item, "content_html") or _string(item, "content_text"),
        summary=_string(item, "summary"),
        author=_authors(item) or feed_author,
        published_at=moment(_string(item, "date_published")),
        updated_at=moment(_string(item, "date_modified")),
        lang=language(_string(item, "language")),
        image_url=_absolute(base, _string(item, "image") or _string(item, "banner_image")),
    )


def _authors(item: Mapping[str, object]) -> str | None:
    listed = item.get("authors")
    people: Sequence[object] = [*(listed if isinstance(listed, list) else []), item.get("author")]
    names = [one_line(str(one["name"])) for one in people if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _string(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""
