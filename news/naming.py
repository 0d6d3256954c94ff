"""What a source is called where nobody chose a name: its own title, or its domain until that is known.

Raises StorageError.
"""

from news.entities import Source
from news.ports import UnitOfWork
from news.urls import domain_of

MOST_NAME_CHARS = 100


async def free_name(unit: UnitOfWork, wanted: str) -> str:
    """The name, or the name with the first number that makes it the only one; a name of digits would be taken for an id."""
    plain = one_name(wanted) or "source"
    name = f"Source {plain}" if plain.isdigit() else plain
    count = 1
    free = name
    while await unit.sources.find(free) is not None:
        count += 1
        free = f"{name} {count}"
    return free


async def own_title(unit: UnitOfWork, source: Source, title: str | None) -> str:
    """The name after a first read: the title of the feed where the domain had to do, else the name it has."""
    domain = domain_of(source.url)
    stands_in = source.name == domain or source.name.removeprefix(f"{domain} ").isdigit()
    if source.state.baseline_at is not None or not stands_in or not one_name(title or ""):
        return source.name
    return await free_name(unit, title or "")


def one_name(text: str) -> str:
    """A text on one line, no longer than a name may be."""
    return " ".join(text.split())[:MOST_NAME_CHARS].strip()
