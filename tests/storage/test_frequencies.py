import math

from sqlalchemy import text

from storage.engine import Database
from storage.frequencies import WordFrequencies
from tests.make import NOW, new_article, new_source


async def _add(database: Database, first: int, count: int, tokens: str) -> None:
    async with database.open_unit() as unit:
        source = await unit.sources.find("Example") or await unit.sources.add(new_source())
        ids = await unit.articles.add(
            [
                new_article(source_id=source.id, url=f"u{first + n}", guid=None, published_at=NOW, text="x")
                for n in range(count)
            ]
        )
        rows = [{"id": each, "tokens": tokens} for each in ids]
        statement = text("INSERT INTO article_words (article_id, length, tokens) VALUES (:id, 2, :tokens)")
        await unit.sources._connection.execute(statement, rows)
        await unit.commit()


async def _inverse(frequencies: WordFrequencies, database: Database, *tokens: str) -> dict[str, float]:
    async with database.open_unit(readonly=True) as unit:
        return await frequencies.inverse(unit.sources._connection, tokens)


async def test_a_rarer_word_weighs_more(database: Database) -> None:
    await _add(database, 0, 9, "talks grain")
    await _add(database, 9, 1, "talks 中国")
    weights = await _inverse(WordFrequencies(), database, "talks", "中国", "never", "grain")
    assert weights["talks"] < weights["grain"] < weights["中国"] < weights["never"]


async def test_a_small_store_is_counted_anew(database: Database) -> None:
    frequencies = WordFrequencies()
    await _add(database, 0, 2, "talks")
    before = await _inverse(frequencies, database, "talks", "grain")
    await _add(database, 2, 8, "grain")
    after = await _inverse(frequencies, database, "talks", "grain")
    assert after["talks"] > before["talks"]
    assert after["grain"] < before["grain"]


async def test_counts_are_kept_until_the_store_has_grown_by_a_tenth(sqlite: Database) -> None:
    frequencies = WordFrequencies()
    await _add(sqlite, 0, 2_000, "talks")
    before = await _inverse(frequencies, sqlite, "talks", "grain")
    assert before["talks"] == math.log(1 + 2_000.5 / 2_000.5)
    await _add(sqlite, 2_000, 100, "grain")
    kept = await _inverse(frequencies, sqlite, "talks", "grain", "new")
    assert kept["grain"] == math.log(1 + 2_100.5 / 0.5)
    await _add(sqlite, 2_100, 101, "grain")
    counted = await _inverse(frequencies, sqlite, "talks", "grain")
    assert counted["grain"] == math.log(1 + 2_201.5 / 201.5)
