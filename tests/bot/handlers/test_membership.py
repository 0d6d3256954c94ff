"""The bot is removed or silenced: digests pause, and who can mend it hears of it at once and once."""

from typing import Any

import pytest

from bot.desk import Place
from news.audience import Address, Chat, ChatKind, ChatStatus
from tests.bot.office import OWNER, READER, STRANGER, Office

CHANNEL, GROUP = -1001, -1002
LEFT, KICKED, MEMBER = {"status": "left"}, {"status": "kicked", "until_date": 0}, {"status": "member"}
RIGHTS = (
    "can_be_edited",
    "is_anonymous",
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
MAY = (
    "can_send_messages",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_edit_tag",
    "can_react_to_messages",
)


def admin(*, posts: bool) -> dict[str, Any]:
    return {"status": "administrator", **dict.fromkeys(RIGHTS, False), "can_post_messages": posts}


RESTRICTED = {"status": "restricted", "is_member": True, "until_date": 0, **dict.fromkeys(MAY, False)}


@pytest.fixture
async def office() -> Office:
    made = Office()
    made.places[str(CHANNEL)] = Place(CHANNEL, ChatKind.CHANNEL, "Channel", may_post=True)
    made.group_admins.add(READER)
    for person in (OWNER, READER, STRANGER):
        await made.say("/start", user=person)
    return made


async def subscribed(office: Office, number: int, thread: int | None = None) -> Chat:
    kind = ChatKind.CHANNEL if number == CHANNEL else ChatKind.SUPERGROUP
    chat = await office.services.chats.open(Address(number, thread), kind, office.now, title="A <b>")
    return await office.services.chats.subscribe(chat.id, office.now)


async def told(office: Office) -> dict[int, str]:
    return {row.address.telegram_id: row.message.html for row in await office.outbox() if row.key.startswith("notice:")}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (admin(posts=True), KICKED, "removed"),
        (admin(posts=True), LEFT, "removed"),
        (admin(posts=True), admin(posts=False), "may not post"),
    ],
)
async def test_who_added_the_bot_to_a_channel_hears_that_it_can_post_no_more(
    office: Office, before: dict[str, Any], after: dict[str, Any], words: str
) -> None:
    await office.change_standing(CHANNEL, READER, LEFT, admin(posts=True))
    await subscribed(office, CHANNEL)
    await office.change_standing(CHANNEL, STRANGER, before, after)
    assert (await office.chat(CHANNEL)).status is ChatStatus.BLOCKED
    notices = await told(office)
    assert set(notices) == {READER, STRANGER}, "who manages it, and who did it"
    assert words in notices[READER]
    assert "Channel" in notices[READER]
    assert (await office.chat(CHANNEL)).blocked_code is not None


async def test_it_is_told_once_and_goes_on_when_the_right_is_back(office: Office) -> None:
    await subscribed(office, CHANNEL)
    for _ in range(2):
        await office.change_standing(CHANNEL, READER, admin(posts=True), admin(posts=False))
        await office.change_standing(CHANNEL, READER, admin(posts=False), admin(posts=True))
    assert set(await told(office)) == {READER}
    restored = await office.chat(CHANNEL)
    assert restored.status is ChatStatus.ACTIVE
    assert restored.next_due_at is not None


async def test_a_group_that_silences_the_bot_and_all_its_forum_topics_pause_and_wake(office: Office) -> None:
    topic = await subscribed(office, GROUP, thread=7)
    await office.change_standing(GROUP, READER, MEMBER, RESTRICTED, kind="supergroup")
    [paused] = [chat for chat in await office.services.chats.at(GROUP) if chat.id == topic.id]
    assert paused.status is ChatStatus.BLOCKED
    assert set(await told(office)) == {READER}
    await office.change_standing(GROUP, READER, RESTRICTED, MEMBER, kind="supergroup")
    [awake] = [chat for chat in await office.services.chats.at(GROUP) if chat.id == topic.id]
    assert awake.status is ChatStatus.ACTIVE


async def test_the_bots_admins_hear_of_it_where_nobody_else_can(office: Office) -> None:
    await subscribed(office, CHANNEL)
    nobody_known = 77
    await office.change_standing(CHANNEL, nobody_known, admin(posts=True), KICKED)
    assert set(await told(office)) == {OWNER}


async def test_nobody_is_told_of_a_chat_that_was_promised_nothing_or_of_a_person_who_blocks(office: Office) -> None:
    await office.change_standing(GROUP, READER, MEMBER, KICKED, kind="supergroup")
    await office.change_standing(READER, READER, MEMBER, KICKED, kind="private")
    assert await told(office) == {}
    assert (await office.chat(READER)).blocked_code == "blocked"


async def test_who_sets_up_a_channel_from_afar_manages_it(office: Office) -> None:
    await office.say(f"/manage {CHANNEL} /subscribe 07:15 Berlin")
    await office.change_standing(CHANNEL, 77, admin(posts=True), KICKED)
    assert set(await told(office)) == {READER}
