from dataclasses import replace
from datetime import timedelta

import pytest

from news.entities import Candidate, SourceKind, SourceState, SourceStatus, TextFrom
from news.errors import BadRequest, FetchError, SourceExists, SourceNotFound
from news.sources import BAD_URL, ImportLine, OpmlEntry, SourceService
from tests import make
from tests.fakes.reader import FakeReader
from tests.fakes.storage import FakeDatabase

NOW = make.NOW
FEED = Candidate(
    url="https://example.com/feed",
    title="Example  News",
    kind=SourceKind.FEED,
    site_url="https://example.com/",
    newest=(make.document(),),
    interval=timedelta(minutes=30),
)
ATOM = Candidate(url="https://example.com/atom", title="Example News", kind=SourceKind.FEED)


def service(database: FakeDatabase | None = None) -> SourceService:
    offers: dict[str, tuple[Candidate, ...] | Exception] = {
        "https://example.com": (FEED, ATOM),
        "https://example.com/feed": (FEED,),
        "https://dead.example": FetchError("No answer.", target="https://dead.example", code="timeout"),
    }
    return SourceService((database or FakeDatabase()).open_unit, FakeReader(offers=offers))


async def test_the_best_candidate_is_added_with_what_was_learned() -> None:
    sources = service()
    added = await sources.add("example.com", NOW, by=7, category="World")
    source = added.source
    assert (source.url, source.name, source.added_by, source.category) == (FEED.url, "Example News", 7, "World")
    assert source.state.interval == timedelta(minutes=30)
    assert source.state.next_check_at is None
    assert added.candidate.newest == (make.document(),)
    assert added.others == (ATOM,)
    assert await sources.all() == [source]


async def test_a_chosen_candidate_is_added_and_names_do_not_clash() -> None:
    sources = service()
    await sources.add("example.com", NOW)
    added = await sources.add("example.com", NOW, candidate=ATOM)
    assert (added.source.url, added.source.name) == (ATOM.url, "Example News 2")


async def test_an_address_that_is_a_source_already() -> None:
    sources = service()
    await sources.add("https://example.com/feed", NOW)
    for address in ("https://example.com/feed", "http://www.example.com/feed/", "example.com"):
        with pytest.raises(SourceExists):
            await sources.add(address, NOW)


@pytest.mark.parametrize("text", ["", "not an address", "ftp://example.com/feed", "https://"])
async def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await service().candidates(text)
    assert refused.value.code == "bad_url"


async def test_what_the_reader_says_passes() -> None:
    with pytest.raises(FetchError) as refused:
        await service().add("https://dead.example", NOW)
    assert refused.value.code == "timeout"


@pytest.mark.parametrize(
    "name", ["1", "example news", "https://example.com/feed", "www.example.com/feed", " Example News "]
)
async def test_a_source_answers_to_number_name_and_address(name: str) -> None:
    sources = service()
    added = await sources.add("example.com", NOW)
    assert await sources.get(name) == added.source


@pytest.mark.parametrize("name", ["", "2", "nobody", "https://example.com/other"])
async def test_no_source_answers(name: str) -> None:
    sources = service()
    await sources.add("example.com", NOW)
    with pytest.raises(SourceNotFound) as refused:
        await sources.get(name)
    assert refused.value.code == "source_not_found"


async def test_pausing_and_resuming_forgets_what_failed() -> None:
    database = FakeDatabase()
    sources = service(database)
    await sources.add("example.com", NOW)
    async with database.open_unit() as unit:
        failing = SourceState(failures=4, failing_since=NOW, error_code="timeout", told_failing_at=NOW)
        await unit.sources.save(make.source(name="Example News", state=failing))
        await unit.commit()
    assert (await sources.pause("1")).status is SourceStatus.PAUSED
    resumed = await sources.resume("1", NOW)
    assert resumed.status is SourceStatus.ACTIVE
    assert (resumed.state.next_check_at, resumed.state.failures, resumed.state.error_code) == (NOW, 0, None)


