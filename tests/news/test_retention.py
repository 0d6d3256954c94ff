from datetime import timedelta

from news.retention import RetentionService
from tests import make
from tests.fakes.storage import FakeDatabase


async def test_old_articles_go_and_the_others_stay() -> None:
    database = FakeDatabase()
    async with database.open_unit() as unit:
        await unit.articles.add(
            [
                make.new_article(url=f"https://example.com/{days}", read_at=make.NOW - timedelta(days=days))
                for days in range(1200)
            ]
        )
        await unit.commit()
    assert await RetentionService(database.open_unit, timedelta(days=90)).run(make.NOW) == 1109
    assert len(database.tables.articles) == 91
    assert await RetentionService(database.open_unit, timedelta(days=90)).run(make.NOW) == 0
