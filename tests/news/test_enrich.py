import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from news.enrich import EnrichRules, EnrichService
from news.errors import SummaryError
from news.fingerprint import fingerprint
from news.ids import ArticleId, StoryId
from news.ingest import IngestService, Row
from news.reading import Method, Reading
from news.stories import StoryRules
from tests import make
from tests.fakes.models import FakeEmbedder, FakeSummarizer
from tests.fakes.reader import FakeReader
from tests.fakes.storage import FakeDatabase

QUAKE = (
    "A strong earthquake struck the city of Izmir in Turkey on Friday. Rescuers search for survivors in Izmir. "
    "The mayor of Izmir, Tunc Soyer, said that twenty buildings collapsed."
)
QUAKE_AGAIN = (
    "An earthquake struck Izmir in Turkey on Friday and buildings collapsed. Rescuers search for survivors in Izmir. "
    "The mayor Tunc Soyer said that 120 people were injured in the city."
)
MATCH = "Real Madrid won the final against Liverpool in Paris. Vinicius scored the only goal in the second half."


async def stored(database: FakeDatabase, *texts: str, **changes: object) -> tuple[ArticleId, ...]:
    rows = [
        Row(make.document(url=f"https://site{number}.example/a", title=text.split(".")[0], text=text, **changes))
        for number, text in enumerate(texts)
    ]
    service = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
    return (await service.ingest_rows(rows, make.NOW)).article_ids


def enricher(database: FakeDatabase, **parts: object) -> EnrichService:
    summarizer = parts.get("summarizer") or FakeSummarizer()
    embedder = parts.get("embedder") or FakeEmbedder()
    assert isinstance(summarizer, FakeSummarizer)
    assert isinstance(embedder, FakeEmbedder)
    rules = parts.get("rules") or EnrichRules()
    assert isinstance(rules, EnrichRules)
    return EnrichService(database.open_unit, summarizer, embedder, rules)


async def test_articles_of_one_event_are_one_story_with_what_is_new() -> None:
    database = FakeDatabase()
    ids = await stored(database, QUAKE, MATCH, QUAKE_AGAIN)
    report = await enricher(database).run(make.NOW)
    assert (report.enriched, report.stories_new, report.versions_new, report.failed) == (3, 2, 1, ())
    async with database.open_unit(readonly=True) as unit:
        quake, match = await unit.stories.get([StoryId(1), StoryId(2)])
        articles = await unit.articles.get(ids)
    assert quake.article_ids == (ids[0], ids[2])
    assert match.article_ids == (ids[1],)
    assert quake.version == 2
    assert [sentence.text for sentence in quake.updates[1].sentences] == [
        "The mayor Tunc Soyer said that 120 people were injured in the city."
    ]
    assert quake.updates[1].sentences[0].citations[0].article_id == ids[2]
    assert all(article.story_id is not None for article in articles)


async def test_a_near_copy_joins_and_tells_nothing_new() -> None:
    database = FakeDatabase()
    long = QUAKE + " " + QUAKE_AGAIN
    await stored(database, long, long.replace("strong", "powerful"))
    report = await enricher(database).run(make.NOW)
    assert (report.stories_new, report.versions_new) == (1, 0)


async def test_vectors_of_another_length_under_one_name_are_not_mixed_and_their_articles_wait() -> None:
    database = FakeDatabase()
    await stored(database, QUAKE)
    await enricher(database).run(make.NOW)
    await stored(database, QUAKE, MATCH)
    changed = enricher(database, embedder=FakeEmbedder(dims=128))
    for _ in range(5):  # more often than an article may be tried
        with pytest.raises(SummaryError, match="128 numbers, those stored 256") as refusal:
            await changed.run(make.NOW)
        assert refusal.value.code == "model_changed"
        async with database.open_unit(readonly=True) as unit:
            assert await unit.articles.count_unenriched() == 1
            outcomes = [trace.outcome for trace in await unit.articles.traces("https://site1.example/a")]
        assert outcomes == ["new"], "no refusal is counted against it"
    assert (await enricher(database).run(make.NOW)).enriched == 1


