"""Chats, profile and queries: what a bot asks about, sets, and answers."""

from typing import Any

import pytest

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_members_are_told_by_status(loopback: Any) -> None:
    ann, bob = await loopback.person("Ann"), await loopback.person("Bob")
    group = await loopback.group(ann)
    await loopback.ctl(f"chats/{group}/members", {"user": bob, "status": "administrator", "by": ann})
    assert (await loopback.api("getChatMember", chat_id=group, user_id=ann))["status"] == "creator"
    assert (await loopback.api("getChatMember", chat_id=group, user_id=bob))["can_pin_messages"] is True
    assert await loopback.api("getChatMemberCount", chat_id=group) == 3
    admins = await loopback.api("getChatAdministrators", chat_id=group)
    assert [member["user"]["id"] for member in admins] == [ann, bob]
    assert await loopback.refused("getChatAdministrators", chat_id=ann) == (
        400,
        "Bad Request: there are no administrators in the private chat",
    )
    assert (await loopback.refused("getChatMember", chat_id=group, user_id=4))[1] == "Bad Request: user not found"
    assert (await loopback.api("getChat", chat_id=group))["title"] == "G"


async def test_leaving_a_chat_tells_the_bot(loopback: Any) -> None:
    ann = await loopback.person()
    group = await loopback.group(ann)
    await loopback.updates()
    assert await loopback.api("leaveChat", chat_id=group) is True
    changed = [update["my_chat_member"] for update in await loopback.updates() if "my_chat_member" in update]
    assert [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changed] == [("member", "left")]
    assert (await loopback.refused("sendMessage", chat_id=group, text="x"))[0] == 403


