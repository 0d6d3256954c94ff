"""What people do: write, press, react, join, leave, block; and what a bot learns of it.

The control plane and the chat page act through these functions; `ValueError` says what cannot be done.
"""

from collections.abc import Sequence
from typing import Any, Final

from playground.entities import Markup, format_caption, format_text
from playground.errors import ApiError
from playground.network import InlineQuery, Network, Press
from playground.objects import account_object, chat_object, member_object, quoted
from playground.posting import change, deliver, post
from playground.state import PRESENT, Bot, Chat, Message, Topic, User

Json = dict[str, Any]

STATUSES: Final = ("creator", "administrator", "member", "left", "kicked")


def the_bot(network: Network, bot_id: int = 0) -> Bot:
    """The bot of that id; without an id the first one, which most networks have alone."""
    bots = network.world.bots
    if bot_id in bots:
        return bots[bot_id]
    if bot_id or not bots:
        raise ValueError(f"there is no bot {bot_id}" if bot_id else "no bot is registered")
    return next(iter(bots.values()))


def create_chat(network: Network, kind: str, title: str, users: list[int], bot: Bot | None) -> Chat:
    """A new chat with its people and perhaps the bot; a private chat has its person's id and is made once."""
    world = network.world
    unknown = [user for user in users if user not in world.users]
    if unknown:
        raise ValueError(f"there is no user {unknown[0]}")
    if kind == "private":
        return _private_chat(network, users, bot)
    chat = Chat(world.new_chat_id(kind), kind, title or "Group")
    chat.members = {user: "creator" if place == 0 else "member" for place, user in enumerate(users)}
    world.chats[chat.id] = chat
    network.tell("chat", chat=chat_object(world, chat))
    if users:
        service = {"group": "group_chat_created", "supergroup": "supergroup_chat_created"}
        if kind in service and not (kind == "group" and bot):
            post(network, chat, users[0], {service[kind]: True})
    if bot is not None:
        by = users[0] if users else bot.id
        if kind == "group":
            set_status(network, chat, bot.id, "member", by=by, announce=False)
            post(network, chat, by, {"group_chat_created": True})
        else:
            set_status(network, chat, bot.id, "administrator" if kind == "channel" else "member", by=by)
    return chat


def _private_chat(network: Network, users: list[int], bot: Bot | None) -> Chat:
    world = network.world
    if len(users) != 1:
        raise ValueError("a private chat has one user")
    chat = world.chats.get(users[0])
    if chat is None:
        chat = Chat(users[0], "private", members={users[0]: "member"})
        world.chats[chat.id] = chat
    if bot is not None:
        chat.members[bot.id] = "member"
    network.tell("chat", chat=chat_object(world, chat))
    return chat


def write(network: Network, chat: Chat, user: int, content: Json, place: Json) -> Message:
    """A message of a person; `place` may hold reply_to_message_id and message_thread_id."""
    if chat.type != "private" and chat.members.get(user) not in PRESENT:
        raise ValueError(f"user {user} is not in chat {chat.id}")
    if chat.type == "private" and user != chat.id:
        raise ValueError(f"user {user} is not the person of chat {chat.id}")
    if chat.type == "private" and network.world.bots and not list(network.world.bots_in(chat)):
        chat.members[the_bot(network).id] = "member"  # the first word starts the bot
    if chat.blocked:
        block(network, chat, is_blocked=False)  # as in the apps: writing to a blocked bot restarts it
    fields: Json = {}
    replied = chat.messages.get(place.get("reply_to_message_id") or 0)
    thread_id = place.get("message_thread_id") or (replied.body.get("message_thread_id") if replied else None)
    if thread_id and chat.is_forum:
        chat.topics.setdefault(thread_id, Topic(thread_id, f"Topic {thread_id}"))
        fields |= {"message_thread_id": thread_id, "is_topic_message": True}
    if replied is not None:
        fields["reply_to_message"] = quoted(replied)
    return post(network, chat, user, {**fields, **content})


