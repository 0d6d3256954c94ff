"""Measuring, packing, cutting and stripping Telegram HTML.

In: `Html` of `bot.markup`. A message has three limits: UTF-16 units of visible text (the server counts code points, so
units are never too long), raw bytes, and entities. `pack` puts whole blocks (stories) together; `split` cuts a block
that is too long by itself at a paragraph, a line, a sentence or a word, in this order, never inside a tag, an entity, a
surrogate pair or a joined emoji, and closes and reopens the tags that the cut goes through. `plain` makes clean text of
any input at all.

Sources: telegram-bot-api, Client.cpp (32,768 bytes); Telegram's config: entities beyond the hundredth are dropped
without a word.
"""

import html as entities
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

import regex

from bot.markup import EMPTY, Html, clean, escape, trusted

_TOKEN = regex.compile(
    r"<(?P<end>/?)(?P<tag>[a-z][a-z0-9-]*)[^<>]*>|&(?:lt|gt|amp|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});|.",
    regex.DOTALL,
)
_TAG = regex.compile(r"<(/?)[a-z][a-z0-9-]*[^<>]*>")
_ENTITY = regex.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_GRAPHEME = regex.compile(r"\X")
_SENTENCE_END = regex.compile(r"[.!?…؟।][\p{Pe}\p{Pf}\"']*[⁰¹²³⁴⁵⁶⁷⁸⁹ ]*\s|[。！？][\p{Pe}\p{Pf}]*[⁰¹²³⁴⁵⁶⁷⁸⁹]*")
_PARAGRAPH = regex.compile(r"\n\s*\n")
_LINE = regex.compile(r"\n")
_WORD = regex.compile(r"\s")
_ANCHOR = regex.compile(r'<a href="([^"]*)">(.*?)</a>', regex.DOTALL)
_REFERENCE = regex.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LEAST_FILL = 0.5  # a cut at a paragraph, line or sentence leaves a message at least this full


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a message's limits something takes."""

    units: int = 0  # UTF-16 units of visible text
    raw_bytes: int = 0
    entities: int = 0

    def __add__(self, other: Self) -> "Size":
        return Size(self.units + other.units, self.raw_bytes + other.raw_bytes, self.entities + other.entities)

    def fits(self, limit: "Size") -> bool:
        """Whether none of the three is above the limit's."""
        return self.units <= limit.units and self.raw_bytes <= limit.raw_bytes and self.entities <= limit.entities


