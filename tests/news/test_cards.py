"""A story as it is told: its headline, its sentences, honest counts, the numbers on which publishers differ."""

from dataclasses import replace

from news.audience import StoryStatus
from news.cards import MOST_SOURCES, card
from news.ids import ArticleId
from news.reading import SummarySentence
from tests import make
from tests.news.telling import HOUR, article, told


def test_a_story_without_words_has_no_card() -> None:
    story = told(article(1, "", text=""))
    bare = replace(story, enrichments={})
    assert card(bare, StoryStatus.NEW) is None


def test_a_headline_that_was_made_says_of_what() -> None:
    text = "The central bank of Peru raised its main interest rate to six percent on Thursday after prices rose again."
    made = card(told(article(1, "Home", text=text)), StoryStatus.NEW)
    assert made is not None
    assert made.title == "The central bank of Peru raised its main interest rate…"
    assert made.made_of is not None
    assert made.made_of.citations[0].article_id == 1
    assert made.sources[0].title == made.title


def test_a_card_names_and_counts_families() -> None:
    made = card(
        told(
            article(1, publisher="reuters.com", published_at=make.NOW - 3 * HOUR),
            article(2, publisher="bbc.co.uk", published_at=make.NOW - 2 * HOUR),
            article(3, publisher="bbc.co.uk", published_at=make.NOW - HOUR),
            article(4, publisher="tass.com", published_at=make.NOW),
        ),
        StoryStatus.NEW,
    )
    assert made is not None
    assert (made.outlets, made.countries, made.first_publisher) == (3, 2, "Reuters")
    assert [ref.n for ref in made.sources] == list(range(1, len(made.sources) + 1))
    assert sorted(ref.publisher for ref in made.sources) == ["BBC", "Reuters", "TASS"]
    assert made.sentences[0].citations[0] == made.sources[0].citation


def test_hundreds_of_sources_are_counted_not_listed() -> None:
    made = card(told(*(article(n, publisher=f"paper{n}.com") for n in range(1, 301))), StoryStatus.NEW)
    assert made is not None
    assert made.outlets == 300
    assert len(made.sources) == MOST_SOURCES


def test_a_muted_article_is_not_cited() -> None:
    story = told(article(1, publisher="tass.com"), article(2, publisher="bbc.co.uk"))
    made = card(story.without({ArticleId(1)}), StoryStatus.NEW)
    assert made is not None
    assert {ref.citation.article_id for ref in made.sources} == {2}


def test_what_a_verifier_refused_is_not_told() -> None:
    story = told(article(1))
    refused = SummarySentence(text="Invented.", origin=None, verified=False)
    summary = replace(make.summary(), sentences=(refused,))
    made = card(
        replace(story, enrichments={ArticleId(1): replace(make.enrichment(1), summary=summary)}), StoryStatus.NEW
    )
    assert made is not None
    assert all(each.text in make.TEXT for each in made.sentences)


def test_an_update_goes_by_a_headline_of_its_news() -> None:
    updates = (
        make.story_update(1, version=1, sentences=()),
        make.story_update(2, version=2, sentences=(make.cited("The toll rose to 41 on Friday.", 2),)),
    )
    first = article(1, "Quake in Peru kills 12 people", text="A quake in Peru killed 12 people.")
    second = article(2, "Toll of the quake rises to 41", text="The toll rose to 41 on Friday.")
    made = card(told(first, second, updates=updates, version=2), StoryStatus.UPDATE, since_version=1)
    assert made is not None
    assert made.title == "Toll of the quake rises to 41"


def test_an_update_of_which_nothing_can_be_told_is_no_card() -> None:
    updates = (make.story_update(1, version=1), make.story_update(2, version=2, sentences=()))
    assert card(told(article(1), article(2), updates=updates, version=2), StoryStatus.UPDATE, since_version=1) is None


def test_headline_and_sentences_are_in_the_readers_language_where_there_is_one() -> None:
    story = told(
        article(1, "Putin and Xi meet in Moscow", lang="en"),
        article(
            2, "Путин и Си встретились в Москве", lang="ru", text="Путин и Си провели переговоры в Москве во вторник."
        ),
    )
    spoken = {lang: card(story, StoryStatus.NEW, lang=lang) for lang in ("en", "ru", "fr")}
    assert spoken["ru"] is not None
    assert spoken["ru"].title.startswith("Путин")
    assert [each.text for each in spoken["ru"].sentences] == ["Путин и Си провели переговоры в Москве во вторник."]
    assert spoken["en"] is not None
    assert all(each.text in make.TEXT for each in spoken["en"].sentences)
    assert spoken["fr"] is not None


def test_numbers_that_differ_are_named_with_all_who_say_them() -> None:
    twelve = "At least 12 people died when the ferry sank near the harbour on Monday."
    fifteen = "Officials said 15 people died when the ferry sank near the harbour."
    made = card(
        told(
            article(1, text=twelve), article(2, text=fifteen), article(3, text=twelve.replace("At least ", "At ferry "))
        ),
        StoryStatus.NEW,
    )
    assert made is not None
    [claims] = made.differing
    assert {claim.text: {each.article_id for each in claim.citations} for claim in claims} == {
        "12 people died": {1, 3},
        "15 people died": {2},
    }
    cited = {ref.citation.article_id for ref in made.sources}
    assert cited == {1, 2, 3}
