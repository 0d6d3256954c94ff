"""How words are made equal: case, accents, look-alike forms, and the endings that Slavic names take.

Text in, text out; nothing raises. Only the accents of Latin and Greek letters go: in other scripts marks are letters.
"""

import re
import unicodedata
from functools import lru_cache

_ACCENTS = re.compile("[\u0300-\u036f]")
_CYRILLIC_ENDING = re.compile(
    "(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ией|иям|иях|ием|ой|ей|ий|ыи|ым|им|ом|ем|ам|ям|ах|ях|ую|юю|ая|яя|ое|ее|ие|ии|ия|ию|ов|ев|а|я|о|е|у|ю|ы|и|ь)$"
)
_CYRILLIC = re.compile("^[\u0400-\u052f-]+$")
_LEAST_STEM = 4
_WORD_CHARS = 40  # longer than any word of a name

MARKS = "[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0e31-\u0e4e]"
"""Signs inside of words of Hebrew, Arabic, Hindi and Thai, which `\\w` leaves out."""


def folded(text: str) -> str:
    """Lower case, compatible forms as one, no accents; й stays apart from и only by its accent, so they meet."""
    return _folded_word(text) if len(text) <= _WORD_CHARS else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain))


@lru_cache(maxsize=32_768)
def _folded_word(word: str) -> str:
    """Words come again and again; texts do not."""
    return _fold(word)


def ascii_digits(text: str) -> str:
    """Digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(letter)) if letter.isdecimal() and letter > "9" else letter for letter in text)


@lru_cache(maxsize=32_768)
def name_stem(word: str) -> str:
    """A folded word of a name without possessive or Slavic case ending: `putin's` → `putin`, `путина` → `путин`."""
    plain = re.sub(r"['’ʼ]s?$", "", word)
    if len(plain) > _LEAST_STEM and _CYRILLIC.match(plain):
        stem = _CYRILLIC_ENDING.sub("", plain)
        return stem if len(stem) >= _LEAST_STEM else plain[:_LEAST_STEM]
    return plain
