import base64
import json
import struct
import zlib
from typing import Any

import pytest

TOKEN = "100001:PLAYGROUND"


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def upload(loopback: Any, method: str, fields: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> Any:
    line = "xXx"
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
    ]
    for name, (file_name, content) in files.items():
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{line}--\r\n".encode()
    kind = f"multipart/form-data; boundary={line}"
    return json.loads((await loopback.fetch(f"/bot{TOKEN}/{method}", body, **{"Content-Type": kind})).body)


async def test_what_cannot_be_reached_is_told_as_the_real_server_tells_it(loopback: Any) -> None:
    ann = await loopback.person()
    stranger = (await loopback.ctl("users", {"first_name": "Bob"}))["id"]
    assert await loopback.refused("sendMessage", text="x") == (400, "Bad Request: chat_id is empty")
    for nobody in (987654321987, "@nobody", "nonsense"):
        assert await loopback.refused("sendMessage", chat_id=nobody, text="x") == (400, "Bad Request: chat not found")
    assert await loopback.refused("sendMessage", chat_id=stranger, text="x") == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )
    await loopback.ctl(f"chats/{ann}/block", {"user": ann})
    for method in ("sendMessage", "sendChatAction"):
        refused = await loopback.refused(method, chat_id=ann, text="x", action="typing")
        assert refused == (403, "Forbidden: bot was blocked by the user")
    await loopback.ctl(f"chats/{ann}/block", {"user": ann}, "DELETE")
    await loopback.api("sendMessage", chat_id=ann, text="x")
    await loopback.ctl(f"users/{ann}", {"deactivated": True})
    assert await loopback.refused("sendMessage", chat_id=ann, text="x") == (403, "Forbidden: user is deactivated")


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("group", "kicked", "Forbidden: bot was kicked from the group chat"),
        ("supergroup", "kicked", "Forbidden: bot was kicked from the supergroup chat"),
        ("channel", "kicked", "Forbidden: bot was kicked from the channel chat"),
        ("group", "left", "Forbidden: bot is not a member of the group chat"),
        ("supergroup", "left", "Forbidden: bot is not a member of the supergroup chat"),
    ],
)
async def test_a_bot_that_was_removed_is_told_so(loopback: Any, kind: str, status: str, words: str) -> None:
    ann = await loopback.person()
    chat = await loopback.group(ann, kind)
    await loopback.api("sendMessage", chat_id=chat, text="still here")
    await loopback.ctl(f"chats/{chat}/members", {"user": "bot", "status": status, "by": ann})
    assert await loopback.refused("sendMessage", chat_id=chat, text="x") == (403, words)


async def test_a_deleted_group_and_an_upgraded_one(loopback: Any) -> None:
    ann = await loopback.person()
    gone = await loopback.group(ann, "group")
    await loopback.ctl(f"chats/{gone}/delete", {})
    assert await loopback.refused("sendMessage", chat_id=gone, text="x") == (
        403,
        "Forbidden: the group chat was deleted",
    )
    chat = await loopback.group(ann, "group")
    await loopback.updates()
    new = (await loopback.ctl(f"chats/{chat}/migrate", {}))["id"]
    answer = await loopback.call("sendMessage", chat_id=chat, text="x")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new}
    told = [update["message"] for update in await loopback.updates()]
    assert [(m["chat"]["id"], m.get("migrate_to_chat_id"), m.get("migrate_from_chat_id")) for m in told] == [
        (chat, new, None),
        (new, None, chat),
    ]
    assert (await loopback.api("sendMessage", chat_id=new, text="x"))["chat"]["type"] == "supergroup"


async def test_a_channel_takes_posts_of_its_administrators(loopback: Any) -> None:
    ann = await loopback.person()
    chat = await loopback.group(ann, "channel", username="daily")
    post = await loopback.api("sendMessage", chat_id="@Daily", text="x")
    assert post["sender_chat"]["id"] == chat
    assert "from" not in post
    await loopback.ctl(f"chats/{chat}/members", {"user": "bot", "status": "member", "by": ann})
    assert (await loopback.refused("sendMessage", chat_id=chat, text="x"))[0] == 400


