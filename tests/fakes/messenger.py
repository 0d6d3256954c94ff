"""Telegram in memory: what was sent and edited, and faults that a test asks for."""

from collections import defaultdict
from dataclasses import dataclass

from news.audience import Address, OutMessage
from news.errors import DeliveryError, OutcomeUnknown
from tests.fakes import transactions


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that arrived."""

    address: Address
    message_id: int
    message: OutMessage


class FakeMessenger:
    """Implements `news.ports.Messenger`.

    `faults` are by chat number: each send takes the next of the list. `OutcomeUnknown` is raised after the message has
    arrived if the chat is in `swallows`, else instead of it. `arrived` is what people see, in order.
    """

    def __init__(self) -> None:
        self.arrived: list[Sent] = []
        self.edited: list[Sent] = []
        self.faults: defaultdict[int, list[DeliveryError]] = defaultdict(list)
        self.swallows: set[int] = set()

    async def send(self, address: Address, message: OutMessage) -> int:
        transactions.assert_none_open("Telegram")
        fault = self._next_fault(address)
        accepted = fault is None or (isinstance(fault, OutcomeUnknown) and address.telegram_id in self.swallows)
        if accepted:
            self.arrived.append(Sent(address, len(self.arrived) + 1, message))
        if fault is not None:
            raise fault
        return len(self.arrived)

    async def edit(self, address: Address, message_id: int, message: OutMessage) -> None:
        transactions.assert_none_open("Telegram")
        fault = self._next_fault(address)
        if fault is not None:
            raise fault
        self.edited.append(Sent(address, message_id, message))

    def _next_fault(self, address: Address) -> DeliveryError | None:
        waiting = self.faults[address.telegram_id]
        return waiting.pop(0) if waiting else None
