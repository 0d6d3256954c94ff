"""The one extractor of what can be checked in a text: names, numbers, dates, quotations, in any script.

`extract` reads a text into `Facts`, folded so that equal facts compare equal ("12 percent" and "12%", "$5bn" and "5 billion
dollars", "March 21" and "21 March", "Путина" and "Путин"). `missing` says which facts of a claim a source does not have.
Pure and quick: some milliseconds for a page; nothing raises. The summarizer's verifier, the story decision and novelty all
stand on it. The parts: `news.names`, `news.numbers`, `news.dates`, `news.quotations`.
"""

import re

from news.dates import find_dates, says
from news.folding import ascii_digits, folded
from news.names import find_names
from news.numbers import find_numbers
from news.quotations import find_quotations
from news.reading import Facts, Quotation

MOST_CHARS = 200_000  # of one text; a longer one is read up to here

_WORDS = re.compile(r"\w+")
_SPACES_IN_NUMBERS = re.compile("(?<=\\d)[\u00a0\u2007\u2009\u202f](?=\\d{3}(?!\\d))")


def extract(text: str, lang: str | None = None) -> Facts:
    """The facts of a text in a language (ISO 639-1), if it is known."""
    read = text[:MOST_CHARS]
    dates, rest = find_dates(_plain(read))
    return Facts(
        names=frozenset(name for _, _, name in find_names(read, lang)),
        numbers=find_numbers(rest, lang),
        dates=dates,
        quotations=find_quotations(read, lambda part: find_names(part, lang)),
    )


def missing(claim: Facts, source: Facts) -> tuple[tuple[str, str], ...]:
    """What a claim says and a source does not: (kind, what), with kinds name, number, date, quotation, speaker."""
    return (
        *(("name", name) for name in sorted(claim.names) if not _names_it(source, name)),
        *(("number", number) for number in sorted(claim.numbers) if not _counts_it(source, number)),
        *(("date", date) for date in sorted(claim.dates) if not _dates_it(source, date)),
        *(each for quotation in claim.quotations for each in _misquoted(source, quotation)),
    )


def name_words(facts: Facts) -> frozenset[str]:
    """The single words that the names are made of: `putin` of both `putin` and `vladimir putin`."""
    return frozenset(word for name in facts.names for word in name.split())


def _plain(text: str) -> str:
    """Folded, with digits 0 to 9; a space that cannot break groups digits for certain, and is told from others by that."""
    return folded(ascii_digits(_SPACES_IN_NUMBERS.sub("'", text)))


def _names_it(source: Facts, name: str) -> bool:
    if name in source.names or name_words(source).issuperset(name.split()):
        return True
    return any(_abbreviates(name.split(), known.split()) for known in source.names)


def _abbreviates(name: list[str], known: list[str]) -> bool:
    """Whether a name is another one with initials for its first words: J. F. Haldane for John F. Haldane."""
    if name[-1] != known[-1] or len(name) > len(known) or not any(len(word) == 1 for word in name[:-1]):
        return False
    return all(
        theirs.startswith(own) if len(own) == 1 else own == theirs for own, theirs in zip(name, known, strict=False)
    )


def _counts_it(source: Facts, number: str) -> bool:
    """Whether the source has the number; one without a unit may have one there, and the other way round."""
    if number in source.numbers or number in source.dates:
        return True
    value, unit = _parted(number)
    for known in source.numbers:
        known_value, known_unit = _parted(known)
        if value == known_value and (not unit or not known_unit):
            return True
    return False


def _parted(number: str) -> tuple[str, str]:
    """Value and unit: `usd 5e9` → 5e9, usd; `12%` → 12, %."""
    if number.endswith("%"):
        return number[:-1], "%"
    first, _, last = number.partition(" ")
    return (first, last) if first[:1].isdigit() or first[:1] == "-" else (last, first)


def _dates_it(source: Facts, date: str) -> bool:
    if any(says(known, date) for known in source.dates) or date in source.numbers:
        return True
    # "21 March" in a text of 2023 says 2023-03-21
    day_known = len(date) > 7 and any(known == f"-{date[4:]}" for known in source.dates)
    return day_known and any(known.startswith(date[:4]) for known in source.dates)


def _misquoted(source: Facts, quotation: Quotation) -> list[tuple[str, str]]:
    """Nothing where the source quotes these words of this speaker."""
    said = _words(quotation.text)
    holding = [each for each in source.quotations if said in _words(each.text)]
    if not holding:
        return [("quotation", quotation.text)]
    speakers = {each.speaker for each in holding if each.speaker}
    if quotation.speaker is None or not speakers:
        return []
    claimed = set(quotation.speaker.split())
    return [] if any(claimed & set(speaker.split()) for speaker in speakers) else [("speaker", quotation.speaker)]


def _words(text: str) -> str:
    """The folded words with one space around each, so that one text can be sought in another by whole words."""
    return f" {' '.join(_WORDS.findall(folded(text)))} "
