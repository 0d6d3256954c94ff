"""Trains the verifier's weights on errors made in open texts and writes summarizer/data/verifier.json.

    python -m benchmarks.summ_train_verifier

True: sentences as they stand, paraphrases, lead sentences against the body of their article. False: the seven kinds of error
on them, and sentences of other articles with a name of this one. Two thirds of the articles train, the rest is the pairs'.
Weights that would reward a sign of error are held at zero. No development set is read.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np

from benchmarks.summ_corruptions import ERRORS, names, paraphrase
from benchmarks.summ_open import OpenArticle, articles
from summarizer.config import SummarizerConfig
from summarizer.embedding import Encoder
from summarizer.signs import Signs
from summarizer.verify import measure, read_source

OUT = Path(__file__).parents[1] / "summarizer" / "data" / "verifier.json"
_STEPS, _RATE, _PENALTY = 4000, 0.5, 0.002


def claims(article: OpenArticle, others: list[OpenArticle], rng: random.Random) -> Iterator[tuple[str, int, float]]:
    """(claim, label, weight) of sentences against the whole article."""
    usable = [sentence for sentence in article.sentences if 7 <= len(sentence.split()) <= 40]
    for sentence in rng.sample(usable, min(8, len(usable))):
        yield sentence, 1, 0.3
        true = paraphrase(sentence, article.sentences, rng)
        yield true, 1, 1.0
        kinds = [kind for kind in ERRORS if rng.random() < 0.5]
        for kind in kinds:
            false = ERRORS[kind](true, article.sentences, rng)
            if false and false != true:
                yield false, 0, 0.6
    foreign = rng.choice(rng.choice(others).sentences)
    own, there = names(" ".join(article.sentences)), names(foreign)
    if own and there:
        yield foreign.replace(there[0], rng.choice(own)), 0, 1.0
    yield foreign, 0, 0.5


def examples(rng: random.Random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    encoder = Encoder(SummarizerConfig(threads=1))
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


def fit(rows: np.ndarray, labels: np.ndarray, importance: np.ndarray) -> tuple[float, np.ndarray]:
    """Logistic regression by gradient descent, the classes balanced, all weights at most zero."""
    share = [importance[labels == label].sum() for label in (0, 1)]
    importance = importance / np.where(labels == 1, share[1], share[0]) / 2
    bias, weights = 1.0, np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        wrong = (1 / (1 + np.exp(-(bias + rows @ weights))) - labels) * importance
        bias -= _RATE * wrong.sum() * 4
        weights = np.minimum(0, weights - _RATE * 4 * (rows.T @ wrong + _PENALTY * weights))
    return float(bias), weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    started = time.monotonic()
    rows, labels, importance = examples(random.Random(parser.parse_args().seed))
    bias, weights = fit(rows, labels, importance)
    scores = 1 / (1 + np.exp(-(bias + rows @ weights)))
    threshold = float(max(np.linspace(0.3, 0.9, 61), key=lambda at: np.mean(scores[labels == 1] >= at) + np.mean(scores[labels == 0] < at)))
    names_of = [each.name for each in fields(Signs)]
    OUT.write_text(json.dumps({"bias": round(bias, 4), "threshold": round(threshold, 3), "weights": {name: round(float(weight), 4) for name, weight in zip(names_of, weights, strict=True)}}, indent=2) + "\n")
    kept, passed = np.mean(scores[labels == 1] >= threshold), np.mean(scores[labels == 0] >= threshold)
    print(f"{len(labels)} claims, {time.monotonic() - started:.0f} s, threshold {threshold:.2f}: {kept:.1%} of the true kept, {passed:.1%} of the false pass")


if __name__ == "__main__":
    main()
