"""Feeds: no crash in any file of the suites, and what feedparser's and gofeed's own tests expect of title, link, date, id
and content. Discovery: the feeds that real pages name. Floors in `ingest_baseline.json`.

python -m benchmarks.ingest_feeds [--update] [--misses]
"""

import ast
import calendar
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import urljoin

from benchmarks.ingest_data import DEV, OPEN, archive, judged, rows
from ingestion.dates import moment, plausible
from ingestion.discovery import page_links
from ingestion.feedfile import FeedEntry, FeedFile, read_feed
from ingestion.feeds import parse_feed
from ingestion.htmltext import heading, one_line, plain
from ingestion.opml import read as read_opml
from ingestion.pages import media_kind
from news.errors import NewsError

BASE = "http://127.0.0.1:8097/"  # where feedparser's own tests serve their files
MAX_ENTRIES = 500
SUITES = [
    *(
        OPEN / f"ingest__{name}.tar.gz"
        for name in ("feedparser", "feedvalidator", "gofeed", "miniflux", "reader", "listparser")
    ),
    OPEN / "ingest__opml_awesome.tar.gz",
    *(DEV / f"ingest__{name}.tar.gz" for name in ("feedjira", "netnewswire", "feeds_zh")),
]
_TEXT_KEYS = {"content", "summary", "description"}
_DATE_KEYS = {"published_parsed", "updated_parsed", "date_parsed", "created_parsed"}


def crashes() -> tuple[int, int]:
    files = broken = 0
    for suite in SUITES:
        for name, data in archive(suite).items():
            files += 1
            try:
                parse_feed(data, BASE + name, None, MAX_ENTRIES)
                media_kind(data, name)
                if b"<opml" in data[:2000]:
                    read_opml(data, name)
            except NewsError:
                continue
            except Exception as error:  # noqa: BLE001 (this is what is counted)
                broken += 1
                print("crash", suite.name, name, repr(error))
    return files, broken


def feedparser_expectations() -> Iterator[tuple[str, str, bool]]:
    """(file, what, held) for each comparison in feedparser's tests that is about one of our fields."""
    files = archive(OPEN / "ingest__feedparser.tar.gz")
    for case in rows(OPEN / "ingest__feedparser_cases.jsonl.gz"):
        name = case["path"]
        data = files.get(name)
        if data is None or "chardet" in case["description"]:
            continue
        content_type, location = _headers(data)
        feed = read_feed(data, urljoin(BASE + name, location or ""), content_type, MAX_ENTRIES)
        for what, expected in _comparisons(case["expect"]):
            held = isinstance(feed, FeedFile) and _holds(feed, what, expected)
            yield name, ".".join(map(str, what)), held


def _headers(data: bytes) -> tuple[str | None, str | None]:
    head = data[:2000].decode("latin-1")
    content_type = re.search(r"Header:\s+Content-type:\s*(.+)", head, re.IGNORECASE)
    location = re.search(r"Header:\s+Content-Location:\s*(.+)", head, re.IGNORECASE)
    return (
        content_type.group(1).strip() if content_type else None,
        location.group(1).strip() if location else None,
    )


def _comparisons(expression: str) -> Iterator[tuple[tuple[str | int, ...], object]]:
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError:
        return
    wanted = (
        tree.body.values if isinstance(tree.body, ast.BoolOp) and isinstance(tree.body.op, ast.And) else [tree.body]
    )
    for node in wanted:
        if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)):
            continue
        path = _path(node.left)
        try:
            expected = ast.literal_eval(node.comparators[0])
        except ValueError:
            continue
        if path and _is_ours(path):
            yield path, expected


def _path(node: ast.expr) -> tuple[str | int, ...]:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr=name):
            return (*_path(value), name)
        case ast.Subscript(value=value, slice=ast.Constant(value=str() | int() as key)):
            return (*_path(value), key)
    return ()


def _is_ours(path: tuple[str | int, ...]) -> bool:
    match path:
        case ("feed", "title" | "link"):
            return True
        case ("entries", int(), "title" | "link" | "id" | "guid"):
            return True
        case ("entries", int(), key) if key in _DATE_KEYS or key in {"summary", "description"}:
            return True
        case ("entries", int(), "content", 0, "value"):
            return True
    return False


def _holds(feed: FeedFile, path: tuple[str | int, ...], expected: object) -> bool:
    if path[0] == "feed":
        found = feed.title if path[1] == "title" else feed.site_url
        return _same_text(found, expected) if path[1] == "title" else _same_link(found, expected)
    index = int(path[1])
    if index >= len(feed.entries):
        return False
    entry = feed.entries[index]
    key = str(path[2])
    if key in _DATE_KEYS:
        return _same_date(entry, key, expected)
    if key == "link":
        return _same_link(entry.url, expected)
    if key in _TEXT_KEYS:
        return any(_same_text(found, expected) for found in (entry.content, entry.summary))
    found = {"title": entry.title, "id": entry.guid, "guid": entry.guid}[key]
    return _same_text(found, expected)


def _same_text(found: str | None, expected: object) -> bool:
    # both sides as the text a reader sees; no letters (a tag alone) is no text
    text, wanted = found or "", str(expected)
    ours = {one_line(text), one_line(plain(text))}
    theirs = {one_line(wanted), one_line(plain(wanted)), heading(wanted)}
    return bool(ours & theirs) or not re.search(r"\w", plain(wanted))


def _same_link(found: str | None, expected: object) -> bool:
    # an address that is not of the web is none for us
    text = str(expected).strip()
    return (found or "").rstrip("/") == text.rstrip("/") or (
        not text.startswith(("http://", "https://")) and found is None
    )


