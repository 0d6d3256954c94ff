"""What stands around an article on its page and is no sentence of it.

Decides on single lines and sentences: navigation, calls to act, photo credits, signatures, stamps of live blogs, rows of
tables, lines of program code. In: text without line breaks. Out: True where it is furniture. Patterns are package data.
"""

import re

from summarizer.tables import furniture_patterns
from summarizer.words import count_words

_LINE_WORDS = 30  # furniture is short; a longer line is prose that happens to begin alike
_CREDIT_WORDS = 25
_CODE = re.compile(
    r"[{};=<>\\$|`]|\(\)|::|->|//|/\*|\bdef \w+\(|^\s*(?:import|return|class|function|var|let|const|#include)\b"
)
_TABLE_CELLS = re.compile(r"\t| {3,}|\|")
_LETTER = re.compile(r"[^\W\d_]")
_OPENING_WORDS = 40


def is_furniture_line(line: str) -> bool:
    """Whether a whole line, as the page broke it, is furniture."""
    text = " ".join(line.split())
    if not _LETTER.search(text):
        return True
    length = count_words(text)
    if length > _LINE_WORDS:
        return False
    patterns = furniture_patterns()
    if patterns.line.fullmatch(text):
        return True
    ends = text[-1] in '.!?。！？…”"'
    return length <= _CREDIT_WORDS and patterns.credit.search(text) is not None and (not ends or length <= 8)


def is_furniture_sentence(sentence: str) -> bool:
    """Whether a sentence inside a paragraph is furniture that lost its line break."""
    if not _LETTER.search(sentence):
        return True
    length = count_words(sentence)
    if length > _OPENING_WORDS:
        return False
    patterns = furniture_patterns()
    if patterns.opening.match(sentence):
        return True
    return length <= _LINE_WORDS and patterns.line.fullmatch(sentence) is not None


def is_table_row(line: str) -> bool:
    """Whether a line holds cells rather than words: separators, or mostly numbers."""
    text = line.strip()
    cells = [cell for cell in _TABLE_CELLS.split(text) if cell.strip()]
    if len(cells) >= 3 and max(count_words(cell) for cell in cells) <= 12:
        return True
    letters = len(_LETTER.findall(text))
    digits = sum(character.isdigit() for character in text)
    return digits > letters and len(text.split()) >= 3


def is_code_line(line: str) -> bool:
    """Whether a line looks like program code: at least two signs that prose does not have, often."""
    marks = len(_CODE.findall(line))
    return marks >= 2 or (marks == 1 and line.rstrip().endswith((";", "{", "}", ":", ")")) and count_words(line) <= 8)
