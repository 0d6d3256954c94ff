"""What the in-memory database holds: plain dictionaries of frozen entities, copied whole for each transaction."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from news.corrections import Correction
from news.entities import Article, Source, Trace
from news.ids import ArticleId, ChatId, SourceId, StoryId
from news.reading import Enrichment, Story, WrittenStory
from tests.fakes.outbox import OutboxTables


@dataclass(frozen=True, slots=True)
class RevisionText:
    """One text of an article, as it was read."""

    title: str
    text: str
    read_at: datetime


@dataclass
class Tables:
    """One state of the database. `outbox` is the telling side's part: see `tests.fakes.outbox`."""

    sources: dict[SourceId, Source] = field(default_factory=dict)
    removed_sources: dict[SourceId, Source] = field(default_factory=dict)
    articles: dict[ArticleId, Article] = field(default_factory=dict)
    revisions: dict[tuple[ArticleId, int], RevisionText] = field(default_factory=dict)
    enrichments: dict[tuple[ArticleId, int], Enrichment] = field(default_factory=dict)
    again: frozenset[ArticleId] = frozenset()  # enriched articles that wait to be enriched once more
    traces: tuple[Trace, ...] = ()
    stories: dict[StoryId, Story] = field(default_factory=dict)
    story_aliases: dict[StoryId, StoryId] = field(default_factory=dict)
    writings: dict[StoryId, tuple[WrittenStory, ...]] = field(default_factory=dict)
    last_ids: Counter[str] = field(default_factory=Counter)
    outbox: OutboxTables = field(default_factory=OutboxTables)
    notes: dict[tuple[ChatId, str], tuple[str, datetime]] = field(default_factory=dict)
    corrections: dict[ArticleId, tuple[Correction, ...]] = field(default_factory=dict)
    usage: dict[tuple[date, str], int] = field(default_factory=dict)
    doubts: tuple[tuple[ArticleId, ChatId | None, str], ...] = ()

    def copy(self) -> "Tables":
        """An independent state with the same rows."""
        return Tables(
            sources=dict(self.sources),
            removed_sources=dict(self.removed_sources),
            articles=dict(self.articles),
            revisions=dict(self.revisions),
            enrichments=dict(self.enrichments),
            again=self.again,
            traces=self.traces,
            stories=dict(self.stories),
            story_aliases=dict(self.story_aliases),
            writings=dict(self.writings),
            last_ids=Counter(self.last_ids),
            outbox=self.outbox.copy(),
            notes=dict(self.notes),
            corrections=dict(self.corrections),
            usage=dict(self.usage),
            doubts=self.doubts,
        )

    def next_id(self, table: str) -> int:
        """A number that no row of the table has had."""
        self.last_ids[table] += 1
        return self.last_ids[table]

    def struck(self, article_id: ArticleId) -> set[str]:
        """The sentences of an article that nobody is told."""
        return {text for article, chat, text in self.doubts if article == article_id and chat is None}

    def living(self, story_id: StoryId) -> StoryId:
        """The story that a number stands for after merges."""
        while story_id in self.story_aliases:
            story_id = self.story_aliases[story_id]
        return story_id
