"""Whether a sentence speaks of what was asked: it or its article's beginning names the question's poles.

An article whose headline and opening name what was asked is about it, and each of its sentences may stand in an answer. A
sentence of another article stands there only if it names itself what the opening does not. So a question about the
coronavirus in the United States gets neither a sentence about primary elections, though the article mentions the
disease further down, nor one about Bavaria. Where no sentence at all names enough, those that name most may stand.
In: the poles of the question, the articles. Pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from news.aliases import Pole, Role, fold, is_unspaced
from news.entities import Article
from news.ids import ArticleId

OPENING_CHARS = 300
"""Of an article's text that, with its headline, say what it is about: one or two sentences."""

_WORD = re.compile(r"[^\W_]+(?:[-.&][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s\b")
_STEM_LEAST = 4
_ENDING = 2
"""Letters of a word that may differ in another form of it ("invades", "invaded"); a form is at most twice as much longer."""


@dataclass(frozen=True, slots=True)
class _Name:
    """How one pole is recognised in a text."""

    actor: bool
    words: frozenset[str]  # folded; a whole word
    capitals: frozenset[str]  # "US", "WHO": as written only
    phrases: tuple[str, ...]  # folded; several words, or letters of a script without spaces
    stems: tuple[tuple[str, int], ...]  # beginning of a word, and the word's greatest length

    def is_in(self, folded: str, words: frozenset[str], raw: frozenset[str]) -> bool:
        """Whether the text names it."""
        if not words.isdisjoint(self.words) or not raw.isdisjoint(self.capitals):
            return True
        if any(phrase in folded for phrase in self.phrases):
            return True
        return any(word.startswith(stem) and len(word) <= most for stem, most in self.stems for word in words)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question asks for, as it is recognised in texts."""

    names: tuple[_Name, ...]

    def named(self, text: str) -> frozenset[int]:
        """Which of the poles the text names, by place."""
        plain = _POSSESSIVE.sub("", text)
        folded = fold(plain)
        raw = frozenset(_WORD.findall(plain))
        words = frozenset(_WORD.findall(folded))
        return frozenset(at for at, name in enumerate(self.names) if name.is_in(folded, words, raw))

    def is_met(self, named: Iterable[int]) -> bool:
        """Whether that is what was asked: every actor, and at least half of the plain words."""
        places = set(named)
        actors = {at for at, name in enumerate(self.names) if name.actor}
        plain = set(range(len(self.names))) - actors
        return actors <= places and len(plain & places) >= ceil(len(plain) / 2)


@dataclass(frozen=True, slots=True)
class Focus:
    """The subject with what the beginnings of the articles name of it."""

    subject: Subject = Subject(())
    openings: Mapping[ArticleId, frozenset[int]] = field(default_factory=dict)
    enough: int | None = None  # poles that a sentence must name where none names what was asked

    def is_about(self, article_id: ArticleId) -> bool:
        """Whether the article's beginning says that it is about what was asked."""
        return self._is_enough(self.openings.get(article_id, frozenset()))

    def speaks(self, article_id: ArticleId, text: str) -> bool:
        """Whether a sentence of this article may stand in an answer."""
        opening = self.openings.get(article_id, frozenset())
        return self._is_enough(opening) or self._is_enough(opening | self.subject.named(text))

    def left_open(self, article_id: ArticleId) -> frozenset[int]:
        """The actors that the article's beginning does not name; of a question of one word, that word."""
        names = self.subject.names
        sought = frozenset(at for at, name in enumerate(names) if name.actor or len(names) == 1)
        return sought - self.openings.get(article_id, frozenset())

    def adds(self, article_id: ArticleId, text: str) -> float:
        """The share that a sentence names of what the article's beginning leaves open, 0..1: that is what was asked of it."""
        left = self.left_open(article_id)
        return len(left & self.subject.named(text)) / len(left) if left else 0.0

    def bonus(self, article_id: ArticleId, text: str) -> float:
        """`adds` for an article that is about the rest of the question; one that is about none of it gets none."""
        return self.adds(article_id, text) if self.openings.get(article_id) else 0.0

    def _is_enough(self, named: frozenset[int]) -> bool:
        return len(named) >= self.enough if self.enough is not None else self.subject.is_met(named)


def subject_of(poles: Sequence[Pole], *, wide: bool) -> Subject:
    """The subject that these poles name; `wide`: the question relates several actors."""
    return Subject(tuple(_name(pole, wide=wide) for pole in poles))


def opened(subject: Subject, articles: Mapping[ArticleId, Article]) -> Focus:
    """The focus with what the beginnings of these articles name."""
    return Focus(
        subject,
        {
            known: subject.named(f"{article.title}. {article.text[:OPENING_CHARS]}")
            for known, article in articles.items()
        },
    )


def loosened(focus: Focus, offered: Mapping[ArticleId, Sequence[str]], *, least: int) -> Focus:
    """The focus itself where a sentence may stand by it; else one by which those may that name most, `least` poles or more."""
    if any(focus.speaks(known, text) for known, texts in offered.items() for text in texts):
        return focus
    named = (
        len(focus.openings.get(known, frozenset()) | focus.subject.named(text))
        for known, texts in offered.items()
        for text in texts
    )
    return Focus(focus.subject, focus.openings, max(least, max(named, default=0)))


def _name(pole: Pole, *, wide: bool) -> _Name:
    known = pole.terms(wide=wide or pole.role is Role.NAME)
    capitals = frozenset(term for term in known if term.isupper() and len(term) <= 3 and not is_unspaced(term))
    folded = {fold(term) for term in known if term not in capitals}
    single = frozenset(term for term in folded if _WORD.fullmatch(term) and not is_unspaced(term))
    declined = (term for term in single if not pole.acts or not term.isascii())
    return _Name(
        actor=pole.acts,
        words=single,
        capitals=capitals,
        phrases=tuple(sorted(folded - single)),
        stems=tuple(sorted(_stem(term) for term in declined)),
    )


def _stem(term: str) -> tuple[str, int]:
    if len(term) < _STEM_LEAST:
        return term, len(term) + 1
    return term[: max(_STEM_LEAST, len(term) - _ENDING)], len(term) + 2 * _ENDING
