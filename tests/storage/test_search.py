import asyncio
import struct
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from news.ids import ArticleId, ModelId
from news.reading import Vector, Window, WordQuery
from storage.engine import Database, open_database
from storage.reindex import reindex
from storage.search import RANKED, hnsw_query, match_expression
from tests.databases import fresh_database
from tests.fakes.models import hashed
from tests.make import NOW, enrichment, new_article, new_source

WINDOW = Window(NOW - timedelta(days=30), NOW)
HOUR = timedelta(hours=1)


async def _fill(database: Database, count: int, text: str = "Talks went on.", first: int = 0) -> list[ArticleId]:
    async with database.open_unit() as unit:
        source = await unit.sources.find("Example") or await unit.sources.add(new_source())
        ids = await unit.articles.add(
            [
                new_article(
                    source_id=source.id, url=f"u{first + n}", guid=None, title="", text=text, published_at=NOW - HOUR
                )
                for n in range(count)
            ]
        )
        for article_id in ids:
            await unit.articles.enrich(enrichment(article_id, text))
        await unit.commit()
    return ids


@pytest.mark.parametrize(
    ("stored", "lang", "asked"),
    [
        ("中国政府发表声明。", "zh", "政府"),
        ("Правительства договорились.", "ru", "правительство"),
        ("Die Regierungen einigten sich.", "de", "Regierung"),
        ("Łódź wita gości.", "pl", "Lodz"),
        ("日本の首相が訪問した。", "ja", "首相"),
        ("दिल्ली में सरकार की बैठक।", "hi", "सरकार"),
        ("한국 정부가 발표했다.", "ko", "정부"),
        ("นายกรัฐมนตรีเดินทาง", "th", "รัฐมนตรี"),
    ],
)
async def test_words_of_many_scripts(database: Database, stored: str, lang: str, asked: str) -> None:
    async with database.open_unit() as unit:
        await unit.sources.add(new_source())
        ids = await unit.articles.add(
            [new_article(url=words, guid=None, title="", text=words) for words in (stored, "Nothing of the kind.")]
        )
        for article_id, words in zip(ids, (stored, "Nothing of the kind."), strict=True):
            await unit.articles.enrich(enrichment(article_id, words, lang=lang))
        hits = await unit.articles.search_words(WordQuery(groups=((asked,),), lang=lang), WINDOW, 5)
    assert [hit.article_id for hit in hits] == [ids[0]]


@pytest.mark.parametrize("postgresql", [False, True])
def test_nothing_of_a_question_is_query_syntax(postgresql: bool) -> None:
    query = WordQuery(groups=(("a' OR \"b", "c*"), ("NEAR(d)",)), must=("'); --",), must_not=("!e & f:*",))
    expression = match_expression(query, postgresql=postgresql)
    quote = "'" if postgresql else '"'
    outside = "".join(expression.split(quote)[::2])
    assert set(outside.replace("AND", "").replace("OR", "").replace("NOT", "")) <= set(" ()&|!")


async def test_the_title_weighs_more(database: Database) -> None:
    async with database.open_unit() as unit:
        await unit.sources.add(new_source())
        texts = [("", "Grain was sold. The rest is other news."), ("Grain", "It was sold. The rest is other news.")]
        ids = await unit.articles.add(
            [new_article(url=f"u{n}", guid=None, title=title, text=body) for n, (title, body) in enumerate(texts)]
        )
        for article_id, (_, body) in zip(ids, texts, strict=True):
            await unit.articles.enrich(enrichment(article_id, body))
        hits = await unit.articles.search_words(WordQuery(groups=(("grain",),)), WINDOW, 5)
    assert [hit.article_id for hit in hits] == [ids[1], ids[0]]


async def test_a_rare_word_weighs_more_than_a_common_one(database: Database) -> None:
    common = await _fill(database, 12, "Talks went on.")
    (rare,) = await _fill(database, 1, "Grain went on.", first=50)
    async with database.open_unit(readonly=True) as unit:
        query = WordQuery(groups=(("talks",), ("grain",)), any_group=True)
        hits = await unit.articles.search_words(query, WINDOW, 20)
    assert hits[0].article_id == rare
    assert {hit.article_id for hit in hits} == {rare, *common}


async def test_only_the_newest_matches_are_ranked(sqlite: Database) -> None:
    async with sqlite.open_unit() as unit:
        connection = unit.sources._connection
        await unit.sources.add(new_source())
        ids = await unit.articles.add(
            [new_article(url=f"u{n}", guid=None, published_at=NOW - HOUR) for n in range(RANKED + 1)]
        )
        rows = [{"id": each, "tokens": "grain " * (9 if each == ids[0] else 1) + "talks"} for each in ids]
        await connection.execute(text("INSERT INTO article_words VALUES (:id, 2, :tokens)"), rows)
        hits = await unit.articles.search_words(WordQuery(groups=(("grain",),)), WINDOW, 5)
    assert len(hits) == 5
    assert ids[0] not in {hit.article_id for hit in hits}  # the best match, but older than the newest 2,000


