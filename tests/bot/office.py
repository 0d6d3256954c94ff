"""The bot's handlers over fakes: updates go in as Telegram sends them, messages come out of a fake messenger."""

import itertools
import re
from datetime import datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

from telegram import Bot, Update
from telegram.request import BaseRequest, RequestData

from bot import arguments, reference, render_digest, render_push, texts
from bot.access import Access
from bot.desk import Desk, Line, Place
from bot.handlers.routes import Routes
from bot.services import Services
from bot.settings import Settings
from news.audience import Address, Chat, Delivery, Digest, OutMessage, Part, StoryCard
from news.chats import ChatService
from news.digests import DigestService
from news.enrich import EnrichService
from news.entities import PublisherRegister
from news.given import GivenService
from news.ingest import IngestService
from news.provenance import ProvenanceService
from news.pushes import PushService
from news.questions import TopicQuery
from news.reading import Method, Summary, SummaryInput
from news.retention import RetentionService
from news.retrying import RetryService
from news.sources import OpmlEntry, SourceService
from news.topics import TopicService
from tests import make
from tests.fakes.messenger import FakeMessenger, Sent
from tests.fakes.models import FakeEmbedder, FakeSummarizer
from tests.fakes.reader import FakeReader
from tests.newsroom import Newsroom

OWNER, READER, STRANGER = 1, 2, 3
GROUP = -100
BOT = 1_000_000
USERNAME = "byline_bot"


