from datetime import timedelta

from ingestion.rereading import MOST_AT_A_POLL, Rereading, StoredPage
from news.entities import Document
from tests.make import NOW

HOUR = timedelta(hours=1)


def entry(number: int, title: str = "", *, hours: int | None = None) -> Document:
    """An entry that says it was changed so many hours after its article was read."""
    url = f"https://example.com/{number}"
    updated_at = None if hours is None else NOW + hours * HOUR
    return Document(target=url, url=url, title=title or f"Story {number}", updated_at=updated_at)


STORED = {f"https://example.com/{number}": StoredPage(f"Story  {number}", NOW) for number in range(100)}


def numbers(found: list[Document]) -> list[str]:
    return [(document.url or "").rpartition("/")[2] for document in found]


def test_a_later_stamp_or_another_title_says_that_a_page_was_changed() -> None:
    entries = [entry(0), entry(1, hours=1), entry(2, hours=-1), entry(3, "Another title"), entry(200, hours=1)]
    assert numbers(Rereading().changed(entries, STORED)) == ["1", "3"]


def test_each_change_is_looked_at_once() -> None:
    rereading = Rereading()
    assert numbers(rereading.changed([entry(1, hours=1)], STORED)) == ["1"]
    assert rereading.changed([entry(1, hours=1)], STORED) == []
    assert numbers(rereading.changed([entry(1, hours=2)], STORED)) == ["1"]


def test_a_feed_that_stamps_all_its_entries_says_nothing_by_it() -> None:
    entries = [entry(number, hours=1) for number in range(30)]
    assert Rereading().changed(entries, STORED) == []
    assert numbers(Rereading().changed([*entries[:5], *(entry(number) for number in range(30, 60))], STORED)) == list(
        "01234"
    )


def test_few_pages_at_a_poll_and_the_rest_at_the_next() -> None:
    rereading = Rereading()
    entries = [entry(number, "Renamed") for number in range(15)]
    assert len(rereading.changed(entries, STORED)) == MOST_AT_A_POLL
    assert len(rereading.changed(entries, STORED)) == 15 - MOST_AT_A_POLL
