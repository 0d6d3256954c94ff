import asyncio
import os
import time
from functools import partial

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
    hostile = asyncio.create_task(pool.run(partial(time.sleep, 5)))
    await asyncio.sleep(0.1)
    second = await pool.run(os.getpid)
    assert second not in {first, os.getpid()}
    assert not hostile.done()
    await hostile
    pool.close()


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
