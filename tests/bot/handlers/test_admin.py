"""What admins do, and who may not."""

from datetime import timedelta

import pytest

from bot.handlers import sources
from news.audience import ChatStatus, Role
from news.entities import Candidate, Source, SourceKind, SourceStatus
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
    await office.press(f"f:pause:{source.id}", OWNER)
    told = html(await office.say("/audit", OWNER))
    assert told.index("resume Example") < told.index("pause Example")
    assert "nothing new" in html(await office.press(f"f:check:{source.id}", OWNER))
    office.reader.readings[FEED] = [ParseError("No feed.", target=FEED, code="timed_out")]
    assert "did not answer in time" in html(await office.press(f"f:check:{source.id}", OWNER))
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


async def test_the_numbers_of_the_list_are_those_that_commands_take(office: Office) -> None:
    visit = await office.desk.arrive((await _known(office)).address, (await _known(office)).kind, OWNER, None, "en")
    await sources.import_file(office.desk, visit, f"{FEED} https://example.com/rss https://example.net/rss".encode())
    first, second, third = await office.services.sources.all()
    await office.say(f"/removesource {first.id}", OWNER)
    listed = html(await office.say("/sources", OWNER))
    for source in (second, third):
        assert f"{source.id}. <b>{source.name}" in listed or f"{source.id}. {source.name}" in listed
    assert second.name in html(await office.say(f"/removesource {second.id}", OWNER))
    assert "No source is called that" in html(await office.say("/sources zebra", OWNER))


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
    assert "That is an owner" in html(await office.say(f"/ban {OWNER}", READER))
    assert "That is an owner" in html(await office.say(f"/demote {OWNER}", OWNER))
    await office.say(f"/ban {STRANGER}", READER)
    assert "may not use" in html(await office.say("Moscow", STRANGER))
    await office.say(f"/demote {READER}", OWNER)
    assert await office.access.role(READER) is None


async def test_a_private_bot_lets_in_only_the_invited() -> None:
    office = Office(access="private")
    assert "private" in html(await office.say("/start", READER))
    assert "private" in html(await office.say("Moscow", READER))
    made = html(await office.say("/invite 1 3", OWNER))
    assert "1 person" in made
    code = made.partition("?start=")[2]
    assert "welcome" in html(await office.say(f"/start {code}", READER))
    assert "private" not in html(await office.say("/help", READER))
    assert "not valid" in html(await office.say(f"/start {code}", STRANGER))
    assert "Byline" in html(await office.say(f"/start {code}", READER)), "the link once more is no error"


async def test_who_is_banned_is_sent_nothing_more(office: Office) -> None:
    await office.press("b:ok", STRANGER)
    assert (await office.chat(STRANGER)).is_called(office.now)
    await office.say(f"/ban {STRANGER}", OWNER)
    chat = await office.chat(STRANGER)
    assert (chat.status, chat.next_due_at) == (ChatStatus.PAUSED, None)
    assert not chat.is_called(office.now)
    await office.press("b:ok", STRANGER)
    assert (await office.chat(STRANGER)).status is ChatStatus.PAUSED, "nor can they begin it again"


async def test_an_invitation_ends_with_its_days_and_is_not_for_the_banned() -> None:
    office = Office(access="private")
    code = html(await office.say("/invite 5 2", OWNER)).partition("?start=")[2]
    await office.say(f"/ban {STRANGER}", OWNER)
    assert "may not use" in html(await office.say(f"/start {code}", STRANGER))
    office.now += timedelta(days=2)
    assert "not valid" in html(await office.say(f"/start {code}", READER))


async def test_what_admins_did_is_written_down(office: Office) -> None:
    assert "Nothing" in html(await office.say("/audit", OWNER))
    await office.say(f"/ban {STRANGER}", OWNER)
    await office.say("/invite", OWNER)
    told = html(await office.say("/audit", OWNER))
    assert told.index("invite") < told.index("ban ")
    assert str(STRANGER) in told
    assert "for the bot's admins" in html(await office.say("/audit", READER))


async def test_a_menu_follows_the_role(office: Office) -> None:
    await office.say(f"/promote {READER}", OWNER)
    await office.say(f"/demote {READER}", OWNER)
    assert office.menus == [(READER, True), (READER, False)]


async def test_a_broadcast_is_shown_confirmed_and_sent_once(office: Office) -> None:
    for user in (READER, OWNER, STRANGER):
        await office.say("/start", user)
    await office.say(f"/ban {STRANGER}", OWNER)
    shown, asked = await office.say("/broadcast Rest on <Sunday> & /settings", OWNER)
    assert "&lt;Sunday&gt; &amp;" in shown.message.html
    yes, no = data([asked])
    assert "2 chats" in asked.message.buttons[0][0].text
    assert await office.outbox() == []
    await office.say(f"/promote {READER}", OWNER)
    assert "too old" in html(await office.press(yes, READER)), "another admin's preview is not one's own"
    assert "2 chats" in html(await office.press(yes, OWNER))
    rows = await office.outbox()
    assert {row.address.telegram_id for row in rows} == {READER, OWNER}
    assert {row.message.html for row in rows} == {shown.message.html}
    assert "too old" in html(await office.press(yes, OWNER))
    _, asked = await office.say("/broadcast Never mind", OWNER)
    assert "Nothing is sent" in html(await office.press(data([asked])[1], OWNER))
    assert await office.outbox() == []
    assert no.startswith("a:discard:")


async def test_a_broadcast_goes_out_as_its_author_formatted_it(office: Office) -> None:
    await office.say("/start", READER)
    text = "/broadcast 😀 Rest on Sunday, <i>see</i> here"
    entities = [
        {"type": "bot_command", "offset": 0, "length": 10},
        {"type": "bold", "offset": 22, "length": 6},
        {"type": "text_link", "offset": 41, "length": 4, "url": "https://example.org/"},
    ]
    shown, asked = await office.say(text, OWNER, entities=entities)
    sent = '😀 Rest on <b>Sunday</b>, &lt;i&gt;see&lt;/i&gt; <a href="https://example.org/">here</a>'
    assert shown.message.html == sent
    office.restart()
    await office.press(data([asked])[0], OWNER)
    assert {row.message.html for row in await office.outbox()} == {sent}
    assert "Rest on Sunday, &lt;i&gt;see" in html(await office.say("/audit", OWNER))


async def test_readers_press_no_buttons_of_admins(office: Office) -> None:
    source = await _source(office)
    for pressed in (
        f"f:pause:{source.id}",
        f"f:remove:{source.id}",
        "f:page:0",
        "a:broadcast:x",
        "r:hide:1:1",
        "r:keep",
    ):
        assert "for the bot's admins" in html(await office.press(pressed, READER)), pressed
    assert [each.status for each in await office.services.sources.all()] == [SourceStatus.ACTIVE]


async def test_a_source_is_renamed_categorized_removed_and_brought_back(office: Office) -> None:
    source = await _source(office)
    assert "Other Name" in html(await office.say(f"/rename {source.id} Other Name", OWNER))
    assert "World" in html(await office.say(f"/category {source.id} World", OWNER))
    assert "number" in html(await office.say("/rename x", OWNER))
    [undo] = data(await office.press(f"f:remove:{source.id}", OWNER))
    assert await office.services.sources.all() == []
    assert "is back" in html(await office.press(undo, OWNER))
    [back] = await office.services.sources.all()
    assert (back.id, back.name, back.category) == (source.id, "Other Name", "World")


async def _source(office: Office) -> Source:
    async with office.newsroom.open_unit() as unit:
        source = await unit.sources.add(make.new_source())
        await unit.commit()
    return source


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
