"""Makers of entities for tests: every field has a plain value, a test names those that matter to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from news.audience import Address, Chat, ChatKind
from news.entities import (
    Article,
    ArticleKind,
    ArticleRevision,
    Document,
    NewArticle,
    NewSource,
    Publisher,
    PublisherKind,
    PublisherRegister,
    Source,
    SourceReading,
)
from news.fingerprint import fingerprint
from news.ids import ArticleId, ChatId, ModelId, SourceId, StoryId
from news.questions import TopicQuery
from news.reading import (
    Citation,
    CitedSentence,
    Enrichment,
    Facts,
    KeySentence,
    Method,
    Neighbour,
    Story,
    StoryUpdate,
    Summary,
    SummarySentence,
    Window,
    WrittenStory,
)
from tests.fakes.models import FAKE_MODEL, hashed, sentences_of

NOW = datetime(2023, 3, 21, 12, 0, tzinfo=UTC)
TEXT = "Putin and Xi met in Moscow on Tuesday. They spoke for four hours. Two agreements are to be signed."

PUBLISHERS = PublisherRegister(
    {
        "tass.com": Publisher(
            domain="tass.com", name="TASS", family="Russian state", country="RU", kind=PublisherKind.STATE
        ),
        "reuters.com": Publisher(
            domain="reuters.com", name="Reuters", family="Thomson Reuters", country="GB", kind=PublisherKind.AGENCY
        ),
        "bbc.co.uk": Publisher(domain="bbc.co.uk", name="BBC", family="BBC", country="GB", kind=PublisherKind.PUBLIC),
        "xinhuanet.com": Publisher(
            domain="xinhuanet.com", name="Xinhua", family="Chinese state", country="CN", kind=PublisherKind.STATE
        ),
    },
    frozenset({"GB", "US"}),
)


def source(**changes: Any) -> Source:
    plain = Source(id=SourceId(1), url="https://example.com/feed", name="Example", added_at=NOW)
    return replace(plain, **changes)


def new_source(**changes: Any) -> NewSource:
    return replace(NewSource(url="https://example.com/feed", name="Example", added_at=NOW), **changes)


def document(**changes: Any) -> Document:
    plain = Document(
        target="https://example.com/a",
        url="https://example.com/a",
        guid="a",
        title="Putin and Xi meet in Moscow",
        text=TEXT,
        published_at=NOW - timedelta(hours=1),
    )
    return replace(plain, **changes)


def reading(*documents: Document, **changes: Any) -> SourceReading:
    return replace(SourceReading(documents=documents), **changes)


def new_article(**changes: Any) -> NewArticle:
    text = changes.get("text", TEXT)
    plain = NewArticle(
        source_id=SourceId(1),
        url="https://example.com/a",
        guid="a",
        title="Putin and Xi meet in Moscow",
        text=text,
        author=None,
        published_at=NOW - timedelta(hours=1),
        dated=True,
        read_at=NOW,
        lang="en",
        site=None,
        publisher="example.com",
        kind=ArticleKind.ARTICLE,
        image_url=None,
        whole=True,
        fingerprint=fingerprint(text),
    )
    return replace(plain, **changes)


def article(**changes: Any) -> Article:
    new = new_article(**{name: value for name, value in changes.items() if name in NewArticle.__dataclass_fields__})
    fields = {name: getattr(new, name) for name in NewArticle.__dataclass_fields__}
    rest = {name: value for name, value in changes.items() if name not in fields}
    return Article(**{"id": ArticleId(1), "revision": 1, "story_id": None, **fields, **rest})


def revision(article_id: int = 1, **changes: Any) -> ArticleRevision:
    text = changes.get("text", TEXT)
    plain = ArticleRevision(
        article_id=ArticleId(article_id),
        title="Putin and Xi meet in Moscow",
        text=text,
        read_at=NOW,
        fingerprint=fingerprint(text),
    )
    return replace(plain, **changes)


def summary(text: str = TEXT, **changes: Any) -> Summary:
    sentences = tuple(
        SummarySentence(text=sentence.text, origin=sentence.index, verified=True) for sentence in sentences_of(text)
    )
    return replace(Summary(sentences=sentences, method=Method.EXTRACTIVE, model=FAKE_MODEL, seconds=0.0), **changes)


def enrichment(article_id: int = 1, text: str = TEXT, **changes: Any) -> Enrichment:
    sentences = sentences_of(text)
    plain = Enrichment(
        article_id=ArticleId(article_id),
        revision=1,
        lang="en",
        sentences=sentences,
        key_sentences=tuple(KeySentence(each.index, each.text, hashed(each.text)) for each in sentences),
        vector=hashed(text),
        facts=Facts(),
        summary=summary(text),
        enriched_at=NOW,
    )
    return replace(plain, **changes)


def neighbour(**changes: Any) -> Neighbour:
    plain = Neighbour(
        article_id=ArticleId(2),
        story_id=StoryId(1),
        similarity=0.5,
        by_words=False,
        publisher="tass.com",
        title="Xi arrives in Moscow",
        lang="en",
        published_at=NOW,
        facts=Facts(),
        text_chars=1_000,
        copy_of=None,
        story_size=1,
    )
    return replace(plain, **changes)


def cited(text: str = "They spoke for four hours.", article_id: int = 1, revision: int = 1) -> CitedSentence:
    return CitedSentence(text=text, citations=(Citation(ArticleId(article_id), revision),))


def story_update(article_id: int = 1, **changes: Any) -> StoryUpdate:
    plain = StoryUpdate(version=1, at=NOW, article_id=ArticleId(article_id), sentences=(cited(article_id=article_id),))
    return replace(plain, **changes)


def story(**changes: Any) -> Story:
    plain = Story(
        id=StoryId(1),
        version=1,
        title="Putin and Xi meet in Moscow",
        first_seen=NOW - timedelta(hours=1),
        last_seen=NOW,
        article_ids=(ArticleId(1),),
        updates=(story_update(),),
    )
    return replace(plain, **changes)


def written_story(*sentences: CitedSentence, version: int = 1, lang: str | None = "en") -> WrittenStory:
    return WrittenStory(version=version, lang=lang, model=ModelId("writer@1"), sentences=sentences)


def chat(**changes: Any) -> Chat:
    plain = Chat(id=ChatId(1), address=Address(1001), kind=ChatKind.PRIVATE, created_at=NOW)
    return replace(plain, **changes)


def topic_query(text: str = "Putin Xi", **changes: Any) -> TopicQuery:
    plain = TopicQuery(
        text=text,
        terms=tuple(text.split()),
        window=Window(NOW - timedelta(days=30), NOW + timedelta(minutes=1)),
        window_days=30,
    )
    return replace(plain, **changes)
