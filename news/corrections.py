"""Whether a sentence that was told still stands in a later revision of its article, and what stands in its place.

In go the sentence as it was told and the sentences of the new revision; out comes a `Standing`. A sentence stands where
the revision has it word for word, or where one sentence of the revision says the same in other words: no fact of the told
one is missing there. It is corrected where a new sentence that is like it says another number, date, name or quotation;
withdrawn where no new sentence is like it, as in a text that was cut to an opening or rewritten altogether. Pure, and free
of models: the decision can be explained. Only what is corrected is worth a reader's time: a publisher who shortens a text
takes nothing back, unless a notice says that the whole report is (`news.retracting`).

`corrections` compares a whole revision with all that may have been told of the article before, `owed` says which of them
a chat is still to be told. `Corrections` is what both need of a database.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from news.aliases import fold
from news.facts import extract, missing
from news.ids import ArticleId, ChatId, StoryId
from news.reading import Citation, CitedSentence, Enrichment, Facts, Sentence
from news.retracting import notice

LIKE = 0.7  # of the words of the shorter sentence that must be shared before one can be the correction of the other
_CHECKED = frozenset({"number", "date", "name", "quotation", "speaker"})
_WEEKDAY_LETTERS = 3  # "fri": a day of the week without a date
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A sentence of an article that its latest revision no longer says."""

    told: str
    now: str  # what the revision says in its place
    equals: tuple[str, ...] = ()  # what may have been told of the article and says the same as `now`
    citation: Citation  # of `now`
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCorrection:
    """A correction of an article whose story was told to somebody."""

    correction: Correction
    story_id: StoryId
    url: str
    publisher: str  # domain


class Corrections(Protocol):
    """The repository of corrections, and of the sentences that chats were told."""

    async def tellable(self, article_id: ArticleId) -> tuple[str, ...]:
        """What may have been told of an article: its summaries in all revisions, its stories' news, its corrections."""
        ...

    async def save(self, article_id: ArticleId, corrections: Sequence[Correction]) -> None:
        """Put these in the place of the article's corrections; its stories' news say what stands now."""
        ...

    async def of(self, article_id: ArticleId) -> list[Correction]:
        """Oldest first."""
        ...

    async def since(self, since: datetime) -> list[ToldCorrection]:
        """Those made since then of articles whose story was told to some chat, oldest first."""
        ...

    async def told(
        self, chat_ids: Sequence[ChatId], story_ids: Sequence[StoryId]
    ) -> Mapping[ChatId, tuple[CitedSentence, ...]]:
        """What the chats were told of those stories, or have coming, and all corrections they had; oldest first."""
        ...


def standing(told: str, sentences: Sequence[Sentence], lang: str | None = None) -> Standing:
    """What became of a told sentence in a revision with these sentences."""
    return _Revision(sentences, (), lang).standing(told)


def corrections(
    tellable: Iterable[str], before: Iterable[Sentence], enrichment: Enrichment, at: datetime
) -> tuple[Correction, ...]:
    """Which of the sentences that may have been told of an article no longer stand in its new revision.

    `before` are the sentences of the earlier revision: what it said already corrects nothing.
    """
    earlier = tuple(before)
    revision = _Revision(enrichment.sentences, earlier, enrichment.lang)
    fates = {told: revision.standing(told) for told in dict.fromkeys(tellable)}
    citation = Citation(enrichment.article_id, enrichment.revision)
    taken_back = notice(earlier, enrichment.sentences)
    if taken_back is not None and all(found.fate is Fate.WITHDRAWN for found in fates.values()):
        return tuple(Correction(told=told, now=taken_back.text, citation=citation, at=at) for told in fates)
    equals: dict[int, list[str]] = {}
    for told, found in fates.items():
        if found.fate is Fate.STANDS and found.now is not None:
            equals.setdefault(found.now.index, []).append(told)
    return tuple(
        Correction(
            told=told,
            now=found.now.text,
            equals=tuple(equals.get(found.now.index, ())),
            citation=citation,
            at=at,
        )
        for told, found in fates.items()
        if found.fate is Fate.CORRECTED and found.now is not None
    )


