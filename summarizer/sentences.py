"""The sentences of a text, without the furniture of its page.

In: text as ingestion cleaned it, paragraphs parted by line breaks, language code or None. Out: sentences in order, verbatim
but for white space; headings, captions, credits and stamps are left out. A text that is nothing but such lines (a table, a
list of headlines, a language without full stops) gives its lines. Time grows with length alone. Raises nothing.

Knows abbreviations, initials, times, decimal points, ordinals, quotations with their attribution, brackets, and the full
stops of Latin, Greek, Cyrillic, CJK, Arabic, Devanagari, Armenian, Ethiopic, Burmese and Khmer. A quotation of several
sentences stays whole with the words that say whose it is, because half of it would say something else.
"""

import re
from bisect import bisect_right

from news.reading import Sentence
from summarizer.furniture import is_code_line, is_furniture_line, is_furniture_sentence, is_table_row
from summarizer.openings import antecedents, is_dangling
from summarizer.tables import LanguageTable, language_table
from summarizer.words import count_words

_QUOTE_CHARS = 500  # a longer quotation is split inside, or a forgotten mark would swallow the text
_BRACKET_CHARS = 300
_HEADING_WORDS = 12  # a line of so few words without a full stop is a heading or a caption
_MIN_TAIL_WORDS = 8  # what is left after the last full stop of a paragraph counts from here on
_WRAPPED_CHARS = 50  # a text broken into lines of at least this length and no full stop is hard-wrapped

_TOKEN_CHARS = 40  # what is looked at before a full stop
_CLAUSE_CHARS = 16  # who said it, in a script without spaces

_STOPS = ".!?…。！？｡．।॥؟۔։።၊။។"
_WIDE_STOPS = "。！？｡।॥؟۔։።။។"
_CLOSERS = "\"'`”’»)]}」』）】›“"
_BOUNDARY = re.compile(rf"[{re.escape(_STOPS)}]+[{re.escape(_CLOSERS)}]*(?=\s|$)|[。！？｡][{re.escape(_CLOSERS)}]*")
_SPACE_LOST = re.compile(
    r"((?<!\w)\w{0,20}[a-zà-ÿ]{2}|[A-Z]{3,}|\d[\d,.%]*)[\"”’?)]?[.!?](?:[\"”’)]+(?=[A-Z])|(?=[\"“‘?(]?[A-Z][\w'’-]*[ ,?]))"
)  # "said.The", "him.”Then", "hungry.A notification"
_GREEK_QUESTION = re.compile(rf"[{re.escape(_STOPS)};\u037e]+[{re.escape(_CLOSERS)}]*(?=\s|$)")
_NEXT_TOKEN = re.compile(r"\s*[\"'“‘«„(\[¿¡—–-]*\s*(\S+)")
_LAST_TOKEN = re.compile(r"(\S+)$")
_QUOTES = {"“": "”", "«": "»", "„": "“”", "「": "」", "『": "』", "‹": "›"}
_BRACKETS = {"(": ")", "[": "]", "（": "）"}
_STRAIGHT = re.compile(r"(?:(?<=^)|(?<=[\s(\[—–-]))\"(?=\S)|(?<=\S)\"(?=$|[\s.,;:!?)\]—–-])")
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)*[^\W\d_]\.?")
_NUMBER = re.compile(r"\d{1,4}")
_STREET = "str"  # "Hauptstr. 5": the house's number follows
_TIME_OF_DAY = re.compile(r"\d{1,2}([:.]\d{2})? ?[ap]\.?m\.?$", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:[•·▪●◦*–—-]|\(?\d{1,2}[.)])\s+(?=\S)")
_SPEECH_END = re.compile(r"[!?…。！？।][\"”»』」]+$")


def split(text: str, lang: str | None) -> tuple[Sentence, ...]:
    """The sentences of a text, numbered from 0."""
    table = language_table(lang)
    kept: list[str] = []
    spare: list[str] = []
    for line in _blocks(text):
        if is_furniture_line(line):
            continue
        block = line if table.ordinals and line[0].isdigit() else _LIST_MARK.sub("", line)
        pieces = [piece for piece in split_paragraph(block, table) if not is_furniture_sentence(piece)]
        if pieces and not _is_heading(block, pieces):
            kept.extend(pieces if _ends(pieces[-1]) or count_words(pieces[-1]) >= _MIN_TAIL_WORDS else pieces[:-1])
        spare.extend(pieces)
    found = kept or spare
    leans = [bool(needed) for needed in antecedents(found, lang)]
    leans[:1] = [is_dangling(sentence, lang) for sentence in found[:1]]
    return tuple(Sentence(index, sentence, leans=leans[index]) for index, sentence in enumerate(found))


def split_paragraph(paragraph: str, table: LanguageTable) -> list[str]:
    """The sentences of one paragraph; together they are the paragraph, but for white space."""
    text = _respaced(" ".join(paragraph.split()), table)
    spans = _closed_spans(text)
    starts = [start for start, _ in spans]
    pieces: list[str] = []
    begin = 0
    pattern = _GREEK_QUESTION if table.question_semicolon else _BOUNDARY
    for match in pattern.finditer(text):
        end = match.end()
        span = bisect_right(starts, match.start()) - 1
        inside = span >= 0 and spans[span][1] > end
        if end <= begin or end == len(text) or inside or not _is_end(text, match, begin, table):
            continue
        pieces.append(text[begin:end].strip())
        begin = end
    if text[begin:].strip():
        pieces.append(text[begin:].strip())
    return pieces


