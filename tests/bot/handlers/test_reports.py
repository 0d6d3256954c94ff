"""A doubted sentence reaches the admins with its article's words and can be hidden."""

from typing import Any

import pytest

from news.ids import StoryId
from tests import make
from tests.bot.office import GROUP, OWNER, READER, STRANGER, Office, data, html

TALKS = "Vladimir Putin and Xi Jinping met in Moscow. They spoke for four hours about trade between Russia and China."
DOUBTED = "They spoke for four hours about trade between Russia and China."


@pytest.fixture
async def office() -> Office:
    made = Office()
    await made.say("/start", OWNER)
    await made.newsroom.story("Talks in Moscow", TALKS)
    return made


def answer(text: str, url: str = "https://example.com/1") -> dict[str, Any]:
    return {"text": text, "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": url}]}


async def test_a_doubted_sentence_reaches_the_admins_and_is_hidden(office: Office) -> None:
    asked = await office.say("/report", reply_to=answer(f"Moscow\n\n{DOUBTED}¹"))
    assert DOUBTED in html(asked)
    [wrong] = data(asked)
    assert "Thank you" in html(await office.press(wrong))
    await office.press(wrong)
    [notice] = await office.outbox()
    assert notice.address.telegram_id == OWNER
    assert DOUBTED in notice.message.html
    assert "met in Moscow" in notice.message.html
    assert 'href="https://example.com/1"' in notice.message.html
    hide = next(button.data for row in notice.message.buttons for button in row if button.data)
    assert "four hours" not in html(await office.say("Russia China trade")), "its reporter is told it no more"
    assert "four hours" in html(await office.say("Russia China trade", STRANGER)), (
        "one reader hides nothing from others"
    )
    assert "It is hidden" in html(await office.press(hide, OWNER))
    assert "four hours" not in html(await office.say("Russia China trade", STRANGER))
    assert "too old" in html(await office.press(hide, OWNER))
    assert "hide" in html(await office.say("/audit", OWNER))


async def test_an_admins_own_report_hides_at_once(office: Office) -> None:
    [wrong] = data(await office.say("/report", OWNER, reply_to=answer(f"Moscow\n\n{DOUBTED}¹")))
    assert "It is hidden" in html(await office.press(wrong, OWNER))
    assert "four hours" not in html(await office.say("Russia China trade", STRANGER))
    assert await office.outbox() == []


async def test_in_a_group_only_its_admins_hide(office: Office) -> None:
    [wrong] = data(await office.say("/report", chat=GROUP, reply_to=answer(f"Moscow\n\n{DOUBTED}¹")))
    assert "no more" not in html(await office.press(wrong, chat=GROUP))
    assert "four hours" in html(await office.say("/topic Russia China trade", chat=GROUP))
    office.group_admins.add(READER)
    assert "no more" in html(await office.press(wrong, chat=GROUP))
    assert "four hours" not in html(await office.say("/topic Russia China trade", chat=GROUP))


async def test_cards_and_digests_leave_out_what_the_chat_doubts(office: Office) -> None:
    await office.say("/start")
    [card] = data(await office.say("/latest"))
    story = card.rpartition(":")[2]
    assert "four hours" in html(await office.press(card))
    [wrong] = data(await office.say("/report", reply_to=answer(f"Moscow\n\n{DOUBTED}¹")))
    await office.press(wrong)
    assert "four hours" not in html(await office.press(card))
    assert "four hours" not in html(await office.press(f"s:time:{story}"))
    await office.outbox()
    await office.say("/digest")
    [digest] = await office.outbox()
    assert "Talks in Moscow" in digest.message.html
    assert "four hours" not in digest.message.html


async def test_only_what_was_told_of_an_article_is_found(office: Office) -> None:
    assert "Reply with /report" in html(await office.say("/report"))
    assert "no sentence" in html(await office.say("/report", reply_to=answer("Something else entirely, not of any.")))
    assert "no sentence" in html(await office.say("/report", reply_to=answer(DOUBTED, "https://other.example/")))
    assert "too old" in html(await office.press("r:wrong:1:7", READER))
    assert "too old" in html(await office.press("r:wrong:99:7", READER))


async def test_a_sentence_that_a_model_wrote_of_a_story_is_doubted_hidden_and_named(office: Office) -> None:
    written = make.written_story(make.cited("Putin and Xi spoke about trade for hours.", 1))
    [card] = data(await office.say("/latest"))
    story = StoryId(int(card.rpartition(":")[2]))
    async with office.services.open_unit() as unit:
        assert await unit.stories.write(story, written)
        await unit.commit()
    assert "Putin and Xi spoke about trade for hours." in html(await office.press(card))
    assert "writer@1" in html(await office.say("/why https://example.com/1"))
    [wrong] = data(await office.say("/report", OWNER, reply_to=answer("Putin and Xi spoke about trade for hours.¹")))
    assert "hidden" in html(await office.press(wrong, OWNER)).lower()
    after = html(await office.press(card))
    assert "spoke about trade for hours" not in after
    assert "met in Moscow" in after, "the story is told in its articles' words again"


async def test_why_says_what_a_thumb_does(office: Office) -> None:
    [card] = data(await office.say("/latest"))
    story = card.rpartition(":")[2]
    before = html(await office.say("/why https://example.com/1"))
    assert "weighs" in before
    assert "outlets" in before
    assert "freshness ×" in before
    for thumb, told, part in (("up", "comes sooner", "your 👍"), ("down", "is not told", "your 👎 -")):
        await office.press(f"s:{thumb}:{story}")
        said = html(await office.say("/why https://example.com/1"))
        assert told in said
        assert part in said


async def test_a_thumb_offers_more_and_less(office: Office) -> None:
    [card] = data(await office.say("/latest"))
    story = card.rpartition(":")[2]
    assert f"s:more:{story}" in data(await office.press(f"s:up:{story}"))
    assert f"s:less:{story}" in data(await office.press(f"s:down:{story}"))
    await office.press(f"s:more:{story}")
    [topic] = await office.services.chats.topics((await office.chat(READER)).id)
    assert topic.query == "Talks in Moscow"
    assert "example.com" in html(await office.press(f"s:less:{story}"))
    assert [mute.value for mute in (await office.chat(READER)).mutes] == ["example.com"]