async def test_replies_are_shown_or_refused(loopback: Any) -> None:
    ann = await loopback.person()
    asked = await loopback.say(ann, ann, "q")
    reply = {"message_id": asked["message_id"]}
    assert (await loopback.api("sendMessage", chat_id=ann, text="a", reply_parameters=reply))["reply_to_message"][
        "text"
    ] == "q"
    refused = await loopback.refused("sendMessage", chat_id=ann, text="a", reply_parameters={"message_id": 99999})
    assert refused == (400, "Bad Request: message to be replied not found")
    gone = {"message_id": 99999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await loopback.api("sendMessage", chat_id=ann, text="a", reply_parameters=gone)


async def test_documents_go_up_and_come_down(loopback: Any) -> None:
    ann = await loopback.person()
    content = bytes(range(256)) * 8
    fields = {"chat_id": ann, "caption": "<b>c</b>", "parse_mode": "HTML"}
    sent = (await upload(loopback, "sendDocument", fields, {"document": ("a.bin", content)}))["result"]
    assert (sent["document"]["file_name"], sent["document"]["file_size"]) == ("a.bin", 2048)
    assert (sent["caption"], sent["caption_entities"]) == ("c", [{"offset": 0, "length": 1, "type": "bold"}])
    again = await loopback.api("sendDocument", chat_id=ann, document=sent["document"]["file_id"])
    assert again["document"]["file_unique_id"] == sent["document"]["file_unique_id"]
    where = await loopback.api("getFile", file_id=sent["document"]["file_id"])
    assert (await loopback.fetch(f"/file/bot{TOKEN}/{where['file_path']}")).body == content
    assert await loopback.refused("getFile", file_id="none") == (400, "Bad Request: invalid file_id")


async def test_what_is_no_picture_is_no_photo(loopback: Any) -> None:
    ann = await loopback.person()
    sent = (await upload(loopback, "sendPhoto", {"chat_id": ann}, {"photo": ("a.png", png(3, 2))}))["result"]
    assert (sent["photo"][0]["width"], sent["photo"][0]["height"]) == (3, 2)
    refused = await upload(loopback, "sendPhoto", {"chat_id": ann}, {"photo": ("a.png", b"hello")})
    assert refused["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    assert await loopback.refused("sendPhoto", chat_id=ann) == (400, "Bad Request: there is no photo in the request")
    empty = await upload(loopback, "sendDocument", {"chat_id": ann}, {"document": ("a", b"")})
    assert empty["description"] == "Bad Request: file must be non-empty"


async def test_an_album_is_several_messages_of_one_group(loopback: Any) -> None:
    ann = await loopback.person()
    media = [{"type": "document", "media": f"attach://{name}", "caption": name} for name in ("a", "b")]
    files = {name: (f"{name}.txt", name.encode()) for name in ("a", "b")}
    sent = (await upload(loopback, "sendMediaGroup", {"chat_id": ann, "media": json.dumps(media)}, files))["result"]
    assert [message["caption"] for message in sent] == ["a", "b"]
    assert sent[0]["media_group_id"] == sent[1]["media_group_id"]
    assert (await loopback.refused("sendMediaGroup", chat_id=ann, media=[]))[0] == 400


async def test_forwards_name_their_origin_and_copies_do_not(loopback: Any) -> None:
    ann, bob = await loopback.person("Ann"), await loopback.person("Bob")
    said = await loopback.say(ann, ann, "news")
    place = {"from_chat_id": ann, "message_id": said["message_id"], "chat_id": bob}
    assert (await loopback.api("forwardMessage", **place))["forward_origin"]["sender_user"]["id"] == ann
    await loopback.api("copyMessage", **place)
    shown = (await loopback.ctl(f"chats/{bob}/messages"))["messages"]
    assert [message["text"] for message in shown] == ["news", "news"]
    assert "forward_origin" not in shown[1]
    assert await loopback.refused("copyMessage", **place | {"message_id": 9999}) == (
        400,
        "Bad Request: message to copy not found",
    )


async def test_topics_of_a_forum(loopback: Any) -> None:
    ann = await loopback.person()
    chat = await loopback.group(ann, is_forum=True)
    assert (await loopback.refused("createForumTopic", chat_id=chat, name="T"))[0] == 400
    await loopback.promote(chat, ann)
    topic = (await loopback.api("createForumTopic", chat_id=chat, name="T"))["message_thread_id"]
    sent = await loopback.api("sendMessage", chat_id=chat, text="x", message_thread_id=topic)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    await loopback.ctl(f"chats/{chat}/topics/{topic}", {"closed": True})
    refused = await loopback.refused("sendMessage", chat_id=chat, text="x", message_thread_id=topic)
    assert refused == (400, "Bad Request: TOPIC_CLOSED")
    await loopback.api("reopenForumTopic", chat_id=chat, message_thread_id=topic)
    await loopback.api("sendMessage", chat_id=chat, text="x", message_thread_id=topic)
    await loopback.api("deleteForumTopic", chat_id=chat, message_thread_id=topic)
    gone = await loopback.refused("sendMessage", chat_id=chat, text="x", message_thread_id=topic)
    assert gone == (400, "Bad Request: message thread not found")
    private = await loopback.refused("sendMessage", chat_id=ann, text="x", message_thread_id=7)
    assert private == (400, "Bad Request: message thread not found")


async def test_chat_actions_and_reactions(loopback: Any) -> None:
    ann = await loopback.person()
    said = await loopback.say(ann, ann, "x")
    assert await loopback.refused("sendChatAction", chat_id=ann, action="dancing") == (
        400,
        "Bad Request: wrong parameter action in request",
    )
    assert await loopback.api("sendChatAction", chat_id=ann, action="typing") is True
    where = {"chat_id": ann, "message_id": said["message_id"]}
    assert await loopback.api("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👀"}])
    shown = (await loopback.ctl(f"chats/{ann}/messages?reactions=1"))["messages"]
    assert shown[0]["_reactions"] == {"100001": ["👀"]}
    refused = await loopback.refused("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "🧀"}])
    assert refused == (400, "Bad Request: REACTION_INVALID")


async def test_locations_and_contacts(loopback: Any) -> None:
    ann = await loopback.person()
    assert (await loopback.api("sendLocation", chat_id=ann, latitude=1.5, longitude=2))["location"]["latitude"] == 1.5
    assert (await loopback.refused("sendLocation", chat_id=ann, latitude=100, longitude=2))[0] == 400
    assert (await loopback.api("sendContact", chat_id=ann, phone_number="+1", first_name="A"))["contact"]
    await loopback.ctl(f"chats/{ann}/locations", {"user": ann, "latitude": 52.5, "longitude": 13.4})
    content = base64.b64encode(b"x,y").decode()
    await loopback.ctl(f"chats/{ann}/documents", {"user": ann, "file_name": "a.csv", "base64": content})
    await loopback.ctl(f"chats/{ann}/photos", {"user": ann, "base64": base64.b64encode(png(2, 2)).decode()})
    kinds = [set(update["message"]) & {"location", "document", "photo"} for update in await loopback.updates()]
    assert kinds == [{"location"}, {"document"}, {"photo"}]


async def test_flood_control_answers_429_and_counts_nothing_that_was_refused(loopback: Any) -> None:
    ann = await loopback.person()
    await loopback.ctl("flood", {"preset": "strict"})
    await loopback.api("sendMessage", chat_id=ann, text="x")
    answer = await loopback.call("sendMessage", chat_id=ann, text="y")
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 3})
    assert answer["description"] == "Too Many Requests: retry after 3"
    assert len((await loopback.ctl(f"chats/{ann}/messages?scope=bot"))["messages"]) == 1
    assert (await loopback.fetch("/_control/flood", {"preset": "gentle"})).code == 400
    await loopback.ctl("flood", {"preset": "off"})
    await loopback.api("sendMessage", chat_id=ann, text="y")


