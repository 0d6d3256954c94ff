"""Which words mean the same actor: countries, their people, capitals and leaders, organisations.

Things of several names are told alike: "COVID-19" is the coronavirus, a president one of the "world leaders".
The words are data (`bot/data/aliases.toml`, names in other languages from CLDR at the edge); here is only what is done with
them: a question's words become poles (actors that the table knows, or plain words) so that "Sino-Russian ties" asks for both
China and Russia. Generic words ("relations", "news") and function words carry nothing and are told apart by the table too.
Everything is pure and folded alike: case and accents do not matter, but an alias of at most three capitals ("US", "WHO") is
matched only as written in capitals.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from itertools import takewhile
from typing import Any

_WORD = re.compile(r"[\w'’.&]+(?:-[\w'’.&]+)*", re.UNICODE)
_JOINT = re.compile(r"[–—/·]")  # "Russia–China", "US/China": two words
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_ARABIC_JOINED = re.compile(r"[وفبلك][\u0600-\u06ff]+")
_LEAST_DECLINED = 5
"""Letters of a name that is recognised by its beginning; in shorter ones the ending is most of the name."""

_CLOSE = 0.84
"""difflib's ratio from which a misspelt word is taken for a name: one letter of six, two letters swapped of eight."""


class Role(StrEnum):
    """How a word stands for its group."""

    NAME = "name"  # Russia, Russian
    SEAT = "seat"  # Moscow, Kremlin
    PERSON = "person"  # Putin


@dataclass(frozen=True, slots=True)
class AliasGroup:
    """One actor. `prefixes` stand before a hyphen only: "Sino-"."""

    key: str  # ISO 3166-1 alpha-2 of a country, a short name else
    names: tuple[str, ...]
    seats: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # what an article may call it and a question does not: "president" for "world leaders"
    thing: bool = False  # no actor: names of one thing, "COVID-19" and "coronavirus"

    def terms(self, *, people: bool) -> tuple[str, ...]:
        """What an article may call it."""
        return (*self.names, *self.seats, *self.also, *(self.people if people else ()))


@dataclass(frozen=True, slots=True)
class Pole:
    """One thing that a question names: an actor of the table, or a plain word (`group` is None)."""

    word: str  # as asked
    group: AliasGroup | None = None
    role: Role | None = None
    generic: bool = False

    @property
    def acts(self) -> bool:
        """Whether it is an actor: a country, an organisation, one of their people."""
        return self.group is not None and not self.group.thing

    def terms(self, *, wide: bool) -> tuple[str, ...]:
        """What to look for. `wide`: the question relates several actors, so a capital or leader stands for the country.

        Otherwise who asks for Moscow or Putin wants these, not all of Russia.
        """
        if self.group is None:
            return (self.word,)
        if wide or self.role is Role.NAME:
            return tuple(dict.fromkeys((self.word, *self.group.terms(people=wide))))
        return (self.word,)


