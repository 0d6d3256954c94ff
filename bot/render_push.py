"""A push: the card of one story with the followed topic that it is sent for; an edited one says when it was brought up to date."""

from dataclasses import replace
from datetime import datetime

from bot import markup, render
from bot.texts import Texts
from news.audience import Chat, OutMessage, StoryCard


def push(card: StoryCard, chat: Chat, texts: Texts, now: datetime, *, updated: bool) -> OutMessage:
    """The message of a push, or what takes its place."""
    zone = chat.timetable.zone
    told = render.story_card(card, now, texts, zone)
    marks = [render.status_word(card, texts)]
    if updated:
        marks = [markup.italic(render.say(texts, "render.push_updated", at=texts.clock(now, zone)))]
    if card.topic is not None:
        marks.append(render.say(texts, "digest.for_topic", topic=card.topic))
    whole = render.one_message(
        [markup.join((markup.join(marks, " · "), markup.trusted(told.html)), "\n")], told.buttons
    )
    return replace(whole, silent=chat.silent, preview=chat.previews)
