"""The running network: the world together with its queues, limits, faults, files and listeners.

Everything happens on one event loop; nothing here waits. Methods and the control plane read and change the world
through the functions of `posting` and `people`; pages listen to `events`.
"""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playground.faults import Faults
from playground.files import FileStore
from playground.flood import Flood
from playground.state import Bot, Chat, World, dump, load, write_atomically
from playground.updates import UpdateQueue

Json = dict[str, Any]

REQUESTS_KEPT: Final = 20_000
EVENTS_QUEUED: Final = 1_000  # a page that reads slower than this is dropped and reconnects
CALLBACK_LIFETIME_S: Final = 15.0  # td CallbackQueriesManager: how long a press waits for its answer


@dataclass(slots=True)
class Press:
    """A pressed button that waits for its answer."""

    id: str
    bot_id: int
    chat_id: int
    message_id: int
    user_id: int
    data: str
    pressed_at: float
    answer: Json | None = None


@dataclass(slots=True)
class InlineQuery:
    """An inline query that waits for its results."""

    id: str
    bot_id: int
    user_id: int
    query: str
    asked_at: float
    answer: Json | None = None


@dataclass(slots=True)
class Network:
    """One server's state while it runs."""

    world: World = field(default_factory=World)
    files: FileStore = field(default_factory=FileStore)
    faults: Faults = field(default_factory=Faults)
    clock: Callable[[], float] = time.time
    latency_ms: float = 0.0
    callback_lifetime_s: float = CALLBACK_LIFETIME_S
    flood_preset: str = "off"
    flood_changes: dict[str, float] = field(default_factory=dict)
    requests: deque[Json] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    presses: dict[str, Press] = field(default_factory=dict)
    inline_queries: dict[str, InlineQuery] = field(default_factory=dict)
    queues: dict[int, UpdateQueue] = field(default_factory=dict)
    floods: dict[int, Flood] = field(default_factory=dict)
    listeners: set[asyncio.Queue[str]] = field(default_factory=set)
    unsent: Counter[str] = field(default_factory=Counter)
    next_webhook_at: dict[int, float] = field(default_factory=dict)
    on_update: Callable[[Bot], None] | None = None
    request_count: int = 0
    changes: int = 0

    def now(self) -> int:
        """Unix seconds, whole, as Telegram dates are."""
        return int(self.clock())

    def queue(self, bot: Bot) -> UpdateQueue:
        if bot.id not in self.queues:
            queue = UpdateQueue(bot, self.clock)
            queue.on_change = lambda: self.on_update(bot) if self.on_update is not None else None
            self.queues[bot.id] = queue
        return self.queues[bot.id]

    def flood(self, bot: Bot) -> Flood:
        if bot.id not in self.floods:
            flood = Flood(time.monotonic)
            flood.choose(self.flood_preset, **self.flood_changes)
            self.floods[bot.id] = flood
        return self.floods[bot.id]

    def choose_flood(self, preset: str, changes: dict[str, float]) -> None:
        """Sets the preset for all bots, counters from zero."""
        Flood(time.monotonic).choose(preset, **changes)  # raises for an unknown one before anything changes
        self.flood_preset, self.flood_changes = preset, changes
        self.floods.clear()

    def tell(self, kind: str, **data: Any) -> None:
        """Sends an event to the open pages and marks the world as changed."""
        self.changes += 1
        if not self.listeners:
            return
        event = json.dumps({"kind": kind, **data}, ensure_ascii=False)
        for listener in list(self.listeners):
            if listener.qsize() >= EVENTS_QUEUED:
                self.listeners.discard(listener)
                listener.put_nowait("")
            else:
                listener.put_nowait(event)

    def chat(self, chat_id: int) -> Chat | None:
        return self.world.chats.get(chat_id)

    def log_request(self, entry: Json) -> None:
        self.request_count += 1
        entry["n"] = self.request_count
        self.requests.append(entry)


def open_network(state: Path | None) -> Network:
    """A network from its state file, or a new one; files lie in a folder beside it."""
    if state is None:
        return Network()
    network = Network(files=FileStore(state.with_name(state.name + ".files")))
    if state.exists():
        raw = json.loads(state.read_text(encoding="utf-8"))
        network.files.restore(raw["files"])
        network.world = load(raw["world"])
    return network


def save_network(network: Network, state: Path, *, closing: bool) -> None:
    """Writes the state file; `closing` marks a clean stop."""
    for queue in network.queues.values():
        queue.save()
    network.world.was_closed = closing
    files = json.dumps(network.files.listing())
    write_atomically(state, f'{{"world":{dump(network.world)},"files":{files}}}')
