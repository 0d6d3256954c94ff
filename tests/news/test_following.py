"""A followed topic is told for what is about it, not for what names it in passing."""

import pytest

from news.aliases import AliasTable
from news.asking import Asked, KnownVectors, Wording, worded
from news.following import followed, led_elsewhere
from news.ids import ArticleId
from news.ranking import plan
from news.subject import Focus, Subject
from tests import make
from tests.fakes.models import FakeEmbedder, hashed
from tests.news.test_topics import ALIASES
from tests.newsroom import Newsroom

PAD = "Workers asked for more money. The firm said that it has none. A strike begins on Monday. Nobody knows how long it lasts. "
ABOUT = "Russia and China sign an agreement in Moscow"


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom()


async def told(newsroom: Newsroom, words: str, *, vector: bool = True) -> list[ArticleId]:
    query = make.topic_query(words)
    asked = worded(query, None, ALIASES).asked(await KnownVectors(FakeEmbedder()).of([worded(query, None, ALIASES)]))
    async with newsroom.open_unit(readonly=True) as unit:
        return [each.hit.article_id for each in await followed(unit, asked if vector else Asked(query), ALIASES)]


async def test_a_pair_that_is_merely_mentioned_is_no_reason(newsroom: Newsroom) -> None:
    about = await newsroom.article(
        ABOUT, "The leaders of Russia and China met. They agreed on trade between Russia and China."
    )
    await newsroom.article("Steel works on strike", f"{PAD * 3}The works sell steel to Russia and China.")
    assert await told(newsroom, "Russia China", vector=False) == [about]


async def test_a_headline_that_names_one_of_them_needs_a_text_that_goes_on_with_it(newsroom: Newsroom) -> None:
    throughout = await newsroom.article(
        "Russia buys more abroad",
        f"{PAD * 2}Russia buys machines. Russia pays in yuan. Russian firms order chips from China. China delivers. "
        "Moscow thanks Beijing. Chinese banks are careful.",
    )
    await newsroom.article("Russia lifts a tax", f"{PAD * 4}The tax was on goods from China.")
    assert await told(newsroom, "Russia China", vector=False) == [throughout]


async def test_a_topic_of_one_word_is_told_for_what_comes_back_to_it(newsroom: Newsroom) -> None:
    short = await newsroom.article("A strike ends", "Workers got more money. The chips are made again.")
    await newsroom.article("Steel works on strike", f"{PAD * 3}Makers of chips wait.")
    assert await told(newsroom, "chips", vector=False) == [short]


async def test_what_is_near_enough_without_a_word_of_it_is_told(newsroom: Newsroom) -> None:
    other_words = await newsroom.article("Seebeben", "Seebeben vor Japan.")
    async with newsroom.open_unit(readonly=True) as unit:
        asked = Asked(make.topic_query("tsunami"), hashed("Seebeben vor Japan."))
        assert [each.hit.article_id for each in await followed(unit, asked, AliasTable())] == [other_words]


async def test_a_word_that_leads_away_refuses_an_article(newsroom: Newsroom) -> None:
    physics = await newsroom.article("Nobel Prize in physics", "Nobel Prize in physics.")
    query = make.topic_query("Nobel Prize literature")
    question = plan(query, AliasTable())
    focus = Focus(Subject(()), {physics: frozenset({0, 1})})
    vectors = {
        text: hashed(text) for text in ("Nobel Prize literature", "Nobel Prize", "Prize literature", "Nobel literature")
    }
    asked = worded(query, None, AliasTable()).asked(vectors)
    async with newsroom.open_unit(readonly=True) as unit:
        assert await led_elsewhere(unit, asked, question, focus, [physics]) == {physics}
        assert await led_elsewhere(unit, Asked(query, asked.vector), question, focus, [physics]) == frozenset()
    assert await told(newsroom, "Nobel Prize literature") == []
    assert await told(newsroom, "Nobel Prize physics") == [physics]


async def test_each_text_is_embedded_once() -> None:
    embedder = FakeEmbedder()
    known = KnownVectors(embedder)
    first, second = (worded(make.topic_query(words), None, AliasTable()) for words in ("ships chips", "chips"))
    assert set(first.texts) == {"ships chips", "ships", "chips"}
    vectors = await known.of([first])
    assert first.asked(vectors).without.keys() == {"ships", "chips"}
    assert second.asked(await known.of([second])).vector == vectors["chips"]
    assert sum(embedder.batches) == 3


async def test_without_a_model_words_alone_are_sought() -> None:
    wording = worded(make.topic_query("ships chips"), frozenset(), AliasTable())
    assert wording == Wording(make.topic_query("ships chips"))
    assert wording.texts == ()
    assert wording.asked({}) == Asked(make.topic_query("ships chips"))
