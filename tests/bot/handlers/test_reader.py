"""What a reader writes and presses, and what comes of it."""

from datetime import time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from news.audience import ChatStatus, DeliveryKind, Length, Mute, MuteKind
from tests import make
from tests.bot.office import OWNER, READER, STRANGER, Office, data, html, labels

TALKS = "Vladimir Putin and Xi Jinping met in Moscow. They spoke for four hours about trade between Russia and China."


@pytest.fixture
def office() -> Office:
    return Office()


async def test_start_offers_a_digest_and_accepting_it_subscribes(office: Office) -> None:
    greeting = await office.say("/start")
    assert {"b:ok", "b:zone", "b:time", "b:pick"} <= set(data(greeting))
    assert (await office.chat(READER)).status is ChatStatus.NEW
    done = await office.press("b:ok")
    assert "08:00" in html(done)
    chat = await office.chat(READER)
    assert (chat.status, chat.settled) == (ChatStatus.ACTIVE, True)
    assert chat.next_due_at is not None


async def test_zone_and_time_by_buttons_and_by_typing(office: Office) -> None:
    await office.say("/start")
    await office.press("b:zone")
    await office.say("munich")
    assert (await office.chat(READER)).timetable.zone == "Europe/Berlin"
    await office.press("b:tset:0715")
    assert (await office.chat(READER)).timetable.times == (time(7, 15),)
    await office.say("/subscribe 19:00 6:30 Tokyo")
    timetable = (await office.chat(READER)).timetable
    assert (timetable.zone, timetable.times) == ("Asia/Tokyo", (time(6, 30), time(19)))


async def test_a_place_alone_keeps_the_times_and_can_be_taken_back(office: Office) -> None:
    await office.say("/subscribe 19:00 Tokyo")
    assert "c:undo" in data(await office.say("/subscribe Rio de Janeiro"))
    timetable = (await office.chat(READER)).timetable
    assert (timetable.zone, timetable.times) == ("America/Sao_Paulo", (time(19),))
    assert "c:undo" in data(await office.say("/timezone Berlin"))
    await office.press("c:undo")
    assert (await office.chat(READER)).timetable.zone == "America/Sao_Paulo"


async def test_days_in_a_row_are_told_as_a_span(office: Office) -> None:
    await office.press("c:set_day:6")
    assert "Days: Mon–Sat" in labels(await office.say("/settings"))
    await office.press("c:set_day:2")
    assert "Days: Mon, Tue, Thu, Fri, and Sat" in labels(await office.say("/settings"))


async def test_a_city_is_waited_for_only_until_something_else_is_chosen(office: Office) -> None:
    await office.say("/start")
    await office.press("b:zone")
    await office.say("/help")
    before = (await office.chat(READER)).timetable.zone
    assert "zone" not in html(await office.say("Berlin")).lower()
    assert (await office.chat(READER)).timetable.zone == before


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/subscribe 25:00", "do not understand that time"),
        ("/subscribe 8:00 Atlantis", "do not know that place"),
        ("/subscribe 8:00 UTC+3", "summer time"),
        ("/topic", "What would you like to know"),
        ("/topic x", "One letter"),
        ("🙂🙂", "no word"),
        ("what happened today?", "Name a topic"),
        ("/unfollow nothing", "follow nothing yet"),
        ("/subscribe qqqqq", "do not understand that time"),
        ("/subscribe +3", "summer time"),
        ("/subscribe Berln", "Did you mean Europe/Berlin, Europe/Zurich, or"),
        ("Hello!", "/help shows"),
        ("спасибо", "/help shows"),
        ("/unsubscribe", "no digest to stop"),
        ("/addsource https://example.org", "for the bot's admins"),
        ("/topik Russia", "Did you mean /topic?"),
        ("/qqqqqqqqqq", "/help"),
        ("/timezone <b>", "do not know that place"),
        ("/timezone Berln", "Did you mean Europe/Berlin"),
        ("/unmute nothing", "is not muted"),
        ("/summarize", "Which page?"),
        ("/cancel", "/help"),
        ("/lang", "Which language"),
    ],
)
async def test_what_cannot_be_done_is_said(office: Office, typed: str, told: str) -> None:
    assert told in html(await office.say(typed))


