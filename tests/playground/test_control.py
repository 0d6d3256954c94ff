import asyncio
import json
from typing import Any

import pytest
from tornado.tcpclient import TCPClient


async def texts(loopback: Any) -> list[str]:
    return [update["message"].get("text", "") for update in await loopback.updates() if "message" in update]


async def test_privacy_mode_shows_only_what_is_meant_for_the_bot(loopback: Any) -> None:
    ann = await loopback.person()
    group = await loopback.group(ann)
    await loopback.updates()
    for text in ("chatter", "/start", "/start@probe_bot", "/start@other_bot", "hello @probe_bot"):
        await loopback.say(group, ann, text)
    assert await texts(loopback) == ["/start@probe_bot"]
    sent = await loopback.api("sendMessage", chat_id=group, text="hello")
    await loopback.say(group, ann, "/start")
    await loopback.say(group, ann, "an answer", reply_to_message_id=sent["message_id"])
    assert await texts(loopback) == ["/start", "an answer"]
    await loopback.promote(group, ann)
    await loopback.updates()
    await loopback.say(group, ann, "chatter")
    assert await texts(loopback) == ["chatter"]


async def test_a_bot_that_reads_everything_does(loopback: Any) -> None:
    bot = {
        "token": "100001:PLAYGROUND",
        "username": "probe_bot",
        "first_name": "P",
        "can_read_all_group_messages": True,
    }
    await loopback.ctl("bots", bot)
    assert (await loopback.api("getMe"))["can_read_all_group_messages"] is True
    ann = await loopback.person()
    group = await loopback.group(ann, "group")
    await loopback.updates()
    await loopback.say(group, ann, "chatter")
    assert await texts(loopback) == ["chatter"]


async def test_joining_and_being_promoted_and_removed_is_told(loopback: Any) -> None:
    ann, bob = await loopback.person("Ann"), await loopback.person("Bob")
    group = await loopback.group(ann, bot=False)
    assert await loopback.updates() == []
    for status in ("member", "administrator", "kicked"):
        await loopback.ctl(f"chats/{group}/members", {"user": "bot", "status": status, "by": ann})
    found = await loopback.updates()
    changed = [u["my_chat_member"]["new_chat_member"]["status"] for u in found if "my_chat_member" in u]
    assert changed == ["member", "administrator", "kicked"]
    assert [set(u["message"]) & {"new_chat_members", "left_chat_member"} for u in found if "message" in u] == [
        {"new_chat_members"},
        {"left_chat_member"},
    ]
    await loopback.ctl(f"chats/{group}/members", {"user": "bot", "status": "administrator", "by": ann})
    await loopback.updates()
    await loopback.api("setWebhook", url="", allowed_updates=["chat_member"])
    await loopback.ctl(f"chats/{group}/members", {"user": bob, "status": "member", "by": bob})
    assert [list(u)[1] for u in await loopback.updates()] == ["message"], "chat_member is not sent by default"


async def test_blocking_is_told_and_writing_lifts_it(loopback: Any) -> None:
    ann = await loopback.person()
    await loopback.ctl(f"chats/{ann}/block", {"user": ann})
    await loopback.say(ann, ann, "/start")
    found = await loopback.updates()
    statuses = [u["my_chat_member"]["new_chat_member"]["status"] for u in found if "my_chat_member" in u]
    assert statuses == ["kicked", "member"]
    assert found[-1]["message"]["text"] == "/start"


async def test_reactions_need_an_administrator_who_asked(loopback: Any) -> None:
    ann = await loopback.person()
    group = await loopback.group(ann)
    sent = await loopback.api("sendMessage", chat_id=group, text="x")
    order = {"user": ann, "message_id": sent["message_id"], "emoji": "👍"}
    await loopback.say(ann, ann, "so that the next call answers at once")
    await loopback.api("getUpdates", allowed_updates=["message_reaction"])
    await loopback.updates()
    await loopback.ctl(f"chats/{group}/reactions", order)
    assert await loopback.updates() == []
    await loopback.promote(group, ann)
    await loopback.ctl(f"chats/{group}/reactions", order | {"emoji": "👎"})
    (told,) = [update["message_reaction"] for update in await loopback.updates()]
    assert (told["old_reaction"][0]["emoji"], told["new_reaction"][0]["emoji"]) == ("👍", "👎")


