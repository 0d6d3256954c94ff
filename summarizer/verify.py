"""Whether a source says what a claim says: a score, and the reasons in words.

Layers from cheap to dear: numbers, dates, names and quotations that the source does not have (`news.facts`); the claim laid
word by word against the source's best sentences; negation, modality and the order of names there; the encoder's cosine. A
logistic model with a weight for each sign, trained by `benchmarks/summ_train_verifier.py` on errors made in open texts, makes
one score of them. A claim of several sentences is as good as its worst. It reads the source and nothing else; what is true
but not in the source is not supported. In: a source prepared once, claims. Out: verdicts. Raises nothing of its own.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

import numpy as np

from news.facts import extract, name_words
from news.reading import Facts, Verdict
from summarizer.alignment import SourceText, prepare
from summarizer.clauses import clauses, stands_alone
from summarizer.denials import Reasons
from summarizer.sentences import split, split_paragraph
from summarizer.signs import Signs, signs
from summarizer.tables import language_table
from summarizer.vectors import Matrix

_FACTS = frozenset({"name", "number", "date", "quotation", "speaker", "negation", "modality", "opposite"})
"""Reasons of these kinds alone refuse a claim, however much of its wording the source has."""

_HEADING_CHARS = 200
_EMBEDDED = 200  # sentences of a source
_HEADING_TEXT_CHARS = 20_000  # headings further down are not sought

Embed = Callable[[Sequence[str]], Matrix]


@dataclass(frozen=True, slots=True)
class Judge:
    """The trained weights: score = 1 / (1 + exp(-(bias + weights · signs)))."""

    bias: float
    weights: tuple[float, ...]
    threshold: float

    def score(self, found: Signs) -> float:
        """0..1, higher is better supported."""
        value = self.bias + sum(weight * sign for weight, sign in zip(self.weights, found.row(), strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


@dataclass(slots=True)
class Source:
    """A source read once for many claims."""

    text: SourceText
    facts: Facts
    lang: str | None
    vectors: Matrix | None = None


@cache
def judge() -> Judge:
    """The weights that ship with the package."""
    data = json.loads((files("summarizer") / "data" / "verifier.json").read_text(encoding="utf-8"))
    return Judge(data["bias"], tuple(data["weights"][each.name] for each in fields(Signs)), data["threshold"])


def read_source(text: str, lang: str | None) -> Source:
    """Everything about a source that does not depend on the claim. Headings count too: a claim may stand on one."""
    found = [sentence.text for sentence in split(text, lang)]
    joined = "".join("".join(found).split())
    lines = dict.fromkeys(" ".join(line.split()) for line in text[:_HEADING_TEXT_CHARS].splitlines())
    found.extend(line for line in lines if line and len(line) < _HEADING_CHARS and "".join(line.split()) not in joined)
    facts = extract(text, lang)
    return Source(prepare(found, lang, name_words(facts)), facts, lang)


def verify(source: Source, claims: Sequence[str], embed: Embed | None) -> list[Verdict]:
    """A verdict for each claim; `embed` gives unit rows, None where no encoder knows the language."""
    return [_verify_claim(source, claim, embed) for claim in claims]


def measure(source: Source, sentence: str, embed: Embed | None) -> tuple[Signs, list[tuple[str, str]]]:
    """The signs of one claim sentence and its reasons."""
    facts = (extract(sentence, source.lang), source.facts)
    return signs(sentence, source.text, facts, _distance(source, sentence, embed), embed)


def _verify_claim(source: Source, claim: str, embed: Embed | None) -> Verdict:
    parts = split_paragraph(claim, language_table(source.lang))
    if not parts:
        return Verdict(supported=False, score=0.0, reasons=(("empty", "the claim says nothing"),))
    if not source.text.sentences:
        return Verdict(supported=False, score=0.0, reasons=(("empty", "the source says nothing"),))
    judged = [_verify_sentence(source, part, embed) for part in parts]
    worst = min(score for score, _ in judged)
    reasons = tuple(dict.fromkeys(reason for _, why in judged for reason in why))
    return Verdict(supported=worst >= judge().threshold, score=round(worst, 4), reasons=reasons)


def _verify_sentence(source: Source, sentence: str, embed: Embed | None) -> tuple[float, Reasons]:
    """Score and reasons of a sentence, or of its worst clause where each clause is found by itself."""
    score, reasons = _judge_part(source, sentence, embed)
    parts = clauses(sentence)
    if score >= judge().threshold or len(parts) == 1 or not all(stands_alone(part, source.text) for part in parts[1:]):
        return score, reasons
    apart = [_judge_part(source, part, embed) for part in parts]
    worst = min(apart, key=lambda one: one[0])
    return (worst[0], [reason for _, why in apart for reason in why]) if worst[0] > score else (score, reasons)


def _judge_part(source: Source, part: str, embed: Embed | None) -> tuple[float, Reasons]:
    judged = judge()
    found, reasons = measure(source, part, embed)
    score = judged.score(found)
    if any(kind in _FACTS for kind, _ in reasons):
        score *= judged.threshold
    if score < judged.threshold and not reasons:
        reasons = [("alignment", f"no sentence of the source says: {part}")]
    return score, reasons


def _distance(source: Source, sentence: str, embed: Embed | None) -> float | None:
    """1 - cosine to the nearest source sentence; None where there is no encoder."""
    if embed is None:
        return None
    if source.vectors is None:
        source.vectors = embed(source.text.sentences[:_EMBEDDED])
    return 1 - float(np.max(source.vectors @ embed([sentence])[0]))