def _respaced(text: str, table: LanguageTable) -> str:
    """A space between sentences that lost theirs; not behind an abbreviation."""
    parts: list[str] = []
    at = marks = 0
    for match in _SPACE_LOST.finditer(text):
        word = match.group(1).casefold()
        if word in table.never_end or word in table.may_end:
            continue
        end = match.end()
        marks += text.count('"', at, end)
        if text[end - 1] == '"' and marks % 2:  # it opens what follows
            end, marks = end - 1, marks - 1
        parts.append(text[at:end])
        at = end
    return " ".join([*parts, text[at:]])


def _blocks(text: str) -> list[str]:
    """Paragraphs: hard-wrapped lines are joined, lines that stand for themselves are not; code and tables are left out."""
    blocks: list[str] = []
    dropped: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")):
        lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
        prose = [line for line in lines if not is_code_line(line) and not is_table_row(line)]
        dropped.extend(line for line in lines if is_code_line(line) or is_table_row(line))
        blocks.extend(_joined(prose))
    return blocks or dropped


def _joined(lines: list[str]) -> list[str]:
    joined: list[list[str]] = []
    for line in lines:
        before = joined[-1][-1] if joined else ""
        goes_on = before and not _ends(before) and (line[0].islower() or len(before) >= _WRAPPED_CHARS)
        if goes_on and not is_furniture_line(before) and not is_furniture_line(line):
            joined[-1].append(line)
        else:
            joined.append([line])
    return ["\n".join(part) for part in joined]


def _is_heading(block: str, pieces: list[str]) -> bool:
    return len(pieces) == 1 and not _ends(block) and count_words(block) <= _HEADING_WORDS


def _ends(text: str) -> bool:
    """Whether a text ends as a sentence does, with a full stop perhaps inside closing marks, or introduces what follows."""
    return text.rstrip(_CLOSERS + " ")[-1:] in {*_STOPS, ":", ";"} or text[-1:] in {"”", "»", "」", "』"}


def _is_end(text: str, match: re.Match[str], begin: int, table: LanguageTable) -> bool:
    stop = match.group()
    if any(character in _WIDE_STOPS for character in stop):
        return not _is_speech_of_next(text, match, table)
    following = _NEXT_TOKEN.match(text, match.end())
    if following is None:
        return True
    after = following.group(1)
    if after[0].islower() or after[0] in ",;:%)":
        return False
    if stop[0] in "!?" or len(stop.rstrip(_CLOSERS)) > 1:
        return not _is_speech_of_next(text, match, table)
    if stop != ".":
        return True
    return _ends_at_full_stop(text[max(begin, match.start() - _TOKEN_CHARS) : match.start()], after, table)


def _ends_at_full_stop(before: str, after: str, table: LanguageTable) -> bool:
    """Whether a bare full stop ends the sentence: it may belong to an abbreviation, an initial or an ordinal."""
    found = _LAST_TOKEN.search(before)
    last = found.group(1).lstrip("\"'“‘«„([") if found else ""
    folded = last.casefold()
    if folded in table.closing:
        return True
    opener = not (len(after) == 2 and after[1] == ".") and after.strip("\"'“”‘’«».,;:!?()").casefold() in table.starters
    if folded in table.may_end or _TIME_OF_DAY.search(before[-12:] + "."):
        return opener
    if folded in table.never_end or (folded.endswith(_STREET) and after[0].isdigit()):
        return folded in {"no", "v", "al"} and not after[0].isdigit() and opener
    if _INITIAL.fullmatch(last) and not last.isdigit():
        return opener or (len(last) == 1 and last != "I" and not last.isupper())
    if table.ordinals and _NUMBER.fullmatch(last):
        return len(last) == 4 or opener
    return True


def _is_speech_of_next(text: str, match: re.Match[str], table: LanguageTable) -> bool:
    """Whether a quotation that ended in ! or ? goes on with who said it: “Is it?” Putin asked."""
    if not _SPEECH_END.search(match.group()):
        return False
    following = text[match.end() : match.end() + 60]
    if "。" in match.group() or "！" in match.group() or "？" in match.group():
        clause = re.split("[。！？]", following)[0][:_CLAUSE_CHARS]
        return any(word in clause for word in table.saying)
    return any(word.strip(",.:।").casefold() in table.saying for word in following.split()[:3])


def _closed_spans(text: str) -> list[tuple[int, int]]:
    """Where quotations and brackets open and close: disjoint, in order; a mark without its partner gives none."""
    spans: list[tuple[int, int]] = []
    covered = -1
    for start, closing, limit in _openings(text):
        if start < covered:
            continue
        ends = [place for mark in closing if (place := text.find(mark, start + 1, start + limit)) >= 0]
        if ends:
            covered = min(ends) + 1
            spans.append((start, covered))
    return spans


def _openings(text: str) -> list[tuple[int, str, int]]:
    found = [(i, _QUOTES[c], _QUOTE_CHARS) for i, c in enumerate(text) if c in _QUOTES]
    found.extend((i, _BRACKETS[c], _BRACKET_CHARS) for i, c in enumerate(text) if c in _BRACKETS)
    found.extend((m.start(), '"', _QUOTE_CHARS) for m in _STRAIGHT.finditer(text) if _opens(text, m.start()))
    return sorted(found)


def _opens(text: str, place: int) -> bool:
    return (place == 0 or text[place - 1] in " ([—–-") and place + 1 < len(text) and not text[place + 1].isspace()