async def test_a_question_is_answered_and_nothing_is_invented(office: Office) -> None:
    await office.newsroom.story("Talks in Moscow", TALKS)
    answer = await office.say("Russia–China relations")
    assert "They spoke for four hours" in html(answer)
    assert "https://example.com/1" in html(answer)
    assert "they spoke" not in html(await office.say("volcanoes of Peru")).lower()


@pytest.mark.parametrize(
    ("lang", "greets", "zone"),
    [
        ("ru", "Byline</b> читает", "Europe/Moscow"),
        ("ar", "Byline</b> يقرأ", "Africa/Cairo"),
        ("zh-hans", "替您", "Asia/Shanghai"),
    ],
)
async def test_a_newcomer_is_spoken_to_in_the_clients_language(
    office: Office, lang: str, greets: str, zone: str
) -> None:
    greeting = html(await office.say("/start", lang=lang))
    assert greets in greeting
    assert zone in greeting


async def test_the_language_is_changed_by_a_button(office: Office) -> None:
    await office.say("/start")
    assert "Einstellungen" in html(await office.press("c:set_lang:de"))
    assert "Einstellungen" in html(await office.say("/settings"))
    assert "Settings" in html(await office.press("c:undo"))


async def test_the_language_is_changed_by_its_name_or_code(office: Office) -> None:
    for said, lang in (("/language ru", "ru"), ("/lang Deutsch", "de"), ("/language Arabisch", "ar")):
        await office.say(said)
        assert (await office.chat(READER)).language == lang
    assert "Español" in labels(await office.say("/language klingon"))


async def test_a_feed_is_met_with_its_articles_to_choose_from(office: Office) -> None:
    feed = "https://example.org/feed.xml"
    office.reader.pages[feed] = tuple(make.document(title=f"Story {n}", url=f"https://example.org/{n}") for n in "123")
    said = html(await office.say(feed))
    assert "list of articles" in said
    assert '<a href="https://example.org/1">Story 1</a>' in said


async def test_a_follow_up_keeps_the_topic(office: Office) -> None:
    await office.newsroom.story("Talks in Moscow", TALKS)
    await office.say("Putin Xi")
    assert "<b>Putin Xi trade</b>" in html(await office.say("and trade?".rstrip("?")))
    office.now += timedelta(hours=1)
    assert "<b>and trade</b>" in html(await office.say("and trade"))


async def test_too_many_questions_are_met_with_a_wait(office: Office) -> None:
    for _ in range(12):
        assert "wait" not in html(await office.say("volcanoes"))
    assert "wait" in html(await office.say("volcanoes"))
    office.now += timedelta(minutes=2)
    assert "wait" not in html(await office.say("volcanoes"))


async def test_topics_are_followed_and_left(office: Office) -> None:
    assert "semiconductors" in html(await office.say("/follow semiconductors"))
    [topic] = await office.services.chats.topics((await office.chat(READER)).id)
    assert f"c:unfollow:{topic.id}" in data(await office.say("/topics"))
    assert "no longer" in html(await office.say("/unfollow Semiconductors"))
    await office.press("b:follow:1")
    await office.press("b:follow:2")
    await office.press("b:follow:1")
    assert len(await office.services.chats.topics((await office.chat(READER)).id)) == 1


async def test_a_topic_is_left_by_its_number_in_the_list(office: Office) -> None:
    for topic in ("chips", "trade", "floods"):
        await office.say(f"/follow {topic}")
    await office.say("/unfollow chips")
    assert "1. trade: in the digest" in labels(await office.say("/topics"))
    assert "<b>floods</b>" in html(await office.say("/unfollow 2"))
    assert "1. trade: in the digest" in labels(await office.say("/unfollow 9"))
    assert [topic.query for topic in await office.services.chats.topics((await office.chat(READER)).id)] == ["trade"]


async def test_who_follows_without_a_digest_is_told_and_can_begin_one(office: Office) -> None:
    for said in (await office.say("/follow chips"), await office.say("/topics"), await office.press("b:pick")):
        assert "No digest is switched on here yet" in html(said)
        assert "b:ok" in data(said)
    await office.press("b:ok")
    for said in (await office.say("/follow ships"), await office.say("/topics"), await office.press("c:topics")):
        assert "No digest" not in html(said)


