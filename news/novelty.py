"""What an article adds to its story, and what a story is to a chat.

In go the article's sentences and what the story's members said before; out come the sentences with a new fact: a number, a date,
words in quotation marks, a name, or a sentence of which next to nothing was said. Decided once per article, at enrich: digests
only compare versions (`status`). Pure; no vectors: what counts is what was said, word by word. Only what an article puts
first is looked at (its opening, and what its summary took from the first five sentences): any long text has some number of its own
further down.
An article in a language in which the story has no text yet is compared by numbers and dates alone.

What looks like a fact and is no news: a date that is not still to come (it says when the known event was, or
is background), words in quotation marks most of which the story has, one new word of a name in a sentence half of which is known,
and what `news.background` takes out. An article leads with its news: from its third sentence on, other words alone are background too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from news.audience import StoryStatus
from news.background import says_nothing, without_background
from news.facts import extract, missing, name_words
from news.folding import folded
from news.lexicon import MONTHS
from news.names import find_names
from news.reading import Citation, CitedSentence, Enrichment, Facts, Sentence, Story, StoryUpdate

OPENING_SENTENCES = 3  # that are looked at beside the summary
SUMMARY_WITHIN_SENTENCES = (
    5  # what a summary took from further down is a detail or background, however new to the story
)
LEADING_SENTENCES = 2  # in which other words alone are news
MOST_NEW_SENTENCES = 3  # that one version holds
LEAST_WORDS = 4  # a shorter sentence tells no news
KNOWN_SHARE = 0.35  # of a sentence's words; with fewer of them known to the story it says something else
KNOWN_SHARE_NAMED = 0.65  # likewise for a sentence with a name of several words that the story has not
KNOWN_SHARE_MENTIONED = 0.5  # likewise with a single new word of a name, as adjectives of countries and agencies are
KNOWN_SHARE_COUNTED = 0.2  # likewise for a sentence that repeats a number of the story: it says the same in other words
DATES_BACK = timedelta(days=120)  # a day longer ago is told with its year: without one it is still to come
COMPARED_WORDS = 3  # of a sentence; fewer say nothing about how much of it is known
STEM_LETTERS = 6  # a word's beginning that stands for all its forms; shorter ones meet by chance
_QUOTED_WORDS = 4  # shorter quotations are phrases that every article repeats
_KNOWN_QUOTED = 0.5  # of a quotation's words; with more of them known it is what the story says too
_MONTH_END = 28  # in every month there is such a day

_COUNTED = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]{2}")  # two characters are a word
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u9fff]{2}")


@dataclass(frozen=True, slots=True)
class Known:
    """What a story's members said: facts and words, and the languages they said it in."""

    facts: Facts
    words: frozenset[str]
    languages: frozenset[str | None]


def known_of(members: Iterable[Enrichment]) -> Known:
    """What was said by members of a story."""
    all_members = list(members)
    return Known(
        facts=Facts(
            names=frozenset(name for each in all_members for name in each.facts.names),
            numbers=frozenset(number for each in all_members for number in each.facts.numbers),
            dates=frozenset(date for each in all_members for date in each.facts.dates),
            quotations=tuple(quotation for each in all_members for quotation in each.facts.quotations),
        ),
        words=frozenset(word for each in all_members for sentence in each.sentences for word in _words(sentence.text)),
        languages=frozenset(each.lang for each in all_members),
    )


def new_sentences(enrichment: Enrichment, known: Known, published_at: datetime | None = None) -> tuple[Sentence, ...]:
    """The sentences of an article that say what its story has not said yet, at most three, in the text's order.

    Without a time of publication every date counts as one to come.
    """
    found = []
    for sentence in _first_told(enrichment):
        if len(_COUNTED.findall(sentence.text)) < LEAST_WORDS or says_nothing(sentence.text):
            continue
        if _is_new(sentence, enrichment, known, published_at):
            found.append(sentence)
    return tuple(found[:MOST_NEW_SENTENCES])


def status(told_version: int | None, story: Story) -> StoryStatus:
    """What a story is to a chat that had this version of it, or none."""
    if told_version is None:
        return StoryStatus.NEW
    return StoryStatus.UPDATE if story.version > told_version else StoryStatus.STILL


