"""Silence is not health: what is overdue is named, and a deaf process ends."""

import asyncio
import subprocess
import sys
from datetime import timedelta

import httpx
import pytest

from bot import health, metrics
from bot.governor import Governor
from bot.health import Deaf, Watch, WatchedRequest
from bot.notices import Notices
from bot.outcomes import Outcomes, Policy
from news.audience import Address, ChatKind, DeliveryKind, NewDelivery, OutMessage
from news.chats import ChatService
from news.errors import StorageError
from tests import make
from tests.fakes.storage import FakeDatabase


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_what_is_silent_for_too_long_is_overdue() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.expect("poll", timedelta(seconds=180), vital=True)
    watch.expect("compose", timedelta(seconds=60))
    watch.succeeded("unheard of")
    clock.now_s += 100
    assert watch.overdue() == ["compose"]
    assert watch.overdue(vital=True) == []
    watch.succeeded("compose")
    watch.failed("compose")
    assert watch.overdue() == []
    assert watch.failures() == {"poll": 0, "compose": 1}
    clock.now_s += 100
    assert watch.overdue(vital=True) == ["poll"]
    assert watch.ages_s() == {"poll": 200, "compose": 100}


async def test_a_deaf_process_ends_and_a_stopped_one_ends_quietly() -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.expect("poll", timedelta(seconds=180), vital=True)
    stop = asyncio.Event()
    guard = asyncio.create_task(watch.guard(stop, look_every_s=0.01))
    await asyncio.sleep(0.05)
    assert not guard.done()
    clock.now_s += 181
    with pytest.raises(Deaf) as deaf:
        await guard
    assert "poll" in deaf.value.message
    stop.set()
    await watch.guard(stop)


@pytest.mark.slow
def test_a_dead_loop_ends_its_process() -> None:
    program = (
        "import asyncio, time\n"
        "from bot import health\n"
        "async def main():\n"
        "    with health._LoopGuard(within_s=0.5):\n"
        "        await asyncio.sleep(0.8)\n"
        "        print('alive', flush=True)\n"
        "        time.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == health.FAULT
    assert done.stdout == "alive\n"
    assert "time.sleep" in done.stderr or "main" in done.stderr


@pytest.mark.parametrize(("status", "heard"), [(200, True), (401, False), (502, False)])
async def test_only_a_good_answer_is_a_poll_that_was_heard(status: int, heard: bool) -> None:
    clock = Clock()
    watch = Watch(clock)
    watch.expect(health.POLL, health.POLL_WITHIN, vital=True)
    clock.now_s += 50
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json={"ok": status == 200, "result": []}))
    request = WatchedRequest(watch, httpx_kwargs={"transport": transport})
    await request.do_request("https://example.com/getUpdates", "POST")
    await request.shutdown()
    assert watch.ages_s()[health.POLL] == (0 if heard else 50)


async def test_a_poll_that_breaks_is_not_heard() -> None:
    def breaks(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("t")

    watch = Watch()
    watch.expect(health.POLL, health.POLL_WITHIN)
    request = WatchedRequest(watch, httpx_kwargs={"transport": httpx.MockTransport(breaks)})
    with pytest.raises(Exception, match="Timed out"):
        await request.do_request("https://example.com/getUpdates", "POST")
    await request.shutdown()
    assert watch.failures()[health.POLL] == 1


async def test_the_health_port_tells_life_readiness_and_metrics() -> None:
    database, watch, clock = FakeDatabase(), Watch(), Clock()
    watch = Watch(clock)
    watch.expect("poll", timedelta(seconds=180), vital=True)
    watch.expect("compose", timedelta(seconds=60))
    governor = Governor()
    governor.refusals = 2
    chats = ChatService(database.open_unit)
    outcomes = Outcomes(database.open_unit, chats, Notices(database.open_unit), Policy(), lambda: make.NOW)
    outcomes.counts["sent"] = 5
    outcomes.possible_repeats = 3
    outcomes.last_sent_at = make.NOW - timedelta(seconds=7)
    chat = await chats.open(Address(1), ChatKind.PRIVATE, make.NOW)
    row = NewDelivery(
        chat_id=chat.id,
        key="digest:2023-03-21:08:00",
        part=0,
        kind=DeliveryKind.DIGEST,
        message=OutMessage(html="x"),
        not_before=make.NOW - timedelta(seconds=90),
    )
    async with database.open_unit() as unit:
        await unit.deliveries.add([row], make.NOW)
        await unit.commit()
    away = False

    async def check() -> None:
        if away:
            raise StorageError("the database is away")

    families = metrics.read_by(database.open_unit, outcomes, governor, watch, lambda: make.NOW)
    async with (
        health.serve("127.0.0.1", 0, watch, check, families) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).json()["ok"] is True
        told = (await client.get("/metrics")).text
        clock.now_s += 100
        assert (await client.get("/livez")).status_code == 200
        late = await client.get("/readyz")
        assert (late.status_code, late.json()["problems"]) == (503, ["compose"])
        clock.now_s += 100
        assert (await client.get("/livez")).status_code == 503
        away = True
        assert "database: the database is away" in (await client.get("/readyz")).json()["problems"]
    for sample in (
        'byline_deliveries{state="pending"} 1.0',
        "byline_outbox_oldest_pending_seconds 90.0",
        'byline_sends_total{outcome="sent"} 5.0',
        "byline_flood_refusals_total 2.0",
        "byline_possible_duplicates_total 3.0",
        "byline_last_sent_age_seconds 7.0",
        'byline_last_success_age_seconds{of="poll"} 0.0',
        "byline_chats_due_unplanned 0.0",
        "byline_sources_failing 0.0",
    ):
        assert sample in told
