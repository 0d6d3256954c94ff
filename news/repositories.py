"""The repositories of sources, articles and stories: what the core asks of a database, in its own values.

Those of chats and deliveries stand in `news/outbox.py`. Batches come back in the order given. The contract tests in `tests/contracts`
hold the fakes and the real thing to these promises.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from news.entities import (
    Article,
    ArticleRevision,
    NewArticle,
    NewSource,
    Source,
    Trace,
)
from news.ids import ArticleId, ChatId, ModelId, SourceId, StoryId
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
    WrittenStory,
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
    async def taken_by_lead(self, since: datetime, languages: frozenset[str] | None, limit: int) -> list[ArticleId]:
        """Articles read since then whose latest text is enriched by its lead alone and has no vector, longest ago first;
        of one of the languages (None: all), or of one that nobody knows.
        """
        ...

    async def enrich_again(self, article_ids: Sequence[ArticleId]) -> None:
        """Have enriched articles wait to be enriched once more; meanwhile they are told as before."""
        ...

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

    async def cosines(
        self, vectors: Sequence[Vector], article_ids: Sequence[ArticleId]
    ) -> dict[ArticleId, list[float]]:
        """The nearness of these articles to each of the vectors; an article without a vector of the same model is left out."""
        ...

    async def vector_bytes(self, model: ModelId) -> int | None:
        """How long the stored vectors of a model are, as an embedder gives them; None where there is none yet."""
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

    async def glimpse(self, story_ids: Sequence[StoryId], members: int) -> list[Story]:
        """As `get`, but with so many members at most, the first and the latest, and with no update but the opening.

        It costs the same for a story of ten thousand articles.
        """
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

    async def write(self, story_id: StoryId, written: WrittenStory) -> bool:
        """Keep what a model made of a story; False where its version is another by now, and it is not kept."""
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
