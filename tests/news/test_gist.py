"""What a story says: whole sentences of several publishers, at most forty words, nothing that leans, repeats or is out of date."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, strategies as st

from news.entities import Article
from news.gist import MOST_WORDS, has_news, news_since, opening
from news.headlines import Titled
from news.ids import ArticleId
from news.reading import CitedSentence, Sentence, StoryUpdate
from news.told import Told
from news.wording import count_words
from tests import make
from tests.news.telling import HOUR, article, told

QUAKE = "A strong earthquake struck the coast of Peru early on Friday, killing at least 12 people."
RESCUE = "Rescue teams with dogs searched collapsed buildings in the port city of Pisco for survivors."
TITLE = "Earthquake strikes Peru"


def tell(story: Told, title: str = TITLE) -> tuple[CitedSentence, ...]:
    return opening(story, Titled(story.articles[-1], title))


def later(story: Told, since_version: int) -> tuple[CitedSentence, ...]:
    return news_since(story, since_version, Titled(story.articles[-1], TITLE))


def said(story: Told) -> list[str]:
    return [each.text for each in tell(story)]


def updated(*news: str, changes: dict[int, timedelta] | None = None) -> Told:
    """A story that each further article brought a sentence to."""
    ages = changes or {}
    articles: list[Article] = [article(1, text=QUAKE, published_at=make.NOW - 9 * HOUR)]
    updates: list[StoryUpdate] = [make.story_update(1, version=1, sentences=(make.cited(QUAKE, 1),))]
    for number, text in enumerate(news, 2):
        at = make.NOW - ages.get(number, (9 - number) * HOUR)
        articles.append(article(number, text=text, published_at=at))
        updates.append(make.story_update(number, version=number, sentences=(make.cited(text, number),)))
    return told(*articles, updates=tuple(updates), version=len(articles))


def test_what_several_say_comes_first_then_what_another_publisher_adds() -> None:
    story = told(
        article(1, text=RESCUE),
        article(2, text=QUAKE),
        article(3, text="An earthquake struck Peru on Friday and killed at least 12 people near the coast."),
    )
    first, second = tell(story)
    assert first.citations[0].article_id in {2, 3}
    assert second.text == RESCUE


def test_what_two_publishers_say_cites_both() -> None:
    [only] = tell(told(article(1, text=QUAKE), article(2, text=QUAKE.replace("early on", "on"))))
    assert {each.article_id for each in only.citations} == {1, 2}


def test_who_says_the_opposite_is_not_cited_with_it() -> None:
    claim = "The minister said on Monday that the port of Pisco will be closed to all ships."
    denial = claim.replace("will be", "will not be")
    for sentence in tell(told(article(1, text=claim), article(2, text=denial)), "Port of Pisco"):
        assert len(sentence.citations) == 1


def test_who_gives_another_number_is_not_cited_with_it() -> None:
    for sentence in tell(told(article(1, text=QUAKE), article(2, text=QUAKE.replace("12", "15")))):
        assert len(sentence.citations) == 1


def test_a_second_sentence_that_only_repeats_is_left_out() -> None:
    repeated = "At least 12 people were killed when a strong earthquake struck Peru on Friday."
    assert len(said(told(article(1, text=QUAKE), article(2, text=repeated)))) == 1


def test_a_sentence_that_leans_on_another_is_passed_over() -> None:
    story = told(article(1, text=f"He also thanked the rescue teams of the whole region for it. {RESCUE}"))
    enrichment = story.enrichments[ArticleId(1)]
    leaning = (replace(enrichment.sentences[0], leans=True), *enrichment.sentences[1:])
    story = replace(story, enrichments={ArticleId(1): replace(enrichment, sentences=leaning)})
    assert said(story) == [RESCUE]


def test_a_number_that_was_renewed_is_not_told() -> None:
    newer = "A strong earthquake struck the coast of Peru early on Friday, killing at least 41 people, officials say."
    story = told(
        article(1, text=QUAKE, published_at=make.NOW - 20 * HOUR), article(2, text=newer, published_at=make.NOW)
    )
    assert said(story) == [newer]


def test_the_words_of_a_copy_are_told_of_its_original() -> None:
    story = told(article(1, text=QUAKE), article(2, text=QUAKE, copy_of=ArticleId(1)))
    [only] = tell(story)
    assert [each.article_id for each in only.citations] == [1, 2]


def test_a_long_sentence_ends_at_a_clause_and_what_was_deleted_is_recorded() -> None:
    long = (
        "The parliament of Peru agreed on Friday to a law about fishing near the coast, which " + "word " * 40 + "end."
    )
    [only] = tell(told(article(1, text=long)), "Fishing")
    assert only.text == "The parliament of Peru agreed on Friday to a law about fishing near the coast …"
    assert only.text.removesuffix(" …") + only.dropped == long


def test_a_long_sentence_without_a_clause_is_not_cut() -> None:
    assert said(told(article(1, text=" ".join(["word"] * 60) + "."))) == []


def test_a_shorter_member_is_told_instead_of_a_long_sentence() -> None:
    story = told(article(1, text=" ".join(["word"] * 60) + "."), article(2, text=RESCUE))
    assert said(story) == [RESCUE]


@given(
    st.lists(
        st.lists(st.sampled_from(["alpha", "beta", "gamma,", "delta", "中国", "eins"]), min_size=1, max_size=60),
        max_size=6,
    )
)
def test_never_more_than_forty_words_and_always_of_the_text(drawn: list[list[str]]) -> None:
    text = " ".join(" ".join(words) + "." for words in drawn) or "One."
    chosen = tell(told(article(1, text=text)), "")
    assert sum(count_words(each.text) for each in chosen) <= MOST_WORDS
    assert all(each.text.removesuffix(" …") in text for each in chosen)


def test_an_update_tells_only_what_came_later_the_newest_first() -> None:
    story = updated("Ten were rescued from the sea.", "The captain was arrested in port.")
    assert [each.text for each in later(story, 1)] == [
        "The captain was arrested in port.",
        "Ten were rescued from the sea.",
    ]
    assert [each.text for each in later(story, 2)] == ["The captain was arrested in port."]
    assert later(story, 3) == ()


def test_an_update_tells_the_newest_number_only() -> None:
    newest = QUAKE.replace("12", "41")
    story = updated(QUAKE.replace("12", "20"), newest, changes={2: 20 * HOUR, 3: HOUR})
    assert [each.text for each in later(story, 1)] == [newest]


def test_a_sentence_that_its_article_took_back_is_no_news() -> None:
    story = updated("Ten were rescued from the sea.")
    corrected = replace(story.articles[1], revision=2)
    enrichments = {**story.enrichments, corrected.id: make.enrichment(2, "Nine were rescued.", revision=2)}
    story = replace(story, articles=(story.articles[0], corrected), enrichments=enrichments)
    assert later(story, 1) == ()


def test_news_of_a_muted_source_is_none() -> None:
    story = updated("Ten were rescued from the sea.")
    assert has_news(story, 1)
    assert not has_news(story, 1, {ArticleId(2)})
    assert not has_news(story, 2)


def test_news_that_leans_is_told_only_where_there_is_no_other() -> None:
    story = updated("He was rescued from the sea by a boat.", "The captain was arrested in port.")
    enrichment = replace(
        story.enrichments[ArticleId(2)], sentences=(Sentence(0, "He was rescued from the sea by a boat.", leans=True),)
    )
    story = replace(story, enrichments={**story.enrichments, ArticleId(2): enrichment})
    assert [each.text for each in later(story, 1)] == ["The captain was arrested in port."]
    alone = replace(story, story=replace(story.story, updates=story.story.updates[:2]))
    assert [each.text for each in later(alone, 1)] == ["He was rescued from the sea by a boat."]


def test_what_compression_deleted_goes_with_an_update() -> None:
    story = updated("Ten (of 40) were rescued from the sea.")
    enrichment = story.enrichments[ArticleId(2)]
    short = replace(enrichment.summary.sentences[0], text="Ten were rescued from the sea.", dropped="(of 40)")
    enrichment = replace(enrichment, summary=replace(enrichment.summary, sentences=(short,)))
    story = replace(story, enrichments={**story.enrichments, ArticleId(2): enrichment})
    [only] = later(story, 1)
    assert (only.text, only.dropped) == ("Ten were rescued from the sea.", "(of 40)")
    assert isinstance(only, CitedSentence)


def test_an_article_of_another_event_adds_nothing() -> None:
    other = "The national football team of Ghana won its third match of the season against a club from Accra."
    story = told(article(1, "Ghana wins again", text=other), article(2, "Earthquake strikes Peru", text=QUAKE))
    assert said(story) == [QUAKE]


def test_what_repeats_the_headline_or_speaks_of_itself_waits_behind_what_tells() -> None:
    story = told(article(1, text=f"An earthquake strikes Peru again. We are sorry for all of the victims. {RESCUE}"))
    assert said(story) == [RESCUE]


def test_what_is_days_old_is_not_told_beside_the_news() -> None:
    old = article(1, text=RESCUE, published_at=make.NOW - timedelta(days=3))
    assert said(told(old, article(2, text=QUAKE, published_at=make.NOW))) == [QUAKE]


def test_of_one_updates_sentences_those_of_the_headline_come_first() -> None:
    aside = "We are grateful to all the friends who have helped us in these days."
    fact = "The earthquake off Peru has also closed the port of Pisco for all ships."
    story = updated("Ten were rescued from the sea.")
    update = make.story_update(2, version=2, sentences=(make.cited(aside, 2), make.cited(fact, 2)))
    story = replace(
        story,
        story=replace(story.story, updates=(story.story.updates[0], update)),
        enrichments={**story.enrichments, ArticleId(2): make.enrichment(2, f"{aside} {fact}")},
    )
    assert later(story, 1)[0].text == fact
