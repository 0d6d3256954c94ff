"""Channels, groups and forum topics changed from a private chat."""

from datetime import time

import pytest

from bot.desk import Place
from bot.handlers.manage import MOST_ASKED, MOST_LISTED
from news.audience import Address, Chat, ChatKind, ChatStatus, Length, TopicMode
from tests.bot.office import OWNER, READER, STRANGER, Office, data, html

CHANNEL = -1001


@pytest.fixture
def office() -> Office:
    made = Office()
    made.places["@news_here"] = Place(CHANNEL, ChatKind.CHANNEL, "News <here>", may_post=True)
    made.places[str(CHANNEL)] = made.places["@news_here"]
    made.group_admins.add(READER)
    return made


async def channel(office: Office, thread: int | None = None) -> Chat:
    found = await office.services.chats.get(Address(CHANNEL, thread))
    assert found is not None
    return found


async def test_a_channel_is_set_up_from_private(office: Office) -> None:
    opened = await office.say("/manage @news_here")
    assert [sent.address.telegram_id for sent in opened] == [READER]
    assert "News &lt;here&gt;" in html(opened)
    number = (await channel(office)).id
    assert f"m:subscribe:{number}:c" in data(opened)
    pressed = await office.press(f"m:subscribe:{number}:c")
    assert (await channel(office)).status is ChatStatus.ACTIVE
    assert {sent.address.telegram_id for sent in pressed} == {READER}
    await office.press(f"m:set_length:{number}:c:long")
    assert (await channel(office)).length is Length.LONG
    await office.press(f"m:undo:{number}:c")
    assert (await channel(office)).length is Length.NORMAL
    assert f"m:open:{number}:c" in data(await office.say("/manage"))


async def test_commands_are_given_from_afar(office: Office) -> None:
    said = await office.say("/manage @news_here /subscribe 07:15 Berlin")
    assert "07:15" in html(said)
    assert (await channel(office)).timetable.times == (time(7, 15),)
    await office.say("/manage https://t.me/news_here /follow semiconductors")
    [topic] = await office.services.chats.topics((await channel(office)).id)
    assert topic.query == "semiconductors"
    for refused in ("/manage @news_here /delete", "/manage @news_here /nonsense", "/manage @news_here /sources"):
        assert "from afar" in html(await office.say(refused))
    assert all(sent.address.telegram_id == READER for sent in office.messenger.arrived)


async def test_a_forum_topic_is_named_by_its_thread(office: Office) -> None:
    office.places[str(CHANNEL)] = Place(CHANNEL, ChatKind.SUPERGROUP, "Forum", may_post=True)
    await office.say(f"/manage {CHANNEL}/7 /subscribe 08:00 Berlin")
    assert (await channel(office, 7)).status is ChatStatus.ACTIVE


async def test_the_destination_is_verified_when_it_is_named(office: Office) -> None:
    office.places["@mute_here"] = Place(-1002, ChatKind.CHANNEL, "Mute", may_post=False)
    assert "may not post" in html(await office.say("/manage @mute_here"))
    for unknown in ("/manage @other_here", "/manage -1009", "/manage <b>", "/manage 12", "/manage -100/x"):
        assert "cannot find" in html(await office.say(unknown)), unknown
    assert "Only admins" in html(await office.say("/manage @news_here", STRANGER))
    assert await office.services.chats.get(Address(CHANNEL)) is None


async def test_who_does_not_lead_a_channel_gains_nothing(office: Office) -> None:
    await office.say("/manage @news_here /follow trade")
    chat = await channel(office)
    [topic] = await office.services.chats.topics(chat.id)
    for pressed in (
        f"m:subscribe:{chat.id}:c",
        f"m:unfollow:{chat.id}:c:{topic.id}",
        f"m:open:{chat.id}:c",
        f"m:ok:{chat.id}:b",
    ):
        assert "Only admins" in html(await office.press(pressed, STRANGER)), pressed
    assert "add" in html(await office.say("/manage", STRANGER)).lower()
    assert (await channel(office)) == chat
    for stale in (f"m:delete:{chat.id}:a", f"m:card:{chat.id}:s:1", "m:open:999:c", "m:open:x:c", f"m:open:{chat.id}"):
        assert "too old" in html(await office.press(stale)), stale
    office.group_admins.clear()
    assert "Only admins" in html(await office.press(f"m:open:{chat.id}:c")), "rights that are gone are gone"


