import random
from dataclasses import replace

from hypothesis import given, strategies as st

from news.ids import ArticleId, StoryId
from news.regrouping import Member, Regrouping, Split, group, regroup

Pairs = dict[tuple[ArticleId, ArticleId], float]


def member(article: int, story: int | None = None, *, opened: bool = False, copy_of: int | None = None) -> Member:
    return Member(
        article_id=ArticleId(article),
        story_id=StoryId(article if story is None else story),
        opened=opened,
        copy_of=None if copy_of is None else ArticleId(copy_of),
    )


def pairs(*rows: tuple[int, int, float]) -> Pairs:
    return {(ArticleId(one), ArticleId(two)): score for one, two, score in rows}


def test_stories_of_one_event_are_put_together_under_the_pairs_average() -> None:
    members = [member(1), member(2), member(3)]
    # by one direction 1 and 2 are one event, by the other not: together they are
    assert regroup(members, pairs((1, 2, 2.0), (2, 1, -1.0))) == Regrouping(together=((ArticleId(1), ArticleId(2)),))
    assert regroup(members, pairs((1, 2, 1.0), (2, 1, -2.0))) == Regrouping()


def test_a_chain_is_not_one_story() -> None:
    chain = pairs(*((number, number + 1, 1.0) for number in range(1, 10)))
    assert max(len(each) for each in group([member(number) for number in range(1, 11)], chain)) <= 2


def test_a_large_story_may_lie_wider_apart_than_two_articles() -> None:
    members = [member(number) for number in range(1, 6)]
    close = [(one, two, 4.0) for one in range(1, 5) for two in range(one + 1, 5)]
    assert len(group(members[3:], pairs((4, 5, -0.5)))) == 2
    further = pairs(*close, *((one, 5, -0.5) for one in range(1, 5)))
    assert len(group(members, further)) == 1
    # many articles of one newsroom are of as many events, and show nothing of the kind
    of_one_outlet = [replace(each, publisher="one.example") for each in members]
    assert len(group(of_one_outlet, further)) == 2


def test_a_story_of_two_events_is_split_and_the_part_that_opened_it_keeps_its_number() -> None:
    members = [member(1, 7), member(2, 7), member(3, 7, opened=True), member(4, 7)]
    both = pairs((1, 2, 3.0), (3, 4, 3.0), (1, 3, -5.0))
    assert regroup(members, both) == Regrouping(splits=(Split(StoryId(7), (ArticleId(1), ArticleId(2))),))
    unknown = [member(number, 7) for number in range(1, 5)]  # its opener is not looked at
    assert regroup(unknown, both).splits == (Split(StoryId(7), (ArticleId(3), ArticleId(4))),)


def test_an_article_in_the_wrong_story_leaves_it_for_the_right_one() -> None:
    members = [member(1, 1, opened=True), member(2, 1), member(3, 3, opened=True)]
    change = regroup(members, pairs((2, 3, 4.0), (1, 2, -4.0)))
    assert change.splits == (Split(StoryId(1), (ArticleId(2),)),)
    assert change.together == ((ArticleId(2), ArticleId(3)),)


def test_a_copy_goes_with_its_original_and_counts_for_nothing() -> None:
    members = [member(1, opened=True), *(member(number, 1, copy_of=1) for number in range(2, 502)), member(600, 600)]
    assert regroup(members, {}) == Regrouping()
    assert regroup([member(1), member(2, copy_of=1)], {}).together == ((ArticleId(1), ArticleId(2)),)
    # the original is not looked at: the copy stays where it is
    assert regroup([member(5), member(9, 5, copy_of=1)], {}) == Regrouping()
    assert regroup([member(9, 4, copy_of=1), member(8, 4, copy_of=1)], {}) == Regrouping()


SCORES = st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 9)), st.floats(-8, 8), max_size=40)


@given(SCORES, st.lists(st.integers(1, 4), min_size=9, max_size=9), st.randoms())
def test_neither_order_nor_present_stories_matter(
    scores: dict[tuple[int, int], float], stories: list[int], shuffler: random.Random
) -> None:
    known = pairs(*((one, two, score) for (one, two), score in scores.items()))
    one_by_one = [member(number) for number in range(1, 10)]
    placed = [member(number, stories[number - 1]) for number in range(1, 10)]
    shuffler.shuffle(placed)
    rows = list(known.items())
    shuffler.shuffle(rows)
    assert applied(one_by_one, regroup(one_by_one, known)) == applied(placed, regroup(placed, dict(rows)))


@given(SCORES)
def test_what_was_regrouped_stays_so(scores: dict[tuple[int, int], float]) -> None:
    known = pairs(*((one, two, score) for (one, two), score in scores.items()))
    members = [member(number) for number in range(1, 10)]
    groups = group(members, known)
    settled = [
        Member(article_id=article_id, story_id=StoryId(min(each)), opened=article_id == min(each))
        for each in groups
        for article_id in each
    ]
    assert regroup(settled, known) == Regrouping()


def applied(members: list[Member], change: Regrouping) -> set[frozenset[int]]:
    """The articles by story after a change."""
    story_of = {each.article_id: int(each.story_id) for each in members}
    for fresh, split in enumerate(change.splits, 1_000):
        story_of.update(dict.fromkeys(split.article_ids, fresh))
    for together in change.together:
        merged = {story_of[each] for each in together}
        story_of = {each: min(merged) if story in merged else story for each, story in story_of.items()}
    by_story: dict[int, set[int]] = {}
    for article_id, story in story_of.items():
        by_story.setdefault(story, set()).add(article_id)
    return {frozenset(each) for each in by_story.values()}


def test_ten_thousand_articles_are_grouped_at_once() -> None:
    members = [Member(article_id=ArticleId(n), story_id=StoryId(n), opened=True) for n in range(1, 10_001)]
    pairs = {
        (ArticleId(first + one), ArticleId(first + two)): 3.0
        for first in range(1, 10_001, 5)
        for one in range(5)
        for two in range(one + 1, 5)
    }
    changed = regroup(members, pairs)
    assert changed.splits == ()
    assert len(changed.together) == 2_000
    assert {len(each) for each in changed.together} == {5}


def test_five_hundred_copies_stay_with_their_original() -> None:
    original = Member(article_id=ArticleId(1), story_id=StoryId(1), opened=True)
    copies = [Member(article_id=ArticleId(n), story_id=StoryId(1), copy_of=ArticleId(1)) for n in range(2, 502)]
    assert regroup([original, *copies], {}) == Regrouping()
    # where the original is not looked at they stay together too
    assert regroup(copies, {}) == Regrouping()