async def test_people_edit_and_delete(loopback: Any) -> None:
    ann = await loopback.person()
    said = await loopback.say(ann, ann, "one")
    await loopback.ctl(f"chats/{ann}/messages/{said['message_id']}", {"user": ann, "text": "/two"})
    await loopback.ctl(f"chats/{ann}/messages/{said['message_id']}", {}, "DELETE")
    first, second = await loopback.updates()
    assert (first["message"]["text"], second["edited_message"]["text"]) == ("one", "/two")
    assert second["edited_message"]["entities"][0]["type"] == "bot_command"
    assert (await loopback.ctl(f"chats/{ann}/messages"))["messages"] == []


async def test_the_first_word_of_a_person_starts_the_bot(loopback: Any) -> None:
    ann = (await loopback.ctl("users", {"first_name": "Ann"}))["id"]
    await loopback.ctl("chats", {"type": "private", "users": [ann], "bot": False})
    assert (await loopback.refused("sendMessage", chat_id=ann, text="x"))[0] == 403
    await loopback.say(ann, ann, "/start")
    assert await texts(loopback) == ["/start"]
    await loopback.api("sendMessage", chat_id=ann, text="x")


async def test_people_write_in_topics(loopback: Any) -> None:
    ann = await loopback.person()
    chat = await loopback.group(ann, is_forum=True)
    topic = (await loopback.ctl(f"chats/{chat}/topics/0", {"name": "World"}))["id"]
    said = await loopback.say(chat, ann, "/start@probe_bot", message_thread_id=topic)
    assert (said["message_thread_id"], said["is_topic_message"]) == (topic, True)
    reply = await loopback.api(
        "sendMessage", chat_id=chat, text="x", reply_parameters={"message_id": said["message_id"]}
    )
    assert reply["message_thread_id"] == topic
    await loopback.ctl(f"chats/{chat}/topics/{topic}", {"deleted": True})
    assert (await loopback.refused("sendMessage", chat_id=chat, text="x", message_thread_id=topic))[0] == 400


async def test_people_format_their_words(loopback: Any) -> None:
    ann = await loopback.person()
    bold = {"type": "bold", "offset": 0, "length": 2}
    await loopback.ctl(f"chats/{ann}/messages", {"user": ann, "text": "Hi /start", "entities": [bold]})
    [update] = await loopback.updates()
    assert update["message"]["entities"] == [bold, {"type": "bot_command", "offset": 3, "length": 6}]


async def test_what_is_typed_is_read_as_the_apps_read_it(loopback: Any) -> None:
    ann = await loopback.person()
    typed = "Rest **on Sunday**, [here](https://example.org/) a_b_c 2*3*4"
    await loopback.ctl(f"chats/{ann}/messages", {"user": ann, "text": typed, "typed": True})
    [update] = await loopback.updates()
    assert update["message"]["text"] == "Rest on Sunday, here a_b_c 2*3*4"
    kinds = {entity["type"]: entity for entity in update["message"]["entities"]}
    assert (kinds["bold"]["offset"], kinds["bold"]["length"]) == (5, 9)
    assert kinds["text_link"]["url"] == "https://example.org/"


async def test_a_long_text_is_sent_in_pieces(loopback: Any) -> None:
    ann = await loopback.person()
    await loopback.say(ann, ann, "x" * 5000)
    assert [len(text) for text in await texts(loopback)] == [4096, 904]


