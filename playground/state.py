"""People, bots, chats and messages, and how they are kept in a file.

`World` is plain data; what may be done with it is decided elsewhere. Message ids follow Telegram: one counter for
private chats and basic groups, one of its own for each supergroup and channel. `dump` gives JSON text and `load`
reads it back; after an unclean stop the counters skip ahead, so that no id is ever given twice.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

SKIPPED_IDS_AFTER_A_CRASH: Final = 1000
FIRST_USER_ID: Final = 500_001
FIRST_UPDATE_ID: Final = 700_000_001
FIRST_GROUP_ID: Final = -4_000_001
FIRST_SUPERGROUP_ID: Final = -1_002_000_000_001
OWN_COUNTER = frozenset({"supergroup", "channel"})
PRESENT = frozenset({"creator", "administrator", "member"})


@dataclass(slots=True)
class User:
    """A person."""

    id: int
    first_name: str
    username: str = ""
    last_name: str = ""
    language_code: str = "en"
    is_deactivated: bool = False


@dataclass(slots=True)
class Webhook:
    """Where updates of a bot are delivered; an empty url is none."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""
    last_error_at: int = 0
    last_error: str = ""


@dataclass(slots=True)
class Bot:
    """A bot account with its profile and its queue's settings."""

    id: int
    token: str
    username: str
    first_name: str
    can_read_all_group_messages: bool = False
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    menu_buttons: dict[str, Json] = field(default_factory=dict)
    allowed_updates: list[str] = field(default_factory=list)
    webhook: Webhook = field(default_factory=Webhook)
    next_update_id: int = FIRST_UPDATE_ID
    pending: list[tuple[int, str, float, int]] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """A message as the Bot API shows it, with what the API does not show."""

    body: Json
    author: int
    reactions: dict[int, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is that of the message that created it."""

    id: int
    name: str
    icon_color: int = 7_322_096
    is_closed: bool = False
    is_deleted: bool = False


@dataclass(slots=True)
class Chat:
    """A chat with its members (id to status), messages (by id) and topics.

    Statuses are the Bot API's: creator, administrator, member, left, kicked. `blocked` holds for private chats;
    `last_bot` is the bot that spoke last, which privacy mode asks for.
    """

    id: int
    type: str
    title: str = ""
    username: str = ""
    description: str = ""
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    next_message_id: int = 1
    last_bot: int = 0
    blocked: bool = False
    is_deleted: bool = False
    migrated_to: int = 0


@dataclass(slots=True)
class World:
    """Everything that survives a restart."""

    users: dict[int, User] = field(default_factory=dict)
    bots: dict[int, Bot] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    next_user_id: int = FIRST_USER_ID
    next_group_id: int = FIRST_GROUP_ID
    next_supergroup_id: int = FIRST_SUPERGROUP_ID
    next_message_id: int = 1
    next_query_id: int = 4_400_000_000_000_001
    admin_id: int = 0
    was_closed: bool = True

    def new_user_id(self) -> int:
        while self.next_user_id in self.users or self.next_user_id in self.bots:
            self.next_user_id += 1
        self.next_user_id += 1
        return self.next_user_id - 1

    def new_chat_id(self, kind: str) -> int:
        if kind in OWN_COUNTER:
            self.next_supergroup_id -= 1
            return self.next_supergroup_id + 1
        self.next_group_id -= 1
        return self.next_group_id + 1

    def new_message_id(self, chat: Chat) -> int:
        if chat.type in OWN_COUNTER:
            chat.next_message_id += 1
            return chat.next_message_id - 1
        self.next_message_id += 1
        return self.next_message_id - 1

    def new_query_id(self) -> str:
        self.next_query_id += 1
        return str(self.next_query_id - 1)

    def bot_by_token(self, token: str) -> Bot | None:
        return next((bot for bot in self.bots.values() if bot.token == token), None)

    def bots_in(self, chat: Chat) -> Iterable[Bot]:
        return [self.bots[i] for i, status in chat.members.items() if i in self.bots and status in PRESENT]


def dump(world: World) -> str:
    """The world as JSON text."""
    return json.dumps(world, default=_as_json, ensure_ascii=False, separators=(",", ":"))


def load(raw: Json) -> World:
    """The world from its decoded JSON, which is used up; ids skip ahead where the last stop was unclean."""
    users = {int(key): User(**value) for key, value in raw.pop("users").items()}
    bots = {int(key): _bot(value) for key, value in raw.pop("bots").items()}
    chats = {int(key): _chat(value) for key, value in raw.pop("chats").items()}
    world = World(users=users, bots=bots, chats=chats, **raw)
    if not world.was_closed:
        world.next_message_id += SKIPPED_IDS_AFTER_A_CRASH
        world.next_query_id += SKIPPED_IDS_AFTER_A_CRASH
        for bot in bots.values():
            bot.next_update_id += SKIPPED_IDS_AFTER_A_CRASH
        for chat in chats.values():
            chat.next_message_id += SKIPPED_IDS_AFTER_A_CRASH
    return world


def write_atomically(path: Path, text: str) -> None:
    """Replaces a file in one step: a reader sees the old text or the new one, a crash leaves one of them."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _as_json(value: Any) -> Json:
    return {item.name: getattr(value, item.name) for item in fields(value)}


def _bot(raw: Json) -> Bot:
    raw["webhook"] = Webhook(**raw["webhook"])
    raw["pending"] = [(int(number), str(body), float(until), int(lane)) for number, body, until, lane in raw["pending"]]
    return Bot(**raw)


def _chat(raw: Json) -> Chat:
    raw["members"] = {int(key): value for key, value in raw["members"].items()}
    raw["topics"] = {int(key): Topic(**value) for key, value in raw["topics"].items()}
    raw["messages"] = {int(key): _message(value) for key, value in raw["messages"].items()}
    return Chat(**raw)


def _message(raw: Json) -> Message:
    reactions = {int(key): value for key, value in raw["reactions"].items()}
    return Message(body=raw["body"], author=raw["author"], reactions=reactions)
