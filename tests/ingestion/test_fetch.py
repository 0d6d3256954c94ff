import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from ingestion.config import IngestionConfig
from ingestion.fetch import Fetcher, Validators
from news.errors import FetchError
from tests.ingestion.web import Reply, Request, Web


@pytest.fixture
async def fetcher(config: IngestionConfig) -> AsyncIterator[Fetcher]:
    made = Fetcher(config)
    yield made
    await made.close()


async def code_of(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url)
    assert caught.value.target == url
    assert caught.value.message.endswith(".")
    return caught.value.code


async def test_a_page_comes_with_its_validators_and_the_asked_pause(web: Web, fetcher: Fetcher) -> None:
    web.pages["/"] = Reply("hello", headers={"ETag": '"1"', "Last-Modified": "x", "Cache-Control": "max-age=600"})
    got = await fetcher.fetch(web.url())
    assert (got.body, got.validators, got.wait_at_least) == (b"hello", Validators('"1"', "x"), timedelta(minutes=10))
    headers = web.requests[0].headers
    assert headers["user-agent"].startswith("Byline/")
    assert headers["accept-encoding"] == "gzip, deflate"


async def test_an_unchanged_page_is_not_read_again(web: Web, fetcher: Fetcher) -> None:
    def page(request: Request) -> Reply:
        fresh = request.headers.get("if-none-match") == '"1"' and request.headers.get("if-modified-since") == "then"
        return Reply(status=304) if fresh else Reply("hello")

    web.pages["/"] = page
    got = await fetcher.fetch(web.url(), validators=Validators('"1"', "then"))
    assert got.unchanged
    assert got.body == b""


@pytest.mark.parametrize(
    ("statuses", "moved"), [((301,), "/1"), ((308, 301), "/2"), ((302,), None), ((301, 302), "/1"), ((307, 301), None)]
)
async def test_only_permanent_redirects_move_a_source(
    web: Web, fetcher: Fetcher, statuses: tuple[int, ...], moved: str | None
) -> None:
    for place, status in enumerate(statuses):
        web.pages[f"/{place}"] = Reply(status=status, headers={"Location": f"/{place + 1}"})
    web.pages[f"/{len(statuses)}"] = Reply("here")
    got = await fetcher.fetch(web.url("/0"))
    assert got.body == b"here"
    assert got.moved_to == (web.url(moved) if moved else None)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=404), "http_404"),
        (Reply(status=403), "http_403"),
        (Reply(status=500), "http_500"),
        (Reply(status=410), "source_gone"),
        (Reply(status=302, headers={"Location": "/"}), "too_many_redirects"),
        (Reply(status=302), "too_many_redirects"),
        (Reply(status=302, headers={"Location": "http://169.254.169.254/latest"}), "address_refused"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "address_refused"),
        (Reply(status=302, headers={"Location": "http://[oops"}), "bad_address"),
        (Reply(b"x", headers={"Content-Encoding": "br"}), "unsupported_encoding"),
        (Reply(b"not gzip", headers={"Content-Encoding": "gzip"}), "unsupported_encoding"),
        (Reply(b"x" * 6_000_000), "too_large"),
        (Reply(b"x" * 6_000_000, headers={"Content-Length": "", "Connection": "close"}), "too_large"),
    ],
)
async def test_each_refusal_has_its_code(web: Web, fetcher: Fetcher, reply: Reply, code: str) -> None:
    web.pages["/"] = reply
    assert await code_of(fetcher, web.url()) == code


@pytest.mark.parametrize(
    "form",
    [
        "http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://127.1:{port}/", "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/", "http://0.0.0.0:{port}/", "http://localhost:{port}/",
        "http://user:pass@127.0.0.1:{port}/", "http://0/", "http://169.254.169.254/", "http://localhost/", "http://127.0.0.1:22/",
    ],
)  # fmt: skip
async def test_no_form_of_a_private_address_is_connected_to(web: Web, form: str) -> None:
    fetcher = Fetcher(IngestionConfig(total_timeout_s=5.0))
    code = await code_of(fetcher, form.format(port=web.port))
    assert code in {"address_refused", "name_not_found"}
    assert web.requests == []
    await fetcher.close()


