from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from news.entities import Article, ArticleKind, Document, Source, SourceKind, SourceState
from news.ids import ArticleId, SourceId
from news.planning import IngestPlan, IngestRules, Stored, plan_ingest, read_entries
from tests import make

NOW = make.NOW
READ_BEFORE = make.source(state=SourceState(baseline_at=NOW - timedelta(days=9)))
BY_HAND = make.source(kind=SourceKind.HAND, url="urn:byline:by-hand:by-hand", name="by hand")
LONG = " ".join(f"Sentence {number} tells of floods in village {number * 7} near the old dam." for number in range(12))


def plan(
    *documents: Document,
    known: tuple[Article, ...] = (),
    similar: tuple[Article, ...] = (),
    source: Source = READ_BEFORE,
    **rules: Any,
) -> IngestPlan:
    entries = read_entries(documents, source, make.PUBLISHERS)
    return plan_ingest(entries, Stored(known, similar), source, NOW, IngestRules(**rules))


def outcomes(planned: IngestPlan) -> list[str]:
    return [trace.outcome for trace in planned.traces]


def test_an_unknown_document_is_new() -> None:
    planned = plan(make.document(url="https://www.tass.com/a?utm_source=rss", author="A. B."))
    article = planned.new[0].article
    assert (article.url, article.publisher, article.author) == ("https://www.tass.com/a", "tass.com", "A. B.")
    assert article.dated
    assert outcomes(planned) == ["new"]


def test_the_same_document_is_the_same() -> None:
    planned = plan(make.document(), known=(make.article(),))
    assert (planned.same, planned.new, planned.changed, planned.traces) == (1, (), (), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://www.example.com/a/"},
        {"url": "https://example.com/a?fbclid=1#top"},
        {"guid": "another-guid"},
        {"guid": None},
        {"url": "https://example.com/moved"},
        {"title": "  Putin and  Xi meet in Moscow "},
        {"text": make.TEXT.replace(" ", "\n")},
        {"text": "Putin and Xi met in Moscow on Tuesday. […]"},
        {"text": ""},
        {"published_at": NOW - timedelta(days=400)},
    ],
)
def test_what_does_not_make_another_article(changes: dict[str, Any]) -> None:
    planned = plan(make.document(**changes), known=(make.article(),))
    assert (planned.same, len(planned.new), len(planned.changed)) == (1, 0, 0)


def test_a_guid_used_anew_is_another_article() -> None:
    other = make.document(url="https://example.com/b", title="Storm hits the coast", text=LONG)
    planned = plan(other, known=(make.article(),))
    assert len(planned.new) == 1


def test_a_guid_that_all_entries_share_names_nothing() -> None:
    documents = [make.document(url=f"https://example.com/{n}", guid="site", title=f"Title {n}") for n in range(3)]
    planned = plan(*documents)
    assert [each.article.guid for each in planned.new] == [None, None, None]


def test_a_corrected_title_is_a_revision_with_the_old_text() -> None:
    planned = plan(make.document(title="Putin and Xi met in Moscow", text=""), known=(make.article(),))
    assert planned.changed[0].title == "Putin and Xi met in Moscow"
    assert planned.changed[0].text == make.TEXT
    assert (planned.traces[0].outcome, planned.traces[0].detail) == ("changed", "title")


def test_a_corrected_text_is_a_revision() -> None:
    planned = plan(make.document(text=make.TEXT.replace("four", "five")), known=(make.article(),))
    assert "five hours" in planned.changed[0].text


def test_a_teaser_of_a_stored_whole_text_is_the_same() -> None:
    teaser = make.document(text="Quite other words for a teaser.", whole=False)
    assert plan(teaser, known=(make.article(),)).same == 1


def test_two_feeds_that_show_a_page_differently_do_not_take_turns() -> None:
    other_feed = make.source(id=SourceId(make.source().id + 1))
    theirs = make.document(title="Xi greets Putin", text="Quite other words for a teaser.", whole=False)
    assert plan(theirs, source=other_feed, known=(make.article(),)).same == 1
    opening = make.article(text="Putin and Xi met in Moscow on Tuesday.", whole=False)
    assert plan(theirs, source=other_feed, known=(opening,)).same == 1
    revised = plan(make.document(title="Xi greets Putin"), source=other_feed, known=(opening,)).changed[0]
    assert (revised.title, revised.text) == (opening.title, make.TEXT)


