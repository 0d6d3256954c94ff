"""Reactions under what was sent count as thumbs: a person's in private, in a group or channel the balance of everybody's.

A message that told one story rates it. Under a digest of several a liking is one for each of them; a dislike says of none
which is meant. The balance of a message is a note for `COUNTED`; nobody's name or number is in it.
"""

from collections.abc import Iterable
from datetime import timedelta

from bot.desk import Desk
from news.ids import ChatId, StoryId
from news.ports import UnitOfWork

LIKED = frozenset(["👍", "❤", "❤\u200d🔥", "🔥", "👏", "🎉", "🤩", "💯", "🙏", "😍", "🏆"])
DISLIKED = frozenset(["👎", "💩", "🤮", "🥱", "🤬", "😴"])
COUNTED = timedelta(days=30)  # after a message was reacted to last


def worth(emoji: Iterable[str]) -> int:
    """What one person's reactions to a message say: 1, -1, or 0 where they say both or nothing."""
    given = set(emoji)
    return bool(given & LIKED) - bool(given & DISLIKED)


async def changed(desk: Desk, telegram_id: int, message_id: int, change: int) -> None:
    """Somebody changed their reaction: the balance of the message moves by so much."""
    await _weigh(desk, telegram_id, message_id, change=change)


async def counted(desk: Desk, telegram_id: int, message_id: int, balance: int) -> None:
    """Telegram counted the reactions of a channel's message, whose people it does not name."""
    await _weigh(desk, telegram_id, message_id, balance=balance)


async def _weigh(desk: Desk, telegram_id: int, message_id: int, *, change: int = 0, balance: int | None = None) -> None:
    now = desk.clock()
    async with desk.services.open_unit() as unit:
        told = await unit.chats.told_in(telegram_id, message_id)
        if told is None:
            return
        chat_id, stories = told
        note = f"liked:{message_id}"
        before = int(await unit.notes.read(chat_id, note, now) or 0)
        after = before + change if balance is None else balance
        await unit.notes.keep(chat_id, note, str(after), now + COUNTED)
        if _sign(before) != _sign(after):
            ratings = await _ratings(unit, chat_id, stories, _sign(before), _sign(after))
            for story_id, value in ratings.items():
                await unit.chats.rate(chat_id, story_id, value, now)
        await unit.commit()


async def _ratings(
    unit: UnitOfWork, chat_id: ChatId, stories: tuple[StoryId, ...], before: int, after: int
) -> dict[StoryId, int]:
    """What changes; a thumb that was given to one story of several stays as it is."""
    if len(stories) == 1:
        return {stories[0]: after}
    present = await unit.chats.ratings(chat_id)
    if after > 0:
        return {story_id: 1 for story_id in stories if story_id not in present}
    return {story_id: 0 for story_id in stories if before > 0 and present.get(story_id) == 1}


def _sign(balance: int) -> int:
    return (balance > 0) - (balance < 0)
