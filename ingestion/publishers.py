"""The register of outlets: who stands behind a domain. Data of the package (`publishers.toml`), read once.

Out: `PublisherRegister`. A domain that is not listed is a publisher of its own, of unknown kind. Raises ValueError where the
data contradict themselves, which a test excludes.
"""

import tomllib
from functools import cache
from importlib.resources import files

from news.entities import Publisher, PublisherKind, PublisherRegister


@cache
def load() -> PublisherRegister:
    """The register that comes with the program."""
    return read(files("ingestion").joinpath("publishers.toml").read_text(encoding="utf-8"))


def read(text: str) -> PublisherRegister:
    """A register from TOML: `outlet` with name, domains, family, country, language, kind; the list `western` of countries."""
    data = tomllib.loads(text)
    by_domain: dict[str, Publisher] = {}
    for row in data["outlet"]:
        domains = [domain.lower() for domain in row["domains"]]
        for domain in domains:
            if domain in by_domain:
                message = f"{domain} is listed twice"
                raise ValueError(message)
            by_domain[domain] = Publisher(
                domain=domains[0],
                name=row["name"],
                family=row.get("family", row["name"]),
                country=row.get("country"),
                language=row.get("language"),
                kind=PublisherKind(row.get("kind", "unknown")),
            )
    return PublisherRegister(by_domain, frozenset(data.get("western", ())))
