"""Shorter sentences by deleting alone: what is left stands word for word in the source, in its order.

Deletes a leading dateline ("MOSCOW (Reuters) - "), brackets of at most twelve words outside quotations, and a trailing
attribution where the sentence still says whose statement it is: a claim is never left without its speaker, for that would
turn what was said into what is so. In: a sentence, its language. Out: the text left and what was dropped.
"""

import re
from dataclasses import dataclass

from summarizer import asides
from summarizer.asides import Aside
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
_SPACED_STOP = re.compile(r" ([.,!?])(?=\s|$)")
_BRACKET_WORDS = 12
_MOST_CHARS = 5_000  # what is longer is no sentence; to look at each of its brackets takes minutes
_MIN_WORDS = 6  # a sentence is not cut below this
_LEAST_LEFT = 8  # words of a long sentence without its asides: of less the sense may have been in them


@dataclass(frozen=True, slots=True)
class Compressed:
    """A sentence and what was deleted from it, parts joined by an ellipsis."""

    text: str
    dropped: str = ""


def compress(sentence: str, lang: str | None) -> Compressed:
    """Delete what a summary can do without."""
    if len(sentence) > _MOST_CHARS:
        return Compressed(sentence)
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
    """A sentence too long for a digest without its asides, those of least loss first, until it fits; as it was where it never does.

    What an aside is in a language, and what is never deleted, stands in `asides`. Where the part before the subject goes, the
    subject's first letter becomes a capital: the only letter that is not the source's.
    """
    if count_words(candidate.text) <= max_words:
        return candidate
    chosen: list[Aside] = []
    for aside in asides.find(candidate.text, lang):
        over = [other for other in chosen if other.start < aside.end and aside.start < other.end]
        if any(other.start < aside.start or aside.end < other.end for other in over):
            continue
        chosen = [other for other in chosen if other not in over] + [aside]
        if _fits(candidate.text, chosen, max_words):
            break
    else:
        return candidate
    for aside in sorted(chosen, key=lambda each: (-each.loss, each.start - each.end)):  # what need not go stays
        rest = [other for other in chosen if other != aside]
        if rest and _fits(candidate.text, rest, max_words):
            chosen = rest
    short = _cut_out(candidate.text, chosen)
    return Compressed(short.text, " … ".join(filter(None, (candidate.dropped, short.dropped))))


def _fits(sentence: str, chosen: list[Aside], max_words: int) -> bool:
    short = _cut_out(sentence, chosen)
    return bool(short.dropped) and _LEAST_LEFT <= count_words(short.text) <= max_words


def _cut_out(sentence: str, chosen: list[Aside]) -> Compressed:
    opening = max((aside.end for aside in chosen if aside.opens), default=0)
    if opening:
        sentence = sentence[:opening] + sentence[opening : opening + 1].upper() + sentence[opening + 1 :]
    return _without(sentence, sorted((aside.start, aside.end) for aside in chosen))


def cut_at_clause(sentence: str, max_words: int) -> Compressed | None:
    """The opening of a sentence too long for a budget, up to the last clause that fits, marked by an ellipsis."""
    reach = len(cut_at_word(sentence, max_words).text)
    ends = [match.start() for match in re.finditer(r"[,;:–—]\s|[，、；]", sentence[: reach + 1])]
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
    text = _SPACED_STOP.sub(r"\1", " ".join(("".join(kept) + sentence[at:]).split()))
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
