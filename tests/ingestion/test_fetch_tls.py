"""HTTPS against a server with a certificate that the test makes: what is trusted is read, all else is refused."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.config import IngestionConfig
from ingestion.fetch import Fetcher
from news.errors import FetchError
from tests.ingestion.web import Reply, Web


@dataclass(frozen=True)
class SecureWeb:
    """A site on loopback over TLS."""

    web: Web
    authority: ssl.SSLContext  # trusts its certificate

    def url(self, host: str, path: str = "/") -> str:
        return f"https://{host}:{self.web.port}{path}"

    def fetcher(self, *, trusts: bool) -> Fetcher:
        places = tuple(f"{host}:{self.web.port}" for host in ("localhost", "127.0.0.1"))
        config = IngestionConfig(allow=places, total_timeout_s=5.0)
        return Fetcher(config, trust=self.authority if trusts else None)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key and a certificate of its own for localhost and 127.0.0.1."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "key.pem", folder / "made.pem"
    subprocess.run(
        [
            *(
                openssl,
                "req",
                "-x509",
                "-nodes",
                "-days",
                "2",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
            ),
            *("-keyout", str(key), "-out", str(made), "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return key, made


@pytest.fixture
async def site(certificate: tuple[Path, Path]) -> AsyncIterator[SecureWeb]:
    key, made = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    web = Web()
    server = await asyncio.start_server(web.serve, "127.0.0.1", 0, ssl=context)
    web.port = server.sockets[0].getsockname()[1]
    web.pages["/"] = Reply("hello")
    yield SecureWeb(web, ssl.create_default_context(cafile=made))
    server.close()


async def code_of(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    await fetcher.close()
    return caught.value.code


async def test_a_certificate_that_is_trusted_is_read_by_name_though_connected_to_by_address(site: SecureWeb) -> None:
    fetcher = site.fetcher(trusts=True)
    for host in ("localhost", "127.0.0.1"):
        assert (await fetcher.fetch(site.url(host))).body == b"hello"
    assert site.web.requests[0].headers["host"] == f"localhost:{site.web.port}"
    await fetcher.close()


async def test_a_self_signed_certificate_is_refused_before_anything_is_asked(site: SecureWeb) -> None:
    assert await code_of(site.fetcher(trusts=False), site.url("localhost")) == "tls_failed"
    assert site.web.requests == []


async def test_a_certificate_of_another_host_is_refused(certificate: tuple[Path, Path], site: SecureWeb) -> None:
    web = Web()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    server = await asyncio.start_server(web.serve, "127.0.0.2", 0, ssl=context)
    web.port = server.sockets[0].getsockname()[1]
    config = IngestionConfig(allow=(f"127.0.0.2:{web.port}",), total_timeout_s=5.0)
    assert await code_of(Fetcher(config, trust=site.authority), f"https://127.0.0.2:{web.port}/") == "tls_failed"
    assert web.requests == []
    server.close()


async def test_a_redirect_from_http_to_https_moves_the_source(site: SecureWeb) -> None:
    plain = Web()
    server = await asyncio.start_server(plain.serve, "127.0.0.1", 0)
    plain.port = server.sockets[0].getsockname()[1]
    plain.pages["/"] = Reply(status=301, headers={"Location": site.url("localhost")})
    config = IngestionConfig(allow=(f"127.0.0.1:{plain.port}", f"localhost:{site.web.port}"), total_timeout_s=5.0)
    fetcher = Fetcher(config, trust=site.authority)
    got = await fetcher.fetch(plain.url())
    assert (got.body, got.moved_to) == (b"hello", site.url("localhost"))
    await fetcher.close()
    server.close()


async def test_a_server_that_speaks_no_tls_is_told() -> None:
    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    fetcher = Fetcher(IngestionConfig(allow=(f"127.0.0.1:{port}",), total_timeout_s=5.0))
    assert await code_of(fetcher, f"https://127.0.0.1:{port}/") == "tls_failed"
    server.close()