def test_a_whole_text_takes_the_place_of_an_opening() -> None:
    stored = make.article(text="Putin and Xi met in Moscow on Tuesday.", whole=False)
    planned = plan(make.document(), known=(stored,))
    assert planned.changed[0].whole
    assert planned.changed[0].text == make.TEXT


def test_a_live_page_is_revised_at_most_once_an_hour() -> None:
    early = make.article(kind=ArticleKind.LIVE, read_at=NOW - timedelta(minutes=5))
    late = make.article(kind=ArticleKind.LIVE, read_at=NOW - timedelta(hours=2))
    changed = make.document(text=make.TEXT + " And more.")
    assert plan(changed, known=(early,)).same == 1
    assert len(plan(changed, known=(late,)).changed) == 1


def test_what_was_taken_down_does_not_come_back() -> None:
    planned = plan(make.document(), known=(make.article(text="", title="", removed=True),))
    assert (planned.same, planned.new, planned.changed) == (1, (), ())
    assert outcomes(planned) == ["removed"]


def test_the_first_read_takes_the_newest_only() -> None:
    documents = [
        make.document(url=f"https://example.com/{n}", guid=str(n), published_at=NOW - timedelta(hours=n))
        for n in range(300)
    ]
    planned = plan(*documents, source=make.source(), baseline=20)
    assert [each.article.url for each in planned.new] == [f"https://example.com/{n}" for n in range(20)]
    assert outcomes(planned).count("too_old") == 280


def test_what_the_first_read_passed_over_is_not_new_at_the_second() -> None:
    source = make.source(state=SourceState(baseline_at=NOW))
    passed_over = make.document(url="https://example.com/1", published_at=NOW - timedelta(days=2))
    backdated = make.document(url="https://example.com/2", published_at=NOW - timedelta(hours=5))
    planned = plan(passed_over, backdated, source=source)
    assert [each.article.url for each in planned.new] == ["https://example.com/2"]


def test_without_dates_the_feeds_own_order_counts() -> None:
    documents = [make.document(url=f"https://example.com/{n}", guid=str(n), published_at=None) for n in range(9)]
    planned = plan(*documents, source=make.source(), baseline=2)
    assert [each.article.url for each in planned.new] == ["https://example.com/0", "https://example.com/1"]


def test_an_old_entry_that_comes_back_is_not_new() -> None:
    assert outcomes(plan(make.document(published_at=NOW - timedelta(days=200)))) == ["too_old"]


def test_age_never_keeps_out_what_is_given_by_hand() -> None:
    documents = [
        make.document(url=f"https://example.com/{n}", published_at=NOW - timedelta(days=9000 + n)) for n in range(50)
    ]
    assert len(plan(*documents, source=BY_HAND).new) == 50


@pytest.mark.parametrize(
    ("given_date", "published_at", "dated"),
    [
        (None, NOW, False),
        (NOW + timedelta(days=3), NOW, False),
        (NOW + timedelta(minutes=5), NOW, True),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW, False),
        (datetime(1, 1, 1, tzinfo=UTC), NOW, False),
        (NOW - timedelta(hours=2), NOW - timedelta(hours=2), True),
    ],
)
def test_dates(given_date: datetime | None, published_at: datetime, dated: bool) -> None:
    article = plan(make.document(published_at=given_date)).new[0].article
    assert (article.published_at, article.dated) == (published_at, dated)


def test_a_near_copy_of_a_stored_text_says_so() -> None:
    stored = make.article(id=ArticleId(7), text=LONG, url="https://reuters.com/x")
    copy = make.document(url="https://example.com/copy", text=LONG.replace("old dam", "new dam", 1))
    article = plan(copy, similar=(stored,)).new[0].article
    assert article.copy_of == 7


def test_a_copy_of_a_copy_names_the_first() -> None:
    stored = make.article(id=ArticleId(7), text=LONG, copy_of=ArticleId(3))
    assert plan(make.document(url="https://example.com/c", text=LONG), similar=(stored,)).new[0].article.copy_of == 3


def test_five_hundred_copies_of_one_text_in_one_batch() -> None:
    documents = [make.document(url=f"https://site{n}.example/a", guid=str(n), text=LONG) for n in range(500)]
    planned = plan(*documents, source=BY_HAND)
    assert [each.repeats for each in planned.new] == [None, *[0] * 499]


def test_equal_short_texts_of_two_pages_are_copies_too() -> None:
    documents = [
        make.document(url=f"https://example.com/{n}", guid=str(n), text="Nothing to report.") for n in range(2)
    ]
    assert plan(*documents).new[1].repeats == 0


