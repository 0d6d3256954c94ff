"""The refusals of the Bot API, worded as the official server words them.

Source: Client.cpp `fail_query_with_error`: the code's prefix, then the message with its first letter in lower
case unless the second one is a capital or an underscore (`BUTTON_DATA_INVALID` stays).
"""

from typing import Any

_PREFIXES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class ApiError(Exception):
    """A method call that is answered with `ok: false`; `code` is the HTTP status too."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}


def refusal(message: str, code: int = 400, **parameters: Any) -> ApiError:
    """The error for one of the server's messages, its prefix and first letter as the real server sets them."""
    second = message[1:2]
    keeps_case = second == "_" or "A" <= second <= "Z"
    words = message if keeps_case else message[:1].lower() + message[1:]
    return ApiError(code, f"{_PREFIXES[code]}: {words}", parameters)


def too_many_requests(retry_after_s: int) -> ApiError:
    """A 429 with its `retry_after` in whole seconds."""
    description = f"Too Many Requests: retry after {retry_after_s}"
    return ApiError(429, description, {"retry_after": retry_after_s})