def _same_date(entry: FeedEntry, key: str, expected: object) -> bool:
    if not isinstance(expected, tuple):
        return True
    try:
        wanted = plausible(datetime.fromtimestamp(calendar.timegm(expected), UTC))
    except ValueError:
        return True
    first, second = entry.published_at, entry.updated_at
    return wanted in ((second, first) if key == "updated_parsed" else (first, second)) or wanted is None


def gofeed_expectations() -> Iterator[tuple[str, str, bool]]:
    """(file, what, held) for each field of ours in gofeed's expected results."""
    files = archive(OPEN / "ingest__gofeed.tar.gz")
    for name, data in files.items():
        expected_name = str(PurePosixPath(name).with_suffix(".json"))
        if "/json/" in name or name.endswith(".json") or expected_name not in files:
            continue
        expected = json.loads(files[expected_name])
        feed = read_feed(data, None, None, MAX_ENTRIES)
        if not isinstance(feed, FeedFile):
            yield name, "feed", not expected.get("title") and not _items(expected)
            continue
        if expected.get("title"):
            yield name, "feed.title", _same_text(feed.title, expected["title"])
        for index, item in enumerate(_items(expected)):
            entry = feed.entries[index] if index < len(feed.entries) else FeedEntry()
            yield from ((name, what, held) for what, held in _item(entry, item))


def _items(expected: dict[str, object]) -> list[dict[str, object]]:
    found = expected.get("items") or expected.get("entries") or []
    return found if isinstance(found, list) else []


def _item(entry: FeedEntry, item: dict[str, object]) -> Iterator[tuple[str, bool]]:
    if item.get("title"):
        yield "title", _same_text(entry.title, item["title"])
    link = item.get("link")
    if isinstance(link, str) and link.startswith("http"):
        yield "link", _same_link(entry.url, link)
    links = item.get("links")
    for one in links if isinstance(links, list) else []:
        if (
            isinstance(one, dict)
            and one.get("rel", "alternate") == "alternate"
            and str(one.get("href")).startswith("http")
        ):
            yield "link", _same_link(entry.url, one["href"])
            break
    guid = item.get("guid") or item.get("id")
    identity = guid.get("value") if isinstance(guid, dict) else guid
    if identity:
        yield "id", _same_text(entry.guid, identity)
    for key in ("publishedParsed", "pubDateParsed", "updatedParsed"):
        wanted = moment(str(item[key])) if item.get(key) else None
        if wanted:
            yield "date", wanted in (entry.published_at, entry.updated_at)
    content = item.get("content")
    text = content.get("value") if isinstance(content, dict) else content
    for wanted_text in (text, item.get("description"), item.get("summary")):
        if isinstance(wanted_text, str) and wanted_text:
            yield "content", any(_same_text(one, wanted_text) for one in (entry.content, entry.summary))


def discovery() -> Iterator[tuple[str, str, bool]]:
    """Pages whose feeds are known: feedfinder's, and the sites of NetNewsWire's tests."""
    files = archive(OPEN / "ingest__feedvalidator.tar.gz")
    for name, data in sorted(files.items()):
        if not name.startswith("feedfinder-tests/") or not name.endswith(".html"):
            continue
        own = PurePosixPath(name)
        feeds = {other for other in files if PurePosixPath(other).stem == own.stem and not other.endswith(".html")}
        if not feeds:
            continue
        names = {PurePosixPath(found).name for found in _found(data, BASE + name)}
        yield name, "feed", any(PurePosixPath(feed).name in names for feed in feeds)
    pages = archive(DEV / "ingest__netnewswire.tar.gz") if (DEV / "ingest__netnewswire.tar.gz").exists() else {}
    known = {
        "DaringFireball.html": ("https://daringfireball.net/", "https://daringfireball.net/feeds/main"),
        "furbo.html": ("https://furbo.org/", "https://furbo.org/feed/"),
        "inessential.html": ("https://inessential.com/", "https://inessential.com/xml/rss.xml"),
        "sixcolors.html": ("https://sixcolors.com/", "https://feedpress.me/sixcolors"),
        "coco.html": ("https://www.theatlantic.com/", "https://www.theatlantic.com/feed/all/"),
        "YouTubeTheVolvoRocks.html": (
            "https://www.youtube.com/user/TheVolvorocks",
            "https://www.youtube.com/feeds/videos.xml",
        ),
    }
    for name, data in pages.items():
        if PurePosixPath(name).name in known:
            url, feed = known[PurePosixPath(name).name]
            yield name, "feed", any(found.replace("http:", "https:").startswith(feed) for found in _found(data, url))


def _found(data: bytes, url: str) -> set[str]:
    links = page_links(data, url)
    return {link.url for link in (*links.declared, *links.linked)}


def main() -> bool:
    measured: dict[str, float] = {}
    pooled: list[bool] = []
    files, broken = crashes()
    measured["files"], measured["crashes"] = files, broken
    for suite, outcomes in (
        ("feedparser", list(feedparser_expectations())),
        ("gofeed", list(gofeed_expectations())),
        ("discovery", list(discovery())),
    ):
        pooled += [outcome[2] for outcome in outcomes if suite != "discovery"]
        held = sum(outcome[2] for outcome in outcomes)
        measured[f"{suite}_expectations"] = len(outcomes)
        measured[f"{suite}_share"] = round(held / max(1, len(outcomes)), 4)
        if "--misses" in sys.argv:
            print(*[outcome[:2] for outcome in outcomes if not outcome[2]], sep="\n")
            print(Counter(outcome[1] for outcome in outcomes if not outcome[2]).most_common(20))
    measured["expectations_share"] = round(sum(pooled) / max(1, len(pooled)), 4)
    return judged("feeds", measured, at_most={"crashes"})


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
