"""Reply markups, checked as the official server and Telegram check them.

Source: Client.cpp `get_reply_markup`, `get_inline_keyboard_button_type`; callback_data 1-64 bytes and https-like
addresses by Telegram itself (`BUTTON_DATA_INVALID`, `BUTTON_URL_INVALID`).
"""

from typing import Any
from urllib.parse import urlsplit

from playground.errors import refusal

Json = dict[str, Any]

MAX_CALLBACK_DATA_BYTES = 64
MAX_BUTTONS = 100  # of one inline keyboard (Telegram: REPLY_MARKUP_TOO_LONG)
_OTHER_ACTIONS = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)
_URL_SCHEMES = {"http", "https", "tg", "ton", "tonsite"}
_REPLY_FIELDS = ("is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective")


def read_markup(markup: Any) -> Json | None:
    """The checked markup: an inline keyboard, a reply keyboard, its removal or a forced reply; None where empty."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise refusal("Object expected as reply markup")
    keyboard = _rows(markup, "keyboard", 'Field "keyboard" must be an Array of Arrays', _reply_button)
    inline = _rows(
        markup,
        "inline_keyboard",
        'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        _inline_button,
    )
    if any(keyboard):
        return {"keyboard": keyboard} | {name: markup[name] for name in _REPLY_FIELDS if name in markup}
    if any(inline):
        if sum(map(len, inline)) > MAX_BUTTONS:
            raise refusal("reply markup is too long")
        return {"inline_keyboard": [row for row in inline if row]}
    if markup.get("remove_keyboard") is True or markup.get("hide_keyboard") is True:
        return {"remove_keyboard": True}
    if markup.get("force_reply") is True:
        return {"force_reply": True} | {n: markup[n] for n in ("input_field_placeholder", "selective") if n in markup}
    return None


def _rows(markup: Json, name: str, not_rows: str, button: Any) -> list[list[Json]]:
    rows = markup.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise refusal(f'Field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise refusal(not_rows)
    return [[button(item) for item in row] for row in rows]


def _reply_button(button: Any) -> Json:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise refusal("Can't parse keyboard button: KeyboardButton must be a String or an Object")
    _text_of(button, "Can't parse keyboard button")
    return button


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise refusal("Can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    _text_of(button, "Can't parse inline keyboard button")
    for name in ("url", "callback_data"):
        if not isinstance(button.get(name, ""), str):
            raise refusal(f'Can\'t parse inline keyboard button: Field "{name}" must be of type String')
    if button.get("url"):
        _check_url(button["url"])
    elif button.get("callback_data"):
        if len(button["callback_data"].encode()) > MAX_CALLBACK_DATA_BYTES:
            raise refusal("BUTTON_DATA_INVALID")
    elif not any(name in button for name in _OTHER_ACTIONS):
        raise refusal("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    return button


def _text_of(button: Json, prefix: str) -> None:
    if "text" not in button:
        raise refusal(f'{prefix}: Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise refusal(f'{prefix}: Field "text" must be of type String')
    if not button["text"].strip():
        raise refusal("BUTTON_TEXT_INVALID")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url if "//" in url or ":" in url else f"http://{url}")
    except ValueError as error:
        raise refusal(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL") from error
    if parts.scheme.lower() not in _URL_SCHEMES:
        raise refusal(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if parts.scheme.lower() in {"http", "https"} and not parts.hostname:
        raise refusal(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
