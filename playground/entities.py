"""Message text and its entities, parsed by TDLib itself: the parser that the real Bot API server runs.

In: the text and `parse_mode` or explicit entities of a call. Out: the trimmed text with its `MessageEntity`
objects, offsets and lengths in UTF-16 units. Raises `ApiError` with the real server's words.
Sources: Client.cpp `get_formatted_text`, td MessageEntity.cpp `fix_formatted_text`, MessageContent.cpp (limits).
"""

import json
import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
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
_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_HIDDEN_DATA = {"text_link", "text_mention", "custom_emoji", "date_time"}
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
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
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


def as_typed(text: str) -> tuple[str, list[dict[str, Any]]]:
    """What the apps make of typed words: **bold**, __italic__, `code`, [words](address) become entities."""
    read = _td({"@type": "parseMarkdown", "text": {"@type": "formattedText", "text": text, "entities": []}})
    if read["@type"] == "error":
        return text, []
    return read["text"], [_from_td(entity) for entity in read["entities"]]


def _formatted(text: str, markup: Markup) -> tuple[str, list[dict[str, Any]]]:
    if len(text.encode()) > MAX_RAW_BYTES:
        raise refusal("Text is too long")
    mode = markup.parse_mode.lower()
    if text and mode and mode != "none":
        text, entities = _parsed(text, mode)
    else:
        text, entities = _given(text, markup.entities)
    text, entities = _trimmed(*_cleaned(text, entities))
    return text, _with_found(text, entities)


def _parsed(text: str, mode: str) -> tuple[str, list[dict[str, Any]]]:
    if mode not in _MODES:
        raise refusal("Unsupported parse_mode")
    answer = _td({"@type": "parseTextEntities", "text": text, "parse_mode": _MODES[mode]})
    if answer["@type"] == "error":
        raise refusal(answer["message"])
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
            {
                "@type": "textEntity",
                "offset": e["offset"],
                "length": e["length"],
                "type": {"@type": "textEntityTypeBold"},
            }
            for e in entities
        ]
        answer = _td({"@type": "getMarkdownText", "text": {"@type": "formattedText", "text": text, "entities": bold}})
        if answer["@type"] == "error":
            raise refusal(answer["message"])
    return text, sorted(entities, key=_order)


def _cleaned(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Replaces control characters and drops those that vanish, entities moving along."""
    if not _UNCLEAN.search(text):
        return text, entities
    units = text.encode("utf-16-le")
    gone = [at for at in range(len(units) // 2) if _CLEANED.get(units[2 * at] + 256 * units[2 * at + 1], "") is None]
    moved = []
    for entity in entities:
        start = entity["offset"] - bisect_left(gone, entity["offset"])
        end = _end(entity) - bisect_left(gone, _end(entity))
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return text.translate(_CLEANED), moved


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Drops white space around the text and at the start of entities; what a last `pre` ends with stays in it."""
    entities = [found for entity in entities if (found := _without_blank_start(text, entity))]
    end = utf16_length(text.rstrip(_BLANK))
    end = max([end, *(e["offset"] + e["length"] for e in entities if e["type"] == "pre")])
    kept = text.encode("utf-16-le")[: end * 2].decode("utf-16-le")
    first_entity = min((entity["offset"] for entity in entities), default=len(kept))
    shift = min(len(kept) - len(kept.lstrip(_BLANK)), first_entity)
    moved = []
    for entity in entities:
        length = min(entity["length"], end - entity["offset"])
        if length > 0:
            moved.append({**entity, "offset": entity["offset"] - shift, "length": length})
    return kept[shift:], moved


def _without_blank_start(text: str, entity: dict[str, Any]) -> dict[str, Any] | None:
    if entity["type"] in _HIDDEN_DATA:
        return entity
    start = entity["offset"] * 2
    covered = text.encode("utf-16-le")[start : start + entity["length"] * 2].decode("utf-16-le")
    blanks = len(covered) - len(covered.lstrip(_BLANK))
    if blanks == len(covered):
        return None
    return {**entity, "offset": entity["offset"] + blanks, "length": entity["length"] - blanks} if blanks else entity


def _with_found(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds the addresses, names, tags and commands that TDLib finds; styles are split where one begins or ends."""
    if not text:
        return []
    found = []
    for raw in _td({"@type": "getTextEntities", "text": text})["entities"]:
        if raw["type"]["@type"] == "textEntityTypeMediaTimestamp":
            continue
        entity = _from_td(raw)
        if not any(_clashes(entity, other) for other in entities):
            found.append(entity)
    if not found:
        return sorted(entities, key=_order)
    cuts = sorted({edge for entity in found for edge in (entity["offset"], entity["offset"] + entity["length"])})
    split = [part for entity in entities for part in _split(entity, cuts)]
    return sorted([*split, *found], key=_order)


def _split(entity: dict[str, Any], cuts: list[int]) -> list[dict[str, Any]]:
    if entity["type"] not in _STYLES:
        return [entity]
    start, end = entity["offset"], entity["offset"] + entity["length"]
    edges = [start, *(cut for cut in cuts if start < cut < end), end]
    return [{**entity, "offset": a, "length": b - a} for a, b in pairwise(edges)]


def _clashes(found: dict[str, Any], given: dict[str, Any]) -> bool:
    if given["type"] in _STYLES or not _overlap(found, given):
        return False
    is_inside = given["offset"] <= found["offset"] and _end(found) <= _end(given)
    return not (given["type"] in _QUOTES and is_inside)


def _end(entity: dict[str, Any]) -> int:
    return int(entity["offset"] + entity["length"])


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["offset"] < _end(other) and other["offset"] < _end(one))


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