def text_fields(text: str, styled: Sequence[Json] = ()) -> Json:
    """The fields of a person's text, with their formatting and the entities that every app finds."""
    try:
        found, entities = format_text(text, Markup(entities=tuple(styled)))
    except ApiError as error:
        raise ValueError(error.description) from error
    return {"text": found, **({"entities": entities} if entities else {})}


def caption_fields(caption: str) -> Json:
    """The fields of a person's caption."""
    try:
        found, entities = format_caption(caption, Markup())
    except ApiError as error:
        raise ValueError(error.description) from error
    return {**({"caption": found} if found else {}), **({"caption_entities": entities} if entities else {})}


def rewrite(network: Network, chat: Chat, message: Message, text: str) -> None:
    """A person edits their message."""
    body = {name: value for name, value in message.body.items() if name not in {"text", "entities"}}
    change(network, chat, message, {**body, **text_fields(text), "edit_date": network.now()})
    deliver(network, chat, message, edited=True)


def press(network: Network, chat: Chat, user: int, message: Message, data: str) -> Press:
    """A person presses a button of a bot's message; a stale keyboard may be pressed too, as in the apps."""
    bot = network.world.bots.get(message.author)
    if bot is None:
        raise ValueError("the message is not from a bot")
    forget_old_queries(network)
    pressed = Press(
        network.world.new_query_id(), bot.id, chat.id, message.body["message_id"], user, data, network.clock()
    )
    network.presses[pressed.id] = pressed
    payload = {
        "id": pressed.id,
        "from": account_object(network.world, user),
        "message": message.body,
        "chat_instance": str(abs(chat.id) * 7919),
        "data": data,
    }
    network.queue(bot).add("callback_query", payload)
    return pressed


def ask_inline(network: Network, user: int, query: str, bot: Bot) -> InlineQuery:
    """A person types an inline query."""
    forget_old_queries(network)
    asked = InlineQuery(network.world.new_query_id(), bot.id, user, query, network.clock())
    network.inline_queries[asked.id] = asked
    payload = {"id": asked.id, "from": account_object(network.world, user), "query": query, "offset": ""}
    network.queue(bot).add("inline_query", payload)
    return asked


def forget_old_queries(network: Network) -> None:
    """Drops presses and inline queries of more than an hour ago."""
    oldest = network.clock() - 3600
    for pressed in [p for p in network.presses.values() if p.pressed_at < oldest]:
        del network.presses[pressed.id]
    for asked in [q for q in network.inline_queries.values() if q.asked_at < oldest]:
        del network.inline_queries[asked.id]


def react(network: Network, chat: Chat, user: int, message: Message, emoji: str) -> None:
    """A person reacts, or takes the reaction back with an empty emoji."""
    old = message.reactions.get(user, [])
    new = [emoji] if emoji else []
    message.reactions[user] = new
    number = message.body["message_id"]
    network.tell("reactions", chat_id=chat.id, message_id=number, reactions=message.reactions)
    payload = {
        "chat": chat_object(network.world, chat),
        "message_id": number,
        "user": account_object(network.world, user),
        "date": network.now(),
        "old_reaction": [{"type": "emoji", "emoji": one} for one in old],
        "new_reaction": [{"type": "emoji", "emoji": one} for one in new],
    }
    for bot in network.world.bots_in(chat):
        if chat.type == "private" or chat.members.get(bot.id) == "administrator":
            network.queue(bot).add("message_reaction", payload)


