import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from news.entities import ArticleKind, Candidate, SourceKind, SourceReading, SourceState, SourceStatus
from news.errors import FetchError, ParseError, SourceNotFound
from news.ids import SourceId
from news.ingest import BY_HAND, IngestService, Row
from news.planning import IngestRules
from tests import make
from tests.fakes.reader import Answer, FakeReader, settle
from tests.fakes.storage import FakeDatabase

NOW = make.NOW


async def with_sources(*urls: str) -> FakeDatabase:
    database = FakeDatabase()
    async with database.open_unit() as unit:
        for url in urls:
            await unit.sources.add(make.new_source(url=url, name=url))
        await unit.commit()
    return database


def service(database: FakeDatabase, reader: FakeReader, **rules: int) -> IngestService:
    return IngestService(database.open_unit, reader, make.PUBLISHERS, IngestRules(**rules))  # type: ignore[arg-type]


def feed(*names: str) -> SourceReading:
    return make.reading(
        *(
            make.document(
                url=f"https://example.com/{name}", guid=name, title=f"Title {name}", text=f"{name}. {make.TEXT}"
            )
            for name in names
        )
    )


async def test_a_poll_stores_articles_and_the_sources_state() -> None:
    database = await with_sources("https://a.example/feed")
    reader = FakeReader({"https://a.example/feed": [feed("1", "2")]})
    report = await service(database, reader).run(NOW)
    assert (report.sources, report.read, report.new, report.failed) == (1, 2, 2, ())
    assert len(report.article_ids) == 2
    source = database.tables.sources[SourceId(1)]
    assert source.state.baseline_at == NOW
    assert source.state.next_check_at is not None
    assert source.state.next_check_at > NOW
    assert (await service(database, reader).run(NOW)).sources == 0


async def test_a_second_poll_finds_what_is_new_and_what_changed() -> None:
    url = "https://a.example/feed"
    database = await with_sources(url)
    corrected = make.document(url="https://example.com/1", guid="1", title="Corrected", text=f"1. {make.TEXT}")
    second = make.reading(corrected, *feed("2", "3").documents)
    reader = FakeReader({url: [feed("1", "2"), second]})
    await service(database, reader).run(NOW)
    report = await service(database, reader).run(NOW + timedelta(days=1))
    assert (report.new, report.changed, report.same) == (1, 1, 1)
    assert database.tables.articles[report.article_ids[1]].title == "Corrected"


async def test_one_bad_source_neither_delays_nor_breaks_the_others() -> None:
    urls = [f"https://{letter}.example/feed" for letter in "abcd"]
    database = await with_sources(*urls)
    answers: dict[str, list[Answer]] = {
        urls[0]: [FetchError("No answer.", target=urls[0], code="timeout")],
        urls[1]: [feed("1")],
        urls[2]: [ParseError("No feed.", target=urls[2])],
        urls[3]: [feed("2")],
    }
    reader = FakeReader(answers)
    reader.slow = {urls[1]}
    ingest = service(database, reader)
    running = asyncio.create_task(ingest.run(NOW))
    await settle()
    assert len(database.tables.articles) == 1  # stored while another source is still awaited
    reader.release.set()
    report = await running
    assert report.new == 2
    assert [(refusal.target, refusal.code) for refusal in report.failed] == [
        (urls[0], "timeout"),
        (urls[2], "parse_failed"),
    ]
    assert database.tables.sources[SourceId(1)].state.failures == 1


async def test_what_is_not_expected_is_raised_after_the_others_are_stored() -> None:
    database = await with_sources("https://a.example/feed", "https://b.example/feed")
    reader = FakeReader({"https://a.example/feed": [RuntimeError("a bug")], "https://b.example/feed": [feed("1")]})
    with pytest.raises(RuntimeError, match="a bug"):
        await service(database, reader).run(NOW)
    assert len(database.tables.articles) == 1


