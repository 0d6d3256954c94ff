"""What of a sentence is no news by itself, whoever says it first: for comparing what an article says with what was told.

`without_background` takes out a dateline ("BERLIN, 3 March (dpa) - "), the time of day, the age of a person and a number that says the
one before it in another unit ("2,000 euros ($2,150)"). `says_nothing` knows a sentence that only names who reports, or that somebody
would not comment. Texts go in as written and come out as written; the words are of `news.lexicon`. Pure.
"""

import re

from news.folding import folded
from news.lexicon import AGES, REPORTED, UNSAID
from news.numbers import find_numbers

MOST_WORDS_UNSAID = 16  # a longer sentence that somebody would not comment says what on

_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
_CAPITAL = r"[^\W\d_a-zß-öø-ÿа-яёґєії]"
_DATELINE = re.compile(rf"^\W{{0,2}}{_CAPITAL}{{3,}}(?:{_CAPITAL}|[ .'’-])*(?:[,(/][^.!?]{{0,40}}?)?\s*[-–—]{{1,2}}\s")
_AGE = re.compile(rf"(?<!\w)(?:\d{{1,3}}|[^\W\d_]+)[\s-]*(?:{'|'.join(map(re.escape, AGES))})\w*", re.IGNORECASE)
_AGE_ALONE = re.compile(r"(?<=[^\W\d_]), \d{1,2}(?=,)|(?<=[^\W\d_]) \(\d{1,2}\)")
_BRACKET = re.compile(r" ?\([^()]{2,30}\)")
_NUMBER_BEFORE = re.compile(r"\d[^()]{0,20}$")


def without_background(text: str) -> str:
    """The sentence without what is in every report of this kind."""
    text = _AGE_ALONE.sub(" ", _AGE.sub(" ", _CLOCK.sub(" ", _DATELINE.sub("", text))))
    return _BRACKET.sub(lambda found: " " if _converts(text[: found.start()], found[0]) else found[0], text)


def says_nothing(text: str) -> bool:
    """Whether a sentence only names who reports, or says that somebody said nothing."""
    plain = folded(text)
    if plain.startswith(REPORTED):
        return True
    return len(plain.split()) <= MOST_WORDS_UNSAID and any(phrase in plain for phrase in UNSAID)


def _converts(before: str, bracket: str) -> bool:
    """Whether a bracket holds one number with a unit or a currency, right after another number."""
    numbers = find_numbers(folded(bracket)) if _NUMBER_BEFORE.search(before) else frozenset()
    return len(numbers) == 1 and all(" " in number for number in numbers)
