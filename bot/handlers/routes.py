"""Which handler answers what: where python-telegram-bot meets the handlers.

Only it and `messages` name the library. It turns an update into a `Visit` (opening the chat, which is the first thing
stored), checks who may do this, and lets the desk attempt it. Groups: commands and mentions only. Slow work runs beside the next update (`block=False`).
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from telegram import (
    CallbackQuery,
    Chat as TelegramChat,
    ChatMember,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReactionType,
    ReactionTypeEmoji,
    Update,
    User,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

from bot import callbacks, markup
from bot.callbacks import Area
from bot.desk import Desk, Handle, Visit
from bot.handlers import (
    admin,
    articles,
    broadcasts,
    digests,
    inline,
    manage,
    membership,
    messages,
    muting,
    places,
    privacy,
    reactions,
    reports,
    settings,
    sources,
    start,
    statistics,
    stories,
    topics,
    trends,
)
from bot.line import GONE, may_post
from news.audience import Address, ChatKind, Role
from news.errors import BadRequest, NotAllowed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Command:
    """A typed command."""

    handle: Handle
    admin: bool = False  # for the bot's admins
    changes: bool = False  # in a group, for the group's admins
    everybody: bool = False  # answered to people without access too


COMMANDS: Mapping[str, Command] = {
    "start": Command(start.start, everybody=True),
    "help": Command(start.help_),
    "id": Command(start.show_id, everybody=True),
    "topic": Command(topics.ask),
    "latest": Command(topics.latest),
    "search": Command(topics.search),
    "trend": Command(trends.trend),
    "summarize": Command(articles.page),
    "why": Command(articles.why),
    "digest": Command(digests.digest),
    "subscribe": Command(digests.subscribe, changes=True),
    "unsubscribe": Command(digests.unsubscribe, changes=True),
    "stop": Command(digests.unsubscribe, changes=True),
    "pause": Command(digests.pause, changes=True),
    "resume": Command(digests.resume, changes=True),
    "timezone": Command(places.timezone, changes=True),
    "settings": Command(settings.show, changes=True),
    "language": Command(settings.language, changes=True),
    "lang": Command(settings.language, changes=True),
    "follow": Command(topics.follow, changes=True),
    "topics": Command(topics.topics),
    "unfollow": Command(topics.unfollow, changes=True),
    "mute": Command(muting.mute, changes=True),
    "unmute": Command(muting.unmute, changes=True),
    "privacy": Command(privacy.privacy, everybody=True),
    "export": Command(privacy.export, changes=True, everybody=True),
    "delete": Command(privacy.delete, changes=True, everybody=True),
    "manage": Command(manage.list_),
    "report": Command(reports.report),
    "addsource": Command(sources.add, admin=True),
    "sources": Command(sources.list_, admin=True),
    "removesource": Command(sources.remove, admin=True),
    "export_sources": Command(sources.export, admin=True),
    "stats": Command(statistics.stats, admin=True),
    "invite": Command(admin.invite, admin=True),
    "admins": Command(admin.admins, admin=True),
    "promote": Command(admin.promote, admin=True),
    "demote": Command(admin.demote, admin=True),
    "ban": Command(admin.ban, admin=True),
    "rename": Command(sources.rename, admin=True),
    "category": Command(sources.categorize, admin=True),
    "broadcast": Command(broadcasts.broadcast, admin=True),
    "audit": Command(admin.audit, admin=True),
}
BUTTONS: Mapping[Area, Command] = {
    Area.START: Command(start.pressed, changes=True),
    Area.STORY: Command(stories.pressed),
    Area.TOPIC: Command(topics.pressed),
    Area.DIGEST: Command(digests.pressed, changes=True),
    Area.SETTINGS: Command(settings.pressed, changes=True),
    Area.SOURCE: Command(sources.pressed, admin=True),
    Area.ADMIN: Command(privacy.pressed, changes=True, everybody=True),
    Area.REPORT: Command(reports.pressed),
}
OPEN_VERBS = frozenset({"try"})  # of the first minute: anybody in a group may press them
CHANGING = frozenset({(Area.TOPIC, "follow"), (Area.STORY, "mute"), (Area.STORY, "more"), (Area.STORY, "less")})
"""Verbs of open areas that change what a group is told."""
ALIKE = 0.6  # of a typed command and the one that may be meant: "topik" is, "cancel" is none
BROADCAST_VERBS = frozenset({"broadcast", "discard"})


class Routes:
    """The callbacks that the library calls."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
        """Put every handler in."""
        migrated = filters.StatusUpdate.MIGRATE
        application.add_handler(MessageHandler(migrated, self._migrated))
        application.add_handler(CallbackQueryHandler(self._pressed, block=False))
        application.add_handler(InlineQueryHandler(self._inline, block=False))
        application.add_handler(ChatMemberHandler(self._membership, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_handler(MessageReactionHandler(self._reacted))
        new = filters.UpdateType.MESSAGE
        application.add_handler(MessageHandler(new & filters.COMMAND, self._command, block=False))
        application.add_handler(MessageHandler(new & filters.LOCATION, self._location, block=False))
        application.add_handler(MessageHandler(new & filters.Document.ALL, self._document, block=False))
        application.add_handler(MessageHandler(new & filters.TEXT, self._text, block=False))
        application.add_handler(MessageHandler(new & ~filters.StatusUpdate.ALL, self._unknown, block=False))
        application.add_error_handler(self._failed)

    async def _visit(self, update: Update, words: str) -> Visit | None:
        chat, user, message = update.effective_chat, update.effective_user, update.effective_message
        if chat is None or user is None or user.is_bot:
            return None
        thread = message.message_thread_id if message is not None and message.is_topic_message else None
        visit = await self._desk.arrive(
            Address(chat.id, thread), ChatKind(chat.type), user.id, chat.title, user.language_code
        )
        return replace(visit, words=words)

    async def _do(self, visit: Visit, command: Command) -> None:
        async def checked(desk: Desk, visit: Visit) -> None:
            if visit.role is Role.BANNED:
                raise NotAllowed("This person is banned.", code="banned")
            if not command.everybody and visit.private:
                desk.access.check_reader(visit.role)
            if command.admin:
                desk.access.check_admin(visit.role)
            if command.changes and not visit.private:
                await membership.check_group_admin(desk, visit)
            await command.handle(desk, visit)

        await self._desk.attempt(visit, checked)

    async def _command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        if message is None or not message.text:
            return
        name, _, words = message.text[1:].partition(" ")
        name, _, addressee = name.partition("\n")[0].partition("@")
        if addressee and addressee.lower() != context.bot.username.lower():
            return
        visit = await self._visit(update, words.strip())
        if visit is None:
            return
        await self._desk.memory.take_city(visit.chat)  # a command is no city
        visit = messages.with_formatting(messages.with_reply(visit, message), message)
        command = COMMANDS.get(name.lower())
        if name.lower() == "manage" and visit.words and visit.private:
            await self._do(visit, Command(_from_afar))
        elif command is not None:
            await self._do(visit, command)
        elif visit.private or addressee:
            await self._do(replace(visit, words=name), Command(_unknown_command))

    async def _text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None or not message.text:
            return
        words = message.text
        if chat.type != TelegramChat.PRIVATE:
            asked = messages.mentioned(message, context.bot.username)
            if asked is None:
                return
            words = asked
        visit = await self._visit(update, words)
        if visit is not None:
            await self._do(visit, Command(articles.words if visit.private else topics.ask))

    async def _location(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        visit = await self._visit(update, "")
        if visit is None or message is None or message.location is None or not visit.private:
            return
        place = message.location

        async def set_zone(desk: Desk, visit: Visit) -> None:
            await places.location(desk, visit, place.latitude, place.longitude)

        await self._do(visit, Command(set_zone))

    async def _document(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        visit = await self._visit(update, "")
        if visit is None or message is None or message.document is None or not visit.private:
            return
        document = message.document

        async def read(desk: Desk, visit: Visit) -> None:
            if (document.file_size or 0) > sources.OPML_BYTES:
                raise BadRequest("The file is too big.", code="file_too_big")
            file = await context.bot.get_file(document.file_id)
            await sources.import_file(desk, visit, bytes(await file.download_as_bytearray()))

        leads = visit.role in {Role.ADMIN, Role.OWNER}
        await self._do(visit, Command(read, admin=True) if leads else Command(_hint))

    async def _unknown(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        visit = await self._visit(update, "")
        if visit is not None and visit.private:
            await self._do(visit, Command(_hint))

    async def _pressed(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None or query.data is None:
            return
        await _answer(query)
        visit = await self._visit(update, query.data)
        if visit is None:
            return
        message = query.message if isinstance(query.message, Message) else None
        await self._desk.memory.take_city(visit.chat)  # another button was chosen
        if message is not None:
            visit = replace(visit, message_id=message.message_id, message_bold=messages.first_bold(message))
            visit = replace(visit, message_links=_links(message))

        async def press(_desk: Desk, visit: Visit) -> None:
            press = callbacks.decode(visit.words)
            area = press.area
            if area is Area.MANAGE:
                visit, area = await manage.pressed(self._desk, visit, press)
            await self._do(visit, _behind(area, press.verb))

        await self._desk.attempt(visit, press)

    async def _inline(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.inline_query
        if query is None:
            return
        user = query.from_user
        found = await inline.cards(self._desk, user.id, query.query, user.language_code, self._desk.clock())
        results = [
            InlineQueryResultArticle(
                card.key,
                card.title,
                InputTextMessageContent(
                    card.html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
                ),
                url=card.url,
                description=card.description,
            )
            for card in found
        ]
        try:
            await query.answer(results, cache_time=inline.CACHE_S, is_personal=True)
        except TelegramError as error:
            log.info("inline_not_answered", error=str(error))  # the person typed on: Telegram took the next words

    async def _reacted(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Somebody's reaction, or the counts of a channel's message, whose people stay unknown."""
        change, counts = update.message_reaction, update.message_reaction_count
        if counts is not None:
            balance = sum(reactions.worth(_emoji([each.type])) * each.total_count for each in counts.reactions)
            await reactions.counted(self._desk, counts.chat.id, counts.message_id, balance)
        if change is None or (change.user is not None and not await self._may_react(change.user)):
            return
        moved = reactions.worth(_emoji(change.new_reaction)) - reactions.worth(_emoji(change.old_reaction))
        await reactions.changed(self._desk, change.chat.id, change.message_id, moved)

    async def _may_react(self, user: User) -> bool:
        return not user.is_bot and await self._desk.access.role(user.id) is not Role.BANNED

    async def _membership(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        change = update.my_chat_member
        visit = await self._visit(update, "") if change is not None else None
        if change is None or visit is None:
            return
        kind, before, after = change.chat.type, change.old_chat_member, change.new_chat_member

        async def react(desk: Desk, visit: Visit) -> None:
            await membership.changed(desk, visit, _standing(kind, before), _standing(kind, after))

        await self._desk.attempt(visit, react)

    async def _migrated(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None:
            return
        old = message.migrate_from_chat_id or chat.id
        await membership.moved(self._desk, old, message.migrate_to_chat_id or chat.id)

    async def _failed(self, _update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        log.error("update_failed", exc_info=context.error)


def _standing(kind: str, me: ChatMember) -> membership.Standing:
    if me.status in GONE:
        return membership.Standing.GONE
    return membership.Standing.POSTS if may_post(kind, me) else membership.Standing.SILENCED


def _behind(area: Area, verb: str) -> Command:
    """What a button does, and who may press it."""
    if area is Area.ADMIN and verb in BROADCAST_VERBS:
        return Command(broadcasts.pressed, admin=True)
    if area is Area.ADMIN and verb == "stats":
        return Command(statistics.pressed, admin=True)
    command = BUTTONS.get(area)
    if command is None:
        raise callbacks.stale()
    changes = (command.changes and verb not in OPEN_VERBS) or (area, verb) in CHANGING
    return replace(command, changes=changes)


def _links(message: Message) -> tuple[str, ...]:
    """What the words of a message link to, in order: a choice of addresses is kept in the message that asks."""
    return tuple(each.url for each in message.entities if each.type == MessageEntity.TEXT_LINK and each.url)


def _emoji(given: Sequence[ReactionType]) -> list[str]:
    return [each.emoji for each in given if isinstance(each, ReactionTypeEmoji)]


async def _answer(query: CallbackQuery) -> None:
    """Stop the button's spinner; a press that is too old to be answered is still done."""
    try:
        await query.answer()
    except TelegramError as error:
        log.info("press_not_answered", error=str(error))


async def _from_afar(desk: Desk, visit: Visit) -> None:
    """/manage CHAT [COMMAND]: a command that changes a group, given in private."""
    name, _, rest = visit.words.partition(" ")
    there = await manage.named(desk, visit, name)
    typed, _, words = rest.strip().removeprefix("/").partition(" ")
    command = COMMANDS.get(typed.lower() or "settings")
    if command is None or not command.changes or command.everybody:
        raise BadRequest("This command is not for another chat.", code="not_remote")
    await command.handle(desk, replace(there, words=words.strip()))


async def _unknown_command(desk: Desk, visit: Visit) -> None:
    near = difflib.get_close_matches(visit.words.lower(), COMMANDS, n=1, cutoff=ALIKE)
    if near and not (COMMANDS[near[0]].admin and visit.role not in {Role.ADMIN, Role.OWNER}):
        await desk.tell(visit, "chat.unknown_command", command=visit.words[:40], near=markup.trusted(f"/{near[0]}"))
    else:
        await desk.tell(visit, "chat.unknown_command_none", command=visit.words[:40])


async def _hint(desk: Desk, visit: Visit) -> None:
    await desk.tell(visit, "chat.hint")
