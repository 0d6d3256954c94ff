from dataclasses import replace
from datetime import timedelta

from news.audience import DeliveryKind, NewDelivery, OutMessage
from news.ids import ArticleId, ChatId, StoryId
from news.ports import OpenUnitOfWork, UnitOfWork
from tests.make import NOW, chat, cited, new_article, new_source, story_update, written_story

HOUR = timedelta(hours=1)


async def _articles(unit: UnitOfWork, count: int) -> list[ArticleId]:
    """Articles published an hour apart, the first the latest."""
    source = await unit.sources.add(new_source())
    return await unit.articles.add(
        [new_article(source_id=source.id, url=f"u{n}", guid=None, published_at=NOW - n * HOUR) for n in range(count)]
    )


async def _tell(unit: UnitOfWork, chat_id: ChatId, story_id: StoryId, version: int, key: str) -> None:
    """Tell a chat a story version, sent."""
    await _write(unit, chat_id, story_id, version, key)
    (claimed,) = await unit.deliveries.claim(NOW, lease=HOUR, limit=1)
    assert await unit.deliveries.fence(claimed, NOW)
    await unit.deliveries.sent(claimed.id, 1, NOW)


async def _write(unit: UnitOfWork, chat_id: ChatId, story_id: StoryId, version: int, key: str) -> None:
    row = NewDelivery(
        chat_id=chat_id,
        key=key,
        part=0,
        kind=DeliveryKind.DIGEST,
        message=OutMessage(html="x"),
        stories=((story_id, version),),
        not_before=NOW,
    )
    assert await unit.deliveries.add([row], NOW) == 1


