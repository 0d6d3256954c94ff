"""What is read and kept: publishers, sources, documents, articles.

All values are frozen; all datetimes are aware UTC. Rows of a database never appear here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from news.ids import ArticleId, SourceId, StoryId


class PublisherKind(StrEnum):
    """Who stands behind an outlet, as far as it is known for certain."""

    STATE = "state"  # run or controlled by a government
    PUBLIC = "public"  # public-service, independent by statute
    PRIVATE = "private"
    AGENCY = "agency"  # a news agency that is not a state's
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """An outlet. `family` is its owner's name: corroboration counts families, not feeds."""

    domain: str  # registrable or listed domain, lower case, without www
    name: str
    family: str
    country: str | None = None  # ISO 3166-1 alpha-2
    language: str | None = None  # ISO 639-1
    kind: PublisherKind = PublisherKind.UNKNOWN


@dataclass(frozen=True, slots=True)
class PublisherRegister:
    """The outlets that are known, by domain. An unlisted domain is a publisher of its own, of unknown kind."""

    by_domain: Mapping[str, Publisher] = field(default_factory=dict)
    western: frozenset[str] = frozenset()  # countries that count to the West, ISO 3166-1 alpha-2

    def of(self, domain: str) -> Publisher:
        """The publisher of a domain or of its nearest listed parent domain."""
        labels = domain.lower().removeprefix("www.").split(".")
        for start in range(len(labels) - 1):
            known = self.by_domain.get(".".join(labels[start:]))
            if known is not None:
                return known
        name = ".".join(labels)
        return Publisher(domain=name, name=name, family=name)


class SourceKind(StrEnum):
    """How a source is read."""

    FEED = "feed"  # RSS, RDF, Atom or JSON Feed
    PAGES = "pages"  # a page that lists articles: a home page, a channel's public preview
    HAND = "hand"  # files and rows given by hand; never due


class TextFrom(StrEnum):
    """Where an article's text comes from."""

    AUTO = "auto"  # the page where the feed gives a teaser
    FEED = "feed"
    PAGE = "page"


class SourceStatus(StrEnum):
    """Whether a source is read."""

    ACTIVE = "active"
    PAUSED = "paused"  # by an admin
    GONE = "gone"  # its server said 410


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the last reads taught: cache validators, pace and health. Everything a poll may change, in one value."""

    etag: str | None = None
    last_modified: str | None = None
    interval: timedelta = timedelta(minutes=15)
    next_check_at: datetime | None = None  # None: at once
    last_read_at: datetime | None = None  # any answer, 304 included
    last_success_at: datetime | None = None
    newest_at: datetime | None = None  # published_at of the newest entry seen
    baseline_at: datetime | None = None  # when the first read was stored
    error_code: str | None = None  # code of the last error, None once a read succeeded
    error_message: str | None = None
    failing_since: datetime | None = None
    failures: int = 0  # in a row
    told_failing_at: datetime | None = None  # when the admins were told


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed or page list that an admin added."""

    id: SourceId
    url: str
    name: str
    kind: SourceKind = SourceKind.FEED
    text_from: TextFrom = TextFrom.AUTO
    status: SourceStatus = SourceStatus.ACTIVE
    category: str | None = None
    site_url: str | None = None
    added_at: datetime
    added_by: int | None = None  # Telegram user id
    state: SourceState = SourceState()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source to be stored. The fields mean what they mean in `Source`."""

    url: str
    name: str
    kind: SourceKind = SourceKind.FEED
    text_from: TextFrom = TextFrom.AUTO
    category: str | None = None
    site_url: str | None = None
    added_at: datetime
    added_by: int | None = None
    interval: timedelta = timedelta(minutes=15)


class ArticleKind(StrEnum):
    """What a page is, told apart by simple means."""

    ARTICLE = "article"
    OPINION = "opinion"
    LIVE = "live"
    GALLERY = "gallery"
    VIDEO = "video"
    PAYWALL = "paywall"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What was read from one entry, page, file or row, before it is an article."""

    target: str  # address, path or row as given, for messages
    url: str | None = None
    guid: str | None = None
    title: str = ""
    text: str = ""  # plain text, paragraphs parted by one empty line, no furniture
    author: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None  # of the last change, where a feed tells it beside the publication
    lang: str | None = None  # as declared; ISO 639-1
    site: str | None = None
    kind: ArticleKind = ArticleKind.ARTICLE
    image_url: str | None = None
    whole: bool = True  # False: only an opening was to be had


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A target that could not be read."""

    target: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """One poll of a source. An unchanged source has `unchanged` and no documents."""

    documents: tuple[Document, ...] = ()
    refused: tuple[Refusal, ...] = ()
    unchanged: bool = False
    moved_to: str | None = None  # a permanent redirect was followed
    title: str | None = None
    site_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    wait_at_least: timedelta | None = None  # what the server or the feed asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A source that an address offers, with its newest entries as a preview."""

    url: str
    title: str
    kind: SourceKind
    site_url: str | None = None
    newest: tuple[Document, ...] = ()  # at most three
    interval: timedelta = timedelta(minutes=15)  # learned from the entries' dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a source published, at its latest revision."""

    id: ArticleId
    source_id: SourceId
    url: str  # canonical
    guid: str | None
    title: str
    text: str
    author: str | None
    published_at: datetime
    dated: bool  # False: no date was given, published_at is the time of reading
    read_at: datetime  # when this revision was read
    lang: str | None
    site: str | None
    publisher: str  # domain
    kind: ArticleKind
    image_url: str | None
    whole: bool
    revision: int  # 1 for the first text
    fingerprint: int  # 64-bit similarity hash of the text, see news.fingerprint
    copy_of: ArticleId | None  # the earlier article that this one nearly repeats
    story_id: StoryId | None  # None until enriched
    removed: bool = False  # taken down: its text is gone, its URL stays known so that it does not return


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article to be stored. The fields mean what they mean in `Article`."""

    source_id: SourceId
    url: str
    guid: str | None
    title: str
    text: str
    author: str | None
    published_at: datetime
    dated: bool
    read_at: datetime
    lang: str | None
    site: str | None
    publisher: str
    kind: ArticleKind
    image_url: str | None
    whole: bool
    fingerprint: int
    copy_of: ArticleId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRevision:
    """A new text for a stored article; the old one is kept."""

    article_id: ArticleId
    title: str
    text: str
    read_at: datetime
    fingerprint: int
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One line of an article's provenance, for `why`: what a target was taken for, when, and from which source."""

    url: str
    at: datetime
    source_id: SourceId | None
    outcome: str  # new, changed, same, too_old, not_article, removed or an error's code
    detail: str = ""


LEFT_OUT = ("too_old", "not_article", "removed")
"""Outcomes of a `Trace` that say: met and not taken. They are traced once, not at each poll."""