@pytest.mark.parametrize(
    ("form", "entry"),
    [
        ("http://127.0.0.1:{port}/", "127.0.0.1:{port}"),
        ("http://[::1]:{port}/", "[::1]:{port}"),
        ("http://localhost:{port}/", "localhost:{port}"),
    ],
)
async def test_the_refusal_names_what_allows_the_address_and_that_does(web: Web, form: str, entry: str) -> None:
    address, allowed = form.format(port=web.port), entry.format(port=web.port)
    refusing = Fetcher(IngestionConfig(total_timeout_s=5.0))
    with pytest.raises(FetchError) as caught:
        await refusing.fetch(address)
    assert caught.value.message.endswith(f"add {allowed} to BYLINE_FETCH_ALLOW.")
    await refusing.close()
    allowing = Fetcher(IngestionConfig(total_timeout_s=5.0, allow=(allowed,)))
    web.pages["/"] = Reply("here")
    if "[" in form:  # the test's server listens on IPv4 alone
        assert await code_of(allowing, address) == "connect_failed"
    else:
        assert (await allowing.fetch(address)).body == b"here"
    await allowing.close()


async def test_what_nothing_allows_names_nothing(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch("gopher://example.org/x")
    assert (caught.value.code, "BYLINE" in caught.value.message) == ("address_refused", False)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_costs_no_more_memory_than_the_limit(web: Web, fetcher: Fetcher, encoding: str) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
    bomb = b"".join([*(packer.compress(bytes(2**20)) for _ in range(200)), packer.flush()])
    web.pages["/"] = Reply(bomb, headers={"Content-Encoding": encoding})
    tracemalloc.start()
    code = await code_of(fetcher, web.url())
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code == "too_large"
    assert peak_bytes < 40 * 2**20


async def test_gzip_deflate_and_a_gzipped_file_are_read(web: Web, fetcher: Fetcher) -> None:
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    web.pages["/gzip"] = Reply(gzip.compress(b"hel") + gzip.compress(b"lo"), headers={"Content-Encoding": "gzip"})
    web.pages["/zlib"] = Reply(zlib.compress(b"hello"), headers={"Content-Encoding": "deflate"})
    web.pages["/raw"] = Reply(raw.compress(b"hello") + raw.flush(), headers={"Content-Encoding": "deflate"})
    web.pages["/feed.xml.gz"] = Reply(gzip.compress(b"hello"), type="application/gzip")
    for path in ("/gzip", "/zlib", "/raw", "/feed.xml.gz"):
        assert (await fetcher.fetch(web.url(path))).body == b"hello"


async def test_a_slow_server_is_given_up(web: Web) -> None:
    fetcher = Fetcher(IngestionConfig(allow=("127.0.0.1",), total_timeout_s=0.3))
    web.pages["/"] = Reply("late", delay_s=2.0)
    began = time.monotonic()
    assert await code_of(fetcher, web.url()) == "timed_out"
    assert time.monotonic() - began < 1.5
    await fetcher.close()


async def test_a_server_that_wants_a_pause_is_heard(web: Web, fetcher: Fetcher) -> None:
    web.pages["/"] = Reply(status=429, headers={"Retry-After": "120"})
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(web.url())
    assert (caught.value.code, caught.value.status, caught.value.retry_after) == ("http_429", 429, timedelta(minutes=2))


async def test_no_server_and_no_name_are_told_apart(fetcher: Fetcher) -> None:
    assert await code_of(fetcher, "http://nowhere.invalid/") == "name_not_found"
    other = Fetcher(IngestionConfig(allow=("127.0.0.1",)))
    assert await code_of(other, "http://127.0.0.1:1/") == "connect_failed"
    await other.close()


async def test_cookies_are_not_kept(web: Web, fetcher: Fetcher) -> None:
    web.pages["/"] = Reply("x", headers={"Set-Cookie": "id=1"})
    await fetcher.fetch(web.url())
    await fetcher.fetch(web.url())
    assert all("cookie" not in request.headers for request in web.requests)


async def test_requests_to_an_allowed_host_run_side_by_side(web: Web, fetcher: Fetcher) -> None:
    web.pages["/"] = Reply("x", delay_s=0.2)
    began = time.monotonic()
    await asyncio.gather(*(fetcher.fetch(web.url()) for _ in range(8)))
    assert time.monotonic() - began < 1.2
