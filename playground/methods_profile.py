"""Methods about the bot's profile: commands, names, descriptions, menu button.

Commands are kept by scope and language; `commands_for` finds those that a person sees in a chat, by the order of the
manual's "Determining list of commands". Limits by Telegram: 100 commands, `a-z0-9_` up to 32, descriptions to 256.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from playground.access import READ, Call, Method, find_chat
from playground.errors import refusal
from playground.network import Network
from playground.state import Bot, Chat

Json = dict[str, Any]

MAX_COMMANDS: Final = 100
MAX_COMMAND_DESCRIPTION: Final = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_BROAD = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_NARROW = frozenset({"chat", "chat_administrators", "chat_member"})


def _scope(call: Call) -> str:
    scope = call.parameters.json("scope", "Can't parse BotCommandScope JSON object")
    language = call.parameters.text("language_code")
    if scope is None:
        return f"default|{language}"
    if not isinstance(scope, dict):
        raise refusal("Can't parse BotCommandScope: Object expected as BotCommandScope")
    kind = scope.get("type")
    if kind in _BROAD:
        return f"{kind}|{language}"
    if kind not in _NARROW:
        raise refusal("Can't parse BotCommandScope: Unsupported type specified")
    chat_id = str(scope.get("chat_id", ""))
    if call.network.chat(int(chat_id) if chat_id.lstrip("-").isdigit() else 0) is None:
        raise refusal("Chat not found")
    member = f":{scope.get('user_id')}" if kind == "chat_member" else ""
    return f"{kind}:{chat_id}{member}|{language}"


def set_my_commands(call: Call) -> bool:
    given = call.parameters.json("commands", "Can't parse commands JSON object") or []
    if not isinstance(given, list):
        raise refusal("Expected an Array of BotCommand")
    scope = _scope(call)
    if len(given) > MAX_COMMANDS:
        raise refusal("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[scope] = [_command(item) for item in given]
    call.network.tell("commands", bot_id=call.bot.id)
    return True


def _command(item: Any) -> Json:
    if not isinstance(item, dict):
        raise refusal("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(item.get(name), str):
            raise refusal(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command, description = item["command"].removeprefix("/"), item["description"].strip()
    if not _COMMAND.fullmatch(command):
        raise refusal("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_COMMAND_DESCRIPTION:
        raise refusal("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(_scope(call), [])


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_scope(call), None)
    call.network.tell("commands", bot_id=call.bot.id)
    return True


def commands_for(network: Network, bot: Bot, chat: Chat, user_id: int) -> list[Json]:
    """The commands that a person sees in a chat."""
    user = network.world.users.get(user_id)
    language = user.language_code if user is not None else ""
    if chat.type == "private":
        scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
    else:
        is_admin = chat.members.get(user_id) in {"creator", "administrator"}
        for_admins = [f"chat_administrators:{chat.id}"] if is_admin else []
        all_admins = ["all_chat_administrators"] if is_admin else []
        member = f"chat_member:{chat.id}:{user_id}"
        scopes = [member, *for_admins, f"chat:{chat.id}", *all_admins, "all_group_chats", "default"]
    for scope in scopes:
        for key in (f"{scope}|{language}", f"{scope}|"):
            if key in bot.commands:
                return bot.commands[key]
    return []


def _setter(field: str, parameter: str, longest: int) -> Method:
    def setting(call: Call) -> bool:
        text = call.parameters.text(parameter)
        if len(text) > longest:
            raise refusal(f"{parameter} is too long")
        kept: dict[str, str] = getattr(call.bot, field)
        language = call.parameters.text("language_code")
        if text:
            kept[language] = text
        else:
            kept.pop(language, None)
        call.network.tell("profile", bot_id=call.bot.id)
        return True

    return setting


def _getter(field: str, parameter: str, default: Callable[[Bot], str]) -> Method:
    def getting(call: Call) -> Json:
        kept: dict[str, str] = getattr(call.bot, field)
        language = call.parameters.text("language_code")
        return {parameter: kept.get(language) or kept.get("") or default(call.bot)}

    return getting


def set_chat_menu_button(call: Call) -> bool:
    button = call.parameters.json("menu_button", "Can't parse menu button JSON object") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"default", "commands", "web_app"}:
        raise refusal("Can't parse menu button: unsupported type specified")
    call.bot.menu_buttons[_menu_key(call)] = button
    return True


def get_chat_menu_button(call: Call) -> Json:
    buttons = call.bot.menu_buttons
    return buttons.get(_menu_key(call)) or buttons.get("") or {"type": "commands"}


def _menu_key(call: Call) -> str:
    return str(find_chat(call, READ).id) if call.parameters.has("chat_id") else ""


METHODS: Final[dict[str, Method]] = {
    "deletemycommands": delete_my_commands,
    "getchatmenubutton": get_chat_menu_button,
    "getmycommands": get_my_commands,
    "getmydescription": _getter("descriptions", "description", lambda _: ""),
    "getmyname": _getter("names", "name", lambda bot: bot.first_name),
    "getmyshortdescription": _getter("short_descriptions", "short_description", lambda _: ""),
    "setchatmenubutton": set_chat_menu_button,
    "setmycommands": set_my_commands,
    "setmydescription": _setter("descriptions", "description", 512),
    "setmyname": _setter("names", "name", 64),
    "setmyshortdescription": _setter("short_descriptions", "short_description", 120),
}