async def test_so_many_sources_at_once_and_no_more() -> None:
    urls = [f"https://site{number}.example/feed" for number in range(30)]
    database = await with_sources(*urls)
    reader = FakeReader({url: [make.reading(unchanged=True)] for url in urls})
    told: list[tuple[str, int, int]] = []
    await service(database, reader, sources_at_once=4, sources_per_round=12).run(
        NOW, progress=lambda *step: told.append(step)
    )
    assert reader.most_at_once == 4
    assert len(reader.reads) == 30
    assert told[11] == ("ingest", 12, 12)


async def test_named_sources_are_read_though_not_due() -> None:
    database = await with_sources("https://a.example/feed")
    reader = FakeReader({"https://a.example/feed": [feed("1")]})
    await service(database, reader).run(NOW)
    report = await service(database, reader).run(NOW, source_ids=[SourceId(1)])
    assert (report.sources, report.same) == (1, 1)
    with pytest.raises(SourceNotFound):
        await service(database, reader).run(NOW, source_ids=[SourceId(99)])


async def test_what_an_admin_changes_meanwhile_stays() -> None:
    url = "https://a.example/feed"
    database = await with_sources(url)
    reader = FakeReader({url: [feed("1")]})
    reader.slow = {url}
    running = asyncio.create_task(service(database, reader).run(NOW))
    await settle()
    async with database.open_unit() as unit:
        await unit.sources.save(make.source(url=url, name="Renamed", status=SourceStatus.PAUSED))
        await unit.commit()
    reader.release.set()
    await running
    source = database.tables.sources[SourceId(1)]
    assert (source.name, source.status) == ("Renamed", SourceStatus.PAUSED)
    assert source.state.last_success_at == NOW


async def test_a_source_removed_meanwhile_is_no_error() -> None:
    url = "https://a.example/feed"
    database = await with_sources(url)
    reader = FakeReader({url: [feed("1")]})
    reader.slow = {url}
    running = asyncio.create_task(service(database, reader).run(NOW))
    await settle()
    async with database.open_unit() as unit:
        await unit.sources.remove(SourceId(1))
        await unit.commit()
    reader.release.set()
    assert (await running).new == 0
    assert database.tables.articles == {}


async def test_a_source_that_moved_is_read_at_its_new_address_unless_that_is_taken() -> None:
    database = await with_sources("https://a.example/feed", "https://b.example/feed")
    answers: dict[str, list[Answer]] = {
        "https://a.example/feed": [make.reading(unchanged=True, moved_to="https://new.example/feed")],
        "https://b.example/feed": [make.reading(unchanged=True, moved_to="https://a.example/feed")],
    }
    await service(database, FakeReader(answers)).run(NOW, source_ids=[SourceId(2)])
    assert database.tables.sources[SourceId(2)].url == "https://b.example/feed"
    await service(database, FakeReader(answers)).run(NOW, source_ids=[SourceId(1)])
    assert database.tables.sources[SourceId(1)].url == "https://new.example/feed"


async def test_admins_are_to_hear_of_failing_recovered_and_gone_sources() -> None:
    urls = ["https://a.example/feed", "https://b.example/feed", "https://c.example/feed"]
    database = await with_sources(*urls)
    async with database.open_unit() as unit:
        failing = SourceState(failing_since=NOW - timedelta(days=2), failures=5)
        await unit.sources.save(make.source(id=SourceId(1), url=urls[0], name="A", state=failing))
        told = SourceState(failing_since=NOW - timedelta(days=2), told_failing_at=NOW - timedelta(days=1))
        await unit.sources.save(make.source(id=SourceId(2), url=urls[1], name="B", state=told))
        await unit.commit()
    answers: dict[str, list[Answer]] = {
        urls[0]: [FetchError("No.", target=urls[0])],
        urls[1]: [feed("1")],
        urls[2]: [FetchError("Gone.", target=urls[2], status=410)],
    }
    report = await service(database, FakeReader(answers)).run(NOW)
    assert [source.name for source in report.failing] == ["A"]
    assert [source.name for source in report.recovered] == ["B"]
    assert [source.id for source in report.gone] == [3]
    assert database.tables.sources[SourceId(3)].status is SourceStatus.GONE


