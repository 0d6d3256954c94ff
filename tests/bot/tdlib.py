"""Telegram's own parser of message entities, offline: what it refuses, Telegram refuses."""

import json
from dataclasses import dataclass
from typing import Any

from tdjson import td_execute


class Refused(ValueError):
    """TDLib cannot parse this message."""


@dataclass(frozen=True)
class Parsed:
    text: str
    entities: tuple[tuple[str, int, int, str], ...]  # type, offset and length in UTF-16 units, URL of a link

    @property
    def units(self) -> int:
        return len(self.text.encode("utf-16-le")) // 2


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(td_execute(json.dumps(request).encode()) or b"{}")
    if answer["@type"] == "error":
        raise Refused(answer["message"])
    return answer


_execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def parse(html: str) -> Parsed:
    mode = {"@type": "textParseModeHTML"}
    return _parsed(_execute({"@type": "parseTextEntities", "text": html, "parse_mode": mode}))


def detected(text: str) -> list[str]:
    """What a client makes of plain text: mentions, commands, addresses."""
    found = _execute({"@type": "getTextEntities", "text": text})["entities"]
    return [entity["type"]["@type"].removeprefix("textEntityType") for entity in found]


def _parsed(formatted: dict[str, Any]) -> Parsed:
    entities = (
        (
            entity["type"]["@type"].removeprefix("textEntityType"),
            entity["offset"],
            entity["length"],
            entity["type"].get("url", ""),
        )
        for entity in formatted["entities"]
    )
    return Parsed(formatted["text"], tuple(entities))
