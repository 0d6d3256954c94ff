"""Names in running text: people, places, organisations, by their shape alone.

In goes a text as written and its language if known; out come names folded by `news.folding` (`vladimir putin`, `путин`), each
word without possessive or case ending. Where a script has capitals, a name is a run of capitalised words. What a capital
says at the start of a sentence or in a headline is weighed: such a word is a name when the text has it inside a sentence
too, or when it stands beside another one, has inner capitals, or speaks. German writes every noun large, so there a single word
has to show more. Without capitals (Chinese, Japanese, Korean, Arabic, Hebrew, Hindi) only what a title or a mark shows is
taken: few, but true.
"""

import re

from news.folding import MARKS, folded, name_stem
from news.lexicon import (
    CURRENCIES,
    MONTHS,
    NAME_PARTICLES,
    NOT_NAMES,
    SCALES,
    SPEECH_STEMS,
    TITLES_AFTER_CJK,
    TITLES_BEFORE_CAPLESS,
    WEEKDAYS,
)

_WORD = re.compile(rf"(?:[^\W\d_]|{MARKS})(?:\w|{MARKS}|[’'](?=\w)|-(?=\w)|\.(?=[^\W\d_]\.))*")
_BREAK = re.compile(r"[.!?:;…。！？\n\"“”«»„()\[\]•|]|[–—]|,")
_SENTENCE_BREAK = re.compile(r"[.!?:…。！？\n\"“«„•|]|[–—]\s")
_ABBREVIATED = re.compile(
    r"(?:^|\s)(?:[A-ZА-Я]|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|St|Jr|Sr|Rev|Hon|им|г|ул)\.$"
)
_SAID = re.compile("|".join(rf"^\s*,?\s*{re.escape(stem.strip())}" for stem in SPEECH_STEMS[:17]), re.IGNORECASE)
_GERMAN = re.compile(r"\b(?:der|die|das|und|nicht|wurde|einen?)\b")
_GERMAN_NOUN = re.compile(r"(?:ung|heit|keit|schaft|tion|tät|nis|tum|chen|ling|ment|ungen|ionen|er|ern|en)$")
_GERMAN_PLACE = re.compile(r"\b(?:[Ii]n|[Aa]us|[Nn]ach|[Vv]on|[Bb]ei|[Gg]egen|[Mm]it|[Ff]ür|[Uu]nd)\s$")
_LATIN_NAMES_END = 40  # characters after a name in which a verb of saying is looked for
_MOST_WORDS = 6
_MOST_PARTICLES = 2  # side by side: "von der"

_HAN = "[\u3400-\u9fff]"
_SURNAMES = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金贾賈韦韋夏付方邹鄒熊白孟秦邱侯江尹薛闫雷习習温溫汪毛"
_CJK_NAMES = (
    re.compile(r"《([^《》]{2,20})》"),
    re.compile(
        rf"({_HAN}{{1,6}}(?:[·・]{_HAN}{{1,6}}?)+)(?={'|'.join(TITLES_AFTER_CJK[:16])}|表示|指出|强调|[说称在和与将会的]|[^\u3400-\u9fff]|$)"
    ),
    re.compile("([\u30a1-\u30ff]{3,}(?:[・＝][\u30a1-\u30ff]+)*)"),
    re.compile(rf"([{_SURNAMES}]{_HAN}{{1,2}})(?={'|'.join(TITLES_AFTER_CJK)}|表示|指出|强调|宣布|说|称)"),
    re.compile(rf"(?:{'|'.join(TITLES_AFTER_CJK[:14])})([{_SURNAMES}]{_HAN}{{1,2}})"),
    re.compile(rf"([\uac00-\ud7a3]{{2,4}})\s?(?={'|'.join(TITLES_AFTER_CJK[20:25])})"),
)
_CAPLESS_NAME = re.compile(
    rf"(?:{'|'.join(TITLES_BEFORE_CAPLESS)})\s+((?:[^\W\d_a-zA-Z]|{MARKS}){{2,}}(?:\s+(?:[^\W\d_a-zA-Z]|{MARKS}){{2,}})?)"
)


class _Run:
    """Capitalised words side by side."""

    __slots__ = ("end", "initial", "start", "words")

    def __init__(self, start: int, end: int, word: str, *, initial: bool) -> None:
        self.start = start
        self.end = end
        self.words = [word]
        self.initial = initial


