"""What was told by its lead while no model answered gets its vector when they answer again, and is told no second time."""

from datetime import timedelta

import pytest

from news.enrich import EnrichService
from news.ids import ArticleId
from news.ingest import IngestService, Row
from news.reading import Method
from news.retrying import LOOKED_BACK, RetryService
from tests import make
from tests.fakes.models import FakeEmbedder, FakeSummarizer
from tests.fakes.reader import FakeReader
from tests.fakes.storage import FakeDatabase

QUAKE = "A strong earthquake struck the city of Izmir in Turkey on Friday. Rescuers search for survivors in Izmir."
MATCH = "Real Madrid won the final against Liverpool in Paris. Vinicius scored the only goal in the second half."
DOWN = FakeEmbedder(fails_on="")  # refuses every text
UP = FakeEmbedder()
HOUR = timedelta(hours=1)


@pytest.fixture
async def database() -> FakeDatabase:
    """Two articles that were told by their lead after an hour without models."""
    made = FakeDatabase()
    rows = [
        Row(make.document(url=f"https://site{number}.example/a", title=text.split(".")[0], text=text))
        for number, text in enumerate((QUAKE, MATCH))
    ]
    await IngestService(made.open_unit, FakeReader(), make.PUBLISHERS).ingest_rows(rows, make.NOW)
    for minutes in (20, 40, 60):
        report = await enricher(made, DOWN).run(make.NOW + timedelta(minutes=minutes))
    assert (report.enriched, report.by_lead) == (2, 2)
    return made


def enricher(database: FakeDatabase, embedder: FakeEmbedder, fails_on: str | None = None) -> EnrichService:
    return EnrichService(database.open_unit, FakeSummarizer(fails_on=fails_on), embedder)


async def again(database: FakeDatabase, embedder: FakeEmbedder, hours: float) -> int:
    return await RetryService(database.open_unit, embedder).run(make.NOW + hours * HOUR)


async def test_they_are_enriched_by_the_models_when_these_answer_again(database: FakeDatabase) -> None:
    assert await again(database, DOWN, 3) == 0
    assert await again(database, UP, 1.5) == 0, "tried an hour after it was read: not before another hour"
    assert await again(database, UP, 2) == 2
    report = await enricher(database, UP).run(make.NOW + 2 * HOUR)
    assert (report.enriched, report.by_lead, report.stories_new, report.versions_new) == (2, 0, 0, 0)
    async with database.open_unit(readonly=True) as unit:
        enriched = await unit.articles.enrichments([ArticleId(1), ArticleId(2)])
        stories = [article.story_id for article in await unit.articles.get([ArticleId(1), ArticleId(2)])]
    assert all(each.vector is not None for each in enriched.values())
    assert None not in stories
    assert await again(database, UP, 24) == 0


async def test_one_that_is_refused_for_good_is_tried_at_growing_distances(database: FakeDatabase) -> None:
    tried = []
    for hours in range(2, 24 * 7):
        if await again(database, UP, hours):
            tried.append(hours)
            await enricher(database, UP, fails_on="Izmir").run(make.NOW + hours * HOUR)
    assert tried == [2, 4, 8, 16, 32, 64, 128]
    async with database.open_unit(readonly=True) as unit:
        methods = [each.summary.method for each in (await unit.articles.enrichments([ArticleId(1)])).values()]
    assert methods == [Method.LEAD]


async def test_what_was_read_long_ago_and_what_no_model_knows_is_left(database: FakeDatabase) -> None:
    assert await again(database, UP, LOOKED_BACK / HOUR + 1) == 0
    assert await again(database, FakeEmbedder(frozenset()), 3) == 0


async def test_stories_that_only_vectors_show_to_be_one_are_joined_then() -> None:
    database = FakeDatabase()
    service = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
    first = Row(make.document(url="https://a.example/1", title="Strong earthquake in Izmir", text=QUAKE))
    await service.ingest_rows([first], make.NOW)
    for _ in range(3):
        await enricher(database, DOWN).run(make.NOW)
    second = Row(make.document(url="https://b.example/1", title="Earthquake in Izmir", text=QUAKE + " It was Friday."))
    await service.ingest_rows([second], make.NOW)
    await enricher(database, UP).run(make.NOW)
    async with database.open_unit(readonly=True) as unit:
        apart = {each.story_id for each in await unit.articles.get([ArticleId(1), ArticleId(2)])}
    assert len(apart) == 2, "one has a vector and the other has none: they cannot be compared"
    assert await again(database, UP, 0) == 1
    report = await enricher(database, UP).run(make.NOW)
    assert report.merged == 1
