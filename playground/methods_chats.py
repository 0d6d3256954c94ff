"""Methods about chats, members and forum topics.

Source: Client.cpp `process_get_chat*`, `process_*_forum_topic_query`; the manual for rights.
"""

from typing import Any, Final

from playground.access import MEMBERS, READ, WRITE, Call, Method, account_of, find_chat
from playground.errors import refusal
from playground.objects import chat_object, full_chat_object, member_object
from playground.people import set_status
from playground.posting import post, tell_own_service
from playground.state import PRESENT, Chat, Topic

Json = dict[str, Any]

ICON_COLORS: Final = (7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047)
MAX_TOPIC_NAME: Final = 128
MAX_TITLE: Final = 128
MAX_DESCRIPTION: Final = 255


def get_chat(call: Call) -> Json:
    return full_chat_object(call.network.world, find_chat(call, READ))


def get_chat_member(call: Call) -> Json:
    if not call.parameters.integer("user_id"):
        raise refusal("invalid user_id specified")
    account = call.parameters.integer("user_id")
    chat = find_chat(call, READ if account == call.bot.id else MEMBERS)
    account_of(call)
    if chat.type == "private":
        status = "member" if account in {chat.id, call.bot.id} else "left"
    else:
        status = chat.members.get(account, "left")
    return member_object(call.network.world, account, status)


def get_chat_administrators(call: Call) -> list[Json]:
    chat = find_chat(call, MEMBERS)
    if chat.type == "private":
        raise refusal("there are no administrators in the private chat")
    world = call.network.world
    return [
        member_object(world, account, status)
        for account, status in chat.members.items()
        if status in {"creator", "administrator"} and (account not in world.bots or account == call.bot.id)
    ]


def get_chat_member_count(call: Call) -> int:
    chat = find_chat(call, MEMBERS)
    return sum(status in PRESENT for status in chat.members.values())


def leave_chat(call: Call) -> bool:
    chat = find_chat(call, READ)
    if chat.type == "private":
        raise refusal("chat member status can't be changed in private chats")
    set_status(call.network, chat, call.bot.id, "left", by=call.bot.id)
    return True


def set_chat_title(call: Call) -> bool:
    chat = _administered(call, "not enough rights to change chat title")
    title = call.parameters.text("title").strip()
    if not title:
        raise refusal("title must be non-empty")
    chat.title = title[:MAX_TITLE]
    tell_own_service(call.network, chat, post(call.network, chat, call.bot.id, {"new_chat_title": chat.title}))
    call.network.tell("chat", chat=chat_object(call.network.world, chat))
    return True


def set_chat_description(call: Call) -> bool:
    chat = _administered(call, "not enough rights to set chat description")
    description = call.parameters.text("description")[:MAX_DESCRIPTION]
    if description == chat.description:
        raise refusal("chat description is not modified")
    chat.description = description
    return True


def _administered(call: Call, refused: str) -> Chat:
    chat = find_chat(call, WRITE)
    if chat.type == "private" or (chat.type != "group" and chat.members.get(call.bot.id) != "administrator"):
        raise refusal(refused)
    return chat


def _forum(call: Call) -> Chat:
    chat = find_chat(call, WRITE)
    if not chat.is_forum:
        raise refusal("the chat is not a forum")
    if chat.members.get(call.bot.id) != "administrator":
        raise refusal("not enough rights to create a topic")
    return chat


def _topic(call: Call, chat: Chat) -> Topic:
    topic = chat.topics.get(call.parameters.integer("message_thread_id"))
    if topic is None or topic.is_deleted:
        raise refusal("TOPIC_ID_INVALID")
    return topic


def create_forum_topic(call: Call) -> Json:
    chat = _forum(call)
    name = call.parameters.text("name").strip()[:MAX_TOPIC_NAME]
    if not name:
        raise refusal("Title must be non-empty")
    color = call.parameters.integer("icon_color") or ICON_COLORS[0]
    if color not in ICON_COLORS:
        raise refusal("TOPIC_ICON_COLOR_INVALID")
    note = post(call.network, chat, call.bot.id, {"forum_topic_created": {"name": name, "icon_color": color}})
    number = note.body["message_id"]
    chat.topics[number] = Topic(number, name, color)
    note.body |= {"message_thread_id": number, "is_topic_message": True}
    tell_own_service(call.network, chat, note)
    return {"message_thread_id": number, "name": name, "icon_color": color}


def edit_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    name = call.parameters.text("name").strip()[:MAX_TOPIC_NAME]
    if not name or name == topic.name:
        raise refusal("TOPIC_NOT_MODIFIED")
    topic.name = name
    _note(call, chat, topic, {"forum_topic_edited": {"name": name}})
    return True


def close_forum_topic(call: Call) -> bool:
    return _set_closed(call, is_closed=True)


def reopen_forum_topic(call: Call) -> bool:
    return _set_closed(call, is_closed=False)


def _set_closed(call: Call, *, is_closed: bool) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    if topic.is_closed == is_closed:
        raise refusal("TOPIC_NOT_MODIFIED")
    topic.is_closed = is_closed
    _note(call, chat, topic, {"forum_topic_closed" if is_closed else "forum_topic_reopened": {}})
    return True


def _note(call: Call, chat: Chat, topic: Topic, content: Json) -> None:
    fields = {"message_thread_id": topic.id, "is_topic_message": True}
    tell_own_service(call.network, chat, post(call.network, chat, call.bot.id, fields | content))


def delete_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    topic.is_deleted = True
    gone = [n for n, message in chat.messages.items() if message.body.get("message_thread_id") == topic.id]
    for number in gone:
        del chat.messages[number]
        call.network.tell("deleted", chat_id=chat.id, message_id=number)
    return True


METHODS: Final[dict[str, Method]] = {
    "closeforumtopic": close_forum_topic,
    "createforumtopic": create_forum_topic,
    "deleteforumtopic": delete_forum_topic,
    "editforumtopic": edit_forum_topic,
    "getchat": get_chat,
    "getchatadministrators": get_chat_administrators,
    "getchatmember": get_chat_member,
    "getchatmembercount": get_chat_member_count,
    "leavechat": leave_chat,
    "reopenforumtopic": reopen_forum_topic,
    "setchatdescription": set_chat_description,
    "setchattitle": set_chat_title,
}