async def test_a_story_opens_with_its_first_article(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        (article_id,) = await _articles(unit, 1)
        story_id = await unit.stories.create(article_id, "Talks", story_update(article_id))
        await unit.commit()
    async with open_unit(readonly=True) as unit:
        (story,) = await unit.stories.get([story_id])
        assert (await unit.articles.get([article_id]))[0].story_id == story_id
    assert (story.version, story.title, story.article_ids) == (1, "Talks", (article_id,))
    assert story.updates == (story_update(article_id),)
    assert story.first_seen == story.last_seen == NOW


async def test_an_update_makes_a_version_and_a_mere_member_none(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        latest, middle, earliest = await _articles(unit, 3)
        story_id = await unit.stories.create(middle, "One", story_update(middle))
        await unit.stories.join(story_id, earliest, title="Two", update=None)
        assert await unit.stories.versions([story_id, StoryId(99)]) == {story_id: 1}
        update = story_update(latest, at=NOW + HOUR, sentences=(cited("More.", latest), cited("And more.", latest)))
        await unit.stories.join(story_id, latest, title="Three", update=update)
        (story,) = await unit.stories.get([story_id])
    assert (story.version, story.title) == (2, "Three")
    assert story.article_ids == (earliest, middle, latest)
    assert (story.first_seen, story.last_seen) == (NOW - 2 * HOUR, NOW)
    assert story.updates == (story_update(middle), replace(update, version=2))


async def test_since_gives_the_latest_first(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _articles(unit, 3)
        stories = [await unit.stories.create(article_id, "T", story_update(article_id)) for article_id in reversed(ids)]
        found = await unit.stories.since(NOW - HOUR, 9)
        assert [story.id for story in found] == [stories[2], stories[1]]
        assert await unit.stories.since(NOW - HOUR, 1) == found[:1]
        assert await unit.stories.titles(NOW - HOUR, 9) == [story.title for story in found]
        assert await unit.stories.titles(NOW - HOUR, 1) == [found[0].title]
        backwards = await unit.stories.get([stories[0], stories[2], stories[0], StoryId(77)])
        assert [story.id for story in backwards] == [stories[0], stories[2]]


async def test_merging_keeps_the_older_number_and_both_names(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _articles(unit, 3)
        oldest, older, younger = [
            await unit.stories.create(each, f"S{each}", story_update(each, at=NOW + each * HOUR)) for each in ids
        ]
        await unit.stories.merge(older, younger, at=NOW)
        await unit.stories.merge(oldest, older, at=NOW)
        (story,) = await unit.stories.get([younger, older, oldest])
        assert story.id == oldest
        assert story.article_ids == (ids[2], ids[1], ids[0])
        assert (story.first_seen, story.last_seen) == (NOW - 2 * HOUR, NOW)
        assert [update.article_id for update in story.updates] == ids
        assert await unit.stories.versions([younger, oldest]) == {younger: 1, oldest: 1}
        assert {article.story_id for article in await unit.articles.get(ids)} == {oldest}
        (late,) = await unit.articles.add([new_article(url="late")])
        await unit.stories.join(younger, late, title="S", update=story_update(late))
        assert await unit.stories.versions([older]) == {older: 2}


async def test_a_glimpse_shows_the_first_and_the_latest_members_and_the_opening(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _articles(unit, 5)
        story_id = await unit.stories.create(ids[0], "A", story_update(ids[0]))
        for each in ids[1:]:
            await unit.stories.join(story_id, each, title="A", update=story_update(each))
        [whole] = await unit.stories.get([story_id])
        first, *others = whole.article_ids
        [glimpse] = await unit.stories.glimpse([story_id, StoryId(99), story_id], 3)
        assert glimpse == replace(whole, article_ids=(first, *others[2:]), updates=whole.updates[:1])
        for many, shown in ((1, [first]), (2, [first, others[-1]]), (5, whole.article_ids), (9, whole.article_ids)):
            [glimpse] = await unit.stories.glimpse([story_id], many)
            assert glimpse.article_ids == tuple(shown)


async def test_who_had_one_story_hears_what_the_other_adds_when_they_merge(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _articles(unit, 3)
        older = await unit.stories.create(ids[0], "A", story_update(ids[0]))
        younger = await unit.stories.create(ids[1], "B", story_update(ids[1]))
        await unit.stories.join(younger, ids[2], title="B", update=story_update(ids[2]))
        names = ["older", "younger", "younger's opening", "younger coming", "both", "both, one coming", "none"]
        chats = [await unit.chats.add(chat(address=replace(chat().address, telegram_id=n))) for n in range(len(names))]
        for number, story_id, version in [
            (0, older, 1),
            (1, younger, 2),
            (2, younger, 1),
            (4, older, 1),
            (4, younger, 2),
        ]:
            await _tell(unit, chats[number].id, story_id, version, f"digest:2023-03-20:08:0{story_id}")
        await _tell(unit, chats[5].id, older, 1, "digest:2023-03-20:08:00")
        await _write(unit, chats[3].id, younger, 2, "digest:2023-03-20:08:00")
        await _write(unit, chats[5].id, younger, 2, "digest:2023-03-20:20:00")
        await unit.chats.rate(chats[1].id, younger, 1, NOW)
        brought, had = [story_update(ids[2], sentences=(cited("New.", ids[2]),))], [story_update(ids[0])]
        await unit.stories.merge(older, younger, at=NOW + HOUR, brought=brought, had=had)
        (story,) = await unit.stories.get([younger])

        def heard(told: int) -> list[ArticleId]:
            return [update.article_id for update in story.updates_after(told)]

        async def had_by_now() -> dict[str, int]:
            told = await unit.chats.told_many([each.id for each in chats], [older])
            return {name: told[each.id][older][0] for name, each in zip(names, chats, strict=True) if each.id in told}

        # as many chats know the older: they hear what the younger adds and nothing else
        versions = {
            "older": 3,
            "younger": 2,
            "younger's opening": 1,
            "younger coming": 2,
            "both": 4,
            "both, one coming": 4,
        }
        assert await had_by_now() == versions
        # and who had the younger hears what the older adds, and not its own side's words again
        assert (story.version, heard(3), heard(2), heard(4)) == (4, [ids[2]], [ids[0]], [])
        assert sorted(heard(1)) == [ids[0], ids[2], ids[2]]
        assert await unit.chats.ratings(chats[1].id) == {older: 1}
        assert [row.key for row in await unit.deliveries.of_story(chats[1].id, older)] == ["digest:2023-03-20:08:02"]
        for coming in await unit.deliveries.claim(NOW + HOUR, lease=HOUR, limit=9):
            assert await unit.deliveries.fence(coming, NOW + HOUR)
            await unit.deliveries.sent(coming.id, int(coming.id), NOW + HOUR)
        assert await had_by_now() == versions
        assert await unit.chats.told(chats[3].id, [younger]) == {younger: (2, NOW + HOUR)}


async def test_a_split_takes_its_articles_and_what_they_added_to_a_story_of_their_own(
    open_unit: OpenUnitOfWork,
) -> None:
    async with open_unit() as unit:
        ids = await _articles(unit, 4)
        told = await unit.stories.create(ids[0], "Old", story_update(ids[0], at=NOW))
        await unit.stories.join(told, ids[1], title="Old", update=story_update(ids[1], at=NOW + HOUR))
        await unit.stories.join(told, ids[2], title="Old", update=story_update(ids[2], at=NOW + 2 * HOUR))
        await unit.stories.join(told, ids[3], title="Old", update=None)
        opening = story_update(ids[1], at=NOW + HOUR, sentences=(cited("Another thing.", ids[1]),))
        new = await unit.stories.split(told, [ids[2], ids[1]], title="New", opening=opening)
        left, parted = await unit.stories.get([told, new])
        assert (left.article_ids, left.version, left.title) == ((ids[3], ids[0]), 3, "Old")
        assert [update.article_id for update in left.updates] == [ids[0]]
        assert (left.first_seen, left.last_seen) == (NOW - 3 * HOUR, NOW)
        assert (parted.article_ids, parted.version, parted.title) == ((ids[2], ids[1]), 2, "New")
        assert [(update.article_id, update.version) for update in parted.updates] == [(ids[1], 1), (ids[2], 2)]
        assert parted.updates[0].sentences == opening.sentences
        assert [article.story_id for article in await unit.articles.get(ids)] == [told, new, new, told]


async def test_who_was_told_a_story_is_not_told_again_what_leaves_it(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _articles(unit, 3)
        story = await unit.stories.create(ids[0], "A", story_update(ids[0], at=NOW - HOUR))
        chats = [await unit.chats.add(chat(address=replace(chat().address, telegram_id=n))) for n in range(2)]
        await _tell(unit, chats[0].id, story, 1, "digest:2023-03-20:08:00")  # at NOW
        early = story_update(ids[1], at=NOW - HOUR)
        await unit.stories.join(story, ids[1], title="A", update=early)
        await unit.stories.join(story, ids[2], title="A", update=story_update(ids[2], at=NOW + HOUR))
        heard = await unit.stories.split(story, [ids[1]], title="B", opening=early)
        unheard = await unit.stories.split(story, [ids[2]], title="C", opening=story_update(ids[2], at=NOW + HOUR))
        told = await unit.chats.told_many([each.id for each in chats], [story, heard, unheard])
        assert told == {chats[0].id: {story: (1, NOW), heard: (1, NOW)}}


async def test_what_is_still_to_be_sent_counts_for_the_part_that_leaves_a_story(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _articles(unit, 3)
        story = await unit.stories.create(ids[0], "A", story_update(ids[0], at=NOW - HOUR))
        reader = await unit.chats.add(chat())
        await unit.stories.join(story, ids[1], title="A", update=story_update(ids[1], at=NOW - HOUR))
        await _write(unit, reader.id, story, 2, "digest:2023-03-20:08:00")  # at NOW
        await unit.stories.join(story, ids[2], title="A", update=story_update(ids[2], at=NOW + HOUR))
        coming = await unit.stories.split(story, [ids[1]], title="B", opening=story_update(ids[1], at=NOW - HOUR))
        later = await unit.stories.split(story, [ids[2]], title="C", opening=story_update(ids[2], at=NOW + HOUR))
        assert await unit.chats.told(reader.id, [story, coming, later]) == {story: (2, NOW), coming: (1, NOW)}
        (row,) = await unit.deliveries.claim(NOW, lease=HOUR, limit=1)
        assert await unit.deliveries.fence(row, NOW)
        await unit.deliveries.sent(row.id, 1, NOW)
        assert await unit.chats.told(reader.id, [story, coming, later]) == {story: (2, NOW), coming: (1, NOW)}


async def test_what_a_model_wrote_goes_with_its_version(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        first, second = await _articles(unit, 2)
        story_id = await unit.stories.create(first, "A", story_update(first))
        stale, current = written_story(cited("Old words.", first)), written_story(cited("New words.", first))
        assert await unit.stories.write(story_id, stale)
        assert await unit.stories.write(story_id, current)
        assert [each.written for each in await unit.stories.get([story_id])] == [current]
        await unit.stories.join(story_id, second, title="A", update=None)
        assert [each.written for each in await unit.stories.since(NOW - HOUR, 9)] == [current]
        await unit.stories.join(story_id, second, title="A", update=story_update(second))
        assert [each.written for each in await unit.stories.get([story_id])] == [None]
        assert not await unit.stories.write(story_id, current)
        await unit.commit()
    async with open_unit() as unit:
        assert {"Old words.", "New words."} <= set(await unit.corrections.tellable(first))
        assert "Old words." not in await unit.corrections.tellable(second)


async def test_what_a_model_wrote_of_a_merged_story_is_history(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        ids = await _articles(unit, 2)
        older, younger = [await unit.stories.create(each, "A", story_update(each)) for each in ids]
        assert await unit.stories.write(younger, written_story(cited("Of the younger.", ids[1])))
        await unit.stories.merge(older, younger, at=NOW)
        assert [each.written for each in await unit.stories.get([older])] == [None]
        assert "Of the younger." in await unit.corrections.tellable(ids[1])


async def test_a_struck_sentence_leaves_what_a_model_wrote_and_never_comes_back(open_unit: OpenUnitOfWork) -> None:
    async with open_unit() as unit:
        first, second = await _articles(unit, 2)
        story_id = await unit.stories.create(first, "A", story_update(first))
        await unit.stories.join(story_id, second, title="A", update=None)
        written = written_story(cited("True.", second), cited("Doubted.", second))
        kept = written_story(cited("True.", second))
        await unit.stories.write(story_id, written)
        await unit.articles.strike(second, "Doubted.")
        assert [each.written for each in await unit.stories.get([story_id])] == [kept]
        await unit.stories.write(story_id, written)
        assert [each.written for each in await unit.stories.get([story_id])] == [kept]
