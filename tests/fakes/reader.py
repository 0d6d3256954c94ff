"""A source reader that answers by a script, so that a test says what the web says."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import TypeVar

from news.entities import Candidate, Document, Source, SourceReading
from news.errors import FetchError
from tests.fakes import transactions

Found = TypeVar("Found")
Answer = SourceReading | Exception


class FakeReader:
    """Implements `news.ports.SourceReader`.

    `readings` are by source URL: each read takes the next of the list, the last one stays. `pages` are by target, `offers`
    by address. An exception in their place is raised. `reads` lists the URLs that were read; a URL in `slow` waits until
    `release` is set.
    """

    def __init__(
        self,
        readings: Mapping[str, list[Answer]] | None = None,
        pages: Mapping[str, tuple[Document, ...] | Exception] | None = None,
        offers: Mapping[str, tuple[Candidate, ...] | Exception] | None = None,
    ) -> None:
        self.readings = defaultdict[str, list[Answer]](list, readings or {})
        self.pages = dict(pages or {})
        self.offers = dict(offers or {})
        self.reads: list[str] = []
        self.slow: set[str] = set()
        self.release = asyncio.Event()
        self.at_once = 0
        self.most_at_once = 0

    async def read(self, source: Source) -> SourceReading:
        transactions.assert_none_open("the reader")
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            if source.url in self.slow:
                await self.release.wait()
        finally:
            self.at_once -= 1
        self.reads.append(source.url)
        script = self.readings[source.url]
        if not script:
            raise FetchError("Nothing answers there.", target=source.url, status=404)
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def probe(self, url: str) -> tuple[Candidate, ...]:
        transactions.assert_none_open("the reader")
        return _answer(self.offers, url)

    async def extract(self, target: str) -> tuple[Document, ...]:
        transactions.assert_none_open("the reader")
        return _answer(self.pages, target)


async def settle() -> None:
    """Let the other tasks go on until they wait for something."""
    for _ in range(100):
        await asyncio.sleep(0)


def _answer(script: Mapping[str, tuple[Found, ...] | Exception], target: str) -> tuple[Found, ...]:
    found = script.get(target)
    if found is None:
        raise FetchError("Nothing answers there.", target=target, status=404)
    if isinstance(found, Exception):
        raise found
    return found
