"""Answers a question about a topic from stored articles, and searches them.

`answer`: the question's own vector is made first, with no transaction open; one read-only transaction finds and reads the
articles; then sentences are chosen by arithmetic on what was stored. Nothing is written by a model here: every line is a
stored sentence with its citation. Where nothing stored speaks of the question, `found` is False and the nearest articles
are offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from news.aliases import AliasTable
from news.answers import (
    Material,
    Numbering,
    by_group,
    disagreements,
    lines,
    passages,
    timeline,
)
from news.asking import Asked, worded
from news.audience import SourceRef, StoryCard, StoryStatus
from news.cards import card, source_ref
from news.entities import PublisherRegister
from news.errors import SourceNotFound
from news.finding import NEAREST, Finder, Search, is_near
from news.groups import groups_of
from news.headlines import real_title, title_or_address
from news.ids import SourceId, StoryId
from news.ports import Embedder, OpenUnitOfWork, Summarizer, UnitOfWork
from news.questions import SearchResult, TopicAnswer, TopicLine, TopicQuery
from news.ranking import Found, Naming, RankingRules
from news.reading import Citation, CitedSentence, Hit, Method, Passage, Vector, Window
from news.retrieval import question_vectors, retrieve
from news.told import Told, by_story, summary_sentences, whole
from news.wording import alike

MOST_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class Report:
    """When an article that speaks of a question was published, and by which group of publishers."""

    at: datetime
    group: str  # key, as `TopicLine.group`


class TopicService:
    """Questions, searches and stories on demand."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        summarizer: Summarizer,
        embedder: Embedder,
        publishers: PublisherRegister,
        aliases: AliasTable,
    ) -> None:
        self._open_unit = open_unit
        self._summarizer = summarizer
        self._embedder = embedder
        self._publishers = publishers
        self._aliases = aliases
        self._rules = RankingRules()
        self._finder = Finder(open_unit, publishers, aliases, self._rules)

    async def answer(self, query: TopicQuery, now: datetime) -> TopicAnswer:
        """The answer to the question, or what comes nearest to one."""
        asked = await self._asked(query, closely=True)
        return await self._answered(asked, await self._finder.find(asked, now))

    async def trend(self, query: TopicQuery, now: datetime) -> tuple[TopicAnswer, tuple[Report, ...]]:
        """The answer, with when and from which group of publishers each article that speaks of the question came."""
        asked = await self._asked(query, closely=True)
        search = await self._finder.find(asked, now)
        relevant = [each.hit for each in search.retrieval.relevant]
        group_of = groups_of((hit.publisher for hit in relevant), self._publishers)
        reports = tuple(Report(at=hit.published_at, group=group_of[hit.publisher]) for hit in relevant)
        return await self._answered(asked, search), reports

    async def _answered(self, asked: Asked, search: Search) -> TopicAnswer:
        query, vector, material = asked.query, asked.vector, search.material
        chosen, method = (
            await self._sentences(query, vector, material) if search.retrieval.relevant else ((), Method.LEAD)
        )
        numbering = Numbering(material)
        sentences = lines(numbering, chosen)
        if not sentences:
            return TopicAnswer(
                query=query,
                found=False,
                method=method,
                window_days=search.query.window_days,
                widened=search.widened,
                nearest=_nearest(material),
            )
        told = [line.text for line in sentences]
        developed = tuple(
            TopicLine(text=sentence.text, cites=numbering.of(sentence.citations), at=at, dropped=sentence.dropped)
            for at, sentence in timeline(material, told)
        )
        said = await self._perspectives(query, vector, material, numbering, told)
        differing = _disagreements(material, numbering)
        relevant = [each for each in search.retrieval.relevant if each.hit.article_id in material.articles]
        spoke = {each.hit.article_id: each.hit.publisher for each in search.retrieval.relevant}
        spoke |= {cited.article_id: material.articles[cited.article_id].publisher for cited in numbering.refs}
        publishers = [self._publishers.of(publisher) for publisher in spoke.values()]
        return TopicAnswer(
            query=query,
            found=True,
            method=method,
            window_days=search.query.window_days,
            widened=search.widened,
            sentences=sentences,
            sources=tuple(numbering.refs.values()),
            timeline=developed,
            perspectives=said,
            disagreements=differing,
            stories=tuple(dict.fromkeys(each.hit.story_id for each in relevant if each.hit.story_id is not None)),
            articles=len(spoke),
            outlets=len({publisher.family for publisher in publishers}),
            countries=len({publisher.country for publisher in publishers} - {None}),
        )

    async def search(self, query: TopicQuery, now: datetime, *, limit: int = 10) -> list[SearchResult]:
        """Articles by relevance alone, best first; what is only near is listed after what answers."""
        asked = await self._asked(query)
        async with self._open_unit(readonly=True) as unit:
            retrieval = await retrieve(unit, query, asked.vector, self._aliases, self._rules)
            near = [each for each in retrieval.found if is_near(each, self._rules)]
            listed = {each.hit.article_id: each.hit.score for each in near[:limit]}
            articles = await unit.articles.get(list(listed))
            untitled = await unit.articles.enrichments([each.id for each in articles if not real_title(each)])
            names = {
                source_id: await _source_name(unit, source_id) for source_id in {each.source_id for each in articles}
            }
        return [
            SearchResult(
                article_id=article.id,
                url=article.url,
                title=title_or_address(article, untitled.get(article.id)),
                publisher=self._publishers.of(article.publisher).name,
                source=names[article.source_id],
                published_at=article.published_at,
                score=listed[article.id],
            )
            for article in articles
            if not article.removed and article.published_at <= now + timedelta(days=1)
        ]

    async def card(self, story_id: StoryId, now: datetime, lang: str | None = None) -> StoryCard | None:
        """The story as it stands, in that language where it has it; None where nothing of it is stored any more."""
        told = await self._told(story_id, now)
        return None if told is None else card(told, StoryStatus.NEW, lang=lang)

    async def timeline(self, story_id: StoryId, now: datetime) -> tuple[tuple[TopicLine, ...], tuple[SourceRef, ...]]:
        """What each version of the story added, oldest first, with the articles that say it."""
        told = await self._told(story_id, now)
        if told is None:
            return (), ()
        numbering = Numbering(_material(told))
        published = {article.id: article.published_at for article in told.articles}
        added = [
            (published[update.article_id], whole(sentence, told.enrichments))
            for update in told.story.updates
            if update.article_id in published
            for sentence in update.sentences[:1]
        ]
        added.sort(key=itemgetter(0))
        made = [
            TopicLine(text=sentence.text, cites=numbering.of(sentence.citations), at=at, dropped=sentence.dropped)
            for at, sentence in added
        ]
        return tuple(line for line in made if line.cites), tuple(numbering.refs.values())

    async def perspectives(
        self, story_id: StoryId, now: datetime
    ) -> tuple[tuple[TopicLine, ...], tuple[SourceRef, ...]]:
        """Who says what about the story, a sentence for each group of publishers, with their articles."""
        told = await self._told(story_id, now)
        if told is None:
            return (), ()
        material = _material(told)
        numbering = Numbering(material)
        window = Window(told.story.first_seen, now)
        query = TopicQuery(text=told.story.title, terms=(), window=window, window_days=1)
        said = await self._perspectives(query, (await self._asked(query)).vector, material, numbering)
        return said, tuple(numbering.refs.values())

    async def _asked(self, query: TopicQuery, *, closely: bool = False) -> Asked:
        """The question's vector, none where the model cannot be asked; `closely`: those without each of its words too."""
        wording = worded(query, self._embedder.languages, self._aliases, closely=closely)
        return wording.asked(await question_vectors(self._embedder, wording.texts))

    async def _sentences(
        self, query: TopicQuery, vector: Vector | None, material: Material
    ) -> tuple[Sequence[CitedSentence], Method]:
        """The sentences that answer, none where no sentence speaks of the question; where no key sentences are stored, the leads."""
        offered = passages(material)
        if not offered and any(material.enrichments[each.hit.article_id].key_sentences for each in material.in_order()):
            return (), Method.EXTRACTIVE
        if offered:
            chosen = await self._summarizer.answer(query.text, vector, offered, max_sentences=MOST_SENTENCES)
            if chosen:
                return chosen, Method.EXTRACTIVE
        leads = [
            summary_sentences(material.articles[each.hit.article_id], material.enrichments[each.hit.article_id])[:1]
            for each in material.in_order()[:MOST_SENTENCES]
        ]
        return [sentence for lead in leads for sentence in lead], Method.LEAD

    async def _perspectives(
        self,
        query: TopicQuery,
        vector: Vector | None,
        material: Material,
        numbering: Numbering,
        told: Sequence[str] = (),
    ) -> tuple[TopicLine, ...]:
        """A sentence for each group, one that is not told already where it has one; nothing where all of it is."""
        said = []
        for group, offered in by_group(material).items():
            fresh = [passage for passage in offered if not any(alike(passage.text, each) for each in told)]
            said += [(group, sentence) for sentence in await self._best(query, vector, fresh or offered)]
        if len(said) < 2 or all(any(alike(each.text, known) for known in told) for _, each in said):
            return ()
        return tuple(
            TopicLine(text=sentence.text, cites=numbering.of(sentence.citations), group=group, dropped=sentence.dropped)
            for group, sentence in said
        )

    async def _best(self, query: TopicQuery, vector: Vector | None, offered: Sequence[Passage]) -> list[CitedSentence]:
        if not offered:
            return []
        return await self._summarizer.answer(query.text, vector, offered, max_sentences=1)

    async def _told(self, story_id: StoryId, now: datetime) -> Told | None:
        async with self._open_unit(readonly=True) as unit:
            stories = await unit.stories.get([story_id])
            if not stories:
                return None
            [story] = stories
            members = by_story([story], await unit.articles.get(story.article_ids))[story.id]
            seen = tuple(article for article in members if article.published_at <= now + timedelta(days=1))
            enrichments = await unit.articles.enrichments([article.id for article in seen])
        return Told(story, seen, enrichments, self._publishers) if seen else None


