"""Which corrections the chats of one tick are still to be told.

`Owing` is loaded once a tick and asked for each batch of chats. What a chat is owed follows from stored rows alone: it was
told the sentence, and no message tells it what stands now. Where nothing was corrected, nothing is looked up for any
chat; else only the messages of those chats that were told a story with a correction. Raises StorageError.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from news.audience import Chat
from news.corrections import ToldCorrection, owed
from news.ids import ChatId, StoryId
from news.ports import UnitOfWork

_SPARE = timedelta(hours=12)


class Owing:
    """The corrections that may be owed, by story."""

    def __init__(self) -> None:
        self._by_story: dict[StoryId, list[ToldCorrection]] = {}
        self._since: datetime | None = None

    @property
    def stories(self) -> Sequence[StoryId]:
        """Those with a correction."""
        return list(self._by_story)

    async def load(self, unit: UnitOfWork, since: datetime) -> None:
        """Read what was corrected since then; what is known already is not read again."""
        if self._since is not None and self._since <= since:
            return
        self._since = since
        found: dict[StoryId, list[ToldCorrection]] = defaultdict(list)
        for each in await unit.corrections.since(since):
            found[each.story_id].append(each)
        self._by_story = dict(found)

    async def of(
        self,
        unit: UnitOfWork,
        since: Mapping[ChatId, datetime],
        told: Mapping[ChatId, Mapping[StoryId, tuple[int, datetime]]],
    ) -> dict[ChatId, tuple[ToldCorrection, ...]]:
        """What each of the chats is owed, of what was corrected since its own instant; oldest telling first."""
        candidates: dict[ChatId, list[ToldCorrection]] = {}
        for chat_id, first in since.items():
            had = told.get(chat_id, {}) if self._by_story else {}
            made = [
                each for story_id in had for each in self._by_story.get(story_id, ()) if each.correction.at >= first
            ]
            if made:
                candidates[chat_id] = made
        if not candidates:
            return {}
        stories = dict.fromkeys(each.story_id for made in candidates.values() for each in made)
        said = await unit.corrections.told(list(candidates), list(stories))
        found = {chat_id: owed(made, said.get(chat_id, ())) for chat_id, made in candidates.items()}
        return {chat_id: made for chat_id, made in found.items() if made}


def looked_back(chat: Chat, span_days: int, now: datetime) -> datetime:
    """Since when corrections count for a chat's digest: twice its span, so that a digest that was lost takes none along."""
    due_at = min(chat.next_due_at or now, now)
    return due_at - timedelta(days=2 * span_days) - _SPARE