@dataclass(frozen=True, slots=True)
class AliasTable:
    """All groups, and the words that carry nothing."""

    groups: tuple[AliasGroup, ...] = ()
    generic: frozenset[str] = frozenset()  # folded
    stop: frozenset[str] = frozenset()  # folded
    _index: Mapping[str, tuple[tuple[AliasGroup, Role, str], ...]] = field(init=False, repr=False, compare=False)
    _prefixes: Mapping[str, AliasGroup] = field(init=False, repr=False, compare=False)
    _longest_words: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the terms by their folded words."""
        index: dict[str, tuple[tuple[AliasGroup, Role, str], ...]] = {}
        for group in self.groups:
            for role, terms in ((Role.NAME, group.names), (Role.SEAT, group.seats), (Role.PERSON, group.people)):
                for term in terms:
                    index[fold(term)] = (*index.get(fold(term), ()), (group, role, term))
        prefixes = {fold(prefix): group for group in self.groups for prefix in group.prefixes}
        object.__setattr__(self, "_index", index)
        object.__setattr__(self, "_prefixes", prefixes)
        object.__setattr__(self, "_longest_words", max((key.count(" ") + 1 for key in index), default=1))

    def poles(self, terms: Sequence[str]) -> tuple[Pole, ...]:
        """What the words of a question name, in order, each once; function words left out unless there is nothing else."""
        words = [part for term in terms for part in self._split(term)]
        found: list[Pole] = []
        at = 0
        while at < len(words):
            pole, used = self._longest(words, at)
            found.append(pole)
            at += used
        carrying = [pole for pole in found if pole.group is not None or fold(pole.word) not in self.stop]
        return _once(carrying or found)

    def corrected(self, word: str, vocabulary: Collection[str] = ()) -> str | None:
        """The actor's name, else the word of `vocabulary` (folded), that is nearly this word; None: none, or it is short."""
        folded = fold(word)
        if len(folded) < 5 or folded in self._index or folded in vocabulary:
            return None
        names = [key for key in self._index if len(key) >= 5 and key[0] == folded[0]]
        close = get_close_matches(folded, names, n=1, cutoff=_CLOSE)
        if close:
            return self._index[close[0]][0][2]
        near = [known for known in vocabulary if abs(len(known) - len(folded)) <= 2 and known[0] == folded[0]]
        return next(iter(get_close_matches(folded, near, n=1, cutoff=_CLOSE)), None)

    def _split(self, term: str) -> list[str]:
        """Words of a term; a hyphen parts them only where it joins actors: "Sino-Russian", not "COVID-19"."""
        words: list[str] = []
        for word in _WORD.findall(_JOINT.sub(" ", term)):
            plain = word.strip("'’.&") if self._match(word) is None else word
            parts = plain.split("-")
            if len(parts) > 1 and all(part and self._actor(part) is not None for part in parts):
                words.extend(self._spelt_out(part) for part in parts)
            elif plain:
                words.extend(self._split_cjk(plain))
        return words

    def _split_cjk(self, word: str) -> list[str]:
        """Actors' names inside a run of letters without spaces, and the rest; ideographs in a row stand for several."""
        if not is_unspaced(word) or fold(word) in self._index:
            return [word]
        short = list(takewhile(self._prefixes.__contains__, word))
        if len(short) > 1:
            return [*(self._prefixes[sign].names[0] for sign in short), *self._split_cjk_rest(word[len(short) :])]
        return self._split_cjk_rest(word)

    def _split_cjk_rest(self, word: str) -> list[str]:
        names = sorted((key for key in self._index if is_unspaced(key) and key in word), key=len, reverse=True)
        parts = re.split("(" + "|".join(map(re.escape, names)) + ")", word) if names else [word]
        return [piece for part in parts for piece in ([part] if part in names else self._plain_cjk(part))]

    def _plain_cjk(self, part: str) -> list[str]:
        """Letters without spaces without the function words in them; a single sign is cut off only where they were cut."""
        empty = [known for known in self.stop | self.generic if is_unspaced(known) and known in part]
        longer = sorted((known for known in empty if len(known) > 1), key=len, reverse=True)
        pieces = re.split("(" + "|".join(map(re.escape, longer)) + ")", part) if longer else [part]
        signs = "".join(known for known in empty if len(known) == 1)
        cut = [piece if piece in longer else piece.strip(signs) for piece in pieces] if len(pieces) > 1 else pieces
        return [piece for piece in cut if piece]

    def _actor(self, part: str) -> AliasGroup | None:
        match = self._match(part)
        return match[0] if match else self._prefixes.get(fold(part))

    def _spelt_out(self, part: str) -> str:
        """A prefix as the name it stands for; anything else as it is."""
        if self._match(part) is None and fold(part) in self._prefixes:
            return self._prefixes[fold(part)].names[0]
        return part

    def _longest(self, words: Sequence[str], at: int) -> tuple[Pole, int]:
        for count in range(min(self._longest_words, len(words) - at), 0, -1):
            asked = " ".join(words[at : at + count])
            match = self._match(asked)
            if match is not None:
                return Pole(asked, match[0], match[1]), count
        return Pole(words[at], generic=fold(words[at]) in self.generic), 1

    def _match(self, asked: str) -> tuple[AliasGroup, Role] | None:
        possessive = re.sub(r"['’]s$", "", asked)
        for group, role, term in self._index.get(fold(possessive), ()):
            if not (term.isupper() and len(term) <= 3) or possessive == term:
                return group, role
        return self._declined(fold(asked)) or self._joined(fold(asked))

    def _joined(self, folded: str) -> tuple[AliasGroup, Role] | None:
        """An Arabic name with the letter before it that means "and", "in", "to" or "like"."""
        if len(folded) < _LEAST_DECLINED or not _ARABIC_JOINED.fullmatch(folded):
            return None
        return next((known[:2] for known in self._index.get(folded[1:], ())), None)

    def _declined(self, folded: str) -> tuple[AliasGroup, Role] | None:
        """A name in another case of Russian or its neighbours: all but the ending is the same."""
        if len(folded) < _LEAST_DECLINED or not _CYRILLIC.fullmatch(folded):
            return None
        stem = folded[: max(_LEAST_DECLINED - 1, len(folded) - 2)]
        near = [key for key in self._index if key.startswith(stem) and abs(len(key) - len(folded)) <= 2]
        if not near:
            return None
        nearest = min(near, key=lambda key: (abs(len(key) - len(folded)), key))
        return self._index[nearest][0][:2]


def fold(text: str) -> str:
    """Without case, accents and doubled white space."""
    if text.isascii():
        return " ".join(text.casefold().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())


def is_unspaced(text: str) -> bool:
    """Whether it has letters of a script that puts no spaces between words."""
    return _CJK.search(text) is not None


def read_table(data: Mapping[str, Any], more_names: Mapping[str, Iterable[str]] | None = None) -> AliasTable:
    """The table out of the TOML's data; `more_names` are further names by key, in other languages."""
    more = more_names or {}
    groups = tuple(
        AliasGroup(
            key=key,
            names=tuple(dict.fromkeys((*entry["names"], *more.get(key, ())))),
            seats=tuple(entry.get("seats", ())),
            people=tuple(entry.get("people", ())),
            prefixes=tuple(entry.get("prefixes", ())),
        )
        for key, entry in data["groups"].items()
    )
    things = tuple(
        AliasGroup(key=key, names=tuple(entry["names"]), also=tuple(entry.get("also", ())), thing=True)
        for key, entry in data.get("things", {}).items()
    )
    generic = frozenset(fold(word) for word in data["generic"])
    return AliasTable((*groups, *things), generic, frozenset(fold(word) for word in data["stop"]))


def _once(poles: Iterable[Pole]) -> tuple[Pole, ...]:
    """Each actor, person and word once, the first mention first."""
    seen: dict[str, Pole] = {}
    for pole in poles:
        named = pole.group is not None and pole.role is not Role.PERSON
        seen.setdefault(f"group {pole.group.key}" if pole.group and named else f"word {fold(pole.word)}", pole)
    return tuple(seen.values())
