"""Models that are named by their server's address, `https://host/v1#name-of-model`.

In: what a setting says. Out: the address's parts. Raises SummaryError `endpoint_failed` where it has no host.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from news.errors import SummaryError


def is_address(model: str | None) -> bool:
    """Whether a model is named by its server's address."""
    return (model or "").startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a model is served and what it is called there; an empty name is the server's first model."""

    base: str
    host: str
    name: str


def parse(model: str) -> Address:
    """The parts of `https://host/v1#name`."""
    base, _, name = model.partition("#")
    try:
        host = urlsplit(base).hostname or ""
    except ValueError:
        host = ""
    if not host:
        raise SummaryError("The address of the model's server has no host.", code="endpoint_failed")
    return Address(base.rstrip("/"), host, name)
