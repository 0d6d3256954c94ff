"""JSONL files of rows: read one by one; a line that is no row of the kind is refused with its place, the rest goes on.

In: a path. Out: rows as pydantic models, and refusals (`bad_row`). Raises BadRequest (`file_unreadable`) where there is
no such file.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from news.entities import Refusal
from news.errors import BadRequest
from news.sources import BAD_URL
from news.urls import is_web_address, with_scheme


def _instant(value: Any) -> Any:
    """ISO 8601 or RFC 2822; without an offset it is UTC; an empty one is none."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("a date is a string")  # noqa: TRY004 - pydantic takes ValueErrors only
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = parsedate_to_datetime(value)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a date of the years 1 to 9999") from error


def _id(value: Any) -> Any:
    """Text or a whole number, as given."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("an id is a string or a whole number")  # noqa: TRY004 - pydantic takes ValueErrors only
    return value


def _address(value: Any) -> Any:
    """A web address, `https://` put before a bare one, or a name that `articles` gives to what has none; empty is none."""
    if not isinstance(value, str) or not value.strip():
        return value or None
    address = with_scheme(value)
    if not is_web_address(address) and not address.startswith("urn:byline:"):
        raise ValueError(f"{BAD_URL} Leave it out where there is none.")
    return address


Id = Annotated[str | int, BeforeValidator(_id)]
Instant = Annotated[datetime | None, BeforeValidator(_instant)]
WebAddress = Annotated[str | None, BeforeValidator(_address)]


class Row(BaseModel):
    """Fields that a row does not know are left alone: exports of other programs carry more."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ArticleRow(Row):
    """An article for `ingest`."""

    url: WebAddress = None
    title: str | None = None
    text: str
    published_at: Instant = None
    source: str | None = None
    lang: str | None = None


class TextRow(Row):
    """A text for `summarize`."""

    id: Id
    title: str | None = None
    text: str


class ClaimRow(Row):
    """A claim for `verify`."""

    id: Id
    source: str
    claim: str


class QueryRow(Row):
    """A query for `search`."""

    id: Id
    query: str


Kind = TypeVar("Kind", bound=Row)


def read(path: Path, kind: type[Kind]) -> tuple[list[tuple[str, Kind]], list[Refusal]]:
    """The rows, each with its place ("file:3"), and the lines that are none."""
    try:
        lines: Sequence[str] = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read: {_reason(error)}", code="file_unreadable") from error
    found: list[tuple[str, Kind]] = []
    refused: list[Refusal] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append((f"{path}:{number}", kind.model_validate_json(line)))
            except ValidationError as error:
                problem = error.errors()[0]
                reason = problem["msg"].removeprefix("Value error, ")
                message = f"{'.'.join(map(str, problem['loc'])) or 'line'}: {reason}"
                refused.append(Refusal(target=f"{path}:{number}", code="bad_row", message=message))
    return found, refused


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8 text"
