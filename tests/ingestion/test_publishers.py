import re

import pytest

from ingestion.opml import read_pack
from ingestion.publishers import load, read
from news.entities import PublisherKind
from news.urls import domain_of


def test_the_register_is_large_and_spelled_alike() -> None:
    outlets = set(load().by_domain.values())
    assert len(outlets) >= 150
    for outlet in outlets:
        assert outlet.name
        assert outlet.family
        assert re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", outlet.domain), outlet
        assert outlet.country is None or re.fullmatch(r"[A-Z]{2}", outlet.country), outlet
        assert outlet.language is None or re.fullmatch(r"[a-z]{2}", outlet.language), outlet


@pytest.mark.parametrize(
    ("domain", "family", "country", "kind"),
    [
        ("www.bbc.co.uk", "BBC", "GB", PublisherKind.PUBLIC), ("tass.com", "TASS", "RU", PublisherKind.STATE), ("english.news.cn", "Xinhua", "CN", PublisherKind.STATE),
        ("reuters.com", "Thomson Reuters", "GB", PublisherKind.AGENCY), ("edition.cnn.com", "CNN", "US", PublisherKind.PRIVATE),
        ("globaltimes.cn", "People's Daily", "CN", PublisherKind.STATE), ("unheard-of.example", "unheard-of.example", None, PublisherKind.UNKNOWN),
    ],
)  # fmt: skip
def test_who_stands_behind_a_domain(domain: str, family: str, country: str | None, kind: PublisherKind) -> None:
    found = load().of(domain)
    assert (found.family, found.country, found.kind) == (family, country, kind)


def test_outlets_of_one_owner_are_one_family() -> None:
    assert load().of("ria.ru").family == load().of("sputnikglobe.com").family
    assert load().of("wsj.com").family == load().of("theaustralian.com.au").family


def test_the_outlets_of_the_starter_pack_are_known() -> None:
    unknown = [
        entry.title
        for entry in read_pack("world")
        if domain_of(entry.site_url or "")
        and load().of(domain_of(entry.site_url or "")).family == domain_of(entry.site_url or "")
    ]
    assert unknown == []


def test_a_domain_that_is_listed_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="listed twice"):
        read('outlet = [{ name = "A", domains = ["a.example"] }, { name = "B", domains = ["a.example"] }]')
