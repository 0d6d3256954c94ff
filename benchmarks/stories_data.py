"""What stories are measured on: labelled sets under EVAL_DATA, and the playground's samples with the stories that they belong to.

The samples tell two years of English Wikinews in ten days, as one newsroom writes them. Labelled by reading them: an event and
what came of it at once are one story; the stages of an election, of a pandemic or of an impeachment are stories of their own.
"""

import gzip
import hashlib
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from news.entities import Article, ArticleKind
from news.ids import ArticleId, SourceId
from playground.samples import Library

DATA = Path(os.environ.get("EVAL_DATA", "../shared/data"))
NOW = datetime(2023, 3, 21, tzinfo=UTC)
TOGETHER = (  # how the headlines begin of each story among the samples that has several articles
    ("New Hampshire crash kills", "Driver in New Hampshire"),
    ("Puerto Rico",),
    ("Queen Elizabeth agrees to suspend", "UK Prime Minister Johnson suspends"),
    ("Hurricane Dorian",),
    ("Tropical Storm Humberto", "Hurricane Humberto"),
    ("Samoan government",),
    ("Russia's Navalny airlifted", "Germany says Alexei Navalny"),
    ("Violence breaks out in Washington", "Conservative groups hold rally in Washington"),
)


def read_rows(name: str) -> list[dict[str, Any]] | None:
    """The rows of a set; None where it is absent."""
    path = DATA / f"{name}.jsonl.gz"
    if not path.exists():
        print(f"{name}: absent under EVAL_DATA, skipped", file=sys.stderr)
        return None
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def digest_of(name: str) -> str:
    return hashlib.sha256((DATA / f"{name}.jsonl.gz").read_bytes()).hexdigest()[:16]


def article(number: int, title: str, text: str, lang: str | None, publisher: str) -> Article:
    return Article(
        id=ArticleId(number),
        source_id=SourceId(1),
        url=f"https://{publisher}/{number}",
        guid=None,
        title=title,
        text=text,
        author=None,
        published_at=NOW,
        dated=False,
        read_at=NOW,
        lang=lang,
        site=None,
        publisher=publisher,
        kind=ArticleKind.ARTICLE,
        image_url=None,
        whole=True,
        revision=1,
        fingerprint=0,
        copy_of=None,
        story_id=None,
    )


def of_playground() -> tuple[list[Article], list[int]]:
    """The samples, and the number of the story of each."""
    samples = Library(NOW.date()).all
    articles = [
        replace(
            article(number, each.title, "\n".join(each.paragraphs), "en", "wikinews.org"),
            published_at=each.published_at,
        )
        for number, each in enumerate(samples, 1)
    ]
    labelled = {
        each.title: story
        for story, beginnings in enumerate(TOGETHER)
        for each in samples
        if each.title.startswith(beginnings)
    }
    return articles, [labelled.get(each.title, len(TOGETHER) + number) for number, each in enumerate(samples)]
