"""Sends through python-telegram-bot and says, in one place, what an answer or a failure means for a message.

In: messages ready for Telegram (`OutMessage`). Out: the number of the message. Raises the DeliveryError of the core and
nothing else for what Telegram or the network did. The question that matters is whether a failed request may have been
accepted: the cause of the library's exception tells (a connection that never stood cannot have delivered anything).

Sources: telegram-bot-api, Client.cpp (descriptions of 400 and 403); python-telegram-bot 22.8, `_baserequest.py` and
`_httpxrequest.py` (which cause stands behind which exception).
"""

from datetime import timedelta

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import ExtBot

from bot.limiter import Turn, wait_s
from news.audience import Address, Attachment, Button, FileKind, OutMessage
from news.errors import (
    BrokenMessage,
    ChatGone,
    ChatMoved,
    DeliveryError,
    MessageGone,
    OutcomeUnknown,
    TopicClosed,
    TryLater,
)

NETWORK_PAUSE = timedelta(seconds=5)
"""Until a message that certainly did not leave is tried again."""

SERVER_PAUSE = timedelta(seconds=15)
"""Until one is tried again that Telegram itself could not take (5xx)."""

TOKEN_PAUSE = timedelta(minutes=1)
"""Until one is tried again after the token was refused: a fault that only the operator can mend."""

# 400 and 403 tell their reason only in words; the first fitting row counts, lower case.
_GONE = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "deactivated"),
    ("was kicked", "kicked"),
    ("is not a member", "not_member"),
    ("chat was deleted", "deleted"),
    ("can't initiate conversation", "blocked"),
    ("bots can't send messages to bots", "not_found"),
    ("chat not found", "not_found"),
    ("peer_id_invalid", "not_found"),
    ("user not found", "not_found"),
    ("chat_write_forbidden", "no_rights"),
    ("not enough rights", "no_rights"),
    ("have no rights", "no_rights"),
    ("need administrator rights", "no_rights"),
    ("chat_admin_required", "no_rights"),
    ("chat_restricted", "no_rights"),
    ("chat_send_plain_forbidden", "no_rights"),
)
_TOPIC = ("topic_closed", "topic_deleted", "message thread not found", "topic_id_invalid")
_UNCHANGED = "message is not modified"
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NOT_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    RuntimeError,  # the client is closed or not open yet
)


class TelegramMessenger:
    """Implements `news.ports.Messenger`. `paced`: the caller has had its turn with the governor."""

    def __init__(self, bot: ExtBot[Turn], *, paced: bool = False) -> None:
        self._bot = bot
        self._turn = Turn.TAKEN if paced else None

    async def send(self, address: Address, message: OutMessage) -> int:
        """Send one message; returns its number."""
        try:
            sent = await self._send(address, message)
        except TelegramError as error:
            raise meaning(error) from error
        return sent.message_id

    async def edit(self, address: Address, message_id: int, message: OutMessage) -> None:
        """Replace a sent message's text and buttons; an unchanged message is no error."""
        try:
            await self._bot.edit_message_text(
                message.html,
                chat_id=address.telegram_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(message),
                link_preview_options=_preview(message),
                rate_limit_args=self._turn,
            )
        except TelegramError as error:
            if _UNCHANGED in error.message.lower():
                return
            raise meaning(error) from error

    async def _send(self, address: Address, message: OutMessage) -> Message:
        if message.attachment is not None:
            return await self._send_file(address, message, message.attachment)
        return await self._bot.send_message(
            address.telegram_id,
            message.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=address.thread_id,
            disable_notification=message.silent,
            link_preview_options=_preview(message),
            reply_markup=keyboard(message),
            rate_limit_args=self._turn,
        )

    async def _send_file(self, address: Address, message: OutMessage, attachment: Attachment) -> Message:
        file = InputFile(attachment.data, filename=attachment.name)
        if attachment.kind is FileKind.PHOTO:
            return await self._bot.send_photo(
                address.telegram_id,
                file,
                caption=message.html,
                parse_mode=ParseMode.HTML,
                message_thread_id=address.thread_id,
                disable_notification=message.silent,
                reply_markup=keyboard(message),
                rate_limit_args=self._turn,
            )
        return await self._bot.send_document(
            address.telegram_id,
            file,
            caption=message.html,
            parse_mode=ParseMode.HTML,
            message_thread_id=address.thread_id,
            disable_notification=message.silent,
            reply_markup=keyboard(message),
            rate_limit_args=self._turn,
        )


def keyboard(message: OutMessage) -> InlineKeyboardMarkup | None:
    """The buttons under a message, for handlers that answer by themselves too."""
    if not message.buttons:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in message.buttons])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.text, callback_data=button.data, url=button.url)


def _preview(message: OutMessage) -> LinkPreviewOptions:
    return LinkPreviewOptions(is_disabled=not message.preview)


def meaning(error: TelegramError) -> DeliveryError:
    """The one table: what an exception of the library means for the message."""
    words = error.message
    match error:
        case RetryAfter():
            return TryLater(words, retry_after=timedelta(seconds=wait_s(error)))
        case ChatMigrated():
            return ChatMoved(words, telegram_id=error.new_chat_id)
        case Forbidden() | BadRequest():
            return _refused(error)
        case InvalidToken() | Conflict():
            return TryLater(words, retry_after=TOKEN_PAUSE, whole_bot=True)
        case NetworkError():
            return _unanswered(error)
        case _:
            return OutcomeUnknown(words)  # a 2xx whose body cannot be read: accepted, most likely


def _refused(error: Forbidden | BadRequest) -> DeliveryError:
    words = error.message.lower()
    if any(each in words for each in _TOPIC):
        return TopicClosed(error.message)
    for each, code in _GONE:
        if each in words:
            return ChatGone(error.message, code=code)
    if any(each in words for each in _NOT_EDITABLE):
        return MessageGone(error.message)
    if isinstance(error, Forbidden):
        return ChatGone(error.message, code="no_rights")
    return BrokenMessage(error.message)


def _unanswered(error: NetworkError) -> DeliveryError:
    cause = error.__cause__
    if isinstance(cause, _NOT_CONNECTED):
        return TryLater(error.message, retry_after=NETWORK_PAUSE, whole_bot=True)
    answered = cause is None or isinstance(cause, TelegramError)  # an answer with a 5xx status, readable or a page
    if answered and "(504)" not in error.message and "gateway timeout" not in error.message.lower():
        return TryLater(error.message, retry_after=SERVER_PAUSE)
    return OutcomeUnknown(error.message)
