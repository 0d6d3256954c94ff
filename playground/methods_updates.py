"""Methods about receiving: getUpdates, webhooks, getFile, and the bot's own session.

Source: Client.cpp `process_get_updates_query`, `process_set_webhook_query`, `do_set_webhook`, `process_get_file_query`.
"""

import re
import time
from typing import Any, Final
from urllib.parse import urlsplit

from playground.access import Call, Method, Raw
from playground.errors import refusal, too_many_requests
from playground.files import MAX_DOWNLOAD_BYTES
from playground.objects import bot_itself
from playground.state import Webhook
from playground.updates import BY_SET_WEBHOOK, LONGEST_POLL_S

Json = dict[str, Any]

MAX_SECRET: Final = 256
SET_PAUSE_S: Final = 1.0
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


class Said:
    """A true answer with the server's remark in `description`."""

    def __init__(self, description: str) -> None:
        self.description = description


def get_me(call: Call) -> Json:
    return bot_itself(call.bot)


async def get_updates(call: Call) -> Raw:
    parameters = call.parameters
    queue = call.network.queue(call.bot)
    if not call.bot.webhook.url:
        queue.remember_allowed(parameters.json("allowed_updates", "Can't parse allowed updates JSON object"))
    offset = parameters.integer("offset")
    limit = parameters.integer_within("limit", 100, 1, 100)
    timeout_s = parameters.integer_within("timeout", 0, 0, LONGEST_POLL_S)
    return Raw(await queue.poll(offset, limit, timeout_s))


def set_webhook(call: Call) -> Said:
    parameters = call.parameters
    url = parameters.text("url")
    if not url:
        return delete_webhook(call)
    now = time.monotonic()
    if now < call.network.next_webhook_at.get(call.bot.id, 0.0):
        raise too_many_requests(1)
    call.network.next_webhook_at[call.bot.id] = now + SET_PAUSE_S
    new = Webhook(
        url=url,
        secret_token=parameters.text("secret_token"),
        max_connections=parameters.integer_within("max_connections", 40, 1, 100),
        ip_address=parameters.text("ip_address"),
    )
    _check_webhook(new)
    queue = call.network.queue(call.bot)
    queue.remember_allowed(parameters.json("allowed_updates", "Can't parse allowed updates JSON object"))
    if parameters.flag("drop_pending_updates"):
        queue.clear()
    old = call.bot.webhook
    if (old.url, old.secret_token, old.max_connections) == (new.url, new.secret_token, new.max_connections):
        return Said("Webhook is already set")
    queue.end_poll(BY_SET_WEBHOOK)
    call.bot.webhook = new
    if queue.on_change is not None:
        queue.on_change()
    return Said("Webhook was set")


def _check_webhook(new: Webhook) -> None:
    """Plain http is accepted, as a server in local mode does: everything here is loopback."""
    try:
        parts = urlsplit(new.url)
    except ValueError:
        raise refusal("invalid webhook URL specified") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise refusal("invalid webhook URL specified")
    if len(new.secret_token) > MAX_SECRET:
        raise refusal("secret token is too long")
    if not _SECRET.fullmatch(new.secret_token):
        raise refusal("secret token contains unallowed characters")


def delete_webhook(call: Call) -> Said:
    if call.parameters.flag("drop_pending_updates"):
        call.network.queue(call.bot).clear()
    was_set = bool(call.bot.webhook.url)
    call.bot.webhook = Webhook()
    return Said("Webhook was deleted" if was_set else "Webhook is already deleted")


def get_webhook_info(call: Call) -> Json:
    webhook = call.bot.webhook
    queue = call.network.queue(call.bot)
    queue.expire()
    info: Json = {"url": webhook.url, "has_custom_certificate": False, "pending_update_count": len(queue.pending)}
    if webhook.url:
        info["max_connections"] = webhook.max_connections
        if webhook.ip_address:
            info["ip_address"] = webhook.ip_address
    if webhook.last_error_at:
        info |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    if call.bot.allowed_updates:
        info["allowed_updates"] = call.bot.allowed_updates
    return info


def get_file(call: Call) -> Json:
    file_id = call.parameters.text("file_id")
    if not file_id:
        raise refusal("file_id not specified")
    stored = call.network.files.get(file_id)
    if stored is None:
        raise refusal("invalid file_id")
    if stored.size_bytes > MAX_DOWNLOAD_BYTES:
        raise refusal("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size_bytes,
        "file_path": stored.path,
    }


def close(call: Call) -> bool:
    """Ends the poll that waits; the next call opens the bot again, as a restarted server would."""
    call.network.queue(call.bot).end_poll(BY_SET_WEBHOOK)
    return True


METHODS: Final[dict[str, Method]] = {
    "close": close,
    "deletewebhook": delete_webhook,
    "getfile": get_file,
    "getme": get_me,
    "getupdates": get_updates,
    "getwebhookinfo": get_webhook_info,
    "logout": close,
    "setwebhook": set_webhook,
}