class _Request(BaseRequest):
    """Telegram agrees to everything that is asked of it besides messages, and keeps what that was."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        return

    async def shutdown(self) -> None:
        return

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **named: Any
    ) -> tuple[int, bytes]:
        self.asked.append((url.rsplit("/", 1)[1], request_data.parameters if request_data is not None else {}))
        return 200, b'{"ok": true, "result": true}'


class Office:
    """A desk with its routes; `owner_settings` are settings of the program."""

    def __init__(self, **chosen: Any) -> None:
        self.newsroom = Newsroom()
        self.messenger = FakeMessenger()
        self.reader = FakeReader()
        self.now = make.NOW
        self.group_admins: set[int] = set()  # people who lead every group
        self.leaders: set[tuple[int, int]] = set()  # chat and person
        self.asked_who_leads: list[int] = []
        self.left: list[int] = []
        self.places: dict[str, Place] = {}
        self.menus: list[tuple[int, bool]] = []
        self.services = self._services(Settings(**{"admins": (OWNER,), "access": "public", **chosen}))
        self.access = Access(self.services.settings, self.newsroom.open_unit)
        line = Line(
            messenger=self.messenger,
            typing=self._typing,
            leads_group=self._leads,
            leave=self._leave,
            username=USERNAME,
            find=self._find,
            set_menu=self._set_menu,
        )
        self._line = line
        self.restart()
        self.requests = _Request()
        self._bot = Bot("1:offline", request=self.requests, get_updates_request=_Request())
        self._numbers = itertools.count(1)

    def restart(self) -> None:
        """The program is begun anew over the same database."""
        self.desk = Desk(self.services, self.access, self._line, clock=lambda: self.now)
        self.routes = Routes(self.desk)

    def _services(self, settings: Settings) -> Services:
        open_unit, register, aliases = self.newsroom.open_unit, PublisherRegister(), reference.aliases()
        summarizer, embedder = FakeSummarizer(), FakeEmbedder()

        async def nothing() -> None:
            return

        async def summarize_as(inputs: Any, max_words: int, method: Method | None) -> list[Summary]:
            given: list[SummaryInput] = list(inputs)
            return await summarizer.summarize(given, max_words=max_words)

        return Services(
            settings=settings,
            open_unit=open_unit,
            reader=self.reader,
            summarizer=summarizer,
            embedder=embedder,
            publishers=register,
            aliases=aliases,
            ingest=IngestService(open_unit, self.reader, register),
            enrich=EnrichService(open_unit, summarizer, embedder),
            retries=RetryService(open_unit, embedder),
            sources=SourceService(open_unit, self.reader),
            retention=RetentionService(open_unit, timedelta(days=30)),
            provenance=ProvenanceService(open_unit, register, aliases),
            topics=TopicService(open_unit, summarizer, embedder, register, aliases),
            given=GivenService(open_unit, summarizer, embedder, register),
            pushes=PushService(open_unit, embedder, register, aliases, _render_push, _read_query),
            digests=DigestService(open_unit, embedder, register, aliases, _render, _read_query),
            chats=ChatService(open_unit),
            render_digest=_render,
            summarize_as=summarize_as,
            read_opml=lambda data: [OpmlEntry(url=line) for line in data.decode().split()],
            write_opml=lambda sources: "\n".join(source.url for source in sources).encode(),
            read_pack=lambda _: (),
            check_database=nothing,  # type: ignore[arg-type]  # no handler asks
            database_time=nothing,  # type: ignore[arg-type]  # nor for the time
            warm_up=nothing,
            generator_name=nothing,
        )

    async def _typing(self, _address: Address) -> None:
        return

    async def _leads(self, chat: int, user: int) -> bool:
        self.asked_who_leads.append(chat)
        return user in self.group_admins or (chat, user) in self.leaders

    async def _find(self, name: str) -> Place | None:
        return self.places.get(name)

    async def _set_menu(self, user: int, leads: bool) -> None:
        self.menus.append((user, leads))

    async def _leave(self, chat: int) -> None:
        self.left.append(chat)

    async def chat(self, number: int) -> Chat:
        """A chat as it is stored."""
        found = await self.services.chats.get(Address(number))
        assert found is not None
        return found

    async def say(
        self,
        text: str,
        user: int = READER,
        chat: int | None = None,
        lang: str = "en",
        reply_to: dict[str, Any] | None = None,
        entities: list[dict[str, Any]] | None = None,
    ) -> list[Sent]:
        """Somebody writes; what the bot sent on it."""
        seen = len(self.messenger.arrived)
        message = self._message(text, user, chat, lang)
        message["entities"] = entities or []
        if reply_to is not None:
            message["reply_to_message"] = {**self._message("", BOT, chat or user, lang), **reply_to}
            message["reply_to_message"]["from"]["is_bot"] = True
        update = self._update(message=message)
        context: Any = SimpleNamespace(bot=SimpleNamespace(username=USERNAME))
        if text.startswith("/"):
            await self.routes._command(update, context)
        else:
            await self.routes._text(update, context)
        return self.messenger.arrived[seen:]

    async def inline(self, words: str, user: int = READER) -> list[dict[str, Any]]:
        """Somebody types `@bot words` in any chat; the results that Telegram was given."""
        person = {"id": user, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        query = {"id": "7", "from": person, "query": words, "offset": ""}
        await self.routes._inline(self._update(inline_query=query), None)  # type: ignore[arg-type]  # not used
        method, given = self.requests.asked[-1]
        assert method == "answerInlineQuery"
        results: list[dict[str, Any]] = given["results"]
        return results

    async def press(
        self, data: str, user: int = READER, chat: int | None = None, bold: str = "", under: str = ""
    ) -> list[Sent]:
        """Somebody presses a button, under a message of this HTML; what the bot sent or rewrote on it."""
        sent, edited = len(self.messenger.arrived), len(self.messenger.edited)
        message = self._message(bold or "…", user, chat, "en")
        message["entities"] = [{"type": "bold", "offset": 0, "length": len(bold)}] if bold else []
        links = [unescape(url) for url in re.findall(r'<a href="([^"]+)">', under)]
        message["entities"] += [{"type": "text_link", "offset": 0, "length": 1, "url": url} for url in links]
        query = {"id": "1", "from": message["from"], "chat_instance": "1", "message": message, "data": data}
        await self.routes._pressed(self._update(callback_query=query), None)  # type: ignore[arg-type]  # not used
        return [*self.messenger.arrived[sent:], *self.messenger.edited[edited:]]

    async def react(
        self, emoji: str, message_id: int, user: int = READER, chat: int | None = None, before: str = ""
    ) -> None:
        """Somebody reacts to a message, after another reaction or none; no emoji takes it back."""
        number = user if chat is None else chat
        reaction = {
            "chat": {"id": number, "type": "private" if number > 0 else "supergroup"},
            "user": {"id": user, "is_bot": False, "first_name": "P"},
            "message_id": message_id,
            "date": int(self.now.timestamp()),
            "old_reaction": [{"type": "emoji", "emoji": before}] if before else [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
        }
        await self.routes._reacted(self._update(message_reaction=reaction), None)  # type: ignore[arg-type]  # not used

    async def count_reactions(self, counts: dict[str, int], message_id: int, chat: int) -> None:
        """Telegram tells how often a channel's message was reacted to."""
        counted = {
            "chat": {"id": chat, "type": "channel", "title": "Channel"},
            "message_id": message_id,
            "date": int(self.now.timestamp()),
            "reactions": [
                {"type": {"type": "emoji", "emoji": emoji}, "total_count": count} for emoji, count in counts.items()
            ],
        }
        await self.routes._reacted(self._update(message_reaction_count=counted), None)  # type: ignore[arg-type]  # not used

    async def join(self, chat: int, user: int, kind: str = "channel") -> list[Sent]:
        """Somebody adds the bot to a channel or group."""
        return await self.change_standing(chat, user, {"status": "left"}, {"status": "member"}, kind)

    async def change_standing(
        self, chat: int, user: int, before: dict[str, Any], after: dict[str, Any], kind: str = "channel"
    ) -> list[Sent]:
        """Somebody changes what the bot is in a chat."""
        seen = len(self.messenger.arrived)
        bot = {"user": {"id": BOT, "is_bot": True, "first_name": "B"}}
        change = {
            "chat": {"id": chat, "type": kind, "title": "Channel"},
            "from": {"id": user, "is_bot": False, "first_name": "P"},
            "date": int(self.now.timestamp()),
            "old_chat_member": bot | before,
            "new_chat_member": bot | after,
        }
        await self.routes._membership(self._update(my_chat_member=change), None)  # type: ignore[arg-type]  # not used
        return self.messenger.arrived[seen:]

    async def outbox(self) -> list[Delivery]:
        """What waits in the outbox; it is taken."""
        async with self.newsroom.open_unit() as unit:
            rows = await unit.deliveries.claim(self.now, lease=timedelta(minutes=1), limit=100)
            await unit.commit()
        return rows

    def _message(self, text: str, user: int, chat: int | None, lang: str) -> dict[str, Any]:
        number = user if chat is None else chat
        kind = {"type": "private"} if number > 0 else {"type": "supergroup", "title": "Group"}
        return {
            "message_id": next(self._numbers),
            "date": int(self.now.timestamp()),
            "text": text,
            "from": {"id": user, "is_bot": False, "first_name": "P", "language_code": lang},
            "chat": {"id": number, **kind},
        }

    def _update(self, **content: Any) -> Update:
        update = Update.de_json({"update_id": next(self._numbers), **content}, self._bot)
        assert update is not None
        return update


def _render(digest: Digest, chat: Chat) -> tuple[Part, ...]:
    return render_digest.digest(digest, chat, texts.load(chat.language))


def _render_push(card: StoryCard, chat: Chat, now: datetime, updated: bool) -> OutMessage:
    return render_push.push(card, chat, texts.load(chat.language), now, updated=updated)


def _read_query(text: str, now: datetime, days: int) -> TopicQuery:
    return arguments.topic_query(text, now, days=days)


def html(sent: list[Sent]) -> str:
    """All that was said."""
    return "\n".join(each.message.html for each in sent)


def data(sent: list[Sent]) -> list[str]:
    """All buttons."""
    return [button.data for each in sent for row in each.message.buttons for button in row if button.data]


def labels(sent: list[Sent]) -> list[str]:
    """What stands on all buttons."""
    return [button.text for each in sent for row in each.message.buttons for button in row]
