from typing import Any

KEYS = {"inline_keyboard": [[{"text": "a", "callback_data": "1"}]]}
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


async def test_an_edit_replaces_text_and_keyboard(loopback: Any) -> None:
    ann = await loopback.person()
    sent = await loopback.api("sendMessage", chat_id=ann, text="one", reply_markup=KEYS)
    where = {"chat_id": ann, "message_id": sent["message_id"]}
    edited = await loopback.api("editMessageText", **where, text="<i>two</i>", parse_mode="HTML")
    assert (edited["text"], edited["entities"][0]["type"]) == ("two", "italic")
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= sent["date"]
    again = await loopback.api("editMessageReplyMarkup", **where, reply_markup=KEYS)
    assert again["reply_markup"] == KEYS
    assert again["text"] == "two"
    assert await loopback.refused("editMessageReplyMarkup", **where, reply_markup=KEYS) == (400, SAME)
    assert await loopback.refused(
        "editMessageText", **where, text="two", entities=edited["entities"], reply_markup=KEYS
    ) == (
        400,
        SAME,
    )
    shown = (await loopback.ctl(f"chats/{ann}/messages?scope=bot"))["messages"]
    assert [message["text"] for message in shown] == ["two"]


async def test_only_own_messages_of_the_right_kind_are_edited(loopback: Any) -> None:
    ann = await loopback.person()
    said = await loopback.say(ann, ann, "mine")
    where = {"chat_id": ann, "message_id": said["message_id"]}
    assert await loopback.refused("editMessageText", **where, text="x") == (400, "Bad Request: message can't be edited")
    sent = await loopback.api("sendMessage", chat_id=ann, text="one")
    where["message_id"] = sent["message_id"]
    refused = await loopback.refused("editMessageCaption", **where, caption="x")
    assert refused == (400, "Bad Request: there is no caption in the message to edit")
    place = await loopback.api("sendLocation", chat_id=ann, latitude=1, longitude=1)
    where["message_id"] = place["message_id"]
    refused = await loopback.refused("editMessageText", **where, text="x")
    assert refused == (400, "Bad Request: there is no text in the message to edit")
    assert await loopback.refused("editMessageText", chat_id=ann, message_id=999999, text="x") == (
        400,
        "Bad Request: message to edit not found",
    )
    assert (await loopback.refused("editMessageText", text="x"))[1] == (
        "Bad Request: message identifier is not specified"
    )


async def test_media_and_captions_are_edited(loopback: Any) -> None:
    ann = await loopback.person()
    given = await loopback.ctl(f"chats/{ann}/documents", {"user": ann, "file_name": "a.txt", "base64": "YQ=="})
    file_id = given["document"]["file_id"]
    sent = await loopback.api("sendMessage", chat_id=ann, text="later a file")
    where = {"chat_id": ann, "message_id": sent["message_id"]}
    media = {"type": "document", "media": file_id, "caption": "c"}
    edited = await loopback.api("editMessageMedia", **where, media=media)
    assert (edited["document"]["file_id"], edited["caption"]) == (file_id, "c")
    assert "text" not in edited
    assert (await loopback.api("editMessageCaption", **where, caption="d"))["caption"] == "d"
    assert (await loopback.refused("editMessageMedia", **where, media={"type": "song"}))[0] == 400


async def test_what_may_be_deleted(loopback: Any) -> None:
    ann = await loopback.person()
    group = await loopback.group(ann)
    theirs = await loopback.say(group, ann, "x")
    where = {"chat_id": group, "message_id": theirs["message_id"]}
    assert await loopback.refused("deleteMessage", **where) == (400, "Bad Request: message can't be deleted")
    await loopback.promote(group, ann)
    assert await loopback.api("deleteMessage", **where) is True
    assert await loopback.refused("deleteMessage", **where) == (400, "Bad Request: message to delete not found")
    own = [(await loopback.api("sendMessage", chat_id=ann, text=str(n)))["message_id"] for n in range(3)]
    assert await loopback.api("deleteMessages", chat_id=ann, message_ids=[*own, 99999]) is True
    assert (await loopback.ctl(f"chats/{ann}/messages"))["messages"] == []


async def test_pins(loopback: Any) -> None:
    ann = await loopback.person()
    sent = await loopback.api("sendMessage", chat_id=ann, text="pin me")
    await loopback.api("pinChatMessage", chat_id=ann, message_id=sent["message_id"])
    assert (await loopback.api("getChat", chat_id=ann))["pinned_message"]["text"] == "pin me"
    assert [u["message"]["pinned_message"]["text"] for u in await loopback.updates()] == ["pin me"]
    await loopback.api("unpinChatMessage", chat_id=ann)
    assert await loopback.refused("unpinChatMessage", chat_id=ann) == (400, "Bad Request: message to unpin not found")
    group = await loopback.group(ann)
    sent = await loopback.api("sendMessage", chat_id=group, text="x")
    assert (await loopback.refused("pinChatMessage", chat_id=group, message_id=sent["message_id"]))[0] == 400
