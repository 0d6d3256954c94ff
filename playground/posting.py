"""Messages come to be, change and go; and which bot learns of it.

Privacy mode (core.telegram.org/bots/features#privacy-mode): a bot in a group that is no administrator and may not
read all messages gets commands meant for it, bare commands if it spoke last among bots, replies to it, and service
messages. Bots never see other bots' messages nor their own.
"""

from typing import Any, Final

from playground.network import Network
from playground.objects import account_object, chat_object
from playground.state import Bot, Chat, Message, World

Json = dict[str, Any]

SERVICE_FIELDS: Final = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
    }
)


def post(network: Network, chat: Chat, author: int, content: Json) -> Message:
    """Adds a message of a person or bot to a chat, and tells the bots and pages that may see it."""
    world = network.world
    body: Json = {"message_id": world.new_message_id(chat)}
    if chat.type == "channel":
        body["sender_chat"] = chat_object(world, chat)
    else:
        body["from"] = account_object(world, author)
    body["chat"] = chat_object(world, chat)
    body["date"] = network.now()
    body.update(content)
    message = Message(body=body, author=author)
    chat.messages[body["message_id"]] = message
    if author in world.bots:
        if not SERVICE_FIELDS.intersection(content):
            chat.last_bot = author
        network.tell("message", chat_id=chat.id, message=body, from_bot=True)
        return message
    network.tell("message", chat_id=chat.id, message=body, from_bot=False)
    deliver(network, chat, message, edited=False)
    return message


def deliver(network: Network, chat: Chat, message: Message, *, edited: bool) -> None:
    """Queues the update about a person's message for every bot that may see it."""
    kind = ("edited_" if edited else "") + ("channel_post" if chat.type == "channel" else "message")
    for bot in network.world.bots_in(chat):
        if bot.id != message.author and is_visible(bot, chat, message):
            network.queue(bot).add(kind, message.body)


def tell_own_service(network: Network, chat: Chat, message: Message) -> None:
    """Queues a service message that the bot itself caused (a pin, a topic): those are not skipped."""
    for bot in network.world.bots_in(chat):
        network.queue(bot).add("channel_post" if chat.type == "channel" else "message", message.body)


def is_visible(bot: Bot, chat: Chat, message: Message) -> bool:
    """Whether privacy mode lets the bot see a message of someone else."""
    if chat.type == "private":
        return not chat.blocked
    if chat.type == "channel" or bot.can_read_all_group_messages or chat.members.get(bot.id) == "administrator":
        return True
    body = message.body
    if SERVICE_FIELDS.intersection(body):
        return True
    replied = body.get("reply_to_message")
    if replied is not None and replied.get("from", {}).get("id") == bot.id:
        return True
    return _is_command_for(bot, chat, body)


def _is_command_for(bot: Bot, chat: Chat, body: Json) -> bool:
    text = body.get("text") or body.get("caption") or ""
    encoded = text.encode("utf-16-le")
    for entity in body.get("entities") or body.get("caption_entities") or []:
        if entity["type"] != "bot_command":
            continue
        start = entity["offset"] * 2
        command = encoded[start : start + entity["length"] * 2].decode("utf-16-le")
        _, at, name = command.partition("@")
        if name.lower() == bot.username.lower() if at else chat.last_bot == bot.id:
            return True
    return False


def change(network: Network, chat: Chat, message: Message, body: Json) -> None:
    """Puts a new body in place of a message's old one; what was queued keeps the old."""
    message.body = body
    network.tell("edited", chat_id=chat.id, message=body)


def remove(network: Network, chat: Chat, message_id: int) -> None:
    """Deletes a message for all."""
    del chat.messages[message_id]
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)
    network.tell("deleted", chat_id=chat.id, message_id=message_id)


def fill_mentions(world: World, entities: list[Json]) -> list[Json]:
    """Entities with whole users in them; a mention of someone unknown is plain text, as on the real server."""
    known = []
    for entity in entities:
        if entity["type"] == "text_mention":
            account = entity.get("user", {}).get("id")
            if account not in world.users and account not in world.bots:
                continue
            known.append({**entity, "user": account_object(world, account)})
        else:
            known.append(entity)
    return known
