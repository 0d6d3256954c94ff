"""Where a handler stands: what a person did, and how an answer goes back.

`Visit` is one thing that a person did in a chat: the stored chat, the role, the words in the person's language. `Desk`
gives it, answers it, and turns errors into words: an expected one by its code, an unexpected one with a number under
which its traceback stands in the log. State commits first, then the reply goes; a reply that cannot go changes the chat
as a digest's would (invariant 9). Imports no telegram: `bot.handlers.routes` does.
"""

import secrets
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot import callbacks, markup, texts
from bot.access import Access
from bot.memory import Memory
from bot.services import Services
from bot.texts import Texts
from news.audience import Address, AdminAction, Attachment, Button, Chat, ChatKind, OutMessage, Role
from news.errors import BadRequest, ChatGone, ChatMoved, DeliveryError, NewsError, TopicClosed
from news.notes import ANSWER_MS, QUESTIONS
from news.ports import Messenger

log = structlog.get_logger()

QUESTIONS_PER_MINUTE = 12  # a person's costly requests; more are met with a polite wait
QUESTIONS_PER_MINUTE_IN_CHAT = 30  # of all who are in a group
COUNTED = 2000  # people and chats whose requests of the last minute are counted

Rows = Sequence[Sequence[Button]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One thing that a person did in a chat."""

    chat: Chat
    user_id: int
    role: Role | None
    texts: Texts
    now: datetime
    words: str = ""  # what follows the command, or the whole text
    formatted: markup.Html = markup.EMPTY  # the words of a command with the formatting that the person gave them
    message_id: int | None = None  # the message that was sent, or that the pressed button is under
    message_links: tuple[str, ...] = ()  # the addresses that words of that message link to
    message_bold: str = ""  # the first bold words of the message that the pressed button is under
    replied: str = ""  # the text of the bot's message that was replied to, or the part of it that was quoted
    replied_urls: tuple[str, ...] = ()  # the addresses that it links to
    here: Chat | None = None  # where it was said, and is answered, when another chat is changed from there

    @property
    def private(self) -> bool:
        """Whether it was said to the bot alone."""
        return self.chat.kind is ChatKind.PRIVATE and self.here is None

    @property
    def answers_to(self) -> Address:
        """Where what the bot says goes."""
        return self.said_in.address

    @property
    def said_in(self) -> Chat:
        """The chat that the person wrote or pressed in."""
        return self.here or self.chat


Handle = Callable[["Desk", Visit], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or group as Telegram describes it to a bot that is in it."""

    telegram_id: int
    kind: ChatKind
    title: str | None
    may_post: bool


async def _found_nowhere(_name: str) -> Place | None:
    return None


async def _no_menu(_user_id: int, _leads: bool) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the desk needs of Telegram."""

    messenger: Messenger
    typing: Callable[[Address], Awaitable[None]]
    leads_group: Callable[[int, int], Awaitable[bool]]  # (chat's and person's number): is that an admin of that group
    leave: Callable[[int], Awaitable[None]]
    username: str
    wake_delivery: Callable[[], None] = lambda: None  # there is something new in the outbox
    find: Callable[[str], Awaitable[Place | None]] = _found_nowhere  # by @name or number
    set_menu: Callable[[int, bool], Awaitable[None]] = _no_menu  # a person's menu, with or without an admin's commands


class Desk:
    """The way in and out of every handler."""

    def __init__(
        self, services: Services, access: Access, line: Line, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.services = services
        self.access = access
        self.line = line
        self.clock = clock
        keep_question = timedelta(seconds=services.settings.keep_question_s)
        self.memory = Memory(services.open_unit, clock, keep_question)
        self._messenger = line.messenger
        self._asked: OrderedDict[tuple[str, int], deque[datetime]] = OrderedDict()

    async def arrive(
        self, address: Address, kind: ChatKind, user_id: int, title: str | None, lang: str | None
    ) -> Visit:
        """Who is here: the chat is opened, a blocked one wakes."""
        now = self.clock()
        language = texts.nearest(lang)
        chat = await self.services.chats.open(address, kind, now, title=title, language=language)
        role = await self.access.role(user_id)
        return Visit(chat=chat, user_id=user_id, role=role, texts=texts.load(chat.language), now=now)

    def words(self, visit: Visit, key: str, **values: object) -> markup.Html:
        """Our words with their values escaped."""
        escaped = {name: markup.escape(value) if isinstance(value, str) else value for name, value in values.items()}
        return markup.trusted(visit.texts(key, **escaped))

    async def tell(self, visit: Visit, key: str, buttons: Rows = (), **values: object) -> None:
        """Answer with words of ours."""
        await self.say(visit, self.words(visit, key, **values), buttons)

    async def say(
        self, visit: Visit, html: markup.Html, buttons: Rows = (), attachment: Attachment | None = None
    ) -> None:
        """Answer with HTML."""
        message = OutMessage(html=_titled(visit, html), buttons=_reachable(visit, buttons), attachment=attachment)
        if visit.here is None:
            await self.send(visit.chat, message)
        else:
            await self._messenger.send(visit.here.address, message)

    async def send(self, chat: Chat, message: OutMessage) -> None:
        """Send to a chat; what Telegram says of the chat is written down."""
        try:
            await self._messenger.send(chat.address, message)
        except ChatMoved as moved:
            there = await self.services.chats.move(chat.id, moved.telegram_id)
            await self._messenger.send(there.address, message)
        except TopicClosed:
            opened = await self.services.chats.close_topic(chat.id)
            await self._messenger.send(opened.address, message)
        except ChatGone as gone:
            await self.services.chats.block(chat.id, gone.code, self.clock())
            log.info("chat_gone", chat=chat.id, code=gone.code)

    async def rewrite(self, visit: Visit, html: markup.Html, buttons: Rows = ()) -> None:
        """Change the message that the pressed button is under; send a new one where there is none."""
        if visit.message_id is None:
            await self.say(visit, html, buttons)
        else:
            message = OutMessage(html=_titled(visit, html), buttons=_reachable(visit, buttons))
            await self._messenger.edit(visit.answers_to, visit.message_id, message)

    async def think(self, visit: Visit) -> None:
        """Count a costly request and show "typing"; raises BadRequest (`too_fast`) where a person or chat asks too often."""
        self._count(("person", visit.user_id), QUESTIONS_PER_MINUTE, visit.now)
        self._count(("chat", visit.chat.id), QUESTIONS_PER_MINUTE_IN_CHAT, visit.now)
        await self.line.typing(visit.answers_to)

    def _count(self, who: tuple[str, int], most: int, now: datetime) -> None:
        asked = self._asked.setdefault(who, deque())
        self._asked.move_to_end(who)
        while asked and asked[0] <= now - timedelta(minutes=1):
            asked.popleft()
        if len(asked) >= most:
            raise BadRequest("Too many questions in a minute.", code="too_fast")
        asked.append(now)
        if len(self._asked) > COUNTED:
            self._asked.popitem(last=False)

    async def doubted(self, chat: Chat) -> frozenset[str]:
        """The sentences that this chat is not told, because somebody there reported them."""
        async with self.services.open_unit(readonly=True) as unit:
            return (await unit.articles.doubted([chat.id])).get(chat.id, frozenset())

    async def answered(self, now: datetime, took_s: float) -> None:
        """Count a question for `/stats`: how many and how long, not whose."""
        async with self.services.open_unit() as unit:
            await unit.usage.add(now.date(), {QUESTIONS: 1, ANSWER_MS: round(1000 * took_s)})
            await unit.commit()

    async def record(self, visit: Visit, action: str, subject: object = "") -> None:
        """Write down what an admin did."""
        done = AdminAction(at=visit.now, user_id=visit.user_id, action=action, subject=str(subject)[:200])
        async with self.services.open_unit() as unit:
            await unit.chats.record(done)
            await unit.commit()
        log.info("admin_acted", action=action)

    async def attempt(self, visit: Visit, handle: Handle) -> None:
        """Do what was asked, or say in the person's language why not."""
        try:
            await handle(self, visit)
        except DeliveryError as error:
            log.warning("reply_not_sent", chat=visit.chat.id, code=error.code, error=error.message)
        except NewsError as error:
            log.info("request_refused", chat=visit.chat.id, code=error.code)
            await self._try_say(visit, self.explain(visit, error))
        except Exception:
            number = secrets.token_hex(3)
            log.exception("request_failed", chat=visit.chat.id, incident=number)
            await self._try_say(visit, self.words(visit, "errors.unexpected", incident=number))

    def explain(self, visit: Visit, error: NewsError) -> markup.Html:
        """An error's code in the person's words."""
        key = f"errors.{error.code}"
        if key not in visit.texts:
            key = "errors.bad_source" if hasattr(error, "target") else "errors.other"
        near = visit.texts.either(getattr(error, "near", ()))
        target = getattr(error, "target", "")
        return self.words(visit, key, detail=error.message, target=target, near=near, words=visit.words[:200])

    async def _try_say(self, visit: Visit, html: markup.Html) -> None:
        try:
            await self.say(visit, html)
        except DeliveryError as error:
            log.warning("reply_not_sent", chat=visit.chat.id, code=error.code)


def _titled(visit: Visit, html: markup.Html) -> markup.Html:
    """A message about another chat begins with that chat's name."""
    if visit.here is None:
        return html
    title = markup.escape(visit.chat.title or str(visit.chat.address.telegram_id))
    return markup.join((markup.trusted(visit.texts("chat.manage_head", title=title)), html), "\n\n")


def _reachable(visit: Visit, rows: Rows) -> tuple[tuple[Button, ...], ...]:
    """The rows that have buttons; each names the chat it is for, where that is another one."""
    if visit.here is None:
        return tuple(tuple(row) for row in rows if row)
    return tuple(tuple(_remote(visit.chat, button) for button in row) for row in rows if row)


def _remote(chat: Chat, button: Button) -> Button:
    if button.data is None:
        return button
    press = callbacks.decode(button.data)
    return replace(
        button, data=callbacks.encode(callbacks.Area.MANAGE, press.verb, chat.id, press.area.value, *press.args)
    )
