"""A choice of sources, sources that moved, and what an import says of each feed."""

from dataclasses import replace

import pytest

from bot import texts
from bot.handlers import sources
from news.audience import Address, ChatKind
from news.entities import Candidate, SourceKind, SourceStatus
from news.errors import FetchError
from tests import make
from tests.bot.office import OWNER, Office, data, html

SITE, WORLD, SPORT = "https://example.org/", "https://example.org/world.xml?a=1&b=2", "https://example.org/sport.xml"


@pytest.fixture
def office() -> Office:
    made = Office()
    newest = (make.document(title="Newest <headline>"),)
    world = Candidate(url=WORLD, title="World", kind=SourceKind.FEED, newest=newest)
    sport = Candidate(url=SPORT, title="Sport", kind=SourceKind.FEED)
    made.reader.offers = {SITE: (world, sport), WORLD: (world,), SPORT: (sport,)}
    for url in (WORLD, SPORT):
        made.reader.readings[url] = [make.reading(make.document(url=f"{url}/1"))]
    return made


async def test_a_site_with_several_feeds_lets_the_admin_choose(office: Office) -> None:
    asked = await office.say(f"/addsource {SITE}", OWNER)
    assert data(asked) == ["f:add:1", "f:add:2"]
    assert "Newest &lt;headline&gt;" in html(asked)
    assert await office.services.sources.all() == []
    assert "is added" in html(await office.press("f:add:1", OWNER, under=html(asked)))
    assert [source.url for source in await office.services.sources.all()] == [WORLD]
    assert "already" in html(await office.press("f:add:1", OWNER, under=html(asked)))
    assert "is added" in html(await office.say(f"/addsource {SITE}", OWNER))  # only the other one is left
    assert len(await office.services.sources.all()) == 2


@pytest.mark.parametrize("pressed", ["f:add:9", "f:add:0", "f:add:x", "f:move:1:9"])
async def test_a_choice_that_is_none_is_said_to_be_stale(office: Office, pressed: str) -> None:
    async with office.newsroom.open_unit() as unit:
        await unit.sources.add(make.new_source(url=SPORT))
        await unit.commit()
    assert "too old" in html(await office.press(pressed, OWNER, under=f'<a href="{WORLD}">World</a>'))


async def test_a_lost_source_is_moved_to_what_its_site_offers(office: Office) -> None:
    old = "https://example.org/rss"
    async with office.newsroom.open_unit() as unit:
        source = await unit.sources.add(make.new_source(url=old, name="Example", site_url=SITE))
        await unit.commit()
    office.reader.readings[old] = [FetchError("Ended.", target=old, status=410, code="source_gone")]
    await office.services.ingest.run(office.now)
    listed = html(await office.say("/sources", OWNER))
    assert "The publisher has ended it" in listed
    assert f"f:find:{source.id}" in data(await office.press(f"f:card:{source.id}", OWNER))
    asked = await office.press(f"f:find:{source.id}", OWNER)
    assert data(asked) == [f"f:move:{source.id}:1", f"f:move:{source.id}:2"]
    said = html(await office.press(f"f:move:{source.id}:2", OWNER, under=html(asked)))
    assert SPORT in said
    assert "1 article of Example is read" in said
    moved = await office.services.sources.get("Example")
    assert (moved.url, moved.status, moved.state.error_code) == (SPORT, SourceStatus.ACTIVE, None)
    assert f"f:find:{source.id}" not in data(await office.press(f"f:card:{source.id}", OWNER))


async def test_a_site_without_another_feed_says_so(office: Office) -> None:
    async with office.newsroom.open_unit() as unit:
        source = await unit.sources.add(make.new_source(url="https://gone.example/rss"))
        await unit.commit()
    assert "no other feed" in html(await office.press(f"f:find:{source.id}", OWNER))


async def test_an_import_says_what_became_of_each_feed(office: Office) -> None:
    visit = await office.desk.arrive(Address(OWNER), ChatKind.PRIVATE, OWNER, None, "en")
    await sources.import_file(office.desk, visit, f"{WORLD} {WORLD} ftp://example.org/x".encode())
    said = office.messenger.arrived[-1].message
    assert "1 added, 1 were there, 1 refused" in said.html
    assert [line[0] for line in said.html.split("\n")[1:]] == ["+", "=", "✗"]
    assert "no web address" in said.html
    many = " ".join(f"https://site{n}.example/rss" for n in range(118))
    await sources.import_file(office.desk, visit, many.encode())
    said = office.messenger.arrived[-1].message
    assert said.attachment is not None
    assert len(said.attachment.data.decode().splitlines()) == 118


async def test_several_addresses_are_added_each_by_its_first_choice(office: Office) -> None:
    said = html(await office.say(f"/addsource {SITE} {WORLD} {SPORT} nowhere", OWNER))
    assert [line[0] for line in said.split("\n")[1:]] == ["+", "=", "+", "✗"]
    assert [source.url for source in await office.services.sources.all()] == [WORLD, SPORT]
    assert "addsource" in html(await office.say("/audit", OWNER))


async def test_an_admin_reads_the_reason_in_their_own_language(office: Office) -> None:
    async with office.newsroom.open_unit() as unit:
        source = await unit.sources.add(make.new_source(url="https://gone.example/rss", name="Beispiel"))
        state = replace(source.state, error_code="timed_out", error_message="The server did not answer in time.")
        await unit.sources.save(replace(source, state=state))
        await unit.commit()
    await office.say("/id", OWNER, lang="de")
    assert texts.load("de")("errors.timed_out") in html(await office.say("/sources", OWNER, lang="de"))
