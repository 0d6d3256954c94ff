"""Words as the indexes keep them: the same tokens on every database, in any script, for texts and for questions.

Each word gives its folded form and, where the language has a stemmer, its folded stem: so a question in an unknown language
still meets the word as it was written. Folding: casefold, accents of Latin, Greek and Cyrillic letters off, ł ø đ ß … by
table. Scripts without blanks between words (Han, Kana, Hangul, Thai …) give pairs of neighbouring characters.
A token holds letters, marks and digits only; nothing that a person types can be query syntax.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from storage.columns import storable

MAX_TOKEN_CHARACTERS = 64  # what is longer is a hash or an address, not a word

_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0ed9"  # Thai, Lao
    "\u1000-\u1049"  # Burmese
    "\u1780-\u17d3"  # Khmer
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"  # Kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7a3"  # Hangul
)
_INDIC = "\u0900-\u0963\u0966-\u0d7f"  # whose vowel signs are marks, which \\w does not take for part of a word
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[{_INDIC}]+|[^\W_{_UNSPACED}{_INDIC}]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s\b", re.IGNORECASE)
# Accents; Arabic and Hebrew vowel points, which few people write.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]")


def tokens(text: str, lang: str | None) -> list[str]:
    """The tokens of a text, in its order; a word with a stem gives two."""
    return [token for forms in _forms(text, lang) for token in forms]


def alternatives(text: str, lang: str | None) -> list[tuple[str, ...]]:
    """The words of a question, each with the tokens that stand for it: a text has the word if it has one of them."""
    known = lang if lang in _STEMMERS else _guessed(text)
    words: dict[tuple[str, ...], None] = {}
    for run, unspaced in _runs(text):
        if unspaced:
            words.update(((pair,), None) for pair in _pairs(run))
        else:
            words[_word(run, known)] = None
    return [forms for forms in words if forms]


def _forms(text: str, lang: str | None) -> Iterator[tuple[str, ...]]:
    known = lang if lang in _STEMMERS else None
    for run, unspaced in _runs(text):
        if unspaced:
            # Single characters too, so that a question of one character is answered.
            yield (*_pairs(run), *(run if len(run) > 1 else ()))
        else:
            yield _word(run, known)


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The words and unspaced runs of a text, casefolded, accents kept: stemmers need them."""
    whole = unicodedata.normalize("NFKC", _POSSESSIVE.sub("", storable(text))).casefold()
    for match in _RUN.finditer(_MARKS.sub("", unicodedata.normalize("NFC", whole))):
        run, unspaced = match.group(), match.lastgroup == "unspaced"
        if unspaced:
            run = "".join(sign for sign in run if unicodedata.category(sign)[0] in "LMN")
        if run and (unspaced or len(run) <= MAX_TOKEN_CHARACTERS):
            yield run, unspaced


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[place : place + 2] for place in range(len(run) - 1)]


@lru_cache(maxsize=65_536)
def _word(run: str, lang: str | None) -> tuple[str, ...]:
    plain = _folded(run)
    if lang is None:
        return (plain,) if plain else ()
    stem = _folded(_stemmer(lang).stemWord(run))
    return tuple(dict.fromkeys(form for form in (plain, stem) if form))


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    folded = unicodedata.normalize("NFC", _MARKS.sub("", decomposed)).translate(_LETTERS)
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN")


@lru_cache(maxsize=len(_STEMMERS))
def _stemmer(lang: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_STEMMERS[lang], 0)


def _guessed(text: str) -> str:
    """The stemmer for a question whose language is not known, by its letters."""
    if re.search("[\u0400-\u04ff]", text):
        return "ru"
    if re.search("[\u0370-\u03ff]", text):
        return "el"
    if re.search("[\u0600-\u06ff]", text):
        return "ar"
    return "en"
