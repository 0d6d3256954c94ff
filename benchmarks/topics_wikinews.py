"""Answers over Wikinews: 55 questions that 293 articles answer and 30 that none does (Wikinews authors, CC BY 2.5).

The articles are enriched in full and the production service is asked. Measured: recall of the first ten articles, rank of the first right
one, answers given to the 55 and refused to the 30, citation precision (each sentence of an answer is in the article it cites), answer
precision (each sentence of the bottom line comes from an article judged to be about the question), and answer coverage: the share of the
facts a good answer must hold of which the bottom line, or the whole answer, has a sentence. Facts and sentences were labelled from the
articles (`data/wikinews_needed.jsonl`; the guide is in docs/evaluation/topics-labels.md); questions in even places are for development,
those in odd places are held out.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

from benchmarks.ingest_data import OPEN, rows
from benchmarks.topics_store import Text, asked, store
from bot.reference import aliases
from news.enrich import EnrichService
from news.entities import PublisherRegister
from news.questions import TopicAnswer, TopicLine
from news.topics import TopicService
from storage.engine import open_database
from summarizer.workers import Models

ARTICLES = OPEN / "retrieval__wikinews_2019_2020.jsonl.gz"
QUESTIONS = Path(__file__).parent / "data" / "wikinews_questions.jsonl"
NEEDED = Path(__file__).parent / "data" / "wikinews_needed.jsonl"

Fact = tuple[str, tuple[str, ...]]
"""What a good answer must say, and the sentences of which any one says it, white space put right."""


@dataclass
class Scores:
    """What was seen, question by question."""

    recalls: list[float] = field(default_factory=list)
    ranks: list[float] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)
    cited: list[bool] = field(default_factory=list)
    meant: list[bool] = field(default_factory=list)
    bottom: dict[str, list[float]] = field(default_factory=lambda: {"dev": [], "held_out": []})
    whole: dict[str, list[float]] = field(default_factory=lambda: {"dev": [], "held_out": []})

    def figures(self) -> dict[str, float]:
        """The means."""
        figures = {
            "wikinews_recall_10": mean(self.recalls),
            "wikinews_mrr": mean(self.ranks),
            "wikinews_found": mean(self.found),
            "wikinews_refused": mean(self.refused),
            "wikinews_citation_precision": mean(self.cited),
            "wikinews_answer_precision": mean(self.meant),
        }
        for half in ("dev", "held_out"):
            figures[f"wikinews_coverage_bottom_line_{half}"] = mean(self.bottom[half])
            figures[f"wikinews_coverage_answer_{half}"] = mean(self.whole[half])
        return figures


def articles() -> list[Text]:
    """The collection."""
    return [
        Text(row["id"], row["url"], row["title"], row["text"], datetime.fromisoformat(row["date"]).replace(tzinfo=UTC))
        for row in rows(ARTICLES)
        if not row["title"].startswith("TEST PAGE")
    ]


def needed() -> dict[str, list[Fact]]:
    """The facts that a good answer to each question must hold."""
    lines = map(json.loads, NEEDED.read_text("utf-8").splitlines())
    return {
        row["question"]: [
            (fact["fact"], tuple(" ".join(each["sentence"].split()) for each in fact["held_by"]))
            for fact in row["needed"]
        ]
        for row in lines
    }


def coverage(facts: Sequence[Fact], told: Iterable[TopicLine]) -> tuple[float, list[str]]:
    """The share of the facts that the lines say, and those that they do not."""
    texts = [" ".join(f"{line.text} {line.dropped}".split()) for line in told]
    missing = [fact for fact, held_by in facts if not any(each in text for each in held_by for text in texts)]
    return 1 - len(missing) / len(facts), missing


async def wikinews(models: Models, url: str, *, verbose: bool) -> dict[str, float]:
    """Ask every question and judge what comes."""
    texts = articles()
    now = max(text.at for text in texts) + timedelta(days=1)
    keys = {text.url: text.key for text in texts}
    bodies = {text.key: " ".join(f"{text.title} {text.text}".split()) for text in texts}
    facts, scores = needed(), Scores()
    async with open_database(url) as database:
        await store(database, texts)
        await EnrichService(database.open_unit, models.summarizer, models.embedder).run(now)
        topics = TopicService(database.open_unit, models.summarizer, models.embedder, PublisherRegister(), aliases())
        for at, line in enumerate(QUESTIONS.read_text("utf-8").splitlines()):
            row = json.loads(line)
            query = asked(row["question"], now)
            answer = await topics.answer(query, now)
            cites = {ref.n: keys[ref.url] for ref in answer.sources}
            scores.cited += [line.text in bodies[cites[n]] for line in every_line(answer) for n in line.cites]
            if not row["articles"]:
                scores.refused.append(not answer.found)
                complaints = ["answered"] if answer.found else []
            else:
                hits = [keys[hit.url] for hit in await topics.search(query, now, limit=10)]
                complaints = _judge_found(scores, answer, hits, set(row["articles"]), cites)
                half = "held_out" if at % 2 else "dev"
                complaints += _judge_coverage(scores, answer, facts[row["question"]], half)
            if verbose and complaints:
                print(row["question"], *complaints, sep="\n    ", file=sys.stderr)
    return scores.figures()


def every_line(answer: TopicAnswer) -> tuple[TopicLine, ...]:
    """Whatever an answer says."""
    return (*answer.sentences, *answer.timeline, *answer.perspectives, *answer.disagreements)


def _judge_found(
    scores: Scores, answer: TopicAnswer, hits: Sequence[str], wanted: set[str], cites: Mapping[int, str]
) -> list[str]:
    scores.found.append(answer.found)
    scores.recalls.append(len(wanted & set(hits)) / min(10, len(wanted)))
    scores.ranks.append(next((1 / place for place, key in enumerate(hits, 1) if key in wanted), 0.0))
    apart = [line.text for line in answer.sentences if not any(cites[n] in wanted for n in line.cites)]
    scores.meant += [True] * (len(answer.sentences) - len(apart)) + [False] * len(apart)
    complaints = [] if answer.found else ["refused"]
    complaints += [f"recall {scores.recalls[-1]:.2f}"] if scores.recalls[-1] < 1 else []
    return complaints + [f"from another article: {text}" for text in apart]


def _judge_coverage(scores: Scores, answer: TopicAnswer, facts: Sequence[Fact], half: str) -> list[str]:
    first, missing = coverage(facts, answer.sentences)
    whole, _ = coverage(facts, every_line(answer))
    scores.bottom[half].append(first)
    scores.whole[half].append(whole)
    return [f"not in the bottom line: {fact}" for fact in missing] if half == "dev" else []
