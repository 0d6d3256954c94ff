"""A generated summary, sentence by sentence through the verifier.

In: a text's sentences, a generator, a judge of claims. Out: sentences, each the generator's own and verified, or the source
sentence nearest to one that was refused; None where fewer than half were kept, and the extracted summary is shown instead.
The verifier reads exactly the sentences that the generator read. Long texts are read in chunks, each giving its share of the
budget and of the time; what is beyond `max_input_words` is left to extraction.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from news.reading import Sentence, SummarySentence, Verdict
from summarizer.alignment import align, prepare
from summarizer.chunking import chunks
from summarizer.sentences import split_paragraph
from summarizer.tables import language_table
from summarizer.words import count_words, words

TOKENS_PER_WORD = 1.6
"""Of news in the vocabularies of common models."""

Verify = Callable[[str, Sequence[str]], list[Verdict]]
_MIN_WORDS = 12  # a chunk's share of the budget is at least so much
_LEAST_S = 0.1


class Generator(Protocol):
    """Writes a summary of a text."""

    @property
    def input_words(self) -> int:
        """About how many words of a text it reads at once."""
        ...

    def write(self, text: str, max_words: int, within_s: float) -> str:
        """What the model wrote, in about that time at the most."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read, written and waited for."""

    max_words: int
    max_input_words: int
    within_s: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked summary and how it fared."""

    sentences: tuple[SummarySentence, ...]
    kept: int
    refused: int


def generate(
    sentences: Sequence[Sentence], lang: str | None, generator: Generator, verify: Verify, limits: Limits
) -> Draft | None:
    """The checked summary. None: show the extracted one."""
    until_s = time.monotonic() + limits.within_s
    read = _within(sentences, limits.max_input_words)
    parts = chunks([count_words(one.text) for one in read], generator.input_words) if read else []
    found: list[SummarySentence] = []
    kept = refused = 0
    for number, part in enumerate(parts):
        shown = [read[place] for place in part]
        share = max(_MIN_WORDS, limits.max_words // len(parts))
        within_s = max(_LEAST_S, (until_s - time.monotonic()) / (len(parts) - number))
        written = generator.write(" ".join(one.text for one in shown), share, within_s)
        checked = _check(written, shown, lang, verify)
        kept += sum(one.origin is None for one in checked)
        refused += sum(one.origin is not None for one in checked)
        found.extend(checked)
    if not kept or kept < refused:
        return None
    fitting = _fitting(found, limits.max_words)
    return Draft(fitting, kept, refused) if fitting else None


def _check(written: str, shown: Sequence[Sentence], lang: str | None, verify: Verify) -> list[SummarySentence]:
    claims = [claim for claim in split_paragraph(written, language_table(lang)) if words(claim)]
    source = "\n\n".join(one.text for one in shown)
    prepared = prepare([one.text for one in shown])
    checked: list[SummarySentence] = []
    for claim, verdict in zip(claims, verify(source, claims) if claims else [], strict=True):
        if verdict.supported and claim[-1:] in '.!?…。！？।؟”"':
            checked.append(SummarySentence(text=claim, origin=None, verified=True))
            continue
        nearest = shown[max(0, align(words(claim), prepared).best)]
        checked.append(SummarySentence(text=nearest.text, origin=nearest.index, verified=True))
    return checked


def _within(sentences: Sequence[Sentence], max_words: int) -> list[Sentence]:
    read: list[Sentence] = []
    left = max_words
    for sentence in sentences:
        left -= count_words(sentence.text)
        if left < 0:
            break
        read.append(sentence)
    return read


def _fitting(found: Sequence[SummarySentence], max_words: int) -> tuple[SummarySentence, ...]:
    """No sentence twice, and as many from the beginning as the budget holds."""
    fitting: list[SummarySentence] = []
    left = max_words
    for sentence in {one.text: one for one in found}.values():
        length = count_words(sentence.text)
        if length <= left:
            fitting.append(sentence)
            left -= length
    return tuple(fitting)
