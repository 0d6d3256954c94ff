"""Vectors of another model are made anew, and what was told meanwhile stays as it was."""

import asyncio

import sqlalchemy as sa

from news.enrich import EnrichService
from news.ids import ModelId
from news.ingest import IngestService, Row
from news.reading import Window
from storage.engine import Database, open_engine
from storage.reindex import outdate_vectors
from storage.tables import article_vector
from tests import make
from tests.fakes.models import FAKE_MODEL, FakeEmbedder, FakeSummarizer, hashed
from tests.fakes.reader import FakeReader

TEXTS = ("Putin and Xi met in Moscow. They spoke for hours.", "A telescope found water on a planet far away.")


async def test_vectors_of_another_model_are_made_anew_and_nothing_is_told_twice(database: Database) -> None:
    rows = [
        Row(make.document(url=f"https://site{n}.example/a", title=f"T{n}", text=text)) for n, text in enumerate(TEXTS)
    ]
    ids = (
        await IngestService(database.open_unit, FakeReader(), make.PUBLISHERS).ingest_rows(rows, make.NOW)
    ).article_ids
    enrich = EnrichService(database.open_unit, FakeSummarizer(), FakeEmbedder())
    await enrich.run(make.NOW)
    async with database.open_unit(readonly=True) as unit:
        before = await unit.articles.enrichments(ids)
        stories = await unit.stories.since(make.NOW.replace(year=2000), 9)
        # fills the cache of vectors, which has to hear of the change
        assert await unit.articles.search_vector(hashed(TEXTS[0]), _all(), 9)

    engine = open_engine(database.location)
    with engine.begin() as connection:
        connection.execute(sa.update(article_vector).values(model="another@1"))
    engine.dispose()
    url = database.location.async_url.render_as_string(hide_password=False)
    assert await asyncio.to_thread(outdate_vectors, url, ModelId("another@1")) == 0
    assert await asyncio.to_thread(outdate_vectors, url, FAKE_MODEL) == 2
    async with database.open_unit(readonly=True) as unit:
        assert await unit.articles.count_unenriched() == 2
        meanwhile = await unit.articles.enrichments(ids)
        assert [meanwhile[each].sentences for each in ids] == [before[each].sentences for each in ids]
        assert await unit.articles.search_vector(hashed(TEXTS[0]), _all(), 9) == []

    report = await enrich.run(make.NOW)
    assert (report.enriched, report.stories_new, report.versions_new) == (2, 0, 0)
    async with database.open_unit(readonly=True) as unit:
        assert await unit.stories.since(make.NOW.replace(year=2000), 9) == stories
        assert (await unit.articles.search_vector(hashed(TEXTS[0]), _all(), 1))[0].article_id == ids[0]
        assert await unit.articles.count_unenriched() == 0


async def test_after_all_vectors_went_others_of_the_same_name_are_found(database: Database) -> None:
    row = Row(make.document(url="https://site.example/a", title="T", text=TEXTS[0]))
    ids = (
        await IngestService(database.open_unit, FakeReader(), make.PUBLISHERS).ingest_rows([row], make.NOW)
    ).article_ids
    await EnrichService(database.open_unit, FakeSummarizer(), FakeEmbedder()).run(make.NOW)
    async with database.open_unit(readonly=True) as unit:
        assert await unit.articles.search_vector(hashed(TEXTS[0]), _all(), 9)  # fills the cache
    url = database.location.async_url.render_as_string(hide_password=False)
    assert await asyncio.to_thread(outdate_vectors, url, None) == 1
    await EnrichService(database.open_unit, FakeSummarizer(), FakeEmbedder(dims=128)).run(make.NOW)
    async with database.open_unit(readonly=True) as unit:
        (hit,) = await unit.articles.search_vector(hashed(TEXTS[0], 128), _all(), 9)
        assert hit.article_id == ids[0]
        assert await unit.articles.search_vector(hashed(TEXTS[0]), _all(), 9) == []


def _all() -> Window:
    return Window(make.NOW.replace(year=2000), make.NOW.replace(year=2100))
