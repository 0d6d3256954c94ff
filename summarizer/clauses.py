"""The clauses of a claim that merges two sentences, as in "A storm hit the coast, and schools are closed".

In: a claim sentence. Out: its clauses, each to be sought in the source by itself; the sentence alone where it is one. Only
joints between clauses long enough to say something count, and none within a quotation.
"""

import re

from summarizer.alignment import SourceText, align
from summarizer.terms import terms
from summarizer.words import count_words

_JOINT = re.compile(
    r"(?:;|；|, (?:and|while|but|und|aber|et|mais|y|pero|e|ma|и|а|но))\s+", re.IGNORECASE
)  # of the languages with a table that write so
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")
_MIN_WORDS = 4
_OPENING_WORDS = 6  # "On Friday police said that" before the clause's own first word


def clauses(sentence: str) -> list[str]:
    """The parts between joints; the sentence alone where a part would be too short."""
    quoted = [match.span() for match in _QUOTED.finditer(sentence)]
    parts, at = [], 0
    for match in _JOINT.finditer(sentence):
        inside = any(start <= match.start() < end for start, end in quoted)
        if inside or min(count_words(sentence[at : match.start()]), count_words(sentence[match.end() :])) < _MIN_WORDS:
            continue
        parts.append(sentence[at : match.start()])
        at = match.end()
    return [*parts, sentence[at:]]


def stands_alone(clause: str, source: SourceText) -> bool:
    """Whether the clause has the subject that its source sentence has; one without ("and was arrested") has the clause's before."""
    found = align(terms(clause, source.table).keys, source)
    return bool(found.pairs) and found.pairs[0][0] == 0 and found.pairs[0][1] <= _OPENING_WORDS