async def test_small_changes() -> None:
    sources = service()
    await sources.add("example.com", NOW)
    await sources.add("example.com", NOW, candidate=ATOM)
    assert (await sources.check_now("1", NOW)).state.next_check_at == NOW
    assert (await sources.set_text_from("1", TextFrom.PAGE)).text_from is TextFrom.PAGE
    assert (await sources.rename("1", " The  Example ")).name == "The Example"
    assert (await sources.rename("The Example", "the example")).name == "the example"
    for bad in ("", " ", "x" * 101, "Example News 2"):
        with pytest.raises(BadRequest):
            await sources.rename("1", bad)
    await sources.remove("the example")
    assert [source.id for source in await sources.all()] == [2]


async def test_an_import_reports_a_line_for_each_feed() -> None:
    sources = service()
    await sources.add("example.com", NOW)
    entries = [
        OpmlEntry("https://a.example/rss", "A", "World"),
        OpmlEntry("http://example.com/feed/", "Example"),
        OpmlEntry("https://b.example/rss", ""),
        OpmlEntry("https://c.example/rss", "2024"),
        OpmlEntry("feed:nonsense", "Bad"),
        OpmlEntry("https://a.example/rss", "A again"),
    ]
    lines = await sources.import_entries(entries, NOW, by=1)
    assert lines == [
        ImportLine("https://a.example/rss", "A", "added"),
        ImportLine("http://example.com/feed/", "Example", "exists", "source_exists"),
        ImportLine("https://b.example/rss", "b.example", "added"),
        ImportLine("https://c.example/rss", "Source 2024", "added"),
        ImportLine("feed:nonsense", "Bad", "refused", "bad_url", BAD_URL),
        ImportLine("https://a.example/rss", "A again", "exists", "source_exists"),
    ]
    assert (await sources.get("A")).category == "World"


async def test_what_is_a_source_already_is_no_candidate() -> None:
    sources = service()
    assert await sources.candidates("example.com") == (FEED, ATOM)
    await sources.add("example.com", NOW, candidate=FEED)
    assert await sources.candidates("example.com") == (ATOM,)
    with pytest.raises(SourceExists):
        await sources.candidates("example.com/feed")


async def test_a_source_is_moved_to_what_its_site_offers_and_read_at_once() -> None:
    database = FakeDatabase()
    sources = service(database)
    async with database.open_unit() as unit:
        state = SourceState(
            etag="one",
            baseline_at=NOW - timedelta(days=99),
            failures=9,
            failing_since=NOW - timedelta(days=9),
            error_code="http_404",
        )
        lost = await unit.sources.add(make.new_source(url="https://example.com/rss", name="Lost"))
        await unit.sources.save(replace(lost, site_url="https://example.com", status=SourceStatus.GONE, state=state))
        await unit.sources.add(make.new_source(url="https://example.com/atom", name="Atom"))
        await unit.commit()
    assert await sources.offers("Lost") == (FEED,)
    moved = await sources.move("Lost", "example.com/feed", NOW)
    assert (moved.id, moved.url, moved.name, moved.status) == (lost.id, FEED.url, "Lost", SourceStatus.ACTIVE)
    assert (moved.state.etag, moved.state.next_check_at, moved.state.error_code) == (None, NOW, None)
    assert (
        moved.state.baseline_at == state.baseline_at
    )  # what it published meanwhile is news, not a first read's baseline
    with pytest.raises(SourceExists):
        await sources.move("Atom", "example.com/feed", NOW)
    with pytest.raises(SourceNotFound):
        await sources.move("Nobody", "example.com/feed", NOW)


async def test_an_imported_feed_keeps_the_site_of_its_list() -> None:
    sources = service()
    await sources.import_entries([OpmlEntry("https://a.example/rss", site_url="https://a.example/news")], NOW)
    assert (await sources.get("https://a.example/rss")).site_url == "https://a.example/news"
