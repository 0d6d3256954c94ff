from datetime import timedelta

import pytest

from news.audience import Address, DeliveryKind, NewDelivery, OutMessage
from news.corrections import Correction
from news.ids import ArticleId, ChatId, StoryId
from news.ports import OpenUnitOfWork, UnitOfWork
from news.reading import Citation, CitedSentence
from tests.make import NOW, chat, enrichment, new_article, new_source, revision, story_update

TOLD = CitedSentence(text="At least 12 people died.", citations=(Citation(ArticleId(1), 1),))
HOUR = timedelta(hours=1)


def correction(article_id: int = 1, *, told: str = TOLD.text, now: str = "At least 21 people died.") -> Correction:
    citation = Citation(ArticleId(article_id), 2)
    return Correction(told=told, now=now, equals=("21 died.",), citation=citation, at=NOW + HOUR)


async def stored(unit: UnitOfWork) -> StoryId:
    """One article in a story that tells its first sentence."""
    source = await unit.sources.add(new_source())
    text = f"{TOLD.text} Help is on its way."
    [article_id] = await unit.articles.add([new_article(source_id=source.id, text=text)])
    await unit.articles.enrich(enrichment(article_id, text))
    return await unit.stories.create(article_id, "T", story_update(article_id, sentences=(TOLD,)))


async def reader(unit: UnitOfWork, number: int = 1001) -> ChatId:
    return (await unit.chats.add(chat(address=Address(number)))).id


async def deliver(
    unit: UnitOfWork, chat_id: ChatId, story_id: StoryId | None, said: CitedSentence, **fields: bool
) -> None:
    """Write a message; it is sent."""
    keys = await unit.deliveries.keys(chat_id, "digest:")
    row = NewDelivery(
        chat_id=chat_id,
        key=f"digest:2023-03-21:{len(keys):02}:00",
        part=0,
        kind=DeliveryKind.DIGEST,
        message=OutMessage(html="x"),
        stories=() if story_id is None else ((story_id, 1),),
        sentences=(said,),
        corrects=fields.get("corrects", False),
        not_before=NOW,
    )
    await unit.deliveries.add([row], NOW)
    if fields.get("sent", True):
        for each in await unit.deliveries.claim(NOW, lease=HOUR, limit=9):
            assert await unit.deliveries.fence(each, NOW)
            await unit.deliveries.sent(each.id, 7, NOW)


async def test_what_may_have_been_told_of_an_article(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        await stored(unit)
        assert set(await unit.corrections.tellable(ArticleId(1))) == {TOLD.text, "Help is on its way."}
        await unit.corrections.save(ArticleId(1), [correction()])
        assert "At least 21 people died." in await unit.corrections.tellable(ArticleId(1))
        assert await unit.corrections.tellable(ArticleId(9)) == ()


async def test_corrections_are_kept_and_their_stories_tell_what_stands_now(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        story_id = await stored(unit)
        await unit.corrections.save(ArticleId(1), [correction()])
        await unit.commit()
    async with open_unit() as unit:
        assert await unit.corrections.of(ArticleId(1)) == [correction()]
        [story] = await unit.stories.get([story_id])
        assert [(each.text, each.citations) for each in story.updates[0].sentences] == [
            ("At least 21 people died.", (Citation(ArticleId(1), 2),))
        ]
        later = correction(now="At least 25 people died.")
        await unit.corrections.save(ArticleId(1), [later])
        assert await unit.corrections.of(ArticleId(1)) == [later]


async def test_a_correction_counts_where_somebody_was_told_the_story(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        story_id = await stored(unit)
        await unit.corrections.save(ArticleId(1), [correction()])
        assert await unit.corrections.since(NOW) == []
        await deliver(unit, await reader(unit), story_id, TOLD)
        [found] = await unit.corrections.since(NOW)
        assert (found.correction, found.story_id) == (correction(), story_id)
        [article] = await unit.articles.get([ArticleId(1)])
        assert (found.url, found.publisher) == (article.url, article.publisher)
        assert await unit.corrections.since(NOW + 2 * HOUR) == []


async def test_what_chats_were_told_of_a_story(open_unit: OpenUnitOfWork) -> None:
    fixed = CitedSentence(text="At least 21 people died.", citations=(Citation(ArticleId(1), 2),))
    other = CitedSentence(text="It rains.", citations=(Citation(ArticleId(1), 1),))
    async with open_unit() as unit:
        story_id = await stored(unit)
        one, two, three = [await reader(unit, number) for number in (1, 2, 3)]
        await deliver(unit, one, story_id, TOLD)
        await deliver(unit, one, None, other)
        await deliver(unit, one, None, fixed, corrects=True)
        await deliver(unit, two, story_id, TOLD, sent=False)
        await unit.commit()
    async with open_unit() as unit:
        told = await unit.corrections.told([one, two, three], [story_id])
        assert told == {one: (TOLD, fixed), two: (TOLD,)}
        assert await unit.corrections.told([three], [story_id]) == {}


@pytest.mark.parametrize("end", ["failed", "dropped"])
async def test_what_was_never_sent_was_not_told(open_unit: OpenUnitOfWork, end: str) -> None:
    async with open_unit() as unit:
        story_id = await stored(unit)
        one = await reader(unit)
        await deliver(unit, one, story_id, TOLD, sent=False)
        await deliver(unit, one, None, TOLD, sent=False, corrects=True)
        if end == "dropped":
            assert await unit.deliveries.drop_chat(one, "bot_blocked") == 2
        while end == "failed" and (rows := await unit.deliveries.claim(NOW, lease=HOUR, limit=9)):
            for row in rows:
                await unit.deliveries.fail(row.id, "too_long", NOW)
        assert await unit.corrections.told([one], [story_id]) == {}


async def test_a_merged_story_was_told_under_either_number(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        older = await stored(unit)
        [article_id] = await unit.articles.add([new_article(url="https://example.com/2", guid="2")])
        younger = await unit.stories.create(article_id, "U", story_update(article_id))
        one = await reader(unit)
        await deliver(unit, one, older, TOLD)
        await unit.stories.merge(older, younger, at=NOW)
        assert await unit.corrections.told([one], [younger]) == {one: (TOLD,)}


async def test_an_article_that_is_taken_down_corrects_nothing(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        await stored(unit)
        await unit.articles.revise([revision(1, text="At least 21 people died.")])
        await unit.corrections.save(ArticleId(1), [correction()])
        await unit.articles.remove(ArticleId(1))
        assert await unit.corrections.of(ArticleId(1)) == []
