"""Telegram HTML: the only place that escapes and builds it; `bot.cutting` measures, cuts and strips it.

`Html` is text that is safe to send; everything else is a plain `str` and is escaped on its way in, so that a headline
cannot open a tag, ping a person, put a command under the reader's finger or turn the text around. Building blocks give
balanced tags only. Source: Bot API, "Formatting options"; tests hold what is built here against TDLib's own parser.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

ADDRESS_CHARS = 2000  # browsers and servers refuse longer ones, and one such link would fill a message's bytes
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_WORD_JOINER = "\N{WORD JOINER}"
# Bidirectional controls would turn the text after them around; U+2028 and U+2029 are line ends that Telegram drops.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
# What a client makes a mention or a command of: it would notify a stranger, or run a command at a touch.
_LIVE = re.compile(r"(?<![\w/<>])([@/])(?=[A-Za-z])")


_STYLES = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote expandable",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a person's message that they formatted, as Telegram names it."""

    kind: str  # of the Bot API's MessageEntity
    start: int  # UTF-16 units from the text's beginning
    end: int
    url: str = ""  # of a text_link


class Html(str):
    """Telegram HTML, well formed and balanced, made by this module."""

    __slots__ = ()


EMPTY = Html("")


def trusted(html: str) -> Html:
    """Words of our own (`bot.texts`) that are HTML already, with escaped values put in."""
    return Html(html)


def clean(text: str) -> str:
    """The text without control characters, lone surrogates and bidirectional overrides."""
    if not text.isascii():
        text = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n"))


def escape(text: str) -> Html:
    """Text from outside as HTML that shows it and does nothing else; what is `Html` already stays."""
    if isinstance(text, Html):
        return text
    return Html(_LIVE.sub(rf"\1{_WORD_JOINER}", clean(text)).translate(_ESCAPES))


def line(text: str) -> Html:
    """Text from outside on one line, runs of white space made one."""
    return escape(text if isinstance(text, Html) else " ".join(clean(text).split()))


def bold(text: str) -> Html:
    """Bold text."""
    return _wrap("b", escape(text))


def italic(text: str) -> Html:
    """Italic text."""
    return _wrap("i", escape(text))


def struck(text: str) -> Html:
    """Text that no longer holds."""
    return _wrap("s", escape(text))


def code(text: str) -> Html:
    """Text that is copied at a touch."""
    return _wrap("code", escape(text))


def quote(text: str, *, expandable: bool = False) -> Html:
    """A quoted block; an expandable one shows three lines until it is opened. Blocks do not nest."""
    inner = escape(text)
    opening = "<blockquote expandable>" if expandable else "<blockquote>"
    return Html(f"{opening}{inner}</blockquote>") if inner else EMPTY


def link(text: str, url: str) -> Html:
    """Text that opens a web address; an address of another kind is left out, the text stays."""
    inner, opening = escape(text), _anchor(url)
    return Html(f"{opening}{inner}</a>") if inner and opening else inner


def _anchor(url: str) -> str:
    address = "".join(_UNWANTED.sub("", _SURROGATES.sub("", url)).split())
    if len(address) > ADDRESS_CHARS or not address.lower().startswith(("https://", "http://")):
        return ""
    return f'<a href="{address.translate(_ESCAPES)}">'


def formatted(text: str, spans: Sequence[Span]) -> Html:
    """A person's own words as they formatted them; mentions and kinds that we do not know are plain text."""
    shown = [clean(letter) for letter in text]
    live = {found.start() for found in _LIVE.finditer("".join(shown))}
    known = sorted((span for span in spans if _opening(span)), key=lambda span: (span.start, -span.end))
    edges = {edge for span in known for edge in (span.start, span.end)}
    built: list[str] = []
    wanted: list[Span] = []
    opened: list[Span] = []
    unit = place = 0
    for raw, letter in zip(text, shown, strict=True):
        if unit in edges:
            wanted = [span for span in known if span.start <= unit < span.end]
        unit += 2 if ord(raw) > 0xFFFF else 1
        if not letter:
            continue
        built += _turned(opened, wanted)
        opened = wanted
        built += [letter.translate(_ESCAPES), _WORD_JOINER if place in live else ""]
        place += 1
    return Html("".join([*built, *_turned(opened, [])]))


def _turned(opened: Sequence[Span], wanted: Sequence[Span]) -> list[str]:
    """The tags that lead from the spans that are open to those that shall be, outermost first."""
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(opened, wanted, strict=False))))
    return [*map(_closing, reversed(opened[same:])), *map(_opening, wanted[same:])]


def _opening(span: Span) -> str:
    """The tag that begins it; nothing for what is left plain."""
    if span.kind == "text_link":
        return _anchor(span.url)
    return f"<{_STYLES[span.kind]}>" if span.kind in _STYLES else ""


def _closing(span: Span) -> str:
    return "</a>" if span.kind == "text_link" else f"</{_STYLES[span.kind].partition(' ')[0]}>"


def superscript(number: int) -> str:
    """12 as ¹²."""
    return str(number).translate(_SUPERSCRIPTS)


def join(parts: Iterable[str], separator: str = "") -> Html:
    """Parts in a row, each escaped where it is not HTML; empty ones are left out."""
    return Html(escape(separator).join(part for part in map(escape, parts) if part))


def _wrap(tag: str, inner: Html) -> Html:
    return Html(f"<{tag}>{inner}</{tag}>") if inner else EMPTY