async def test_commands_by_scope_and_language(loopback: Any) -> None:
    ann = await loopback.person()
    group = await loopback.group(ann)
    start = [{"command": "start", "description": "begin"}]
    manage = [{"command": "sources", "description": "manage"}]
    await loopback.api("setMyCommands", commands=start)
    await loopback.api("setMyCommands", commands=manage, scope={"type": "chat", "chat_id": ann})
    await loopback.api("setMyCommands", commands=manage, scope={"type": "all_chat_administrators"})
    assert await loopback.api("getMyCommands") == start
    assert (await loopback.ctl(f"chats/{ann}/commands?user={ann}"))["commands"] == manage
    assert (await loopback.ctl(f"chats/{group}/commands?user={ann}"))["commands"] == manage
    await loopback.api("deleteMyCommands", scope={"type": "chat", "chat_id": ann})
    assert (await loopback.ctl(f"chats/{ann}/commands?user={ann}"))["commands"] == start


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([{"command": "UPPER", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "x", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "x", "description": "y"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
        ([{"command": "x"}], "can't parse BotCommand: Can't find field \"description\""),
        ("x", "can't parse commands JSON object"),
    ],
)
async def test_wrong_commands_are_refused(loopback: Any, commands: Any, words: str) -> None:
    assert await loopback.refused("setMyCommands", commands=commands) == (400, f"Bad Request: {words}")


async def test_the_profile_is_kept_by_language(loopback: Any) -> None:
    await loopback.api("setMyDescription", description="news")
    await loopback.api("setMyDescription", description="новости", language_code="ru")
    assert await loopback.api("getMyDescription", language_code="ru") == {"description": "новости"}
    assert await loopback.api("getMyDescription", language_code="fr") == {"description": "news"}
    await loopback.api("setMyName", name="Byline")
    assert (await loopback.api("getMe"))["first_name"] == "Byline"
    await loopback.api("setMyShortDescription", short_description="s")
    assert (await loopback.refused("setMyShortDescription", short_description="s" * 121))[0] == 400
    await loopback.api("setChatMenuButton", menu_button={"type": "commands"})
    assert await loopback.api("getChatMenuButton") == {"type": "commands"}


async def test_a_press_is_answered_once_and_in_time(loopback: Any) -> None:
    ann = await loopback.person()
    keys = {"inline_keyboard": [[{"text": "a", "callback_data": "1"}]]}
    sent = await loopback.api("sendMessage", chat_id=ann, text="x", reply_markup=keys)
    order = {"user": ann, "message_id": sent["message_id"], "data": "1"}
    press = (await loopback.ctl(f"chats/{ann}/callbacks", order))["id"]
    (query,) = [update["callback_query"] for update in await loopback.updates()]
    assert (query["id"], query["data"], query["message"]["text"], query["from"]["id"]) == (press, "1", "x", ann)
    assert await loopback.refused("answerCallbackQuery", callback_query_id=press, text="x" * 201) == (
        400,
        "Bad Request: MESSAGE_TOO_LONG",
    )
    await loopback.api("answerCallbackQuery", callback_query_id=press, text="done", show_alert=True)
    assert (await loopback.ctl(f"callbacks/{press}"))["answer"] == {"text": "done", "show_alert": True, "url": ""}
    assert await loopback.refused("answerCallbackQuery", callback_query_id=press) == (400, TOO_OLD)
    await loopback.ctl("callbacks", {"lifetime_s": 0})
    late = (await loopback.ctl(f"chats/{ann}/callbacks", order))["id"]
    assert await loopback.refused("answerCallbackQuery", callback_query_id=late) == (400, TOO_OLD)


async def test_inline_queries(loopback: Any) -> None:
    ann = await loopback.person()
    asked = (await loopback.ctl("inline", {"user": ann, "query": "russia"}))["id"]
    (query,) = [update["inline_query"] for update in await loopback.updates()]
    assert (query["id"], query["query"]) == (asked, "russia")
    results = [{"type": "article", "id": "1", "title": "t", "input_message_content": {"message_text": "m"}}]
    double = await loopback.refused("answerInlineQuery", inline_query_id=asked, results=results * 2)
    assert double == (400, "Bad Request: RESULT_ID_DUPLICATE")
    await loopback.api("answerInlineQuery", inline_query_id=asked, results=results)
    assert (await loopback.ctl(f"inline/{asked}"))["answer"]["results"] == results


async def test_titles_and_descriptions_of_groups(loopback: Any) -> None:
    ann = await loopback.person()
    group = await loopback.group(ann)
    assert (await loopback.refused("setChatTitle", chat_id=group, title="New"))[0] == 400
    await loopback.promote(group, ann)
    await loopback.api("setChatTitle", chat_id=group, title="New")
    await loopback.api("setChatDescription", chat_id=group, description="About")
    full = await loopback.api("getChat", chat_id=group)
    assert (full["title"], full["description"]) == ("New", "About")
    assert (await loopback.refused("setChatDescription", chat_id=group, description="About"))[1] == (
        "Bad Request: chat description is not modified"
    )


async def test_topics_are_renamed_closed_and_checked(loopback: Any) -> None:
    ann = await loopback.person()
    plain = await loopback.group(ann)
    await loopback.promote(plain, ann)
    assert await loopback.refused("createForumTopic", chat_id=plain, name="T") == (
        400,
        "Bad Request: the chat is not a forum",
    )
    chat = await loopback.group(ann, is_forum=True)
    await loopback.promote(chat, ann)
    assert (await loopback.refused("createForumTopic", chat_id=chat, name=" "))[0] == 400
    assert (await loopback.refused("createForumTopic", chat_id=chat, name="T", icon_color=5))[0] == 400
    topic = (await loopback.api("createForumTopic", chat_id=chat, name="T"))["message_thread_id"]
    where = {"chat_id": chat, "message_thread_id": topic}
    await loopback.updates()
    await loopback.api("editForumTopic", **where, name="U")
    await loopback.api("closeForumTopic", **where)
    for method in ("editForumTopic", "closeForumTopic"):
        assert (await loopback.refused(method, **where, name="U"))[1] == "Bad Request: TOPIC_NOT_MODIFIED"
    assert (await loopback.refused("closeForumTopic", chat_id=chat, message_thread_id=9))[1] == (
        "Bad Request: TOPIC_ID_INVALID"
    )
    kinds = [set(u["message"]) & {"forum_topic_edited", "forum_topic_closed"} for u in await loopback.updates()]
    assert kinds == [{"forum_topic_edited"}, {"forum_topic_closed"}]
    overview = await loopback.ctl("overview")
    (shown,) = [one for one in overview["chats"] if one["id"] == chat]
    assert shown["topics"] == [{"id": topic, "name": "U", "is_closed": True}]
    assert overview["bots"][0]["username"] == "probe_bot"


async def test_scopes_and_menu_buttons_are_checked(loopback: Any) -> None:
    start = [{"command": "start", "description": "begin"}]
    for scope, words in (
        ("x", "Can't parse BotCommandScope JSON object"),
        ([1], "Can't parse BotCommandScope: Object expected as BotCommandScope"),
        ({"type": "galaxy"}, "Can't parse BotCommandScope: Unsupported type specified"),
        ({"type": "chat", "chat_id": 4}, "Chat not found"),
    ):
        code, told = await loopback.refused("setMyCommands", commands=start, scope=scope)
        assert (code, told) == (400, "Bad Request: " + words[0].lower() + words[1:])
    assert (await loopback.refused("setMyCommands", commands=["x"]))[0] == 400
    assert (await loopback.refused("setChatMenuButton", menu_button={"type": "door"}))[0] == 400


async def test_answers_to_inline_queries_are_checked(loopback: Any) -> None:
    asked = "4400000000000001"
    for results, words in (
        ("x", "can't parse JSON encoded inline query results"),
        ({}, "can't parse JSON encoded inline query results: expected an Array"),
        ([{}] * 51, "RESULTS_TOO_MUCH"),
    ):
        refused = await loopback.refused("answerInlineQuery", inline_query_id=asked, results=results)
        assert refused == (400, f"Bad Request: {words}")
    assert await loopback.refused("answerInlineQuery", inline_query_id=asked, results=[]) == (400, TOO_OLD)