async def test_one_text_that_a_model_refuses_does_not_hold_up_the_others() -> None:
    database = FakeDatabase()
    ids = await stored(database, QUAKE, "POISON is in this text. It has two sentences.", MATCH)
    service = enricher(database, summarizer=FakeSummarizer(fails_on="POISON"))
    report = await service.run(make.NOW)
    assert report.enriched == 2
    assert [(refusal.target, refusal.code) for refusal in report.failed] == [
        ("https://site1.example/a", "summary_failed")
    ]
    assert (await service.run(make.NOW)).failed
    last = await service.run(make.NOW)
    assert (last.enriched, last.by_lead, last.failed) == (1, 1, ())
    async with database.open_unit(readonly=True) as unit:
        enrichment = (await unit.articles.enrichments([ids[1]]))[ids[1]]
    assert enrichment.summary.method is Method.LEAD
    assert [sentence.text for sentence in enrichment.sentences] == ["POISON is in this text.", "It has two sentences."]


async def test_models_that_are_down_end_the_run_early_and_cost_an_attempt_of_few() -> None:
    database = FakeDatabase()
    await stored(database, *(f"{QUAKE} Number {number} of many." for number in range(40)))
    service = enricher(database, embedder=FakeEmbedder(fails_on="Izmir"))
    report = await service.run(make.NOW)
    assert (report.enriched, len(report.failed)) == (0, 3)
    async with database.open_unit(readonly=True) as unit:
        assert await unit.articles.count_unenriched() == 40


async def test_a_failing_summary_is_replaced_by_the_lead_at_once() -> None:
    database = FakeDatabase()
    ids = await stored(database, "Nothing of note. All is well in the village today.")
    # the fake refuses titles in summarize, texts in read: only the title holds the word
    async with database.open_unit() as unit:
        await unit.articles.revise(
            [make.revision(ids[0], title="TITLE that fails", text="Nothing of note. All is well in the village today.")]
        )
        await unit.commit()
    report = await enricher(database, summarizer=FakeSummarizer(fails_on="TITLE")).run(make.NOW)
    assert (report.enriched, report.by_lead, report.failed) == (1, 1, ())


async def test_a_language_that_the_model_does_not_know_is_placed_by_words() -> None:
    database = FakeDatabase()
    ids = await stored(database, QUAKE, MATCH, QUAKE_AGAIN)
    await enricher(database, embedder=FakeEmbedder(frozenset({"fr"}))).run(make.NOW)
    async with database.open_unit(readonly=True) as unit:
        enrichments = await unit.articles.enrichments(ids)
        story = (await unit.stories.get([StoryId(1)]))[0]
    assert all(each.vector is None for each in enrichments.values())
    assert story.article_ids == (ids[0], ids[2])


async def test_a_batch_is_embedded_by_one_call() -> None:
    database = FakeDatabase()
    await stored(database, *(f"{QUAKE} Number {number} of many." for number in range(20)))
    embedder = FakeEmbedder()
    await enricher(database, embedder=embedder).run(make.NOW)
    assert len(embedder.batches) == 2


async def test_limit_and_progress() -> None:
    database = FakeDatabase()
    await stored(database, QUAKE, MATCH, QUAKE_AGAIN)
    told: list[tuple[str, int, int]] = []
    report = await enricher(database).run(make.NOW, limit=2, progress=lambda *step: told.append(step))
    assert report.enriched == 2
    assert told == [("enrich", 2, 3)]
    assert (await enricher(database).run(make.NOW)).enriched == 1
    assert (await enricher(database).run(make.NOW)).enriched == 0


