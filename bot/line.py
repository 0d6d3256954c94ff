"""What the desk needs of Telegram, over a bot: typing, who leads a group, what a chat is, a person's menu."""

import asyncio
from collections.abc import Callable

import structlog
from telegram import Bot, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatAction, ChatMemberStatus
from telegram.error import TelegramError

from bot.desk import Line, Place
from bot.menu import set_menu
from news.audience import Address, ChatKind
from news.ports import Messenger

log = structlog.get_logger()

LEADERS_S = 60.0  # how long a group's admins are remembered
MOST_LEADERS = 10_000
GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
_LEADS = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


def line(bot: Bot, messenger: Messenger, wake_delivery: Callable[[], None]) -> Line:
    """The desk's line to Telegram."""
    asking = _Asking(bot)
    return Line(
        messenger=messenger,
        typing=asking.typing,
        leads_group=asking.leads_group,
        leave=asking.leave,
        username=bot.username,
        wake_delivery=wake_delivery,
        find=asking.find,
        set_menu=asking.set_menu,
    )


class _Asking:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._leaders: dict[tuple[int, int], tuple[float, bool]] = {}

    async def typing(self, address: Address) -> None:
        try:
            await self._bot.send_chat_action(
                address.telegram_id, ChatAction.TYPING, message_thread_id=address.thread_id
            )
        except TelegramError as error:
            log.info("typing_not_shown", error=str(error))

    async def leads_group(self, chat: int, user: int) -> bool:
        """A chat that the bot cannot ask about is led by nobody."""
        now = asyncio.get_running_loop().time()
        if self._leaders.get((chat, user), (0.0, False))[0] < now:
            try:
                leads = (await self._bot.get_chat_member(chat, user)).status in _LEADS
            except TelegramError as error:
                log.info("leader_not_known", error=str(error))
                leads = False
            if len(self._leaders) >= MOST_LEADERS:
                self._leaders.clear()
            self._leaders[chat, user] = (now + LEADERS_S, leads)
        return self._leaders[chat, user][1]

    async def leave(self, chat: int) -> None:
        await self._bot.leave_chat(chat)

    async def find(self, name: str) -> Place | None:
        try:
            chat = await self._bot.get_chat(name if name.startswith("@") else int(name))
            me = await self._bot.get_chat_member(chat.id, self._bot.id)
        except TelegramError as error:
            log.info("chat_not_found", error=str(error))
            return None
        return Place(telegram_id=chat.id, kind=ChatKind(chat.type), title=chat.title, may_post=may_post(chat.type, me))

    async def set_menu(self, user_id: int, leads: bool) -> None:
        await set_menu(self._bot, user_id, leads=leads)


def may_post(kind: str, me: ChatMember) -> bool:
    """Whether that member of a chat of Telegram's kind may write there."""
    if kind == ChatKind.CHANNEL:
        return isinstance(me, ChatMemberAdministrator) and me.can_post_messages is not False
    if isinstance(me, ChatMemberRestricted):
        return me.is_member and me.can_send_messages
    return me.status not in GONE
