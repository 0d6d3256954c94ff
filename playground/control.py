"""The control plane: playing the people, ordering faults, reading what happened.

Bodies and answers are JSON; a wrong order is answered with 400 (404 for an unknown id) and `{"error": words}`.

  POST /_control/bots                    {token, username, first_name, can_read_all_group_messages?}  -> {id}
  POST /_control/users                   {first_name, username?, language_code?}                      -> {id}
  POST /_control/users/ID                {deactivated: true|false}                                    -> {}
  POST /_control/people                  {count}   so many, each with a private chat with the bot     -> {chats: [id]}
  POST /_control/chats                   {type, title?, users: [id], bot: true|false, is_forum?, username?, bot_id?}
                                                                                                      -> {id}
  POST /_control/chats/ID/messages       {user, text, reply_to_message_id?, message_thread_id?}       -> Message
  POST /_control/chats/ID/messages/MID   {user, text}            the person edits                     -> Message
  DELETE /_control/chats/ID/messages/MID                         the person deletes, the bot is not told -> {}
  POST /_control/chats/ID/documents      {user, file_name, base64, caption?, mime_type?}              -> Message
  POST /_control/chats/ID/photos         {user, base64, caption?}                                     -> Message
  POST /_control/chats/ID/locations      {user, latitude, longitude}                                  -> Message
  POST /_control/chats/ID/contacts       {user, phone_number, first_name}                             -> Message
  POST /_control/chats/ID/callbacks      {user, message_id, data}                                     -> {id}
  POST /_control/chats/ID/reactions      {user, message_id, emoji}                                    -> {}
  POST /_control/chats/ID/members        {user: id | "bot", status, by?}                              -> {}
  POST /_control/chats/ID/block          {user}; DELETE lifts it                                      -> {}
  POST /_control/chats/ID/migrate        {}                                                           -> {id}
  POST /_control/chats/ID/topics/TID     {closed?, deleted?, name?}; TID 0 opens a new topic          -> {id}
  POST /_control/chats/ID/delete         {}   the group is deleted                                    -> {}
  POST /_control/inline                  {user, query}                                                -> {id}
  POST /_control/faults                  {method, chat_id?, times, kind, error_code?, description?, parameters?} -> {}
                                          kinds: see `faults`
  DELETE /_control/faults                                                                             -> {}
  POST /_control/flood                   {preset, and fields of flood.Limits to change}               -> {}
  POST /_control/latency                 {ms}                                                         -> {}
  POST /_control/callbacks               {lifetime_s}   how long a press waits for its answer         -> {}
  GET  /_control/callbacks/ID            -> {answer: {text, show_alert, url} | null}
  GET  /_control/inline/ID               -> {answer: {results, next_offset} | null}
  GET  /_control/chats/ID/messages?scope=bot|all&after=MID&limit=N                                    -> {messages}
  GET  /_control/requests?method=…&after=N                                                            -> {requests}
  GET  /_control/overview                -> {users, bots, chats, admin}
  GET  /_control/chats/ID/commands?user=ID                                                            -> {commands}
  GET  /_control/files/FILE_ID           the bytes
  GET  /_control/events                  server-sent events: message, edited, deleted, reactions, action, answer, …
  GET  /_control/ready                   -> {origin, token, admin, reader, feeds}
"""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any, Final

from tornado.web import HTTPError

from playground import people
from playground.entities import MAX_TEXT_CHARACTERS, as_typed
from playground.errors import ApiError
from playground.faults import KINDS, Fault
from playground.methods_sending import described
from playground.network import Network
from playground.objects import chat_object
from playground.parameters import Upload
from playground.posting import remove
from playground.state import Bot, Chat, Message

Json = dict[str, Any]
Order = Callable[[Network, Json], Json]
ChatOrder = Callable[[Network, Chat, Json], Json]

CHAT_TYPES: Final = ("private", "group", "supergroup", "channel")
MOST_PEOPLE: Final = 100_000  # in one order


def _integer(body: Json, name: str, default: int | None = None) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an integer")
    return value


