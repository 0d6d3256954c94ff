"""The parameters of a call, however they came: query, form, JSON or multipart.

All are strings, as the official server keeps them; objects and arrays are JSON text. A string is never guessed to
be JSON. Numbers are read leniently (Client.cpp `get_integer_arg`: what is no number is the default, then clamped).
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from playground.errors import refusal

_LEADING_INTEGER = re.compile(r"\s*([+-]?\d+)")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """One call's arguments and files by name."""

    values: dict[str, str]
    files: dict[str, Upload]

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def has(self, name: str) -> bool:
        return self.values.get(name, "") != ""

    def flag(self, name: str) -> bool:
        return self.values.get(name, "").strip().lower() in {"true", "yes", "1"}

    def integer(self, name: str, default: int = 0) -> int:
        found = _LEADING_INTEGER.match(self.values.get(name, ""))
        return int(found[1]) if found else default

    def integer_within(self, name: str, default: int, lowest: int, highest: int) -> int:
        return max(lowest, min(highest, self.integer(name, default)))

    def json(self, name: str, refused: str) -> Any:
        """The decoded JSON of a parameter, None where it is missing; `refused` is the server's message."""
        raw = self.values.get(name, "")
        if not raw:
            return None
        try:
            return json.loads(raw)
        except ValueError as error:
            raise refusal(refused) from error

    def number(self, name: str) -> float | None:
        try:
            return float(self.values.get(name, ""))
        except ValueError:
            return None


def parameters_from_json(decoded: Any) -> dict[str, str]:
    """String arguments from a JSON body: strings as they are, the rest as JSON text."""
    if not isinstance(decoded, dict):
        raise refusal("Object expected as the request body")
    return {
        str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in decoded.items()
        if value is not None
    }
