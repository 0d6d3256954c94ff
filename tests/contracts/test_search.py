from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from news.ids import ArticleId, ModelId
from news.ports import OpenUnitOfWork, UnitOfWork
from news.reading import Vector, Window, WordQuery
from tests.fakes.models import hashed
from tests.make import NOW, enrichment, new_article, new_source, story_update

WINDOW = Window(NOW - timedelta(days=2), NOW)
TALKS = "Putin and Xi held talks in Moscow. China and Russia agreed."
GRAIN = "The grain deal of Ukraine was extended. Talks go on."
FOOTBALL = "The final ended two to one. The coach was glad."


async def _found(unit: UnitOfWork, *texts: str, ages_h: Sequence[int] = ()) -> list[ArticleId]:
    """Store and enrich articles with these texts, one hour apart, newest first."""
    source = await unit.sources.add(new_source())
    hours = ages_h or range(1, len(texts) + 1)
    ids = await unit.articles.add(
        [
            new_article(
                source_id=source.id,
                url=f"https://example.com/{n}",
                guid=None,
                title="",
                text=text,
                published_at=NOW - timedelta(hours=hour),
            )
            for n, (text, hour) in enumerate(zip(texts, hours, strict=True))
        ]
    )
    for article_id, text in zip(ids, texts, strict=True):
        await unit.articles.enrich(enrichment(article_id, text))
    return ids


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (WordQuery(groups=(("talks",),)), {0, 1}),
        (WordQuery(groups=(("russia", "ukraine"),)), {0, 1}),
        (WordQuery(groups=(("russia",), ("china",))), {0}),
        (WordQuery(groups=(("russia",), ("ukraine",))), set()),
        (WordQuery(groups=(("russia",), ("ukraine",)), any_group=True), {0, 1}),
        (WordQuery(groups=(("talks",),), must=("grain",)), {1}),
        (WordQuery(groups=(("talks",),), must_not=("grain", "football")), {0}),
        (WordQuery(groups=(("grain deal", "final coach"),)), {1, 2}),
        (WordQuery(groups=(), must=("coach",)), {2}),
        (WordQuery(groups=(("TALKS",),)), {0, 1}),
        (WordQuery(groups=(("talk",),), lang="en"), {0, 1}),
        (WordQuery(groups=()), set()),
        (WordQuery(groups=(("handball",),)), set()),
    ],
)
async def test_words(open_unit: OpenUnitOfWork, query: WordQuery, expected: set[int]) -> None:
    async with open_unit() as unit:
        ids = await _found(unit, TALKS, GRAIN, FOOTBALL)
        hits = await unit.articles.search_words(query, WINDOW, 10)
    assert {hit.article_id for hit in hits} == {ids[each] for each in expected}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


async def test_more_of_the_words_comes_first(open_unit: OpenUnitOfWork) -> None:
    much = "Grain. The grain deal is about grain."
    little = "The minister spoke about trade, about roads and, in the end, about grain."
    async with open_unit() as unit:
        ids = await _found(unit, little, FOOTBALL, much, TALKS, GRAIN * 3 + FOOTBALL * 9)
        hits = await unit.articles.search_words(WordQuery(groups=(("grain",),)), WINDOW, 10)
        assert hits[0].article_id == ids[2]
        assert await unit.articles.search_words(WordQuery(groups=(("grain",),)), WINDOW, 1) == hits[:1]


@pytest.mark.parametrize(
    "hostile",
    ['"', "'", "a OR b", "NEAR(a b)", "talks*", "^talks", "-talks", "{x}: y", "\\", "%", "a'); DROP TABLE article; --"],
)
async def test_hostile_words_are_words(open_unit: OpenUnitOfWork, hostile: str) -> None:
    async with open_unit() as unit:
        await _found(unit, FOOTBALL)
        query = WordQuery(groups=((hostile,),), must=(), must_not=(hostile,))
        assert await unit.articles.search_words(query, WINDOW, 10) == []
        await unit.articles.search_words(WordQuery(groups=((hostile, "coach"),)), WINDOW, 10)