def _string(body: Json, name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string")
    return value


def _user(network: Network, body: Json, name: str = "user") -> int:
    user = _integer(body, name)
    if user not in network.world.users:
        raise HTTPError(404, reason=f"there is no user {user}")
    return user


def _message(chat: Chat, body: Json) -> Message:
    number = _integer(body, "message_id")
    if number not in chat.messages:
        raise HTTPError(404, reason=f"there is no message {number}")
    return chat.messages[number]


def add_bot(network: Network, body: Json) -> Json:
    """Registers a bot, or renames the one that has the token."""
    token = _string(body, "token")
    number = token.partition(":")[0]
    if not number.isdigit() or number.startswith("0") or not token.partition(":")[2]:
        raise ValueError("a token looks like 100001:SECRET")
    bot = network.world.bot_by_token(token)
    if bot is None:
        bot_id = int(number)
        if bot_id in network.world.bots or bot_id in network.world.users:
            raise ValueError(f"the id {bot_id} is taken")
        bot = Bot(bot_id, token, "", "")
        network.world.bots[bot_id] = bot
    bot.username = _string(body, "username").removeprefix("@")
    bot.first_name = _string(body, "first_name", bot.username)
    bot.can_read_all_group_messages = body.get("can_read_all_group_messages") is True
    network.tell("profile", bot_id=bot.id)
    return {"id": bot.id}


def add_user(network: Network, body: Json) -> Json:
    username = _string(body, "username", "").removeprefix("@")
    user = people.new_user(network, _string(body, "first_name"), username, _string(body, "language_code", "en"))
    return {"id": user.id}


def add_people(network: Network, body: Json) -> Json:
    """A private chat has its person's number."""
    count = _integer(body, "count")
    if not 1 <= count <= MOST_PEOPLE:
        raise ValueError(f"count must be between 1 and {MOST_PEOPLE}")
    bot = people.the_bot(network, body.get("bot_id", 0))
    users = [people.new_user(network, f"P{number}", "", "en").id for number in range(count)]
    return {"chats": [people.create_chat(network, "private", "", [user], bot).id for user in users]}


def add_chat(network: Network, body: Json) -> Json:
    kind = _string(body, "type")
    if kind not in CHAT_TYPES:
        raise ValueError(f"type must be one of {', '.join(CHAT_TYPES)}")
    users = body.get("users", [])
    if not isinstance(users, list):
        raise TypeError("users must be a list of ids")
    with_bot = body.get("bot", True) is True
    bot = people.the_bot(network, body.get("bot_id", 0)) if with_bot else None
    chat = people.create_chat(network, kind, _string(body, "title", ""), users, bot)
    if kind != "private":
        chat.is_forum = body.get("is_forum") is True and kind == "supergroup"
        chat.username = _string(body, "username", "").removeprefix("@")
        network.tell("chat", chat=chat_object(network.world, chat))
    return {"id": chat.id}


def write(network: Network, chat: Chat, body: Json) -> Json:
    """A text, with the `entities` of its formatting where it has some; `typed`, it is read as the apps read what is typed.

    What is longer than a message is sent in pieces, as the apps do, and the first piece is answered; its formatting ends there.
    """
    text = _string(body, "text")
    user = _user(network, body)
    text, styled = as_typed(text) if body.get("typed") is True else (text, body.get("entities", []))
    if not isinstance(styled, list):
        raise TypeError("entities must be a list of objects")
    pieces = [text[at : at + MAX_TEXT_CHARACTERS] for at in range(0, len(text), MAX_TEXT_CHARACTERS)] or [text]
    fields = [people.text_fields(pieces[0], styled), *map(people.text_fields, pieces[1:])]
    written = [people.write(network, chat, user, each, body) for each in fields]
    return written[0].body


def write_document(network: Network, chat: Chat, body: Json) -> Json:
    name = _string(body, "file_name")
    upload = Upload(name, _content(body), _string(body, "mime_type", ""))
    content = {"document": described(network.files.add(upload, "document"), "document")}
    content |= people.caption_fields(_string(body, "caption", ""))
    return people.write(network, chat, _user(network, body), content, body).body


def write_photo(network: Network, chat: Chat, body: Json) -> Json:
    stored = network.files.add(Upload("photo.jpg", _content(body), "image/jpeg"), "photo")
    if not stored.width:
        raise ValueError("this is no picture")
    content = {"photo": described(stored, "photo")} | people.caption_fields(_string(body, "caption", ""))
    return people.write(network, chat, _user(network, body), content, body).body


def _content(body: Json) -> bytes:
    try:
        return base64.b64decode(_string(body, "base64"), validate=True)
    except binascii.Error as error:
        raise ValueError(f"base64: {error}") from error


def share_location(network: Network, chat: Chat, body: Json) -> Json:
    place = {name: float(body[name]) for name in ("latitude", "longitude")}
    return people.write(network, chat, _user(network, body), {"location": place}, body).body


def share_contact(network: Network, chat: Chat, body: Json) -> Json:
    user = _user(network, body)
    contact: Json = {name: _string(body, name) for name in ("phone_number", "first_name")}
    return people.write(network, chat, user, {"contact": contact | {"user_id": user}}, body).body


def press(network: Network, chat: Chat, body: Json) -> Json:
    message = _message(chat, body)
    return {"id": people.press(network, chat, _user(network, body), message, _string(body, "data")).id}


def react(network: Network, chat: Chat, body: Json) -> Json:
    people.react(network, chat, _user(network, body), _message(chat, body), _string(body, "emoji"))
    return {}


def set_member(network: Network, chat: Chat, body: Json) -> Json:
    status = _string(body, "status")
    if status not in people.STATUSES:
        raise ValueError(f"status must be one of {', '.join(people.STATUSES)}")
    if chat.type == "private":
        raise ValueError("a private chat has no members to set")
    account = people.the_bot(network, body.get("bot_id", 0)).id if body.get("user") == "bot" else _user(network, body)
    by = _user(network, body, "by") if "by" in body else account
    people.set_status(network, chat, account, status, by=by)
    return {}


def block(network: Network, chat: Chat, body: Json) -> Json:
    people.block(network, chat, is_blocked=body.get("blocked", True) is True)
    return {}


def unblock(network: Network, chat: Chat, _: Json) -> Json:
    people.block(network, chat, is_blocked=False)
    return {}


def migrate(network: Network, chat: Chat, _: Json) -> Json:
    return {"id": people.migrate(network, chat).id}


def delete_chat(network: Network, chat: Chat, _: Json) -> Json:
    if chat.type == "private":
        raise ValueError("a private chat cannot be deleted")
    chat.is_deleted = True
    network.tell("chat", chat=chat_object(network.world, chat))
    return {}


def set_user(network: Network, body: Json, user_id: int) -> Json:
    user = network.world.users.get(user_id)
    if user is None:
        raise HTTPError(404, reason=f"there is no user {user_id}")
    user.is_deactivated = body.get("deactivated") is True
    return {}


def rewrite(network: Network, chat: Chat, number: int, body: Json) -> Json:
    message = _message(chat, {"message_id": number})
    if message.author != _user(network, body):
        raise ValueError("only its author edits a message")
    people.rewrite(network, chat, message, _string(body, "text"))
    return message.body


def erase(network: Network, chat: Chat, number: int) -> Json:
    _message(chat, {"message_id": number})
    remove(network, chat, number)
    return {}


def ask_inline(network: Network, body: Json) -> Json:
    bot = people.the_bot(network, body.get("bot_id", 0))
    return {"id": people.ask_inline(network, _user(network, body), _string(body, "query"), bot).id}


def order_fault(network: Network, body: Json) -> Json:
    kind = _string(body, "kind", "answer")
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    fault = Fault(_string(body, "method").lower(), kind, _integer(body, "times", 1))
    if body.get("chat_id") is not None:
        fault.chat_id = _integer(body, "chat_id")
    fault.error_code = _integer(body, "error_code", 500)
    fault.description = _string(body, "description", "Internal Server Error")
    parameters = body.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise TypeError("parameters must be an object")
    fault.parameters = parameters
    network.faults.orders.append(fault)
    return {}


def clear_faults(network: Network, _: Json) -> Json:
    network.faults.orders.clear()
    return {}


def choose_flood(network: Network, body: Json) -> Json:
    changes = {name: value for name, value in body.items() if name != "preset"}
    try:
        network.choose_flood(_string(body, "preset", network.flood_preset), changes)
    except (KeyError, TypeError) as error:
        raise ValueError(f"no such preset or limit: {error}") from error
    return {}


def set_latency(network: Network, body: Json) -> Json:
    network.latency_ms = float(body["ms"])
    return {}


def set_callbacks(network: Network, body: Json) -> Json:
    network.callback_lifetime_s = float(body["lifetime_s"])
    return {}


ORDERS: Final[dict[tuple[str, str], Order]] = {
    ("POST", "bots"): add_bot,
    ("POST", "callbacks"): set_callbacks,
    ("POST", "chats"): add_chat,
    ("POST", "faults"): order_fault,
    ("DELETE", "faults"): clear_faults,
    ("POST", "flood"): choose_flood,
    ("POST", "inline"): ask_inline,
    ("POST", "latency"): set_latency,
    ("POST", "people"): add_people,
    ("POST", "users"): add_user,
}
CHAT_ORDERS: Final[dict[tuple[str, str], ChatOrder]] = {
    ("POST", "block"): block,
    ("DELETE", "block"): unblock,
    ("POST", "callbacks"): press,
    ("POST", "contacts"): share_contact,
    ("POST", "delete"): delete_chat,
    ("POST", "documents"): write_document,
    ("POST", "locations"): share_location,
    ("POST", "members"): set_member,
    ("POST", "messages"): write,
    ("POST", "migrate"): migrate,
    ("POST", "photos"): write_photo,
    ("POST", "reactions"): react,
}
REFUSALS: Final = (ValueError, TypeError, KeyError, ApiError)


def decoded(raw: bytes) -> Json:
    """The JSON object of a request; nothing is an empty one."""
    body = json.loads(raw) if raw.strip() else {}
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body
