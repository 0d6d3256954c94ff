"""Trains the verifier's weights on errors made in open texts and writes summarizer/data/verifier.json.

    python -m benchmarks.summ_train_verifier

True: sentences as they stand, paraphrases, lead sentences against the body of their article. False: the seven kinds of error
on them, and sentences of other articles with a name of this one. Two thirds of the articles train, the rest is the pairs'.
No development set is read here. The prior towards which the weights are drawn, and how strongly, were chosen by hand on FRANK valid,
FactCC and the development part of the erring generator: errors made by hand are near copies, and alone would teach nothing about sentences that a model wrote freely.
The threshold is the lowest at which at most 1.5 % of the wrong sentences pass that `benchmarks.summ_erring` writes from its
development part; the part that it reports is not read here.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.summ_corruptions import ERRORS, merge_events, names, paraphrase, swap_entity
from benchmarks.summ_erring import held_out, least, scores, written
from benchmarks.summ_open import OpenArticle, articles
from benchmarks.summ_rewriting import write
from summarizer.clauses import clauses
from summarizer.config import SummarizerConfig
from summarizer.embedding import Encoder
from summarizer.signs import Signs
from summarizer.verify import judge, measure, read_source

Floats = NDArray[np.float64]
OUT = Path(__file__).parents[1] / "summarizer" / "data" / "verifier.json"
_STEPS, _RATE, _STRENGTH = 3000, 0.5, 0.02
_PRIOR = {
    "uncommon": -2, "scattered": -1, "unshared": -4, "novel": -6, "new_pairs": -4, "skipping": -0.7, "distant": -2,
    "name": -1.5, "number": -1.5, "date": -1.5, "quotation": -1, "speaker": -1.5,
    "replaced_name": -1, "replaced_number": -1, "replaced_word": -1.5, "inserted": -3, "strange": -1.5,
    "told": -0.3, "reworded": -1, "opposite": -1.5, "negation": -1.5, "modality": -1, "bound": -1.5, "roles": -2, "voice": -2,
}  # fmt: skip


def claims(article: OpenArticle, others: list[OpenArticle], rng: random.Random) -> Iterator[tuple[str, int, float]]:
    """(claim, label, weight) of sentences against the whole article."""
    usable = [sentence for sentence in article.sentences if 7 <= len(sentence.split()) <= 40]
    for sentence in rng.sample(usable, min(8, len(usable))):
        yield sentence, 1, 0.3
        true = paraphrase(sentence, article.sentences, rng)
        yield true, 1, 1.0
        kinds = [kind for kind in ERRORS if rng.random() < 0.5]
        rewritten = write(article.sentences, article.sentences.index(sentence), rng)
        if rewritten and rewritten[0] != "copy":
            for part in clauses(rewritten[1]):
                yield part, 1, 1.0
        for kind in kinds:
            false = ERRORS[kind](true, article.sentences, rng)
            if false and false != true:
                yield false, 0, 0.6
    foreign = rng.choice(rng.choice(others).sentences)
    own, there = names(" ".join(article.sentences)), names(foreign)
    if own and there:
        yield foreign.replace(there[0], rng.choice(own)), 0, 1.0
    yield foreign, 0, 0.5
    for sentence in rng.sample(usable, min(3, len(usable))):
        elsewhere = rng.choice(others).sentences
        for mixed in (merge_events(sentence, elsewhere, rng), swap_entity(sentence, elsewhere, rng)):
            if mixed and mixed != sentence:
                yield mixed, 0, 1.0


def examples(rng: random.Random) -> tuple[Floats, Floats, Floats]:
    torch.set_num_threads(1)  # more of them spin against whatever else runs
    encoder = Encoder(SummarizerConfig())
    train = articles(held_out=False)
    rows: list[list[float]] = []
    labels: list[int] = []
    weights: list[float] = []
    for article in train:
        source = read_source(article.text, "en")
        for claim, label, weight in claims(article, [one for one in train if one is not article], rng):
            rows.append(measure(source, claim, encoder.embed)[0].row())
            labels.append(label)
            weights.append(weight)
        body = read_source(article.body, "en")
        if len(body.text.sentences) >= 5:
            for sentence in article.lead:
                rows.append(measure(body, sentence, encoder.embed)[0].row())
                labels.append(1)
                weights.append(0.5)
    return np.array(rows), np.array(labels, dtype=float), np.array(weights)


def fit(rows: Floats, labels: Floats, importance: Floats) -> tuple[float, Floats]:
    """Logistic regression by gradient descent, the classes balanced, the weights drawn to the prior and never positive."""
    share = [importance[labels == label].sum() for label in (0, 1)]
    importance = importance / np.where(labels == 1, share[1], share[0]) / 2
    prior = np.array([_PRIOR[each.name] for each in fields(Signs)], dtype=float)
    bias, weights = 1.0, prior.copy()
    for _ in range(_STEPS):
        wrong = (1 / (1 + np.exp(-(bias + rows @ weights))) - labels) * importance
        bias -= _RATE * wrong.sum() * 4
        weights = np.minimum(0, weights - _RATE * 4 * (rows.T @ wrong + _STRENGTH * (weights - prior)))
    return float(bias), weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    started = time.monotonic()
    rows, labels, importance = examples(random.Random(parser.parse_args().seed))
    bias, weights = fit(rows, labels, importance)
    _save(bias, weights, judge().threshold)
    development = written(held_out(development=True), seed=5)
    encoder = Encoder(SummarizerConfig())
    for _ in range(2):  # the threshold has a part in the scores of claims that a single fact refuses
        judge.cache_clear()
        found = scores(development, encoder)[0]
        threshold = least(found, development)
        _save(bias, weights, threshold)
    kept = np.mean([value >= threshold for value, one in zip(found, development, strict=True) if one.right])
    print(f"{len(labels)} claims, {time.monotonic() - started:.0f} s, threshold {threshold:.3f}: kept {kept:.1%}")


def _save(bias: float, weights: Floats, threshold: float) -> None:
    named = zip((each.name for each in fields(Signs)), weights, strict=True)
    data = {
        "bias": round(bias, 4),
        "threshold": round(threshold, 4),
        "weights": {name: round(float(weight), 4) for name, weight in named},
    }
    OUT.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
