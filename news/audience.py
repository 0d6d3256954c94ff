"""Who is told, when, and what was sent: chats, timetables, topics, digests, deliveries, answers.

All values are frozen; all datetimes are aware UTC, except the local times and dates of a `Timetable` and a `Slot`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from news.ids import ChatId, DeliveryId, StoryId, TopicId
from news.reading import Citation, CitedSentence

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes at Telegram: a chat's number, and the thread of a forum topic."""

    telegram_id: int
    thread_id: int | None = None


class ChatKind(StrEnum):
    """Telegram's kinds; a forum topic is a supergroup with a thread."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ChatStatus(StrEnum):
    """Whether digests go to a chat. No state is ever left by deleting the row, except by the person's own /delete."""

    NEW = "new"  # known, never subscribed
    ACTIVE = "active"
    PAUSED = "paused"  # by the reader (with paused_until) or by unsubscribing (without)
    BLOCKED = "blocked"  # a send was refused for good (403 …); wakes on /start or unblock


class Length(StrEnum):
    """How many stories a digest holds: 5, 8 or 12."""

    SHORT = "short"
    NORMAL = "normal"
    LONG = "long"


class WhenEmpty(StrEnum):
    """What is sent when there is nothing new."""

    LINE = "line"  # one quiet line
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When a chat wants its digests, in its own local time."""

    zone: str = "UTC"  # IANA name
    times: tuple[time, ...] = (time(8, 0),)  # ascending, whole minutes
    weekdays: frozenset[int] = EVERY_DAY  # 0 is Monday
    quiet: tuple[time, time] | None = None  # no pushes from … to … (may pass midnight)


@dataclass(frozen=True, slots=True)
class Slot:
    """One promised digest: the local date and time of a timetable. The same slot is never sent twice to a chat."""

    on: date
    at: time

    @property
    def key(self) -> str:
        """The delivery key, `digest:DATE:TIME`."""
        return f"digest:{self.on.isoformat()}:{self.at:%H:%M}"

    @classmethod
    def of(cls, key: str) -> "Slot":
        """The slot of a delivery key."""
        _, on, at = key.split(":", 2)
        return cls(date.fromisoformat(on), time.fromisoformat(at))


class TopicMode(StrEnum):
    """How news of a followed topic reach the chat."""

    DIGEST = "digest"
    PUSH = "push"  # at once
    BIG = "big"  # at once, only when it is big


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A saved query."""

    id: TopicId
    chat_id: ChatId
    query: str
    mode: TopicMode = TopicMode.DIGEST
    created_at: datetime


class MuteKind(StrEnum):
    """What a mute names."""

    TOPIC = "topic"
    SOURCE = "source"
    PUBLISHER = "publisher"
    WORD = "word"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class Mute:
    """Something a chat does not want to hear of."""

    kind: MuteKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A private chat, group, forum topic or channel that receives."""

    id: ChatId
    address: Address
    kind: ChatKind
    title: str | None = None
    status: ChatStatus = ChatStatus.NEW
    timetable: Timetable = Timetable()
    length: Length = Length.NORMAL
    language: str = "en"  # of the interface
    news_languages: tuple[str, ...] = ()  # empty: all
    when_empty: WhenEmpty = WhenEmpty.LINE
    silent: bool = False
    previews: bool = False
    pushes_per_day: int = 3
    mutes: tuple[Mute, ...] = ()
    paused_until: datetime | None = None
    next_due_at: datetime | None = None  # None: nothing is promised
    blocked_code: str | None = None  # the ChatGone code that paused it
    settled: bool = False  # the reader has chosen zone and time (or accepted the defaults)
    created_at: datetime

    def is_called(self, now: datetime) -> bool:
        """Whether a push may go there: who asked to hear at once asked to be written to, with or without a digest."""
        if self.blocked_code is not None or (self.paused_until is not None and self.paused_until > now):
            return False
        pause_over = self.status is ChatStatus.PAUSED and self.paused_until is not None
        return pause_over or self.status in {ChatStatus.NEW, ChatStatus.ACTIVE}


class Role(StrEnum):
    """What a person may do."""

    OWNER = "owner"
    ADMIN = "admin"
    READER = "reader"  # invited, in private mode
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user with a role; people without one are not stored."""

    user_id: int
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A code for `/start` that makes so many people readers until then."""

    code: str
    until: datetime
    uses: int
    made_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminAction:
    """Something an admin did that others may want to know of; `subject` is whom or what it was done to."""

    at: datetime
    user_id: int
    action: str  # the command, e.g. "ban"
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: `data` comes back when it is pressed (at most 64 bytes), or `url` opens."""

    text: str
    data: str | None = None
    url: str | None = None