async def test_files_and_addresses_by_hand() -> None:
    database = FakeDatabase()
    note = make.document(target="note.txt", url=None, guid=None, published_at=None)
    gallery = make.document(target="list.html", url="https://example.com/list", kind=ArticleKind.LIST)
    reader = FakeReader(
        pages={
            "note.txt": (note,),
            "list.html": (gallery,),
            "feed.xml": feed("1", "2").documents,
            "missing.txt": FetchError("No such file.", target="missing.txt", code="file_not_found"),
        }
    )
    report = await service(database, reader).ingest(["note.txt", "missing.txt", "feed.xml", "list.html"], NOW)
    assert (report.read, report.new) == (4, 3)
    assert [(refusal.target, refusal.code) for refusal in report.failed] == [
        ("missing.txt", "file_not_found"),
        ("list.html", "not_article"),
    ]
    source = database.tables.sources[SourceId(1)]
    assert source.name == BY_HAND
    again = await service(database, reader).ingest(["note.txt", "feed.xml"], NOW + timedelta(hours=1))
    assert (again.new, again.changed, again.same) == (0, 0, 3)
    assert len(database.tables.sources) == 1


async def test_rows_find_or_make_their_source() -> None:
    database = await with_sources("https://tass.example/feed")
    async with database.open_unit() as unit:
        await unit.sources.save(make.source(url="https://tass.example/feed", name="TASS"))
        await unit.commit()
    rows = [
        Row(make.document(url="https://example.com/1", title="One"), "tass"),
        Row(make.document(url="https://example.com/2", title="Two"), "Xinhua"),
        Row(make.document(url="https://example.com/3", title="Three"), "1"),
        Row(make.document(url="https://example.com/4", title="Four"), None),
        Row(make.document(title="", text="", target="row 5"), None),
    ]
    report = await service(database, FakeReader()).ingest_rows(rows, NOW)
    assert (report.read, report.new) == (5, 4)
    assert [refusal.code for refusal in report.failed] == ["empty"]
    names = {source.id: source.name for source in database.tables.sources.values()}
    stored = database.tables.articles.values()
    assert [names[article.source_id] for article in stored] == ["TASS", "Xinhua", "1", BY_HAND]


async def test_copies_within_one_batch_name_their_original() -> None:
    text = " ".join(f"Sentence {number} tells of floods in village {number * 7} near the dam." for number in range(9))
    rows = [Row(make.document(url=f"https://site{number}.example/a", text=text)) for number in range(5)]
    database = FakeDatabase()
    report = await service(database, FakeReader(), documents_per_commit=3).ingest_rows(rows, NOW)
    copies = [database.tables.articles[article_id].copy_of for article_id in report.article_ids]
    assert copies == [None, *[report.article_ids[0]] * 4]


async def test_every_document_leaves_a_trace() -> None:
    url = "https://a.example/feed"
    database = await with_sources(url)
    await service(database, FakeReader({url: [feed(*"12345")]}), baseline=2).run(NOW)
    assert [trace.outcome for trace in database.tables.traces] == ["new"] * 2 + ["too_old"] * 3
    assert all(trace.source_id == 1 for trace in database.tables.traces)


async def test_many_rows_are_stored_in_batches() -> None:
    rows = [
        Row(
            make.document(
                url=f"https://example.com/{number}", guid=None, title=f"Title {number}", text=f"Report {number}."
            )
        )
        for number in range(2_000)
    ]
    database = FakeDatabase()
    told: list[tuple[str, int, int]] = []
    report = await service(database, FakeReader()).ingest_rows(rows, NOW, progress=lambda *step: told.append(step))
    assert report.new == 2_000
    assert database.commits == 11  # the source, then ten batches
    assert told[-1] == ("ingest", 2_000, 2_000)


async def test_a_feed_without_dates_brings_nothing_back_and_traces_it_once() -> None:
    url = "https://a.example/feed"
    database = await with_sources(url)
    undated = [make.document(url=f"https://a.example/{n}", guid=str(n), published_at=None) for n in range(9)]
    added = make.document(url="https://a.example/new", guid="new", published_at=None)
    reader = FakeReader({url: [make.reading(*undated), make.reading(*undated), make.reading(added, *undated)]})
    ingest = service(database, reader, baseline=4)
    counts = [(await ingest.run(NOW + timedelta(days=day))).new for day in range(3)]
    assert counts == [4, 0, 1]
    assert [trace.outcome for trace in database.tables.traces] == [*["new"] * 4, *["too_old"] * 5, "new"]


