"""The summarizer's face to the program: the two ports, served by a process of its own.

`open_models` starts nothing: the process begins at the first call and loads models when a call needs them, so importing this
module costs nothing (no torch, no numpy). Calls queue up; questions of people go before batches, and batches are cut into
small pieces so that a question never waits long. A call that passes its deadline ends the process (a text cannot hang the
program); the next call starts a new one. A process that dies is started again once for the call it died on.
Raises SummaryError: those of the models, `deadline_passed`, `worker_died`, `closed`.
"""

import asyncio
import itertools
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self, TypeVar

import structlog

from news.errors import SummaryError
from news.ids import ModelId
from news.reading import (
    CitedSentence,
    KeySentence,
    Method,
    Passage,
    Reading,
    StoryInput,
    Summary,
    SummaryInput,
    Vector,
    Verdict,
    WrittenStory,
)
from summarizer.config import SummarizerConfig
from summarizer.encoders import languages_of
from summarizer.loading import model_id

_log = structlog.get_logger()
_T = TypeVar("_T")
_SOON, _IN_TURN, _LAST = 0, 1, 2
_TEXTS_PER_PIECE = 128
_ARTICLES_PER_PIECE = 16
_MAX_THREADS = 8
_END_S = 2.0  # how long a process may take to end by itself


@dataclass(order=True, slots=True)
class _Call:
    lane: int
    number: int
    name: str = field(compare=False)
    arguments: tuple[object, ...] = field(compare=False)
    keywords: dict[str, object] = field(compare=False)
    deadline: timedelta = field(compare=False)
    result: Future[Any] = field(compare=False, default_factory=Future)


class ModelProcess:
    """One child process and the thread that speaks with it."""

    def __init__(self, config: SummarizerConfig) -> None:
        """Nothing starts before the first call."""
        self._config = config
        self._calls: queue.PriorityQueue[_Call] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._child: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._thread: threading.Thread | None = None
        self._fresh = True
        self._closed = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The child's number while it runs."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    async def call(
        self, name: str, *arguments: object, lane: int = _IN_TURN, deadline: timedelta | None = None, **keywords: object
    ) -> Any:
        """Have the child do it; the event loop goes on meanwhile."""
        call = _Call(lane, next(self._numbers), name, arguments, keywords, deadline or self._config.deadline)
        with self._lock:
            if self._closed:
                raise SummaryError("The models are closed.", code="closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="models", daemon=True)
                self._thread.start()
            self._calls.put(call)
        return await asyncio.wrap_future(call.result)

    def close(self) -> None:
        """End the child and its thread; calls under way are refused."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._calls.put(_Call(-1, -1, "", (), {}, timedelta()))
        self._end_child()
        if self._thread is not None:
            self._thread.join(_END_S * 2)

    def _run(self) -> None:
        while not self._closed:
            call = self._calls.get()
            if call.name and call.result.set_running_or_notify_cancel():
                self._serve(call)
        self._end_child()
        while not self._calls.empty():
            left = self._calls.get()
            if left.name and left.result.set_running_or_notify_cancel():
                left.result.set_exception(SummaryError("The models are closed.", code="closed"))

    def _serve(self, call: _Call) -> None:
        for attempt in (1, 2):
            try:
                call.result.set_result(self._ask(call))
            except (EOFError, OSError):
                self._end_child()
                if not self._closed:
                    _log.warning("model_process_died", call=call.name, attempt=attempt)
                if attempt == 2 or self._closed:
                    code = "closed" if self._closed else "worker_died"
                    call.result.set_exception(SummaryError("The model's process died.", code=code))
                    return
            except Exception as error:  # noqa: BLE001 (whatever it is belongs to the caller, not to this thread)
                call.result.set_exception(error)
                return
            else:
                return

    def _ask(self, call: _Call) -> Any:
        connection = self._connection or self._start_child()
        connection.send((call.name, call.arguments, call.keywords))
        limit = call.deadline + (self._config.load_deadline if self._fresh else timedelta())
        started = time.monotonic()
        if not connection.poll(limit.total_seconds()):
            self._end_child()
            raise SummaryError(
                f"The model's process did not answer within {limit.total_seconds():.0f} s.", code="deadline_passed"
            )
        kind, *content = connection.recv()
        if call.name in {"embed", "summarize", "tell"}:
            self._fresh = False
        _log.debug("model_process_answered", call=call.name, seconds=round(time.monotonic() - started, 3))
        if kind == "refused":
            raise SummaryError(content[1], code=content[0])
        if kind == "fault":
            raise RuntimeError(f"The model's process failed:\n{content[0]}")
        return content[0]

    def _start_child(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "summarizer.child", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is ours alone: the child, still importing, would print a traceback
                stdout=subprocess.DEVNULL,  # the command line's own output stays clean
                env=child_environment(self._config, os.environ),
            )
        self._connection = Connection(ours.detach())
        self._fresh = True
        self._connection.send(self._config)
        _log.info("model_process_started", pid=self._child.pid)
        return self._connection

    def _end_child(self) -> None:
        connection, self._connection = self._connection, None
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
        if connection is not None:
            connection.close()


class WorkerEmbedder:
    """`Embedder` served by the process."""

    def __init__(self, process: ModelProcess, config: SummarizerConfig) -> None:
        self._process = process
        self._model = model_id(config.embedding_model)
        self._languages = languages_of(config)

    @property
    def model(self) -> ModelId:
        """Name and version."""
        return self._model

    @property
    def languages(self) -> frozenset[str] | None:
        """ISO 639-1 codes of the languages the model knows; None: all."""
        return self._languages

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> list[Vector]:
        """A unit vector for each text."""
        lane = _SOON if query else _IN_TURN
        return await _in_pieces(
            texts, _TEXTS_PER_PIECE, lambda piece: self._process.call("embed", piece, lane=lane, query=query)
        )


class WorkerSummarizer:
    """`Summarizer` served by the process."""

    def __init__(self, process: ModelProcess, config: SummarizerConfig) -> None:
        self._process = process
        self._generates = config.summary_model is not None
        self._generation_deadline = config.generation_deadline

    async def read(self, texts: Sequence[str]) -> list[Reading]:
        """Language and sentences of each text."""
        return await _in_pieces(texts, _ARTICLES_PER_PIECE, lambda piece: self._process.call("read", piece))

    async def summarize(
        self, inputs: Sequence[SummaryInput], *, max_words: int, method: Method | None = None
    ) -> list[Summary]:
        """A summary of each text; `method` asks for one, None for the best there is."""
        if self._generates and method in {None, Method.ABSTRACTIVE}:
            return [await self._generate(item, max_words) for item in inputs]
        return await self._extract(inputs, max_words, method)

    async def tell(self, stories: Sequence[StoryInput], *, max_words: int) -> list[WrittenStory | None]:
        """Each story in the generator's words; None where there is none, it fails, or too little of it is borne out."""
        if not self._generates:
            return [None] * len(stories)
        return [await self._tell(story, max_words) for story in stories]

    async def key_sentences(self, inputs: Sequence[SummaryInput], *, limit: int) -> list[tuple[KeySentence, ...]]:
        """The sentences of each text that answers will need."""
        return await _in_pieces(
            inputs, _ARTICLES_PER_PIECE, lambda piece: self._process.call("key_sentences", piece, limit=limit)
        )

    async def answer(
        self, question: str, query_vector: Vector | None, passages: Sequence[Passage], *, max_sentences: int
    ) -> list[CitedSentence]:
        """The sentences that answer the question: arithmetic in a thread, which waits for no model's turn."""
        from summarizer.answer import choose  # noqa: PLC0415 - numpy is imported when the first question is answered

        return await asyncio.to_thread(choose, question, query_vector, passages, max_sentences)

    async def verify(self, source: str, claims: Sequence[str]) -> list[Verdict]:
        """Whether the source says each claim."""
        verdicts: list[Verdict] = await self._process.call("verify", source, tuple(claims))
        return verdicts

    async def generator_name(self) -> str | None:
        """The model that writes, loaded or asked; None where summaries are extracted."""
        name: str | None = await self._process.call("generator_name") if self._generates else None
        return name

    async def _extract(self, inputs: Sequence[SummaryInput], max_words: int, method: Method | None) -> list[Summary]:
        return await _in_pieces(
            inputs,
            _ARTICLES_PER_PIECE,
            lambda piece: self._process.call("summarize", piece, max_words=max_words, method=method),
        )

    async def _generate(self, item: SummaryInput, max_words: int) -> Summary:
        """A generated summary, the extracted one where the generator fails or is too slow."""
        try:
            found: list[Summary] = await self._process.call(
                "summarize",
                (item,),
                lane=_LAST,
                deadline=self._generation_deadline,
                max_words=max_words,
                method=Method.ABSTRACTIVE,
            )
        except SummaryError as error:
            if error.code == "closed":
                raise
            _log.warning("generation_gave_up", code=error.code)
            found = await self._extract([item], max_words, Method.EXTRACTIVE)
        return found[0]

    async def _tell(self, story: StoryInput, max_words: int) -> WrittenStory | None:
        try:
            found: list[WrittenStory | None] = await self._process.call(
                "tell", (story,), lane=_LAST, deadline=self._generation_deadline, max_words=max_words
            )
        except SummaryError as error:
            if error.code == "closed":
                raise
            _log.warning("generation_gave_up", code=error.code)
            return None
        return found[0]


@dataclass(frozen=True, slots=True)
class Models:
    """The two ports and the process behind them; `close` ends it. Usable as a context manager."""

    summarizer: WorkerSummarizer
    embedder: WorkerEmbedder
    process: ModelProcess

    def close(self) -> None:
        """End the process."""
        self.process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exit_info: object) -> None:
        self.close()