def find_names(text: str, lang: str | None = None) -> list[tuple[int, int, str]]:
    """The names of a text with their places, in order: start, end, folded name."""
    runs = _runs(text)
    german = lang == "de" or (lang is None and len(_GERMAN.findall(text[:600])) > 8)
    certain = {name_stem(folded(word)) for run in runs if not run.initial for word in run.words}
    shouted = _shouted_lines(text)
    found: list[tuple[int, int, str]] = []
    for run in runs:
        words = _trimmed(run, certain, german=german, text=text)
        if not words or (
            _in_lines(run.start, shouted) and not certain.intersection(name_stem(folded(each)) for each in words)
        ):
            continue
        name = " ".join(name_stem(folded(word)) for word in words)
        if len(name) > 1:
            found.append((run.start, run.end, name))
    if not text.isascii():
        found += _capless(text)
    return sorted(found)


def _runs(text: str) -> list[_Run]:
    """Runs of capitalised words, joined over the small words that names have inside."""
    runs: list[_Run] = []
    open_run: _Run | None = None
    pending: list[str] = []
    last_end = 0
    for match in _WORD.finditer(text):
        between = text[last_end : match.start()]
        word = match.group()
        initial = last_end == 0 or (
            bool(_SENTENCE_BREAK.search(between))
            and not _ABBREVIATED.search(text[max(0, match.start() - 8) : match.start()].rstrip())
        )
        broken = bool(_BREAK.search(between)) and not (between.strip() == "." and not initial)
        if broken or initial:
            open_run, pending = None, []
        if _is_capital(word):
            if open_run is not None and len(open_run.words) < _MOST_WORDS:
                open_run.words += [*pending, word]
                open_run.end = match.end()
            else:
                open_run = _Run(match.start(), match.end(), word, initial=initial)
                runs.append(open_run)
            pending = []
            if word.endswith(("'s", "’s")):
                open_run = None
        elif open_run is not None and len(pending) < _MOST_PARTICLES and word in NAME_PARTICLES:
            pending.append(word)
        else:
            open_run, pending = None, []
        last_end = match.end()
    return runs


def _is_capital(word: str) -> bool:
    return (
        word[0].isupper()
        or word[0].istitle()
        or (len(word) > 2 and word[0].islower() and word[1].isupper() and word[1:2].isalpha())
    )


def _trimmed(run: _Run, certain: set[str], *, german: bool, text: str) -> list[str]:
    """The run's words that make a name: without what has its capital from elsewhere."""
    words = [word for word in run.words if not _is_counted(word)]
    while words and folded(words[0]) in NOT_NAMES:
        words.pop(0)
    while words and folded(words[-1]) in NOT_NAMES:
        words.pop()
    if not words or (len(words) == 1 and len(words[0]) == 1):
        return []
    if _is_acronym(words[0]) or len(words) > 1 or any(letter.isupper() for letter in words[0][1:]):
        return words
    if run.initial and len(run.words) == 1 and name_stem(folded(words[0])) not in certain:
        after = text[run.end : run.end + _LATIN_NAMES_END]
        return words if _SAID.match(after) or words[0].endswith(("'s", "’s")) else []
    if german and (not run.initial or len(run.words) > 1) and not _german_name(run, words[0], text):
        return []
    return words


def _german_name(run: _Run, word: str, text: str) -> bool:
    """Whether a single large word of a German sentence is more than a noun."""
    if _SAID.match(text[run.end : run.end + _LATIN_NAMES_END]):
        return True
    return bool(_GERMAN_PLACE.search(text[max(0, run.start - 8) : run.start])) and not _GERMAN_NOUN.search(word)


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _is_counted(word: str) -> bool:
    """Whether a word is a day, a month, a scale or a currency, which `news.dates` and `news.numbers` read."""
    plain = folded(word)
    if WEEKDAYS.get(plain) is not None or SCALES.get(plain) is not None or CURRENCIES.get(plain) is not None:
        return True
    return MONTHS.get(plain) is not None and len(plain) > 3


def _shouted_lines(text: str) -> list[tuple[int, int]]:
    """Lines that write nearly every word large, as headlines do: there a capital says nothing."""
    lines = []
    start = 0
    for line in text.split("\n"):
        words = re.findall(r"[^\W\d_]{4,}", line)
        if len(words) > 3 and sum(word[0].isupper() for word in words) > 0.8 * len(words):
            lines.append((start, start + len(line)))
        start += len(line) + 1
    # where there is nothing but headlines, they have to do
    return lines if sum(end - begin for begin, end in lines) < 0.8 * len(text) else []


def _in_lines(place: int, lines: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in lines)


def _capless(text: str) -> list[tuple[int, int, str]]:
    """Names in scripts without capitals, where a mark or a title shows them."""
    patterns = (*_CJK_NAMES, _CAPLESS_NAME)
    return [
        (match.start(1), match.end(1), " ".join(folded(match[1]).split()))
        for pattern in patterns
        for match in pattern.finditer(text)
    ]
