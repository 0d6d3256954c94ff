"""Charts in chat: asked for by name or by a button, and what is said where there is nothing to draw."""

from datetime import timedelta

import pytest

from news.audience import FileKind
from tests import make
from tests.bot.office import Office, data, html

DAY = timedelta(days=1)


@pytest.fixture
def office() -> Office:
    return Office()


ROUNDS = (
    ("tass.com", "Russia and China agree to link gas networks by pipelines across Mongolia before 2035"),
    ("bbc.co.uk", "Russia and China fire at floating targets during Monday's naval drill north of Japan"),
    ("reuters.com", "Russia sells China one third more birch timber than last spring, customs officers say"),
    ("cnn.com", "China and Russia open their first road bridge, on which lorries cross the river Amur"),
    ("dw.com", "China lends Russia two pandas for fifteen years, and zoo keepers prepare an enclosure"),
    ("aljazeera.com", "Russia and China veto the council's draft that thirteen other members had voted for"),
)


async def reported(office: Office) -> None:
    for away, (outlet, title) in enumerate(ROUNDS):
        at = make.NOW - away * DAY
        await office.newsroom.story(title, f"{title}.", publisher=outlet, published_at=at)


async def test_a_topics_coverage_comes_as_a_picture_that_can_be_had_on_dark_ground(office: Office) -> None:
    await reported(office)
    (light,) = await office.say("/trend Russia–China relations")
    assert light.message.attachment is not None
    assert light.message.attachment.kind is FileKind.PHOTO
    assert html([light]).startswith("<b>Russia–China relations</b>")
    (dark,) = await office.press("t:trend:30:1", bold="Russia–China relations")
    assert dark.message.attachment is not None
    assert dark.message.attachment.data != light.message.attachment.data
    assert data([dark]) == ["t:trend:30:0"]


async def test_an_answers_timeline_comes_as_a_picture_on_demand(office: Office) -> None:
    await reported(office)
    (listed,) = await office.press("t:time:30", bold="Russia–China relations")
    assert data([listed]) == ["t:pic:30"]
    (picture,) = await office.press("t:pic:30", bold="Russia–China relations")
    assert picture.message.attachment is not None
    assert "①" in html([picture])


async def test_nothing_to_draw_is_said(office: Office) -> None:
    await reported(office)
    (said,) = await office.say("/trend penguins of Antarctica")
    assert said.message.attachment is None
    assert "I found nothing" in html([said])
    assert "Which topic" in html(await office.say("/trend"))
