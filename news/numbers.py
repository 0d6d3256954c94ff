"""Numbers in running text, folded so that equal ones compare equal: `12`, `3.5%`, `120 days`, `usd 5e9`.

In goes text folded by `news.folding.folded`, without its dates (`news.dates`), with digits 0 to 9, and its language if known
(it decides what a point, a space and "billion" mean); out comes a frozen set. Digits with separators of any locale, scales
("5bn", "5 млрд", "3亿"), percentages, currencies by sign, code or word, common units, spelled numbers in English, Russian,
Spanish, German, French and their like, Chinese numerals. A number inside a name ("F-16", "Covid-19", "G7") is part of it.
"""

import re
from decimal import Decimal

from news.folding import MARKS
from news.lexicon import (
    A_BEFORE_SCALE,
    CURRENCIES,
    CURRENCY_SIGNS,
    LONG_SCALE,
    NUMBER_WORD_LANGUAGES,
    NUMBER_WORDS,
    ONE,
    PERCENT,
    PERCENT_PHRASES,
    SCALES,
    UNITS,
)

_SIGNS = "|".join(re.escape(sign) for sign in sorted(CURRENCY_SIGNS, key=len, reverse=True))
_CJK = "\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(
    rf"(?P<num>\d{{1,3}}(?:['’]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,٫٬]\d+)*)|(?P<sign>{_SIGNS})|(?P<pct>[%٪])"
    rf"|(?P<cjk>[{_CJK}])|(?P<word>°c|(?:[^\W\d_{_CJK}]|{MARKS})+)|(?P<other>[^\s])"
)
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_SPACE_LANGUAGES = frozenset({"ru", "uk", "be", "bg", "fr", "pl", "cs", "sk", "sv", "no", "nb", "da", "fi", "hu"})
_POINT_LANGUAGES = frozenset({"de", "es", "pt", "it", "nl", "tr", "id", "el", "da", "ro", "ru", "fr", "pl", "cs"})
_CJK_DIGITS = {letter: value for value, letter in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_CJK_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_CJK_NUMERAL = re.compile("[〇零一二两兩三四五六七八九十百千万萬亿億]{2,}")
_CJK_PERCENT = re.compile("百分之([〇零一二两兩三四五六七八九十百]+|[0-9.]+)")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_PHRASES = re.compile("|".join(PERCENT_PHRASES))
_PERCENT_WORDS = frozenset(word for word in PERCENT if not word.endswith("*"))
_PERCENT_STEMS = tuple(word.removesuffix("*") for word in PERCENT if word.endswith("*"))
_LETTER_SCALES = {"m": Decimal(10**6), "b": Decimal(10**9), "t": Decimal(10**12)}
_ELSEWHERE = frozenset(word for words in NUMBER_WORD_LANGUAGES.values() for word in words)
_PLAIN_BELOW = Decimal(10**6)


def find_numbers(text: str, lang: str | None = None) -> frozenset[str]:
    """The numbers of a folded text without dates."""
    return frozenset(number for number, _, _ in place_numbers(text, lang)[1])


def place_numbers(text: str, lang: str | None = None) -> tuple[str, list[tuple[str, int, int]]]:
    """A folded text without dates as its numbers were read, and each number with where it starts and ends there."""
    found: list[tuple[str, int, int]] = []
    rest = text
    if "百分之" in rest:
        rest = _CJK_PERCENT.sub(lambda match: f" {_cjk_value(match[1])}% ", rest)
    rest = _CJK_NUMERAL.sub(_spelled_in_digits, rest)
    rest = _PHRASES.sub("%", rest)
    if lang in _SPACE_LANGUAGES:
        rest = _SPACED.sub(lambda match: match.group().replace(" ", "'"), rest)
    reader = _Reader(rest, lang)
    while not reader.at_end:
        start = reader.place
        number = reader.take()
        if number is not None:
            found.append((number, start, reader.last_end))
    return rest, found


class _Reader:
    """Walks over the tokens of a text; `take` reads one number, or passes one token that is none."""

    def __init__(self, text: str, lang: str | None) -> None:
        self._text = text
        self._lang = lang
        self._tokens = [(match.lastgroup or "", match.group(), match.start()) for match in _TOKEN.finditer(text)]
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._tokens)

    @property
    def place(self) -> int:
        """Where the next token starts."""
        return self._tokens[self._at][2]

    @property
    def last_end(self) -> int:
        """Where the token before ends."""
        _, piece, start = self._tokens[self._at - 1]
        return start + len(piece)

    def take(self) -> str | None:
        before = self._at
        kind, piece, start = self._tokens[self._at]
        if kind == "num":
            self._at += 1
            if self._inside_name(start):
                return None
            return self._measured(_value(piece, self._lang), before)
        if kind == "word":
            value = self._spelled()
            if value is not None:
                return self._measured(value, before)
        self._at = max(self._at, before + 1)
        return None

    def _inside_name(self, start: int) -> bool:
        """Whether letters stand right before: F-16, G7."""
        if start == 0:
            return False
        before = self._text[start - 1]
        if before == "-" and start > 1:
            before = "" if self._text[:start].endswith("-to-") else self._text[start - 2]
        return before.isalpha() and not "\u3040" <= before <= "\u9fff" and not _HANGUL.match(before)

    def _spelled(self) -> Decimal | None:
        """A number in words, from here on; `_at` stands behind it then."""
        whole = Decimal(0)
        part = Decimal(0)
        last: Decimal | None = None
        at = self._at
        while at < len(self._tokens):
            word = self._tokens[at][1]
            value = self._small(word, continues=last is not None and last % 10 == 0 and last >= 20)
            scale = self._scale(word)
            if value is not None and (last is None or (value < last and last % 10 == 0) or (last == 0 and whole)):
                part += value
                last = value
            elif scale is not None and (last is not None or (whole == 0 and self._is_counted(at))):
                if scale in {12, 100}:
                    part = max(part, Decimal(1)) * scale
                    last = part
                else:
                    whole += max(part, Decimal(1)) * scale
                    part = Decimal(0)
                    last = Decimal(0)
            elif last is not None and word in {"-", "and", "und"} and self._goes_on(at + 1):
                pass
            else:
                break
            at += 1
        if last is None:
            return None
        self._at = at
        return whole + part

    def _goes_on(self, at: int) -> bool:
        return at < len(self._tokens) and self._small(self._tokens[at][1], continues=True) is not None

    def _is_counted(self, at: int) -> bool:
        return at > 0 and self._tokens[at - 1][1] in A_BEFORE_SCALE

    def _small(self, word: str, *, continues: bool = False) -> Decimal | None:
        """The value of a number word in this language."""
        if word in ONE:
            if continues:
                return Decimal(1)
            following = self._tokens[self._at + 1][1] if self._at + 1 < len(self._tokens) else ""
            measured = self._tokens[self._at][1] == word and (
                self._scale(following) is not None or _is_percent(following)
            )
            return Decimal(1) if measured else None
        value = NUMBER_WORDS.get(word)
        if value is not None and word in _ELSEWHERE and word not in NUMBER_WORD_LANGUAGES.get(self._lang or "", ()):
            return None
        return None if value is None else Decimal(value)

    def _scale(self, word: str) -> Decimal | None:
        if word in _ELSEWHERE and self._lang not in NUMBER_WORD_LANGUAGES:
            return None
        if word in {"k", "md", "md."} and self._lang is not None and word == "md":
            return Decimal(10**9) if self._lang == "fr" else None
        if word in {"billion", "billions"}:
            return Decimal(10) ** (12 if self._lang in LONG_SCALE else 9)
        if word in {"trillion", "trillions"}:
            return Decimal(10) ** (18 if self._lang in LONG_SCALE else 12)
        scale = SCALES.get(word)
        if scale is None and _HANGUL.match(word):
            scale = SCALES.get(word[0])
        return None if scale is None else Decimal(scale)

    def _measured(self, value: Decimal, before: int) -> str | None:
        """The number with what follows it and the currency before it."""
        currency = self._currency_before(before)
        value = self._scaled(value, money=currency is not None)
        kind, piece, start = self._tokens[self._at] if not self.at_end else ("", "", len(self._text))
        if piece == "-" and self._at + 1 < len(self._tokens):  # 12-day, 20-летний
            kind, piece, start = self._tokens[self._at + 1]
        if currency is not None:
            return f"{currency} {shown(value)}"
        if kind == "pct" or _is_percent(piece):
            self._at += 1
            return f"{shown(value)}%"
        if kind == "sign":
            self._at += 1
            return f"{CURRENCY_SIGNS[piece]} {shown(value)}"
        currency = self._currency_after()
        if currency is not None:
            return f"{currency} {shown(value)}"
        if (
            kind == "word"
            and piece.isascii()
            and len(piece) == 1
            and self._text[start - 1].isdigit()
            and UNITS.get(piece) is None
        ):
            return None  # 5g, 3d: names of things
        unit = self._unit(kind, piece)
        return f"{shown(value)} {unit}" if unit else shown(value)

    def _scaled(self, value: Decimal, *, money: bool) -> Decimal:
        """The value times the scales that follow: 3 万亿, 5 mil millones."""
        while not self.at_end:
            word = self._tokens[self._at][1]
            scale = self._scale(word)
            if scale is None and money:
                scale = _LETTER_SCALES.get(word)
            if scale is None or (scale == 100 and self._lang not in {None, "en"}):
                return value
            value *= scale
            self._at += 1
            if not self.at_end and self._tokens[self._at][1] == "." and len(word) <= 4:
                self._at += 1
        return value

    def _currency_before(self, at: int) -> str | None:
        if at == 0:
            return None
        kind, piece, _ = self._tokens[at - 1]
        if kind == "sign":
            return CURRENCY_SIGNS[piece]
        return piece if len(piece) == 3 and CURRENCIES.get(piece) == piece else None

    def _currency_after(self) -> str | None:
        """A currency within the next words: "billion US dollars", "5 млрд долл.", "3亿美元"."""
        for ahead in range(2):
            if self._at + ahead >= len(self._tokens):
                return None
            kind, piece, _ = self._tokens[self._at + ahead]
            if kind == "cjk":
                piece = "".join(each[1] for each in self._tokens[self._at + ahead : self._at + ahead + 2])
                return CURRENCIES.get(piece) or CURRENCIES.get(piece[0])
            if kind == "sign":
                return CURRENCY_SIGNS[piece]
            currency = CURRENCIES.get(piece) if kind == "word" else None
            if currency is not None:
                return currency
            if piece not in {"us", "u", "of", "de", "американских", "australian", "canadian"}:
                return None
        return None

    def _unit(self, kind: str, piece: str) -> str | None:
        if kind == "cjk":
            letters = "".join(each[1] for each in self._tokens[self._at : self._at + 2])
            return UNITS.get(letters) or UNITS.get(letters[0])
        if kind != "word":
            return None
        if piece == "percentage":
            return "points"
        unit = UNITS.get(piece)
        if unit is None and _HANGUL.match(piece):
            unit = UNITS.get(piece[:2]) or UNITS.get(piece[0])
        return unit


