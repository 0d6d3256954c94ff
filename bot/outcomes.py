"""What becomes of an outbox row after a send, or after a sender that died: one rule for each error.

| what happened            | the row                                                | the chat                    | admins |
| accepted                 | sent, with its ledger entries                          |                             |        |
| certainly not accepted   | pending again after the wait; failed when too late     |                             |        |
| accepted or not          | policy: once more, or never again                      |                             |        |
| unreadable message       | once more as plain text; failed when that is refused   |                             | told   |
| edited message is gone   | failed: what it held was read, the digest has the rest |                             |        |
| chat gone                | dropped, with all others of the chat                   | blocked; wakes on /start    | told, where it is a group or channel |
| chat moved               | pending for the new number                             | moved                       |        |
| forum topic closed       | pending for the group itself                           | its topic forgotten         | told   |

A send error never deletes a chat or what it chose.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot import cutting, markup
from bot.group_commit import GroupCommit
from bot.notices import Notices
from news.audience import ChatKind, ChatStatus, Delivery, DeliveryKind, OutMessage
from news.chats import ChatService
from news.errors import (
    BadRequest,
    BrokenMessage,
    ChatGone,
    ChatMoved,
    DeliveryError,
    MessageGone,
    TopicClosed,
    TryLater,
)
from news.ports import OpenUnitOfWork

log = structlog.get_logger()

_LONGEST_WAIT = timedelta(minutes=10)
_UNKNOWN_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is done where no rule of Telegram's decides."""

    resend_unknown: frozenset[DeliveryKind] = frozenset({DeliveryKind.DIGEST, DeliveryKind.NOTICE})
    """Sent once more when it may or may not have arrived: a second copy is a nuisance, a missing digest a broken promise."""
    keep_trying: Mapping[DeliveryKind, timedelta] = field(
        default_factory=lambda: {
            DeliveryKind.DIGEST: timedelta(hours=24),
            DeliveryKind.PUSH: timedelta(hours=2),
            DeliveryKind.NOTICE: timedelta(hours=24),
        }
    )
    """From when it was written; news that could not be sent for longer is none."""


