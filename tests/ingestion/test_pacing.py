import asyncio
import time
from itertools import pairwise

from ingestion.pacing import HostPacer


async def ask(pacer: HostPacer, host: str, log: list[tuple[str, float]], *, spaced: bool = True) -> None:
    async with pacer.turn(host, spaced=spaced):
        log.append((host, time.monotonic()))
        await asyncio.sleep(0.02)


async def test_one_at_a_time_per_host_with_a_pause() -> None:
    pacer = HostPacer(spacing_s=0.1, allowed_parallel=4, max_parallel=8)
    log: list[tuple[str, float]] = []
    await asyncio.gather(*(ask(pacer, "a", log) for _ in range(3)), ask(pacer, "b", log))
    times = [moment for host, moment in log if host == "a"]
    assert all(later - earlier >= 0.11 for earlier, later in pairwise(times))
    assert next(moment for host, moment in log if host == "b") - times[0] < 0.1


async def test_one_slow_host_never_holds_up_another() -> None:
    pacer = HostPacer(spacing_s=5.0, allowed_parallel=4, max_parallel=2)
    log: list[tuple[str, float]] = []
    waiting = [asyncio.create_task(ask(pacer, "slow", log)) for _ in range(5)]
    await asyncio.sleep(0.05)
    await asyncio.wait_for(ask(pacer, "quick", log), 1.0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_many_hosts_are_forgotten() -> None:
    pacer = HostPacer(spacing_s=0.0, allowed_parallel=1, max_parallel=8)
    log: list[tuple[str, float]] = []
    for number in range(300):
        async with pacer.turn(f"h{number}", spaced=True):
            pass
    await ask(pacer, "last", log)
    assert len(pacer._queues) < 300
