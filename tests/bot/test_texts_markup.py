"""Every entry of every language is what Telegram can read, and short enough for where it stands."""

from collections import defaultdict

import pytest

from bot import texts
from bot.menu import ADMIN, commands
from tests.bot import tdlib

PLAIN = ("button.", "topics.", "menu.", "meta.")


@pytest.mark.parametrize("lang", texts.available())
def test_messages_parse_and_labels_are_plain(lang: str) -> None:
    for key, entry in texts.load(lang).entries.items():
        for form in [entry] if isinstance(entry, str) else entry.values():
            filled = form.format_map(defaultdict(lambda: "x"))
            if key.startswith(PLAIN):
                assert "<" not in filled, key
                assert len(filled) <= 64, (key, filled)
            elif key != "chat.followup_starts":
                assert tdlib.parse(filled).units <= 4096, key


@pytest.mark.parametrize("lang", texts.available())
def test_the_menu_fits_telegram(lang: str) -> None:
    for command in commands(lang, ADMIN):
        assert 1 <= len(command.description) <= 256
        assert command.command.islower()


def test_seven_languages_are_spoken() -> None:
    assert set(texts.available()) == {"en", "ru", "zh", "es", "de", "fr", "ar"}
    assert [lang for lang in texts.available() if texts.load(lang).right_to_left] == ["ar"]
    assert texts.nearest("zh-hans") == "zh"
    assert texts.nearest("pt-BR") == "en"
