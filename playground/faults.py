"""Faults on demand: which calls go wrong, how, and how often.

Kinds: `answer` (the given error instead of doing it), `no_answer` (done, then silence), `refuse` (the connection is
reset before anything is done), `html` (a proxy's page instead of doing it), `truncated` (done, then half a JSON body),
`repeat` (getUpdates answers what it answered last, confirmed or not: a duplicate delivery).
"""

from dataclasses import dataclass, field
from typing import Any, Final

KINDS: Final = ("answer", "no_answer", "refuse", "html", "truncated", "repeat")


@dataclass(slots=True)
class Fault:
    """One order for faults; `method` `*` means any, `times` below 0 means until cleared."""

    method: str
    kind: str
    times: int = 1
    chat_id: int | None = None
    error_code: int = 500
    description: str = "Internal Server Error"
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Faults:
    """The orders not yet used up, oldest first."""

    orders: list[Fault] = field(default_factory=list)

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The fault that this call meets, counted down."""
        for fault in self.orders:
            if fault.method not in {"*", method} or (fault.chat_id is not None and str(fault.chat_id) != chat_id):
                continue
            if fault.times > 0:
                fault.times -= 1
            if fault.times == 0:
                self.orders.remove(fault)
            return fault
        return None
