"""An OpenAI-compatible server and how it is asked: within a time, again where that may help, not at all while it is down.

In: an address, `https://host/v1#name-of-model`, a path and a JSON object. Out: the JSON object that the server answered. A
request that meets a closed door, a dropped line, 429 or 5xx is made again after a short wait as long as its time lasts. After
`_FAILURES` requests in vain in a row the circuit is open: for `_REST_S` every request is refused at once, then one is let
through to see. A refusal of what was asked (other 4xx) says nothing about the server's health. No redirect is followed, so
that the key never goes to another host. Raises SummaryError `endpoint_failed`.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog

from news.errors import SummaryError
from summarizer.address import Address

_log = structlog.get_logger()
_ANSWER_BYTES = 64 << 20  # 128 vectors of 4,096 numbers in decimal take 10 MB
_CONNECT_S = 5.0
_WAITS_S = (0.25, 1.0)  # before the second and the third try
_LONGEST_WAIT_S = 5.0  # that a server may ask for by Retry-After
_FAILURES = 3
_REST_S = 30.0
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Wanted = tuple[str, Mapping[str, Any] | None]
"""A path, and what is posted there; None: it is got."""


class _TryLater(Exception):
    """A try in vain that another may mend, after so many seconds where the server says how many."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class Endpoint:
    """One server; lives as long as its process and remembers how the last requests went."""

    def __init__(
        self,
        address: Address,
        key: str | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is asked yet."""
        self.address = address
        self._clock, self._sleep = clock, sleep
        self._failures = 0
        self._closed_until_s = 0.0
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def ask(self, path: str, body: Mapping[str, Any] | None, *, within_s: float) -> Any:
        """The server's answer to a POST of `body`, or to a GET where there is none."""
        now_s = self._clock()
        if now_s < self._closed_until_s:
            raise self._failure(f"is down, and is asked again in {self._closed_until_s - now_s:.0f} s")
        trust_env = self.address.host not in _LOOPBACK  # a proxy is for the world
        with httpx.Client(headers=self._headers, trust_env=trust_env) as client:
            return self._ask(client, (path, body), now_s + within_s)

    def _ask(self, client: httpx.Client, wanted: Wanted, until_s: float) -> Any:
        waits_s = iter(_WAITS_S)
        while True:
            try:
                answer = self._try(client, wanted, until_s)
            except _TryLater as error:
                usual_s = next(waits_s, None)
                wait_s = usual_s if error.wait_s is None else min(error.wait_s, _LONGEST_WAIT_S)
                if usual_s is None or wait_s is None or self._clock() + wait_s >= until_s:
                    self._note_failure()
                    raise self._failure(str(error)) from error
                self._sleep(wait_s)
            else:
                self._failures = 0
                return answer

    def _try(self, client: httpx.Client, wanted: Wanted, until_s: float) -> Any:
        left_s = until_s - self._clock()
        if left_s <= 0:
            raise _TryLater("did not answer in time")
        timeout = httpx.Timeout(left_s, connect=min(_CONNECT_S, left_s))
        path, body = wanted
        method = "GET" if body is None else "POST"
        try:
            with client.stream(method, self.address.base + path, json=body, timeout=timeout) as answer:
                if answer.status_code in _AGAIN:
                    raise _TryLater(f"answered {answer.status_code}", _seconds(answer.headers.get("Retry-After")))
                if answer.status_code != httpx.codes.OK:
                    self._failures = 0  # it lives, and does not want this
                    raise self._failure(f"answered {answer.status_code}")
                content = self._read(answer, until_s)
        except httpx.TimeoutException as error:
            raise _TryLater("did not answer in time") from error
        except httpx.InvalidURL as error:
            raise self._failure("has no address that can be asked") from error
        except httpx.HTTPError as error:
            raise _TryLater(f"did not answer: {error}") from error
        try:
            return httpx.Response(200, content=content).json()
        except ValueError as error:
            raise self._failure("gave an answer that is no JSON") from error

    def _read(self, answer: httpx.Response, until_s: float) -> bytes:
        content = bytearray()
        for chunk in answer.iter_bytes():
            content += chunk
            if len(content) > _ANSWER_BYTES:
                raise self._failure("gave an answer without end")
            if self._clock() > until_s:
                raise _TryLater("did not answer in time")
        return bytes(content)

    def _note_failure(self) -> None:
        self._failures += 1
        if self._failures >= _FAILURES:
            self._closed_until_s = self._clock() + _REST_S
            _log.warning("endpoint_left_alone", host=self.address.host, seconds=_REST_S, failures=self._failures)

    def _failure(self, what: str) -> SummaryError:
        return SummaryError(f"The model's server at {self.address.host} {what}.", code="endpoint_failed")


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() else None
