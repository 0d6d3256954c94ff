"""Composing: who is due gets what is new to them, once, in one commit."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from news.aliases import AliasGroup, AliasTable
from news.audience import (
    Chat,
    ChatStatus,
    Digest,
    Length,
    Mute,
    MuteKind,
    Part,
    StoryStatus,
    Timetable,
    TopicMode,
    WhenEmpty,
)
from news.digests import ComposeReport, DigestService
from news.errors import BadRequest
from news.ids import ChatId
from tests import make
from tests.fakes.models import FakeEmbedder
from tests.newsroom import Newsroom, read_query, render

NOON = Timetable(times=(time(12, 0),))
DAY = timedelta(days=1)
ALIASES = AliasTable(
    (
        AliasGroup("RU", ("Russia", "Russian"), ("Moscow",), ("Putin",)),
        AliasGroup("CN", ("China", "Chinese"), ("Beijing",), ("Xi",)),
    )
)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def digests(newsroom: Newsroom, embedder: FakeEmbedder) -> DigestService:
    return DigestService(newsroom.open_unit, embedder, make.PUBLISHERS, ALIASES, render, read_query)


async def several(newsroom: Newsroom, count: int, **changes: object) -> None:
    for number in range(count):
        publisher = changes.get("publisher", f"outlet{number}.com")
        await newsroom.story(
            f"Event {number} happens in town {number}", f"Fact {number} of it.", **{**changes, "publisher": publisher}
        )


async def test_a_due_chat_gets_rows_and_its_next_slot_in_one_commit(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 3)
    chat = await newsroom.chat(timetable=NOON)
    before = newsroom.database.commits
    report = await digests.compose(make.NOW)
    assert (report.chats, report.deliveries, report.failed) == (1, 1, ())
    assert newsroom.database.commits == before + 1
    [row] = newsroom.database.tables.outbox.deliveries.values()
    assert row.key == "digest:2023-03-21:12:00"
    assert len(row.stories) == 3
    assert newsroom.database.tables.outbox.chats[chat.id].next_due_at == make.NOW + DAY


async def test_a_second_tick_writes_nothing(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 3)
    await newsroom.chat(timetable=NOON)
    await digests.compose(make.NOW)
    assert await digests.compose(make.NOW) == ComposeReport()


async def test_what_was_told_is_not_told_again(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 3)
    chat = await newsroom.chat(timetable=NOON)
    await digests.compose(make.NOW)
    await newsroom.send_all(make.NOW)
    _, digest, _ = await digests.preview(make.NOW + timedelta(hours=6), chat.id)
    assert digest.stories == ()


async def test_parts_not_yet_sent_count_as_told(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 3)
    chat = await newsroom.chat(timetable=NOON)
    await digests.compose(make.NOW)
    _, digest, _ = await digests.preview(make.NOW + timedelta(hours=6), chat.id)
    assert digest.stories == ()


async def test_an_update_leads_with_what_is_new(newsroom: Newsroom, digests: DigestService) -> None:
    story_id = await newsroom.story("Ship sinks off the coast", "A ship sank on Monday. Ten people were aboard.")
    chat = await newsroom.chat(timetable=NOON)
    await digests.compose(make.NOW)
    await newsroom.send_all(make.NOW)
    later = make.NOW + timedelta(hours=3)
    await newsroom.join(
        story_id,
        "All ten rescued from sunken ship",
        "All ten were rescued by Tuesday noon.",
        new=True,
        published_at=later,
    )
    _, digest, _ = await digests.preview(make.NOW + timedelta(hours=6), chat.id)
    [card] = digest.stories
    assert (card.status, card.version, card.told_at) == (StoryStatus.UPDATE, 2, make.NOW)
    assert [sentence.text for sentence in card.sentences] == ["All ten were rescued by Tuesday noon."]


async def test_a_story_that_goes_on_without_news_is_a_line(newsroom: Newsroom, digests: DigestService) -> None:
    story_id = await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    chat = await newsroom.chat(timetable=NOON)
    await digests.compose(make.NOW)
    await newsroom.send_all(make.NOW)
    await newsroom.join(
        story_id, "Ship sank on Monday", "A ship sank on Monday.", new=False, published_at=make.NOW + timedelta(hours=1)
    )
    _, digest, _ = await digests.preview(make.NOW + timedelta(hours=6), chat.id)
    assert digest.stories == ()
    assert [card.status for card in digest.still] == [StoryStatus.STILL]


@pytest.mark.parametrize(("length", "expected"), [(Length.SHORT, 5), (Length.NORMAL, 8), (Length.LONG, 12)])
async def test_length(newsroom: Newsroom, digests: DigestService, length: Length, expected: int) -> None:
    await several(newsroom, 15)
    chat = await newsroom.chat(timetable=NOON, length=length)
    _, digest, _ = await digests.preview(make.NOW, chat.id)
    assert len(digest.stories) == expected


async def test_while_the_models_are_down_followed_topics_are_found_by_words(newsroom: Newsroom) -> None:
    await several(newsroom, 3)
    ours = await newsroom.story("Russia and China sign gas deal", "Russia and China agreed.", publisher="tass.com")
    chat = await newsroom.chat(timetable=NOON)
    async with newsroom.open_unit() as unit:
        await unit.chats.follow(chat.id, "Russia China", TopicMode.DIGEST, make.NOW)
        await unit.commit()
    down = FakeEmbedder(fails_on="Russia")
    service = DigestService(newsroom.open_unit, down, make.PUBLISHERS, ALIASES, render, read_query)
    _, digest, _ = await service.preview(make.NOW, chat.id)
    assert [card.story_id for card in digest.stories if card.topic == "Russia China"] == [ours]
    assert down.batches == [1]


async def test_a_followed_topic_is_a_section_and_a_quiet_one_is_named(
    newsroom: Newsroom, digests: DigestService, embedder: FakeEmbedder
) -> None:
    await several(newsroom, 9)
    ours = await newsroom.story(
        "Moscow and Beijing sign gas deal", "Russia and China agreed on gas.", publisher="tass.com"
    )
    chat = await newsroom.chat(timetable=NOON)
    async with newsroom.open_unit() as unit:
        await unit.chats.follow(chat.id, "Russia China", TopicMode.DIGEST, make.NOW)
        await unit.chats.follow(chat.id, "semiconductors", TopicMode.DIGEST, make.NOW)
        await unit.commit()
    _, digest, _ = await digests.preview(make.NOW, chat.id)
    assert [card.story_id for card in digest.stories if card.topic == "Russia China"] == [ours]
    assert digest.quiet_topics == (("semiconductors", None),)
    assert embedder.batches == [2]
    await digests.preview(make.NOW, chat.id)
    assert embedder.batches == [2], "vectors of followed queries are kept"


async def test_when_nothing_is_new_a_line_or_nothing(newsroom: Newsroom, digests: DigestService) -> None:
    quiet = await newsroom.chat(timetable=NOON, when_empty=WhenEmpty.NOTHING)
    spoken = await newsroom.chat(timetable=NOON, when_empty=WhenEmpty.LINE, number=1002)
    report = await digests.compose(make.NOW)
    assert (report.chats, report.deliveries, report.empty) == (2, 1, 1)
    tables = newsroom.database.tables.outbox
    assert {row.chat_id for row in tables.deliveries.values()} == {spoken.id}
    assert tables.chats[quiet.id].next_due_at == make.NOW + DAY


async def test_a_late_digest_says_so_and_one_too_late_is_left_out(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 1)
    await newsroom.chat(timetable=NOON)
    late = make.NOW + timedelta(hours=5)
    service = DigestService(
        newsroom.open_unit,
        FakeEmbedder(),
        make.PUBLISHERS,
        ALIASES,
        lambda digest, chat: replace_text(render(digest, chat), str(digest.late_since)),
        read_query,
    )
    await service.compose(late)
    [row] = newsroom.database.tables.outbox.deliveries.values()
    assert row.message.html == str(make.NOW)
    other = Newsroom()
    await several(other, 1)
    await other.chat(timetable=NOON)
    gone = DigestService(other.open_unit, FakeEmbedder(), make.PUBLISHERS, ALIASES, render, read_query)
    report = await gone.compose(make.NOW + timedelta(hours=7))
    assert (report.chats, report.deliveries) == (1, 0)


def replace_text(parts: tuple[Part, ...], text: str) -> tuple[Part, ...]:
    return tuple(replace(part, message=replace(part.message, html=text)) for part in parts)


async def test_a_chat_with_an_unknown_zone_does_not_hold_up_the_others(
    newsroom: Newsroom, digests: DigestService
) -> None:
    await several(newsroom, 1)
    broken = await newsroom.chat(timetable=Timetable(zone="Mars/Olympus"))
    await newsroom.chat(timetable=NOON, number=1002)
    report = await digests.compose(make.NOW)
    assert report.failed == (broken.id,)
    assert report.deliveries == 1


async def test_a_pause_that_is_over_ends(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 1)
    chat = await newsroom.chat(timetable=NOON)
    async with newsroom.open_unit() as unit:
        await unit.chats.save(replace(chat, status=ChatStatus.PAUSED, paused_until=make.NOW - timedelta(hours=1)))
        await unit.commit()
    report = await digests.compose(make.NOW)
    assert report.deliveries == 1
    assert newsroom.database.tables.outbox.chats[chat.id].status is ChatStatus.ACTIVE


async def test_all_due_chats_are_taken_in_batches(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 2)
    for number in range(25):
        await newsroom.chat(timetable=NOON, number=number)
    seen: list[int] = []
    report = await digests.compose(make.NOW, limit=10, progress=lambda _stage, done, _all: seen.append(done))
    assert (report.chats, report.deliveries) == (25, 25)
    assert seen == [10, 20, 25]


@pytest.mark.parametrize(
    "mute",
    [
        Mute(MuteKind.WORD, "SHIP"),
        Mute(MuteKind.PUBLISHER, "TASS"),
        Mute(MuteKind.TOPIC, "ship coast"),
        Mute(MuteKind.STORY, "1"),
        Mute(MuteKind.SOURCE, "1"),
    ],
)
async def test_mutes(newsroom: Newsroom, digests: DigestService, mute: Mute) -> None:
    await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.", publisher="tass.com")
    chat = await newsroom.chat(timetable=NOON)
    assert len((await digests.preview(make.NOW, chat.id))[1].stories) == 1
    async with newsroom.open_unit() as unit:
        await unit.chats.save(replace(chat, mutes=(mute,)))
        await unit.commit()
    assert (await digests.preview(make.NOW, chat.id))[1].stories == ()


async def test_a_muted_publisher_leaves_the_others_of_a_story(newsroom: Newsroom, digests: DigestService) -> None:
    story_id = await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.", publisher="tass.com")
    await newsroom.join(story_id, "Ship goes down off coast", "The ship is lost.", new=False, publisher="bbc.co.uk")
    chat = await newsroom.chat(timetable=NOON, mutes=(Mute(MuteKind.PUBLISHER, "tass.com"),))
    _, digest, _ = await digests.preview(make.NOW, chat.id)
    [card] = digest.stories
    assert {ref.publisher for ref in card.sources} == {"BBC"}
    assert card.outlets == 1


async def test_news_of_a_muted_publisher_is_no_update(newsroom: Newsroom, digests: DigestService) -> None:
    story = await newsroom.story("Talks in Moscow", "They met on Monday.", publisher="bbc.co.uk")
    chat = await newsroom.chat(timetable=NOON, mutes=(Mute(MuteKind.PUBLISHER, "tass.com"),))
    await digests.compose(make.NOW)
    await newsroom.send_all(make.NOW)
    later = make.NOW + DAY
    await newsroom.join(
        story, "Talks go on", "They signed a treaty.", new=True, publisher="tass.com", published_at=later
    )
    _, digest, _ = await digests.preview(later, chat.id)
    assert digest.stories == ()
    assert [card.story_id for card in digest.still] == [story]


@pytest.mark.parametrize(("rating", "told"), [(-1, False), (0, True), (1, True)])
async def test_a_thumb_down_keeps_a_story_away(
    newsroom: Newsroom, digests: DigestService, rating: int, told: bool
) -> None:
    story = await newsroom.story("Talks in Moscow", "They met on Monday.")
    chat = await newsroom.chat(timetable=NOON)
    async with newsroom.open_unit() as unit:
        await unit.chats.rate(chat.id, story, rating, make.NOW)
        await unit.commit()
    _, digest, _ = await digests.preview(make.NOW, chat.id)
    assert bool(digest.stories) is told


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Talks in Moscow today"), ("ru", "Переговоры в Москве сегодня")]
)
async def test_a_story_of_several_languages_is_told_in_the_readers(
    newsroom: Newsroom, digests: DigestService, language: str, title: str
) -> None:
    story = await newsroom.story("Talks in Moscow today", "They met on Monday in Moscow.", publisher="bbc.co.uk")
    await newsroom.join(
        story, "Переговоры в Москве сегодня", "Встреча прошла в Москве.", new=False, publisher="tass.com", lang="ru"
    )
    chat = await newsroom.chat(timetable=NOON, language=language)
    _, digest, _ = await digests.preview(make.NOW, chat.id)
    assert [card.title for card in digest.stories] == [title]


async def test_only_languages_that_are_read(newsroom: Newsroom, digests: DigestService) -> None:
    await newsroom.story("Корабль затонул у берега", "Корабль затонул.", lang="ru")
    english = await newsroom.story("Ship sinks off the coast", "A ship sank on Monday.")
    chat = await newsroom.chat(timetable=NOON, news_languages=("en",))
    _, digest, _ = await digests.preview(make.NOW, chat.id)
    assert [card.story_id for card in digest.stories] == [english]


async def test_compose_now_is_once_a_minute(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 2)
    chat = await newsroom.chat(timetable=NOON)
    at = make.NOW + timedelta(minutes=7, seconds=20)
    digest = await digests.compose_now(chat.id, at)
    assert digest is not None
    assert digest.slot.key == "digest:2023-03-21:12:07"
    assert await digests.compose_now(chat.id, at + timedelta(seconds=30)) is None


async def test_preview_writes_nothing_and_has_a_default_reader(newsroom: Newsroom, digests: DigestService) -> None:
    await several(newsroom, 2)
    before = newsroom.database.commits
    chat, digest, parts = await digests.preview(make.NOW)
    assert (chat.timetable.zone, len(digest.stories), len(parts)) == ("UTC", 2, 1)
    assert newsroom.database.commits == before


async def test_an_unknown_chat_is_a_bad_request(digests: DigestService) -> None:
    with pytest.raises(BadRequest, match="no chat 9"):
        await digests.compose_now(ChatId(9), make.NOW)


async def test_ten_days_of_digests_repeat_nothing(newsroom: Newsroom, digests: DigestService) -> None:
    """Nothing is told twice in the same version, and every version of a fresh story is told once."""
    await newsroom.chat(timetable=NOON, length=Length.LONG)
    for day in range(10):
        at = make.NOW + day * DAY - timedelta(hours=2)
        story_id = await newsroom.story(f"Event of day {day} in town", f"Fact {day} is known.", published_at=at)
        await digests.compose(make.NOW + day * DAY)
        await newsroom.send_all(make.NOW + day * DAY)
        if day % 2:
            await newsroom.join(
                story_id, f"More of day {day}", f"Number {day} rose.", new=True, published_at=at + timedelta(hours=4)
            )
    told = [story for row in newsroom.database.tables.outbox.deliveries.values() for story in row.stories]
    assert len(told) == len(set(told))
    assert len(told) == 10 + 4  # the update of the last day comes after the last digest


async def test_equal_digests_are_rendered_once(newsroom: Newsroom) -> None:
    rendered: list[int] = []

    def counting(digest: Digest, chat: Chat) -> tuple[Part, ...]:
        rendered.append(chat.id)
        return render(digest, chat)

    await several(newsroom, 5)
    for number in range(20):
        await newsroom.chat(timetable=NOON, number=number, silent=number % 2 == 0)
    service = DigestService(newsroom.open_unit, FakeEmbedder(), make.PUBLISHERS, ALIASES, counting, read_query)
    report = await service.compose(make.NOW)
    assert (report.deliveries, len(rendered)) == (20, 2)


async def test_a_preview_of_a_past_day_knows_nothing_later(newsroom: Newsroom, digests: DigestService) -> None:
    known = await newsroom.story("Ship sinks off the coast", "A ship sank.", published_at=make.NOW - DAY)
    await newsroom.story("Parliament passes the budget", "The budget passed.", published_at=make.NOW + DAY)
    _, digest, _ = await digests.preview(make.NOW)
    assert [card.story_id for card in digest.stories] == [known]


async def test_a_slot_of_many_is_composed_before_its_time_and_its_digests_leave_one_after_the_other(
    newsroom: Newsroom, digests: DigestService
) -> None:
    await several(newsroom, 3)
    for number in range(30):
        await newsroom.chat(number=100 + number, timetable=NOON)
    half = timedelta(seconds=30)
    assert (await digests.compose(make.NOW - timedelta(seconds=91), per_s=1.0)).chats == 0
    assert (await digests.compose(make.NOW - timedelta(seconds=90), per_s=1.0)).chats == 30
    rows = list(newsroom.database.tables.outbox.deliveries.values())
    assert {row.key for row in rows} == {"digest:2023-03-21:12:00"}
    assert [row.not_before for row in rows] == [make.NOW - half + timedelta(seconds=number) for number in range(30)]
    assert (await digests.compose(make.NOW, per_s=1.0)).chats == 0
    assert {chat.next_due_at for chat in newsroom.database.tables.outbox.chats.values()} == {make.NOW + DAY}