MESSAGE = Size(units=4096, raw_bytes=32_000, entities=100)
CAPTION = Size(units=1024, raw_bytes=32_000, entities=100)


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag, or one visible character however it is written."""

    raw: str
    tag: str = ""
    closes: bool = False
    char: str = ""

    @property
    def size(self) -> Size:
        units = len(self.char.encode("utf-16-le", "surrogatepass")) // 2
        return Size(units, len(self.raw.encode("utf-8", "surrogatepass")), int(bool(self.tag) and not self.closes))


def _tokens(html: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(html):
        raw = match.group()
        if match["tag"]:
            yield _Token(raw, tag=match["tag"], closes=bool(match["end"]))
        else:
            yield _Token(raw, char=entities.unescape(raw) if raw.startswith("&") else raw)


def measure(html: Html) -> Size:
    """What a piece of HTML takes."""
    text, tags = _TAG.subn("", html)
    visible = _ENTITY.sub(lambda match: entities.unescape(match.group()), text) if "&" in text else text
    return Size(
        units=len(visible.encode("utf-16-le", "surrogatepass")) // 2,
        raw_bytes=len(html.encode("utf-8", "surrogatepass")),
        entities=(tags + 1) // 2,
    )


def pack(
    blocks: Sequence[Html], *, limit: Size = MESSAGE, gap: str = "\n\n", reserve: Size | None = None
) -> list[range]:
    """Which blocks go together into one message each, in order; every block fits by itself (see `split`).

    `reserve` is kept free in the first message.
    """
    between = measure(escape(gap))
    packed: list[range] = []
    start, used = 0, reserve or Size()
    for index, block in enumerate(blocks):
        size = measure(block)
        together = used + between + size if index > start or used.units else size
        if index > start and not together.fits(limit):
            packed.append(range(start, index))
            start, together = index, size
        used = together
    if blocks:
        packed.append(range(start, len(blocks)))
    return packed


def split(html: Html, *, limit: Size = MESSAGE) -> tuple[Html, ...]:
    """The HTML in as many pieces as it needs, none empty, each well formed and within the limit."""
    if measure(html).fits(limit):
        return (html,) if plain(html) else ()
    pieces: list[Html] = []
    tokens = _rest(list(_tokens(html)))
    while tokens:
        cut = _cut(tokens, limit)
        opened = _open_tags(tokens[:cut])
        closing = [_Token(f"</{token.tag}>", tag=token.tag, closes=True) for token in reversed(opened)]
        pieces.append(_piece([*tokens[:cut], *closing]))
        tokens = _rest([*opened, *tokens[cut:]])
    return tuple(piece for piece in pieces if piece)


def _cut(tokens: Sequence[_Token], limit: Size) -> int:
    """Where the first piece ends: the best place that fits, and never before its first visible character."""
    most = _most(tokens, limit)
    if most == len(tokens):
        return most
    visible = "".join(token.char for token in tokens)
    after = list(accumulate(len(token.char) for token in tokens))  # visible characters up to and with each token
    reach = after[most - 1]
    token_of = {count: index + 1 for index, count in reversed(list(enumerate(after)))}
    for place in (_PARAGRAPH, _LINE, _SENTENCE_END, _WORD):
        ends = [match.end() for match in place.finditer(visible, 0, reach) if match.end() >= reach * _LEAST_FILL]
        if ends:
            return _with_ends(tokens, token_of[ends[-1]])
    graphemes = [match.end() for match in _GRAPHEME.finditer(visible) if match.end() <= reach]
    return _with_ends(tokens, token_of[graphemes[-1]]) if graphemes else most


def _with_ends(tokens: Sequence[_Token], cut: int) -> int:
    """The cut moved past the closing tags that follow it."""
    while cut < len(tokens) and tokens[cut].closes:
        cut += 1
    return cut


def _most(tokens: Sequence[_Token], limit: Size) -> int:
    """How many tokens fit, with the tags that must then be closed; at least up to the first visible character."""
    used, closing_bytes, began = Size(), 0, False
    for index, token in enumerate(tokens):
        used += token.size
        if token.tag:
            closing_bytes += (-1 if token.closes else 1) * len(f"</{token.tag}>")
        if began and not (used + Size(raw_bytes=max(closing_bytes, 0))).fits(limit):
            return index
        began = began or bool(token.char)
    return len(tokens)


def _open_tags(tokens: Sequence[_Token]) -> list[_Token]:
    """The tags that are open after the tokens, outermost first."""
    opened: list[_Token] = []
    for token in tokens:
        if token.closes:
            if opened and opened[-1].tag == token.tag:
                opened.pop()
        elif token.tag:
            opened.append(token)
    return opened


def _piece(tokens: Sequence[_Token]) -> Html:
    """Tokens as HTML without white space at its end; nothing where nothing is visible."""
    visible = [index for index, token in enumerate(tokens) if token.char.strip()]
    if not visible:
        return EMPTY
    kept = [token.raw for token in tokens[: visible[-1] + 1]]
    closing = [token.raw for token in tokens[visible[-1] + 1 :] if token.tag]
    return trusted("".join(kept + closing))


def _rest(tokens: Sequence[_Token]) -> list[_Token]:
    """Tokens without white space at their start, and without tags that end before anything is visible."""
    first = next((index for index, token in enumerate(tokens) if token.char.strip()), len(tokens))
    return [*_open_tags(tokens[:first]), *tokens[first:]] if first < len(tokens) else []


def plain(html: str, *, addresses: bool = False) -> str:
    """The visible text of any input, clean; with `addresses`, those of links follow their words in brackets.

    A link that is only a reference number gets none: the list of sources has it.
    """
    if addresses:
        html = _ANCHOR.sub(_with_address, html)
    text = _ENTITY.sub(lambda match: entities.unescape(match.group()), _TAG.sub("", html))
    return clean(text).strip()


def _with_address(match: regex.Match[str]) -> str:
    address, words = match[1], match[2]
    return words if _REFERENCE.fullmatch(words) else f"{words} ({address})"
