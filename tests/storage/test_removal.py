from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from news.audience import DeliveryKind, NewDelivery, OutMessage
from news.entities import ArticleRevision
from news.reading import Citation, CitedSentence
from storage.engine import Database
from tests.make import NOW, chat, cited, enrichment, new_article, new_source, story_update, written_story

OLD = NOW - timedelta(days=100)


async def test_a_taken_down_articles_words_are_nowhere(database: Database) -> None:
    async with database.open_unit() as unit:
        source = await unit.sources.add(new_source())
        gone, stays = await unit.articles.add(
            [
                new_article(source_id=source.id, url="gone", title="Slander!", text="A libellous sentence.", guid=None),
                new_article(source_id=source.id, url="stays", title="Fine", guid=None),
            ]
        )
        await unit.articles.enrich(enrichment(gone, "A libellous sentence."))
        both = CitedSentence(text="Both say it.", citations=(Citation(gone, 1), Citation(stays, 1)))
        opening = story_update(gone, sentences=(cited("A libellous sentence.", gone), both))
        story_id = await unit.stories.create(gone, "Slander!", opening)
        await unit.stories.join(story_id, stays, title="Slander!", update=None)
        alone = await unit.stories.create(gone, "Slander!", story_update(gone))
        await unit.stories.join(story_id, gone, title="Slander!", update=None)
        assert await unit.stories.write(story_id, written_story(cited("A libel.", gone), both))
        await unit.articles.remove(gone)
        (story,) = await unit.stories.get([story_id])
        assert (story.title, story.article_ids) == ("Fine", (stays,))
        assert story.updates[0].sentences == (replace(both, citations=(Citation(stays, 1),)),)
        assert story.written == written_story(*story.updates[0].sentences)
        await unit.articles.revise(
            [ArticleRevision(article_id=gone, title="Slander!", text="Again.", read_at=NOW, fingerprint=1)]
        )
        (article,) = await unit.articles.get([gone])
        assert (article.removed, article.text, article.story_id) == (True, "", None)
        await unit.articles.remove(gone)
        assert alone
        await unit.commit()
        if database.location.path is not None:
            connection = unit.sources._connection
            await connection.execute(text("INSERT INTO article_fts(article_fts) VALUES ('integrity-check')"))


async def test_retention_takes_finished_rows_and_traces_of_that_age_too(database: Database) -> None:
    async with database.open_unit() as unit:
        source = await unit.sources.add(new_source())
        (old,) = await unit.articles.add([new_article(source_id=source.id, read_at=OLD)])
        await unit.articles.enrich(enrichment(old))
        story_id = await unit.stories.create(old, "T", story_update(old))
        one = await unit.chats.add(chat())
        row = NewDelivery(
            chat_id=one.id,
            key="push:1:1",
            part=0,
            kind=DeliveryKind.PUSH,
            message=OutMessage(html="x"),
            stories=((story_id, 1),),
            not_before=OLD,
        )
        await unit.deliveries.add([row], OLD)
        (claimed,) = await unit.deliveries.claim(NOW, lease=timedelta(minutes=1), limit=1)
        assert await unit.deliveries.fence(claimed, NOW)
        await unit.deliveries.sent(claimed.id, 1, NOW)
        await unit.chats.rate(one.id, story_id, 1, NOW)
        assert await unit.articles.forget(NOW - timedelta(days=50), 10) == 1
        assert await unit.deliveries.keys(one.id, "push:") == []
        assert await unit.chats.told(one.id, [story_id]) == {}
        assert await unit.chats.ratings(one.id) == {}
        await unit.chats.rate(one.id, story_id, 1, NOW)  # the story is gone: nothing happens
        assert await unit.chats.ratings(one.id) == {}
        for table in ("article_text", "enrichment", "key_sentences", "article_vector", "article_words", "story_update"):
            count = await unit.sources._connection.execute(text(f"SELECT count(*) FROM {table}"))
            assert count.scalar_one() == 0, table


async def test_a_copy_of_a_forgotten_article_stays(database: Database) -> None:
    async with database.open_unit() as unit:
        source = await unit.sources.add(new_source())
        (old,) = await unit.articles.add([new_article(source_id=source.id, read_at=OLD)])
        (copy,) = await unit.articles.add([new_article(source_id=source.id, url="copy", guid=None, copy_of=old)])
        assert (await unit.articles.get([copy]))[0].copy_of == old
        assert await unit.articles.forget(NOW - timedelta(days=50), 10) == 1
        assert (await unit.articles.get([copy]))[0].copy_of is None
