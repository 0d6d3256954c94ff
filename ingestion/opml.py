"""Reads and writes OPML lists of feeds, and gives the starter packs that come with the program.

In: bytes of an OPML file. Out: entries in the file's order, each address once; folders become the category. Raises ParseError
`bad_opml`, `empty`, `too_large`. Entities and external references are refused (defusedxml). Nothing is fetched: an outline
that includes another list is left out.
"""

import codecs
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from importlib.resources import files
from xml.etree.ElementTree import Element, ElementTree, ParseError as XmlError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from lxml import etree

from ingestion.charsets import decoded
from ingestion.htmltext import heading, one_line
from ingestion.refusals import BAD_OPML, EMPTY, fetch_error
from news.errors import BadRequest

MAX_BYTES = 5 * 2**20
_MAX_OUTLINES = 20_000
_MAX_DEPTH = 50
_PACKS = "packs"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlEntry:
    """One feed of a list."""

    url: str
    title: str = ""
    category: str | None = None
    site_url: str | None = None


def read(data: bytes, target: str) -> tuple[OpmlEntry, ...]:
    """The feeds of an OPML file; `target` names the file in errors."""
    if len(data) > MAX_BYTES:
        raise fetch_error("too_large", target)
    if not data.strip():
        raise EMPTY.raise_for(target)
    root = _root(data)
    body = next((node for node in root.iter() if _name(node) == "body"), root) if root is not None else None
    if root is None or body is None or not any(_name(node) in {"opml", "outline"} for node in root.iter()):
        raise BAD_OPML.raise_for(target)
    found: dict[str, OpmlEntry] = {}
    for entry in _entries(body):
        found.setdefault(entry.url, entry)
    return tuple(found.values())


def write(entries: Iterable[OpmlEntry], *, title: str, created_at: datetime) -> bytes:
    """An OPML 2.0 file, feeds in folders by category; `read` gives the same entries again."""
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = _xml_safe(title)
    SubElement(head, "dateCreated").text = format_datetime(created_at)
    body = SubElement(root, "body")
    folders: dict[str, Element] = {}
    for entry in entries:
        parent = body
        if entry.category:
            name = _xml_safe(entry.category)
            if name not in folders:
                folders[name] = SubElement(body, "outline", text=name, title=name)
            parent = folders[name]
        name = _xml_safe(entry.title or entry.url)
        fields = {"type": "rss", "text": name, "title": name, "xmlUrl": _xml_safe(entry.url)}
        if entry.site_url:
            fields["htmlUrl"] = _xml_safe(entry.site_url)
        SubElement(parent, "outline", fields)
    indent(ElementTree(root))
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def pack_names() -> tuple[str, ...]:
    """The starter packs."""
    folder = files("ingestion").joinpath(_PACKS)
    return tuple(sorted(file.name.removesuffix(".opml") for file in folder.iterdir() if file.name.endswith(".opml")))


def read_pack(name: str) -> tuple[OpmlEntry, ...]:
    """The feeds of a starter pack. Raises BadRequest `pack_not_found`."""
    names = pack_names()
    if name not in names:
        raise BadRequest(f"There is no pack {name!r}; there are: {', '.join(names)}.", code="pack_not_found")
    return read(files("ingestion").joinpath(_PACKS, f"{name}.opml").read_bytes(), name)


def _root(data: bytes) -> Element | None:
    # as it should be first; then the same text with the stray marks of hand-made files forgiven
    try:
        return _parsed(data)
    except DefusedXmlException:
        return None
    except (XmlError, ValueError, LookupError):
        pass
    if b"<!ENTITY" in data or not re.search(rb"<(?:opml|outline)[\s>]", data, re.IGNORECASE):
        return None
    text = re.sub(r"^\s*<\?xml.*?\?>", "", decoded(data), flags=re.DOTALL)
    text = re.sub(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;", lambda match: _literal(match.group()), text)
    text = re.sub(r"&(?!#?\w+;)", "&amp;", text)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        forgiven = etree.fromstring(text.encode("utf-8", "replace"), parser)
        return _parsed(etree.tostring(forgiven, encoding="utf-8")) if forgiven is not None else None
    except (etree.XMLSyntaxError, XmlError, ValueError, DefusedXmlException):
        return None


def _literal(entity: str) -> str:
    letter = html.unescape(entity)
    return entity if letter in "&<>\"'" else letter


def _parsed(data: bytes) -> Element:
    root = fromstring(data.lstrip() if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else data)
    if not isinstance(root, Element):
        message = "no root element"
        raise ValueError(message)  # noqa: TRY004 (a file's fault, not a caller's)
    return root


def _entries(body: Element) -> Iterator[OpmlEntry]:
    count = 0
    waiting: list[tuple[Element, tuple[str, ...]]] = [(node, ()) for node in reversed(body)]
    while waiting and count < _MAX_OUTLINES:
        node, folders = waiting.pop()
        if _name(node) != "outline":
            continue
        count += 1
        fields = {name.lower(): value.strip() for name, value in node.attrib.items()}
        title = heading(fields.get("text") or fields.get("title") or "")
        url = _address(fields)
        if url:
            category = folders[-1] if folders else _category(fields.get("category", ""))
            site = fields.get("htmlurl", "")
            yield OpmlEntry(url=url, title=title, category=category, site_url=site if _is_web(site) else None)
        if len(folders) < _MAX_DEPTH:
            inner = (*folders, title) if title and not url else folders
            waiting.extend((child, inner) for child in reversed(node))


def _address(fields: dict[str, str]) -> str | None:
    kind = fields.get("type", "").lower()
    url = fields.get("xmlurl") or fields.get("xml_url") or ""
    if not url and kind in {"rss", "atom", "feed"}:
        url = fields.get("url") or fields.get("htmlurl") or ""
    if kind in {"include", "link"} and not fields.get("xmlurl"):
        return None
    if url.lower().startswith("feed:"):
        url = url[5:] if "://" in url[5:] else "http:" + url[5:]
    return url if _is_web(url) else None


def _category(text: str) -> str | None:
    first = text.split(",", maxsplit=1)[0].strip("/ ").rpartition("/")[2]
    return one_line(first) or None


def _is_web(url: str) -> bool:
    return re.match(r"https?://[^\s/]+", url, re.IGNORECASE) is not None


def _name(node: Element) -> str:
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _xml_safe(text: str) -> str:
    return re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", one_line(text))
