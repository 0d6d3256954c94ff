"""One event, one story: the production decision on labelled pairs and clusters, against pinned floors.

    python -m benchmarks.stories_quality            measure, fail below a floor
    python -m benchmarks.stories_quality --update   raise floors to what was measured; a floor never falls without --lower
    python -m benchmarks.stories_quality --json     one JSON object with every figure

Measured at the one fixed threshold set of `news.stories` (F1, B-cubed, adjusted Rand) and over all thresholds (AUC):
contest pairs in English and Russian, English headline pairs, headline pairs of HeadlineCause, MultiLing 2011 clusters in seven
languages and the playground's samples placed online in three orders and then looked at together, as at the end of a run. Beside
them what tf-idf words alone reach with the threshold that is best in hindsight.
Data: EVAL_DATA (default ../shared/data); a set that is absent is skipped with a word. Vectors: the bundled model.
"""

import argparse
import asyncio
import json
import logging
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from benchmarks.stories_data import DATA, article, digest_of, of_playground, read_rows
from benchmarks.stories_scores import adjusted_rand, auc, b_cubed, f1
from news.entities import Article
from news.facts import extract
from news.ids import ArticleId, StoryId
from news.preparing import PreparingRules, opening
from news.reading import Facts, Neighbour, Vector
from news.regrouping import Member, regroup
from news.stories import Found, StoryRules, Subject, assign, pair_scores, rules_for
from storage.tokens import tokens
from summarizer.config import SummarizerConfig
from summarizer.workers import Models, open_models

FLOORS = Path(__file__).with_name("stories_baseline.json")
SLACK = 0.005  # under a measured figure, for other processors' rounding
ORDERS = 3
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Placed:
    """An article with what the story decision looks at."""

    article: Article
    lang: str | None
    text: str
    facts: Facts
    vector: Vector | None


@dataclass(frozen=True)
class Corpus:
    """Articles, how near each is to each, and by what."""

    prepared: list[Placed]
    likeness: Matrix
    by_words: list[bool]


async def corpus_of(models: Models, articles: list[Article]) -> Corpus:
    """The articles with language, facts and vector as in production, and cosines of vectors or, without one, of words."""
    readings = await models.summarizer.read([each.text or each.title for each in articles])
    readings = [
        reading if reading.lang else replace(reading, lang=each.lang)
        for each, reading in zip(articles, readings, strict=True)
    ]
    known = models.embedder.languages
    openings = [
        opening(each.title, reading, PreparingRules().article_words)
        for each, reading in zip(articles, readings, strict=True)
        if known is None or reading.lang in known
    ]
    embedded = iter(await models.embedder.embed(openings) if openings else [])
    prepared = []
    for each, reading in zip(articles, readings, strict=True):
        text = "\n".join([each.title, *(sentence.text for sentence in reading.sentences)])
        vector = next(embedded) if known is None or reading.lang in known else None
        prepared.append(Placed(each, reading.lang, text, extract(text, reading.lang), vector))
    words = tf_idf([each.text for each in prepared], [each.lang for each in prepared])
    by_words = [each.vector is None for each in prepared]
    rows = [np.frombuffer(each.vector.data, dtype="<f4") if each.vector else np.zeros(1) for each in prepared]
    width = max(len(row) for row in rows)
    vectors = np.array([row if len(row) == width else np.zeros(width) for row in rows], dtype=np.float64)
    near = vectors @ vectors.T
    likeness = np.where(np.array(by_words)[:, None], words, near)
    return Corpus(prepared, likeness, by_words)


