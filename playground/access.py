"""The call that a method gets, and whether the bot may reach the chat, message or topic it names.

Source: Client.cpp `check_chat`, `check_chat_access`, `check_message`, `check_reply_parameters`; refusals of Telegram
itself (`TOPIC_CLOSED`) as TDLib passes them on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from playground.errors import ApiError, refusal, too_many_requests
from playground.keyboards import read_markup
from playground.network import Network
from playground.objects import quoted
from playground.parameters import Parameters
from playground.state import PRESENT, Bot, Chat, Message

Json = dict[str, Any]

READ: Final = 0
EDIT: Final = 1
WRITE: Final = 2
MEMBERS: Final = 3
GENERAL_TOPIC: Final = 1


@dataclass(frozen=True, slots=True)
class Call:
    """One method call of a bot."""

    network: Network
    bot: Bot
    parameters: Parameters


Method = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is JSON text already."""

    text: str


def find_chat(call: Call, right: int, name: str = "chat_id") -> Chat:
    """The chat that a parameter names, if the bot has the right to it."""
    given = call.parameters.text(name).strip()
    if not given:
        raise refusal(f"{name} is empty")
    chat = _named_chat(call, given)
    _check_access(chat, call.bot, right)
    return chat


def _named_chat(call: Call, given: str) -> Chat:
    world = call.network.world
    if given.startswith("@"):
        wanted = given[1:].lower()
        for chat in world.chats.values():
            if chat.username and chat.username.lower() == wanted and chat.type != "private":
                return chat
        raise refusal("Chat not found")
    try:
        chat_id = int(given)
    except ValueError:
        raise refusal("Chat not found") from None
    found = world.chats.get(chat_id)
    if found is not None and (found.type != "private" or call.bot.id in found.members):
        return found
    if chat_id in world.bots and chat_id != call.bot.id:
        raise refusal("bot can't send messages to bots", 403)
    if chat_id in world.users:
        raise refusal("bot can't initiate conversation with a user", 403)
    raise refusal("Chat not found")


def _check_access(chat: Chat, bot: Bot, right: int) -> None:
    if chat.type == "private":
        return
    writes = right in {EDIT, WRITE} or (chat.type == "group" and right == MEMBERS)
    if chat.type == "group" and right in {WRITE, MEMBERS}:
        if chat.migrated_to:
            raise refusal("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.is_deleted:
            raise refusal("the group chat was deleted", 403)
    kind = f"{chat.type} chat"
    status = chat.members.get(bot.id, "left")
    needs_membership = writes if chat.type == "group" or chat.username else True
    if status == "kicked" and (writes or chat.type != "group"):
        raise refusal(f"bot was kicked from the {kind}", 403)
    if status not in PRESENT and needs_membership:
        raise refusal(f"bot is not a member of the {kind}", 403)
    if chat.is_deleted and writes:
        raise refusal(f"the {kind} was deleted", 403)


def check_private(call: Call, chat: Chat) -> None:
    """Raises what Telegram answers when a message cannot reach the person of a private chat."""
    if chat.type != "private":
        return
    if call.network.world.users[chat.id].is_deactivated:
        raise refusal("user is deactivated", 403)
    if chat.blocked:
        raise refusal("bot was blocked by the user", 403)


def check_flood(call: Call, chat: Chat, *, is_edit: bool = False, count: int = 1) -> None:
    """Counts messages against the flood limits; raises 429."""
    flood = call.network.flood(call.bot)
    is_group = chat.type in {"group", "supergroup", "channel"}
    wait_s = flood.retry_after_s(chat.id, is_group=is_group, is_edit=is_edit, count=count)
    if wait_s:
        raise too_many_requests(wait_s)


def writable_chat(call: Call, count: int = 1) -> Chat:
    """The chat that the bot may send `count` messages to, now."""
    chat = find_chat(call, WRITE)
    check_private(call, chat)
    if chat.type == "channel" and chat.members.get(call.bot.id) not in {"administrator", "creator"}:
        raise refusal("need administrator rights in the channel chat")
    check_flood(call, chat, count=count)
    return chat


def find_message(call: Call, chat: Chat, what: str) -> Message:
    """The message of `message_id`; `what` is how the server calls it ("message to edit")."""
    message = chat.messages.get(call.parameters.integer("message_id"))
    if message is None:
        raise refusal(f"{what} not found")
    return message


def destination(call: Call, chat: Chat) -> Json:
    """The topic and reply fields of a message to send."""
    fields: Json = {}
    replied = _replied(call, chat)
    thread_id = call.parameters.integer("message_thread_id")
    if not thread_id and replied is not None and chat.is_forum:
        thread_id = replied.body.get("message_thread_id", 0)
    if thread_id:
        fields |= topic_fields(chat, thread_id)
    elif chat.is_forum:
        _check_open(chat, GENERAL_TOPIC)
    if replied is not None:
        fields["reply_to_message"] = quoted(replied)
    return fields


def topic_fields(chat: Chat, thread_id: int) -> Json:
    """The fields of a message in a forum topic; raises where the topic is not there or closed."""
    if not chat.is_forum:
        raise refusal("message thread not found")
    if thread_id == GENERAL_TOPIC:
        _check_open(chat, GENERAL_TOPIC)
        return {}
    topic = chat.topics.get(thread_id)
    if topic is None or topic.is_deleted:
        raise refusal("message thread not found")
    _check_open(chat, thread_id)
    return {"message_thread_id": thread_id, "is_topic_message": True}


def _check_open(chat: Chat, thread_id: int) -> None:
    topic = chat.topics.get(thread_id)
    if topic is not None and topic.is_closed:
        raise refusal("TOPIC_CLOSED")


def _replied(call: Call, chat: Chat) -> Message | None:
    parameters = call.parameters
    wanted = parameters.integer("reply_to_message_id")
    is_optional = parameters.flag("allow_sending_without_reply")
    given = parameters.json("reply_parameters", "Can't parse reply parameters JSON object")
    if given is not None:
        if not isinstance(given, dict):
            raise refusal("Object expected as reply parameters")
        wanted = given.get("message_id", 0)
        is_optional = given.get("allow_sending_without_reply", False) is True
    if not wanted:
        return None
    found = chat.messages.get(wanted)
    if found is None and not is_optional:
        raise refusal("Message to be replied not found")
    return found


def reply_markup(call: Call) -> Json | None:
    """The checked `reply_markup` of a call."""
    return read_markup(call.parameters.json("reply_markup", "Can't parse reply keyboard markup JSON object"))


def account_of(call: Call) -> int:
    """The `user_id` of a call; raises where nobody has it."""
    account = call.parameters.integer("user_id")
    world = call.network.world
    if account not in world.users and account not in world.bots:
        raise ApiError(400, "Bad Request: user not found")
    return account
