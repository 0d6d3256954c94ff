"""Shorter sentences by deleting alone: what is left stands word for word in the source, in its order.

Deletes a leading dateline ("MOSCOW (Reuters) - "), brackets of at most twelve words outside quotations, and a trailing
attribution where the sentence still says whose statement it is: a claim is never left without its speaker, for that would
turn what was said into what is so. In: a sentence, its language. Out: the text left and what was dropped.
"""

import re
from dataclasses import dataclass

from summarizer.tables import language_table
from summarizer.words import count_words

_AGENCIES = "CNN|AP|Associated Press|Reuters|AFP|Xinhua|TASS|Tass|UPI|dpa|PTI|ANI|BBC|IANS|EFE|ANSA|KUNA|SPA|WAM|Bloomberg|CNN Business"
_DATE = (
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December) \d{1,2}, \d{4}"
)
_DATELINE = re.compile(
    rf"^(?:{_DATE}(?=\s?[A-Z])\s*|\((?:{_AGENCIES})\)\s*[-–—:]*\s*"
    rf"|[A-ZÀ-ÞА-Я][\w.’' /,-]{{1,40}}?\s*\((?:{_AGENCIES})\)\s*[-–—:]*\s+"
    r"|[A-ZÀ-Þ]{3}[A-ZÀ-Þ.,’' -]{0,30}(?:, [A-Z][a-z.]{1,12}(?: \d{1,2})?)?\s+[-–—]+\s+)"
)
_BRACKET = re.compile(r"\s*\(([^()]{1,120})\)(?=[\s,.;:!?]|$)")
_TRAILING = re.compile(
    r",\s+(?:according to|as reported by|reports?|reported by)\s+[^,;“”\"]{2,60}(?=[.!]$)", re.IGNORECASE
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")
_ASIDE = re.compile(
    r",\s(?:which|who|whose|where)\s[^,;:“”\"]{5,160}(?:,(?=\s)|(?=[.!]$))"
    r"|\s(?:—|–|--)\s[^;:“”\"—–]{5,160}?\s(?:—|–|--)(?=\s)"
)
_PARTICIPLE = re.compile(
    r",\s(?:accusing|adding|after|amid|arguing|as|bringing|calling|causing|citing|ending|following|forcing|giving|hoping|including|joining|killing|leaving|making|marking"
    r"|prompting|raising|saying|sending|setting|showing|sparking|urging|using|warning|while|with)\s[^,;:“”\"]{5,160}(?=[.!]$)"
)
_BRACKET_WORDS = 12
_MIN_WORDS = 6  # a sentence is not cut below this


@dataclass(frozen=True, slots=True)
class Compressed:
    """A sentence and what was deleted from it, parts joined by an ellipsis."""

    text: str
    dropped: str = ""


def compress(sentence: str, lang: str | None) -> Compressed:
    """Delete what a summary can do without."""
    spans = [match.span() for match in (_DATELINE.match(sentence),) if match and match.end()]
    quoted = [match.span() for match in _QUOTED.finditer(sentence)]
    spans.extend(
        match.span()
        for match in _BRACKET.finditer(sentence)
        if count_words(match.group(1)) <= _BRACKET_WORDS and not _within(match.start(), quoted + spans)
    )
    trailing = _TRAILING.search(sentence)
    if trailing and lang in {"en", None} and _still_attributed(sentence[: trailing.start()]):
        spans.append(trailing.span())
    return _without(sentence, sorted(spans))


def shorten(candidate: Compressed, max_words: int, lang: str | None) -> Compressed:
    """A sentence too long for a digest without its asides, the last first, until it fits; as it was where it never does.

    An aside is a clause with which/who/where between commas, what stands between dashes, or what a participle, "after" or
    "while" adds behind the last comma: it may be left out and what is left stays as true. English only; nothing within a quotation is touched.
    """
    if lang != "en" or count_words(candidate.text) <= max_words:
        return candidate
    quoted = [match.span() for match in _QUOTED.finditer(candidate.text)]
    asides = [match.span() for match in _ASIDE.finditer(candidate.text)]
    closing = _PARTICIPLE.search(candidate.text)
    if closing and not any(start <= closing.start() < end for start, end in asides):
        asides.append(closing.span())
    chosen: list[tuple[int, int]] = []
    for span in sorted(asides, reverse=True):
        if any(start < span[1] and span[0] < end for start, end in quoted):
            continue
        chosen.insert(0, span)
        short = _without(candidate.text, chosen)
        if short.dropped and count_words(short.text) <= max_words:
            return Compressed(short.text, " … ".join(filter(None, (candidate.dropped, short.dropped))))
    return candidate


def cut_at_clause(sentence: str, max_words: int) -> Compressed | None:
    """The opening of a sentence too long for a budget, up to the last clause that fits, marked by an ellipsis."""
    ends = [match.start() for match in re.finditer(r"[,;:–—]\s|[，、；]", sentence)]
    for end in reversed(ends):
        head = sentence[:end].rstrip()
        if _MIN_WORDS <= count_words(head) <= max_words and head.count("“") == head.count("”"):
            return Compressed(f"{head} …", sentence[end:].strip())
    return None


def _still_attributed(rest: str) -> bool:
    saying = language_table("en").saying
    return any(word.strip(",.”\"'") in saying for word in rest.casefold().split())


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _without(sentence: str, spans: list[tuple[int, int]]) -> Compressed:
    kept, dropped, at = [], [], 0
    for start, end in spans:
        kept.append(sentence[at:start])
        dropped.append(sentence[start:end].strip())
        at = end
    text = " ".join(("".join(kept) + sentence[at:]).split())
    if not dropped or count_words(text) < _MIN_WORDS or not (text[0].isupper() or not text[0].isalpha()):
        return Compressed(sentence)
    return Compressed(text, " … ".join(dropped))


def cut_at_word(sentence: str, max_words: int) -> Compressed:
    """As many words of the opening as the budget holds, marked by an ellipsis; the sentence itself if all do."""
    if count_words(sentence) <= max_words:
        return Compressed(sentence)
    ends = [match.end() for match in re.finditer(r"\S+(?=\s)", sentence)]
    if not ends or len(ends) < max_words or count_words(sentence[: ends[0]]) > max_words:  # a script without spaces
        ends = list(range(1, len(sentence)))
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count_words(sentence[: ends[middle]]) <= max_words else (low, middle - 1)
    return Compressed(f"{sentence[: ends[low]]}…", sentence[ends[low] :].strip())
