from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from news.audience import (
    Address,
    AdminAction,
    DeliveryKind,
    Invitation,
    NewDelivery,
    OutMessage,
    Person,
    Role,
    TopicMode,
)
from news.corrections import Correction
from news.entities import Trace
from news.errors import StorageError
from news.reading import Citation, Window, WordQuery
from storage.copy import _compare, copy
from storage.engine import Database, open_database, open_engine
from storage.location import locate
from storage.tables import metadata, source as source_table
from tests.databases import ENGINES, new_postgres, new_sqlite
from tests.fakes.models import hashed
from tests.make import NOW, chat, cited, enrichment, new_article, new_source, story_update, written_story

WINDOW = Window(NOW - timedelta(days=1), NOW)


async def _fill(database: Database) -> None:
    """At least one row in every table, and numbers that are not in use any more."""
    async with database.open_unit() as unit:
        source = await unit.sources.add(new_source(name="Ägypten 𝄞"))
        ids = await unit.articles.add(
            [new_article(source_id=source.id, url=f"u{n}", guid=None, fingerprint=2**64 - 1 - n) for n in range(4)]
        )
        for article_id in ids:
            await unit.articles.enrich(enrichment(article_id, f"Talks went on {article_id}."))
        stories = [await unit.stories.create(each, "T", story_update(each)) for each in ids[:3]]
        assert await unit.stories.write(stories[0], written_story(cited("Talks went on.", ids[0])))
        await unit.articles.trace([Trace(url="u0", at=NOW, source_id=source.id, outcome="new")])
        one = await unit.chats.add(chat(address=Address(-(10**12), 5)))
        await unit.chats.follow(one.id, "Talks", TopicMode.PUSH, NOW)
        await unit.chats.rate(one.id, stories[0], 1, NOW)
        await unit.chats.appoint(Person(user_id=1, role=Role.OWNER, since=NOW))
        await unit.chats.invite(Invitation(code="c", until=NOW, uses=1, made_by=1))
        await unit.notes.keep(one.id, "question", "floods", NOW)
        await unit.usage.add(NOW.date(), {"questions": 1})
        await unit.articles.strike(ids[0], "Nobody is told this.")
        corrected = Correction(told="12 died.", now="21 died.", citation=Citation(ids[0], 1), at=NOW)
        await unit.corrections.save(ids[0], [corrected])
        await unit.chats.record(AdminAction(at=NOW, user_id=1, action="ban", subject="2"))
        row = NewDelivery(
            chat_id=one.id,
            key="digest:2023-03-21:08:00",
            part=0,
            kind=DeliveryKind.DIGEST,
            message=OutMessage(html="x"),
            stories=((stories[0], 1),),
            citations=(Citation(ids[0], 1),),
            not_before=NOW,
        )
        await unit.deliveries.add([row], NOW)
        (claimed,) = await unit.deliveries.claim(NOW, lease=timedelta(minutes=1), limit=1)
        assert await unit.deliveries.fence(claimed, NOW)
        await unit.deliveries.sent(claimed.id, 1, NOW)
        for name in ("sender", "Ω", "a"):
            await unit.deliveries.hold_lease(name, "me", NOW, timedelta(minutes=1))
        await unit.stories.merge(stories[1], stories[2], at=NOW)
        await unit.commit()


@pytest.mark.postgres
@pytest.mark.parametrize("database", ENGINES, indirect=True)
async def test_everything_is_copied_and_works_there(database: Database, tmp_path: Path) -> None:
    await _fill(database)
    url = database.location.async_url.render_as_string(hide_password=False)
    seen: list[tuple[str, int, int]] = []
    with new_postgres(migrated=False) as empty:
        target = empty if database.location.path else str(tmp_path / "target.db")
        counts = copy(url, target, progress=lambda *step: seen.append(step))
        assert {table for table in metadata.tables if table != "vector_gone"} == set(counts)
        assert all(counts.values())
        assert ("article", 4, 4) in seen
        async with open_database(target) as other, other.open_unit() as unit:
            hits = await unit.articles.search_words(WordQuery(groups=(("putin",),)), WINDOW, 9)
            assert len(hits) == 4
            near = await unit.articles.search_vector(hashed("Talks went on 2."), WINDOW, 1)
            assert near[0].score == pytest.approx(1.0, abs=0.002)
            (article_id,) = await unit.articles.add([new_article(source_id=hits[0].article_id and 1, url="new")])
            assert article_id == 5
            # The number of the merged story is not given again.
            assert await unit.stories.create(article_id, "T", story_update(article_id)) == 4
        with pytest.raises(StorageError) as raised:
            copy(url, target)
        assert raised.value.code == "copy_target_not_empty"


def test_a_difference_is_named(tmp_path: Path) -> None:
    engines = [open_engine(locate(new_sqlite(tmp_path))) for _ in range(2)]
    row = {
        "url": "u",
        "name": "n",
        "name_folded": "n",
        "kind": "feed",
        "text_from": "auto",
        "status": "active",
        "added_at": NOW,
        "interval": timedelta(minutes=15),
        "failures": 0,
    }
    with engines[0].begin() as one, engines[1].begin() as other:
        one.execute(sa.insert(source_table), [row])
        other.execute(sa.insert(source_table), [{**row, "failures": 1}])
        with pytest.raises(StorageError, match=r"Row \[1\] of source") as raised:
            _compare(source_table, one, other)
        assert raised.value.code == "copy_differs"
    for engine in engines:
        engine.dispose()


def test_a_database_that_is_not_there_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as raised:
        copy(str(tmp_path / "none.db"), str(tmp_path / "new.db"))
    assert raised.value.code == "database_missing"
    assert list(tmp_path.iterdir()) == []


def test_an_old_database_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(StorageError) as raised:
        copy(str(tmp_path / "empty.db"), str(tmp_path / "target.db"))
    assert raised.value.code == "database_not_migrated"
