"""Sample news as real feeds and pages on loopback: `/samples/`.

Some 130 articles in five feeds (RSS 2.0 and Atom), pages with the full text, an OPML file and an index. Dates are
moved at serving time and are a function of the day on which the server started: 24 articles, one for each hour of
that day, appear as the day passes; the others lie evenly over the nine days before, in their old order.
"""

import gzip
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from importlib import resources
from typing import Any, Final

HOURS_OF_FIRST_DAY: Final = 24
DAYS_BEFORE: Final = 9
SEED_FEED: Final = "partnership"
SEED_SLUG: Final = "russia-china-partnership"
SEED_LEAD: Final = timedelta(hours=2)  # the seed article appears so long before the first day begins


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: its name in the address, its title, and whether it is Atom."""

    name: str
    title: str
    is_atom: bool


FEEDS: Final = (
    Feed("world", "Playground World", is_atom=False),
    Feed("politics", "Playground Politics", is_atom=False),
    Feed("science", "Playground Science", is_atom=True),
    Feed("disasters", "Playground Disasters", is_atom=True),
    Feed(SEED_FEED, "Partnership Desk", is_atom=False),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """An article: paragraphs of text, a teaser for the feed, and the moved date (aware, UTC)."""

    slug: str
    feed: str
    title: str
    teaser: str
    paragraphs: tuple[str, ...]
    author: str
    original: str
    published_at: datetime
    caption: str = ""


def _rows() -> list[dict[str, Any]]:
    packed = resources.files("playground").joinpath("samples/wikinews.jsonl.gz").read_bytes()
    return [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]


def _seed(first_day: datetime) -> Sample:
    text = resources.files("playground").joinpath("samples/russia-china-partnership.txt").read_text(encoding="utf-8")
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    title, caption = blocks[1], blocks[2]
    author = next(block.removeprefix("By ") for block in blocks if block.startswith("By "))
    paragraphs = tuple(block for block in blocks[3:] if len(block) > 100)
    teaser = paragraphs[0].split(". ")[0] + "."
    return Sample(SEED_SLUG, SEED_FEED, title, teaser, paragraphs, author, "", first_day - SEED_LEAD, caption=caption)


def moved_dates(slugs: list[str], first_day: datetime) -> list[datetime]:
    """The dates of articles given oldest first: hourly on the first day, evenly over the days before."""
    before = max(0, len(slugs) - HOURS_OF_FIRST_DAY)
    step = timedelta(days=DAYS_BEFORE) / max(1, before)
    dates = [first_day - step * (before - place) for place in range(before)]
    for hour, slug in enumerate(slugs[before:], start=HOURS_OF_FIRST_DAY - (len(slugs) - before)):
        minute = 5 + zlib.crc32(slug.encode()) % 50
        dates.append(first_day + timedelta(hours=hour, minutes=minute))
    return [moved.replace(microsecond=0) for moved in dates]


class Library:
    """All samples for a server that started on `start_on` (a UTC date)."""

    def __init__(self, start_on: date) -> None:
        self._first_day = datetime(start_on.year, start_on.month, start_on.day, tzinfo=UTC)

    @cached_property
    def all(self) -> list[Sample]:
        """Every sample, oldest first."""
        rows = _rows()
        dates = moved_dates([row["slug"] for row in rows], self._first_day)
        samples = [
            Sample(
                row["slug"],
                row["feed"],
                row["title"],
                row["teaser"],
                tuple(part.strip() for part in row["text"].split("\n") if part.strip()),
                "Wikinews contributors",
                row["original"],
                published_at,
            )
            for row, published_at in zip(rows, dates, strict=True)
        ]
        return sorted([*samples, _seed(self._first_day)], key=lambda sample: sample.published_at)

    def published(self, now: datetime, feed: str = "") -> list[Sample]:
        """What is out by `now`, newest first."""
        return [s for s in reversed(self.all) if s.published_at <= now and (not feed or s.feed == feed)]

    def find(self, slug: str, now: datetime) -> Sample | None:
        return next((sample for sample in self.published(now) if sample.slug == slug), None)
