"""Bot API objects (User, Chat, ChatFullInfo, ChatMember, …) from the world's data.

Shapes follow the manual, version 10.1: every required field is there, an empty optional one is left out.
"""

from typing import Any

from playground.state import Bot, Chat, Message, User, World

Json = dict[str, Any]

_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_invite_users",
)


def user_object(user: User) -> Json:
    """A person as a User."""
    found: Json = {"id": user.id, "is_bot": False, "first_name": user.first_name}
    if user.last_name:
        found["last_name"] = user.last_name
    if user.username:
        found["username"] = user.username
    if user.language_code:
        found["language_code"] = user.language_code
    return found


def bot_object(bot: Bot) -> Json:
    """A bot as a User, as others see it."""
    return {"id": bot.id, "is_bot": True, "first_name": bot.names.get("", bot.first_name), "username": bot.username}


def bot_itself(bot: Bot) -> Json:
    """The answer to getMe."""
    return bot_object(bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": bot.can_read_all_group_messages,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def account_object(world: World, account: int) -> Json:
    """A person or a bot as a User; an id that is gone is a deleted account."""
    if account in world.bots:
        return bot_object(world.bots[account])
    if account in world.users:
        return user_object(world.users[account])
    return {"id": account, "is_bot": False, "first_name": ""}


def chat_object(world: World, chat: Chat) -> Json:
    """A chat as the short Chat that messages carry."""
    found: Json = {"id": chat.id, "type": chat.type}
    if chat.type == "private":
        user = world.users[chat.id]
        found["first_name"] = user.first_name
        if user.last_name:
            found["last_name"] = user.last_name
        if user.username:
            found["username"] = user.username
        return found
    found["title"] = chat.title
    if chat.username:
        found["username"] = chat.username
    if chat.is_forum:
        found["is_forum"] = True
    return found


def full_chat_object(world: World, chat: Chat) -> Json:
    """The answer to getChat."""
    found = chat_object(world, chat) | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }
    if chat.username:
        found["active_usernames"] = [chat.username]
    if chat.description:
        found["description"] = chat.description
    if chat.type in {"group", "supergroup"}:
        found["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    if chat.pinned and chat.pinned[-1] in chat.messages:
        found["pinned_message"] = quoted(chat.messages[chat.pinned[-1]])
    return found


def member_object(world: World, account: int, status: str) -> Json:
    """A ChatMember of the given status."""
    found: Json = {"status": status, "user": account_object(world, account)}
    if status == "creator":
        found["is_anonymous"] = False
    if status == "administrator":
        found |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(_RIGHTS, True)}
        found |= {"can_pin_messages": True, "can_manage_topics": True}
    if status == "kicked":
        found["until_date"] = 0
    return found


def quoted(message: Message) -> Json:
    """A message as another one shows it: without what it replies to itself."""
    return {name: value for name, value in message.body.items() if name not in {"reply_to_message", "pinned_message"}}