class Outcomes:
    """Writes down what came of a send. `counts` are by outcome since the start, for reports and metrics."""

    def __init__(
        self,
        open_unit: OpenUnitOfWork,
        chats: ChatService,
        notices: Notices,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._open_unit = open_unit
        self._chats = chats
        self._notices = notices
        self._policy = policy
        self._clock = clock
        self._writes = GroupCommit(open_unit, clock)
        self.counts: Counter[str] = Counter()
        self.possible_repeats = 0  # sent once more though they may have arrived
        self.last_sent_at: datetime | None = None

    async def begin(self, delivery: Delivery) -> bool:
        """Write that it is about to be sent; False: somebody else has it, do not send."""
        return await self._writes.fence(delivery)

    async def accepted(self, delivery: Delivery, message_id: int) -> None:
        """Telegram has it."""
        await self._writes.sent(delivery, message_id)
        self.last_sent_at = self._clock()
        self._count("sent", delivery)

    async def put_back(self, delivery: Delivery, not_before: datetime, code: str) -> None:
        """It was not tried: nothing counts against it."""
        async with self._open_unit() as unit:
            await unit.deliveries.retry(delivery.id, not_before, code)
            await unit.commit()

    async def refused(self, delivery: Delivery, error: DeliveryError) -> None:
        """The send raised. A chat that was deleted meanwhile took its rows with it: there is nothing to write."""
        try:
            await self._judge(delivery, error)
        except BadRequest as missing:
            if missing.code != "unknown_chat":
                raise
            log.info("chat_deleted_meanwhile", delivery=delivery.id)

    async def _judge(self, delivery: Delivery, error: DeliveryError) -> None:
        match error:
            case ChatGone():
                await self._gone(delivery, error)
            case ChatMoved():
                await self._moved(delivery, error)
            case TopicClosed():
                await self._topic_closed(delivery, error)
            case TryLater():
                await self._again(delivery, error.code, error.retry_after)
            case MessageGone():
                await self._fail(delivery, error.code)
            case BrokenMessage():
                await self._broken(delivery, error)
            case _:
                await self.in_doubt(delivery, _UNKNOWN_PAUSE)

    async def in_doubt(self, delivery: Delivery, pause: timedelta = timedelta()) -> None:
        """It may have arrived; also for rows that a sender left behind when it died. An edit is harmless to repeat."""
        now = self._clock()
        again = delivery.edits is not None or delivery.kind in self._policy.resend_unknown
        once_more = again and delivery.unknowns == 0
        async with self._open_unit() as unit:
            await unit.deliveries.unknown(delivery.id, now, again_at=now + pause if once_more else None)
            await unit.commit()
        self.possible_repeats += once_more and delivery.edits is None
        self._count("unknown", delivery, once_more=once_more)

    async def _again(self, delivery: Delivery, code: str, wait: timedelta) -> None:
        now = self._clock()
        if now - delivery.created_at > self._policy.keep_trying[delivery.kind]:
            await self._fail(delivery, "too_late")
            return
        grown = min(wait * 2 ** min(delivery.attempts, 6), max(wait, _LONGEST_WAIT))
        await self.put_back(delivery, now + grown, code)
        self._count("retried", delivery, code=code, wait_s=grown.total_seconds())

    async def _fail(self, delivery: Delivery, code: str) -> None:
        async with self._open_unit() as unit:
            await unit.deliveries.fail(delivery.id, code, self._clock())
            await unit.commit()
        self._count("failed", delivery, code=code)

    async def _broken(self, delivery: Delivery, error: BrokenMessage) -> None:
        now = self._clock()
        plainer = plain_message(delivery.message)
        if plainer == delivery.message or not plainer.html:
            await self._fail(delivery, error.code)
        else:
            async with self._open_unit() as unit:
                await unit.deliveries.replace(delivery.id, plainer, now, error.code)
                await unit.commit()
            self._count("replaced", delivery)
        told = ", ".join(str(story_id) for story_id, _ in delivery.stories) or "-"
        await self._notices.tell("broken_message", delivery.id, now, reason=error.message, stories=told)

    async def _gone(self, delivery: Delivery, error: ChatGone) -> None:
        now = self._clock()
        chat = await self._chats.block(delivery.chat_id, error.code, now)
        self._count("dropped", delivery, code=error.code)
        if chat.kind is not ChatKind.PRIVATE:
            await self._notices.tell_of(chat, "chat_gone", now, reason=error.message)

    async def _moved(self, delivery: Delivery, error: ChatMoved) -> None:
        chat = await self._chats.move(delivery.chat_id, error.telegram_id)
        self._count("moved", delivery)
        if chat.id == delivery.chat_id:
            await self.put_back(delivery, self._clock(), error.code)

    async def _topic_closed(self, delivery: Delivery, error: TopicClosed) -> None:
        if (
            delivery.address.thread_id is None
        ):  # the group's own first topic is closed: there is nowhere to fall back to
            await self._gone(delivery, ChatGone(error.message, code=error.code))
            return
        now = self._clock()
        chat = await self._chats.close_topic(delivery.chat_id)
        self._count("topic_closed", delivery)
        if chat.status is not ChatStatus.BLOCKED:
            await self.put_back(delivery, now, error.code)
        title = chat.title or str(chat.address.telegram_id)
        notice = "topic_ended" if chat.status is ChatStatus.BLOCKED else "topic_closed"
        await self._notices.tell(notice, f"{chat.id}:{delivery.address.thread_id}", now, title=title)

    def _count(self, outcome: str, delivery: Delivery, **details: object) -> None:
        self.counts[outcome] += 1
        tell = log.debug if outcome == "sent" else log.info
        tell(f"delivery_{outcome}", delivery=delivery.id, key=delivery.key, part=delivery.part, **details)


def plain_message(message: OutMessage) -> OutMessage:
    """The message as clean text that nothing can be wrong with: no tags, no buttons, no file; addresses where they fit."""
    html = markup.escape(cutting.plain(message.html, addresses=True))
    if not cutting.measure(html).fits(cutting.MESSAGE):
        html = markup.escape(cutting.plain(message.html))
    return replace(message, html=html, buttons=(), attachment=None)
