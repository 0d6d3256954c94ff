"""Where a database is: what people may write for it, and the URLs that the drivers take.

In: `sqlite+aiosqlite:///FILE`, `postgresql+psycopg://…` (also `postgresql://`, `postgres://`, `sqlite:///`) or a plain
path. Raises StorageError `database_url_wrong`, which never repeats a password.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from news.errors import StorageError

_SQLITE = frozenset({"sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"})
_POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_ALLOWED = "allowed are sqlite+aiosqlite:///FILE, postgresql+psycopg://USER:PASSWORD@HOST/NAME, or a path to a file"


@dataclass(frozen=True, slots=True)
class Location:
    """A database's place: `path` for SQLite, None for PostgreSQL."""

    url: URL
    path: Path | None

    @property
    def shown(self) -> str:
        """For messages and logs, without the password."""
        return str(self.path) if self.path is not None else self.url.render_as_string(hide_password=True)

    @property
    def async_url(self) -> URL:
        """For the program."""
        return self.url.set(drivername="sqlite+aiosqlite" if self.path is not None else "postgresql+psycopg")

    @property
    def sync_url(self) -> URL:
        """For migrations and copies."""
        return self.url.set(drivername="sqlite+pysqlite" if self.path is not None else "postgresql+psycopg")


def locate(database: str) -> Location:
    """Read what a person wrote for a database."""
    text = database.strip()
    if not text:
        raise _wrong("The database URL is empty")
    if "://" not in text:
        return _file(text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise _wrong("The database URL cannot be read") from error
    if url.drivername in _SQLITE:
        return _file(url.database or "", url)
    if url.drivername in _POSTGRESQL:
        if not url.database:
            raise _wrong("The database URL names no database")
        return Location(url.set(drivername="postgresql+psycopg"), None)
    raise _wrong(f"The database URL begins with {url.drivername!r}")


def _file(name: str, url: URL | None = None) -> Location:
    if not name or name == ":memory:" or name.startswith("file:"):
        raise _wrong("The database must be a file: every connection would see a database of its own")
    path = Path(name).expanduser()
    if path.is_dir():
        raise _wrong(f"{path} is a folder")
    if url is not None and url.query:
        raise _wrong(f"The database URL has options that are not known: {', '.join(sorted(url.query))}")
    return Location(URL.create("sqlite+aiosqlite", database=str(path)), path)


def _wrong(what: str) -> StorageError:
    return StorageError(f"{what}; {_ALLOWED}.", code="database_url_wrong")
