"""Every contract test of the repositories runs on the fake and on both real databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from news.ports import OpenUnitOfWork
from tests.databases import ENGINES, fresh_database
from tests.fakes.storage import FakeDatabase


@pytest.fixture(params=["fake", *ENGINES])
async def open_unit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenUnitOfWork]:
    if request.param == "fake":
        yield FakeDatabase().open_unit
        return
    async with fresh_database(request.param, tmp_path) as database:
        yield database.open_unit
