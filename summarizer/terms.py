"""A text's terms: its words in order, in one form for whatever is only written otherwise.

"$5.2bn" and "5.2 billion dollars", "19%" and "19 percent", "14 March 2023" and "March 14, 2023", "twelve" and "12" are the same
terms; of a word its stem counts, and its first form where English has an irregular one. Names lose their endings. Han and Kana
are read letter by letter. Words that deny or leave open stay as they are. In: a text, its language's table. Out: keys to compare, and
beside each what was written. Pure.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import Stemmer

from news.dates import PLACE, place_dates
from news.folding import ascii_digits, folded
from news.lexicon import CURRENCIES, MONTHS, UNITS, WEEKDAYS
from news.numbers import place_numbers
from summarizer.synonyms import synonyms
from summarizer.tables import ClaimTable
from summarizer.words import words

NUMBER, DATE = "#", "@"
"""What the key of a number, and of a date or a part of one, begins with."""

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_PLACES = re.compile(f"({PLACE})")
_UNSPACED = re.compile("([\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
_WIDE_MARKS = re.compile("[\u2e80-\u2fff\u3000-\u3004\u3008-\u303f\u30fb\uff00-\uffef]")
_SPACES_IN_NUMBERS = re.compile("(?<=\\d)[\u00a0\u2007\u2009\u202f](?=\\d{3}(?!\\d))")
_SHORT_I = re.compile("(?<=[иыое])и$")  # folding takes the breve of й, by which the stemmer knows an ending
_SURNAME = re.compile("(?<=[а-я]{4})[ое]в$")  # the stemmer takes it off Петров and leaves it on Петрова
_ARABIC_AND = "و"  # written together with the word behind it
_CURRENCY_WORDS = 2  # "billion US dollars": what follows a sum of money and says no more than its sign


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a sentence: what is compared, and how it was written."""

    keys: tuple[str, ...]
    shown: tuple[str, ...]


def terms(text: str, table: ClaimTable) -> Terms:
    """Read a sentence."""
    plain = folded(ascii_digits(_SPACES_IN_NUMBERS.sub("'", text)))
    dated, dates = place_dates(plain)
    read, numbers = place_numbers(dated, table.lang)
    keys: list[str] = []
    shown: list[str] = []
    at, unit = 0, ""
    for number, start, end in numbers:
        _add_words(read[at:start], unit, dates, (keys, shown), table)
        value, unit = _parted(number)
        keys.append(value)
        shown.append(read[start:end].strip())
        at = end
    _add_words(read[at:], unit, dates, (keys, shown), table)
    return Terms(tuple(keys), tuple(shown))


def is_fact(key: str) -> bool:
    """Whether it is a number, or a date or a part of one."""
    return key[0] in {NUMBER, DATE}


def is_number(key: str) -> bool:
    return key[0] == NUMBER


def stem(word: str, table: ClaimTable) -> str:
    """The key of one folded word."""
    if word in table.cues or word in table.function:
        return word
    if word[0] == _ARABIC_AND and word[1:] in table.cues:
        return word[1:]
    return _stem(word, table.lang or "")


@lru_cache(maxsize=65_536)
def _stem(word: str, lang: str) -> str:
    first = synonyms(lang).irregular.get(word)
    if first is not None:
        return first
    stemmer = _stemmer(lang)
    if stemmer is None:
        return word
    if lang != "ru":
        return str(stemmer.stemWord(word))
    return _SURNAME.sub("", stemmer.stemWord(_SHORT_I.sub("й", word)))


@cache
def _stemmer(lang: str) -> Stemmer.Stemmer | None:
    return Stemmer.Stemmer(_SNOWBALL[lang], 0) if lang in _SNOWBALL else None


def _parted(number: str) -> tuple[str, str]:
    """The key of a number, and the unit that follows it: 12 people → #12, people; 5 billion dollars → #usd 5e9."""
    if number.endswith("%") or not number[0].isdigit():
        return NUMBER + number, "money" if not number.endswith("%") else ""
    value, _, unit = number.partition(" ")
    return NUMBER + value, unit


def _add_words(text: str, unit: str, dates: list[str], into: tuple[list[str], list[str]], table: ClaimTable) -> None:
    """The terms between two numbers; the first may be the unit of the number before."""
    keys, shown = into
    first = True
    for piece in _PLACES.split(text):
        if _PLACES.fullmatch(piece):
            said = dates[ord(piece) - 0xE000]
            for part in _parts(said):
                keys.append(part)
                shown.append(said)
            continue
        found = words(_UNSPACED.sub(r" \1 ", _WIDE_MARKS.sub(" ", piece)))
        if first and unit and found:
            found = _without_unit(found, unit, keys, shown)
        first = False
        for word in found:
            keys.append(_key(word, table))
            shown.append(word)


def _without_unit(found: list[str], unit: str, keys: list[str], shown: list[str]) -> list[str]:
    if unit == "money":
        size = next(
            (size for size in range(_CURRENCY_WORDS, 0, -1) if CURRENCIES.get(found[min(size, len(found)) - 1])), 0
        )
        return found[size:]
    if UNITS.get(found[0]) == unit:
        keys.append(unit)
        shown.append(found[0])
        return found[1:]
    return found


def _key(word: str, table: ClaimTable) -> str:
    weekday = WEEKDAYS.get(word)
    if weekday is not None:
        return DATE + weekday
    month = MONTHS.get(word) if len(word) > 3 and word != "march" else None
    return f"{DATE}m{int(month)}" if month is not None else stem(word, table)


def _parts(said: str) -> list[str]:
    """The parts of a date, so that "March 2023" is found in "14 March 2023"."""
    year, month, day = (*said.replace("--", "-", 1).split("-"), "", "")[:3]
    return [f"{DATE}{letter}{part.lstrip('0')}" for letter, part in (("y", year), ("m", month), ("d", day)) if part]
