"""The five repositories behind a unit of work: what the core asks of a database, in its own values.

Batches come back in the order given. The contract tests in `tests/contracts` hold the fakes and the real thing to these promises.
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
from news.entities import (
    Article,
    ArticleRevision,
    NewArticle,
    NewSource,
    Source,
    Trace,
)
from news.ids import ArticleId, ChatId, DeliveryId, SourceId, StoryId, TopicId
from news.reading import (
    Enrichment,
    Hit,
    Neighbour,
    Sentence,
    Story,
    StoryUpdate,
    Vector,
    Window,
    WordQuery,
)


class Sources(Protocol):
    """Sources by number, address and due time."""

    async def add(self, source: NewSource) -> Source:
        """Raises SourceExists when the address is a source."""
        ...

    async def get(self, source_id: SourceId) -> Source:
        """Raises SourceNotFound."""
        ...

    async def find(self, name: str) -> Source | None:
        """By number, address, or name (without regard to case)."""
        ...

    async def all(self) -> list[Source]: ...
    async def due(self, now: datetime, limit: int) -> list[Source]:
        """Active ones, not given by hand, whose next check has come; longest waiting first."""
        ...

    async def save(self, source: Source) -> None:
        """Write every field but the number."""
        ...

    async def remove(self, source_id: SourceId) -> None:
        """Its articles stay, with the source marked removed so that history and citations still name it."""
        ...

    async def bring_back(self, source_id: SourceId) -> None:
        """Take `remove` back; a source that was not removed stays as it is. Raises SourceNotFound."""
        ...


class Articles(Protocol):
    """Articles, their texts by revision, what was computed from them, and the searches over them."""

    async def known(self, source_id: SourceId, urls: Sequence[str], guids: Sequence[str]) -> list[Article]:
        """The stored articles with one of the URLs (any source), or with one of the GUIDs of this source."""
        ...

    async def similar_texts(self, fingerprints: Sequence[int], since: datetime) -> list[Article]:
        """Articles read since then whose fingerprint differs in at most 3 of 64 bits from one of those given."""
        ...

    async def add(self, articles: Sequence[NewArticle]) -> list[ArticleId]: ...
    async def revise(self, revisions: Sequence[ArticleRevision]) -> None:
        """Store new texts; the articles are unenriched again and keep their story."""
        ...

    async def get(self, article_ids: Sequence[ArticleId]) -> list[Article]:
        """In the order given; unknown numbers are left out."""
        ...

    async def by_url(self, url: str) -> Article | None: ...
    async def count_read(self, since: datetime) -> int:
        """How many articles were read since then."""
        ...

    async def since(self, since: datetime | None, limit: int) -> list[Article]:
        """Newest published first."""
        ...

    async def remove(self, article_id: ArticleId) -> None:
        """Take an article down: text, vectors and search entries go, the URL stays known so that it does not return."""
        ...

    async def strike(self, article_id: ArticleId, text: str) -> None:
        """No summary, answer or story tells this sentence any more, nor does a later enrichment; the article keeps it."""
        ...

    async def doubt(self, article_id: ArticleId, text: str, chat_id: ChatId) -> None:
        """The chat is not told this sentence any more."""
        ...

    async def doubted(self, chat_ids: Sequence[ChatId]) -> dict[ChatId, frozenset[str]]:
        """The sentences that each chat doubts; a chat that doubts none is left out."""
        ...

    async def unenriched(self, limit: int, *, among: Sequence[ArticleId] | None = None) -> list[Article]:
        """Those that wait to be enriched, out of all or of those given; oldest first."""
        ...

    async def unenriched_ids(self, limit: int) -> list[ArticleId]:
        """The numbers of `unenriched`."""
        ...

    async def count_unenriched(self) -> int: ...
    async def enrich(self, enrichment: Enrichment) -> None:
        """Save what was computed; a stale revision is ignored. The article becomes findable."""
        ...

    async def enrichments(self, article_ids: Sequence[ArticleId]) -> dict[ArticleId, Enrichment]: ...
    async def sentences(
        self, citations: Sequence[tuple[ArticleId, int]]
    ) -> dict[tuple[ArticleId, int], tuple[Sentence, ...]]:
        """Sentences of (article, revision), older revisions too."""
        ...

    async def neighbours(
        self, enrichment: Enrichment, *, text: str, around: datetime, within: timedelta, limit: int
    ) -> list[Neighbour]:
        """Enriched articles with a story, published within that time on either side, most similar first.

        By vector where the enrichment has one, else by tf-idf over the words of `text`. Never the article itself.
        """
        ...

    async def search_words(self, query: WordQuery, window: Window, limit: int) -> list[Hit]:
        """Best first by bm25, out of a bounded number of the newest matches."""
        ...

    async def search_vector(self, vector: Vector, window: Window, limit: int) -> list[Hit]:
        """Nearest first; the score is the cosine."""
        ...

    async def cosines(self, vectors: Sequence[Vector], article_ids: Sequence[ArticleId]) -> dict[ArticleId, list[float]]:
        """The nearness of these articles to each of the vectors; an article without a vector of the same model is left out."""
        ...

    async def search_phrase(self, article_ids: Sequence[ArticleId], phrase: str) -> list[ArticleId]:
        """Those whose title or text holds the phrase, without regard to case and white space."""
        ...

    async def trace(self, traces: Sequence[Trace]) -> None: ...
    async def traces(self, url: str) -> list[Trace]:
        """Oldest first."""
        ...

    async def left_out(self, source_id: SourceId, urls: Sequence[str]) -> frozenset[str]:
        """Those of the addresses that a read of this source traced as one of `news.entities.LEFT_OUT`."""
        ...

    async def forget(self, read_before: datetime, limit: int) -> int:
        """Retention: remove whole articles read before then that no pending delivery cites; how many.

        Of those without a date a trace `too_old` stays, so that a feed that still lists them does not bring them back.
        """
        ...


class Stories(Protocol):
    """Stories, their members and versions."""

    async def alone(self) -> None:
        """Wait until no other unit places articles or regroups stories; none does before this one ends.

        Two that placed articles of one event at the same time would found two stories.
        """
        ...

    async def get(self, story_ids: Sequence[StoryId]) -> list[Story]:
        """In the order given, aliases resolved, unknown ones left out, none twice."""
        ...

    async def since(self, since: datetime, limit: int) -> list[Story]:
        """Stories last seen since then, latest first."""
        ...

    async def titles(self, since: datetime, limit: int) -> list[str]:
        """The headlines of `since`, which cost a hundredth of the stories."""
        ...

    async def create(self, article_id: ArticleId, title: str, opening: StoryUpdate) -> StoryId: ...
    async def join(self, story_id: StoryId, article_id: ArticleId, *, title: str, update: StoryUpdate | None) -> None:
        """Add an article; an update makes a new version."""
        ...

    async def merge(
        self,
        older: StoryId,
        younger: StoryId,
        *,
        at: datetime,
        brought: Sequence[StoryUpdate] = (),
        had: Sequence[StoryUpdate] = (),
    ) -> None:
        """The older number lives, the younger becomes its alias.

        `brought` is what the younger tells beyond the older, `had` the other way round. What each chat has had then, also by
        what it is still to be sent, says `news.merging.Merged`.
        """
        ...

    async def split(
        self, story_id: StoryId, article_ids: Sequence[ArticleId], *, title: str, opening: StoryUpdate
    ) -> StoryId:
        """Move some, not all, articles of a story to a new one, whose number is given back.

        What those articles added moves with them, after the opening. Who was told the old story since the opening's time has
        had of the new one what it said by then. The old story keeps its number and version.
        """
        ...

    async def versions(self, story_ids: Sequence[StoryId]) -> Mapping[StoryId, int]: ...


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
        """Keys of a chat's rows that begin so, for slots already written and for daily caps."""
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
