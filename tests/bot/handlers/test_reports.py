"""A doubted sentence reaches the admins with its article's words and can be hidden."""

from typing import Any

import pytest

from tests.bot.office import OWNER, READER, Office, data, html

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
    assert "four hours" in html(await office.say("Russia China trade"))
    assert "It is hidden" in html(await office.press(hide, OWNER))
    assert "four hours" not in html(await office.say("Russia China trade"))
    assert "too old" in html(await office.press(hide, OWNER))
    assert "hide" in html(await office.say("/audit", OWNER))


async def test_only_what_was_told_of_an_article_is_found(office: Office) -> None:
    assert "Reply with /report" in html(await office.say("/report"))
    assert "no sentence" in html(await office.say("/report", reply_to=answer("Something else entirely, not of any.")))
    assert "no sentence" in html(await office.say("/report", reply_to=answer(DOUBTED, "https://other.example/")))
    assert "too old" in html(await office.press("r:wrong:1:7", READER))
    assert "too old" in html(await office.press("r:wrong:99:7", READER))


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
