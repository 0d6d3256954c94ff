"""The repositories of the telling side: chats with what they chose and were told, and the rows that wait to be sent.

The other three stand in `news/repositories.py`; the same contract tests hold these to their promises.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from news.audience import (
    Address,
    AdminAction,
    Chat,
    ChatStatus,
    Delivery,
    Invitation,
    NewDelivery,
    OutMessage,
    Person,
    Topic,
    TopicMode,
)
from news.ids import ArticleId, ChatId, DeliveryId, StoryId, TopicId


class Chats(Protocol):
    """Chats, what they follow, what they were told, and people's roles."""

    async def get(self, chat_id: ChatId) -> Chat | None: ...
    async def find(self, address: Address) -> Chat | None: ...
    async def at(self, telegram_id: int) -> list[Chat]:
        """The chat of that number at Telegram and its forum topics."""
        ...

    async def all(self) -> list[Chat]: ...
    async def page(self, after: ChatId, limit: int) -> list[Chat]:
        """The next chats by number, for a walk through all of them that holds up nobody."""
        ...

    async def groups(self, limit: int) -> list[Chat]:
        """Groups, their forum topics and channels that can be written to, those met last first."""
        ...

    async def count_by_status(self) -> dict[ChatStatus, int]: ...
    async def add(self, chat: Chat) -> Chat:
        """Store a chat (its `id` is ignored); an address that is known returns the stored one."""
        ...

    async def save(self, chat: Chat) -> None: ...
    async def remove(self, chat_id: ChatId) -> None:
        """The person's own wish: the chat with topics, ledger and deliveries is deleted."""
        ...

    async def due(self, now: datetime, limit: int) -> list[Chat]:
        """Chats whose `next_due_at` has come, longest waiting first: active ones, and paused ones whose `paused_until` has."""
        ...

    async def due_counts(self, after: datetime, until: datetime) -> dict[datetime, int]:
        """How many chats come due at each instant with after < instant <= until."""
        ...

    async def schedule(self, due: Mapping[ChatId, datetime | None]) -> None:
        """Set `next_due_at` of many chats, and nothing else of them."""
        ...

    async def topics(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, tuple[Topic, ...]]: ...
    async def follow(self, chat_id: ChatId, query: str, mode: TopicMode, now: datetime) -> Topic:
        """A query that is followed already (without regard to case) is returned as it stands, in the new mode."""
        ...

    async def unfollow(self, chat_id: ChatId, topic_id: TopicId) -> bool: ...
    async def topics_in(self, modes: Sequence[TopicMode]) -> list[Topic]:
        """All chats' topics in one of these modes, oldest first."""
        ...

    async def told(self, chat_id: ChatId, story_ids: Sequence[StoryId]) -> dict[StoryId, tuple[int, datetime]]:
        """The ledger: the latest version of each story that the chat has had, or has in parts not yet sent; and when."""
        ...

    async def told_many(
        self, chat_ids: Sequence[ChatId], story_ids: Sequence[StoryId]
    ) -> dict[ChatId, dict[StoryId, tuple[int, datetime]]]:
        """The ledgers of many chats at once, for those stories; a chat that was told none of them is left out."""
        ...

    async def rate(self, chat_id: ChatId, story_id: StoryId, value: int, now: datetime) -> None:
        """👍 +1, 👎 -1, 0 takes it back."""
        ...

    async def ratings(self, chat_id: ChatId) -> dict[StoryId, int]: ...
    async def ratings_many(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, dict[StoryId, int]]:
        """The ratings of many chats at once; a chat without any is left out."""
        ...

    async def told_in(self, telegram_id: int, message_id: int) -> tuple[ChatId, tuple[StoryId, ...]] | None:
        """The chat and the stories that a message of the outbox told there; None for any other message."""
        ...

    async def person(self, user_id: int) -> Person | None: ...
    async def people(self) -> list[Person]: ...
    async def appoint(self, person: Person) -> None: ...
    async def dismiss(self, user_id: int) -> None: ...
    async def invite(self, invitation: Invitation) -> None: ...
    async def redeem(self, code: str, now: datetime) -> bool:
        """Take one use of an invitation; False: unknown, used up or over."""
        ...

    async def record(self, action: AdminAction) -> None: ...
    async def actions(self, limit: int) -> list[AdminAction]:
        """What admins did, latest first."""
        ...


