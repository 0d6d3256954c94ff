"""What a followed topic tells, week by week: which articles it is told for, beside all that the search for it brings.

The 85 questions of `benchmarks.topics_wikinews` are followed over its two years in windows of seven days, as by a digest that looks back
a week. Precision: the share of the articles told that were judged to be about the question. Recall: the share of the judged articles
that are told. `followed` is what digests and pushes use (`news.following`), `searched` all that answers a search (`news.retrieval`), which
they used before. Of the 30 questions that nothing stored answers nothing should be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from json import loads

from benchmarks.topics_store import asked, store
from benchmarks.topics_wikinews import QUESTIONS, articles
from bot.reference import aliases
from news.asking import KnownVectors, worded
from news.enrich import EnrichService
from news.following import followed
from news.reading import Window
from news.retrieval import retrieve
from storage.engine import open_database
from summarizer.workers import Models

WEEK = timedelta(days=7)


@dataclass
class Told:
    """The articles told of each question, by key, and those that were judged to be about it."""

    pairs: list[tuple[set[str], set[str]]] = field(default_factory=list)

    def figures(self, name: str) -> dict[str, float]:
        """Over all articles, not question by question: a reader gets articles."""
        right = sum(len(told & judged) for told, judged in self.pairs)
        told_of_answered = sum(len(told) for told, judged in self.pairs if judged)
        return {
            f"{name}_precision": right / told_of_answered,
            f"{name}_recall": right / sum(len(judged) for _, judged in self.pairs),
            f"{name}_nothing_of_the_unanswered": 1 - sum(bool(told) for told, judged in self.pairs if not judged) / 30,
        }


async def followed_by_week(models: Models, url: str) -> dict[str, float]:
    """Follow every question and judge what would be told."""
    texts = articles()
    first, last = min(text.at for text in texts), max(text.at for text in texts)
    names = aliases()
    told, searched = Told(), Told()
    async with open_database(url) as database:
        keys = await store(database, texts)
        await EnrichService(database.open_unit, models.summarizer, models.embedder).run(last + timedelta(days=1))
        vectors = KnownVectors(models.embedder)
        for row in map(loads, QUESTIONS.read_text("utf-8").splitlines()):
            wording = worded(asked(row["question"], last), models.embedder.languages, names)
            question = wording.asked(await vectors.of([wording]))
            of_topic: set[str] = set()
            of_search: set[str] = set()
            async with database.open_unit(readonly=True) as unit:
                for window in weeks(first, last):
                    query = replace(question.query, window=window)
                    about = await followed(unit, replace(question, query=query), names)
                    found = await retrieve(unit, query, question.vector, names)
                    of_topic.update(keys[each.hit.article_id] for each in about)
                    of_search.update(keys[each.hit.article_id] for each in found.relevant)
            told.pairs.append((of_topic, set(row["articles"])))
            searched.pairs.append((of_search, set(row["articles"])))
    return {**told.figures("followed"), **searched.figures("searched")}


def weeks(first: datetime, last: datetime) -> Sequence[Window]:
    """The span in windows."""
    count = (last - first) // WEEK + 1
    return [Window(first + at * WEEK, first + (at + 1) * WEEK) for at in range(count)]
