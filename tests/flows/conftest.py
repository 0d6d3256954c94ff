"""What every flow of people and the bot needs: a feed, and Telegram on loopback."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.flows.programs import Feed, Telegram


@pytest.fixture(scope="module")
def feed() -> Iterator[Feed]:
    served = Feed()
    yield served
    served.close()


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    command = [sys.executable, "-m", "playground", "--bare", "--port", "0", "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        yield Telegram(json.loads(child.stdout.readline())["origin"])
        child.stdin.close()
        child.wait(timeout=10)