async def test_the_window_holds_its_beginning_and_not_its_end(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _found(unit, *[TALKS] * 4, ages_h=[0, 1, 48, 49])
        hits = await unit.articles.search_words(WordQuery(groups=(("talks",),)), WINDOW, 10)
        near = await unit.articles.search_vector(hashed(TALKS), WINDOW, 10)
    assert {hit.article_id for hit in hits} == {hit.article_id for hit in near} == {ids[1], ids[2]}


async def test_vectors_nearest_first_with_their_cosine(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _found(unit, FOOTBALL, GRAIN, TALKS)
        hits = await unit.articles.search_vector(hashed(GRAIN), WINDOW, 2)
        assert len(hits) == 2
        assert hits[0].article_id == ids[1]
        assert hits[0].score == pytest.approx(1.0, abs=0.002)
        assert 0 < hits[1].score < 0.9
        assert (hits[0].publisher, hits[0].published_at) == ("example.com", NOW - timedelta(hours=2))
        other_model = Vector(ModelId("other@1"), hashed(GRAIN).data)
        assert await unit.articles.search_vector(other_model, WINDOW, 2) == []


async def test_how_long_the_vectors_of_a_model_are(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        assert await unit.articles.vector_bytes(hashed(TALKS).model) is None
        await _found(unit, TALKS)
        assert await unit.articles.vector_bytes(hashed(TALKS).model) == len(hashed(TALKS).data)
        assert await unit.articles.vector_bytes(ModelId("other@1")) is None


async def test_a_unit_finds_what_it_wrote_and_nobody_what_it_rolled_back(open_unit: OpenUnitOfWork) -> None:
    query = WordQuery(groups=(("talks",),))
    async with open_unit() as unit:
        await _found(unit, TALKS)
        assert len(await unit.articles.search_vector(hashed(TALKS), WINDOW, 5)) == 1
        async with open_unit(readonly=True) as other:
            assert await other.articles.search_vector(hashed(TALKS), WINDOW, 5) == []
    async with open_unit() as unit:
        assert await unit.articles.search_vector(hashed(TALKS), WINDOW, 5) == []
        ids = await _found(unit, GRAIN, TALKS)
        await unit.commit()
    async with open_unit() as unit:
        assert [hit.article_id for hit in await unit.articles.search_vector(hashed(TALKS), WINDOW, 1)] == [ids[1]]
        await unit.articles.remove(ids[1])
        assert [hit.article_id for hit in await unit.articles.search_vector(hashed(TALKS), WINDOW, 5)] == [ids[0]]
    async with open_unit(readonly=True) as unit:
        near = await unit.articles.search_vector(hashed(TALKS), WINDOW, 5)
        assert [hit.article_id for hit in near] == [ids[1], ids[0]]
        assert {hit.article_id for hit in await unit.articles.search_words(query, WINDOW, 5)} == set(ids)
    async with open_unit() as unit:
        await unit.articles.remove(ids[1])
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        assert [hit.article_id for hit in await unit.articles.search_vector(hashed(TALKS), WINDOW, 5)] == [ids[0]]
        assert [hit.article_id for hit in await unit.articles.search_words(query, WINDOW, 5)] == [ids[0]]


async def test_a_new_enrichment_takes_the_place_of_the_old(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (article_id,) = await _found(unit, TALKS)
        await unit.commit()
    async with open_unit() as unit:
        assert len(await unit.articles.search_vector(hashed(TALKS), WINDOW, 5)) == 1
        await unit.articles.enrich(replace(enrichment(article_id, TALKS), vector=hashed(FOOTBALL)))
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        (hit,) = await unit.articles.search_vector(hashed(FOOTBALL), WINDOW, 5)
    assert hit.score == pytest.approx(1.0, abs=0.002)


async def test_the_nearness_of_given_articles_to_several_questions(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        talks, football = await _found(unit, TALKS, FOOTBALL)
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        near = await unit.articles.cosines([hashed(TALKS), hashed(FOOTBALL)], [talks, football, ArticleId(99)])
        assert await unit.articles.cosines([], [talks]) == {}
    assert near.keys() == {talks, football}
    assert near[talks] == pytest.approx([1.0, near[football][0]], abs=0.005)
    assert near[football][1] == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize("by_words", [False, True])
async def test_neighbours_most_similar_first(open_unit: OpenUnitOfWork, by_words: bool) -> None:
    async with open_unit() as unit:
        ids = await _found(
            unit, TALKS, TALKS + " They spoke for hours.", GRAIN, FOOTBALL, TALKS, ages_h=[1, 2, 3, 4, 99]
        )
        stories = [await unit.stories.create(each, "T", story_update(each)) for each in (ids[1], ids[2], ids[4])]
        await unit.stories.join(stories[1], ids[3], title="T", update=None)
        asked = enrichment(ids[0], TALKS)
        if by_words:
            asked = replace(asked, vector=None)
        near = await unit.articles.neighbours(
            asked, text=TALKS, around=NOW - timedelta(hours=1), within=timedelta(days=1), limit=2
        )
    assert near[0].article_id == ids[1]  # not itself, nor one without a story, nor one too old
    assert near[0].similarity > 0.7
    assert near[0].by_words is by_words
    assert (near[0].story_id, near[0].story_size) == (stories[0], 1)
    assert len(near) == 2
    assert near[1].story_id == stories[1]
    assert near[1].story_size == 2
    assert near[1].similarity < near[0].similarity


async def test_an_old_text_meets_those_of_its_time_by_words_however_many_later_ones_have_its_words(
    open_unit: OpenUnitOfWork,
) -> None:
    async with open_unit() as unit:
        ids = await _found(unit, TALKS, *[TALKS] * 170, ages_h=[200, *[1] * 170])
        await unit.stories.create(ids[0], "T", story_update(ids[0]))
        asked = replace(enrichment(ArticleId(999), TALKS), vector=None)
        near = await unit.articles.neighbours(
            asked, text=TALKS, around=NOW - timedelta(hours=201), within=timedelta(days=1), limit=5
        )
    assert [each.article_id for each in near] == [ids[0]]


async def test_neighbours_of_a_text_without_words(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (article_id,) = await _found(unit, TALKS)
        bare = replace(enrichment(article_id), vector=None)
        near = await unit.articles.neighbours(bare, text="…", around=NOW, within=timedelta(days=1), limit=2)
    assert near == []
