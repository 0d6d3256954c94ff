"""A small web server on loopback, and readers that may reach it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ingestion.config import IngestionConfig
from ingestion.reader import WebSourceReader
from tests.ingestion.web import Web


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    site = Web()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    yield site
    server.close()


@pytest.fixture
def config(web: Web) -> IngestionConfig:
    return IngestionConfig(allow=(f"127.0.0.1:{web.port}",), parse_processes=0, total_timeout_s=5.0)


@pytest.fixture
async def reader(config: IngestionConfig) -> AsyncIterator[WebSourceReader]:
    made = WebSourceReader(config)
    yield made
    await made.close()
