"""Whether a sentence can stand alone: its opening leans on nothing before it.

In: a sentence, or all of a text, and the language. Out: True where it begins with a pronoun, a connective or a quotation that
only the sentence before makes clear ("He also …", "That plan …"); of a text, the places of the sentences of which one has to
stand before: that before it, or for "The hackers …" one that speaks of hackers, where the text itself introduced them.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from summarizer.grammar import Grammar, grammar
from summarizer.tables import language_table

_QUOTE_MARKS = "\"“«„「『”»'‘"
_NO_SPACES = frozenset({"zh", "ja"})
_OPENING_CHARS = 60
_TORN = re.compile(r"[a-zà-öø-ÿа-яё]+(?![\w.@/-])")  # a sentence torn off from its beginning; not "iPhone", "www.…"
_WORD = re.compile(r"[^\W_][\w’'-]*")
_NOUN_WORDS = 4  # behind its article a subject has at most so many
_ARTICLE_WORDS = 3  # an article stands at most so many words before its noun
_READ = 200  # sentences whose words are remembered
_STEM_CHARS = 7


def is_dangling(sentence: str, lang: str | None) -> bool:
    """Whether the opening needs the sentence before."""
    table = language_table(lang)
    opening = sentence.lstrip(_QUOTE_MARKS + " -–—(")
    folded = opening.casefold()
    if _TORN.match(opening):
        return True
    for phrase in table.dangling:
        if folded.startswith(phrase):
            rest = folded[len(phrase) :]
            if not rest or lang in _NO_SPACES or not (rest[0].isalnum() or rest[0] == "-"):
                return not folded.startswith(table.forward)
    return any(f" {phrase} " in f" {folded[:_OPENING_CHARS]} " for phrase in table.dangling_inside)


def opens_with_quotation(sentence: str) -> bool:
    """Whether it begins with somebody's words rather than with what happened."""
    return sentence[:1] in _QUOTE_MARKS


def antecedents(sentences: Sequence[str], lang: str | None) -> list[frozenset[int]]:
    """For each sentence the places of those of which one makes its opening clear; empty where it stands alone."""
    table = grammar(lang)
    mentions: dict[str, list[int]] = defaultdict(list)
    known: set[str] = set()  # things that were "the" from the first
    found: list[frozenset[int]] = []
    for place, sentence in enumerate(sentences):
        needs: frozenset[int] = frozenset()
        if place and is_dangling(sentence, lang):
            needs = frozenset({place - 1})
        elif table is not None and table.definite and place < _READ:
            noun = _definite_subject(sentence, table)
            if noun and noun not in known:
                needs = frozenset(mentions.get(noun, ()))
        found.append(needs)
        if table is not None and table.definite and place < _READ:
            _remember(sentence, place, table, (mentions, known))
    return found


def _definite_subject(sentence: str, table: Grammar) -> str | None:
    """The noun of "The three hackers said …"; none for a name, or where "The report of May …" says which."""
    words = _WORD.findall(sentence[: _OPENING_CHARS * 2])[: _NOUN_WORDS + 2]
    if len(words) < 3 or words[0].casefold() not in table.definite:
        return None
    for place in range(2, len(words)):
        if table.is_verb(words[place].casefold()):
            noun = words[place - 1]
            return None if noun[0].isupper() and not _nouns_have_capitals(table) else _stem(noun)
    return None


def _remember(sentence: str, place: int, table: Grammar, memory: tuple[dict[str, list[int]], set[str]]) -> None:
    mentions, known = memory
    words = [word.casefold() for word in _WORD.findall(sentence)]
    for at, word in enumerate(words):
        stem = _stem(word)
        if stem not in mentions and not table.definite.isdisjoint(words[max(0, at - _ARTICLE_WORDS) : at]):
            known.add(stem)
        if not mentions[stem] or mentions[stem][-1] != place:
            mentions[stem].append(place)


def _stem(word: str) -> str:
    return word.casefold().removesuffix("'s").removesuffix("’s").rstrip("s")[:_STEM_CHARS]


def _nouns_have_capitals(table: Grammar) -> bool:
    return "der" in table.definite