def _material(told: Told) -> Material:
    """A story's articles as what an answer is made from, the latest first."""
    found = [
        Found(
            Hit(
                article_id=article.id,
                story_id=told.story.id,
                published_at=article.published_at,
                publisher=article.publisher,
                score=1.0,
            ),
            Naming.EVERY,
            cosine=None,
        )
        for article in reversed(told.articles)
    ]
    articles = {article.id: article for article in told.articles}
    return Material(found, articles, told.enrichments, {told.story.id: told.story}, told.publishers)


def _nearest(material: Material) -> tuple[SourceRef, ...]:
    known = [
        material.articles[each.hit.article_id] for each in material.found if each.hit.article_id in material.articles
    ]
    return tuple(
        source_ref(
            number,
            Citation(article.id, article.revision),
            article,
            material.publishers,
            material.enrichments.get(article.id),
        )
        for number, article in enumerate(known[:NEAREST], 1)
    )


def _disagreements(material: Material, numbering: Numbering) -> tuple[TopicLine, ...]:
    """Two lines for each: what one side says and what the other says; `group` is the thing counted."""
    return tuple(
        TopicLine(text=sentence.text, cites=numbering.of(sentence.citations), group=thing)
        for thing, one, other in disagreements(material)
        for sentence in (one, other)
    )


async def _source_name(unit: UnitOfWork, source_id: SourceId) -> str:
    try:
        return (await unit.sources.get(source_id)).name
    except SourceNotFound:
        return ""
