"""Finds and reads what an answer is made from, inside one read-only transaction.

In: the question with its vectors (`Asked`), made before. Out: the articles that answer it, read with all that was stored of them, the
window in which they were found, and where there are none what comes nearest: older articles that do answer, else what is near.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from news.aliases import AliasTable
from news.answers import Material, focused
from news.asking import Asked
from news.entities import PublisherRegister
from news.following import led_elsewhere
from news.ports import OpenUnitOfWork, UnitOfWork
from news.questions import TopicQuery
from news.ranking import Found, Naming, QueryPlan, RankingRules, by_recency_too, central
from news.reading import Window
from news.retrieval import Retrieval, retrieve
from news.subject import subject_of

DEFAULT_DAYS = 30
"""How far back is looked where nothing else was asked for, and where the window asked for holds nothing."""

READ = 60
"""Relevant articles that are read for an answer."""

NEAREST = 3
"""Articles that are offered in the place of an answer."""

OLDER_DAYS = 366
"""How far back older articles are looked for that answer, where the window holds none."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was found: the query as it was searched at last, the articles that answer, and those that were read."""

    query: TopicQuery
    widened: bool
    retrieval: Retrieval
    material: Material  # of what answers; of what comes nearest where nothing does


class Finder:
    """Searches the window asked for; where it holds nothing, the default one."""

    def __init__(
        self, open_unit: OpenUnitOfWork, publishers: PublisherRegister, aliases: AliasTable, rules: RankingRules
    ) -> None:
        self._open_unit = open_unit
        self._publishers = publishers
        self._aliases = aliases
        self._rules = rules

    async def find(self, asked: Asked, now: datetime) -> Search:
        """The articles that answer, the most relevant first, newer ones before older ones that are alike."""
        query = asked.query
        async with self._open_unit(readonly=True) as unit:
            retrieval, material = await self._in_window(unit, asked, now)
            wider = Window(now - timedelta(days=DEFAULT_DAYS), now + timedelta(seconds=1))
            narrow = query.window.since > wider.since or query.window.until < now
            widened = not retrieval.relevant and query.window_asked and narrow
            if widened:
                query = replace(query, window=wider, window_days=DEFAULT_DAYS)
                retrieval, material = await self._in_window(unit, replace(asked, query=query), now)
            if not retrieval.relevant:
                near = await self._nearest(unit, replace(asked, query=query), retrieval, now)
                material = await self._read(unit, near)
        return Search(query, widened, retrieval, material)

    async def _in_window(self, unit: UnitOfWork, asked: Asked, now: datetime) -> tuple[Retrieval, Material]:
        retrieval = await retrieve(unit, asked.query, asked.vector, self._aliases, self._rules)
        about = by_recency_too(central(retrieval.relevant, self._rules), now, self._rules)
        material = _focused(await self._read(unit, about[:READ]), retrieval.question)
        read = [each.hit.article_id for each in about[:READ]]
        elsewhere = await led_elsewhere(unit, asked, retrieval.question, material.focus, read)
        if elsewhere:
            about = [each for each in about if each.hit.article_id not in elsewhere]
            material = _focused(replace(material, found=about[:READ]), retrieval.question)
        return replace(retrieval, relevant=about), material

    async def _nearest(self, unit: UnitOfWork, asked: Asked, retrieval: Retrieval, now: datetime) -> list[Found]:
        year = Window(now - timedelta(days=OLDER_DAYS), now + timedelta(seconds=1))
        older, _ = await self._in_window(unit, replace(asked, query=replace(asked.query, window=year)), now)
        near = [each for each in retrieval.found if is_near(each, self._rules)]
        offered = {each.hit.article_id: each for each in (*older.relevant[:NEAREST], *near)}
        return list(offered.values())[:NEAREST]

    async def _read(self, unit: UnitOfWork, found: Sequence[Found]) -> Material:
        story_ids = dict.fromkeys(each.hit.story_id for each in found if each.hit.story_id is not None)
        stories = await unit.stories.get(list(story_ids))
        added = [update.article_id for story in stories for update in story.updates]
        wanted = dict.fromkeys([*(each.hit.article_id for each in found), *added])
        articles = {article.id: article for article in await unit.articles.get(list(wanted)) if not article.removed}
        return Material(
            found=found,
            articles=articles,
            enrichments=await unit.articles.enrichments(list(articles)),
            stories={story.id: story for story in stories},
            publishers=self._publishers,
        )


def is_near(found: Found, rules: RankingRules) -> bool:
    """Whether the article has to do with the question, without answering it."""
    return found.naming > Naming.NOTHING or (found.cosine or 0.0) >= rules.near


def _focused(material: Material, question: QueryPlan) -> Material:
    """The material of which only what speaks of the question is told."""
    named = any(each.naming is Naming.EVERY for each in material.found)
    return focused(material, subject_of(question.poles, wide=question.wide), named=named)
