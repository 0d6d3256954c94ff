"""What admins do, and who may not."""

import pytest

from bot.handlers import sources
from news.audience import Role
from news.entities import Candidate, SourceKind, SourceStatus
from news.errors import ParseError
from tests import make
from tests.bot.office import OWNER, READER, STRANGER, Office, data, html

FEED = "https://example.org/feed.xml"


@pytest.fixture
def office() -> Office:
    made = Office()
    newest = (make.document(title="Newest headline"),)
    made.reader.offers[FEED] = (Candidate(url=FEED, title="Example", kind=SourceKind.FEED, newest=newest),)
    made.reader.readings[FEED] = [make.reading(make.document(title="Newest headline"))]
    return made


async def test_a_source_is_previewed_added_and_read(office: Office) -> None:
    said = html(await office.say("/addsource example.org/feed.xml", OWNER))
    assert "Newest headline" in said
    assert "1 article of Example is read" in said
    [source] = await office.services.sources.all()
    assert source.added_by == OWNER
    assert "already" in html(await office.say(f"/addsource {FEED}", OWNER))


async def test_what_is_no_source_is_said(office: Office) -> None:
    office.reader.offers["https://example.org/none"] = ParseError(
        "No feed.", target="https://example.org/none", code="no_source_found"
    )
    assert "no feed there" in html(await office.say("/addsource https://example.org/none", OWNER))
    assert "no web address" in html(await office.say("/addsource soup", OWNER))


async def test_a_card_pauses_and_removes(office: Office) -> None:
    await office.say(f"/addsource {FEED}", OWNER)
    [source] = await office.services.sources.all()
    assert f"f:card:{source.id}" in data(await office.say("/sources", OWNER))
    await office.press(f"f:pause:{source.id}", OWNER)
    assert (await office.services.sources.get(FEED)).status is SourceStatus.PAUSED
    await office.press(f"f:remove:{source.id}", READER)
    assert await office.services.sources.all()
    assert "removed" in html(await office.press(f"f:remove:{source.id}", OWNER))
    assert await office.services.sources.all() == []


async def test_an_opml_list_comes_in_and_goes_out(office: Office) -> None:
    visit = await office.desk.arrive((await _known(office)).address, (await _known(office)).kind, OWNER, None, "en")
    await sources.import_file(office.desk, visit, f"{FEED} https://example.com/rss".encode())
    assert len(await office.services.sources.all()) == 2
    [file] = await office.say("/export_sources", OWNER)
    assert file.message.attachment is not None
    assert FEED.encode() in file.message.attachment.data


async def _known(office: Office):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a chat
    await office.say("/id", OWNER)
    return await office.chat(OWNER)


@pytest.mark.parametrize(
    "command", ["/sources", "/stats", "/invite", "/admins", "/promote 9", "/ban 9", "/removesource x"]
)
async def test_readers_may_not(office: Office, command: str) -> None:
    assert "for the bot's admins" in html(await office.say(command, READER))


async def test_roles_are_given_and_taken_by_the_owner_alone(office: Office) -> None:
    await office.say(f"/promote {READER}", OWNER)
    assert await office.access.role(READER) is Role.ADMIN
    assert "Only the owner" in html(await office.say(f"/demote {READER}", READER))
    assert "Only the owner" in html(await office.say(f"/ban {OWNER}", READER))
    await office.say(f"/ban {STRANGER}", READER)
    assert "may not use" in html(await office.say("Moscow", STRANGER))
    await office.say(f"/demote {READER}", OWNER)
    assert await office.access.role(READER) is None


async def test_a_private_bot_lets_in_only_the_invited() -> None:
    office = Office(access="private")
    assert "private" in html(await office.say("/start", READER))
    assert "private" in html(await office.say("Moscow", READER))
    code = office.access.invite(office.now)
    assert "welcome" in html(await office.say(f"/start {code}", READER))
    assert "private" not in html(await office.say("/help", READER))
    assert "not valid" in html(await office.say(f"/start {code}", STRANGER))


async def test_the_first_code_makes_an_owner_once() -> None:
    office = Office(admins=(), access="private")
    code = await office.access.code()
    assert code is not None
    assert "not valid" in html(await office.say("/start 12345678", STRANGER))
    assert "owner" in html(await office.say(f"/start {code}", READER))
    assert await office.access.role(READER) is Role.OWNER
    assert "not valid" in html(await office.say(f"/start {code}", STRANGER))
    assert await office.access.code() is None


async def test_codes_are_not_guessed() -> None:
    office = Office(admins=(), access="private")
    code = await office.access.code()
    for guess in range(6):
        await office.say(f"/start {guess}", STRANGER)
    assert "not valid" in html(await office.say(f"/start {code}", STRANGER))


async def test_an_empty_store_tells_its_admin_how_to_add_a_source(office: Office) -> None:
    assert "/addsource" in html(await office.say("/start", OWNER))
    assert "/addsource" not in html(await office.say("/start", READER))
