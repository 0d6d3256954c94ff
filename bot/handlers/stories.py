"""Buttons of a story: its card, how it developed, who says what, 👍 👎, more and less of this."""

from dataclasses import replace

from bot import callbacks, markup, render
from bot.callbacks import Area, Story as Verb
from bot.desk import Desk, Rows, Visit
from bot.handlers import topics
from bot.handlers.keyboard import button, undo_button
from news.audience import Mute, MuteKind, OutMessage, StoryCard
from news.chats import LONGEST_QUERY
from news.doubts import card_without, lines_without
from news.ids import StoryId
from news.urls import domain_of


async def pressed(desk: Desk, visit: Visit) -> None:
    """Any of them; a story that is no more is a button that is too old."""
    press = callbacks.decode(visit.words)
    story = StoryId(press.number())
    card = await desk.services.topics.card(story, visit.now, visit.chat.language)
    if card is None:
        raise callbacks.stale()
    card = card_without(card, await desk.doubted(visit.chat))
    match press.verb:
        case Verb.CARD:
            await _show(desk, replace(visit, message_id=None), card)
        case Verb.TIMELINE | Verb.PERSPECTIVES:
            await desk.send(visit.chat, await _told(desk, visit, card, press.verb))
        case Verb.UP | Verb.DOWN:
            await _rate(desk, visit, card, 1 if press.verb == Verb.UP else -1)
        case Verb.MUTE:
            await desk.memory.note_before(visit.chat)
            await desk.services.chats.mute(visit.chat.id, Mute(MuteKind.STORY, str(story)))
            await desk.tell(visit, "chat.muted_story", [[undo_button(visit)]])
        case Verb.MORE:
            await topics.follow(desk, replace(visit, words=card.title[:LONGEST_QUERY]))
        case Verb.LESS:
            await _mute_outlet(desk, visit, card)
        case _:
            raise callbacks.stale()


async def _show(desk: Desk, visit: Visit, card: StoryCard) -> None:
    async with desk.services.open_unit(readonly=True) as unit:
        rating = (await unit.chats.ratings(visit.chat.id)).get(card.story_id, 0)
    message = render.story_card(card, visit.now, visit.texts, visit.chat.timetable.zone, rating)
    await desk.rewrite(visit, markup.trusted(message.html), [*message.buttons, *_wishes(visit, card, rating)])


def _wishes(visit: Visit, card: StoryCard, rating: int) -> Rows:
    """After a thumb: more of this (the topic), less of it (the outlet)."""
    if rating > 0:
        return [[button(visit, "button.more_like", Area.STORY, Verb.MORE, card.story_id)]]
    if rating < 0:
        outlet = card.first_publisher[:30]
        return [[button(visit, "button.less_outlet", Area.STORY, Verb.LESS, card.story_id, publisher=outlet)]]
    return []


async def _mute_outlet(desk: Desk, visit: Visit, card: StoryCard) -> None:
    """The outlet that had the story first, by its address as `/mute example.org` would name it."""
    first = min(card.sources, key=lambda source: (source.publisher != card.first_publisher, source.published_at))
    domain = domain_of(first.url)
    await desk.memory.note_before(visit.chat)
    await desk.services.chats.mute(visit.chat.id, Mute(MuteKind.PUBLISHER, domain))
    await desk.tell(visit, "chat.muted", [[undo_button(visit)]], value=domain)


async def _told(desk: Desk, visit: Visit, card: StoryCard, verb: str) -> OutMessage:
    zone = visit.chat.timetable.zone
    doubted = await desk.doubted(visit.chat)
    if verb == Verb.TIMELINE:
        lines, sources = await desk.services.topics.timeline(card.story_id, visit.now)
        return render.story_timeline(card.title, lines_without(lines, doubted), sources, visit.texts, zone)
    lines, sources = await desk.services.topics.perspectives(card.story_id, visit.now)
    return render.story_perspectives(card.title, lines_without(lines, doubted), sources, visit.texts, zone)


async def _rate(desk: Desk, visit: Visit, card: StoryCard, value: int) -> None:
    """A second press of the same thumb takes it back."""
    async with desk.services.open_unit(readonly=True) as unit:
        present = (await unit.chats.ratings(visit.chat.id)).get(card.story_id, 0)
    kept = 0 if present == value else value
    await desk.services.chats.rate(visit.chat.id, card.story_id, kept, visit.now)
    await _show(desk, visit, card)
