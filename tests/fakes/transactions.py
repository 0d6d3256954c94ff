"""Invariant 1 as an assertion: nobody waits for the network, Telegram or a model while a transaction is open.

A context variable, because every asyncio task has its own context: a transaction of another task is no offence, one of
the caller or of a task that started it is.
"""

from contextvars import ContextVar

_OPEN: ContextVar[int] = ContextVar("open_transactions", default=0)


def opened() -> None:
    """Count one more open transaction of this task."""
    _OPEN.set(_OPEN.get() + 1)


def closed() -> None:
    """Count one open transaction less."""
    _OPEN.set(_OPEN.get() - 1)


def assert_none_open(waiting_for: str) -> None:
    """To be called by every fake port before it answers."""
    assert _OPEN.get() == 0, f"a transaction is open while {waiting_for} is awaited"