def test_one_page_twice_in_a_feed_is_one() -> None:
    entries = read_entries(
        [make.document(), make.document(url="http://www.example.com/a#x")], READ_BEFORE, make.PUBLISHERS
    )
    assert len(entries) == 1


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (make.document(title=" ", text=""), "empty"),
        (make.document(kind=ArticleKind.LIST), "not_article"),
    ],
)
def test_what_is_no_article_is_refused_and_the_rest_stored(document: Document, code: str) -> None:
    planned = plan(document, make.document(url="https://example.com/good"))
    assert [refusal.code for refusal in planned.refused] == [code]
    assert len(planned.new) == 1


def test_a_title_alone_is_an_article_with_an_opening_only() -> None:
    article = plan(make.document(text="")).new[0].article
    assert not article.whole


def test_an_entry_without_link_has_a_lasting_name() -> None:
    one = read_entries([make.document(url=None, guid="g-1")], READ_BEFORE, make.PUBLISHERS)[0]
    two = read_entries([make.document(url=None, guid="g-1", title="Other")], READ_BEFORE, make.PUBLISHERS)[0]
    assert one.url == two.url
    assert one.url.startswith("urn:byline:entry:")


def test_a_guid_that_is_an_address_is_the_link() -> None:
    entry = read_entries(
        [make.document(url=None, guid="https://example.com/p?utm_id=1")], READ_BEFORE, make.PUBLISHERS
    )[0]
    assert entry.url == "https://example.com/p"


def test_a_file_given_twice_is_the_same_and_a_changed_one_changed() -> None:
    given_file = make.document(target="note.txt", url=None, guid=None, published_at=None)
    entry = read_entries([given_file], BY_HAND, make.PUBLISHERS)[0]
    stored = make.article(url=entry.url, guid=None)
    assert plan(given_file, known=(stored,), source=BY_HAND).same == 1
    changed = make.document(target="./note.txt", url=None, guid=None, published_at=None, text="It is otherwise now.")
    assert len(plan(changed, known=(stored,), source=BY_HAND).changed) == 1


def test_by_hand_a_guid_names_nothing() -> None:
    other = make.document(url="https://other.example/x", title="Other", text="Other words.")
    assert len(plan(other, known=(make.article(),), source=BY_HAND).new) == 1


def test_the_publisher_goes_by_the_articles_address() -> None:
    documents = [make.document(url="https://edition.tass.com/1"), make.document(url=None, guid="2", title="B")]
    entries = read_entries(documents, READ_BEFORE, make.PUBLISHERS)
    assert [entry.publisher for entry in entries] == ["tass.com", "example.com"]
    assert read_entries([make.document(url=None)], BY_HAND, make.PUBLISHERS)[0].publisher == "by hand"


DOCUMENTS = st.builds(
    lambda number, title, text, guid, days: make.document(
        url=None if number == 0 else f"https://example.com/{number}",
        title=title,
        text=text,
        guid=guid,
        published_at=None if days is None else NOW - timedelta(days=days),
    ),
    st.integers(0, 6),
    st.sampled_from(["", "A", "B title", "Ж"]),
    st.sampled_from(["", "Short.", LONG, LONG[:200], "中文新闻。"]),
    st.sampled_from([None, "", "1", "2", "https://example.com/3"]),
    st.sampled_from([None, -400, 0, 1, 29, 31, 700_000]),
)


@given(st.lists(DOCUMENTS, max_size=12), st.booleans())
def test_every_document_is_accounted_for_and_storing_the_plan_settles_it(
    documents: list[Document], by_hand: bool
) -> None:
    source = BY_HAND if by_hand else READ_BEFORE
    entries = read_entries(documents, source, make.PUBLISHERS)
    planned = plan_ingest(entries, Stored(), source, NOW, IngestRules())
    old = outcomes(planned).count("too_old")
    assert len(planned.new) + len(planned.refused) + planned.same + old == len(entries)
    assert len({each.article.url for each in planned.new}) == len(planned.new)
    stored = tuple(
        make.article(
            id=ArticleId(number),
            **{name: getattr(each.article, name) for name in type(each.article).__dataclass_fields__},
        )
        for number, each in enumerate(planned.new, 1)
    )
    again = plan_ingest(entries, Stored(stored), source, NOW, IngestRules())
    assert (again.new, again.changed) == ((), ())
    assert SourceId(1) == source.id