def tf_idf(texts: list[str], langs: list[str | None]) -> Matrix:
    """Cosines of tf-idf words, with storage's tokens, damping and inverse frequencies."""
    counts = [Counter(tokens(text, lang)) for text, lang in zip(texts, langs, strict=True)]
    holders = Counter(token for each in counts for token in each)
    place = {token: index for index, token in enumerate(holders)}
    matrix = np.zeros((len(texts), len(place)), dtype=np.float32)
    for row, each in enumerate(counts):
        for token, count in each.items():
            rare = np.log(1 + (len(texts) + 0.5) / (holders[token] + 0.5))
            matrix[row, place[token]] = (1 + np.log(count)) * rare
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix /= np.where(lengths == 0, 1, lengths)
    return np.asarray(matrix @ matrix.T, dtype=np.float64)


def subject_of(corpus: Corpus, place: int) -> Subject:
    prepared = corpus.prepared[place]
    return Subject(
        article_id=prepared.article.id,
        title=prepared.article.title,
        publisher=prepared.article.publisher,
        published_at=prepared.article.published_at,
        lang=prepared.lang,
        facts=prepared.facts,
        text_chars=len(prepared.article.text),
    )


def neighbour_of(corpus: Corpus, place: int, other: int, story: int, size: int) -> Neighbour:
    prepared = corpus.prepared[other]
    return Neighbour(
        article_id=prepared.article.id,
        story_id=StoryId(story),
        similarity=float(corpus.likeness[place, other]),
        by_words=corpus.by_words[place],
        publisher=prepared.article.publisher,
        title=prepared.article.title,
        lang=prepared.lang,
        published_at=prepared.article.published_at,
        facts=prepared.facts,
        text_chars=len(prepared.article.text),
        copy_of=None,
        story_size=size,
    )


def margin(corpus: Corpus, one: int, two: int, rules: StoryRules) -> float:
    """The log-odds of a pair, weighed among the nearest of the whole set as in production."""
    nearest = sorted(range(len(corpus.prepared)), key=lambda other: -corpus.likeness[one, other])
    others = [other for other in nearest if other not in {one, two}][: rules.neighbours - 1]
    neighbours = [neighbour_of(corpus, one, other, 1, 1) for other in [two, *others]]
    return pair_scores(subject_of(corpus, one), neighbours, rules)[0]


def place_online(corpus: Corpus, order: list[int], rules: StoryRules) -> list[int]:
    """The story of each article when they come in this order."""
    story_of: dict[int, int] = {}
    members: dict[int, set[int]] = defaultdict(set)
    for place in order:
        known = nearest(corpus, place, list(story_of), rules)
        near = [neighbour_of(corpus, place, other, story_of[other], len(members[story_of[other]])) for other in known]
        decision = assign(subject_of(corpus, place), near, rules)
        story = len(order) + place if isinstance(decision, Found) else decision.story_id
        story_of[place] = story
        members[story].add(place)
        for merged in () if isinstance(decision, Found) else decision.merges:
            for other in members.pop(merged):
                story_of[other] = story
                members[story].add(other)
    founded: dict[int, int] = {}
    for place in order:
        founded.setdefault(story_of[place], place)
    return regrouped(corpus, order, story_of, set(founded.values()), rules)


def regrouped(
    corpus: Corpus, order: list[int], story_of: dict[int, int], opened: set[int], rules: StoryRules
) -> list[int]:
    """What `news.reconsidering` makes of the stories at the end of a run, when all are near enough to be looked at together."""
    number = {place: ArticleId(arrived) for arrived, place in enumerate(order)}
    pairs: dict[tuple[ArticleId, ArticleId], float] = {}
    for place in order:
        known = nearest(corpus, place, [other for other in order if other != place], rules)
        near = [neighbour_of(corpus, place, other, story_of[other], 1) for other in known]
        for other, score in zip(known, pair_scores(subject_of(corpus, place), near, rules), strict=True):
            pairs[number[place], number[other]] = score
    members = [
        Member(
            article_id=number[place],
            story_id=StoryId(story_of[place]),
            publisher=corpus.prepared[place].article.publisher,
            opened=place in opened,
        )
        for place in order
    ]
    change = regroup(members, pairs)
    story_by_number = {member.article_id: int(member.story_id) for member in members}
    for fresh, split in enumerate(change.splits, max(story_by_number.values()) + 1):
        story_by_number.update(dict.fromkeys(split.article_ids, fresh))
    for together in change.together:
        merged = {story_by_number[each] for each in together}
        for each, story in story_by_number.items():
            story_by_number[each] = min(merged) if story in merged else story
    return [story_by_number[number[place]] for place in range(len(order))]


