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
from news.entities import Publisher
from news.errors import BadRequest, NewsError
from news.ports import Messenger
from news.sources import OpmlEntry

log = structlog.get_logger()

OUTLET = Publisher(domain="127.0.0.1", name="Sample news", family="Sample news", language="en")
"""What stands as the publisher of everything that the playground serves."""

START_S = 30.0
LOOK_EVERY_S = 3.0
MOST = 1000  # articles; there are some 130 samples
ENRICH_EVERY_S = 3  # articles can be asked about soon after they were read
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
    # A session of its own: Ctrl-C is for the bot, which says goodbye to its Telegram before that ends.
    child = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=pipe, stdout=pipe, start_new_session=True
    )
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
        "enrich_every_s": ENRICH_EVERY_S,
    }
    people = tuple(each for each in (reader, admin) if isinstance(each, int))
    return Playground(Settings(**told), origin, tuple(map(str, feeds)), people)


class Reading:
    """Watches how the sample news is read while the bot answers already, and tells people when all of it is there."""

    def __init__(self, services: Services, found: Playground) -> None:
        self._services = services
        self._found = found
        self._fresh = False

    async def prepare(self) -> None:
        """Add the feeds; the bot's own ticks read them."""
        entries = [
            OpmlEntry(url=url, title=f"Samples: {Path(urlsplit(url).path).stem}", category="playground")
            for url in self._found.feeds
        ]
        lines = await self._services.sources.import_entries(entries, datetime.now(UTC))
        self._fresh = any(line.outcome == "added" for line in lines)

    async def run(self, messenger: Messenger) -> None:
        """Load the models before somebody asks, show how far reading is, tell people when it is done."""
        sys.stderr.write(f"\nOpen {self._found.origin}/ and talk to the bot. Ctrl-C ends it.\n\n")
        sys.stderr.flush()
        try:
            await self._services.warm_up()
            if self._fresh:
                await self._watch()
                await self._tell_ready(messenger)
        except NewsError as error:
            log.warning("sample_news_not_read", code=error.code, error=error.message)

    async def _watch(self) -> None:
        """Until every feed was read once and nothing waits for enrichment."""
        told = -1
        while True:
            async with self._services.open_unit(readonly=True) as unit:
                stored = len(await unit.articles.since(None, MOST))
                waiting = await unit.articles.count_unenriched()
                unread = sum(source.state.last_read_at is None for source in await unit.sources.all())
            ready = stored - waiting
            if ready != told:
                told = ready
                log.info("sample_news_read", ready=ready, of=stored, feeds_left=unread)
            if not unread and not waiting:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _tell_ready(self, messenger: Messenger) -> None:
        async with self._services.open_unit(readonly=True) as unit:
            count = len(await unit.articles.since(None, MOST))
        for person in self._found.people:
            chat = await self._services.chats.get(Address(person))
            if chat is None:
                continue  # who has not pressed Start cannot be written to
            words = texts.load(chat.language)
            example = markup.italic(words("topics.t3"))
            html = markup.join((words("chat.ready", n=words.number(count)), " ", example))
            try:
                await messenger.send(Address(person), OutMessage(html=html))
            except NewsError as error:
                log.info("person_not_told", code=error.code)
