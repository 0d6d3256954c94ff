"""Reads a text file as scrapers leave it: furniture, headline, captions, paragraphs, the author at either end.

In: the text. Out: title, paragraphs, author, date. The title is the first line that is not furniture, if it is short, does
not end as a sentence and more follows. A short line that is no sentence, between the title and the first real paragraph,
is a caption or a date line and goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from ingestion.dates import spoken
from ingestion.furniture import author_in, clean, is_furniture, is_sentence
from ingestion.htmltext import amount, tidy

_LONGEST_TITLE = 220  # characters
_PAGE, _WIDE_PAGE = 100, 140  # characters that a text is wrapped at, by people and by programmers
_PARAGRAPH_WORDS = 25  # a line of so many words is a paragraph whatever it ends with


@dataclass(frozen=True, slots=True)
class PlainText:
    """What a text file says."""

    title: str
    text: str
    author: str | None
    published_at: datetime | None


def read_text(text: str) -> PlainText:
    """Tell headline, author, date and text apart."""
    lines = tidy(_unwrapped(text)).split("\n\n")
    lines = [line for line in lines if line]
    while lines and is_furniture(lines[0]):
        del lines[0]
    title = ""
    if len(lines) > 1 and len(lines[0]) <= _LONGEST_TITLE and _is_headline(lines[0], lines[1:]):
        title = lines.pop(0)
    author, published_at = None, None
    head = 0
    while title and head < len(lines) - 1 and not _is_paragraph(lines[head]) and head < 6:
        author = author or author_in(lines[head])
        published_at = published_at or spoken(lines[head])
        head += 1
    if title and _is_paragraph(lines[head]):
        lines = lines[head:]
    cleaned = clean(lines, title=title)
    return PlainText(title, "\n\n".join(cleaned.paragraphs), author or cleaned.author, published_at)


def _is_headline(line: str, rest: list[str]) -> bool:
    if line.endswith(("?", "!", "？", "！")):
        return amount(line) <= 20
    return (
        not line.endswith((".", "。", ":", ","))
        and amount(line) < _PARAGRAPH_WORDS + 10
        and any(map(is_sentence, rest))
    )


def _is_paragraph(line: str) -> bool:
    return amount(line) >= _PARAGRAPH_WORDS or (is_sentence(line) and amount(line) > 4)


def _unwrapped(text: str) -> str:
    # a text wrapped at a fixed width has paragraphs parted by empty lines; else each line is a paragraph
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    blocks = "\n".join(lines).split("\n\n")
    if len(blocks) == 1 or not _is_wrapped(lines):
        return text
    long_blocks = [block for block in blocks if block.count("\n") >= 1 and len(block) > 120]
    return "\n\n".join(block.replace("\n", " ") if block in long_blocks else block for block in blocks)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether no line is wider than a page; of a wide page the lines that go on must nearly fill it."""
    width = max(map(len, lines), default=0)
    if width <= _PAGE:
        return width > 0
    going_on = [len(line) for line, following in pairwise(lines) if line and following]
    return width <= _WIDE_PAGE and sum(length > 0.75 * width for length in going_on) >= 0.8 * len(going_on) > 0
