"""Where an article came from and what became of it: for `byline why URL`, `/why`, and taking an article down.

Raises BadRequest (`article_not_found`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from news.aliases import AliasTable
from news.audience import Delivery
from news.corrections import Correction
from news.entities import Article, PublisherRegister, Trace
from news.errors import BadRequest, SourceNotFound
from news.ids import ChatId
from news.muting import Names
from news.ports import OpenUnitOfWork, UnitOfWork
from news.reading import Story
from news.reasons import Telling, reading_reason, telling_reason
from news.selection import Score, pace, score
from news.urls import canonical, page_key, spellings, with_scheme

_LATELY = timedelta(hours=36)  # as far back as a daily digest looks
_LATELY_MOST = 2_000  # articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The life of an address: `traces` oldest first, `deliveries` those that told its story to the chat asked about."""

    asked_at: datetime
    url: str
    article: Article | None
    source_name: str | None
    traces: tuple[Trace, ...]
    story: Story | None
    deliveries: tuple[Delivery, ...] = ()
    told_version: int | None = None  # of the story, to that chat
    corrections: tuple[Correction, ...] = ()  # what the article no longer says; of a chat, what it was told of that
    original_url: str | None = None  # of the article that it nearly repeats
    reason: str | None = None  # why it was not told, a code of `news.reasons`; None: it was, or no chat was asked about
    weight: Score | None = None  # of its story now, and what it is made of; for a chat with what the chat thinks of it

    @property
    def known(self) -> bool:
        """Whether the address was ever met."""
        return self.article is not None or bool(self.traces)


class ProvenanceService:
    """Answers where an article came from, and takes articles down."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        publishers: PublisherRegister = PublisherRegister(),  # noqa: B008 - a frozen value
        aliases: AliasTable | None = None,
    ) -> None:
        self._open_unit = open_unit
        self._publishers = publishers
        self._aliases = aliases or AliasTable(())

    async def why(self, url: str, now: datetime, chat_id: ChatId | None = None) -> Why:
        """All that is stored about an address, however it is spelled."""
        async with self._open_unit(readonly=True) as unit:
            article = await _article(unit, url)
            address = article.url if article is not None else canonical(with_scheme(url))
            traces = await _traces(unit, address)
            source_id = article.source_id if article is not None else traces[-1].source_id if traces else None
            name = None
            if source_id is not None:
                try:
                    name = (await unit.sources.get(source_id)).name
                except SourceNotFound:
                    name = None
            why = Why(asked_at=now, url=address, article=article, source_name=name, traces=traces, story=None)
            why = replace(why, reason=reading_reason(article, traces))
            if article is None:
                return why
            why = replace(why, corrections=await _corrections(unit, article, chat_id))
            why = await _with_story(unit, why, article, chat_id)
            why = replace(why, weight=await self._weight(unit, why, chat_id))
            return why if chat_id is None else replace(why, reason=await self._reason(unit, why, chat_id))

    async def _reason(self, unit: UnitOfWork, why: Why, chat_id: ChatId) -> str | None:
        chat = await unit.chats.get(chat_id)
        if why.reason is not None or why.story is None or chat is None:
            return why.reason
        names = Names({source.id: source.name for source in await unit.sources.all()}, self._publishers, self._aliases)
        telling = Telling(
            chat=chat,
            told_version=why.told_version,
            sent=bool(why.deliveries),
            rating=(await unit.chats.ratings(chat_id)).get(why.story.id, 0),
            digest_keys=await unit.deliveries.keys(chat_id, "digest:"),
        )
        return telling_reason(why.story, await unit.articles.get(why.story.article_ids), telling, names)

    async def _weight(self, unit: UnitOfWork, why: Why, chat_id: ChatId | None) -> Score | None:
        """What the story weighs today, beside all that was published lately."""
        if why.story is None:
            return None
        lately = await unit.articles.since(why.asked_at - _LATELY, _LATELY_MOST)
        articles = await unit.articles.get(why.story.article_ids)
        weight = score(why.story, articles, self._publishers, pace(lately, self._publishers), why.asked_at)
        rating = 0 if chat_id is None else (await unit.chats.ratings(chat_id)).get(why.story.id, 0)
        return weight.rated(rating)

    async def remove(self, url: str, now: datetime) -> Article:
        """Take an article down: its text goes, its address stays known so that it does not come back.

        Messages that cite it and have not left do not leave; what else they tell comes with the next digest.
        """
        async with self._open_unit() as unit:
            article = await _article(unit, url)
            if article is None:
                raise BadRequest(f"No article is stored for {url}.", code="article_not_found")
            if not article.removed:
                await unit.articles.remove(article.id)
                await unit.deliveries.withdraw(article.id, "article_removed")
                trace = Trace(url=article.url, at=now, source_id=article.source_id, outcome="removed", detail="by hand")
                await unit.articles.trace([trace])
                await unit.commit()
        return article


async def _article(unit: UnitOfWork, url: str) -> Article | None:
    for spelling in dict.fromkeys([url.strip(), *spellings(with_scheme(url))]):
        article = await unit.articles.by_url(spelling)
        if article is not None:
            return article
    return None


async def _traces(unit: UnitOfWork, address: str) -> tuple[Trace, ...]:
    """The traces of every spelling of a page, oldest first."""
    found = [trace for spelling in spellings(address) for trace in await unit.articles.traces(spelling)]
    same_page = [trace for trace in found if page_key(trace.url) == page_key(address)]
    return tuple(sorted(same_page, key=lambda trace: trace.at))


async def _corrections(unit: UnitOfWork, article: Article, chat_id: ChatId | None) -> tuple[Correction, ...]:
    made = await unit.corrections.of(article.id)
    if chat_id is None or not made or article.story_id is None:
        return tuple(made) if chat_id is None else ()
    told = (await unit.corrections.told([chat_id], [article.story_id])).get(chat_id, ())
    said = {sentence.text for sentence in told}
    return tuple(each for each in made if each.told in said)


async def _with_story(unit: UnitOfWork, why: Why, article: Article, chat_id: ChatId | None) -> Why:
    stories = await unit.stories.get([article.story_id]) if article.story_id is not None else []
    original = await unit.articles.get([article.copy_of]) if article.copy_of is not None else []
    story = stories[0] if stories else None
    deliveries: list[Delivery] = []
    told_version = None
    if story is not None and chat_id is not None:
        deliveries = await unit.deliveries.of_story(chat_id, story.id)
        told = await unit.chats.told(chat_id, [story.id])
        told_version = told[story.id][0] if story.id in told else None
    return replace(
        why,
        story=story,
        deliveries=tuple(deliveries),
        told_version=told_version,
        original_url=original[0].url if original else None,
    )
