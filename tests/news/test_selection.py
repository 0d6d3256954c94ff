"""What matters, and what a chat is told of it."""

from datetime import timedelta
from typing import Any

from hypothesis import given, strategies as st

from news.audience import StoryStatus
from news.entities import Article, ArticleKind
from news.ids import ArticleId, StoryId
from news.selection import Candidate, Choice, Score, SelectionRules, choose, pace, score
from tests import make

HOUR = timedelta(hours=1)
BUSY = {"Thomson Reuters": 50, "Russian state": 50, "BBC": 50, "Chinese state": 50, "example.com": 50, "one.com": 50}


def members(*publishers: str, **changes: Any) -> list[Article]:
    return [
        make.article(id=ArticleId(number), url=f"https://{name}/{number}", publisher=name, **changes)
        for number, name in enumerate(publishers, 1)
    ]


def weigh(articles: list[Article], hours: float = 0) -> Score:
    story = make.story(last_seen=make.NOW - hours * HOUR, article_ids=tuple(each.id for each in articles))
    return score(story, articles, make.PUBLISHERS, BUSY, make.NOW)


def test_families_count_not_feeds() -> None:
    one = weigh(members("example.com"))
    feeds = weigh(members("example.com", "example.com", "example.com"))
    families = weigh(members("example.com", "tass.com", "reuters.com"))
    assert dict(one.reasons)["families"] == dict(feeds.reasons)["families"] < dict(families.reasons)["families"]
    assert families.value > feeds.value > one.value


def test_five_hundred_copies_of_one_wire_text_are_no_corroboration() -> None:
    copies = [
        *members("reuters.com"),
        *(make.article(id=ArticleId(n), publisher=f"paper{n}.com", copy_of=ArticleId(1)) for n in range(2, 502)),
    ]
    independent = members(*(f"paper{n}.com" for n in range(300)))
    assert weigh(copies).value < weigh(independent).value


def test_countries_and_kinds_add() -> None:
    alike = dict(weigh(members("bbc.co.uk", "reuters.com")).reasons)
    apart = dict(weigh(members("tass.com", "reuters.com")).reasons)
    assert "countries" not in alike
    assert apart["countries"] > 0
    assert alike["kinds"] == apart["kinds"] > 0


def test_what_is_fresh_comes_first() -> None:
    assert weigh(members("tass.com"), hours=0).value > weigh(members("tass.com"), hours=12).value
    assert abs(weigh(members("tass.com"), 12).value * 2 - weigh(members("tass.com"), 0).value) < 1e-9


def test_a_date_in_the_future_is_no_advantage() -> None:
    assert weigh(members("tass.com"), hours=-100) == weigh(members("tass.com"), hours=0)


def test_a_rare_source_is_heard() -> None:
    story = make.story(last_seen=make.NOW)
    rare = score(story, members("one.com"), make.PUBLISHERS, {"one.com": 2}, make.NOW)
    busy = score(story, members("one.com"), make.PUBLISHERS, {"one.com": 200}, make.NOW)
    assert dict(rare.reasons)["rare_source"] > 0
    assert "rare_source" not in dict(busy.reasons)
    assert rare.value > busy.value


def test_opinion_alone_weighs_half() -> None:
    news, opinion = weigh(members("tass.com")), weigh(members("tass.com", kind=ArticleKind.OPINION))
    assert opinion.value == news.value / 2
    assert dict(opinion.reasons)["unlike_news"] == 0.5


def test_reasons_explain_the_value() -> None:
    weighed = weigh(members("tass.com", "reuters.com", "bbc.co.uk"), hours=5)
    reasons = dict(weighed.reasons)
    freshness = reasons.pop("freshness")
    assert abs(sum(reasons.values()) * freshness - weighed.value) < 1e-9


def test_pace() -> None:
    assert pace(members("tass.com", "tass.com", "bbc.co.uk"), make.PUBLISHERS) == {"Russian state": 2, "BBC": 1}


def candidate(number: int, family: str | None = None, *topics: str) -> Candidate:
    return Candidate(StoryId(number), 100.0 - number, family, StoryStatus.NEW, topics)


def test_lead_then_topics_then_the_rest() -> None:
    candidates = [candidate(1), candidate(2), candidate(3), candidate(4, None, "b"), candidate(5, None, "a")]
    assert choose(candidates, ["a", "b"], 4) == (
        Choice(StoryId(1)),
        Choice(StoryId(5), "a"),
        Choice(StoryId(4), "b"),
        Choice(StoryId(2)),
    )


def test_a_source_alone_has_two_unless_there_is_nothing_else() -> None:
    one_source = [candidate(number, "x") for number in range(1, 6)]
    others = [candidate(number, f"y{number}") for number in range(6, 10)]
    assert [choice.story_id for choice in choose([*one_source, *others], [], 5)] == [1, 2, 6, 7, 8]
    assert len(choose(one_source, [], 5)) == 5


def test_a_topic_has_three_unless_there_is_nothing_else() -> None:
    topical = [candidate(number, None, "a") for number in range(1, 8)]
    others = [candidate(number) for number in range(8, 12)]
    chosen = choose([*topical, *others], ["a"], 6)
    assert [choice.story_id for choice in chosen] == [1, 2, 3, 8, 9, 10]
    assert len(choose(topical, ["a"], 6)) == 6


def test_a_broad_topic_does_not_push_out_another() -> None:
    candidates = [*(candidate(number, None, "broad") for number in range(1, 6)), candidate(9, None, "narrow")]
    chosen = choose(candidates, ["broad", "narrow"], 3)
    assert {choice.topic for choice in chosen} == {"broad", "narrow"}


def test_nothing_to_choose_from() -> None:
    assert choose([], ["a"], 5) == ()
    assert choose([candidate(1)], [], 0) == ()


families = st.sampled_from([None, "a", "b", "c"])
topics = st.lists(st.sampled_from(["t", "u"]), unique=True, max_size=2).map(tuple)


@given(st.lists(st.tuples(families, topics), max_size=30), st.integers(1, 12))
def test_as_many_as_there_are_each_once_and_the_best_leads(drawn: list[Any], limit: int) -> None:
    candidates = [Candidate(StoryId(n), -n, family, StoryStatus.NEW, each) for n, (family, each) in enumerate(drawn)]
    chosen = choose(candidates, ["t", "u"], limit, SelectionRules())
    ids = [choice.story_id for choice in chosen]
    assert len(ids) == len(set(ids)) == min(limit, len(candidates))
    if candidates:
        assert ids[0] == candidates[0].story_id


def test_what_a_reader_thinks_of_a_story_is_explained() -> None:
    plain = Score(2.0, (("families", 2.0),))
    assert plain.rated(0) == plain
    assert plain.rated(1) == Score(2.5, (("families", 2.0), ("liked", 0.5)))
    assert plain.rated(-1) == Score(0.0, (("families", 2.0), ("disliked", -2.0)))
