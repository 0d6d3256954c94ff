"""The one module that speaks HTTP: reads an address within limits, politely, and never one that is not public.

In: a URL and the validators of the last read. Out: `Fetched`. Raises FetchError with a code of `ingestion.refusals`.
Promises: only http and https; every hop checked and connected to by `ingestion.addresses`; gzip and deflate only, inflated
within the limit; caps on bytes, time and redirects; no cookies kept, no proxy or credentials taken from the environment.
"""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin

import httpcore
import httpx

from ingestion.addresses import AddressRefused, AllowList, GuardedBackend, NameNotFound, check_url, is_tls_failure
from ingestion.caching import retry_after, server_wait
from ingestion.config import IngestionConfig
from ingestion.inflate import ACCEPT_ENCODING, Broken, Inflater, Overflow, unpack_file
from ingestion.pacing import HostPacer
from ingestion.refusals import fetch_error, refused_address, status_message
from news.errors import FetchError

ACCEPT_FEED = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" with."""

    etag: str | None = None
    last_modified: str | None = None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer. `unchanged` means 304: the body is empty and the validators are still good."""

    url: str  # where it was found, after redirects
    body: bytes
    content_type: str
    validators: Validators
    moved_to: str | None  # the last address reached by permanent redirects alone
    wait_at_least: timedelta | None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over connections that were checked; httpx has no argument for a network backend."""

    def __init__(
        self, backend: httpcore.AsyncNetworkBackend, max_connections: int, trust: ssl.SSLContext | None
    ) -> None:
        context = trust or httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=5.0,
            network_backend=backend,
        )


class Fetcher:
    """Fetches addresses. One for the program; `close` when done. `trust` names other authorities than the usual."""

    def __init__(
        self,
        config: IngestionConfig,
        backend: httpcore.AsyncNetworkBackend | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._config = config
        self._allow = AllowList(config.allow)
        backend = backend or GuardedBackend(self._allow)
        self._pacer = HostPacer(
            spacing_s=config.host_spacing_s,
            allowed_parallel=config.allowed_host_parallel,
            max_parallel=config.max_parallel,
        )
        self._client = httpx.AsyncClient(
            transport=_GuardedTransport(backend, config.max_parallel, trust),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": config.user_agent, "Accept-Encoding": ACCEPT_ENCODING},
            timeout=httpx.Timeout(config.total_timeout_s, connect=config.connect_timeout_s),
            trust_env=False,
            follow_redirects=False,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def fetch(self, url: str, *, accept: str = ACCEPT_PAGE, validators: Validators = NO_VALIDATORS) -> Fetched:
        """Read an address, following redirects."""
        moved_to: str | None = None
        only_permanent = True
        current = url
        for _ in range(self._config.max_redirects + 1):
            answer = await self._once(url, current, accept, validators)
            if answer.status not in _REDIRECTS:
                return _fetched(url, current, answer, moved_to, self._config.max_bytes)
            location = answer.headers.get("location", "").strip()
            if not location:
                break
            current = _join(url, current, location)
            only_permanent = only_permanent and answer.status in _PERMANENT
            if only_permanent:
                moved_to = current
        raise fetch_error("too_many_redirects", url)

    async def _once(self, target: str, url: str, accept: str, validators: Validators) -> _Answer:
        try:
            host, port = check_url(url, self._allow)
        except AddressRefused as error:
            raise refused_address(target, error) from error
        except ValueError as error:
            raise fetch_error("bad_address", target) from error
        headers = {"Accept": accept}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        async with self._pacer.turn(host, spaced=not self._allow.has_host(host, port)):
            try:
                async with asyncio.timeout(self._config.total_timeout_s):
                    return await self._request(url, headers)
            except (AddressRefused, NameNotFound, Overflow, Broken, TimeoutError, httpx.HTTPError) as error:
                raise _translated(error, target) from error
            except (httpx.InvalidURL, UnicodeError) as error:
                raise fetch_error("bad_address", target) from error

    async def _request(self, url: str, headers: dict[str, str]) -> _Answer:
        async with self._client.stream("GET", url, headers=headers) as response:
            if not response.is_success:
                return _Answer(response.status_code, response.headers, b"")
            inflater = Inflater(response.headers.get("content-encoding", ""), self._config.max_bytes)
            declared = response.headers.get("content-length", "")
            if declared.isdigit() and int(declared) > self._config.max_bytes:
                raise Overflow
            async for chunk in response.aiter_raw():
                inflater.feed(chunk)
            return _Answer(response.status_code, response.headers, inflater.data)


def _fetched(target: str, url: str, answer: _Answer, moved_to: str | None, limit_bytes: int) -> Fetched:
    status, headers = answer.status, answer.headers
    if status == 410:
        raise FetchError(fetch_error("source_gone", target).message, target=target, code="source_gone", status=status)
    if status != 304 and not 200 <= status < 300:
        raise FetchError(
            status_message(status),
            target=target,
            code=f"http_{status}",
            status=status,
            retry_after=retry_after(headers),
        )
    try:
        body = unpack_file(answer.body, limit_bytes)
    except (Overflow, Broken) as error:
        raise _translated(error, target) from error
    return Fetched(
        url=url,
        body=body,
        content_type=headers.get("content-type", ""),
        validators=Validators(headers.get("etag"), headers.get("last-modified")),
        moved_to=moved_to,
        wait_at_least=server_wait(headers),
        unchanged=status == 304,
    )


def _join(target: str, base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError as error:
        raise fetch_error("bad_address", target, detail=f"It redirects to {location!r}.") from error


def _translated(error: Exception, target: str) -> FetchError:
    if isinstance(error, AddressRefused):
        return refused_address(target, error)
    if isinstance(error, Broken):
        return fetch_error("unsupported_encoding", target)
    if isinstance(error, Overflow):
        return fetch_error("too_large", target)
    if isinstance(error, NameNotFound):
        return fetch_error("name_not_found", target)
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return fetch_error("timed_out", target)
    return fetch_error("tls_failed" if is_tls_failure(error) else "connect_failed", target)
