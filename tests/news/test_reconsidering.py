from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from news.enrich import EnrichRules, EnrichService
from news.fingerprint import fingerprint
from news.ids import StoryId
from news.ingest import IngestService, Row
from news.reading import Story
from news.reconsidering import Changed, LookedAt, Reconsidering
from news.stories import RULES, StoryRules
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
APART = replace(RULES[0], by_vector=replace(RULES[0].by_vector, bias=-99.0))
LATER = make.NOW + timedelta(hours=1)


async def stories(database: FakeDatabase, texts: Sequence[str], rules: StoryRules) -> list[Story]:
    """The stories that placing the texts one by one gives under some rules, before anything is looked at again."""
    service = IngestService(database.open_unit, FakeReader(), make.PUBLISHERS)
    enrich = EnrichService(database.open_unit, FakeSummarizer(), FakeEmbedder(), EnrichRules(stories=rules))
    for text in texts:
        url = f"https://{fingerprint(text)}.example/a"
        title = text.split(".")[0]
        await service.ingest_rows([Row(make.document(url=url, guid=url, title=title, text=text))], make.NOW)
        await enrich.run(make.NOW)
    return sorted(database.tables.stories.values(), key=lambda story: story.id)


async def look_again(database: FakeDatabase, *touched: int, founded: Sequence[int] = ()) -> Changed:
    reconsidering = Reconsidering(database.open_unit, RULES[0], LATER)
    return await reconsidering.run([StoryId(each) for each in touched], {StoryId(each) for each in founded})


@pytest.mark.parametrize("touched", [1, 2])
async def test_stories_of_one_event_become_one_whichever_was_touched(touched: int) -> None:
    database = FakeDatabase()
    assert len(await stories(database, [QUAKE, QUAKE_AGAIN, MATCH], APART)) == 3
    assert await look_again(database, touched, founded=[1, 2]) == Changed(merged=1)
    assert [story.article_ids for story in database.tables.stories.values()] == [(1, 2), (3,)]
    assert await look_again(database, 1, 3) == Changed()


async def test_what_a_story_that_nobody_was_told_brings_along_is_an_update() -> None:
    database = FakeDatabase()
    await stories(database, [QUAKE, QUAKE_AGAIN], APART)
    assert await look_again(database, 2, founded=[2]) == Changed(merged=1, versions_new=1)
    [story] = database.tables.stories.values()
    assert (story.id, story.version) == (1, 2)
    assert [sentence.text for sentence in story.updates[-1].sentences] == [
        "The mayor Tunc Soyer said that 120 people were injured in the city."
    ]
    # nobody was told either of them: there is nobody to whom it would be an update
    fresh = FakeDatabase()
    await stories(fresh, [QUAKE, QUAKE_AGAIN], APART)
    assert await look_again(fresh, 2, founded=[1, 2]) == Changed(merged=1)


async def test_a_story_of_two_events_parts_and_each_part_has_its_own_headline_and_opening() -> None:
    database = FakeDatabase()
    await stories(database, [QUAKE, MATCH, QUAKE_AGAIN], APART)
    async with database.open_unit() as unit:
        for other in (2, 3):
            await unit.stories.merge(StoryId(1), StoryId(other), at=make.NOW)
        await unit.commit()
    assert await look_again(database, 1) == Changed(split=1)
    kept, parted = sorted(database.tables.stories.values(), key=lambda story: story.id)
    assert (kept.id, kept.article_ids, parted.id, parted.article_ids) == (1, (1, 3), 4, (2,))
    assert "Izmir" in kept.title
    assert parted.title == "Real Madrid won the final against Liverpool in Paris"
    assert parted.updates[0].article_id == 2
    assert {update.article_id for update in kept.updates} == {1, 3}


async def test_a_headline_goes_with_the_article_that_it_is_of() -> None:
    database = FakeDatabase()
    await stories(database, [QUAKE, MATCH], APART)
    async with database.open_unit() as unit:
        await unit.stories.merge(StoryId(1), StoryId(2), at=make.NOW)
        [mixed] = await unit.stories.get([StoryId(1)])
        await unit.stories.join(mixed.id, mixed.article_ids[0], title=MATCH.split(".", maxsplit=1)[0], update=None)
        await unit.commit()
    await look_again(database, 1)
    titles = {story.id: story.title for story in database.tables.stories.values()}
    assert titles == {1: QUAKE.split(".", maxsplit=1)[0], 3: MATCH.split(".", maxsplit=1)[0]}


async def test_many_stories_of_one_event_become_one() -> None:
    database = FakeDatabase()
    found = await stories(database, [f"{MATCH} In row {number} sat {number} people." for number in range(25)], APART)
    changed = await look_again(database, *(int(story.id) for story in found))
    assert changed.merged == len(found) - 1


async def test_more_than_can_be_looked_at_together_become_one_by_and_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("news.reconsidering.ARTICLES_MOST", 8)
    database = FakeDatabase()
    found = await stories(database, [f"{MATCH} In row {number} sat {number} people." for number in range(20)], APART)
    async with database.open_unit() as unit:
        looked_at = await LookedAt.around(found[0].id, unit, RULES[0])
    assert len(looked_at.articles) == 8
    changed = await look_again(database, *(int(story.id) for story in found), founded=[int(each.id) for each in found])
    assert changed.merged == len(found) - 1


async def test_what_has_changed_meanwhile_is_left_for_a_later_run() -> None:
    database = FakeDatabase()
    await stories(database, [QUAKE, QUAKE_AGAIN], APART)
    async with database.open_unit() as unit:
        looked_at = await LookedAt.around(StoryId(1), unit, RULES[0])
        assert await looked_at.still_holds(unit)
        await unit.stories.merge(StoryId(1), StoryId(2), at=make.NOW)
        assert not await looked_at.still_holds(unit)
