"""Message text and its entities, parsed by TDLib itself: the parser that the real Bot API server runs.

In: the text and `parse_mode` or explicit entities of a call. Out: the trimmed text with its `MessageEntity`
objects, offsets and lengths in UTF-16 units. Raises `ApiError` with the real server's words.
Sources: Client.cpp `get_formatted_text`, td MessageEntity.cpp `fix_formatted_text`, MessageContent.cpp (limits).
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import tdjson

from playground.errors import refusal

MAX_RAW_BYTES = 32_768  # before parsing (Client.cpp: 1 << 15)
MAX_TEXT_CHARACTERS = 4096  # code points after parsing ("length in utf8 codepoints")
MAX_CAPTION_CHARACTERS = 1024

_MODES = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
_KINDS = {
    "BankCardNumber": "bank_card_number",
    "BlockQuote": "blockquote",
    "Bold": "bold",
    "BotCommand": "bot_command",
    "Cashtag": "cashtag",
    "Code": "code",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "EmailAddress": "email",
    "ExpandableBlockQuote": "expandable_blockquote",
    "Hashtag": "hashtag",
    "Italic": "italic",
    "Mention": "mention",
    "MentionName": "text_mention",
    "PhoneNumber": "phone_number",
    "Pre": "pre",
    "PreCode": "pre",
    "Spoiler": "spoiler",
    "Strikethrough": "strikethrough",
    "TextUrl": "text_link",
    "Underline": "underline",
    "Url": "url",
}
_TD_NAMES = {kind: name for name, kind in _KINDS.items() if name != "PreCode"}
_FOUND = {"bank_card_number", "bot_command", "cashtag", "email", "hashtag", "mention", "phone_number", "url"}
_NOTHING_FOUND_INSIDE = {"code", "pre", "text_link", "text_mention"}
_BLANK = " \n"
# td clean_input_string: control characters become spaces, carriage returns and direction marks go.
_CLEANED: dict[int, str | None] = {code: " " for code in range(32) if code not in {10, 13}}
_CLEANED |= dict.fromkeys([13, *range(0x2028, 0x202F)])
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e]")


@dataclass(frozen=True, slots=True)
class Markup:
    """How a call marks up its text: a parse mode, or entities as the bot gave them."""

    parse_mode: str = ""
    entities: tuple[dict[str, Any], ...] = ()


def _td(request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()))
    return answer


_td({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, the measure of entities."""
    return len(text.encode("utf-16-le")) // 2


def format_text(text: str, markup: Markup) -> tuple[str, list[dict[str, Any]]]:
    """The text of a message and its entities; white space around is trimmed."""
    if not text:
        raise refusal("Message text is empty")
    parsed, entities = _formatted(text, markup)
    if not parsed:
        raise refusal("Text must be non-empty")
    if len(parsed) > MAX_TEXT_CHARACTERS:
        raise refusal("Message is too long")
    return parsed, entities


def format_caption(caption: str, markup: Markup) -> tuple[str, list[dict[str, Any]]]:
    """The caption of a file and its entities; none is allowed."""
    parsed, entities = _formatted(caption, markup)
    if len(parsed) > MAX_CAPTION_CHARACTERS:
        raise refusal("Message caption is too long")
    return parsed, entities


def _formatted(text: str, markup: Markup) -> tuple[str, list[dict[str, Any]]]:
    if len(text.encode()) > MAX_RAW_BYTES:
        raise refusal("Text is too long")
    mode = markup.parse_mode.lower()
    if text and mode and mode != "none":
        text, entities = _parsed(text, mode)
    else:
        text, entities = _given(text, markup.entities)
    text, entities = _trimmed(text, entities)
    return text, _with_found(text, entities)


def _parsed(text: str, mode: str) -> tuple[str, list[dict[str, Any]]]:
    if mode not in _MODES:
        raise refusal("Unsupported parse_mode")
    answer = _td({"@type": "parseTextEntities", "text": text, "parse_mode": _MODES[mode]})
    if answer["@type"] == "error":
        raise refusal(answer["message"])
    if _UNCLEAN.search(text):
        answer = _td({"@type": "parseTextEntities", "text": text.translate(_CLEANED), "parse_mode": _MODES[mode]})
    return answer["text"], [_from_td(entity) for entity in answer["entities"]]


def _given(text: str, given: tuple[dict[str, Any], ...]) -> tuple[str, list[dict[str, Any]]]:
    entities = []
    for entity in given:
        if not isinstance(entity, dict):
            raise refusal("Can't parse MessageEntity: expected an Object")
        kind = entity.get("type")
        if kind not in _TD_NAMES:
            raise refusal("Can't parse MessageEntity: Unsupported type specified")
        if not isinstance(entity.get("offset"), int) or not isinstance(entity.get("length"), int):
            raise refusal('Can\'t parse MessageEntity: Field "offset" must be of type Number')
        if kind not in _FOUND:
            entities.append(dict(entity))
    if entities:
        # TDLib says whether they fit the text; the type of each one makes no difference to that.
        bold = [
            {"@type": "textEntity", "offset": e["offset"], "length": e["length"], "type": {"@type": "textEntityTypeBold"}}
            for e in entities
        ]
        answer = _td({"@type": "getMarkdownText", "text": {"@type": "formattedText", "text": text, "entities": bold}})
        if answer["@type"] == "error":
            raise refusal(answer["message"])
        return text, sorted(entities, key=_order)
    return (text.translate(_CLEANED) if _UNCLEAN.search(text) else text), entities


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    kept = text.rstrip(_BLANK)
    first_entity = min((entity["offset"] for entity in entities), default=len(kept))
    blanks = len(kept) - len(kept.lstrip(_BLANK))
    shift = min(blanks, first_entity)
    kept = kept[shift:]
    if shift == 0 and len(kept) == len(text):
        return text, entities
    end = utf16_length(kept)
    moved = []
    for entity in entities:
        offset = entity["offset"] - shift
        length = min(entity["length"], end - offset)
        if length > 0:
            moved.append({**entity, "offset": offset, "length": length})
    return kept, moved


def _with_found(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not text:
        return []
    closed = [entity for entity in entities if entity["type"] in _NOTHING_FOUND_INSIDE]
    for raw in _td({"@type": "getTextEntities", "text": text})["entities"]:
        if raw["type"]["@type"] == "textEntityTypeMediaTimestamp":
            continue
        found = _from_td(raw)
        if not any(_overlap(found, entity) for entity in closed):
            entities.append(found)
    return sorted(entities, key=_order)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    apart = one["offset"] + one["length"] <= other["offset"] or other["offset"] + other["length"] <= one["offset"]
    return not apart


def _order(entity: dict[str, Any]) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _from_td(raw: dict[str, Any]) -> dict[str, Any]:
    """A Bot API MessageEntity from TDLib's textEntity; a mention by id carries `user: {id}` for the caller to fill."""
    kind = raw["type"]
    entity: dict[str, Any] = {
        "offset": raw["offset"],
        "length": raw["length"],
        "type": _KINDS[kind["@type"].removeprefix("textEntityType")],
    }
    if "url" in kind:
        entity["url"] = kind["url"]
    if kind.get("language"):
        entity["language"] = kind["language"]
    if "custom_emoji_id" in kind:
        entity["custom_emoji_id"] = kind["custom_emoji_id"]
    if "user_id" in kind:
        entity["user"] = {"id": kind["user_id"]}
    if "unix_time" in kind:
        entity["unix_time"] = kind["unix_time"]
    return entity