async def test_messages_can_be_read_in_parts(loopback: Any) -> None:
    ann = await loopback.person()
    ids = [(await loopback.api("sendMessage", chat_id=ann, text=str(n)))["message_id"] for n in range(4)]
    later = (await loopback.ctl(f"chats/{ann}/messages?scope=bot&after={ids[1]}"))["messages"]
    assert [message["text"] for message in later] == ["2", "3"]
    last = (await loopback.ctl(f"chats/{ann}/messages?limit=1"))["messages"]
    assert [message["text"] for message in last] == ["3"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("users", {}, 400),
        ("users", {"first_name": 7}, 400),
        ("chats", {"type": "circle"}, 400),
        ("chats", {"type": "private", "users": []}, 400),
        ("chats", {"type": "group", "users": [4]}, 400),
        ("bots", {"token": "nonsense", "username": "x"}, 400),
        ("chats/4/messages", {"user": 4, "text": "x"}, 404),
        ("nothing", {}, 404),
        ("latency", {}, 400),
        ("latency", {"ms": "soon"}, 400),
        ("users/4", {}, 404),
        ("people", {"count": 0}, 400),
    ],
)
async def test_wrong_orders_are_refused_in_words(loopback: Any, path: str, body: Any, code: int) -> None:
    response = await loopback.fetch(f"/_control/{path}", body)
    assert response.code == code
    assert json.loads(response.body)["error"]


async def test_who_is_not_in_a_chat_cannot_write_there(loopback: Any) -> None:
    ann, bob = await loopback.person("Ann"), await loopback.person("Bob")
    group = await loopback.group(ann)
    for chat, user in ((group, bob), (ann, bob)):
        response = await loopback.fetch(f"/_control/chats/{chat}/messages", {"user": user, "text": "x"})
        assert response.code == 400


async def test_other_sites_and_rebound_names_are_kept_out(loopback: Any) -> None:
    user = {"first_name": "Eve"}
    assert (await loopback.fetch("/_control/users", user, Origin="https://evil.example")).code == 403
    assert (await loopback.fetch("/_control/overview", Host="evil.example")).code == 403
    own = loopback.origin
    assert (await loopback.fetch("/_control/users", user, Origin=own)).code == 200


async def test_latency_holds_every_answer_back(loopback: Any) -> None:
    await loopback.ctl("latency", {"ms": 120})
    started = asyncio.get_running_loop().time()
    await loopback.api("getMe")
    assert asyncio.get_running_loop().time() - started >= 0.12


async def test_a_page_hears_what_happens(loopback: Any) -> None:
    ann = await loopback.person()
    host, port = loopback.origin.removeprefix("http://").split(":")
    stream = await TCPClient().connect(host, int(port))
    await stream.write(f"GET /_control/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    await asyncio.wait_for(stream.read_until(b": hello\n\n"), 5)
    sent = await loopback.api("sendMessage", chat_id=ann, text="x")
    await loopback.api("editMessageText", chat_id=ann, message_id=sent["message_id"], text="y")
    await loopback.api("sendChatAction", chat_id=ann, action="typing")
    await loopback.api("deleteMessage", chat_id=ann, message_id=sent["message_id"])
    kinds = []
    for _ in range(4):
        raw = await asyncio.wait_for(stream.read_until(b"}\n\n"), 5)
        kinds.append(json.loads(raw[raw.index(b"data: ") + 6 :])["kind"])
    assert kinds == ["message", "edited", "action", "deleted"]
    stream.close()


async def test_the_page_and_its_files_are_served_under_a_strict_policy(loopback: Any) -> None:
    for path, kind in (("/", "text/html"), ("/app.js", "text/javascript"), ("/page.css", "text/css")):
        response = await loopback.fetch(path)
        assert response.code == 200
        assert response.headers["Content-Type"].startswith(kind)
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert b"innerHTML" not in response.body
    assert (await loopback.fetch("/secret.js")).code == 404


async def test_stored_files_are_downloads_unless_pictures(loopback: Any) -> None:
    ann = await loopback.person()
    order = {"user": ann, "file_name": "a.html", "base64": "PHNjcmlwdD4=", "mime_type": "text/html"}
    said = await loopback.ctl(f"chats/{ann}/documents", order)
    response = await loopback.fetch(f"/_control/files/{said['document']['file_id']}")
    assert response.body == b"<script>"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_many_people_come_with_one_order(loopback: Any) -> None:
    chats = (await loopback.ctl("people", {"count": 3}))["chats"]
    assert len(set(chats)) == 3
    for chat in chats:
        assert (await loopback.fetch(f"/_control/chats/{chat}/messages", {"user": chat, "text": "/start"})).code == 200
