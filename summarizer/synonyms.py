"""Which words may stand for each other, and which deny each other: WordNet's answer, for English alone.

In: stems as `summarizer.terms` makes them, those of several words joined by "_". Out: yes or no. The table is made by
`benchmarks/summ_make_synonyms.py`. Read once, when English is first compared; pure after that.
"""

import gzip
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

_TABLES = {"en": "wordnet_en.txt.gz"}


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The table of a language; empty where there is none."""

    irregular: dict[str, str] = field(default_factory=dict)  # of a form, the stem of its first form
    rows: dict[str, str] = field(default_factory=dict)  # of a stem, "what may tell it!what denies it"

    def tellers(self, there: str) -> list[str]:
        """What a claim may say where the source has `there`: the same, what it implies, or what it is a kind of."""
        return self.rows.get(there, "").partition("!")[0].split()

    def deny(self, one: str, other: str) -> bool:
        """Whether either denies the other."""
        return any(
            word in self.rows.get(first, "").partition("!")[2].split() for first, word in ((one, other), (other, one))
        )


@cache
def synonyms(lang: str) -> Synonyms:
    """The table of a language."""
    name = _TABLES.get(lang)
    if name is None:
        return Synonyms()
    irregular: dict[str, str] = {}
    rows: dict[str, str] = {}
    text = gzip.decompress((files("summarizer") / "data" / name).read_bytes()).decode()
    for line in text.splitlines():
        word, mark, rest = line.partition("=")
        if mark:
            rows[word] = rest
        elif not line.startswith("#"):
            form, _, first = line.partition(">")
            irregular[form] = first
    return Synonyms(irregular, rows)
