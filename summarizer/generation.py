"""A generated summary, sentence by sentence through the verifier: of one article, or of several reports of one story.

In: sentences of each text, a generator, a judge of claims. Out: sentences, each the generator's own and verified, or the source
sentence nearest to one that was refused, with the texts that say it; None where fewer than half were kept, and the extracted
summary is shown instead. The verifier reads exactly the sentences that the generator read, each text by itself: what is true only
of two reports together is refused, and so is a number that a newer report renews. A long article is read in chunks, each giving
its share of the budget and of the time; of several reports each gives its beginning. What is beyond `max_input_words` is left to
extraction.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from news.disagreeing import renewed
from news.gist import MOST_CITED
from news.reading import Sentence, Verdict
from news.wording import bag, overlap
from summarizer.alignment import SourceText, align, prepare
from summarizer.chunking import chunks, shares
from summarizer.openings import is_dangling
from summarizer.sentences import split_paragraph
from summarizer.tables import language_table
from summarizer.terms import terms
from summarizer.words import count_words, words

TOKENS_PER_WORD = 1.6
"""Of news in the vocabularies of common models."""

Verify = Callable[[str, Sequence[str]], list[Verdict]]
_MIN_WORDS = 12  # a chunk's share of the budget is at least so much
_LABEL_WORDS = 4  # that a prompt adds to each of several reports
_LEAST_S = 0.1
ENDS = tuple('.!?…。！？।؟”"')  # a sentence without is cut off, or announces the next
_SAME = 0.8  # share of words in common from which a sentence repeats another


class Generator(Protocol):
    """Writes a summary of a text, or of several reports of one event."""

    @property
    def input_words(self) -> int:
        """About how many words of text it reads at once."""
        ...

    def write(self, texts: Sequence[str], max_words: int, within_s: float) -> str:
        """What the model wrote of the texts together, in about that time at the most."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read, written and waited for."""

    max_words: int
    max_input_words: int
    within_s: float


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence that may be told."""

    text: str
    reports: tuple[int, ...]  # places of the texts that say it, the surest first
    origin: int | None = None  # index of the source sentence that took its place; None: the model's own words


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked summary and how it fared."""

    sentences: tuple[Checked, ...]
    kept: int
    refused: int


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the generator reads at once: of each text its sentences."""

    texts: Sequence[Sequence[Sentence]]

    def joined(self) -> list[str]:
        return [" ".join(one.text for one in text) for text in self.texts]


def generate(
    sentences: Sequence[Sentence], lang: str | None, generator: Generator, verify: Verify, limits: Limits
) -> Draft | None:
    """The checked summary of an article. None: show the extracted one."""
    until_s = time.monotonic() + limits.within_s
    read = beginning(sentences, limits.max_input_words)
    parts = chunks([count_words(one.text) for one in read], generator.input_words) if read else []
    found: list[Checked] = []
    for number, part in enumerate(parts):
        shown = _Shown([[read[place] for place in part]])
        share = max(_MIN_WORDS, limits.max_words // len(parts))
        within_s = max(_LEAST_S, (until_s - time.monotonic()) / (len(parts) - number))
        found += _check(generator.write(shown.joined(), share, within_s), shown, lang, verify)
    return _draft(found, limits.max_words)


def generate_story(
    reports: Sequence[Sequence[Sentence]], lang: str | None, generator: Generator, verify: Verify, limits: Limits
) -> Draft | None:
    """The checked summary of several reports of one event, the newest first. None: show the extracted one."""
    budget = min(limits.max_input_words, generator.input_words - _LABEL_WORDS * len(reports))
    lengths = [sum(count_words(one.text) for one in report) for report in reports]
    shown = _Shown([beginning(report, share) for report, share in zip(reports, shares(lengths, budget), strict=True)])
    written = [text for text in shown.joined() if text]
    if not written:
        return None
    return _draft(
        _check(generator.write(written, limits.max_words, limits.within_s), shown, lang, verify), limits.max_words
    )


def _draft(found: Sequence[Checked], max_words: int) -> Draft | None:
    refused = sum(one.origin is not None for one in found)
    kept = len(found) - refused
    if not kept or kept < refused:
        return None
    fitting = _fitting(found, max_words)
    return Draft(fitting, kept, refused) if fitting else None


def _check(written: str, shown: _Shown, lang: str | None, verify: Verify) -> list[Checked]:
    """The sentences that a model wrote, each as it is or, where no text says it, as the nearest source sentence."""
    claims = [claim for claim in split_paragraph(written, language_table(lang)) if words(claim)]
    if not claims:
        return []
    verdicts = [verify("\n\n".join(one.text for one in text), claims) if text else [] for text in shown.texts]
    instead = _Instead(shown, lang)
    checked: list[Checked] = []
    for place, claim in enumerate(claims):
        said = [(each[place].score, -number) for number, each in enumerate(verdicts) if each and each[place].supported]
        reports = tuple(-number for _, number in sorted(said, reverse=True)[:MOST_CITED])
        newer = _renewed_by(claim, shown, min(-number for _, number in said)) if said else None
        if newer is not None:
            checked.append(newer)
        elif reports and claim.endswith(ENDS) and not (place == 0 and is_dangling(claim, lang)):
            checked.append(Checked(claim, reports))
        else:
            checked.append(instead.of(claim))
    return checked


def _renewed_by(claim: str, shown: _Shown, newest: int) -> Checked | None:
    """The sentence of a newer report that gives a number of the claim anew."""
    for number, text in enumerate(shown.texts[:newest]):
        for one in text:
            if renewed(claim, one.text):
                return Checked(one.text, (number,), one.index)
    return None


class _Instead:
    """Source sentences that may take a refused one's place: those that can be read alone, where there are any."""

    def __init__(self, shown: _Shown, lang: str | None) -> None:
        everything = [(number, one) for number, text in enumerate(shown.texts) for one in text]
        alone = [(number, one) for number, one in everything if not one.leans and one.text.endswith(ENDS)]
        self._offered = alone or everything
        self._prepared: SourceText = prepare([one.text for _, one in self._offered], lang)

    def of(self, claim: str) -> Checked:
        """The nearest."""
        number, one = self._offered[max(0, align(terms(claim, self._prepared.table).keys, self._prepared).best)]
        return Checked(one.text, (number,), one.index)


def beginning(sentences: Sequence[Sentence], max_words: int) -> list[Sentence]:
    """The first sentences that keep to the words together."""
    read: list[Sentence] = []
    left = max_words
    for sentence in sentences:
        left -= count_words(sentence.text)
        if left < 0:
            break
        read.append(sentence)
    return read


def _fitting(found: Sequence[Checked], max_words: int) -> tuple[Checked, ...]:
    """Nothing twice, and as many from the beginning as the budget holds."""
    fitting: list[Checked] = []
    left = max_words
    for sentence in found:
        length, own = count_words(sentence.text), bag(sentence.text)
        if length <= left and not any(overlap(own, bag(known.text)) >= _SAME for known in fitting):
            fitting.append(sentence)
            left -= length
    return tuple(fitting)