def nearest(corpus: Corpus, place: int, others: list[int], rules: StoryRules) -> list[int]:
    """The neighbours that storage would find: texts without vectors by words among all, those with one among vectors."""
    at = corpus.prepared[place].article.published_at
    around = [other for other in others if abs(corpus.prepared[other].article.published_at - at) <= rules.within]
    known = sorted(around, key=lambda other: (-corpus.likeness[place, other], other))
    return [other for other in known if corpus.by_words[place] or not corpus.by_words[other]][: rules.neighbours]


def pair_figures(corpus: Corpus, gold: list[bool], rules: StoryRules) -> dict[str, float]:
    """Articles 2n and 2n+1 are a pair."""
    scores = [margin(corpus, 2 * pair, 2 * pair + 1, rules) for pair in range(len(gold))]
    words = tf_idf([each.text for each in corpus.prepared], [each.lang for each in corpus.prepared])
    plain = [float(words[2 * pair, 2 * pair + 1]) for pair in range(len(gold))]
    return {
        "f1": f1([score >= 0 for score in scores], gold),
        "auc": auc(scores, gold),
        "tf_idf_auc": auc(plain, gold),
        "tf_idf_best_f1": max(f1([score >= level for score in plain], gold) for level in plain),
    }


def grouped_figure(corpus: Corpus, gold: list[bool], rules: StoryRules) -> float:
    """F1 of the pairs that are in one story when all articles of the set are grouped together, as readers would meet them."""
    order = list(range(len(corpus.prepared)))
    found = regrouped(corpus, order, {place: place for place in order}, set(order), rules)
    return f1([found[2 * pair] == found[2 * pair + 1] for pair in range(len(gold))], gold)


def cluster_figures(corpus: Corpus, gold: list[int], rules: StoryRules) -> dict[str, float]:
    groupings = []
    for seed in range(ORDERS):
        order = list(range(len(gold)))
        random.Random(seed).shuffle(order)
        groupings.append(place_online(corpus, order, rules))
    rand = [adjusted_rand(one, two) for place, one in enumerate(groupings) for two in groupings[:place]]
    return {
        "b_cubed": float(np.mean([b_cubed(found, gold) for found in groupings])),
        "order_rand": float(np.mean(rand)),
    }


async def measure(models: Models) -> dict[str, dict[str, float]]:
    """Every figure by set."""
    rules = rules_for(models.embedder.model)
    figures: dict[str, dict[str, float]] = {}
    for lang in ("en", "ru"):
        rows = read_rows(f"dev/cluster__tgcontest_pairs_{lang}")
        if rows:
            sides = [(row[side], row["lang"]) for row in rows for side in ("a", "b")]
            articles = [
                article(number, side["title"], side["text"], lang, side["url"].split("/")[2])
                for number, (side, lang) in enumerate(sides, 1)
            ]
            gold = [bool(row["same"]) for row in rows]
            corpus = await corpus_of(models, articles)
            grouped = grouped_figure(corpus, gold, rules)
            figures[f"contest_pairs_{lang}"] = {**pair_figures(corpus, gold, rules), "grouped_f1": grouped}
    rows = read_rows("dev/cluster__sts_headlines")
    if rows:
        rows = [row for row in rows if row["score"] >= 4 or row["score"] <= 2][::4]  # between them people disagree
        figures["headlines_en"] = await headline_figures(models, rows, [row["score"] >= 4 for row in rows], rules)
    rows = read_rows("open/cluster__headlinecause")
    for lang in ("en", "ru") if rows else ():
        own = [row for row in rows or () if row["lang"] == lang]
        same = [row["gold"]["result"] in {"same", "left_right_cancel", "right_left_cancel"} for row in own]
        figures[f"headlinecause_{lang}"] = await headline_figures(models, own, same, rules)
    rows = read_rows("open/mds__multiling2011")
    for lang in sorted({row["lang"] for row in rows or ()}):
        docs = [(row["topic"], doc) for row in rows or () if row["lang"] == lang for doc in row["docs"]]
        topics = sorted({topic for topic, _ in docs})
        articles = [
            # each a publisher of its own: the collection does not say whose they are
            article(number, doc["title"], doc["text"], lang, f"site{number}.example")
            for number, (_, doc) in enumerate(docs, 1)
        ]
        stories = [topics.index(topic) for topic, _ in docs]
        figures[f"clusters_{lang}"] = cluster_figures(await corpus_of(models, articles), stories, rules)
    samples, labels = of_playground()
    figures["samples"] = cluster_figures(await corpus_of(models, samples), labels, rules)
    return figures