async def test_a_corrected_article_keeps_its_story_and_tells_the_correction() -> None:
    database = FakeDatabase()
    ids = await stored(database, QUAKE)
    service = enricher(database)
    await service.run(make.NOW)
    async with database.open_unit() as unit:
        text = QUAKE.replace("twenty buildings", "35 buildings")
        await unit.articles.revise([make.revision(ids[0], title="Izmir counts its dead after earthquake", text=text)])
        await unit.commit()
    report = await service.run(make.NOW + timedelta(hours=1))
    assert (report.stories_new, report.versions_new) == (0, 1)
    async with database.open_unit(readonly=True) as unit:
        story = (await unit.stories.get([StoryId(1)]))[0]
    assert story.title == "Izmir counts its dead after earthquake"
    assert "35 buildings" in story.updates[-1].sentences[-1].text
    assert story.updates[-1].sentences[0].citations[0].revision == 2


@pytest.mark.parametrize("text", ["", "One."])
async def test_an_article_with_hardly_any_text_is_told_by_its_title(text: str) -> None:
    database = FakeDatabase()
    service = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
    await service.ingest_rows([Row(make.document(title="Fire", text=text))], make.NOW)
    report = await enricher(database).run(make.NOW)
    assert (report.enriched, report.stories_new) == (1, 1)
    async with database.open_unit(readonly=True) as unit:
        assert (await unit.stories.get([StoryId(1)]))[0].title == "Fire"


async def test_an_article_removed_while_the_models_worked_is_left_alone() -> None:
    database = FakeDatabase()
    ids = await stored(database, QUAKE)

    class RemovingSummarizer(FakeSummarizer):
        async def read(self, texts: Sequence[str]) -> list[Reading]:
            async with database.open_unit() as unit:
                await unit.articles.remove(ids[0])
                await unit.commit()
            return await super().read(texts)

    report = await enricher(database, summarizer=RemovingSummarizer()).run(make.NOW)
    assert (report.enriched, report.stories_new) == (0, 0)


LINKED = "Earthquake in Izmir in Turkey: rescuers search for survivors, mayor Tunc Soyer said after buildings collapsed on Friday."


async def groups(texts: list[str]) -> set[frozenset[str]]:
    """The texts by story, when they come one by one in this order."""
    database = FakeDatabase()
    service = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
    for text in texts:
        title = text.split(".")[0]
        await service.ingest_rows(
            [Row(make.document(url=f"https://a.example/{fingerprint(text)}", title=title, text=text))], make.NOW
        )
        await enricher(database).run(make.NOW)
    by_story: dict[StoryId | None, set[str]] = {}
    for article in database.tables.articles.values():
        by_story.setdefault(article.story_id, set()).add(article.text)
    return {frozenset(members) for members in by_story.values()}


async def test_the_order_of_arrival_does_not_matter() -> None:
    texts = [
        QUAKE,
        QUAKE_AGAIN,
        MATCH,
        MATCH.replace("scored the only goal", "scored a goal"),
        "A vote on fishing. It passed.",
    ]
    expected = {frozenset(texts[:2]), frozenset(texts[2:4]), frozenset(texts[4:])}
    for seed in range(6):
        shuffled = texts.copy()
        random.Random(seed).shuffle(shuffled)
        assert await groups(shuffled) == expected


async def test_a_small_story_joins_the_one_that_later_articles_show_it_to_be() -> None:
    database = FakeDatabase()
    await stored(database, QUAKE, QUAKE_AGAIN)
    # rules under which nothing joins at first, as if the articles had come before what links them
    apart = StoryRules(model="none", by_vector=replace(StoryRules(model="none").by_vector, bias=-99.0))
    await enricher(database, rules=EnrichRules(stories=apart)).run(make.NOW)
    assert len(database.tables.stories) == 2
    service = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
    await service.ingest_rows(
        [Row(make.document(url="https://b.example/l", title="Earthquake in Izmir", text=LINKED))], make.NOW
    )
    report = await enricher(database).run(make.NOW)
    assert report.enriched == 1
    assert report.merged >= 1
    assert len(database.tables.stories) == 1
