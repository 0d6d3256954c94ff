"""Reads the bytes of a page or file: the article's text without furniture, what the page declares, its kind.

In: bytes, address or path, Content-Type. Out: a Document, or `Unreadable`. Nothing is fetched; runs in a parsing process.
The text is trafilatura's (fast), less what `ingestion.furniture` knows, or the page's own JSON-LD where that has much more.
"""

from pathlib import PurePath

import lxml.html
import readability  # type: ignore[import-untyped]
import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from ingestion.charsets import decoded
from ingestion.feedfile import looks_like_feed
from ingestion.furniture import Cleaned, clean, folded, without_headline
from ingestion.htmltext import amount, one_line, plain
from ingestion.kinds import PageSigns, is_consent, is_paywalled, kind_of_page
from ingestion.metadata import Metadata, metadata_of
from ingestion.plaintext import read_text
from ingestion.refusals import EMPTY, NOT_AN_ARTICLE, UNSUPPORTED, Unreadable
from news.entities import ArticleKind, Document

LEAST_WORDS = 25
"""A page with fewer has no article: the shortest real ones of the `dev` pages have 40 words."""

_BINARY = (
    b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x7fELF", b"MZ", b"\xd0\xcf\x11\xe0", b"ID3", b"OggS",
    b"BZh", b"7z\xbc\xaf", b"\xfd7zXZ", b"Rar!", b"SQLite format 3",
)  # fmt: skip
_HTML_MARKS = (b"<html", b"<!doctype html", b"<head", b"<body", b"<article", b"<div", b"<p>")
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml"})
_OTHER_MEDIA = ("image/", "audio/", "video/", "font/")
_MISSED_SHARE = 1.08
"""Where readability finds so much more than trafilatura, trafilatura has missed a part; chosen on the `dev` pages."""

_SURPLUS_SHARE = 1.9
"""Where trafilatura finds so much more than readability, it took comments or other articles along; chosen likewise."""

_NEARLY_ALL = 0.9  # a text that is so much of the page's words needs no second opinion
_LEAST_MAIN_WORDS = 80  # readability sometimes finds one short box
_SIGN_CHARACTERS = 3000  # walls and doors stand at the beginning or the end


