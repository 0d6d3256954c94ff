"""Methods that send: text, files, albums, forwards, copies, locations, contacts, chat actions.

Source: the manual of each method; Client.cpp `get_input_message_text`, `get_input_media`, TDLib's limits.
"""

import time
from typing import Any, Final

from playground.access import (
    EDIT,
    READ,
    WRITE,
    Call,
    Method,
    check_private,
    destination,
    find_chat,
    find_message,
    reply_markup,
    topic_fields,
    writable_chat,
)
from playground.entities import Markup, format_caption, format_text
from playground.errors import ApiError, refusal
from playground.files import MAX_PHOTO_BYTES, MAX_UPLOAD_BYTES, StoredFile
from playground.parameters import Upload
from playground.posting import fill_mentions, post
from playground.state import Chat, Message

Json = dict[str, Any]

ACTIONS: Final = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
NOT_COPIED: Final = frozenset(
    {"message_id", "from", "sender_chat", "chat", "date", "edit_date", "reply_markup", "reply_to_message"}
    | {"message_thread_id", "is_topic_message", "media_group_id", "forward_origin"}
)
MAX_ALBUM: Final = 10


def markup_of(call: Call, entities_name: str) -> Markup:
    """How the call marks up its text; broken entities JSON is no entities, as on the real server."""
    parse_mode = call.parameters.text("parse_mode")
    try:
        given = call.parameters.json(entities_name, "Can't parse entities JSON object")
    except ApiError:
        given = None
    return Markup(parse_mode, tuple(given) if isinstance(given, list) else ())


def text_content(call: Call) -> Json:
    """The text fields of a message from the call's text."""
    text, entities = format_text(call.parameters.text("text"), markup_of(call, "entities"))
    content: Json = {"text": text}
    entities = fill_mentions(call.network.world, entities)
    if entities:
        content["entities"] = entities
    options = call.parameters.json("link_preview_options", "Can't parse link preview options JSON object")
    if isinstance(options, dict):
        content["link_preview_options"] = options
    elif call.parameters.flag("disable_web_page_preview"):
        content["link_preview_options"] = {"is_disabled": True}
    return content


def caption_content(call: Call, caption: str, markup: Markup) -> Json:
    """The caption fields of a message."""
    text, entities = format_caption(caption, markup)
    entities = fill_mentions(call.network.world, entities)
    content: Json = {"caption": text} if text else {}
    if entities:
        content["caption_entities"] = entities
    return content


def send_message(call: Call) -> Json:
    content = text_content(call)
    return _send(call, content)


def _send(call: Call, content: Json) -> Json:
    markup = reply_markup(call)
    chat = writable_chat(call)
    fields = destination(call, chat)
    if call.parameters.flag("protect_content"):
        fields["has_protected_content"] = True
    return _shown(post(call.network, chat, call.bot.id, {**fields, **content, **_markup_fields(markup)}))


def _markup_fields(markup: Json | None) -> Json:
    """Only inline keyboards are part of the message that comes back; the others are shown to the person."""
    if markup is None:
        return {}
    return {"reply_markup": markup}


def _shown(message: Message) -> Json:
    markup = message.body.get("reply_markup")
    if markup is not None and "inline_keyboard" not in markup:
        return {name: value for name, value in message.body.items() if name != "reply_markup"}
    return message.body


def media_content(call: Call, kind: str, given: str) -> Json:
    """The document or photo fields of a message, from an upload, an `attach://` name or a file_id."""
    attached = given.removeprefix("attach://")
    upload = call.parameters.files.get(attached if given.startswith("attach://") else kind)
    if upload is not None:
        return file_fields(call, upload, kind)
    if not given:
        raise refusal(f"there is no {kind} in the request")
    if given.startswith(("http://", "https://")):
        raise refusal("Failed to get HTTP URL content")
    stored = call.network.files.get(given)
    if stored is None:
        raise refusal("wrong remote file identifier specified: Wrong character in the string")
    return {kind: described(stored, kind)}


