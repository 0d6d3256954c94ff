"""On which numbers the publishers of a story differ: 12 killed here, 9 killed there, told at the same time.

In go the articles of one story, each with its sentences and its publisher's family (`Account`). Out come differences: the thing
counted, and each number with its words as they stand in the text and all articles that say it. Two numbers differ when they
count the same thing in sentences of the same event, what befell those counted is the same (killed is not injured), no
family has both, and neither is the other rounded. A number that a later report raises is no difference but a development.
Pure; nothing raises.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import combinations

from news.folding import MARKS, ascii_digits, folded
from news.lexicon import FATES, MONTHS, SCALES
from news.reading import CitedSentence
from news.wording import overlap, stems

SAME_TIME = timedelta(hours=12)
"""Apart by less than this, two different numbers are a disagreement and not a development."""

_NUMBER = re.compile(
    r"(?<![^\W\u3040-\u9fff])(?<![.,:-])(\d{1,3}(?:[ ,.]\d{3})+|\d+(?:[.,]\d+)?)\s?(%|(?:[^\W\d_]|"
    + MARKS
    + r"){3,}|[\u3400-\u9fff]+)"
)
_GROUPED = re.compile(r"(?<=\d)[ ,](?=\d{3})")
_CLAUSE_END = re.compile(r"[,;:.!?。！？，、；：،؛।()\[\]“”«»\"]")
_WORD = re.compile(rf"(?:[^\W\d_]|{MARKS})+")
_YEARS = range(1900, 2101)
_ROUNDED = 0.1  # share by which a round number may stand for another
_AROUND = 6  # words on each side in which what befell those counted is looked for
_NEAR = 2  # words after "12 million" or "12%" that say of what
_LEAST_COMMON = 4  # words of two sentences of one event
_SAME_EVENT = 0.5  # share of them


@dataclass(frozen=True, slots=True)
class Account:
    """What one article says, sentence by sentence."""

    family: str  # who owns its outlet
    published_at: datetime
    text: str  # all of it: a number that stands anywhere in it is not disputed by it
    sentences: tuple[CitedSentence, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A number as some of the publishers give it; `phrase` cites all of them, `sentence` is the first that says it."""

    phrase: CitedSentence
    sentence: CitedSentence


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing of which publishers give different numbers, the claim met first leading."""

    thing: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Count:
    """A number in a sentence, with what it counts."""

    number: str
    thing: str
    fates: frozenset[str]  # what befell those counted
    near: frozenset[str]  # the next words
    phrase: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A count with the sentence and the article that say it."""

    count: _Count
    sentence: CitedSentence
    account: Account
    words: frozenset[str] = field(repr=False)


def differences(accounts: Sequence[Account]) -> list[Difference]:
    """The things on which the accounts of one story differ, in their order."""
    said = [_counts_of(account) for account in accounts]
    texts: dict[str, list[str]] = {}
    for account in accounts:
        texts.setdefault(account.family, []).append(_plain(account.text))
    found: dict[str, dict[str, list[_Said]]] = {}
    for lefts, rights in combinations(said, 2):
        for left in lefts:
            for right in rights:
                if left.count.thing == right.count.thing and _differ(left, right, texts):
                    claims = found.setdefault(left.count.thing, {})
                    for each in (left, right):
                        claims.setdefault(each.count.number, []).append(each)
    return [
        Difference(thing, tuple(map(_claim, claims.values()))) for thing, claims in found.items() if _certain(claims)
    ]


def renewed(older: str, newer: str) -> bool:
    """Whether a later sentence gives another number of the same thing, so that the older one is out of date."""
    lefts, rights = _counts(older), _counts(newer)
    return any(
        left.number != right.number and _same_thing(left, right) and _same_event(stems(older), stems(newer))
        for left in lefts
        for right in rights
        if left.thing == right.thing
    )


def _certain(claims: Mapping[str, Sequence[_Said]]) -> bool:
    """Whether each family gives one number only: who gives two counts two things."""
    families = [family for said in claims.values() for family in {each.account.family for each in said}]
    return len(families) == len(set(families))


def _counts_of(account: Account) -> list[_Said]:
    return [
        _Said(count, sentence, account, stems(sentence.text))
        for sentence in account.sentences
        for count in _counts(sentence.text)
    ]


