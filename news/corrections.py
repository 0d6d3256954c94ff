"""Whether a sentence that was told still stands in a later revision of its article, and what stands in its place.

In go the sentence as it was told and the sentences of the new revision; out comes a `Standing`. A sentence stands where
the revision has it word for word, or where one sentence of the revision says the same in other words: no fact of the told
one is missing there. It is corrected where the likest sentence says another number, date, name or quotation; withdrawn where
no sentence is like it, as in a text that was cut to an opening or rewritten altogether. Pure, and free of models: the decision
can be explained. Only what is corrected is worth a reader's time: a publisher who shortens a text takes nothing back.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from news.aliases import fold
from news.facts import extract, missing
from news.reading import Sentence

LIKE = 0.5  # of the words of the shorter sentence that must be shared before one can be the correction of the other
_CHECKED = frozenset({"number", "date", "name", "quotation", "speaker"})
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


class Fate(StrEnum):
    """What became of a told sentence."""

    STANDS = "stands"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """The fate of a told sentence; `now` is the sentence that says it today, `changed` what was told and is not there."""

    fate: Fate
    now: Sentence | None = None
    changed: tuple[tuple[str, str], ...] = ()  # (kind, what) as `news.facts.missing`


def standing(told: str, sentences: Sequence[Sentence], lang: str | None = None) -> Standing:
    """What became of a told sentence in a revision with these sentences."""
    wanted = _plain(told)
    for sentence in sentences:
        if wanted and wanted in _plain(sentence.text):
            return Standing(Fate.STANDS, sentence)
    words = _words(told)
    likest = max(sentences, key=lambda sentence: _likeness(words, _words(sentence.text)), default=None)
    if likest is None or _likeness(words, _words(likest.text)) < LIKE:
        return Standing(Fate.WITHDRAWN)
    changed = tuple(each for each in missing(extract(told, lang), extract(likest.text, lang)) if each[0] in _CHECKED)
    if not changed:
        return Standing(Fate.STANDS, likest)
    whole = extract("\n".join(sentence.text for sentence in sentences), lang)
    lost = {each for each in missing(extract(told, lang), whole) if each[0] in _CHECKED}
    taken_back = tuple(each for each in changed if each in lost)
    # what another sentence of the revision still says was only moved there
    return Standing(Fate.CORRECTED, likest, taken_back) if taken_back else Standing(Fate.STANDS, likest)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0


def _words(text: str) -> frozenset[str]:
    """Words without numbers, which are what a correction changes; of a script without spaces, pairs of characters."""
    folded = fold(text)
    if _WIDE.search(folded):
        signs = "".join(re.findall(r"[^\W\d_]", folded))
        return frozenset(signs[place : place + 2] for place in range(len(signs) - 1))
    return frozenset(word for word in _WORD.findall(folded) if not word[0].isdigit())


def _plain(text: str) -> str:
    return " ".join(fold(text).split()).rstrip(" .!?…。！？")
