from dataclasses import replace
from datetime import timedelta

import pytest

from news.audience import ChatStatus, DeliveryKind, Mute, MuteKind, NewDelivery, OutMessage
from news.errors import BadRequest
from news.ids import ArticleId, ChatId, StoryId
from news.ingest import IngestService, Row
from news.provenance import ProvenanceService
from news.reading import Citation
from tests import make
from tests.fakes.reader import FakeReader
from tests.fakes.storage import FakeDatabase

URL = "https://example.com/a"


async def with_article() -> FakeDatabase:
    database = FakeDatabase()
    service = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
    ids = (await service.ingest_rows([Row(make.document(), "TASS")], make.NOW)).article_ids
    async with database.open_unit() as unit:
        await unit.articles.enrich(make.enrichment(ids[0]))
        await unit.stories.create(ids[0], "Putin and Xi meet", make.story_update(ids[0]))
        await unit.commit()
    return database


async def test_why_tells_source_traces_and_story() -> None:
    database = await with_article()
    why = await ProvenanceService(database.open_unit).why("http://www.example.com/a/?utm_source=x", make.NOW)
    assert why.known
    assert why.url == URL
    assert why.article is not None
    assert why.source_name == "TASS"
    assert [trace.outcome for trace in why.traces] == ["new"]
    assert why.story is not None
    assert why.story.title == "Putin and Xi meet"
    assert why.told_version is None
    assert why.weight is not None
    assert dict(why.weight.reasons).keys() == {"families", "velocity", "rare_source", "freshness"}


async def test_why_tells_what_a_chat_was_sent() -> None:
    database = await with_article()
    async with database.open_unit() as unit:
        chat = await unit.chats.add(make.chat())
        new = NewDelivery(
            chat_id=chat.id,
            key="digest:2023-03-21:08:00",
            part=0,
            kind=DeliveryKind.DIGEST,
            message=OutMessage(html="x"),
            stories=((StoryId(1), 1),),
            not_before=make.NOW,
        )
        await unit.deliveries.add([new], make.NOW)
        await unit.chats.rate(chat.id, StoryId(1), 1, make.NOW)
        await unit.commit()
    why = await ProvenanceService(database.open_unit).why(URL, make.NOW, chat_id=chat.id)
    assert why.told_version == 1
    assert why.weight is not None
    assert dict(why.weight.reasons)["liked"] > 0
    assert (await ProvenanceService(database.open_unit).why(URL, make.NOW, chat_id=ChatId(99))).told_version is None


async def test_an_address_never_met() -> None:
    why = await ProvenanceService(FakeDatabase().open_unit).why("example.com/never", make.NOW)
    assert not why.known
    assert (why.url, why.article, why.story, why.source_name) == ("https://example.com/never", None, None, None)


async def test_taking_down_is_for_good() -> None:
    database = await with_article()
    service = ProvenanceService(database.open_unit)
    removed = await service.remove("example.com/a", make.NOW)
    assert removed.url == URL
    again = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
    report = await again.ingest_rows([Row(make.document(), "TASS")], make.NOW)
    assert (report.new, report.same) == (0, 1)
    assert next(iter(database.tables.articles.values())).text == ""
    why = await service.why(URL, make.NOW)
    assert [trace.outcome for trace in why.traces] == ["new", "removed"]  # not again at each poll
    await service.remove(URL, make.NOW)


async def test_nothing_to_take_down() -> None:
    with pytest.raises(BadRequest) as refused:
        await ProvenanceService(FakeDatabase().open_unit).remove(URL, make.NOW)
    assert refused.value.code == "article_not_found"


async def test_taking_down_keeps_back_what_has_not_left() -> None:
    database = await with_article()
    async with database.open_unit() as unit:
        chat = await unit.chats.add(make.chat())
        row = NewDelivery(
            chat_id=chat.id,
            key="digest:2023-03-21:08:00",
            part=0,
            kind=DeliveryKind.DIGEST,
            message=OutMessage(html="x"),
            citations=(Citation(ArticleId(1), 1),),
            not_before=make.NOW,
        )
        await unit.deliveries.add([row], make.NOW)
        await unit.commit()
    await ProvenanceService(database.open_unit).remove(URL, make.NOW)
    async with database.open_unit() as unit:
        assert await unit.deliveries.claim(make.NOW, lease=timedelta(minutes=1), limit=9) == []
    assert (await ProvenanceService(database.open_unit).why(URL, make.NOW, chat_id=chat.id)).reason == "removed"


async def test_why_says_why_a_chat_was_not_told() -> None:
    database = await with_article()
    async with database.open_unit() as unit:
        chat = await unit.chats.add(make.chat(status=ChatStatus.ACTIVE, next_due_at=make.NOW))
        muting = replace(chat, mutes=(Mute(MuteKind.SOURCE, "TASS"),))
        await unit.commit()
    service = ProvenanceService(database.open_unit)
    assert (await service.why(URL, make.NOW, chat_id=chat.id)).reason == "next_digest"
    async with database.open_unit() as unit:
        await unit.chats.save(muting)
        await unit.commit()
    assert (await service.why(URL, make.NOW, chat_id=chat.id)).reason == "muted"
    assert (await service.why(URL, make.NOW)).reason is None
    assert (await service.why("example.com/never", make.NOW, chat_id=chat.id)).reason == "unknown"