async def test_options_of_a_text_are_kept(loopback: Any) -> None:
    ann = await loopback.person()
    quiet = await loopback.api("sendMessage", chat_id=ann, text="x", link_preview_options={"is_disabled": True})
    assert quiet["link_preview_options"] == {"is_disabled": True}
    old = await loopback.api("sendMessage", chat_id=ann, text="x", disable_web_page_preview=True)
    assert old["link_preview_options"] == {"is_disabled": True}
    keys = await loopback.api("sendMessage", chat_id=ann, text="x", reply_markup={"keyboard": [["a"]]})
    assert "reply_markup" not in keys, "only inline keyboards come back"
    shown = (await loopback.ctl(f"chats/{ann}/messages?limit=1"))["messages"][0]
    assert shown["reply_markup"]["keyboard"] == [[{"text": "a"}]]
    assert (await loopback.refused("sendMessage", chat_id=ann, text="x", reply_markup="{"))[1] == (
        "Bad Request: can't parse reply keyboard markup JSON object"
    )


async def test_mentions_of_known_people_are_entities_and_others_are_text(loopback: Any) -> None:
    ann = await loopback.person()
    text = f'<a href="tg://user?id={ann}">Ann</a> <a href="tg://user?id=4">Nobody</a>'
    sent = await loopback.api("sendMessage", chat_id=ann, text=text, parse_mode="HTML")
    assert [(e["type"], e["user"]["id"]) for e in sent["entities"]] == [("text_mention", ann)]


