"""The menu of commands that Telegram shows: in every language of the interface, longer in admins' private chats."""

from collections.abc import Sequence

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import TelegramError

from bot import texts

log = structlog.get_logger()

READER = ("topic", "latest", "digest", "subscribe", "follow", "topics", "settings", "manage", "help")
ADMIN = (*READER, "addsource", "sources", "stats", "invite", "broadcast")


def commands(lang: str, names: Sequence[str]) -> list[BotCommand]:
    """Commands with their words in a language."""
    words = texts.load(lang)
    return [BotCommand(name, words(f"menu.{name}")) for name in names]


async def set_menus(bot: Bot, admins: Sequence[int]) -> None:
    """Tell Telegram; a menu that cannot be set is no reason not to start."""
    for lang in texts.available():
        code = None if lang == texts.DEFAULT else lang
        try:
            await bot.set_my_commands(commands(lang, READER), scope=BotCommandScopeDefault(), language_code=code)
            for admin in admins:
                await bot.set_my_commands(commands(lang, ADMIN), scope=BotCommandScopeChat(admin), language_code=code)
        except TelegramError as error:
            log.warning("menu_not_set", lang=lang, error=str(error))


async def set_menu(bot: Bot, user_id: int, *, leads: bool) -> None:
    """A person's own menu after their role has changed: an admin's, or again the one for all."""
    scope = BotCommandScopeChat(user_id)
    try:
        for lang in texts.available():
            code = None if lang == texts.DEFAULT else lang
            if leads:
                await bot.set_my_commands(commands(lang, ADMIN), scope=scope, language_code=code)
            else:
                await bot.delete_my_commands(scope=scope, language_code=code)
    except TelegramError as error:
        log.warning("menu_not_set", error=str(error))