def file_fields(call: Call, upload: Upload, kind: str) -> Json:
    """Keeps an upload and describes it."""
    if not upload.content:
        raise refusal("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo" and len(upload.content) > MAX_PHOTO_BYTES:
        raise refusal("file is too big")
    stored = call.network.files.add(upload, kind)
    if kind == "photo" and stored.width == 0:
        raise refusal("IMAGE_PROCESS_FAILED")
    return {kind: described(stored, kind)}


def described(stored: StoredFile, kind: str) -> Any:
    """A Document, or the sizes of a photo."""
    found: Json = {"file_id": stored.id, "file_unique_id": stored.unique_id, "file_size": stored.size_bytes}
    if kind == "photo":
        return [found | {"width": stored.width, "height": stored.height}]
    return found | {"file_name": stored.name, "mime_type": stored.mime_type}


def send_document(call: Call) -> Json:
    return _send_media(call, "document")


def send_photo(call: Call) -> Json:
    return _send_media(call, "photo")


def _send_media(call: Call, kind: str) -> Json:
    caption = caption_content(call, call.parameters.text("caption"), markup_of(call, "caption_entities"))
    content = media_content(call, kind, call.parameters.text(kind)) | caption
    if kind == "photo" and call.parameters.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return _send(call, content)


def send_media_group(call: Call) -> list[Json]:
    album = call.parameters.json("media", "Can't parse media JSON object")
    if not isinstance(album, list):
        raise refusal("Expected an Array of InputMedia")
    if not 1 <= len(album) <= MAX_ALBUM:
        raise refusal("Too many messages to send as an album" if album else "There are no messages to send")
    contents = [input_media_content(call, item) for item in album]
    kinds = {"photo" if "photo" in content else "document" for content in contents}
    if len(kinds) > 1:
        raise refusal("Can't use the media of the specified type in the album")
    chat = writable_chat(call, len(contents))
    fields = destination(call, chat) | {"media_group_id": call.network.world.new_query_id()}
    return [_shown(post(call.network, chat, call.bot.id, {**fields, **content})) for content in contents]


def input_media_content(call: Call, item: Any) -> Json:
    """The fields of a message from an InputMedia object."""
    if not isinstance(item, dict):
        raise refusal("Can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if kind not in {"photo", "document"}:
        raise refusal(f"Can't parse InputMedia: type {kind} is unsupported")
    markup = Markup(str(item.get("parse_mode", "")), tuple(item.get("caption_entities") or ()))
    content = media_content(call, kind, str(item.get("media", "")))
    return content | caption_content(call, str(item.get("caption", "")), markup)


def forward_message(call: Call) -> Json:
    source = find_chat(call, READ, "from_chat_id")
    message = find_message(call, source, "message to forward")
    chat = writable_chat(call)
    fields = destination(call, chat)
    if message.body.get("has_protected_content"):
        raise refusal("Message can't be forwarded")
    content = _copied(message) | {"forward_origin": _origin(source, message)}
    return _shown(post(call.network, chat, call.bot.id, {**fields, **content}))


def copy_message(call: Call) -> Json:
    source = find_chat(call, READ, "from_chat_id")
    message = find_message(call, source, "message to copy")
    if message.body.get("has_protected_content"):
        raise refusal("Message can't be copied")
    content = _copied(message)
    if call.parameters.has("caption") and "text" not in content:
        content = {name: value for name, value in content.items() if not name.startswith("caption")}
        content |= caption_content(call, call.parameters.text("caption"), markup_of(call, "caption_entities"))
    return {"message_id": _send(call, content)["message_id"]}


def _copied(message: Message) -> Json:
    return {name: value for name, value in message.body.items() if name not in NOT_COPIED}


def _origin(source: Chat, message: Message) -> Json:
    origin = message.body.get("forward_origin")
    if origin is not None:
        return dict(origin)
    date = message.body["date"]
    if source.type == "channel":
        channel = message.body["sender_chat"]
        return {"type": "channel", "date": date, "chat": channel, "message_id": message.body["message_id"]}
    return {"type": "user", "date": date, "sender_user": message.body["from"]}


def send_location(call: Call) -> Json:
    latitude, longitude = call.parameters.number("latitude"), call.parameters.number("longitude")
    if latitude is None or longitude is None:
        raise refusal("latitude is empty" if latitude is None else "longitude is empty")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise refusal("GEO_POINT_INVALID")
    return _send(call, {"location": {"latitude": latitude, "longitude": longitude}})


def send_contact(call: Call) -> Json:
    number, first_name = call.parameters.text("phone_number"), call.parameters.text("first_name")
    if not number or not first_name:
        raise refusal("phone number is empty" if not number else "first name is empty")
    return _send(call, {"contact": {"phone_number": number, "first_name": first_name}})


def send_chat_action(call: Call) -> bool:
    action = call.parameters.text("action").lower()
    if action not in ACTIONS:
        raise refusal("Wrong parameter action in request")
    chat = find_chat(call, WRITE)
    check_private(call, chat)
    thread_id = call.parameters.integer("message_thread_id")
    if thread_id:
        topic_fields(chat, thread_id)
    call.network.tell("action", chat_id=chat.id, action=action, at=time.time())
    return True


def set_message_reaction(call: Call) -> bool:
    reactions = call.parameters.json("reaction", "Can't parse reaction types JSON object") or []
    chat = find_chat(call, EDIT)
    message = find_message(call, chat, "message to react")
    emoji = []
    for reaction in reactions if isinstance(reactions, list) else []:
        if not isinstance(reaction, dict) or reaction.get("type") != "emoji":
            raise refusal("Can't parse ReactionType: Unsupported type specified")
        if reaction.get("emoji") not in REACTIONS:
            raise refusal("REACTION_INVALID")
        emoji.append(reaction["emoji"])
    if len(emoji) > 1:
        raise refusal("REACTIONS_TOO_MANY")
    message.reactions[call.bot.id] = emoji
    call.network.tell("reactions", chat_id=chat.id, message_id=message.body["message_id"], reactions=message.reactions)
    return True


# The emoji of the manual's ReactionTypeEmoji.
REACTIONS: Final = frozenset(
    [
        "❤",
        "👍",
        "👎",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)

METHODS: Final[dict[str, Method]] = {
    "copymessage": copy_message,
    "forwardmessage": forward_message,
    "sendchataction": send_chat_action,
    "sendcontact": send_contact,
    "senddocument": send_document,
    "sendlocation": send_location,
    "sendmediagroup": send_media_group,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "setmessagereaction": set_message_reaction,
}
