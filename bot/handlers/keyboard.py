"""Buttons with words of ours, and the times that sentences of several handlers name."""

from collections.abc import Sequence

from bot import callbacks
from bot.callbacks import Area
from bot.desk import Visit
from news.audience import Button, Chat, Timetable, Topic


def button(visit: Visit, key: str, area: Area, verb: str, *args: object, **values: object) -> Button:
    """A button with words of ours."""
    return Button(visit.texts(key, **values), data=callbacks.encode(area, verb, *args))


def undo_button(visit: Visit) -> Button:
    """Takes the chat's last change back."""
    return button(visit, "button.undo", Area.SETTINGS, "undo")


def rows_of(buttons: list[Button], width: int) -> list[list[Button]]:
    """Buttons in rows."""
    return [buttons[at : at + width] for at in range(0, len(buttons), width)]


def times_of(visit: Visit, timetable: Timetable) -> str:
    """Local times as a sentence names them."""
    return visit.texts.listed([visit.texts.clock(each) for each in timetable.times])


def next_digest(visit: Visit, chat: Chat) -> str:
    """When the next digest comes, in the chat's own time."""
    return "–" if chat.next_due_at is None else visit.texts.long_moment(chat.next_due_at, chat.timetable.zone)


def topic_rows(visit: Visit, topics: Sequence[Topic]) -> list[list[Button]]:
    """A row for each followed topic: its number, how its news come, and its end."""
    return [
        [
            Button(
                f"{number}. {topic.query[:40]}: {visit.texts(f'settings.mode_{topic.mode.value}')}",
                data=callbacks.encode(Area.SETTINGS, "mode", topic.id),
            ),
            Button("✕", data=callbacks.encode(Area.SETTINGS, "unfollow", topic.id)),
        ]
        for number, topic in enumerate(topics, start=1)
    ]