async def test_protected_messages_stay_where_they_are(loopback: Any) -> None:
    ann = await loopback.person()
    sent = await loopback.api("sendMessage", chat_id=ann, text="x", protect_content=True)
    place = {"from_chat_id": ann, "message_id": sent["message_id"], "chat_id": ann}
    assert (await loopback.refused("forwardMessage", **place))[1] == "Bad Request: message can't be forwarded"
    assert (await loopback.refused("copyMessage", **place))[1] == "Bad Request: message can't be copied"


async def test_posts_of_channels_are_forwarded_with_their_channel_and_captions_are_replaced(loopback: Any) -> None:
    ann = await loopback.person()
    channel = await loopback.group(ann, "channel")
    file = {"user": ann, "file_name": "a.txt", "base64": "YQ==", "caption": "old"}
    said = await loopback.ctl(f"chats/{channel}/documents", file)
    place = {"from_chat_id": channel, "message_id": said["message_id"], "chat_id": ann}
    forwarded = await loopback.api("forwardMessage", **place)
    assert forwarded["forward_origin"]["chat"]["id"] == channel
    again = {"from_chat_id": ann, "message_id": forwarded["message_id"], "chat_id": ann}
    assert (await loopback.api("forwardMessage", **again))["forward_origin"] == forwarded["forward_origin"]
    await loopback.api("copyMessage", **place, caption="<i>new</i>", parse_mode="HTML")
    shown = (await loopback.ctl(f"chats/{ann}/messages?limit=1"))["messages"][0]
    assert (shown["caption"], shown["caption_entities"][0]["type"]) == ("new", "italic")
    assert [list(update)[1] for update in await loopback.updates()] == ["my_chat_member", "channel_post"]


@pytest.mark.parametrize(
    ("method", "more", "words"),
    [
        ("sendMediaGroup", {"media": "x"}, "can't parse media JSON object"),
        ("sendMediaGroup", {"media": {}}, "expected an Array of InputMedia"),
        ("sendMediaGroup", {"media": [1]}, "can't parse InputMedia: expected an Object"),
        ("sendMediaGroup", {"media": [{"type": "x"}]}, "can't parse InputMedia: type x is unsupported"),
        ("sendMediaGroup", {"media": [{}] * 11}, "too many messages to send as an album"),
        ("sendPhoto", {"photo": "https://e.org/a.png"}, "failed to get HTTP URL content"),
        (
            "sendDocument",
            {"document": "nonsense"},
            "wrong remote file identifier specified: Wrong character in the string",
        ),
        ("sendDocument", {"document": "x", "caption": "x" * 1025}, "message caption is too long"),
        ("sendLocation", {"longitude": 1}, "latitude is empty"),
        ("sendContact", {"first_name": "A"}, "phone number is empty"),
        ("sendMessage", {"text": "x", "reply_parameters": "x"}, "can't parse reply parameters JSON object"),
        ("sendMessage", {"text": "x", "reply_parameters": [1]}, "object expected as reply parameters"),
        ("setMessageReaction", {"message_id": 9}, "message to react not found"),
    ],
)
async def test_wrong_parameters_are_refused_in_the_servers_words(
    loopback: Any, method: str, more: dict[str, Any], words: str
) -> None:
    ann = await loopback.person()
    assert await loopback.refused(method, chat_id=ann, **more) == (400, f"Bad Request: {words}")
