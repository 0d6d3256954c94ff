"""Stories in the database. Which articles a story has, the articles say; a merged story's number is an alias."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from news.ids import ArticleId, ModelId, StoryId
from news.merging import Merged
from news.reading import Story, StoryUpdate, WrittenStory
from storage import records
from storage.chunks import chunks
from storage.retelling import ToldOfTwo, split_told
from storage.striking import struck
from storage.tables import article, story as table, story_alias, story_update, story_writing
from storage.transaction import AnyRow, Transaction

_ALONE = 727_275  # number of the advisory lock; that of the migrations is the one before


class SqlStories:
    """Implements `news.ports.Stories`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def alone(self) -> None:
        """On SQLite a unit that writes is alone."""
        if not self._transaction.sqlite:
            await self._connection.execute(select(func.pg_advisory_xact_lock(_ALONE)))

    async def get(self, story_ids: Sequence[StoryId]) -> list[Story]:
        living = await living_stories(self._transaction, story_ids)
        wanted = list(dict.fromkeys(living.values()))
        found: dict[StoryId, Story] = {}
        for some in chunks(wanted):
            rows = (await self._connection.execute(select(table).where(table.c.id.in_(some)))).all()
            found.update((each.id, each) for each in await self._stories(rows))
        return [found[story_id] for story_id in wanted if story_id in found]

    async def glimpse(self, story_ids: Sequence[StoryId], members: int) -> list[Story]:
        living = await living_stories(self._transaction, story_ids)
        found = []
        for story_id in dict.fromkeys(living.values()):
            row = (await self._connection.execute(select(table).where(table.c.id == story_id))).one_or_none()
            if row is not None:
                ids = await self._first_and_latest(story_id, members)
                opening = (await self._connection.execute(_updates_of([story_id]).limit(1))).all()
                found.append(_story(row, ids, [_update(each) for each in opening], None))
        return found

    async def _first_and_latest(self, story_id: StoryId, members: int) -> list[ArticleId]:
        of_story = select(article.c.id).where(article.c.story_id == story_id)
        latest = of_story.order_by(article.c.published_at.desc(), article.c.id.desc()).limit(members)
        ids = list((await self._connection.scalars(latest)).all())
        if len(ids) == members:
            first = of_story.order_by(article.c.published_at, article.c.id).limit(1)
            ids[-1:] = await self._connection.scalars(first)
        return [ArticleId(each) for each in reversed(ids)]

    async def since(self, since: datetime, limit: int) -> list[Story]:
        query = select(table).where(table.c.last_seen >= since)
        rows = await self._connection.execute(query.order_by(table.c.last_seen.desc(), table.c.id.desc()).limit(limit))
        return await self._stories(rows.all())

    async def titles(self, since: datetime, limit: int) -> list[str]:
        query = select(table.c.title).where(table.c.last_seen >= since)
        return list(
            await self._connection.scalars(query.order_by(table.c.last_seen.desc(), table.c.id.desc()).limit(limit))
        )

    async def create(self, article_id: ArticleId, title: str, opening: StoryUpdate) -> StoryId:
        published_at = (
            await self._connection.execute(select(article.c.published_at).where(article.c.id == article_id))
        ).scalar_one()
        values = {"version": 1, "title": title, "first_seen": published_at, "last_seen": published_at}
        added = await self._connection.execute(insert(table).values(**values).returning(table.c.id))
        story_id = StoryId(added.scalar_one())
        await self._place(article_id, story_id)
        await self._add_update(story_id, 1, opening)
        return story_id

    async def join(self, story_id: StoryId, article_id: ArticleId, *, title: str, update: StoryUpdate | None) -> None:
        living = (await living_stories(self._transaction, [story_id]))[story_id]
        await self._place(article_id, living)
        version = await self._renew(living, title, more_versions=0 if update is None else 1)
        if update is not None:
            await self._add_update(living, version, update)

    async def write(self, story_id: StoryId, written: WrittenStory) -> bool:
        living = (await living_stories(self._transaction, [story_id]))[story_id]
        version = (await self._connection.execute(select(table.c.version).where(table.c.id == living))).scalar()
        if version != written.version:
            return False
        gone: set[str] = set()
        for article_id in {each.article_id for sentence in written.sentences for each in sentence.citations}:
            gone |= await struck(self._transaction, article_id)
        told = [each for each in written.sentences if each.text not in gone]
        values = {
            "story_id": living,
            "version": version,
            "lang": written.lang,
            "model": written.model,
            "sentences": records.cited_to_json(told),
        }
        await self._connection.execute(insert(story_writing).values(**values))
        return True

    async def merge(
        self,
        older: StoryId,
        younger: StoryId,
        *,
        at: datetime,
        brought: Sequence[StoryUpdate] = (),
        had: Sequence[StoryUpdate] = (),
    ) -> None:
        living = await living_stories(self._transaction, [older, younger])
        kept, gone = living[older], living[younger]
        if kept == gone:
            return
        versions = await self.versions([kept, gone])
        told_of_two = await ToldOfTwo.read(self._transaction, kept, gone)
        merged = Merged(
            older=versions[kept],
            younger=versions[gone],
            brings=bool(brought),
            had=bool(had),
            younger_known=told_of_two.younger_known,
            older_tells=await self._telling(kept, had),
            younger_tells=await self._telling(gone, brought),
        )
        await self._connection.execute(update(article).where(article.c.story_id == gone).values(story_id=kept))
        of_gone = select(story_update).where(story_update.c.story_id == gone)
        for row in (await self._connection.execute(of_gone.order_by(story_update.c.id))).all():
            await self._move_update(row, kept, merged.common if row.version > 1 else 1)
        await self._connection.execute(
            update(story_writing).where(story_writing.c.story_id == gone).values(story_id=kept, version=0)
        )
        for version, updates in ((merged.brought, brought), (merged.known, had)):
            for each in updates:
                await self._add_update(kept, version, replace(each, known_to=merged.known_to(version)))
        await self._connection.execute(update(story_alias).where(story_alias.c.story_id == gone).values(story_id=kept))
        await self._connection.execute(
            insert(story_alias).values(alias_id=gone, story_id=kept, version=merged.version, merged_at=at)
        )
        await told_of_two.merge(merged, at)
        await self._connection.execute(delete(table).where(table.c.id == gone))
        await self._connection.execute(update(table).where(table.c.id == kept).values(version=merged.version))
        await self._renew(kept, None, more_versions=0)

    async def _telling(self, story_id: StoryId, added: Sequence[StoryUpdate]) -> frozenset[int]:
        """The versions of a story that are of the articles of some updates."""
        articles = [each.article_id for each in added]
        query = select(story_update.c.version).where(story_update.c.story_id == story_id)
        return frozenset(await self._connection.scalars(query.where(story_update.c.article_id.in_(articles))))

    async def split(
        self, story_id: StoryId, article_ids: Sequence[ArticleId], *, title: str, opening: StoryUpdate
    ) -> StoryId:
        left = (await living_stories(self._transaction, [story_id]))[story_id]
        new = await self.create(opening.article_id, title, opening)
        added: list[datetime] = []  # when each further version of the new story came to be
        for some in chunks([each for each in article_ids if each != opening.article_id]):
            await self._connection.execute(update(article).where(article.c.id.in_(some)).values(story_id=new))
            moved = select(story_update).where(story_update.c.story_id == left, story_update.c.article_id.in_(some))
            rows = (await self._connection.execute(moved.order_by(story_update.c.at, story_update.c.id))).all()
            for row in rows:
                added.append(row.at)
                await self._move_update(row, new, 1 + len(added))
        opened = (story_update.c.story_id == left) & (story_update.c.article_id == opening.article_id)
        await self._connection.execute(delete(story_update).where(opened))
        await self._renew(new, None, more_versions=len(added))
        await self._renew(left, None, more_versions=0)
        await split_told(self._transaction, left, new, [opening.at, *added])
        return new

    async def versions(self, story_ids: Sequence[StoryId]) -> Mapping[StoryId, int]:
        living = await living_stories(self._transaction, story_ids)
        found: dict[StoryId, int] = {}
        for some in chunks(list(dict.fromkeys(living.values()))):
            query = select(table.c.id, table.c.version).where(table.c.id.in_(some))
            found.update((StoryId(row.id), row.version) for row in await self._connection.execute(query))
        return {asked: found[known] for asked, known in living.items() if known in found}

    async def _place(self, article_id: ArticleId, story_id: StoryId) -> None:
        await self._connection.execute(update(article).where(article.c.id == article_id).values(story_id=story_id))

    async def _renew(self, story_id: StoryId, title: str | None, *, more_versions: int) -> int:
        """Set title, span and version by the story's present articles; returns the version."""
        of_story = article.c.story_id == story_id
        ends = [  # one by one, so that each is read off the end of the index
            select(end(article.c.published_at)).where(of_story).scalar_subquery() for end in (func.min, func.max)
        ]
        first, last = (await self._connection.execute(select(*ends))).one()
        values: dict[str, Any] = {"version": table.c.version + more_versions, "first_seen": first, "last_seen": last}
        if title is not None:
            values["title"] = title
        changed = update(table).where(table.c.id == story_id).values(**values).returning(table.c.version)
        version: int = (await self._connection.execute(changed)).scalar_one()
        return version

    async def _add_update(self, story_id: StoryId, version: int, given: StoryUpdate) -> None:
        gone = await struck(self._transaction, given.article_id)
        told = [each for each in given.sentences if each.text not in gone]
        await self._connection.execute(
            insert(story_update).values(
                story_id=story_id,
                version=version,
                at=given.at,
                article_id=given.article_id,
                sentences=records.update_to_json(told, given.known_to),
            )
        )

    async def _move_update(self, row: AnyRow, story_id: StoryId, version: int) -> None:
        """Give an update to another story; who knew it by its number there, it does not say any more."""
        sentences = records.cited_to_json(records.cited_from_json(row.sentences))
        moving = update(story_update).where(story_update.c.id == row.id)
        await self._connection.execute(moving.values(story_id=story_id, version=version, sentences=sentences))

    async def _stories(self, rows: Sequence[AnyRow]) -> list[Story]:
        """The stories of some rows, with members in order of publication and updates in order of time."""
        members: dict[int, list[ArticleId]] = defaultdict(list)
        updates: dict[int, list[StoryUpdate]] = defaultdict(list)
        written: dict[int, WrittenStory] = {}
        for some in chunks([row.id for row in rows]):
            query = select(article.c.id, article.c.story_id).where(article.c.story_id.in_(some))
            for row in await self._connection.execute(query.order_by(article.c.published_at, article.c.id)):
                members[row.story_id].append(ArticleId(row.id))
            for row in await self._connection.execute(_updates_of(some)):
                updates[row.story_id].append(_update(row))
            of_version = story_writing.join(table, table.c.id == story_writing.c.story_id)
            current = select(story_writing).select_from(of_version).where(story_writing.c.version == table.c.version)
            newest_last = current.where(story_writing.c.story_id.in_(some)).order_by(story_writing.c.id)
            for row in await self._connection.execute(newest_last):
                written[row.story_id] = _written(row)
        return [_story(row, members[row.id], updates[row.id], written.get(row.id)) for row in rows]


