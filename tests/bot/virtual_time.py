"""An event loop whose clock jumps to the next timer: minutes of waiting take milliseconds, and nothing depends on load.

For code that waits on nothing but timers and other coroutines; a wait without either is reported as a deadlock.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tests.make import NOW

Result = TypeVar("Result")


class _JumpingSelector(selectors.DefaultSelector):
    clock_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "nothing will ever happen: a deadlock"
            self.clock_s += timeout
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.clock_s


def run(main: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(main)


def now() -> datetime:
    """The wall clock of that loop."""
    return (NOW + timedelta(seconds=asyncio.get_running_loop().time())).astimezone(UTC)