def opening_of(enrichment: Enrichment) -> StoryUpdate:
    """The first version of a story that an article opens: its summary."""
    told = tuple(
        CitedSentence(text=each.text, citations=(_citation(enrichment),), dropped=each.dropped)
        for each in enrichment.summary.sentences
    )
    return StoryUpdate(version=1, at=enrichment.enriched_at, article_id=enrichment.article_id, sentences=told)


def update_of(version: int, enrichment: Enrichment, news: Sequence[Sentence], now: datetime) -> StoryUpdate:
    """What an article adds to its story."""
    told = tuple(CitedSentence(text=each.text, citations=(_citation(enrichment),)) for each in news)
    return StoryUpdate(version=version, at=now, article_id=enrichment.article_id, sentences=told)


def _citation(enrichment: Enrichment) -> Citation:
    return Citation(enrichment.article_id, enrichment.revision)


def _first_told(enrichment: Enrichment) -> Sequence[Sentence]:
    """The opening and what the summary took, in the text's order."""
    chosen = {sentence.origin for sentence in enrichment.summary.sentences if sentence.origin is not None}
    return [
        sentence
        for place, sentence in enumerate(enrichment.sentences)
        if place < OPENING_SENTENCES or (place < SUMMARY_WITHIN_SENTENCES and sentence.index in chosen)
    ]


def _is_new(sentence: Sentence, enrichment: Enrichment, known: Known, published_at: datetime | None) -> bool:
    text = without_background(sentence.text)
    facts = extract(text, enrichment.lang)
    absent = missing(facts, known.facts)
    if any(
        (kind == "number" and _tells(what)) or (kind == "date" and _comes(what, published_at)) for kind, what in absent
    ):
        return True
    if enrichment.lang not in known.languages:
        return False
    if any(kind == "quotation" and _is_new_quotation(what, known) for kind, what in absent):
        return True
    words = _words(text)
    if len(words) < COMPARED_WORDS:
        return False
    share = len(words & known.words) / len(words)
    if any(_tells(number) and ("number", number) not in absent for number in facts.numbers):
        return share < KNOWN_SHARE_COUNTED
    leads = sentence.index < LEADING_SENTENCES
    return (leads and share < KNOWN_SHARE) or share < _share_for_names(_new_names(text, enrichment.lang, known))


def _share_for_names(named: Sequence[Sequence[str]]) -> float:
    """The share of known words under which a sentence with these new names is news."""
    if any(len(name) > 1 for name in named):
        return KNOWN_SHARE_NAMED
    return KNOWN_SHARE_MENTIONED if named else 0.0


def _is_new_quotation(quoted: str, known: Known) -> bool:
    words = _words(quoted)
    return len(quoted.split()) >= _QUOTED_WORDS and len(words & known.words) <= _KNOWN_QUOTED * len(words)


def _comes(when: str, published_at: datetime | None) -> bool:
    """Whether a date is still to come; a weekday alone is another one every day."""
    if len(when) <= len("mon"):
        return False
    if published_at is None:
        return True
    today = published_at.date()
    if not when.startswith("--"):
        return when > today.isoformat()[: len(when)]
    month, day = int(when[2:4]), min(int(when[5:] or _MONTH_END), _MONTH_END)
    was = max(each for years in (-1, 0) if (each := date(today.year + years, month, day)) <= today)
    return today - was > DATES_BACK


def _new_names(text: str, lang: str | None, known: Known) -> list[list[str]]:
    """Of each name the words that nobody has said; "Dec." is none."""
    said = {word[:STEM_LETTERS] for word in name_words(known.facts)} | known.words
    words = [
        [word for word in name.split() if word[:STEM_LETTERS] not in said and MONTHS.get(word) is None]
        for _, _, name in find_names(text, lang)
    ]
    return [each for each in words if each]


def _tells(number: str) -> bool:
    """Whether a number can be news: "2" and "3" are in every text."""
    return len(number) > 1


def _words(text: str) -> set[str]:
    """The words by their beginnings, so that endings do not make another word in any language."""
    return {word[:STEM_LETTERS] for word in _WORD.findall(folded(text))}
