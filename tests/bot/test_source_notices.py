"""Admins hear once of a source that fails for a day, recovers, ends, or whose site has another feed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.notices import Notices
from bot.schedule import ticks
from bot.source_notices import NAMED, read_due, tell
from news.entities import Candidate, SourceKind
from news.errors import FetchError
from news.ingest import IngestReport
from tests import make
from tests.bot.office import OWNER, READER, Office

FEED, SITE = "https://example.org/rss", "https://example.org/"
DEAD = FetchError("The server could not be reached; try again later.", target=FEED, code="connect_failed")


@pytest.fixture
async def office() -> Office:
    made = Office()
    for user in (OWNER, READER):
        await made.say("/id", user)
    async with made.newsroom.open_unit() as unit:
        await unit.sources.add(make.new_source(url=FEED, name="Daily <Example>"))
        await unit.commit()
    return made


async def notices(office: Office) -> list[tuple[int, str, str]]:
    """To whom, the matter's code and the words, of all notices in the outbox."""
    rows = office.newsroom.database.tables.outbox.deliveries.values()
    chats = {chat.id: chat.address.telegram_id for chat in await office.services.chats.all()}
    return [
        (chats[row.chat_id], row.key.split(":")[1], row.message.html) for row in rows if row.key.startswith("notice:")
    ]


async def test_failing_for_a_day_and_recovery_are_told_once_and_to_admins_alone(office: Office) -> None:
    reading = make.reading(make.document(published_at=office.now))
    office.reader.readings[FEED] = [*[DEAD] * 12, reading]
    now = office.now
    for _ in range(30):
        await read_due(office.services, now)
        now += timedelta(hours=2)
    told = await notices(office)
    assert [(user, code) for user, code, _ in told] == [(OWNER, "source_failing")]
    assert "Daily &lt;Example&gt;" in told[0][2]
    assert "The server could not be reached; try again later." in told[0][2]
    for _ in range(30):
        await read_due(office.services, now)
        now += timedelta(days=1)
    assert [code for _, code, _ in await notices(office)] == ["source_failing", "source_recovered"]


async def test_the_tick_of_the_running_bot_tells_and_wakes_the_sender(office: Office) -> None:
    gone = FetchError("Ended.", target=FEED, status=410, code="source_gone")
    office.reader.readings[FEED] = [gone]
    office.reader.offers[SITE] = (Candidate(url="https://example.org/feed", title="New", kind=SourceKind.FEED),)
    woken: list[bool] = []
    [tick] = [each for each in ticks(office.services, lambda: woken.append(True)) if each.name == "ingest"]
    await tick.work(office.now)
    assert woken == [True]
    told = await notices(office)
    assert [code for _, code, _ in told] == ["source_gone", "source_offer"]
    assert "https://example.org/feed" in told[1][2]


async def test_an_offer_is_made_once_while_the_source_goes_on_failing(office: Office) -> None:
    office.reader.readings[FEED] = [DEAD]
    office.reader.offers[SITE] = (Candidate(url="https://example.org/feed", title="New", kind=SourceKind.FEED),)
    for day in range(12):
        await read_due(office.services, office.now + timedelta(days=day, hours=day))
    assert [code for _, code, _ in await notices(office)] == ["source_failing", "source_offer"]


async def test_an_outage_of_everything_is_one_notice(office: Office) -> None:
    sources = tuple(replace(make.source(), name=f"Source {n}") for n in range(300))
    told = await tell(Notices(office.newsroom.open_unit, (OWNER,)), IngestReport(failing=sources), office.now)
    assert told == 1
    [(_, _, words)] = await notices(office)
    assert f"+{300 - NAMED}" in words
