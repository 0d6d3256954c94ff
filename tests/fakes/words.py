"""Words as the in-memory search sees them: folded, without accents, with the plainest English plural taken off."""

import re
import unicodedata

from news.reading import WordQuery


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return [_singular(word) for word in re.findall(r"\w+", plain)]


def matches(query: WordQuery, text: str) -> float:
    """How well the text answers, 0 for not at all: occurrences of the terms in a text of this length."""
    found = words(text)
    counts = [sum(_count(term, found) for term in group) for group in query.groups]
    needed = [_count(term, found) for term in query.must]
    if any(_count(term, found) for term in query.must_not) or not all(needed):
        return 0.0
    enough = any(counts) if query.any_group else all(counts)
    if not enough or not (counts or needed):
        return 0.0
    return sum(count / (count + 1.2) for count in (*counts, *needed)) / (1 + len(found) / 10_000)


def _count(term: str, found: list[str]) -> int:
    """Occurrences of a term; of several words, those of the rarest."""
    return min((found.count(word) for word in words(term)), default=0)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
