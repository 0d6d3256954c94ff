import asyncio
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from ingestion.parsing import Overrun, ParserPool


async def test_a_task_runs_in_another_process_and_the_next_in_the_same() -> None:
    pool = ParserPool(1, 20.0)
    first, second = await pool.run(os.getpid), await pool.run(os.getpid)
    assert first == second != os.getpid()
    pool.close()


@pytest.mark.slow
async def test_a_task_that_overruns_is_killed_and_the_next_one_works() -> None:
    pool = ParserPool(1, 0.5)
    process_id = await pool.run(os.getpid)
    began = time.monotonic()
    with pytest.raises(Overrun):
        await pool.run(partial(time.sleep, 60))
    assert time.monotonic() - began < 5
    assert await pool.run(os.getpid) != process_id
    await asyncio.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
    pool.close()


@pytest.mark.slow
async def test_a_hostile_page_holds_up_no_other_and_the_second_process_starts_on_need() -> None:
    pool = ParserPool(2, 20.0)
    first = await pool.run(os.getpid)
    hostile = asyncio.create_task(pool.run(partial(time.sleep, 2)))
    await asyncio.sleep(0.1)
    second = await pool.run(os.getpid)
    assert second not in {first, os.getpid()}
    assert not hostile.done()
    await hostile
    pool.close()


@pytest.mark.slow
async def test_slow_tasks_give_up_their_slots_and_end_beside() -> None:
    pool = ParserPool(1, 20.0, slow_s=0.2)
    first = await pool.run(os.getpid)
    hostile = [asyncio.create_task(pool.run(partial(time.sleep, 60))) for _ in range(3)]
    await asyncio.sleep(0.05)  # they stand before it in the queue
    second = await asyncio.wait_for(pool.run(os.getpid), 10.0)
    assert second != first
    assert not any(task.done() for task in hostile)
    for task in hostile:
        task.cancel()
    assert all(
        isinstance(each, asyncio.CancelledError) for each in await asyncio.gather(*hostile, return_exceptions=True)
    )
    assert await pool.run(os.getpid) == second
    await asyncio.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    pool.close()


PROGRAM = """
import asyncio, os, sys
from multiprocessing import forkserver
from ingestion.parsing import ParserPool

async def main():
    pool = ParserPool(1, 20.0)
    print(await pool.run(os.getpid), forkserver._forkserver._forkserver_pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.slow
def test_the_processes_end_with_a_program_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        left = [int(number) for number in program.stdout.readline().split()]
        program.kill()
    end = time.monotonic() + 10
    while any(_lives(each) for each in left):
        assert time.monotonic() < end, left
        time.sleep(0.02)
    assert len(left) == 2


def _lives(process_id: int) -> bool:
    """A process that ended and whom nobody has asked for its exit code yet counts as gone."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_a_process_that_dies_is_replaced() -> None:
    pool = ParserPool(1, 20.0)
    with pytest.raises(Overrun):
        await pool.run(partial(os._exit, 3))
    assert await pool.run(partial(abs, -1)) == 1
    pool.close()


async def test_what_a_task_raises_passes() -> None:
    pool = ParserPool(1, 20.0)
    with pytest.raises(ValueError, match="invalid literal"):
        await pool.run(partial(int, "x"))
    pool.close()


async def test_without_processes_the_work_runs_in_a_thread() -> None:
    pool = ParserPool(0, 0.2)
    assert await pool.run(os.getpid) == os.getpid()
    with pytest.raises(Overrun):
        await pool.run(partial(time.sleep, 0.6))
    pool.close()
