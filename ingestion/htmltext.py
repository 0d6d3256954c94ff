"""Plain text of HTML fragments, as feeds carry them: paragraphs parted by one empty line, nothing hidden, no markup."""

import html
import re

import lxml.html
from lxml import etree

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(
    [
        "audio",
        "figcaption",
        "head",
        "math",
        "noscript",
        "script",
        "style",
        "svg",
        "template",
        "video",
    ]
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|<!--|&(?:#\w+|[a-zA-Z]+);")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_DEEP = 256  # elements inside each other; libxml2 drops what lies deeper
_WORD = re.compile(r"\w+")


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return _SPACES.sub(" ", _CONTROL.sub("", text)).strip()


def plain(fragment: str) -> str:
    """The text that a reader of the HTML fragment would see."""
    if not _MARKUP.search(fragment):
        return tidy(fragment)
    try:
        root = lxml.html.fragment_fromstring(fragment.replace("\x00", ""), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):  # lxml asserts that there is a body
        return _stripped(fragment)
    pieces: list[str] = []
    _collect(root, pieces)
    text = tidy("".join(pieces))
    return text if text or fragment.count("<") < _DEEP else _stripped(fragment)


def heading(fragment: str) -> str:
    """A title: one line, markup and doubly escaped entities undone."""
    text = one_line(plain(fragment))
    return one_line(html.unescape(text)) if "&" in text else text


def tidy(text: str) -> str:
    """Paragraphs parted by one empty line: a line of the input is a paragraph."""
    lines = (one_line(line) for line in re.split(r"[\r\n\u2028\u2029]+", text))
    return "\n\n".join(line for line in lines if line)


def amount(text: str) -> int:
    """How much there is to read, in words; a Chinese, Japanese or Korean character counts as half a word."""
    characters = len(_CJK.findall(text))
    return characters // 2 + len(_WORD.findall(_CJK.sub(" ", text) if characters else text))


def _stripped(fragment: str) -> str:
    return tidy(html.unescape(re.sub(r"<[^>]*>", " ", fragment)))


def _collect(root: etree._Element, pieces: list[str]) -> None:
    # a walk without recursion: hostile nesting must not exhaust the stack
    silent_until: object | None = None
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else None
        if event == "start":
            if silent_until is None and tag in _SILENT:
                silent_until = node
            if silent_until is None:
                pieces.append("\n" if tag in _BLOCKS else "")
                pieces.append(_inner(node.text))
            continue
        if silent_until is node:
            silent_until = None
        if silent_until is None:
            if event == "end" and tag in _BLOCKS:
                pieces.append("\n")
            if node is not root:
                pieces.append(_inner(node.tail))


def _inner(text: str | None) -> str:
    return _SPACES.sub(" ", text) if text else ""
