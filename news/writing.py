"""Has a model tell stories in its own words, once their articles are placed.

`StoryWriter.write` takes the stories that a run has touched and gives those of several publishers, which are not written yet as
they are now, to `Summarizer.tell`, outside of any transaction; what comes of it is stored with the story's version. A story
that is not written - the model failed, or the verifier refused most of it - is told in its articles' own sentences.
Raises StorageError; a SummaryError leaves the rest for later.
"""

from collections.abc import Sequence

from news.cards import head_of
from news.entities import PublisherRegister
from news.errors import SummaryError
from news.gist import MOST_WORDS
from news.headlines import Titled
from news.ids import StoryId
from news.ports import OpenUnitOfWork, Summarizer, UnitOfWork
from news.reading import Story, StoryInput
from news.reports import story_input, written_of
from news.told import Told

MOST_STORIES = 20
"""Written in one run, those of the most articles: a model that takes seconds for each must not hold up the next articles."""

_MEMBERS = 60  # latest articles of a story that are looked at
_FEWEST = 2  # reports; one alone has its own summary


class StoryWriter:
    """Asks the model and stores what may be told."""

    def __init__(self, open_unit: OpenUnitOfWork, summarizer: Summarizer, publishers: PublisherRegister) -> None:
        self._open_unit = open_unit
        self._summarizer = summarizer
        self._publishers = publishers

    async def write(self, story_ids: Sequence[StoryId]) -> int:
        """Write those of the stories that several publishers report; how many were written."""
        async with self._open_unit(readonly=True) as unit:
            waiting = await self._waiting(unit, story_ids)
        written = 0
        for story_id, read in waiting:
            try:
                [told] = await self._summarizer.tell([read], max_words=MOST_WORDS)
            except SummaryError:
                break
            if told is not None:
                async with self._open_unit() as unit:
                    written += await unit.stories.write(story_id, told)
                    await unit.commit()
        return written

    async def _waiting(self, unit: UnitOfWork, story_ids: Sequence[StoryId]) -> list[tuple[StoryId, StoryInput]]:
        """What the model is to read of the stories with the most articles."""
        stories = await unit.stories.get(list(dict.fromkeys(story_ids)))
        several = [story for story in stories if len(story.article_ids) >= _FEWEST]
        waiting: list[tuple[StoryId, StoryInput]] = []
        for story in sorted(several, key=lambda story: -len(story.article_ids)):
            read = await self._input(unit, story)
            if read is not None:
                waiting.append((story.id, read))
            if len(waiting) == MOST_STORIES:
                break
        return waiting

    async def _input(self, unit: UnitOfWork, story: Story) -> StoryInput | None:
        """What the model is to read; None where there is too little, or it has been written as it is."""
        articles = await unit.articles.get(story.article_ids[-_MEMBERS:])
        seen = tuple(article for article in articles if not article.removed)
        enrichments = await unit.articles.enrichments([article.id for article in seen])
        told = Told(story, seen, enrichments, self._publishers)
        head: Titled | None = head_of(told)
        if head is None or written_of(told, head):
            return None
        read = story_input(told, head)
        return read if len(read.reports) >= _FEWEST else None