class FileKind(StrEnum):
    """How Telegram shows a file."""

    PHOTO = "photo"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message."""

    kind: FileKind
    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutMessage:
    """A message ready for Telegram. `html` is already escaped, entities balanced, at most 4,096 UTF-16 units of text."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()  # rows
    silent: bool = False
    preview: bool = False
    attachment: Attachment | None = None  # the text is its caption then, at most 1,024 units


class StoryStatus(StrEnum):
    """What a story is to one chat."""

    NEW = "new"
    UPDATE = "update"
    STILL = "still"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef:
    """An article named under an answer or a card; `n` is its number in that message."""

    n: int
    citation: Citation
    url: str
    title: str
    publisher: str  # name for people
    country: str | None
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCard:
    """A story as a digest tells it to one chat."""

    story_id: StoryId
    version: int
    status: StoryStatus
    title: str
    url: str  # of the article whose headline it is
    made_of: CitedSentence | None = None  # a headline by deletion, with what was deleted; None: the publisher's own
    sentences: tuple[CitedSentence, ...]
    differing: tuple[tuple[CitedSentence, ...], ...] = ()  # each thing of which publishers give different numbers
    sources: tuple[SourceRef, ...]  # those cited first, then the others
    outlets: int  # publisher families
    countries: int
    first_publisher: str
    first_at: datetime
    last_at: datetime
    told_at: datetime | None = None  # for an update: when the chat was told last
    topic: str | None = None  # the followed topic it answers
    score: float = 0.0
    reasons: tuple[tuple[str, float], ...] = ()  # what the score is made of, for `why`


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedSentence:
    """A sentence that the chat was told and that its article has taken back, and what stands in its place."""

    told: str
    now: CitedSentence
    url: str  # of the article
    publisher: str  # name for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """What a digest says about itself."""

    sources_ok: int
    sources_all: int
    newest_at: datetime | None
    openings_only: int = 0  # stories of which only an opening was to be had
    by_lead: int = 0  # summaries made by the lead for want of a model
    waiting: int = 0  # articles read but not enriched yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a chat gets for one slot, before it is rendered."""

    slot: Slot
    zone: str
    composed_at: datetime
    late_since: datetime | None = None  # the slot's instant, when it is told later than that
    missed: int = 0  # further slots that this one stands for
    stories: tuple[StoryCard, ...] = ()
    still: tuple[StoryCard, ...] = ()  # one line: no news, still developing
    quiet_topics: tuple[tuple[str, datetime | None], ...] = ()  # followed, nothing new since
    corrections: tuple[CorrectedSentence, ...] = ()
    footer: Footer


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of a rendered digest, and what it tells: rendering decides which stories go into which message."""

    message: OutMessage
    stories: tuple[tuple[StoryId, int], ...] = ()
    citations: tuple[Citation, ...] = ()  # all that it names
    sentences: tuple[CitedSentence, ...] = ()  # all that it says
    corrects: bool = False  # some of them correct what the chat was told before


class DeliveryState(StrEnum):
    """The life of an outbox row: pending → claimed → sending → sent | unknown | failed | dropped."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"  # accepted or not: no answer came
    FAILED = "failed"
    DROPPED = "dropped"  # the chat is gone


class DeliveryKind(StrEnum):
    """Which policy an unknown outcome follows, and which lane a message takes."""

    DIGEST = "digest"
    PUSH = "push"
    NOTICE = "notice"  # to admins


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """One part of a message to be sent."""

    chat_id: ChatId
    key: str  # `digest:DATE:TIME`, `push:STORY:VERSION`, `edit:STORY:VERSION`, `notice:…`; unique with chat and part
    part: int  # from 0
    kind: DeliveryKind
    message: OutMessage
    stories: tuple[tuple[StoryId, int], ...] = ()  # the versions this part tells
    citations: tuple[Citation, ...] = ()  # all that it names
    sentences: tuple[CitedSentence, ...] = ()  # all that it says
    corrects: bool = False  # some of them correct what the chat was told before
    edits: int | None = None  # number of the sent message whose place it takes; None: it is a message of its own
    not_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of the outbox."""

    id: DeliveryId
    chat_id: ChatId
    address: Address
    chat_kind: ChatKind
    key: str
    part: int
    kind: DeliveryKind
    message: OutMessage
    stories: tuple[tuple[StoryId, int], ...]
    state: DeliveryState
    attempts: int
    unknowns: int = 0  # how often its outcome was unknown
    not_before: datetime
    created_at: datetime
    lease_until: datetime | None = None
    message_id: int | None = None
    edits: int | None = None  # as in `NewDelivery`
    sent_at: datetime | None = None
    error_code: str | None = None