def _differ(left: _Said, right: _Said, texts: dict[str, list[str]]) -> bool:
    one, other = left.account, right.account
    numbers = left.count.number, right.count.number
    return (
        numbers[0] != numbers[1]
        and one.family != other.family
        and abs(one.published_at - other.published_at) <= SAME_TIME
        and _same_thing(left.count, right.count)
        and _same_event(left.words, right.words)
        and not _rounded(*numbers)
        and not any(_has(text, numbers[0]) for text in texts[other.family])
        and not any(_has(text, numbers[1]) for text in texts[one.family])
    )


def _same_thing(left: _Count, right: _Count) -> bool:
    """Whether two numbers of the same word count the same: of one fate, and of a share or a million the same things."""
    if left.fates != right.fates:
        return False
    return bool(left.near & right.near) if left.thing == "%" or SCALES.get(left.thing) is not None else True


def _same_event(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether two sentences speak of the same: most of their longer words are the same."""
    return len(left & right) >= _LEAST_COMMON and overlap(left, right) >= _SAME_EVENT


def _claim(said: Iterable[_Said]) -> Claim:
    each = list(said)
    citations = tuple(dict.fromkeys(citation for one in each for citation in one.sentence.citations))
    return Claim(CitedSentence(text=each[0].count.phrase, citations=citations), each[0].sentence)


@lru_cache(maxsize=4096)  # a story's sentences are compared with those of each of its other articles
def _counts(sentence: str) -> tuple[_Count, ...]:
    """Numbers by the word that follows; a word with two numbers says nothing certain, a year or a day is no count."""
    found: dict[str, _Count] = {}
    twice: set[str] = set()
    plain = ascii_digits(sentence)
    matches = list(_NUMBER.finditer(plain))
    for place, match in enumerate(matches):
        number = _plain(match[1])
        thing = folded(match[2])
        if (match[1].isdigit() and int(number) in _YEARS) or MONTHS.get(thing) is not None:
            continue
        if thing in found:
            twice.add(thing)
        clause = _clause(
            plain, match, matches[place - 1].end() if place else 0, [each.start() for each in matches[place + 1 :]]
        )
        found[thing] = _count(plain, match, clause)
    return tuple(count for thing, count in found.items() if thing not in twice)


def _clause(text: str, match: re.Match[str], begin: int, later: Sequence[int]) -> tuple[int, int]:
    """From where to where the words belong to a number: to the next punctuation or number on either side."""
    before = [each.end() for each in _CLAUSE_END.finditer(text, begin, match.start())]
    after = _CLAUSE_END.search(text, match.end(), later[0] if later else len(text))
    return (before[-1] if before else begin), (after.start() if after else later[0] if later else len(text))


def _count(text: str, match: re.Match[str], clause: tuple[int, int]) -> _Count:
    """A number with what it counts; its phrase reaches as far as the word for what befell those counted."""
    start, end = match.span()
    fates: set[str] = set()
    before = list(_WORD.finditer(text, clause[0], start))[-_AROUND:]
    after = list(_WORD.finditer(text, match.start(2), clause[1]))[: _AROUND + 1]
    for word in (*before, *after):
        fate = FATES.get(folded(word[0]))
        if fate is not None and (not fates or fate in fates):
            fates.add(fate)
            start, end = min(start, word.start()), max(end, word.end())
    near = stems(" ".join(word[0] for word in after[1 : _NEAR + 1]))
    return _Count(_plain(match[1]), folded(match[2]), frozenset(fates), near, " ".join(text[start:end].split()))


def _plain(text: str) -> str:
    return _GROUPED.sub("", ascii_digits(text))


def _rounded(one: str, other: str) -> bool:
    """Whether one of two numbers may be the other rounded: 300 for 314."""
    values = sorted((float(one.replace(",", ".")), float(other.replace(",", "."))))
    if values[1] - values[0] > _ROUNDED * values[1]:
        return False
    return any(len(each) > 2 and each.isdigit() and 2 * len(each.rstrip("0")) <= len(each) for each in (one, other))


def _has(text: str, number: str) -> bool:
    return re.search(rf"(?<!\d){re.escape(number)}(?!\d)", text) is not None
