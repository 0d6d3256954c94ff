"""Work that any of several processes may do: what a job is, and which jobs what waits makes.

A job names rows and nothing else: whoever does it looks at them again, so that a job which is lost, given twice or out of
date does no harm, and every job can be derived again from the rows. Articles go by blocks of neighbouring numbers, so that
no two jobs are about the same one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from news.entities import Source
from news.ids import ArticleId, SourceId

ARTICLES_PER_JOB = 16  # as many as the models read at once
MOST = 5_000  # jobs that wait; what is more is found again


class JobKind(StrEnum):
    """What is to be done with the rows of a job."""

    READ = "read"  # one source
    ENRICH = "enrich"  # a block of articles


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. Of equal `key` one waits at the most; of equal `turn` one is under way at the most."""

    kind: JobKind
    key: str
    turn: str
    number: int  # of the source, or of the block


@dataclass(frozen=True, slots=True)
class Waiting:
    """The jobs of one kind that wait or are under way."""

    jobs: int = 0
    oldest_s: float = 0.0  # since the one that came first was put


Do = Callable[[int], Awaitable[None]]
"""Does the job of that number. Raises nothing that is expected: what was left undone is found again."""


class JobQueue(Protocol):
    """Jobs that wait in the database. Raises StorageError."""

    async def put(self, jobs: Sequence[Job]) -> int:
        """Add those that neither wait nor are under way; how many that were."""
        ...

    async def work(self, do: Mapping[JobKind, Do], at_once: Mapping[JobKind, int]) -> None:
        """Do jobs as they come, so many of a kind at once, until cancelled; what is under way is given a few seconds."""
        ...

    async def put_back(self) -> int:
        """Have the jobs of processes that were lost done by others; how many those were."""
        ...

    async def waiting(self) -> Mapping[JobKind, Waiting]:
        """What waits or is under way, of each kind."""
        ...


def reading(sources: Sequence[Source]) -> list[Job]:
    """A job for each source; of one host's sources one is read at a time."""
    return [
        Job(JobKind.READ, f"source:{source.id}", f"host:{urlsplit(source.url).hostname or source.id}", source.id)
        for source in sources
    ]


def enriching(article_ids: Sequence[ArticleId]) -> list[Job]:
    """A job for each block with one of the articles, in the order given."""
    blocks = dict.fromkeys(article_id // ARTICLES_PER_JOB for article_id in article_ids)
    return [Job(JobKind.ENRICH, f"articles:{block}", f"articles:{block}", block) for block in blocks]


def source_of(number: int) -> SourceId:
    """The source of a reading job."""
    return SourceId(number)


def articles_of(number: int) -> list[ArticleId]:
    """The articles of an enriching job."""
    first = number * ARTICLES_PER_JOB
    return [ArticleId(each) for each in range(first, first + ARTICLES_PER_JOB)]
