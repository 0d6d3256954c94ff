"""Every error that Byline raises on purpose.

NewsError
├── BadRequest            what a person or a caller gave cannot be used
├── NotAllowed            the person may not do this
├── SourceError           about one source or page; `target` names it
│   ├── FetchError        the address could not be read
│   ├── ParseError        what was read is not a feed, a page or an article
│   ├── SourceExists      the address is a source already
│   └── SourceNotFound    no source answers to that name, number or address
├── SummaryError          a model or a text cannot be used
├── StorageError          the database cannot be used
└── DeliveryError         a message did not leave as meant
    ├── ChatGone          this chat cannot be written to any more (blocked, kicked, deleted …)
    ├── ChatMoved         the group became a supergroup with another number
    ├── TopicClosed       the forum topic is closed or deleted; the chat itself lives
    ├── TryLater          certainly not delivered, may be tried again after `retry_after`
    ├── OutcomeUnknown    may or may not have been delivered
    └── BrokenMessage     Telegram cannot read this message; another one would pass

`code` is stable: tests, the texts of `bot/texts` and users' scripts rely on it. The words for people are made at the
edge from the code and the attributes; `str(error)` is for logs and the command line. What is not expected passes as it is.
"""

from datetime import timedelta


class NewsError(Exception):
    """Root of the tree. `code` is lower_snake; `message` one English sentence without a traceback."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class BadRequest(NewsError):
    """What was asked cannot be done as asked; `message` says what is allowed."""

    code = "bad_request"


class NotAllowed(NewsError):
    """The person has not the role for this."""

    code = "not_allowed"


class SourceError(NewsError):
    """About one source, page or file; `target` is its address or path as given."""

    code = "source_error"

    def __init__(self, message: str, *, target: str, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.target = target


class FetchError(SourceError):
    """The address could not be read; `status` is the HTTP status, if one came, `retry_after` what the server asked for."""

    code = "fetch_failed"

    def __init__(
        self,
        message: str,
        *,
        target: str,
        code: str | None = None,
        status: int | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message, target=target, code=code)
        self.status = status
        self.retry_after = retry_after


class ParseError(SourceError):
    """What was read is not what it should be."""

    code = "parse_failed"


class SourceExists(SourceError):
    """The address is a source already."""

    code = "source_exists"


class SourceNotFound(SourceError):
    """No source answers to the given name, number or address."""

    code = "source_not_found"


class SummaryError(NewsError):
    """A model cannot be loaded or a text cannot be summarized."""

    code = "summary_failed"


class StorageError(NewsError):
    """The database cannot be opened, migrated or written."""

    code = "storage_failed"


class DeliveryError(NewsError):
    """A message did not leave as meant."""

    code = "delivery_failed"


class ChatGone(DeliveryError):
    """The chat cannot be written to; `code` says why: blocked, deactivated, kicked, not_member, deleted, not_found, no_rights."""

    code = "chat_gone"


class ChatMoved(DeliveryError):
    """The group is a supergroup now; `telegram_id` is its new number."""

    code = "chat_moved"

    def __init__(self, message: str, *, telegram_id: int) -> None:
        super().__init__(message)
        self.telegram_id = telegram_id


class TopicClosed(DeliveryError):
    """The forum topic is closed or deleted."""

    code = "topic_closed"


class TryLater(DeliveryError):
    """Certainly not delivered. `whole_bot` tells whether the wait concerns all chats or this one."""

    code = "try_later"

    def __init__(self, message: str, *, retry_after: timedelta, whole_bot: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.whole_bot = whole_bot


class OutcomeUnknown(DeliveryError):
    """The request may have been accepted: the answer did not come."""

    code = "outcome_unknown"


class BrokenMessage(DeliveryError):
    """Telegram refuses this very message (bad markup, too long, empty)."""

    code = "broken_message"


class MessageGone(BrokenMessage):
    """The message that was to be edited is deleted, or may not be edited any more."""

    code = "message_gone"