def owed(made: Iterable[ToldCorrection], told: Sequence[CitedSentence]) -> tuple[ToldCorrection, ...]:
    """The corrections of what a chat was told, as far as it was not told since what stands now; one for each such sentence.

    Of several told sentences with one correction, as where a number was corrected twice, the latest told is named.
    """
    places = {
        (citation.article_id, sentence.text): place
        for place, sentence in enumerate(told)
        for citation in sentence.citations
    }
    found: dict[str, tuple[int, ToldCorrection]] = {}
    for each in made:
        correction = each.correction
        article_id = correction.citation.article_id
        place = places.get((article_id, correction.told))
        since = max(places.get((article_id, text), -1) for text in (correction.now, *correction.equals))
        if place is not None and since < place and place > found.get(_plain(correction.now), (-1, each))[0]:
            found[_plain(correction.now)] = (place, each)
    return tuple(each for _, each in sorted(found.values(), key=lambda pair: pair[0]))


@dataclass(frozen=True, slots=True)
class _Line:
    sentence: Sentence
    plain: str
    words: frozenset[str]


class _Revision:
    """The sentences of a revision, looked at once for all that was told."""

    def __init__(self, sentences: Sequence[Sentence], before: Collection[Sentence], lang: str | None) -> None:
        self._lines = [_Line(each, _plain(each.text), _words(each.text)) for each in sentences]
        self._before = {_plain(each.text) for each in before}
        self._lang = lang

    @cached_property
    def _facts(self) -> Facts:
        return extract("\n".join(each.sentence.text for each in self._lines), self._lang)

    def standing(self, told: str) -> Standing:
        wanted = _plain(told)
        for each in self._lines:
            if _holds(each.plain, wanted):
                return Standing(Fate.STANDS, each.sentence)
        words = _words(told)
        said = extract(told, self._lang)
        likest = _likest(words, self._lines)
        if likest is None:
            return Standing(Fate.WITHDRAWN)
        if not self._taken_back(said, likest.sentence):
            return Standing(Fate.STANDS, likest.sentence)
        new = _likest(words, [each for each in self._lines if each.plain not in self._before])
        if new is None:
            return Standing(Fate.WITHDRAWN)
        taken_back = self._taken_back(said, new.sentence)
        return Standing(Fate.CORRECTED if taken_back else Fate.STANDS, new.sentence, taken_back)

    def _taken_back(self, said: Facts, now: Sentence) -> tuple[tuple[str, str], ...]:
        """The facts that the sentence does not say; what another one of the revision says was only moved there."""
        changed = self._changed(said, extract(now.text, self._lang))
        lost = set(self._changed(said, self._facts)) if changed else set()
        return tuple(each for each in changed if each in lost)

    def _changed(self, said: Facts, now: Facts) -> tuple[tuple[str, str], ...]:
        """The facts that are not there; "on Friday" may be left out or become a date, but not another day of the week."""
        weekdays = any(len(date) <= _WEEKDAY_LETTERS for date in now.dates)
        return tuple(
            (kind, what)
            for kind, what in missing(said, now)
            if kind in _CHECKED and (kind != "date" or len(what) > _WEEKDAY_LETTERS or weekdays)
        )


def _holds(plain: str, wanted: str) -> bool:
    """Whether a sentence has these words; "12 died" is not in "112 died"."""
    at = plain.find(wanted) if wanted else -1
    if at < 0:
        return False
    end = at + len(wanted)
    return not (at and plain[at - 1].isdigit() and wanted[0].isdigit()) and not (
        end < len(plain) and plain[end].isdigit() and wanted[-1].isdigit()
    )


def _likest(words: frozenset[str], lines: Sequence[_Line]) -> _Line | None:
    """The sentence that shares most words, if enough."""
    likest = max(lines, key=lambda each: _likeness(words, each.words), default=None)
    return likest if likest is not None and _likeness(words, likest.words) >= LIKE else None


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