def open_models(config: SummarizerConfig) -> Models:
    """The ports of a configuration; the process starts at the first call."""
    process = ModelProcess(config)
    return Models(WorkerSummarizer(process, config), WorkerEmbedder(process, config), process)


def thread_count(config: SummarizerConfig, cores: int) -> int:
    """Threads of the model's process.

    One where bot, crawler and database share two cores: OpenMP threads spin at every barrier, and two of them among ten other
    runnable processes were measured six times slower than one.
    """
    return config.threads or max(1, min(_MAX_THREADS, cores // 2))


def child_environment(config: SummarizerConfig, environment: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """The child's environment: what the libraries read at import must stand there before.

    `HF_HUB_OFFLINE` counts only if it is set before the hub's library is imported; without it an unreachable hub costs five
    tries a file.
    """
    root = str(Path(__file__).resolve().parents[1])
    threads = str(thread_count(config, os.cpu_count() or 1))
    paths = [root, *filter(None, [environment.get("PYTHONPATH")])]
    named = [model for model in (config.embedding_model, config.summary_model) if model]
    local = config.offline or all("://" in model or Path(model).expanduser().is_dir() for model in named)
    return {
        **environment,
        "PYTHONPATH": os.pathsep.join(paths),
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        **({"HF_HUB_OFFLINE": "1"} if local else {}),
    }


async def _in_pieces(items: Sequence[Any], size: int, do: Callable[[tuple[Any, ...]], Any]) -> list[_T]:
    """The answers of all pieces in order; other callers' pieces come in between."""
    found: list[_T] = []
    for start in range(0, len(items), size):
        found.extend(await do(tuple(items[start : start + size])))
    return found
