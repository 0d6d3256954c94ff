"""Publishers speak by groups: states, the West, the media of each other country."""

from news.entities import Publisher, PublisherKind, PublisherRegister
from news.groups import groups_of


def publisher(domain: str, country: str | None, kind: PublisherKind) -> Publisher:
    return Publisher(domain=domain, name=domain, family=domain, country=country, kind=kind)


KNOWN = (
    publisher("tass.com", "RU", PublisherKind.STATE),
    publisher("kommersant.ru", "RU", PublisherKind.PRIVATE),
    publisher("bbc.co.uk", "GB", PublisherKind.PUBLIC),
    publisher("reuters.com", "GB", PublisherKind.AGENCY),
    publisher("voanews.com", "US", PublisherKind.STATE),
    publisher("cnn.com", "US", PublisherKind.PRIVATE),
    publisher("mixed.us", "US", PublisherKind.UNKNOWN),
    publisher("thehindu.com", "IN", PublisherKind.PRIVATE),
    publisher("nowhere.org", None, PublisherKind.PRIVATE),
)
REGISTER = PublisherRegister({each.domain: each for each in KNOWN}, frozenset({"GB", "US"}))


def test_the_wide_groups() -> None:
    assert groups_of([*(each.domain for each in KNOWN), "unlisted.com"], REGISTER) == {
        "tass.com": "state:RU",
        "kommersant.ru": "media:RU",
        "bbc.co.uk": "western",
        "reuters.com": "western",
        "voanews.com": "state:US",
        "cnn.com": "western",
        "mixed.us": "western",
        "thehindu.com": "media:IN",
        "nowhere.org": "other",
        "unlisted.com": "other",
    }


def test_neighbours_are_told_apart_by_kind_and_country() -> None:
    assert groups_of(["bbc.co.uk", "reuters.com", "cnn.com", "mixed.us"], REGISTER) == {
        "bbc.co.uk": "public:GB",
        "reuters.com": "agency:GB",
        "cnn.com": "private:US",
        "mixed.us": "media:US",
    }


def test_a_single_unknown_group_stays_unknown() -> None:
    assert groups_of(["one.com", "two.com"], REGISTER) == {"one.com": "other", "two.com": "other"}
