"""The playground's process: it starts, the bot is given its place, and it ends with us."""

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bot import demo, settings
from bot.settings import Access, Settings
from news.errors import BadRequest


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
    return body


@pytest.mark.slow
async def test_the_playground_starts_is_told_of_and_ends(tmp_path: Path) -> None:
    plain = settings.load(database_url=str(tmp_path / "byline.sqlite"), playground_port=0, admins=(7,))
    async with demo.playground(plain) as found:
        page = await asyncio.to_thread(get, found.origin)
        assert b"<html" in page
        me = json.loads(await asyncio.to_thread(get, f"{found.origin}/bot{_token(found.settings)}/getMe"))
        assert me["result"]["is_bot"]
        assert b"<rss" in await asyncio.to_thread(get, found.feeds[0])
    assert (found.settings.access, found.settings.telegram_api_url) == (Access.PUBLIC, found.origin)
    assert 7 in found.settings.admins
    assert len(found.settings.admins) == 2
    assert found.settings.fetch_allow == (found.origin.removeprefix("http://"),)
    with pytest.raises(urllib.error.URLError):
        await asyncio.to_thread(get, found.origin)


def _token(given: Settings) -> str:
    assert given.telegram_token is not None
    return given.telegram_token.get_secret_value()


async def test_one_that_does_not_start_is_said(tmp_path: Path) -> None:
    (tmp_path / "byline.playground.json").mkdir()  # its state file cannot be read
    plain = settings.load(database_url=str(tmp_path / "byline.sqlite"), playground_port=0)
    with pytest.raises(BadRequest) as raised:
        async with demo.playground(plain):
            pytest.fail("it started")
    assert raised.value.code == "playground_failed"