async def test_an_error_page_in_the_place_of_a_feed_for_a_day_wipes_nothing() -> None:
    url = "https://a.example/feed"
    database = await with_sources(url)
    page = ParseError("The answer is not a feed.", target=url, code="not_a_feed")
    later = make.reading(*feed("1", "2", "3").documents, etag="two")
    reader = FakeReader({url: [make.reading(*feed("1", "2").documents, etag="one"), *[page] * 12, later]})
    ingest = service(database, reader)
    await ingest.run(NOW)
    stored, state = dict(database.tables.articles), database.tables.sources[SourceId(1)].state
    for hours in range(2, 26, 2):
        await ingest.run(NOW + timedelta(hours=hours), source_ids=[SourceId(1)])
    assert database.tables.articles == stored
    failing = database.tables.sources[SourceId(1)].state
    assert (failing.etag, failing.baseline_at, failing.last_success_at) == ("one", state.baseline_at, NOW)
    assert (failing.error_code, failing.failures) == ("not_a_feed", 12)
    report = await ingest.run(NOW + timedelta(days=2))
    assert (report.new, report.same, report.changed) == (1, 2, 0)


async def test_a_source_without_a_chosen_name_takes_its_feeds_title_at_the_first_read() -> None:
    url = "https://a.example/feed"
    database = await with_sources(url, "https://b.example/feed")
    async with database.open_unit() as unit:
        await unit.sources.save(make.source(id=SourceId(1), url=url, name="a.example"))
        await unit.sources.save(make.source(id=SourceId(2), url="https://b.example/feed", name="Mine"))
        await unit.commit()
    titled = [make.reading(*feed(each).documents, title="The  Daily Example") for each in "12"]
    reader = FakeReader({url: [titled[0]], "https://b.example/feed": [titled[1]]})
    await service(database, reader).run(NOW)
    assert [source.name for source in database.tables.sources.values()] == ["The Daily Example", "Mine"]
    async with database.open_unit() as unit:
        await unit.sources.save(replace(database.tables.sources[SourceId(1)], name="a.example"))
        await unit.commit()
    await service(database, reader).run(NOW + timedelta(days=1))
    assert database.tables.sources[SourceId(1)].name == "a.example"  # an admin's wish after the first read


@pytest.mark.parametrize(
    ("failing_for", "status", "asked"),
    [(timedelta(days=8), None, True), (timedelta(days=6), 404, False), (None, 410, True)],
)
async def test_the_site_of_a_lost_source_is_asked_for_another_feed(
    failing_for: timedelta | None, status: int | None, asked: bool
) -> None:
    url, site = "https://a.example/rss", "https://a.example/"
    database = await with_sources(url, "https://a.example/known")
    async with database.open_unit() as unit:
        since = NOW - failing_for if failing_for else None
        await unit.sources.save(make.source(url=url, site_url=site, state=SourceState(failing_since=since, failures=9)))
        await unit.commit()
    candidates = tuple(
        Candidate(url=f"https://a.example/{path}", title=path, kind=kind)
        for path, kind in (
            ("rss", SourceKind.FEED),
            ("", SourceKind.PAGES),
            ("known", SourceKind.FEED),
            ("feed", SourceKind.FEED),
        )
    )
    failed = FetchError("No.", target=url, status=status)
    report = await service(database, FakeReader({url: [failed]}, offers={site: candidates})).run(
        NOW, source_ids=[SourceId(1)]
    )
    assert [(offer.source.id, offer.candidate.url) for offer in report.offered] == (
        [(1, "https://a.example/feed")] if asked else []
    )
    assert database.tables.sources[SourceId(1)].url == url  # proposed, never moved by itself


async def test_a_site_that_does_not_answer_offers_nothing() -> None:
    database = await with_sources("https://a.example/rss")
    report = await service(
        database, FakeReader({"https://a.example/rss": [FetchError("No.", target="", status=410)]})
    ).run(NOW)
    assert (report.offered, len(report.gone)) == ((), 1)