async def headline_figures(
    models: Models, rows: list[dict[str, Any]], gold: list[bool], rules: StoryRules
) -> dict[str, float]:
    sides = [(row[side], row.get("lang", "en"), side) for row in rows for side in ("a", "b")]
    articles = [
        article(number, text, "", lang, f"{side}.example") for number, (text, lang, side) in enumerate(sides, 1)
    ]
    return pair_figures(await corpus_of(models, articles), gold, rules)


SETS = {
    "contest_pairs_en": "dev/cluster__tgcontest_pairs_en",
    "contest_pairs_ru": "dev/cluster__tgcontest_pairs_ru",
    "headlines_en": "dev/cluster__sts_headlines",
    "headlinecause": "open/cluster__headlinecause",
    "clusters": "open/mds__multiling2011",
}
FLOORED = ("f1", "auc", "grouped_f1", "b_cubed", "order_rand")


def hold(figures: dict[str, dict[str, float]], options: argparse.Namespace) -> int:
    """Compare with the floors, or raise them; the exit code."""
    pinned = json.loads(FLOORS.read_text()) if FLOORS.exists() else {"floors": {}, "digests": {}}
    digests = {name: digest_of(path) for name, path in SETS.items() if (DATA / f"{path}.jsonl.gz").exists()}
    changed = [name for name, digest in digests.items() if pinned["digests"].get(name, digest) != digest]
    if changed:
        print(f"other data than the floors were measured on: {', '.join(changed)}", file=sys.stderr)
        return 1
    below = []
    for name, measured in figures.items():
        floors = pinned["floors"].setdefault(name, {})
        for figure in FLOORED:
            if figure in measured:
                floor = floors.get(figure, 0.0)
                if measured[figure] < floor:
                    below.append(f"{name} {figure} {measured[figure]:.3f} < {floor:.3f}")
                if options.lower or (options.update and measured[figure] - SLACK > floor):
                    floors[figure] = round(measured[figure] - SLACK, 3)
    if options.update or options.lower:
        pinned["digests"].update(digests)
        FLOORS.write_text(json.dumps(pinned, indent=2, sort_keys=True) + "\n")
    print("\n".join(below) or "every floor holds", file=sys.stderr)
    return 1 if below and not options.lower else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="raise floors to what was measured")
    parser.add_argument("--lower", action="store_true", help="set floors to what was measured, lower ones too")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    began = time.monotonic()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with open_models(SummarizerConfig()) as models:
        figures = asyncio.run(measure(models))
    if options.json:
        print(json.dumps(figures))
    else:
        for name, measured in figures.items():
            print(f"{name:20}" + "  ".join(f"{figure} {value:.3f}" for figure, value in measured.items()))
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return hold(figures, options)


if __name__ == "__main__":
    sys.exit(main())
