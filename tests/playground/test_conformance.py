"""The evaluation's own checks of a Bot API server, where they are at hand: EVAL_DATA/../telegram."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.serving import Options, serve

DATA = Path(os.environ.get("EVAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
CHECKS = DATA.parent / "telegram"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CHECKS.is_dir(), reason="the evaluation's checks are not at hand"),
]


@pytest.fixture
async def origin() -> AsyncIterator[str]:
    async with serve(Options(bare=True)) as ready:
        yield ready["origin"]


async def run(*arguments: str, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=CHECKS,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-3000:]
    return output.decode()


async def test_all_rules_hold_flood_control_too(origin: str) -> None:
    output = await run("server_conformance.py", "playground", origin, "--flood")
    assert output.splitlines()[-1] == "58 passed, 0 failed, 0 skipped", output


async def test_answers_have_the_shapes_of_the_manual(origin: str) -> None:
    spec = next((DATA / "telegram").glob("bot-api-*.json"))
    output = await run("spec_check.py", "playground", origin, BOTAPI_SPEC=str(spec))
    assert output.splitlines()[-1].endswith(" 0 failed")
