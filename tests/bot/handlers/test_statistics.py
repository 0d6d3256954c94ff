"""/stats: figures, and a picture of the last days on either ground."""

from datetime import timedelta

from news.audience import FileKind
from tests.bot.office import OWNER, READER, Office, data, html

TALKS = "Vladimir Putin and Xi Jinping met in Moscow. They spoke for four hours about trade between Russia and China."


async def test_figures_come_with_a_picture_that_can_be_had_on_dark_ground() -> None:
    office = Office()
    await office.newsroom.story("Talks in Moscow", TALKS)
    await office.say("/subscribe 08:00 Berlin")
    await office.say("Russia China")
    await office.services.retention.tidy(office.now)
    office.now += timedelta(days=1)
    for _ in range(2):
        await office.say("Russia China trade")
    [told] = await office.say("/stats", OWNER)
    for words in ("1 with a digest, 2 chats", "</b>: 2, answered in 0.1 s", "① readers"):
        assert words in told.message.html
    picture = told.message.attachment
    assert picture is not None
    assert (picture.kind, picture.data[:4]) == (FileKind.PHOTO, b"\x89PNG")
    [again] = await office.press(data([told])[0], OWNER)
    assert again.message.attachment is not None
    assert again.message.attachment.data != picture.data
    assert data([again]) == ["a:stats:0"]


async def test_readers_cannot_press_for_them() -> None:
    office = Office()
    assert "for the bot's admins" in html(await office.press("a:stats:1", READER))
    assert "too old" in html(await office.press("a:stats:7", OWNER))


async def test_the_days_are_those_that_were_written_down() -> None:
    office = Office()
    await office.say("/subscribe 08:00 Berlin")
    for _ in range(3):
        await office.services.retention.tidy(office.now)
        office.now += timedelta(days=1)
    async with office.newsroom.open_unit(readonly=True) as unit:
        sums = await unit.usage.since(office.now.date() - timedelta(days=9), ["readers"])
    assert list(sums["readers"].values()) == [1, 1, 1]