def _story(
    row: AnyRow, members: Sequence[ArticleId], updates: Sequence[StoryUpdate], written: WrittenStory | None
) -> Story:
    return Story(
        id=StoryId(row.id),
        version=row.version,
        title=row.title,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        article_ids=tuple(members),
        updates=tuple(updates),
        written=written,
    )


def _updates_of(story_ids: Sequence[int]) -> Select[Any]:
    """Updates in order of time, the opening of a story first."""
    of_stories = select(story_update).where(story_update.c.story_id.in_(story_ids))
    return of_stories.order_by(story_update.c.at, story_update.c.version, story_update.c.id)


def _update(row: AnyRow) -> StoryUpdate:
    return StoryUpdate(
        version=row.version,
        at=row.at,
        article_id=ArticleId(row.article_id),
        sentences=records.cited_from_json(row.sentences),
        known_to=records.known_to_from_json(row.sentences),
    )


def _written(row: AnyRow) -> WrittenStory:
    return WrittenStory(
        version=row.version,
        lang=row.lang,
        model=ModelId(row.model),
        sentences=records.cited_from_json(row.sentences),
    )


async def living_stories(transaction: Transaction, story_ids: Sequence[StoryId]) -> dict[StoryId, StoryId]:
    """What each number stands for after merges; itself where there was none."""
    living = {story_id: story_id for story_id in story_ids}
    for some in chunks(list(living)):
        query = select(story_alias.c.alias_id, story_alias.c.story_id).where(story_alias.c.alias_id.in_(some))
        for row in await transaction.connection.execute(query):
            living[StoryId(row.alias_id)] = StoryId(row.story_id)
    return living