def shown(value: Decimal) -> str:
    """One spelling for one value: plain below a million, the shortest with an exponent from there on."""
    normal = value.normalize()
    if normal == 0:
        return "0"
    if abs(normal) < _PLAIN_BELOW:
        return f"{normal:f}"
    sign, digits, exponent = normal.as_tuple()
    if not isinstance(exponent, int) or exponent <= 0:
        return f"{normal:f}"
    first, rest = digits[0], "".join(map(str, digits[1:]))
    return f"{'-' if sign else ''}{first}{'.' if rest else ''}{rest}e{exponent + len(rest)}"


def _value(digits: str, lang: str | None) -> Decimal:
    """What digits with points and commas are worth."""
    plain = digits.replace("'", "").replace("’", "").replace("٬", "").replace("٫", ".")
    separators = [letter for letter in plain if letter in ".,"]
    if not separators:
        return Decimal(plain)
    last = separators[-1]
    head, _, tail = plain.rpartition(last)
    if len(set(separators)) == 2:
        return Decimal(_bare(head) + "." + tail)
    groups = plain.split(last)
    thousands = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3 and groups[0] != "0"
    if len(groups) > 2:
        return Decimal(_bare(plain)) if thousands else Decimal(_bare(groups[0]))
    if thousands and (last == "," or lang in _POINT_LANGUAGES):
        return Decimal(_bare(plain))
    return Decimal(_bare(head) + "." + tail)


def _bare(digits: str) -> str:
    return digits.replace(",", "").replace(".", "") or "0"


def _is_percent(word: str) -> bool:
    return word in _PERCENT_WORDS or (len(word) > 5 and word.startswith(_PERCENT_STEMS))


def _spelled_in_digits(match: re.Match[str]) -> str:
    """A Chinese numeral in digits; what only looks like one stays."""
    letters = match.group()
    counts = any(letter in _CJK_SCALES for letter in letters) and any(letter in _CJK_DIGITS for letter in letters)
    if not counts or letters[0] in "百千万萬亿億" or letters == "万一":
        return letters
    return f" {_cjk_value(letters)} "


def _cjk_value(letters: str) -> Decimal:
    """The value of a Chinese numeral, or of digits."""
    if letters[0].isascii():
        return Decimal(letters.rstrip("."))
    whole = part = digit = 0
    for letter in letters:
        if letter in _CJK_DIGITS:
            digit = _CJK_DIGITS[letter]
        elif _CJK_SCALES[letter] < 10**4:
            part += (digit or 1) * _CJK_SCALES[letter]
            digit = 0
        else:
            whole = (whole + part + digit) * _CJK_SCALES[letter]
            part = digit = 0
    return Decimal(whole + part + digit)
