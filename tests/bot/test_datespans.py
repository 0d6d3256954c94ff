"""Days of the calendar in a question, in seven languages."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot import datespans
from bot.texts import available

NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)  # a Monday


def read(text: str, lang: str) -> tuple[str, str, str] | None:
    found = datespans.take(text, NOW, tuple(dict.fromkeys(("en", lang))))
    if found is None:
        return None
    span, rest = found
    last = (span.until - timedelta(days=1)).date() if span.until else None
    return " ".join(rest.split()), span.since.date().isoformat(), last.isoformat() if last else "now"


@pytest.mark.parametrize(
    ("lang", "text", "since", "last"),
    [
        ("en", "Trump between November 15 and November 18", "2026-11-15", "2026-11-18"),
        ("en", "Trump between the 15th of November and the 18th of November", "2026-11-15", "2026-11-18"),
        ("en", "Trump from 15 to 18 November", "2026-11-15", "2026-11-18"),
        ("en", "Trump November 15-18", "2026-11-15", "2026-11-18"),
        ("en", "Trump 28 December – 3 January", "2025-12-28", "2026-01-03"),
        ("en", "Trump 15–18 November 2019", "2019-11-15", "2019-11-18"),
        ("en", "Trump 2026-11-15", "2026-11-15", "2026-11-15"),
        ("en", "Trump since 2023-03-21", "2023-03-21", "now"),
        ("en", "Trump on March 5", "2026-03-05", "2026-03-05"),
        ("en", "Trump May 10, 2025", "2025-05-10", "2025-05-10"),
        ("en", "between Monday and Wednesday Trump", "2026-11-16", "2026-11-18"),
        ("en", "Trump on 29 February", "2024-02-29", "2024-02-29"),
        ("de", "Trump vom 15. bis 18. November", "2026-11-15", "2026-11-18"),
        ("de", "Trump seit dem 3. Oktober", "2026-10-03", "now"),
        ("de", "Trump 15.11.2025", "2025-11-15", "2025-11-15"),
        ("ru", "Trump с 15 по 18 ноября", "2026-11-15", "2026-11-18"),
        ("ru", "Trump с понедельника по среду", "2026-11-16", "2026-11-18"),
        ("ru", "Trump с 15 ноября", "2026-11-15", "now"),
        ("fr", "Trump du 15 au 18 novembre", "2026-11-15", "2026-11-18"),
        ("fr", "depuis le 1er novembre Trump", "2026-11-01", "now"),
        ("es", "Trump del 15 al 18 de noviembre de 2025", "2025-11-15", "2025-11-18"),
        ("zh", "Trump 从11月15日到11月18日", "2026-11-15", "2026-11-18"),
        ("zh", "2025年11月15日 Trump", "2025-11-15", "2025-11-15"),
        ("ar", "Trump من 15 إلى 18 نوفمبر", "2026-11-15", "2026-11-18"),
        ("ar", "Trump بين 15 و18 نوفمبر", "2026-11-15", "2026-11-18"),
    ],
)
def test_days_are_read_and_taken_out(lang: str, text: str, since: str, last: str) -> None:
    assert read(text, lang) == ("Trump", since, last)


@pytest.mark.parametrize(
    "text",
    [
        "September 11 attacks",
        "Trump 2026-02-31",
        "may 5 people survive",
        "elections since Monday",
        "floods 2027-01-01",
        "Boeing 737",
        "between 5 and 9 killed",
        "auguſt 77",
    ],
)
def test_what_is_no_time_stays_a_topic(text: str) -> None:
    assert read(text, "en") is None


def test_a_day_is_the_readers_own() -> None:
    at = datetime.fromisoformat("2026-11-23T01:00:00+09:00")
    found = datespans.take("on November 22", at, ("en",))
    assert found is not None
    assert found[0].since.isoformat() == "2026-11-22T00:00:00+09:00"


@pytest.mark.parametrize("lang", available())
def test_every_language_has_its_words(lang: str) -> None:
    assert datespans.take(f"x {date(2026, 11, 20).isoformat()}", NOW, (lang,)) is not None
