"""What the buttons under our messages carry: short callback data, stable across releases and restarts.

Form: `AREA:VERB` or `AREA:VERB:ARG…`, at most 64 bytes (Bot API, InlineKeyboardButton). Areas are handled by one handler
each (`pattern(Area.STORY)` fits `CallbackQueryHandler`). Data comes back from outside: `decode` checks its form, and a
handler checks that the thing named is the chat's. Raises BadRequest (`button_stale`) for data that no release knows.

A topic's buttons carry no question: it would not fit, and remembering it would store what people ask and lose it at a
restart. The question stands in the answer itself, as its first bold words, and is read from there (`bot.render_topic`).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from news.errors import BadRequest

DATA_BYTES = 64
_FORM = re.compile(r"[a-z]{1,8}:[a-z_]{1,12}(:[A-Za-z0-9_+./-]{1,40}){0,4}")


class Area(StrEnum):
    """Who handles a button."""

    STORY = "s"
    TOPIC = "t"
    DIGEST = "d"
    SETTINGS = "c"  # the chat's own settings
    SOURCE = "f"  # an admin's card of one feed or page list
    ADMIN = "a"
    START = "b"  # the first minute
    MANAGE = "m"  # settings of a chat changed from another one: `m:VERB:CHAT:AREA[:ARG…]`
    REPORT = "r"  # a sentence that somebody doubts: `r:VERB:ARTICLE:SUM`


class Story(StrEnum):
    """`s:VERB:STORY[:VERSION]`."""

    CARD = "card"
    TIMELINE = "time"
    PERSPECTIVES = "say"  # who says what
    UP = "up"
    DOWN = "down"
    MUTE = "mute"
    MORE = "more"  # follow what it is about
    LESS = "less"  # mute the outlet that had it first


class Topic(StrEnum):
    """`t:VERB:DAYS`: the window that the answer under the button was made for, or is to be made for; 0: as the question names it."""

    ASK = "ask"  # the same question for that window
    MORE = "more"  # the list of articles found
    TIMELINE = "time"
    PAGE = "page"  # of a search; the second argument is the page, from 0
    TREND = "trend"  # a chart; a second argument of 1: on dark ground
    PICTURE = "pic"  # the timeline as a picture, as TREND
    FOLLOW = "follow"
    UP = "up"
    DOWN = "down"


class Digest(StrEnum):
    """`d:VERB`."""

    SETTINGS = "set"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed."""

    area: Area
    verb: str
    args: tuple[str, ...] = ()

    def number(self, at: int = 0) -> int:
        """An argument that is a whole number; raises BadRequest where it is not."""
        try:
            return int(self.args[at])
        except (IndexError, ValueError) as error:
            raise stale() from error


def stale() -> BadRequest:
    """For a button that no release knows, or whose matter is gone."""
    return BadRequest("this button is no longer understood", code="button_stale")


def encode(area: Area, verb: str, *args: object) -> str:
    """The data of a button; a ValueError says that it would not come back as it went."""
    words = (area.value, str(verb), *(str(arg) for arg in args))
    data = ":".join(words)
    if len(data.encode()) > DATA_BYTES or not _FORM.fullmatch(data) or len(data.split(":")) != len(words):
        raise ValueError(f"not callback data: {data!r}")
    return data


def decode(data: str) -> Pressed:
    """What a button carried."""
    area, *rest = data.split(":")
    if not _FORM.fullmatch(data) or area not in set(Area):
        raise stale()
    return Pressed(Area(area), rest[0], tuple(rest[1:]))


def pattern(area: Area) -> str:
    """The regular expression that finds an area's data."""
    return f"^{area.value}:"
