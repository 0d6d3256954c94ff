"""A text that somebody gives - a page's or one that was pasted - summarized, and set among the stored stories.

`GivenService.summarize`: the models read the text outside of any transaction as they read a stored article (`news.preparing`); one
read-only transaction then asks which story it would belong to, by the rules that place stored articles (`news.stories`). Nothing is
stored. Out: the sentences of a summary, each with its place in the text, and the articles of that story by other publishers.
`tell` takes several texts for reports of one story and tells it as a digest would. Raises BadRequest `no_text` where there is no
sentence, `not_told` where no headline or sentence can be told, and the models' SummaryError.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from news.audience import SourceRef, StoryCard, StoryStatus
from news.cards import card, head_of, source_ref
from news.entities import Article, Document, PublisherRegister
from news.errors import BadRequest, SummaryError
from news.fingerprint import fingerprint
from news.gist import MOST_WORDS
from news.ids import ArticleId, ModelId, SourceId, StoryId
from news.placing import subject_of
from news.ports import Embedder, OpenUnitOfWork, Summarizer, UnitOfWork
from news.preparing import Prepared, Preparer, PreparingRules
from news.reading import Citation, Story, SummarySentence, WrittenStory
from news.reports import story_input
from news.stories import Join, assign, rules_for
from news.told import Told
from news.urls import domain_of

SUMMARY_WORDS = 80
MOST_OTHERS = 5
"""Articles of other publishers that are named."""

_STORY = StoryId(0)  # of given texts, which are no stored story


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSummary:
    """A given text in short. `others` are numbered from 2: the text itself is the first source."""

    document: Document
    publisher: str  # its outlet's name; empty for a text without an address
    sentences: tuple[SummarySentence, ...]
    others: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenStory:
    """Given texts told together; the citations count them from 1 in the order given."""

    card: StoryCard
    model: ModelId | None  # that wrote the sentences; None: they are the texts' own


class GivenService:
    """Reads texts that people give."""

    def __init__(
        self, open_unit: OpenUnitOfWork, summarizer: Summarizer, embedder: Embedder, publishers: PublisherRegister
    ) -> None:
        self._open_unit = open_unit
        self._preparer = Preparer(summarizer, embedder, PreparingRules(summary_words=SUMMARY_WORDS))
        self._summarizer = summarizer
        self._embedder = embedder
        self._publishers = publishers

    async def summarize(self, document: Document, now: datetime) -> GivenSummary:
        """The text in short, with who else reports its story."""
        _check(document)
        article = _as_article(document, now)
        prepared, refused = await self._preparer.prepare([article], now)
        if refused:
            raise SummaryError(refused[0].message, code=refused[0].code)
        [read] = prepared
        sentences = tuple(each for each in read.enrichment.summary.sentences if each.verified)
        if not sentences:
            raise BadRequest("There is no sentence in this text.", code="no_text")
        async with self._open_unit(readonly=True) as unit:
            others = await self._others(unit, read)
        publisher = self._publishers.of(article.publisher).name if article.publisher else ""
        return GivenSummary(document=document, publisher=publisher, sentences=sentences, others=others)

    async def tell(self, documents: Sequence[Document], now: datetime) -> GivenStory:
        """The story that all of them report, in at most forty words."""
        for each in documents:
            _check(each)
        articles = [_as_article(each, now, number) for number, each in enumerate(documents, 1)]
        prepared, refused = await self._preparer.prepare(articles, now)
        if refused:
            raise SummaryError(refused[0].message, code=refused[0].code)
        read = sorted(prepared, key=lambda each: (each.article.published_at, each.article.id))
        story = Story(
            id=_STORY,
            version=1,
            title=read[0].article.title,
            first_seen=read[0].article.published_at,
            last_seen=read[-1].article.published_at,
            article_ids=tuple(each.article.id for each in read),
        )
        enrichments = {each.article.id: each.enrichment for each in read}
        told = Told(story, tuple(each.article for each in read), enrichments, self._publishers)
        written = await self._written(told)
        told = replace(told, story=replace(story, written=written))
        shown = card(told, StoryStatus.NEW)
        if shown is None:
            raise BadRequest("There is nothing in these texts that can be told.", code="not_told")
        return GivenStory(card=shown, model=None if written is None else written.model)

    async def _written(self, told: Told) -> WrittenStory | None:
        head = head_of(told)
        if head is None:
            return None
        [written] = await self._summarizer.tell([story_input(told, head)], max_words=MOST_WORDS)
        return written

    async def _others(self, unit: UnitOfWork, read: Prepared) -> tuple[SourceRef, ...]:
        """The story's articles by other publishers, the latest of each; none where it is no stored story."""
        rules = rules_for(self._embedder.model)
        neighbours = await unit.articles.neighbours(
            read.enrichment,
            text=read.text,
            around=read.article.published_at,
            within=rules.within,
            limit=rules.neighbours,
        )
        place = assign(subject_of(read.article, read.enrichment), neighbours, rules)
        stories = await unit.stories.get([place.story_id]) if isinstance(place, Join) else []
        members = await unit.articles.get([each for story in stories for each in story.article_ids])
        told = {self._publishers.of(read.article.publisher).family} if read.article.publisher else set()
        found: list[SourceRef] = []
        for member in reversed(members):
            family = self._publishers.of(member.publisher).family
            if not (member.removed or member.url == read.article.url or family in told or len(found) == MOST_OTHERS):
                told.add(family)
                citation = Citation(member.id, member.revision)
                found.append(source_ref(len(found) + 2, citation, member, self._publishers))
        return tuple(found)


def _check(document: Document) -> None:
    if not any(letter.isalnum() for letter in document.text):
        raise BadRequest("There is no sentence in this text.", code="no_text")


def _as_article(document: Document, now: datetime, number: int = 0) -> Article:
    """The text as the models and the story rules look at it; one without an address is an outlet of its own."""
    return Article(
        id=ArticleId(number),
        source_id=SourceId(0),
        url=document.url or "",
        guid=None,
        title=document.title,
        text=document.text,
        author=document.author,
        published_at=document.published_at or now,
        dated=document.published_at is not None,
        read_at=now,
        lang=document.lang,
        site=document.site,
        publisher=domain_of(document.url) if document.url else document.target if number else "",
        kind=document.kind,
        image_url=None,
        whole=document.whole,
        revision=1,
        fingerprint=fingerprint(document.text),
        copy_of=None,
        story_id=None,
    )
