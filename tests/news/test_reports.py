"""Which articles of a story a model reads, and when what it wrote may be told."""

from dataclasses import replace

from news.audience import StoryStatus
from news.cards import card, head_of
from news.gist import opening
from news.headlines import Titled
from news.ids import ArticleId
from news.reading import Citation, CitedSentence, StoryInput
from news.reports import MOST_REPORTS, story_input, written_of
from news.told import Told
from tests import make
from tests.news.telling import HOUR, article, told

QUAKE = "A strong earthquake struck the coast of Peru early on Friday, killing at least 12 people."
WORDS = "At least 12 people died when an earthquake struck Peru."


def head(story: Told) -> Titled:
    found = head_of(story)
    assert found is not None
    return found


def read(story: Told) -> StoryInput:
    return story_input(story, head(story))


def quakes(*numbers: int) -> Told:
    titled = [
        article(number, "Earthquake strikes Peru", text=QUAKE, published_at=make.NOW - (9 - number) * HOUR)
        for number in numbers
    ]
    return told(*titled)


def written_by_model(story: Told, *citations: int, version: int = 1, lang: str = "en") -> Told:
    sentence = CitedSentence(text=WORDS, citations=tuple(Citation(ArticleId(number), 1) for number in citations))
    written = make.written_story(sentence, version=version, lang=lang)
    return replace(story, story=replace(story.story, written=written))


def test_the_latest_report_of_each_publisher_is_read_the_newest_first() -> None:
    story = told(
        article(1, "Earthquake strikes Peru", text=QUAKE, published_at=make.NOW - 3 * HOUR, publisher="tass.com"),
        article(2, "Earthquake strikes Peru", text=QUAKE, published_at=make.NOW - 2 * HOUR),
        article(3, "Earthquake strikes Peru", text=QUAKE, published_at=make.NOW - HOUR, publisher="tass.com"),
    )
    found = read(story)
    assert [each.citation.article_id for each in found.reports] == [3, 2]
    assert (found.version, found.lang) == (1, "en")
    assert found.reports[0].sentences == story.enrichments[ArticleId(3)].sentences


def test_copies_other_languages_other_events_and_old_reports_are_not_read() -> None:
    story = told(
        article(1, "Earthquake strikes Peru", text=QUAKE, published_at=make.NOW - 72 * HOUR),
        article(2, "Earthquake strikes Peru", text=QUAKE, published_at=make.NOW - 2 * HOUR),
        article(3, "Earthquake strikes Peru", text=QUAKE, copy_of=ArticleId(2)),
        article(4, "Terremoto en Perú", text="Un fuerte terremoto sacudió la costa de Perú.", lang="es"),
        article(5, "Rates rise", text="The central bank raised its key rate by half a point to fight inflation."),
    )
    assert [each.citation.article_id for each in read(story).reports] == [2]


def test_a_model_reads_so_many_reports_at_the_most() -> None:
    assert len(read(quakes(*range(1, 9))).reports) == MOST_REPORTS


def test_what_a_model_wrote_is_the_storys_opening() -> None:
    story = written_by_model(quakes(1, 2), 1, 2)
    assert [each.text for each in opening(story, head(story))] == [WORDS]
    shown = card(story, StoryStatus.NEW)
    assert shown is not None
    assert [each.text for each in shown.sentences] == [WORDS]
    assert {each.citation.article_id for each in shown.sources} == {1, 2}


def test_what_was_written_of_another_version_or_language_is_not_told() -> None:
    story = quakes(1, 2)
    for older in (written_by_model(story, 1, version=2), written_by_model(story, 1, lang="es")):
        assert written_of(older, head(older)) == ()
        assert [each.text for each in opening(older, head(older))] == [QUAKE]


def test_a_muted_or_changed_report_is_not_cited_and_its_words_go_where_no_other_says_them() -> None:
    both = written_by_model(quakes(1, 2), 1, 2)
    muted = both.without({ArticleId(1)})
    assert [each.citations for each in written_of(muted, head(muted))] == [(Citation(ArticleId(2), 1),)]
    alone = written_by_model(quakes(1, 2), 1).without({ArticleId(1)})
    assert written_of(alone, head(alone)) == ()
    revised = written_by_model(told(article(1, text=QUAKE, revision=2), article(2, text=QUAKE)), 1)
    assert written_of(revised, head(revised)) == ()
