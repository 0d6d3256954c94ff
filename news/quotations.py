"""Words in quotation marks, and who said them where the sentence says so.

In goes a text as written, out come the quotations in their order. « » „ “ ” " ‹ › 「 」 『 』 and, around several words, ‘ ’. A single
quoted word is a title or irony and no quotation. The speaker is the name beside a verb of saying in the same sentence;
without one there is none: a wrong speaker is worse.
"""

import re
from collections.abc import Callable

from news.lexicon import SPEECH_STEMS
from news.reading import Quotation

MOST_CHARS = 1_000  # an unclosed mark must not take the rest of the text
_BESIDE_CHARS = 120  # how far from a quotation its speaker stands

_QUOTED = re.compile(
    rf"«(?P<a>[^«»]{{1,{MOST_CHARS}}})»|[„“](?P<b>[^„“”\"]{{1,{MOST_CHARS}}})[”“\"]|「(?P<c>[^「」]{{1,{MOST_CHARS}}})」"
    rf"|『(?P<d>[^『』]{{1,{MOST_CHARS}}})』|‹(?P<e>[^‹›]{{1,{MOST_CHARS}}})›"
    rf"|(?<!\w)\"(?P<f>[^\"\n]{{1,{MOST_CHARS}}})\"(?!\w)|(?<!\w)‘(?P<g>[^‘\n]{{1,{MOST_CHARS}}}?)’(?!\w)"
)
_WORDS = re.compile(r"\w+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SAID = re.compile("|".join(re.escape(stem) for stem in SPEECH_STEMS), re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。！？](?:\s|$)|\n")

FindNames = Callable[[str], list[tuple[int, int, str]]]
"""Names of a text with their places: start, end, folded name."""


def find_quotations(text: str, find_names: FindNames) -> tuple[Quotation, ...]:
    """The quotations of a text, in order, none twice."""
    found: dict[str, Quotation] = {}
    for match in _QUOTED.finditer(text):
        quoted = " ".join(next(group for group in match.groups() if group is not None).split()).strip(" ,.;")
        if len(_WORDS.findall(quoted)) < 2 and len(_UNSPACED.findall(quoted)) < 4:
            continue
        quotation = Quotation(quoted, _speaker(text, match.start(), match.end(), find_names))
        known = found.get(quoted)
        if known is None or known.speaker is None:
            found[quoted] = quotation
    return tuple(found.values())


def _speaker(text: str, start: int, end: int, find_names: FindNames) -> str | None:
    """Who said what is quoted from start to end."""
    # what ends its own sentence inside the marks is followed by another one
    whole = text[start : end - 1].rstrip().endswith((".", "!", "?", "…"))
    after = "" if whole else _until_sentence_end(text[end : end + _BESIDE_CHARS])
    said = _SAID.search(after)
    if said:
        return _nearest(after, find_names(after), said)
    before = _SENTENCE_END.split(text[max(0, start - _BESIDE_CHARS) : start])[-1]
    verbs = list(_SAID.finditer(before))
    return _nearest(before, find_names(before), verbs[-1]) if verbs else None


def _until_sentence_end(text: str) -> str:
    end = _SENTENCE_END.search(text)
    return text[: end.start()] if end else text


def _nearest(text: str, names: list[tuple[int, int, str]], verb: re.Match[str]) -> str | None:
    """The name nearest to the verb; one that owns something else does not speak."""
    speakers = [name for name in names if not text[: name[1]].endswith(("'s", "’s"))]
    if not speakers:
        return None
    return min(speakers, key=lambda name: min(abs(name[0] - verb.end()), abs(verb.start() - name[1])))[2]