async def test_pushes_alone_come_without_a_digest_and_can_be_stopped(office: Office) -> None:
    await office.say("/follow chips")
    [topic] = await office.services.chats.topics((await office.chat(READER)).id)
    assert "No digest" not in html(await office.press(f"c:mode:{topic.id}"))
    assert (await office.chat(READER)).is_called(office.now)
    assert "nothing at once" in html(await office.say("/unsubscribe"))
    assert not (await office.chat(READER)).is_called(office.now)
    stopped = await office.say("/topics")
    assert "My messages are stopped here" in html(stopped)
    await office.press("c:subscribe")
    assert "stopped" not in html(await office.say("/topics"))


async def test_a_pause_of_who_had_no_digest_begins_none_afterwards(office: Office) -> None:
    await office.say("/follow chips")
    [topic] = await office.services.chats.topics((await office.chat(READER)).id)
    await office.press(f"c:mode:{topic.id}")
    await office.say("/pause 3")
    assert not (await office.chat(READER)).is_called(office.now)
    assert "nothing comes before, not even at once" in html(await office.say("/topics"))
    office.now += timedelta(days=4)
    chat = await office.chat(READER)
    assert (chat.status, chat.next_due_at) == (ChatStatus.NEW, None)
    assert chat.is_called(office.now)
    assert "No digests are sent" in html(await office.say("/settings"))


async def test_after_a_pause_the_settings_name_the_next_digest(office: Office) -> None:
    await office.press("b:ok")
    await office.say("/pause 3")
    assert "paused until" in html(await office.say("/settings"))
    office.now += timedelta(days=3, minutes=1)
    assert "Next digest" in html(await office.say("/settings")), "it comes with its slot"


async def test_a_pause_and_a_cap_of_zero_are_told_with_the_topics(office: Office) -> None:
    await office.press("b:ok")
    await office.say("/follow chips")
    [topic] = await office.services.chats.topics((await office.chat(READER)).id)
    await office.press(f"c:mode:{topic.id}")
    await office.say("/pause 3")
    paused = await office.say("/topics")
    assert "nothing comes before, not even at once" in html(paused)
    await office.press("c:subscribe")
    while (await office.chat(READER)).pushes_per_day:
        await office.press("c:pushes")
    assert "Pushes a day are set to 0" in html(await office.press("c:topics"))


async def test_mutes_and_their_undo(office: Office) -> None:
    await office.say("/mute football")
    await office.say("/mute example.org")
    assert (await office.chat(READER)).mutes == (
        Mute(MuteKind.WORD, "football"),
        Mute(MuteKind.PUBLISHER, "example.org"),
    )
    await office.press("c:undo")
    assert (await office.chat(READER)).mutes == (Mute(MuteKind.WORD, "football"),)
    await office.say("/unmute Football")
    assert (await office.chat(READER)).mutes == ()


async def test_every_setting_changes_and_can_be_taken_back(office: Office) -> None:
    await office.say("/start")
    for pressed, field, value in (
        ("c:set_length:long", "length", Length.LONG),
        ("c:silent", "silent", True),
        ("c:previews", "previews", True),
        ("c:pushes", "pushes_per_day", 5),
        ("c:set_news:de", "news_languages", ("de",)),
    ):
        before = getattr(await office.chat(READER), field)
        await office.press(pressed)
        assert getattr(await office.chat(READER), field) == value
        await office.press("c:undo")
        assert getattr(await office.chat(READER), field) == before
    await office.press("c:set_day:6")
    assert (await office.chat(READER)).timetable.weekdays == frozenset(range(6))


async def test_the_digest_goes_through_the_outbox(office: Office) -> None:
    await office.newsroom.story("Talks in Moscow", TALKS)
    assert await office.say("/digest") == []
    chat = await office.chat(READER)
    async with office.newsroom.open_unit() as unit:
        [row] = await unit.deliveries.claim(office.now, lease=timedelta(minutes=1), limit=10)
    assert (row.chat_id, row.kind) == (chat.id, DeliveryKind.DIGEST)
    assert "Talks in Moscow" in row.message.html
    assert "on its way" in html(await office.say("/digest"))


async def test_a_story_is_rated_and_muted(office: Office) -> None:
    story = await office.newsroom.story("Talks in Moscow", TALKS)
    await office.press(f"s:up:{story}")
    chat = await office.chat(READER)
    async with office.newsroom.open_unit(readonly=True) as unit:
        assert await unit.chats.ratings(chat.id) == {story: 1}
    await office.press(f"s:mute:{story}")
    assert (await office.chat(READER)).mutes == (Mute(MuteKind.STORY, str(story)),)
    assert labels(await office.say("/mute")) == ["✕ Talks in Moscow"]
    assert "✕ Talks in Moscow" in labels(await office.press("c:mutes"))


