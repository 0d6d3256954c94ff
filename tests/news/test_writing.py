"""Stories are given to a model once several publishers report them, and kept with the version that it read."""

from collections.abc import Sequence

from news.cards import head_of
from news.enrich import EnrichService
from news.errors import SummaryError
from news.ids import ArticleId, StoryId
from news.reading import Citation, CitedSentence, Story, StoryInput, WrittenStory
from news.reports import written_of
from news.told import Told
from news.writing import StoryWriter
from tests import make
from tests.fakes import transactions
from tests.fakes.models import FakeEmbedder, FakeSummarizer
from tests.fakes.storage import FakeDatabase
from tests.news.test_enrich import MATCH, QUAKE, QUAKE_AGAIN, stored

WORDS = "An earthquake struck Izmir."


class Writing(FakeSummarizer):
    """Tells every story in the same words, of its newest report."""

    def __init__(self, *, refuses: bool = False, fails: bool = False) -> None:
        super().__init__()
        self.read_stories: list[StoryInput] = []
        self._refuses = refuses
        self._fails = fails

    async def tell(self, stories: Sequence[StoryInput], *, max_words: int) -> list[WrittenStory | None]:
        transactions.assert_none_open("the summarizer")
        self.read_stories += stories
        if self._fails:
            raise SummaryError("The models are closed.", code="closed")
        return [None if self._refuses else _written(each) for each in stories]


def _written(story: StoryInput) -> WrittenStory:
    sentence = CitedSentence(text=WORDS, citations=(story.reports[0].citation,))
    return make.written_story(sentence, version=story.version, lang=story.lang)


def enricher(database: FakeDatabase, summarizer: FakeSummarizer) -> EnrichService:
    writer = StoryWriter(database.open_unit, summarizer, make.PUBLISHERS)
    return EnrichService(database.open_unit, summarizer, FakeEmbedder(), writer=writer)


async def quake(database: FakeDatabase) -> Story:
    async with database.open_unit(readonly=True) as unit:
        [story] = await unit.stories.get([StoryId(1)])
    return story


async def test_a_story_of_several_publishers_is_written_one_of_one_is_not() -> None:
    database, summarizer = FakeDatabase(), Writing()
    ids = await stored(database, QUAKE, MATCH, QUAKE_AGAIN)
    report = await enricher(database, summarizer).run(make.NOW)
    assert report.written == 1
    [read] = summarizer.read_stories
    assert (read.version, {each.citation.article_id for each in read.reports}) == (2, {ids[0], ids[2]})
    story = await quake(database)
    assert story.written is not None
    assert [each.text for each in story.written.sentences] == [WORDS]


async def test_a_story_is_written_again_when_something_new_is_reported() -> None:
    database, summarizer = FakeDatabase(), Writing()
    await stored(database, QUAKE, QUAKE_AGAIN)
    service = enricher(database, summarizer)
    await service.run(make.NOW)
    writer = StoryWriter(database.open_unit, summarizer, make.PUBLISHERS)
    assert await writer.write([StoryId(1), StoryId(1)]) == 0
    async with database.open_unit() as unit:
        update = make.story_update(ArticleId(2), version=3, sentences=(make.cited("More were found.", 2),))
        await unit.stories.join(StoryId(1), ArticleId(2), title="Izmir", update=update)
        await unit.commit()
    assert (await quake(database)).written is None
    assert await writer.write([StoryId(1)]) == 1
    assert [each.version for each in summarizer.read_stories] == [2, 3]


async def test_a_story_that_the_model_cannot_tell_is_told_in_its_articles_words() -> None:
    for summarizer in (Writing(refuses=True), Writing(fails=True)):
        database = FakeDatabase()
        await stored(database, QUAKE, QUAKE_AGAIN)
        report = await enricher(database, summarizer).run(make.NOW)
        assert (report.enriched, report.written) == (2, 0)
        assert (await quake(database)).written is None


async def test_what_was_written_meanwhile_of_an_older_version_is_not_kept() -> None:
    database = FakeDatabase()
    await stored(database, QUAKE, QUAKE_AGAIN)

    class Slow(Writing):
        async def tell(self, stories: Sequence[StoryInput], *, max_words: int) -> list[WrittenStory | None]:
            async with database.open_unit() as unit:
                await unit.stories.join(StoryId(1), ArticleId(2), title="Izmir", update=make.story_update(ArticleId(2)))
                await unit.commit()
            return await super().tell(stories, max_words=max_words)

    report = await enricher(database, Slow()).run(make.NOW)
    assert report.written == 0
    assert (await quake(database)).written is None


async def test_a_corrected_report_takes_back_what_was_written_of_it() -> None:
    database, summarizer = FakeDatabase(), Writing()
    ids = await stored(database, QUAKE, QUAKE_AGAIN)
    await enricher(database, summarizer).run(make.NOW)
    story = await quake(database)
    assert story.written is not None
    [cited] = story.written.sentences[0].citations
    assert cited in {Citation(each, 1) for each in ids}
    async with database.open_unit(readonly=True) as unit:
        articles = tuple(await unit.articles.get(ids))
        enrichments = await unit.articles.enrichments(ids)
        assert WORDS in await unit.corrections.tellable(cited.article_id)
    revised = {each: make.enrichment(each, found.summary.text, revision=2) for each, found in enrichments.items()}
    told = Told(story, articles, revised, make.PUBLISHERS)
    head = head_of(told)
    assert head is not None
    assert written_of(told, head) == ()
