"""Makes summarizer/data/wordnet_en.txt.gz out of WordNet 3.0: which English words may stand for each other, and which deny each other.

    apt-get install wordnet-base
    python -m benchmarks.summ_make_synonyms [/usr/share/wordnet]

Of each lemma the senses that are usual are read (WordNet orders them by how often they were met), so that rare ones do not
make everything mean everything. A line holds a word, then what it may be told by: words of the same synset, what it implies
(kill: die), what it is derived from or to (die: death), and what it is a kind of (dagger: weapon), and then what denies it.
Words are Snowball stems, as the verifier compares them; those of several words are joined by "_". Irregular forms lead to
their stem. Only words that the bundled encoder's vocabulary has, so that the table is of words that news use.
"""

import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import Stemmer

from summarizer.loading import bundled_folder

OUT = Path(__file__).parents[1] / "summarizer" / "data" / "wordnet_en.txt.gz"
_PARTS = ("noun", "verb", "adj", "adv")
_LETTER = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
_USUAL = {"noun": 3, "verb": 4, "adj": 3, "adv": 2}  # senses of a lemma
_PLAIN = re.compile(r"[a-z]+(?:_[a-z]+){0,2}")
_STEM = Stemmer.Stemmer("english")

Key = tuple[str, str]
"""Part of speech and place of a synset."""


@dataclass(slots=True)
class Synset:
    words: list[str]
    pointers: list[tuple[str, Key, int, int]]  # kind, target, word here, word there; 0: of the whole synset


@dataclass(slots=True)
class Lexicon:
    synsets: dict[Key, Synset] = field(default_factory=dict)
    senses: dict[tuple[str, str], list[Key]] = field(default_factory=dict)


def read(folder: Path) -> Lexicon:
    """WordNet's own files; the format is in its manual, wndb(5WN)."""
    found = Lexicon()
    for part in _PARTS:
        for line in (folder / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split(" | ")[0].split()
            count = int(fields[3], 16)
            words = [re.sub(r"\(\w+\)$", "", word).casefold() for word in fields[4 : 4 + 2 * count : 2]]
            start = 4 + 2 * count + 1
            pointers = [
                (fields[i], (_LETTER[fields[i + 2]], fields[i + 1]), *divmod(int(fields[i + 3], 16), 256))
                for i in range(start, start + 4 * int(fields[start - 1]), 4)
            ]
            found.synsets[part, fields[0]] = Synset(words, pointers)
        for line in (folder / f"index.{part}").read_text(encoding="utf-8").splitlines():
            if not line.startswith(" "):
                fields = line.split()
                found.senses[fields[0], part] = [(part, place) for place in fields[-int(fields[2]) :]]
    return found


def stems(word: str) -> str:
    """The word as the verifier has it."""
    return "_".join(_STEM.stemWord(each) for each in word.split("_"))


def usual(lexicon: Lexicon, word: str, key: Key) -> bool:
    """Whether the word is used so often enough to be understood so."""
    return key in lexicon.senses.get((word, key[0]), [])[: _USUAL[key[0]]]


def related(lexicon: Lexicon, word: str, part: str) -> Iterator[tuple[str, str]]:
    """(kind, other word): `=` may be told by it, `!` is denied by it."""
    for key in lexicon.senses[word, part][: _USUAL[part]]:
        synset = lexicon.synsets[key]
        place = synset.words.index(word) + 1
        yield from (("=", other) for other in synset.words if other != word and usual(lexicon, other, key))
        for kind, target, here, there in synset.pointers:
            if here not in {0, place}:
                continue
            beyond = lexicon.synsets[target]
            named = beyond.words if there == 0 else [beyond.words[there - 1]]
            others = [other for other in named if usual(lexicon, other, target)]
            if kind in {"@", ">", "*", "+", "&", "\\"}:
                yield from (("=", other) for other in others)
            if kind == "!":
                yield from (("!", other) for other in beyond.words if usual(lexicon, other, target))
        if part in {"verb", "noun", "adj"}:
            yield from (("!", other) for other in _denied(lexicon, synset))
            for kind, target, _, _ in synset.pointers:
                if kind == "&":
                    yield from (("!", other) for other in _denied(lexicon, lexicon.synsets[target]))


def _denied(lexicon: Lexicon, synset: Synset) -> Iterator[str]:
    """What denies any word of a synset."""
    for kind, target, _, _ in synset.pointers:
        if kind == "!":
            yield from (other for other in lexicon.synsets[target].words if usual(lexicon, other, target))


def table(lexicon: Lexicon, known: frozenset[str]) -> dict[str, tuple[set[str], set[str]]]:
    """Of each stem, what may tell it and what denies it."""
    found: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))

    def usable(word: str) -> bool:
        return bool(_PLAIN.fullmatch(word)) and all(each in known for each in word.split("_"))

    for word, part in lexicon.senses:
        if not usable(word):
            continue
        own = stems(word)
        for kind, other in related(lexicon, word, part):
            if usable(other) and stems(other) != own:
                found[own][kind == "!"].add(stems(other))
    return {word: (told - denied, denied) for word, (told, denied) in found.items()}


def irregular(folder: Path, known: frozenset[str]) -> dict[str, str]:
    """Irregular forms whose stem is not that of their lemma: bought, buy."""
    found: dict[str, str] = {}
    for part in _PARTS:
        for line in (folder / f"{part}.exc").read_text(encoding="utf-8").splitlines():
            form, lemma = line.split()[:2]
            if (
                _PLAIN.fullmatch(form)
                and form in known
                and lemma in known
                and stems(form) != stems(lemma)
                and len(form) > 2
            ):
                found.setdefault(form, stems(lemma))
    return found


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/wordnet")
    known = frozenset((bundled_folder() / "vocab.txt").read_text(encoding="utf-8").split())
    lines = ["# Made from WordNet 3.0, Copyright 2006 by Princeton University; see wordnet_license.txt."]
    lines += [f"{form}>{stem}" for form, stem in sorted(irregular(folder, known).items())]
    lines += [
        f"{word}={' '.join(sorted(told))}!{' '.join(sorted(denied))}"
        for word, (told, denied) in sorted(table(read(folder), known).items())
        if told or denied
    ]
    with gzip.GzipFile(OUT, "wb", mtime=0) as file:
        file.write(("\n".join(lines) + "\n").encode())
    print(len(lines), "lines", OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