def parse_page(data: bytes, target: str, url: str | None, content_type: str | None = None) -> Document | Unreadable:
    """The document of a page, or of a text file."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return EMPTY
    kind = media_kind(data, target, content_type)
    if kind == "text":
        return _text_document(decoded(data, content_type), target, url)
    return _html_document(data, target, url, content_type) if kind == "html" else UNSUPPORTED


def media_kind(data: bytes, target: str, content_type: str | None = None) -> str:
    """One of feed, html, text, opml, other; decided by the bytes first, because servers and file names lie."""
    media = (content_type or "").partition(";")[0].strip().lower()
    suffix = PurePath(target).suffix.lower()
    head = data[:2048].replace(b"\x00", b"").lower()
    if data.startswith(_BINARY):
        kind = "other"
    elif looks_like_feed(data):
        kind = "feed"
    elif b"<opml" in head:
        kind = "opml"
    elif any(mark in head for mark in _HTML_MARKS) or media == "text/html" or (not media and suffix in _HTML_NAMES):
        kind = "html"
    elif media.startswith(_OTHER_MEDIA) or head.startswith((b"<?xml", b"{")) or _is_binary(data):
        kind = "other"
    else:
        kind = "text"
    return kind


def _is_binary(data: bytes) -> bool:
    sample = decoded(data[:4096])
    strange = sum(mark == "\ufffd" or (ord(mark) < 32 and mark not in "\t\r\n\f") for mark in sample)
    return strange * 20 > len(sample)


def _text_document(text: str, target: str, url: str | None) -> Document | Unreadable:
    found = read_text(text)
    if not found.text:
        return NOT_AN_ARTICLE
    return Document(
        target=target,
        url=url,
        title=found.title,
        text=found.text,
        author=found.author,
        published_at=found.published_at,
    )


def _html_document(data: bytes, target: str, url: str | None, content_type: str | None) -> Document | Unreadable:
    tree = tree_of(data, content_type)
    if tree is None:
        return NOT_AN_ARTICLE
    meta = metadata_of(tree, url)
    page_text, link_words = _visible(tree)
    page_words = amount(page_text)
    cleaned = _article_text(tree, meta, page_words)
    text = "\n\n".join(cleaned.paragraphs)
    signs = PageSigns(
        url=meta.url,
        title=meta.title,
        types=meta.types,
        og_type=meta.og_type,
        section=meta.section,
        free=meta.free,
        text_words=amount(text),
        link_words=link_words,
        page_words=page_words,
        pictures=sum(1 for _ in tree.iter("figure", "picture")),
        page_text=_ends(page_text),
    )
    kind = kind_of_page(signs)
    if is_consent(signs.page_text, signs.text_words) and kind is ArticleKind.ARTICLE:
        kind = ArticleKind.PAYWALL
    if kind in {ArticleKind.ARTICLE, ArticleKind.OPINION, ArticleKind.LIVE} and signs.text_words < LEAST_WORDS:
        return NOT_AN_ARTICLE
    return Document(
        target=target,
        url=meta.url,
        title=meta.title,
        text=text,
        author=meta.author or cleaned.author,
        published_at=meta.published_at,
        lang=meta.lang,
        site=meta.site,
        kind=kind,
        image_url=meta.image_url,
        whole=not is_paywalled(signs) and kind is not ArticleKind.PAYWALL,
    )


def tree_of(data: bytes, content_type: str | None) -> HtmlElement | None:
    """The parsed page, None where there is nothing to parse."""
    text = decoded(data, content_type).replace("\x00", "")
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _article_text(tree: HtmlElement, meta: Metadata, page_words: int) -> Cleaned:
    extracted = trafilatura.extract(
        tree, fast=True, include_comments=False, include_tables=True, output_format="txt", with_metadata=False
    )
    lines = [line.removeprefix("- ") for line in (extracted or "").split("\n")]
    cleaned = clean([one_line(line) for line in lines if line.strip()], title=meta.title)
    if amount("\n".join(cleaned.paragraphs)) < page_words * _NEARLY_ALL:
        other = clean(_readable(tree), title=meta.title)
        if _is_better(other, cleaned):
            cleaned = other
    body = plain(meta.article_body) if meta.article_body else ""
    if amount(body) > 3 * amount(" ".join(cleaned.paragraphs)):
        cleaned = clean(body.split("\n\n"), title=meta.title)
    headings = frozenset(folded(heading.text_content()) for heading in tree.iter("h1"))
    return without_headline(cleaned, headings)


def _readable(tree: HtmlElement) -> list[str]:
    try:
        summary = readability.Document(lxml.html.tostring(tree, encoding="unicode")).summary(html_partial=True)
    except (
        readability.readability.Unparseable,
        etree.LxmlError,
        ValueError,
        TypeError,
        AttributeError,
        AssertionError,
    ):
        return []
    return plain(summary).split("\n\n")


def _is_better(readable: Cleaned, extracted: Cleaned) -> bool:
    ours, theirs = amount("\n".join(extracted.paragraphs)), amount("\n".join(readable.paragraphs))
    missed = theirs > ours * _MISSED_SHARE
    return missed or (theirs >= _LEAST_MAIN_WORDS and ours > theirs * _SURPLUS_SHARE)


def _visible(tree: HtmlElement) -> tuple[str, int]:
    pieces, linked = [], 0
    for node in tree.iter():
        if not isinstance(node.tag, str) or node.tag in {"script", "style", "noscript", "template", "head", "title"}:
            pieces.append(node.tail or "")
            continue
        if node.tag == "a":
            linked += amount(node.text_content())
        pieces += [node.text or "", node.tail or ""]
    return one_line(" ".join(pieces)), linked


def _ends(text: str) -> str:
    if len(text) <= 2 * _SIGN_CHARACTERS:
        return text.lower()
    return f"{text[:_SIGN_CHARACTERS]} {text[-_SIGN_CHARACTERS:]}".lower()