class Deliveries(Protocol):
    """The outbox."""

    async def add(self, deliveries: Sequence[NewDelivery], now: datetime) -> int:
        """Rows that stand already (chat, key, part) are left alone; how many are new."""
        ...

    async def claim(self, now: datetime, *, lease: timedelta, limit: int) -> list[Delivery]:
        """Take due rows (pending, or claimed with a lapsed lease): pushes and notices first, then oldest.

        Of one chat only the earliest unfinished part is given, so that parts leave in order.
        """
        ...

    async def fence(self, delivery: Delivery, now: datetime) -> bool:
        """claimed → sending, if this claim still holds. False: somebody else has it; do not send."""
        ...

    async def sent(self, delivery_id: DeliveryId, message_id: int, now: datetime) -> None:
        """sending → sent, with the ledger entries of its stories, in the same commit."""
        ...

    async def fence_many(self, deliveries: Sequence[Delivery], now: datetime) -> frozenset[DeliveryId]:
        """`fence` for several at once; those whose claims still held."""
        ...

    async def sent_many(self, messages: Mapping[DeliveryId, int], now: datetime) -> None:
        """`sent` for several at once, with the number of each message."""
        ...

    async def retry(self, delivery_id: DeliveryId, not_before: datetime, code: str) -> None:
        """sending or claimed → pending."""
        ...

    async def replace(self, delivery_id: DeliveryId, message: OutMessage, now: datetime, code: str) -> None:
        """The message was refused as broken: sending → pending with a plain one in its place."""
        ...

    async def unknown(self, delivery_id: DeliveryId, now: datetime, *, again_at: datetime | None) -> None:
        """sending → unknown, with the ledger entries as if it were sent; `again_at`: → pending, to be sent once more then.

        Either way `unknowns` grows by one.
        """
        ...

    async def fail(self, delivery_id: DeliveryId, code: str, now: datetime) -> None:
        """→ failed; later parts of the same key go on."""
        ...

    async def withdraw(self, article_id: ArticleId, code: str) -> int:
        """An article was taken down: rows that cite it and are not on their way yet → failed; how many.

        What else they told counts as not told, so that the next digest tells it.
        """
        ...

    async def drop_chat(self, chat_id: ChatId, code: str) -> int:
        """All unfinished rows of a chat → dropped; how many."""
        ...

    async def recall(self, chat_id: ChatId, code: str, keys: Collection[str] | None = None) -> int:
        """Take back digests and pushes, of those keys or all, as far as they are not on their way; how many parts.

        One of which nothing has left is deleted, so that its slot may be promised again; of one that has begun, or may
        have, the rest is dropped.
        """
        ...

    async def release_claims(self) -> int:
        """claimed → pending, all of them; how many. Asked by the holder of the sender's lease only, before it claims.

        A sender that lost the lease and lives cannot fence what it had claimed any more.
        """
        ...

    async def leftovers(self) -> list[Delivery]:
        """Rows left `sending` by a sender that died: their outcome is unknown. Asked by the holder of the lease only."""
        ...

    async def of_story(self, chat_id: ChatId, story_id: StoryId) -> list[Delivery]:
        """Sent rows that told the story, latest first: for `why` and for editing pushes."""
        ...

    async def keys(self, chat_id: ChatId, prefix: str) -> list[str]:
        """Keys of a chat's rows that begin so, for slots already written."""
        ...

    async def count_since(self, chat_id: ChatId, prefix: str, since: datetime) -> int:
        """How many of a chat's messages with such keys were written since then and left, may have left or wait: for daily caps."""
        ...

    async def slot_keys(self, chat_ids: Sequence[ChatId], since: date) -> dict[ChatId, frozenset[str]]:
        """Keys `digest:DATE:TIME` with DATE >= since of many chats' rows (any state); a chat without any is left out."""
        ...

    async def hold_lease(self, name: str, holder: str, now: datetime, ttl: timedelta) -> bool:
        """Take or renew the named lease; False while somebody else's is alive."""
        ...

    async def lease_holder(self, name: str) -> str | None:
        """Who held the lease last, alive or not."""
        ...

    async def drop_lease(self, name: str, holder: str) -> None: ...
    async def counts(self, now: datetime) -> Mapping[str, float]:
        """For the metrics: rows by state, `oldest_pending_s`."""
        ...
