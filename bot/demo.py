"""The playground: Telegram on loopback in a child process, with sample news for the bot to read.

In: settings without a token. Out: settings for the child's server, and the feeds that it serves. The child says in one
JSON line on its stdout where it is; it ends when its stdin closes, so it never outlives us. Raises
BadRequest (`playground_failed`) when it does not start.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot import markup, texts
from bot.services import Services
from bot.settings import Access, Settings
from news.audience import Address, OutMessage
from news.errors import BadRequest, NewsError
from news.ports import Messenger
from news.sources import OpmlEntry

log = structlog.get_logger()

START_S = 30.0
FIRST = 24  # articles that are enriched before the others are read: enough to answer the first question
END_S = 5.0


@dataclass(frozen=True, slots=True)
class Playground:
    """A playground that runs."""

    settings: Settings  # with its token, origin and admin
    origin: str
    feeds: tuple[str, ...]
    people: tuple[int, ...]


@asynccontextmanager
async def playground(settings: Settings) -> AsyncIterator[Playground]:
    """Start the child, and end it with the block."""
    state = Path(settings.database).with_suffix(".playground.json") if "://" not in settings.database else None
    command = ["-m", "playground", "--with-parent", "--port", str(settings.playground_port)]
    if state is not None:
        command += ["--state", str(state)]
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, *command, stdin=pipe, stdout=pipe)
    try:
        assert child.stdout is not None
        line = await asyncio.wait_for(child.stdout.readline(), START_S)
        if not line:
            raise BadRequest("The playground did not start; its own words are above.", code="playground_failed")
        yield _attached(settings, json.loads(line))
    except TimeoutError as error:
        raise BadRequest("The playground did not start in time.", code="playground_failed") from error
    finally:
        if child.stdin is not None:
            child.stdin.close()
        try:
            await asyncio.wait_for(child.wait(), END_S)
        except TimeoutError:
            child.kill()
            await child.wait()


def _attached(settings: Settings, ready: dict[str, object]) -> Playground:
    origin, admin = str(ready["origin"]), ready["admin"]
    assert isinstance(admin, int)
    feeds = ready["feeds"]
    assert isinstance(feeds, list)
    reader = ready.get("reader")
    told = settings.model_dump(exclude_unset=True) | {
        "telegram_token": str(ready["token"]),
        "telegram_api_url": origin,
        "admins": tuple(dict.fromkeys((*settings.admins, admin))),
        "access": Access.PUBLIC,
        "fetch_allow": (*settings.fetch_allow, urlsplit(origin).netloc),
        "webhook_url": None,
    }
    people = tuple(each for each in (reader, admin) if isinstance(each, int))
    return Playground(Settings(**told), origin, tuple(map(str, feeds)), people)


class Reading:
    """Reads the sample news while the bot answers already, and tells people in chat how far it is."""

    def __init__(self, services: Services, found: Playground) -> None:
        self._services = services
        self._found = found

    async def run(self, messenger: Messenger) -> None:
        """Add the feeds, read them, enrich; the newest articles come first."""
        sys.stderr.write(f"\nOpen {self._found.origin}/ and talk to the bot.\n\n")
        sys.stderr.flush()
        try:
            await self._read(messenger)
        except NewsError as error:
            log.warning("sample_news_not_read", code=error.code, error=error.message)

    async def _read(self, messenger: Messenger) -> None:
        services, now = self._services, datetime.now(UTC)
        entries = [OpmlEntry(url=url, title="", category="playground") for url in self._found.feeds]
        lines = await services.sources.import_entries(entries, now)
        fresh = any(line.outcome == "added" for line in lines)
        warming = asyncio.ensure_future(services.warm_up())
        for url in self._found.feeds:
            source = await services.sources.get(url)
            report = await services.ingest.run(now, source_ids=[source.id])
            log.info("sample_feed_read", feed=url, new=report.new)
            await services.enrich.run(now, limit=FIRST)
        await warming
        log.info("first_articles_ready")
        report_all = await services.enrich.run(datetime.now(UTC), progress=_log_progress)
        log.info("sample_news_ready", enriched=report_all.enriched)
        if fresh:
            await self._tell_ready(messenger)

    async def _tell_ready(self, messenger: Messenger) -> None:
        async with self._services.open_unit(readonly=True) as unit:
            count = len(await unit.articles.since(None, 1000))
        words = texts.load("en")
        example = f"<i>{markup.escape(words('topics.t3'))}</i>"
        for person in self._found.people:
            if await self._services.chats.get(Address(person)) is None:
                continue  # who has not pressed Start cannot be written to
            html = f"{words('chat.ready', n=words.number(count))} {example}"
            try:
                await messenger.send(Address(person), OutMessage(html=html))
            except NewsError as error:
                log.info("person_not_told", code=error.code)


def _log_progress(stage: str, done: int, of: int) -> None:
    log.info("sample_news_progress", stage=stage, done=done, of=of)
