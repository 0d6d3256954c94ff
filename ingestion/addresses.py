"""Decides whether an address may be connected to, and connects to exactly the address that was checked.

In: a URL, and at connection time a host and port. Out: a connection, or `AddressRefused` before one is opened.
Each host is resolved once; one answer that is not public refuses the host, and the connection goes to a checked answer,
never to the name, so a second DNS answer cannot differ (DNS rebinding). Called at every hop of a redirect, because every
hop opens its connection here. Public means `ipaddress.is_global`, not multicast, and the same for an IPv4 address that is
carried inside IPv6 (mapped, 6to4, NAT64).
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from urllib.parse import urlsplit

import httpcore

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""All addresses of a host, as text. Raises OSError where there are none."""

WEB_PORTS = frozenset({80, 443})
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


class AddressRefused(Exception):
    """The address may not be connected to; the text says which one and why. `entry` in the list of what is allowed would
    let it pass; None: nothing does.
    """

    def __init__(self, message: str, entry: str | None = None) -> None:
        super().__init__(message)
        self.entry = entry


class NameNotFound(Exception):
    """The host name has no address."""


class AllowList:
    """The addresses that may be fetched though they are not public: hosts, hosts with a port, networks."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._names: set[tuple[str, int | None]] = set()
        self._networks: list[tuple[IPNetwork, int | None]] = []
        for entry in entries:
            self._add(entry.strip().lower())

    def _add(self, entry: str) -> None:
        network = _network(entry)
        if network is not None:
            self._networks.append((network, None))
            return
        host, _, port = entry.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            host, port = entry, ""
        if not host or any(mark in host for mark in "/@ "):
            message = f"{entry!r} is neither a host, host:port nor a network"
            raise ValueError(message)
        number = int(port) if port else None
        network = _network(host.strip("[]"))
        if network is not None:
            self._networks.append((network, number))
        else:
            self._names.add((host, number))

    def has_name(self, host: str, port: int) -> bool:
        """Whether the host is listed by its name."""
        return (host, port) in self._names or (host, None) in self._names

    def has_address(self, address: IPAddress, port: int) -> bool:
        """Whether the address lies in a listed network."""
        return any(
            number in (None, port) and network.version == address.version and address in network
            for network, number in self._networks
        )

    def has_port(self, port: int) -> bool:
        """Whether any entry could allow this port."""
        numbers = {number for _, number in self._names} | {number for _, number in self._networks}
        return port in numbers or None in numbers

    def has_host(self, host: str, port: int) -> bool:
        """Whether the host is listed by name, or is itself a listed address."""
        literal = _literal(host)
        return self.has_name(host, port) or (literal is not None and self.has_address(literal, port))


def is_public(address: IPAddress) -> bool:
    """Whether the address, and the one it may carry inside, belongs to the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if carried is None and any(address in network for network in _NAT64):
            carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(carried)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_unspecified


def check_url(url: str, allow: AllowList) -> tuple[str, int]:
    """The host and port of an http(s) URL whose port may be used. Raises AddressRefused, ValueError for what is no URL."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"}:
        raise AddressRefused(f"The scheme {parts.scheme!r} is not fetched.")
    if not host:
        message = "no host"
        raise ValueError(message)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port not in WEB_PORTS and not allow.has_port(port):
        raise AddressRefused(f"Port {port} is not fetched.", _entry(host, port))
    literal = _literal(host)
    if literal is not None:
        _check(literal, host, port, allow)
    return host, port


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore, to checked addresses only."""

    def __init__(
        self,
        allow: AllowList,
        inner: httpcore.AsyncNetworkBackend | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._allow = allow
        self._inner = inner or httpcore.AnyIOBackend()
        self._lookup = resolve or _system_lookup

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's own signature)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check every answer, connect to the first that accepts."""
        addresses = await self._resolve(host, port)
        for address in addresses:
            _check(address, host, port, self._allow)
        failure: Exception = NameNotFound(f"{host} has no address.")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 (httpcore's own signature)
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 (likewise)
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise AddressRefused(f"The socket {path} is not fetched.")

    async def sleep(self, seconds: float) -> None:
        """As httpcore asks."""
        await asyncio.sleep(seconds)

    async def _resolve(self, host: str, port: int) -> Sequence[IPAddress]:
        literal = _literal(host)
        if literal is not None:
            return (literal,)
        try:
            found = await self._lookup(host, port)
        except (OSError, UnicodeError) as error:
            raise NameNotFound(f"{host} does not resolve.") from error
        return tuple(dict.fromkeys(ipaddress.ip_address(text.partition("%")[0]) for text in found))


async def _system_lookup(host: str, port: int) -> Sequence[str]:
    rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in rows]


def is_tls_failure(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, is the handshake's."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _check(address: IPAddress, host: str, port: int, allow: AllowList) -> None:
    if allow.has_name(host, port) or allow.has_address(address, port):
        return
    if not is_public(address):
        why = "is" if str(address) == host.strip("[]") else f"leads to {address}, which is"
        raise AddressRefused(f"{host} {why} not a public address.", _entry(host, port))
    if port not in WEB_PORTS:
        raise AddressRefused(f"Port {port} is not fetched.", _entry(host, port))


def _entry(host: str, port: int) -> str:
    """What allows that host and port."""
    return f"[{host}]:{port}" if ":" in host.strip("[]") else f"{host}:{port}"


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _network(text: str) -> IPNetwork | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
