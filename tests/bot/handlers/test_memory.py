"""What is remembered between two messages: it outlives a restart, ends by itself, and is the chat's own."""

from datetime import time, timedelta

import pytest

from bot.desk import Place
from bot.memory import CITY_EXPECTED, DRAFT_KEPT, UNDO_KEPT
from news.audience import Address, ChatKind
from tests.bot.office import GROUP, OWNER, READER, STRANGER, Office, data, html

CHANNEL = -1001
TALKS = "Vladimir Putin and Xi Jinping met in Moscow. They spoke for four hours about trade between Russia and China."


@pytest.fixture
async def office() -> Office:
    made = Office()
    await made.newsroom.story("Talks in Moscow", TALKS)
    await made.say("/start")
    return made


async def zone(office: Office, number: int = READER) -> str:
    return (await office.chat(number)).timetable.zone


async def test_a_change_is_taken_back_after_a_restart(office: Office) -> None:
    await office.press("c:set_time:1900")
    office.restart()
    assert "c:undo" in data(await office.press("c:times"))
    await office.press("c:undo")
    assert (await office.chat(READER)).timetable.times == (time(8),)
    assert "nothing to take back" in html(await office.press("c:undo"))


async def test_a_topic_and_its_way_to_come_are_taken_back(office: Office) -> None:
    await office.say("/follow chips")
    [topic] = await office.services.chats.topics((await office.chat(READER)).id)
    await office.press(f"c:mode:{topic.id}")
    await office.press("c:undo")
    [again] = await office.services.chats.topics(topic.chat_id)
    assert again.mode is topic.mode
    assert "c:undo" in data(await office.say("/unfollow chips"))
    await office.press("c:undo")
    assert [each.query for each in await office.services.chats.topics(topic.chat_id)] == ["chips"]


async def test_a_change_of_the_day_before_yesterday_stays(office: Office) -> None:
    await office.press("c:set_time:1900")
    office.now += UNDO_KEPT
    assert "c:undo" not in data(await office.press("c:times"))
    assert "nothing to take back" in html(await office.press("c:undo"))


@pytest.mark.parametrize("said", ["/resume", "/unmute golf", "/mute golf", "/pause 3"])
async def test_what_a_command_changes_can_be_taken_back(office: Office, said: str) -> None:
    await office.say("/mute golf")
    before = await office.chat(READER)
    if "c:undo" in data(await office.say(said)):
        await office.press("c:undo")
    assert await office.chat(READER) == before


async def test_a_follow_up_keeps_its_topic_after_a_restart_for_as_long_as_was_set(office: Office) -> None:
    await office.say("Russia China")
    office.restart()
    assert "Russia China trade" in html(await office.say("and trade"))
    office.now += timedelta(minutes=10)
    assert "Russia China" not in html(await office.say("and trade"))


async def test_no_question_is_kept_where_none_may_be() -> None:
    office = Office(keep_question_s=0)
    await office.newsroom.story("Talks in Moscow", TALKS)
    await office.say("Russia China")
    assert "Russia China" not in html(await office.say("and trade"))
    assert "are not kept" in html(await office.say("/privacy"))
    async with office.newsroom.open_unit(readonly=True) as unit:
        assert "question" not in await unit.notes.of_chat((await office.chat(READER)).id)


async def test_privacy_tells_for_how_long_a_question_is_kept(office: Office) -> None:
    assert "is kept for 10 minutes" in html(await office.say("/privacy"))
    await office.say("Russia China")
    office.now += timedelta(minutes=10)
    assert await office.services.retention.tidy(office.now) == 1
    exported = (await office.services.chats.export((await office.chat(READER)).id))["notes"]
    assert "question" not in exported


async def test_a_broadcast_waits_for_its_authors_yes_through_a_restart(office: Office) -> None:
    shown = await office.say("/broadcast Hello", OWNER)
    yes, no = data(shown)
    office.restart()
    assert "too old" in html(await office.press(yes, OWNER, chat=GROUP)), "it was shown in another chat"
    assert "for the bot's admins" in html(await office.press(yes, READER))
    assert "on its way" in html(await office.press(yes, OWNER))
    assert "too old" in html(await office.press(yes, OWNER))
    assert "too old" in html(await office.press(no, OWNER))
    assert {row.message.html for row in await office.outbox()} == {"Hello"}


async def test_a_broadcast_of_yesterday_is_not_sent(office: Office) -> None:
    yes = data(await office.say("/broadcast Hello", OWNER))[0]
    office.now += DRAFT_KEPT
    assert "too old" in html(await office.press(yes, OWNER))
    assert await office.outbox() == []


async def test_a_typed_city_is_the_channels_whose_zone_was_asked_for(office: Office) -> None:
    office.places["@our_news"] = Place(CHANNEL, ChatKind.CHANNEL, "Ours", may_post=True)
    office.group_admins.add(READER)
    await office.say("/manage @our_news")
    chat = await office.services.chats.get(Address(CHANNEL))
    assert chat is not None
    await office.press(f"m:zone:{chat.id}:c")
    office.restart()
    told = await office.say("Tokyo")
    assert "Changes are for <b>Ours</b>" in html(told)
    assert {each.address.telegram_id for each in told} == {READER}
    assert (await zone(office, CHANNEL), await zone(office)) == ("Asia/Tokyo", "UTC")
    await office.press(f"m:zone:{chat.id}:c")
    office.group_admins.clear()
    assert "Only admins" in html(await office.say("Berlin")), "who leads it no more changes nothing"
    assert await zone(office, CHANNEL) == "Asia/Tokyo"


async def test_an_unknown_city_may_be_typed_again_and_a_sentence_is_a_question(office: Office) -> None:
    await office.press("b:zone")
    assert "do not know that place" in html(await office.say("Atlantis"))
    await office.say("Tokyo")
    assert await zone(office) == "Asia/Tokyo"
    await office.press("b:zone")
    assert "Moscow" in html(await office.say("what did Russia and China say"))
    await office.press("b:zone")
    office.now += CITY_EXPECTED
    await office.say("Berlin")
    assert await zone(office) == "Asia/Tokyo"


async def test_in_a_group_a_city_is_written_as_a_command(office: Office) -> None:
    office.group_admins.add(READER)
    assert "/timezone Berlin" in html(await office.say("/timezone", chat=GROUP))
    assert "/timezone Berlin" in html(await office.press("c:zone", chat=GROUP))
    assert "type a city" in html(await office.press("c:zone"))


async def test_the_invited_lose_their_invitation_with_their_data() -> None:
    office = Office(access="private")
    link = html(await office.say("/invite", OWNER))
    await office.say(f"/start {link.partition('?start=')[2].split()[0]}", STRANGER)
    asked = await office.say("/delete", STRANGER)
    assert "invitation" in html(asked)
    assert "invitation" in html(await office.press(data(asked)[0], STRANGER))
    assert "private" in html(await office.say("/help", STRANGER))
    await office.say(f"/ban {STRANGER}", OWNER)
    await office.press(f"a:delete:{STRANGER}", STRANGER)
    async with office.newsroom.open_unit(readonly=True) as unit:
        assert await unit.chats.person(STRANGER) is not None, "a ban is not undone by deleting one's data"
