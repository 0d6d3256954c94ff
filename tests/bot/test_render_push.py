"""A push says for which topic it comes, and an edited one when it was brought up to date."""

from dataclasses import replace

from bot import render_push, texts
from news.audience import OutMessage
from tests import make
from tests.bot import telling

ENGLISH = texts.load("en")


def pushed(*, updated: bool = False, topic: str | None = "ships <&>") -> OutMessage:
    card = replace(telling.card(), topic=topic)
    return render_push.push(card, replace(make.chat(), silent=True, previews=True), ENGLISH, make.NOW, updated=updated)


def test_a_push_names_its_topic_and_carries_the_storys_buttons() -> None:
    message = pushed()
    assert message.html.startswith("<i>new</i> · your topic “ships &lt;&amp;&gt;”\n")
    assert message.buttons
    assert message.silent
    assert message.preview


def test_an_edited_push_says_when() -> None:
    assert pushed(updated=True).html.startswith("<i>updated 12:00</i> · ")


def test_without_a_topic_only_the_mark_stands_there() -> None:
    assert pushed(topic=None).html.startswith("<i>new</i>\n")
