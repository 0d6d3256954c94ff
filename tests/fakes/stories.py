"""Stories in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from news.ids import ArticleId, StoryId
from news.merging import Merged
from news.reading import Story, StoryUpdate, WrittenStory
from tests.fakes.tables import Tables


class FakeStories:
    """Implements `news.ports.Stories`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def alone(self) -> None:
        """A unit that writes is alone."""

    async def get(self, story_ids: Sequence[StoryId]) -> list[Story]:
        living = dict.fromkeys(self._tables.living(story_id) for story_id in story_ids)
        return [self._read(self._tables.stories[each]) for each in living if each in self._tables.stories]

    async def glimpse(self, story_ids: Sequence[StoryId], members: int) -> list[Story]:
        return [
            replace(
                story,
                article_ids=(story.article_ids[:1] + story.article_ids[1:][-(members - 1) :])[:members],
                updates=story.updates[:1],
                written=None,
            )
            for story in await self.get(story_ids)
        ]

    async def since(self, since: datetime, limit: int) -> list[Story]:
        seen = [story for story in self._tables.stories.values() if story.last_seen >= since]
        return [self._read(each) for each in sorted(seen, key=lambda story: story.last_seen, reverse=True)[:limit]]

    async def titles(self, since: datetime, limit: int) -> list[str]:
        return [story.title for story in await self.since(since, limit)]

    async def create(self, article_id: ArticleId, title: str, opening: StoryUpdate) -> StoryId:
        story_id = StoryId(self._tables.next_id("story"))
        published_at = self._tables.articles[article_id].published_at
        self._tables.stories[story_id] = Story(
            id=story_id,
            version=1,
            title=title,
            first_seen=published_at,
            last_seen=published_at,
            article_ids=(article_id,),
            updates=(replace(self._without_struck(opening), version=1),),
        )
        self._place(article_id, story_id)
        return story_id

    async def join(self, story_id: StoryId, article_id: ArticleId, *, title: str, update: StoryUpdate | None) -> None:
        story = self._tables.stories[self._tables.living(story_id)]
        version = story.version + (update is not None)
        updates = (*story.updates, replace(self._without_struck(update), version=version)) if update else story.updates
        joined = replace(story, title=title, version=version, updates=updates)
        self._place(article_id, story.id)
        self._tables.stories[story.id] = self._with_members(joined, {*story.article_ids, article_id})

    async def write(self, story_id: StoryId, written: WrittenStory) -> bool:
        story = self._tables.stories[self._tables.living(story_id)]
        if story.version != written.version:
            return False
        gone = {
            text for each in written.sentences for one in each.citations for text in self._tables.struck(one.article_id)
        }
        kept = replace(written, sentences=tuple(each for each in written.sentences if each.text not in gone))
        self._tables.writings[story.id] = (*self._tables.writings.get(story.id, ()), kept)
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
        if self._tables.living(older) == self._tables.living(younger):
            return
        kept = self._tables.stories[self._tables.living(older)]
        gone = self._tables.stories.pop(self._tables.living(younger))
        self._tables.story_aliases[gone.id] = kept.id
        others = tuple(replace(each, version=0) for each in self._tables.writings.pop(gone.id, ()))
        self._tables.writings[kept.id] = (*self._tables.writings.get(kept.id, ()), *others)
        merged = Merged(
            older=kept.version,
            younger=gone.version,
            brings=bool(brought),
            had=bool(had),
            younger_known=self._tables.outbox.knows_more(gone.id, kept.id),
            older_tells=_telling(kept, had),
            younger_tells=_telling(gone, brought),
        )
        moved = [
            replace(each, version=1 if each.version == 1 else merged.common, known_to=None) for each in gone.updates
        ]
        added = [
            replace(self._without_struck(each), version=version, known_to=merged.known_to(version))
            for version, each in [(merged.brought, each) for each in brought] + [(merged.known, each) for each in had]
        ]
        updates = sorted((*kept.updates, *moved, *added), key=lambda update: (update.at, update.version))
        for article_id in gone.article_ids:
            self._place(article_id, kept.id)
        whole = replace(kept, version=merged.version, updates=tuple(updates))
        self._tables.stories[kept.id] = self._with_members(whole, {*kept.article_ids, *gone.article_ids})
        self._tables.outbox.merge_stories(kept.id, gone.id, merged, at)

    async def split(
        self, story_id: StoryId, article_ids: Sequence[ArticleId], *, title: str, opening: StoryUpdate
    ) -> StoryId:
        left = self._tables.stories[self._tables.living(story_id)]
        moved = set(article_ids)
        new_id = await self.create(opening.article_id, title, opening)
        for article_id in moved:
            self._place(article_id, new_id)
        further = [each for each in left.updates if each.article_id in moved - {opening.article_id}]
        added = tuple(replace(each, version=version, known_to=None) for version, each in enumerate(further, 2))
        new = replace(
            self._tables.stories[new_id], version=1 + len(added), updates=(replace(opening, version=1), *added)
        )
        self._tables.stories[new_id] = self._with_members(new, moved)
        kept = tuple(each for each in left.updates if each.article_id not in moved)
        rest = set(left.article_ids) - moved
        self._tables.stories[left.id] = self._with_members(replace(left, updates=kept), rest)
        for told in self._tables.outbox.ledger.values():
            if left.id in told:
                told_at = told[left.id][1]
                version = sum(each.at <= told_at for each in (opening, *added))
                if version:
                    told[new_id] = (version, told_at)
        self._tables.outbox.part_stories(left.id, new_id, [each.at for each in (opening, *added)])
        return new_id

    async def versions(self, story_ids: Sequence[StoryId]) -> Mapping[StoryId, int]:
        living = {story_id: self._tables.living(story_id) for story_id in story_ids}
        stories = self._tables.stories
        return {asked: stories[known].version for asked, known in living.items() if known in stories}

    def _read(self, story: Story) -> Story:
        current = [each for each in self._tables.writings.get(story.id, ()) if each.version == story.version]
        return replace(story, written=current[-1] if current else None)

    def _without_struck(self, update: StoryUpdate) -> StoryUpdate:
        gone = self._tables.struck(update.article_id)
        return replace(update, sentences=tuple(each for each in update.sentences if each.text not in gone))

    def _place(self, article_id: ArticleId, story_id: StoryId) -> None:
        self._tables.articles[article_id] = replace(self._tables.articles[article_id], story_id=story_id)

    def _with_members(self, story: Story, members: set[ArticleId]) -> Story:
        ordered = sorted(members, key=lambda known: (self._tables.articles[known].published_at, known))
        times = [self._tables.articles[known].published_at for known in ordered]
        return replace(story, article_ids=tuple(ordered), first_seen=times[0], last_seen=times[-1])


def _telling(story: Story, added: Sequence[StoryUpdate]) -> frozenset[int]:
    articles = {each.article_id for each in added}
    return frozenset(each.version for each in story.updates if each.article_id in articles)
