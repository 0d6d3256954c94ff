from typing import Any

import pytest

from playground.errors import ApiError
from playground.keyboards import read_markup


def inline(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ([], "object expected as reply markup"),
        ({"inline_keyboard": "x"}, 'field "inline_keyboard" must be of type Array'),
        ({"inline_keyboard": ["x"]}, "must be an Array of Arrays"),
        (inline("x"), "InlineKeyboardButton must be an Object"),
        (inline({"callback_data": "x"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (inline({"text": 1, "callback_data": "x"}), 'Field "text" must be of type String'),
        (inline({"text": " ", "callback_data": "x"}), "BUTTON_TEXT_INVALID"),
        (inline({"text": "a"}), "Text buttons are unallowed in the inline keyboard"),
        (inline({"text": "a", "callback_data": 5}), 'Field "callback_data" must be of type String'),
        (inline({"text": "a", "callback_data": "é" * 33}), "BUTTON_DATA_INVALID"),
        (inline({"text": "a", "url": "javascript:x"}), "Unsupported URL protocol"),
        (inline({"text": "a", "url": "http://"}), "Wrong HTTP URL"),
        (inline(*[{"text": "a", "callback_data": "x"}] * 101), "reply markup is too long"),
        ({"keyboard": [[7]]}, "KeyboardButton must be a String or an Object"),
    ],
)
def test_what_the_real_server_refuses_is_refused(markup: Any, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        read_markup(markup)
    assert words in refused.value.description


def test_what_is_right_is_kept() -> None:
    rows = inline({"text": "a", "callback_data": "é" * 32}, {"text": "b", "url": "e.org"}, {"text": "c", "pay": True})
    assert read_markup(rows) == rows
    assert read_markup({"keyboard": [["a"]], "resize_keyboard": True, "x": 1}) == {
        "keyboard": [[{"text": "a"}]],
        "resize_keyboard": True,
    }
    assert read_markup({"remove_keyboard": True, "x": 1}) == {"remove_keyboard": True}
    assert read_markup({"force_reply": True, "selective": True}) == {"force_reply": True, "selective": True}


def test_an_empty_keyboard_is_none() -> None:
    assert read_markup({"inline_keyboard": []}) is None
    assert read_markup({"inline_keyboard": [[]]}) is None
    assert read_markup(None) is None
