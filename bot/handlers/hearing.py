"""Whether what a chat follows reaches it; where it does not, words that say so and the button that mends it. Pure."""

from collections.abc import Sequence

from bot.callbacks import Area
from bot.desk import Desk, Visit
from bot.handlers.keyboard import button, times_of
from bot.markup import Html
from news.audience import Button, ChatStatus, Topic, TopicMode


def why_silent(desk: Desk, visit: Visit, topics: Sequence[Topic]) -> tuple[Html | None, list[Button]]:
    """Why some of the topics bring nothing, and a row of buttons; None where all of them do."""
    chat = visit.chat
    at_once = [topic for topic in topics if topic.mode is not TopicMode.DIGEST]
    if not topics:
        return None, []
    if chat.status is ChatStatus.NEW and chat.is_called(visit.now) and len(at_once) < len(topics):
        values = {"times": times_of(visit, chat.timetable), "zone": chat.timetable.zone}
        begin = button(visit, "button.subscribe", Area.START, "ok")
        return desk.words(visit, "settings.topics_no_digest", **values), [begin]
    if chat.status in {ChatStatus.NEW, ChatStatus.PAUSED} and not chat.is_called(visit.now):
        again = button(visit, "button.subscribe", Area.SETTINGS, "subscribe")
        if chat.paused_until is None:
            return desk.words(visit, "settings.topics_stopped"), [again]
        until = visit.texts.long_day(chat.paused_until, chat.timetable.zone)
        return desk.words(visit, "settings.topics_paused", until=until), [again]
    if at_once and chat.pushes_per_day == 0:
        return desk.words(visit, "settings.topics_no_pushes"), []
    return None, []