def set_status(network: Network, chat: Chat, account: int, status: str, *, by: int, announce: bool = True) -> None:
    """Someone joins, leaves, is promoted or removed; bots get my_chat_member or chat_member."""
    world = network.world
    old = chat.members.get(account, "left")
    was_present = old in PRESENT
    is_present = status in PRESENT
    is_bot = account in world.bots
    if is_present:
        chat.members[account] = status
    changed = {
        "chat": chat_object(world, chat),
        "from": account_object(world, by),
        "date": network.now(),
        "old_chat_member": member_object(world, account, old),
        "new_chat_member": member_object(world, account, status),
    }
    if is_bot and old != status:
        network.queue(world.bots[account]).add("my_chat_member", changed)
    for bot in world.bots_in(chat):
        if bot.id != account and old != status and chat.members[bot.id] == "administrator":
            network.queue(bot).add("chat_member", changed)
    if announce and chat.type != "channel" and was_present != is_present:
        who = account_object(world, account)
        post(network, chat, by, {"new_chat_members": [who]} if is_present else {"left_chat_member": who})
    chat.members[account] = status
    network.tell("chat", chat=chat_object(world, chat))


def block(network: Network, chat: Chat, *, is_blocked: bool) -> None:
    """The person of a private chat blocks the bot, or lifts it; the bot gets my_chat_member."""
    if chat.type != "private":
        raise ValueError("only private chats can be blocked")
    if chat.blocked == is_blocked:
        return
    chat.blocked = is_blocked
    world = network.world
    old, new = ("member", "kicked") if is_blocked else ("kicked", "member")
    for bot in world.bots_in(chat):
        payload = {
            "chat": chat_object(world, chat),
            "from": account_object(world, chat.id),
            "date": network.now(),
            "old_chat_member": member_object(world, bot.id, old),
            "new_chat_member": member_object(world, bot.id, new),
        }
        network.queue(bot).add("my_chat_member", payload)
    network.tell("blocked", chat_id=chat.id, is_blocked=is_blocked)


def migrate(network: Network, chat: Chat) -> Chat:
    """A basic group becomes a supergroup with a new id; both get their service messages."""
    if chat.type != "group" or chat.migrated_to:
        raise ValueError("only a basic group can be upgraded")
    world = network.world
    new = Chat(world.new_chat_id("supergroup"), "supergroup", chat.title, members=dict(chat.members))
    new.last_bot = chat.last_bot
    world.chats[new.id] = new
    creator = next((account for account, status in chat.members.items() if status == "creator"), 0)
    by = creator or next(iter(chat.members), 0)
    post(network, chat, by, {"migrate_to_chat_id": new.id})
    chat.migrated_to = new.id
    network.tell("chat", chat=chat_object(world, new))
    post(network, new, by, {"migrate_from_chat_id": chat.id})
    return new


def set_topic(network: Network, chat: Chat, topic_id: int, wanted: Json) -> Topic:
    """A person closes, reopens, deletes or (with a name, at id 0) opens a forum topic."""
    if not chat.is_forum:
        raise ValueError("the chat is not a forum")
    by = next((account for account, status in chat.members.items() if status == "creator"), 0)
    if topic_id == 0:
        name = str(wanted.get("name", "Topic"))
        note = post(network, chat, by, {"forum_topic_created": {"name": name, "icon_color": 7_322_096}})
        topic_id = note.body["message_id"]
        chat.topics[topic_id] = Topic(topic_id, name)
    topic = chat.topics.setdefault(topic_id, Topic(topic_id, str(wanted.get("name", f"Topic {topic_id}"))))
    fields = {"message_thread_id": topic_id, "is_topic_message": True}
    closed = wanted.get("closed")
    if isinstance(closed, bool) and closed != topic.is_closed:
        topic.is_closed = closed
        post(network, chat, by, fields | {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    if wanted.get("deleted") is True:
        topic.is_deleted = True
        for number in [n for n, m in chat.messages.items() if m.body.get("message_thread_id") == topic_id]:
            del chat.messages[number]
    network.tell("chat", chat=chat_object(network.world, chat))
    return topic


def new_user(network: Network, first_name: str, username: str, language_code: str) -> User:
    """A new person."""
    user = User(network.world.new_user_id(), first_name, username, language_code=language_code)
    network.world.users[user.id] = user
    network.tell("user", user=account_object(network.world, user.id))
    return user
