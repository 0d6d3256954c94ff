"""By which words the asides of a sentence are known, language by language; read once from the package's data.

In: a language code. Out: a frozen table, all words in lower case, or None where a language has none. `data/asides.toml` says
what each field is.
"""

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The words of one language by which its asides are known; the data file says what each is."""

    verbs: frozenset[str]
    relatives: tuple[str, ...]
    keep: frozenset[str]
    hedges: frozenset[str]
    open: frozenset[str]
    comparing: frozenset[str]
    grave: frozenset[str] = frozenset()
    verb_endings: str = "(?!)"
    not_verbs: frozenset[str] = frozenset()
    names_only: bool = False
    appositives: tuple[str, ...] = ()
    participles: str = "(?!)"
    past_participles: frozenset[str] = frozenset()
    not_participles: frozenset[str] = frozenset()
    tails: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    summatives: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    prepositions: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    circumstances: frozenset[str] = frozenset()
    resuming: tuple[str, ...] = ()
    dashes: bool = True
    subordinators: frozenset[str] = frozenset()
    subjects: tuple[str, ...] = ()
    attributing: tuple[str, ...] = ()
    nouns: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    definite: frozenset[str] = frozenset()
    adjuncts: tuple[str, ...] = ()
    adjunct_before: frozenset[str] = frozenset()
    adjunct_never_after: frozenset[str] = frozenset()

    def is_verb(self, word: str) -> bool:
        """Whether a word in lower case is a finite verb of the table."""
        bare = word.strip(".,’'\"")
        if bare in self.verbs:
            return True
        return bare not in self.not_verbs and re.fullmatch(self.verb_endings, bare) is not None


@cache
def grammar(lang: str | None) -> Grammar | None:
    """The table of a language; None where there is none."""
    tables = tomllib.loads((files("summarizer") / "data" / "asides.toml").read_text(encoding="utf-8"))
    own: dict[str, Any] | None = tables.get(lang or "")
    if own is None:
        return None
    shapes = {field.name: field.type for field in fields(Grammar)}
    return Grammar(**{key: _shaped(value, shapes[key]) for key, value in own.items()})


def _shaped(value: Any, shape: Any) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(sorted(value, key=len, reverse=True)) if "tuple" in str(shape) else frozenset(value)