async def test_the_cache_sees_what_another_process_did(tmp_path: Path) -> None:
    async with fresh_database("sqlite", tmp_path) as one, open_database(str(one.location.path)) as other:
        ids = await _fill(one, 3)
        query = hashed("Talks went on.")

        async def found() -> list[ArticleId]:
            async with other.open_unit(readonly=True) as unit:
                return [hit.article_id for hit in await unit.articles.search_vector(query, WINDOW, 9)]

        assert await found() == ids
        more = await _fill(one, 2, first=10)
        assert await found() == ids + more
        async with one.open_unit() as unit:
            for article_id in ids:
                await unit.articles.remove(article_id)
            await unit.articles.enrich(enrichment(more[0], "Something else entirely."))
            await unit.commit()
        assert await found() == [more[1], more[0]]
        async with one.open_unit() as unit:  # the list of removed vectors is cut short, as retention does
            await unit.articles.remove(more[1])
            await unit.sources._connection.execute(text("DELETE FROM vector_gone"))
            await unit.sources._connection.execute(text("INSERT INTO vector_gone (vector_id) VALUES (999)"))
            await unit.commit()
        assert await found() == [more[0]]


async def test_searches_beside_each_other_while_articles_arrive(sqlite: Database) -> None:
    query = hashed("Talks went on.")

    async def search() -> int:
        async with sqlite.open_unit(readonly=True) as unit:
            return len(await unit.articles.search_vector(query, WINDOW, 500))

    async def arrive() -> None:
        for batch in range(5):
            await _fill(sqlite, 40, first=100 * batch)

    counts = await asyncio.gather(arrive(), *(search() for _ in range(20)))
    assert all(count is None or count % 40 == 0 for count in counts)
    assert await search() == 200


@pytest.mark.postgres
async def test_postgresql_takes_the_vector_index(postgresql: Database) -> None:
    vector = Vector(ModelId("m"), struct.pack("<384f", 1.0, *[0.0] * 383))
    async with postgresql.open_unit() as unit:
        connection = unit.sources._connection
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        await connection.exec_driver_sql("SET LOCAL enable_sort = off")
        query = hnsw_query(vector, WINDOW, 10).compile(
            connection.sync_connection, compile_kwargs={"literal_binds": True}
        )
        plan = "\n".join(await connection.scalars(text(f"EXPLAIN {query}".replace(":", r"\:"))))
    assert "ix_article_vector_hnsw_384" in plan


@pytest.mark.postgres
async def test_a_narrow_window_is_still_filled(postgresql: Database) -> None:
    """HNSW alone gives the nearest of all and then drops those outside: too few. Iterative scan goes on."""
    async with postgresql.open_unit() as unit:
        await unit.sources.add(new_source())
        ids = await unit.articles.add(
            [new_article(url=f"u{n}", guid=None, published_at=NOW - n * HOUR) for n in range(200)]
        )
        numbers = Random(7)
        for article_id in ids:
            data = struct.pack("<384f", *(numbers.gauss() for _ in range(384)))
            await unit.articles.enrich(enrichment(article_id, vector=Vector(ModelId("m"), data)))
        await unit.commit()
        connection = unit.sources._connection
        for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
            await connection.execute(text(f"SET LOCAL {setting} = off"))
        asked = Vector(ModelId("m"), struct.pack("<384f", *(numbers.gauss() for _ in range(384))))
        hits = await unit.articles.search_vector(asked, Window(NOW - 19 * HOUR, NOW + HOUR), 15)
    assert len(hits) == 15
    assert {hit.article_id for hit in hits} <= set(ids[:20])


async def test_any_text_can_be_stored_and_asked(database: Database) -> None:
    hostile = "a\x00b \ud800 'x' \"y\" \\ %s {0} \u202e 𝄞 <b>"
    async with database.open_unit() as unit:
        source = await unit.sources.add(new_source(name=hostile))
        (article_id,) = await unit.articles.add(
            [new_article(source_id=source.id, url=hostile, guid=hostile, title=hostile, text=hostile, author=hostile)]
        )
        await unit.articles.enrich(enrichment(article_id, hostile))
        await unit.commit()
    async with database.open_unit(readonly=True) as unit:
        (article,) = await unit.articles.known(source.id, [hostile], [hostile])
        assert article.text == "ab � 'x' \"y\" \\ %s {0} \u202e 𝄞 <b>"
        assert await unit.sources.find(hostile) == await unit.sources.get(source.id)
        assert await unit.articles.enrichments([article_id])
        hits = await unit.articles.search_words(WordQuery(groups=((hostile,),)), WINDOW, 5)
        assert [hit.article_id for hit in hits] == [article_id]


async def test_reindex_makes_the_words_anew(database: Database) -> None:
    ids = await _fill(database, 3)
    async with database.open_unit() as unit:
        await unit.sources._connection.execute(text("UPDATE article_words SET tokens = 'old', length = 1"))
        await unit.commit()
    seen: list[tuple[str, int, int]] = []
    url = database.location.async_url.render_as_string(hide_password=False)
    assert await asyncio.to_thread(reindex, url, lambda *step: seen.append(step)) == 3
    assert seen == [("words", 3, 3)]
    async with database.open_unit(readonly=True) as unit:
        hits = await unit.articles.search_words(WordQuery(groups=(("talks",),)), WINDOW, 9)
        assert {hit.article_id for hit in hits} == set(ids)
        assert await unit.articles.search_words(WordQuery(groups=(("old",),)), WINDOW, 9) == []
