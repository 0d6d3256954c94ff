"""What readers of two stories that become one are told after it."""

from hypothesis import given, strategies as st

from news.facts import extract
from news.ids import ChatId, StoryId
from news.merging import Merged, merge
from news.ports import OpenUnitOfWork
from news.reading import StoryUpdate
from tests import make
from tests.fakes.storage import FakeDatabase


@st.composite
def merges(draw: st.DrawFn) -> Merged:
    older, younger = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    older_tells = draw(st.frozensets(st.integers(1, older)))
    younger_tells = draw(st.frozensets(st.integers(1, younger)))
    return Merged(
        older=older,
        younger=younger,
        brings=bool(younger_tells) or draw(st.booleans()),
        had=bool(older_tells) or draw(st.booleans()),
        younger_known=draw(st.booleans()),
        older_tells=older_tells,
        younger_tells=younger_tells,
    )


MERGES = merges()


def untold(merged: Merged, version: int) -> set[tuple[str, int]]:
    """The updates that are new at a version: (side, number on that side), and the two additions."""
    rows = {("older", each): each for each in range(1, merged.older + 1)}
    rows |= {("younger", each): 1 if each == 1 else merged.common for each in range(1, merged.younger + 1)}
    rows |= {("brought", 0): merged.brought} if merged.brings else {}
    rows |= {("known", 0): merged.known} if merged.had else {}
    assert max(rows.values()) == merged.version or not merged.brings | merged.had
    return {row for row, number in rows.items() if number > version and merged.known_to(number) != version}


@given(MERGES)
def test_who_was_told_of_both_is_told_nothing_again(merged: Merged) -> None:
    assert untold(merged, merged.told(merged.older, merged.younger)) == set()


@given(MERGES)
def test_who_was_told_of_one_is_told_what_only_the_other_had(merged: Merged) -> None:
    of_older = untold(merged, merged.told(merged.older, None))
    of_younger = untold(merged, merged.told(None, merged.younger))
    assert of_older == ({("brought", 0)} if merged.brings else set())
    assert of_younger == ({("known", 0)} if merged.had else set())


@given(MERGES, st.integers(0, 4), st.integers(0, 4))
def test_what_a_chat_had_not_heard_of_its_own_story_stays_to_be_told(merged: Merged, older: int, younger: int) -> None:
    if 0 < older < merged.older:
        later = {("older", each) for each in range(older + 1, merged.older + 1)}
        assert later <= untold(merged, merged.told(older, None))
    if 0 < younger < merged.younger:
        later = {("younger", each) for each in range(2, merged.younger + 1)}
        assert later <= untold(merged, merged.told(None, younger))


@given(MERGES)
def test_who_was_told_of_both_hears_later_what_neither_had_told_it(merged: Merged) -> None:
    for older in range(1, merged.older + 1):
        for younger in range(1, merged.younger + 1):
            told = untold(merged, merged.told(older, younger))
            later = {("older", each) for each in merged.older_tells if each > older}
            later = later or {("younger", each) for each in merged.younger_tells if each > max(younger, 1)}
            assert later <= told
            assert bool(later) == bool(told)


@given(MERGES)
def test_no_chat_has_had_more_than_there_is(merged: Merged) -> None:
    for older in (None, *range(1, merged.older + 1)):
        for younger in (None, *range(1, merged.younger + 1)):
            if older or younger:
                assert 0 < merged.told(older, younger) <= merged.version or merged.common == 1


async def two_stories(open_unit: OpenUnitOfWork, first: str, second: str) -> tuple[StoryId, StoryId]:
    """A story of an article with each text."""
    async with open_unit() as unit:
        source = await unit.sources.add(make.new_source())
        texts = (first, second)
        ids = await unit.articles.add(
            [make.new_article(source_id=source.id, url=f"u{n}", guid=None, text=text) for n, text in enumerate(texts)]
        )
        stories = []
        for article_id, text in zip(ids, texts, strict=True):
            await unit.articles.enrich(make.enrichment(article_id=article_id, text=text, facts=extract(text, "en")))
            stories.append(await unit.stories.create(article_id, "T", make.story_update(article_id)))
        await unit.commit()
    return stories[0], stories[1]


async def merged_updates(first: str, second: str, *founded: int) -> list[StoryUpdate]:
    """What a merge adds to the two openings."""
    database = FakeDatabase()
    older, younger = await two_stories(database.open_unit, first, second)
    async with database.open_unit() as unit:
        count = await merge(unit, older, younger, make.NOW, founded=[StoryId(each) for each in founded])
        [story] = await unit.stories.get([younger])
        await unit.commit()
    assert story.version == 1 + count
    return [update for update in story.updates if update.version > 1]


SAID = "An earthquake struck Izmir on Friday and twenty buildings collapsed. Rescuers search for survivors in the city."
MORE = "An earthquake struck Izmir on Friday. The mayor Tunc Soyer said that 120 people were injured in the city."


async def test_each_story_adds_what_the_other_did_not_tell() -> None:
    texts = [sentence.text for update in await merged_updates(SAID, MORE) for sentence in update.sentences]
    assert "The mayor Tunc Soyer said that 120 people were injured in the city." in texts
    assert await merged_updates(SAID, SAID) == []
    assert await merged_updates(SAID, MORE, 1, 2) == []
    brought, had = await merged_updates(SAID, MORE, 2), await merged_updates(SAID, MORE, 1)
    assert ([each.article_id for each in brought], [each.article_id for each in had]) == ([2], [1])


async def test_a_chat_told_of_one_hears_of_the_other() -> None:
    database = FakeDatabase()
    older, younger = await two_stories(database.open_unit, SAID, MORE)
    ledger = database.tables.outbox.ledger
    for number, had in enumerate([{older: 1}, {younger: 1}, {older: 1, younger: 1}], 1):
        ledger[ChatId(number)] = {story_id: (version, make.NOW) for story_id, version in had.items()}
    async with database.open_unit() as unit:
        await merge(unit, older, younger, make.NOW, founded=())
        [story] = await unit.stories.get([older])
        await unit.commit()
    versions = [database.tables.outbox.ledger[ChatId(number)][older][0] for number in (1, 2, 3)]
    brought = next(each.version for each in story.updates if "120 people" in each.sentences[0].text)
    assert versions[0] < brought <= versions[2] == story.version
