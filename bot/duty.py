"""What a process is there for: all of it, or one of the parts that share a PostgreSQL database."""

from enum import StrEnum


class Duty(StrEnum):
    """A role of `byline run`."""

    ALL = "all"  # everything in one process
    BOT = "bot"  # hears people and answers them
    SENDER = "sender"  # sends what the outbox holds
    SCHEDULER = "scheduler"  # composes digests, and hands out the work of the others
    WORKER = "worker"  # reads sources, asks the models

    @property
    def speaks(self) -> bool:
        """Whether it needs the bot's token."""
        return self in {Duty.ALL, Duty.BOT, Duty.SENDER}
