"""What chats were told of stories that merge or part: their ledger, their ratings, and what they are still to be sent.

The rule of merging is `news.merging.Merged`'s. Parts that are not sent yet are written anew with the stories that they tell
now, so that they count for them when they are sent.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from sqlalchemy import String, bindparam, cast, func, insert, literal, or_, select, update

from news.ids import StoryId
from news.merging import Merged
from storage.ledger import unfinished
from storage.tables import delivery, rating, told
from storage.transaction import AnyRow, Transaction

Versions = dict[StoryId, int]  # that a chat has had


class ToldOfTwo:
    """Which chats were told of two stories, and which parts to be sent tell of them."""

    def __init__(self, transaction: Transaction, kept: StoryId, gone: StoryId) -> None:
        self._transaction = transaction
        self._kept = kept
        self._gone = gone
        self._sent: dict[int, Versions] = {}
        self._last: dict[int, Any] = {}  # when each chat was last told of either
        self._coming: Sequence[AnyRow] = ()

    @classmethod
    async def read(cls, transaction: Transaction, kept: StoryId, gone: StoryId) -> Self:
        """Read them."""
        of_two = cls(transaction, kept, gone)
        latest = select(told.c.chat_id, told.c.story_id, func.max(told.c.version), func.max(told.c.told_at))
        query = latest.where(told.c.story_id.in_((kept, gone))).group_by(told.c.chat_id, told.c.story_id)
        for chat_id, story_id, version, told_at in await transaction.connection.execute(query):
            of_two._sent.setdefault(chat_id, {})[StoryId(story_id)] = version
            of_two._last[chat_id] = max(told_at, of_two._last.get(chat_id, told_at))
        of_two._coming = await _coming(transaction, (kept, gone))
        return of_two

    @property
    def younger_known(self) -> bool:
        """Whether more chats were told of the younger than of the older."""
        return sum(self._gone in had for had in self._sent.values()) > sum(
            self._kept in had for had in self._sent.values()
        )

    async def merge(self, merged: Merged, at: datetime) -> None:
        """Give every chat the version that it has had of the merged story; who had all of it had it by now."""
        connection = self._transaction.connection
        moved, added = [], []
        for chat_id, had in sorted(self._sent.items()):
            version = self._version(merged, had)
            told_at = at if version == merged.version else self._last[chat_id]
            if self._gone in had:
                moved.append({"of_chat": chat_id, "had": version})
            if version > had.get(self._kept, 0):
                added.append({"chat_id": chat_id, "story_id": self._kept, "version": version, "told_at": told_at})
        if moved:
            rows = update(told).where(told.c.story_id == self._gone, told.c.chat_id == bindparam("of_chat"))
            await connection.execute(rows.values(story_id=self._kept, version=bindparam("had")), moved)
        await self._transaction.insert_ignoring(insert(told), added)
        await self._merge_coming(merged)
        columns = (rating.c.chat_id, literal(self._kept).label("story_id"), rating.c.value, rating.c.at)
        ratings = self._transaction.insert(rating).from_select(
            ["chat_id", "story_id", "value", "at"], select(*columns).where(rating.c.story_id == self._gone)
        )
        await connection.execute(ratings.on_conflict_do_nothing())

    def _version(self, merged: Merged, had: Mapping[StoryId, int]) -> int:
        return merged.told(had.get(self._kept), had.get(self._gone))

    async def _merge_coming(self, merged: Merged) -> None:
        """What is still to be sent counts with all that its chat has had and is to be sent."""
        had: dict[int, Versions] = {chat_id: dict(versions) for chat_id, versions in self._sent.items()}
        for row in self._coming:
            of_chat = had.setdefault(row.chat_id, {})
            for story_id, version in row.stories:
                if story_id in (self._kept, self._gone):
                    of_chat[story_id] = max(version, of_chat.get(story_id, 0))
        changed = []
        for row in self._coming:
            version = self._version(merged, had[row.chat_id])
            stories: dict[int, int] = {}
            for story_id, known in row.stories:
                either = story_id in (self._kept, self._gone)
                stories[self._kept if either else story_id] = version if either else known
            changed.append({"row": row.id, "now": [list(pair) for pair in stories.items()]})
        await _write(self._transaction, changed)


async def split_told(transaction: Transaction, left: StoryId, new: StoryId, versions_at: Sequence[datetime]) -> None:
    """Who was told a story, or is to be, has had the versions of a part that leaves it, as far as they were there then."""
    last_told = select(told.c.chat_id, func.max(told.c.told_at).label("told_at")).where(told.c.story_id == left)
    rows = []
    for row in await transaction.connection.execute(last_told.group_by(told.c.chat_id).order_by(told.c.chat_id)):
        version = sum(at <= row.told_at for at in versions_at)
        if version:
            rows.append({"chat_id": row.chat_id, "story_id": new, "version": version, "told_at": row.told_at})
    await transaction.insert_ignoring(insert(told), rows)
    changed = []
    for row in await _coming(transaction, (left,)):
        version = sum(at <= row.created_at for at in versions_at)
        if version:
            changed.append({"row": row.id, "now": [*row.stories, [new, version]]})
    await _write(transaction, changed)


async def _coming(transaction: Transaction, story_ids: Sequence[StoryId]) -> Sequence[AnyRow]:
    """The parts that are still to be sent and tell some of the stories."""
    as_text = cast(delivery.c.stories, String)  # [[story, version], ...] without blanks, as the engine writes JSON
    naming = or_(*(as_text.like(f"%[{story_id},%") for story_id in story_ids))
    columns = (delivery.c.id, delivery.c.chat_id, delivery.c.stories, delivery.c.created_at)
    return (await transaction.connection.execute(select(*columns).where(unfinished(), naming))).all()


async def _write(transaction: Transaction, changed: Sequence[dict[str, Any]]) -> None:
    """Put other stories into some parts: `row`, `now`."""
    if changed:
        stories = bindparam("now", type_=delivery.c.stories.type)
        rows = update(delivery).where(delivery.c.id == bindparam("row")).values(stories=stories)
        await transaction.connection.execute(rows, list(changed))