async def test_the_list_asks_for_what_it_shows(office: Office) -> None:
    office.group_admins.clear()
    office.leaders.add((CHANNEL, READER))
    await office.say("/manage @news_here")  # the oldest, set up by this reader
    own = await channel(office)
    for number in range(MOST_ASKED + 5):
        await office.newsroom.chat(number=-5000 - number, kind=ChatKind.GROUP, title=f"Group {number}")
    before = len(office.asked_who_leads)
    assert data(await office.say("/manage")) == [f"m:open:{own.id}:c"]
    assert len(office.asked_who_leads) - before == 1 + MOST_ASKED, "each is a question to Telegram"
    listed = data(await office.say("/manage", OWNER))
    assert len(listed) == MOST_LISTED, "an admin of the bot leads all"
    assert listed[0] == f"m:open:{own.id + MOST_ASKED + 5}:c", "what was met last comes first"


async def test_a_group_does_not_learn_what_else_its_members_lead(office: Office) -> None:
    await office.say("/manage @news_here")
    said = await office.say("/manage", READER, chat=CHANNEL - 1)
    assert "private chat only" in html(said)
    assert data(said) == []


async def test_a_private_chat_is_never_managed_by_another(office: Office) -> None:
    await office.say("/start", STRANGER)
    other = await office.chat(STRANGER)
    for user in (READER, OWNER):
        assert "too old" in html(await office.press(f"m:subscribe:{other.id}:c", user))
    assert (await office.chat(STRANGER)).status is ChatStatus.NEW


async def test_who_adds_the_bot_to_a_channel_finds_its_settings_in_private(office: Office) -> None:
    assert await office.join(CHANNEL, READER) == [], "nobody is written to who has not written first"
    await office.say("/start")
    [sent] = await office.join(CHANNEL, READER)
    assert sent.address == Address(READER)
    assert f"m:open:{(await channel(office)).id}:c" in data([sent])


async def test_how_the_news_of_a_topic_come_is_chosen_by_topic(office: Office) -> None:
    await office.say("/follow +China chips -stocks")
    chat = await office.chat(READER)
    [topic] = await office.services.chats.topics(chat.id)
    assert topic.query == "+China chips -stocks"
    for mode in (TopicMode.PUSH, TopicMode.BIG, TopicMode.DIGEST, TopicMode.PUSH):
        await office.press(f"c:mode:{topic.id}")
        [topic] = await office.services.chats.topics(chat.id)
        assert topic.mode is mode
    await office.press(f"c:unfollow:{topic.id}")
    assert await office.services.chats.topics(chat.id) == ()
    await office.press("c:undo")
    [back] = await office.services.chats.topics(chat.id)
    assert (back.query, back.mode) == (topic.query, TopicMode.PUSH)


async def test_topics_and_mutes_of_others_are_out_of_reach(office: Office) -> None:
    await office.say("/follow trade")
    [topic] = await office.services.chats.topics((await office.chat(READER)).id)
    for pressed in (f"c:unfollow:{topic.id}", f"c:mode:{topic.id}", "c:undo", "c:unmute:0"):
        await office.press(pressed, STRANGER)
    assert await office.services.chats.topics((await office.chat(READER)).id) == (topic,)


@pytest.mark.parametrize(
    "pressed", ["t:follow:7", "s:mute:{story}", "s:more:{story}", "s:less:{story}", "c:silent", "b:ok"]
)
async def test_in_a_group_only_its_admins_change_what_it_is_told(office: Office, pressed: str) -> None:
    story = await office.newsroom.story("Talks in Moscow", "They spoke for four hours about trade.")
    await office.say("/id", STRANGER, chat=-100)
    before = await office.chat(-100)
    said = html(await office.press(pressed.format(story=story), STRANGER, chat=-100, bold="Moscow"))
    assert "admins of this group" in said
    assert await office.chat(-100) == before
    assert await office.services.chats.topics(before.id) == ()


async def test_a_language_without_sources_is_said(office: Office) -> None:
    await office.newsroom.story("Talks in Moscow", "They spoke for four hours about trade.")
    assert "no article in: German" in html(await office.press("c:set_news:de"))