async def test_own_data_is_given_and_deleted_only_by_who_asked(office: Office) -> None:
    await office.say("/start")
    [file] = await office.say("/export")
    assert file.message.attachment is not None
    asked = await office.say("/delete", chat=-100, user=OWNER)
    assert f"a:delete:{OWNER}" in data(asked)
    office.group_admins.add(STRANGER)
    assert "too old" in html(await office.press(f"a:delete:{OWNER}", user=STRANGER, chat=-100))
    await office.chat(-100)
    await office.press(f"a:delete:{OWNER}", user=OWNER, chat=-100)
    async with office.newsroom.open_unit(readonly=True) as unit:
        assert len(await unit.chats.all()) == 1


async def test_a_group_hears_only_commands_and_mentions(office: Office) -> None:
    await office.newsroom.story("Talks in Moscow", TALKS)
    assert await office.say("Russia–China relations", chat=-100) == []
    assert "four hours" in html(await office.say("@byline_bot Russia–China relations", chat=-100))
    assert await office.say("/topic@other_bot Russia", chat=-100) == []
    assert "admins of this group" in html(await office.say("/subscribe 08:00 Berlin", chat=-100))
    office.group_admins.add(READER)
    assert "08:00" in html(await office.say("/subscribe 08:00 Berlin", chat=-100))


async def test_words_of_people_and_articles_are_never_markup(office: Office) -> None:
    await office.newsroom.story("<b>Bold</b> & <a href='x'>link</a>", "Peru reported <i>volcano</i> activity & ash.")
    for typed in ("/follow <script>alert</script> x", "/mute <b>x", "volcano Peru", "/latest"):
        said = html(await office.say(typed))
        assert "<script>" not in said
        assert "<i>volcano" not in said
        assert "<a href='x'>" not in said


BUTTONS = st.sampled_from(
    [
        "b:ok",
        "b:zone",
        "b:time",
        "b:zset:Europe/Berlin",
        "b:tset:0800",
        "b:pick",
        "b:follow:3",
        "b:try:3",
        "b:follow:99",
        "c:open",
        "c:times",
        "c:days",
        "c:zone",
        "c:length",
        "c:language",
        "c:news_langs",
        "c:topics",
        "c:mutes",
        "c:pause",
        "c:pushes",
        "c:empty",
        "c:silent",
        "c:previews",
        "c:unsubscribe",
        "c:subscribe",
        "c:undo",
        "c:set_time:2500",
        "c:set_time:0900",
        "c:set_day:9",
        "c:set_day:2",
        "c:set_zone:Nowhere",
        "c:set_lang:ru",
        "c:set_pause:x",
        "c:set_pause:3",
        "c:unfollow:7",
        "c:unmute:4",
        "c:unmute:0",
        "s:card:99",
        "s:up:1",
        "s:mute:1",
        "t:ask:7",
        "t:more:30",
        "t:time:1",
        "t:up:30",
        "t:follow:7",
        "d:set",
        "a:keep",
        "a:delete:9",
        "f:card:1",
        "zz",
        "q:x",
        "::",
        "c:bogus",
    ]
)
WORDS = st.sampled_from(
    [
        "/start",
        "/help",
        "/latest",
        "/digest",
        "/topics",
        "/settings",
        "/mute x",
        "/pause 2",
        "/resume",
        "/stop",
        "/why x",
        "Moscow",
        "and China?",
        "x",
        "/subscribe 9",
        "/search talks",
        "/sources",
        "/id",
        "/privacy",
        "https://x.example/",
    ]
)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), BUTTONS, WORDS, st.sampled_from([READER, OWNER])), max_size=12))
async def test_any_taps_and_texts_end_in_no_unhandled_error(steps: list[tuple[bool, str, str, int]]) -> None:
    office = Office()
    await office.newsroom.story("Talks in Moscow", TALKS)
    for taps, button, words, user in steps:
        office.now += timedelta(seconds=20)
        said = html(await (office.press(button, user, bold="Moscow") if taps else office.say(words, user)))
        assert "Something went wrong" not in said, (button if taps else words, said)
