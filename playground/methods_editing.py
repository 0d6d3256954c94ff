"""Methods that change or delete messages of the bot, and pins.

Source: Client.cpp `process_edit_message_*`, `process_delete_message_query`; TDLib MessagesManager `can_edit_message`,
`can_delete_message`.
"""

from typing import Any, Final

from playground.access import (
    EDIT,
    WRITE,
    Call,
    Method,
    check_flood,
    check_private,
    find_chat,
    find_message,
    reply_markup,
)
from playground.errors import refusal
from playground.methods_sending import caption_content, input_media_content, markup_of, text_content
from playground.objects import quoted
from playground.posting import SERVICE_FIELDS, change, post, remove, tell_own_service
from playground.state import Chat, Message

Json = dict[str, Any]

DELETABLE_S: Final = 48 * 3600  # deleteMessage: "can only be deleted if it was sent less than 48 hours ago"
MAX_DELETED_AT_ONCE: Final = 100
TEXT_FIELDS: Final = ("text", "entities", "link_preview_options")
CAPTION_FIELDS: Final = ("caption", "caption_entities")
MEDIA_FIELDS: Final = ("photo", "document", "has_media_spoiler", *CAPTION_FIELDS)


def _editable(call: Call) -> tuple[Chat, Message]:
    if not call.parameters.has("chat_id") and not call.parameters.has("message_id"):
        if call.parameters.has("inline_message_id"):
            raise refusal("MESSAGE_ID_INVALID")
        raise refusal("Message identifier is not specified")
    chat = find_chat(call, EDIT)
    message = find_message(call, chat, "message to edit")
    if message.author != call.bot.id or SERVICE_FIELDS.intersection(message.body):
        raise refusal("Message can't be edited")
    check_private(call, chat)
    return chat, message


def _edit(call: Call, place: tuple[Chat, Message], names: tuple[str, ...], content: Json) -> Json:
    """Replaces the named fields and the keyboard; an edit that changes nothing is refused."""
    chat, message = place
    markup = reply_markup(call)
    inline = {"reply_markup": markup} if markup is not None and "inline_keyboard" in markup else {}
    kept = {n: v for n, v in message.body.items() if n not in names and n not in {"reply_markup", "edit_date"}}
    body = {**kept, **content, **inline}
    before = {name: value for name, value in message.body.items() if name != "edit_date"}
    if body == before:
        raise refusal(
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message"
        )
    check_flood(call, chat, is_edit=True)
    body["edit_date"] = call.network.now()
    change(call.network, chat, message, body)
    return body


def edit_message_text(call: Call) -> Json:
    content = text_content(call)
    place = _editable(call)
    if "text" not in place[1].body:
        raise refusal("there is no text in the message to edit")
    return _edit(call, place, TEXT_FIELDS, content)


def edit_message_caption(call: Call) -> Json:
    content = caption_content(call, call.parameters.text("caption"), markup_of(call, "caption_entities"))
    place = _editable(call)
    if not {"photo", "document"}.intersection(place[1].body):
        raise refusal("there is no caption in the message to edit")
    return _edit(call, place, CAPTION_FIELDS, content)


def edit_message_media(call: Call) -> Json:
    given = call.parameters.json("media", "Can't parse input media JSON object")
    if given is None:
        raise refusal("media is empty")
    content = input_media_content(call, given)
    place = _editable(call)
    if "text" in place[1].body:
        return _edit(call, place, TEXT_FIELDS, content)
    return _edit(call, place, MEDIA_FIELDS, content)


def edit_message_reply_markup(call: Call) -> Json:
    return _edit(call, _editable(call), (), {})


def delete_message(call: Call) -> bool:
    if not call.parameters.has("chat_id"):
        raise refusal("Chat identifier is not specified")
    if not call.parameters.integer("message_id"):
        raise refusal("Message identifier is not specified")
    chat = find_chat(call, WRITE)
    message = find_message(call, chat, "message to delete")
    if not _may_delete(call, chat, message):
        raise refusal("message can't be deleted")
    remove(call.network, chat, message.body["message_id"])
    return True


def delete_messages(call: Call) -> bool:
    wanted = call.parameters.json("message_ids", "Can't parse message identifiers JSON object")
    if not isinstance(wanted, list) or not wanted:
        raise refusal("Message identifiers are not specified")
    if len(wanted) > MAX_DELETED_AT_ONCE:
        raise refusal("Too many message identifiers specified")
    chat = find_chat(call, WRITE)
    found = [chat.messages[number] for number in wanted if number in chat.messages]
    if not all(_may_delete(call, chat, message) for message in found):
        raise refusal("message can't be deleted")
    for message in found:
        remove(call.network, chat, message.body["message_id"])
    return True


def _may_delete(call: Call, chat: Chat, message: Message) -> bool:
    if chat.members.get(call.bot.id) == "administrator":
        return True
    if call.network.now() - message.body["date"] > DELETABLE_S:
        return False
    return message.author == call.bot.id or chat.type == "private"


def pin_chat_message(call: Call) -> bool:
    chat = _pinning_chat(call)
    message = find_message(call, chat, "message to pin")
    number = message.body["message_id"]
    if number in chat.pinned:
        chat.pinned.remove(number)
    chat.pinned.append(number)
    note = post(call.network, chat, call.bot.id, {"pinned_message": quoted(message)})
    tell_own_service(call.network, chat, note)
    return True


def unpin_chat_message(call: Call) -> bool:
    chat = _pinning_chat(call)
    wanted = call.parameters.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise refusal("Message to unpin not found")
    chat.pinned.remove(wanted)
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    _pinning_chat(call).pinned.clear()
    return True


def _pinning_chat(call: Call) -> Chat:
    chat = find_chat(call, WRITE)
    if chat.type in {"supergroup", "channel"} and chat.members.get(call.bot.id) != "administrator":
        raise refusal("not enough rights to manage pinned messages in the chat")
    check_private(call, chat)
    return chat


METHODS: Final[dict[str, Method]] = {
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "editmessagetext": edit_message_text,
    "pinchatmessage": pin_chat_message,
    "unpinallchatmessages": unpin_all_chat_messages,
    "unpinchatmessage": unpin_chat_message,
}
