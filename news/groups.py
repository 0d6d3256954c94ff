"""By which groups the publishers of an answer speak: the state media of each country, the West, the media of each other country.

A group is a key: "state:RU" (run or controlled by a state), "western" (any other outlet of a country that the register counts to the
West), "media:IN" (any other outlet elsewhere), "other" (nothing is known of it). Where that leaves a single group, its outlets are told
apart by kind and country ("private:US", "public:GB", "agency:GB"), so that a question among neighbours has sides too. Pure.
"""

from collections.abc import Iterable

from news.entities import Publisher, PublisherKind, PublisherRegister

OTHER = "other"
"""Group of the publishers whose country is not known."""

WESTERN = "western"


def groups_of(domains: Iterable[str], publishers: PublisherRegister) -> dict[str, str]:
    """The key of each domain's group."""
    known = {domain: publishers.of(domain) for domain in domains}
    wide = {domain: _wide(publisher, publishers.western) for domain, publisher in known.items()}
    return wide if len(set(wide.values())) > 1 else {domain: _narrow(each) for domain, each in known.items()}


def is_state(group: str) -> bool:
    """Whether a state speaks."""
    return group.startswith("state:")


def _wide(publisher: Publisher, western: frozenset[str]) -> str:
    if publisher.country is None:
        return OTHER
    if publisher.kind is PublisherKind.STATE:
        return f"state:{publisher.country}"
    return WESTERN if publisher.country in western else f"media:{publisher.country}"


def _narrow(publisher: Publisher) -> str:
    if publisher.country is None:
        return OTHER
    kind = "media" if publisher.kind is PublisherKind.UNKNOWN else publisher.kind
    return f"{kind}:{publisher.country}"
