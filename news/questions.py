"""What is asked and what is answered: a question as it was understood, its answer, a line of a search.

All values are frozen; all datetimes are aware UTC.
"""

from dataclasses import dataclass
from datetime import datetime

from news.audience import SourceRef
from news.ids import ArticleId, StoryId
from news.reading import Method, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicQuery:
    """A question as it was understood; made by `bot.arguments.topic_query` from what a person typed."""

    text: str  # as asked, trimmed
    terms: tuple[str, ...]  # words that carry meaning, without operators and time words
    phrases: tuple[str, ...] = ()  # in quotation marks: exact
    must: tuple[str, ...] = ()  # +word
    must_not: tuple[str, ...] = ()  # -word
    window: Window
    window_days: int  # the window's length as told to people
    window_asked: bool = False  # the window came from the question or an option, not by default
    window_named: bool = False  # it came from words of the question, so that asking them again gives it again
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """A dated line of a timeline, a group's line, or a disagreement; `cites` are numbers of `TopicAnswer.sources`."""

    text: str
    cites: tuple[int, ...]
    at: datetime | None = None
    group: str | None = None  # key of a perspective group, e.g. "state:RU", "private:US", "other"
    dropped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAnswer:
    """The answer to a topic question; `found` is False when nothing stored speaks of it."""

    query: TopicQuery
    found: bool
    method: Method
    window_days: int
    widened: bool = False  # nothing in the window asked for: the default one was searched
    sentences: tuple[TopicLine, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    timeline: tuple[TopicLine, ...] = ()
    perspectives: tuple[TopicLine, ...] = ()
    disagreements: tuple[TopicLine, ...] = ()
    stories: tuple[StoryId, ...] = ()
    articles: int = 0  # found in all
    outlets: int = 0
    countries: int = 0
    nearest: tuple[SourceRef, ...] = ()  # when nothing was found: what comes nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """One line of a search."""

    article_id: ArticleId
    url: str
    title: str
    publisher: str
    source: str  # name of the source it was read from
    published_at: datetime
    score: float
