import subprocess
import sys
from pathlib import Path

import pytest

from bot import holder

ROOT = Path(__file__).parents[2]
OTHER = "import sys; from bot import holder; print(holder.name(), flush=True); sys.stdin.read()"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/ns/pid").exists(), reason="no /proc (macOS): processes cannot be told apart"
)


def test_another_process_is_dead_when_it_has_ended_and_not_before() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", OTHER], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert not holder.is_dead(name)
        process.kill()
        process.wait()
    assert holder.is_dead(name)


def test_a_number_used_anew_is_another_process() -> None:
    here, number, began, chance = holder.name().split("/")
    assert not holder.is_dead(f"{here}/{number}/{began}/{chance}")
    assert holder.is_dead(f"{here}/{number}/1/{chance}")


@pytest.mark.parametrize("name", ["", "dead", "a/b/c/d", "/1/None/x", "other-boot+pid:[1]/1/5/x"])
def test_of_what_is_not_certain_nobody_is_held_for_dead(name: str) -> None:
    assert not holder.is_dead(name)


def test_each_name_is_new() -> None:
    assert holder.name() != holder.name()
