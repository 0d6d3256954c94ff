from collections.abc import Iterable, Sequence
from ipaddress import ip_address

import httpcore
import pytest
from hypothesis import given, strategies as st

from ingestion.addresses import AddressRefused, AllowList, GuardedBackend, NameNotFound, check_url, is_public


class Dialled(httpcore.AsyncNetworkBackend):
    """Notes the addresses that are dialled, and connects nowhere."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's own signature)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.addresses.append(host)
        raise httpcore.ConnectError("nowhere")


def answering(*addresses: str) -> object:
    async def lookup(host: str, port: int) -> Sequence[str]:
        if not addresses:
            raise OSError(host)
        return addresses

    return lookup


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe", "fec0::1", "2001:db8::1", "198.18.0.1", "192.0.2.1",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_outside_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_what_ipv6_carries_is_judged_as_what_it_carries(address: object) -> None:
    number = int(ip_address(str(address)))
    for carrier in (0xFFFF << 32, 0x64FF9B << 96):
        assert not is_public(ip_address(carrier | number)) or is_public(ip_address(number))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://example.org/",
        "ftp://example.org/x",
        "http://example.org:22/",
        "http://[::1]/",
        "http://127.0.0.1/",
    ],
)
def test_what_may_not_be_fetched_is_refused_before_anything_is_looked_up(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url, AllowList())


@pytest.mark.parametrize("url", ["http://", "http:///x", "https://[bad", "http://example.org:99999/"])
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)host|ipv6|port"):
        check_url(url, AllowList())


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("127.0.0.1:8081", "127.0.0.1", 8081, True),
        ("127.0.0.1:8081", "127.0.0.1", 8082, False),
        ("10.0.0.0/8", "10.9.8.7", 8080, True),
        ("10.0.0.0/8", "11.0.0.1", 8080, False),
        ("rsshub.lan:1200", "rsshub.lan", 1200, True),
        ("rsshub.lan", "rsshub.lan", 4000, True),
        ("RSSHub.lan", "rsshub.lan", 80, True),
        ("[::1]:8080", "::1", 8080, True),
        ("::1", "::1", 9, True),
    ],
)
def test_the_allow_list_allows_what_it_lists(entry: str, host: str, port: int, allowed: bool) -> None:
    assert AllowList([entry]).has_host(host, port) is allowed


@pytest.mark.parametrize("entry", ["", "http://x/", "a b", "10.0.0.0/99"])
def test_an_entry_that_is_no_address_is_refused_at_start(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a host"):
        AllowList([entry])


@pytest.mark.parametrize("answers", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("8.8.8.8", "::1"), ("169.254.169.254",)])
async def test_one_answer_that_is_not_public_refuses_the_host_without_a_connection(answers: tuple[str, ...]) -> None:
    wire = Dialled()
    backend = GuardedBackend(AllowList(), wire, answering(*answers))  # type: ignore[arg-type]
    with pytest.raises(AddressRefused):
        await backend.connect_tcp("news.example", 443)
    assert wire.addresses == []


async def test_the_connection_goes_to_the_checked_addresses_never_to_the_name() -> None:
    wire = Dialled()
    backend = GuardedBackend(AllowList(), wire, answering("8.8.8.8", "2606:4700::1111"))  # type: ignore[arg-type]
    with pytest.raises(httpcore.ConnectError):
        await backend.connect_tcp("news.example", 443)
    assert wire.addresses == ["8.8.8.8", "2606:4700::1111"]


async def test_a_name_without_an_address_and_a_socket_are_refused() -> None:
    backend = GuardedBackend(AllowList(), Dialled(), answering())  # type: ignore[arg-type]
    with pytest.raises(NameNotFound):
        await backend.connect_tcp("nowhere.example", 443)
    with pytest.raises(AddressRefused):
        await backend.connect_unix_socket("/run/docker.sock")


async def test_an_allow_listed_name_may_be_private() -> None:
    wire = Dialled()
    backend = GuardedBackend(AllowList(["rsshub.lan:1200"]), wire, answering("10.0.0.5"))  # type: ignore[arg-type]
    with pytest.raises(httpcore.ConnectError):
        await backend.connect_tcp("rsshub.lan", 1200)
    assert wire.addresses == ["10.0.0.5"]
    with pytest.raises(AddressRefused):
        await backend.connect_tcp("rsshub.lan", 22)
