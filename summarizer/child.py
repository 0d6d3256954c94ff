"""The model's process: `python -m summarizer.child FD`.

Reads calls from the inherited socket FD, answers each, ends in silence when the other side closes or is killed. A call is (name, arguments, keywords);
an answer ("done", value), ("refused", code, message) for a SummaryError, or ("fault", traceback) for what was not expected.
The first message is the configuration. Ctrl-C in the terminal is the parent's business.
"""

import logging
import signal
import sys
import traceback
from multiprocessing.connection import Connection

import structlog

from news.errors import SummaryError
from summarizer.config import SummarizerConfig
from summarizer.engine import Engine

CALLS = frozenset({"read", "embed", "summarize", "tell", "key_sentences", "verify", "generator_name"})


def serve(connection: Connection) -> None:
    """Answer calls until the connection closes."""
    try:
        config = connection.recv()
    except (EOFError, ConnectionResetError):
        return
    if not isinstance(config, SummarizerConfig):
        raise TypeError("The first message is the configuration.")
    engine = Engine(config)
    while True:
        try:
            name, arguments, keywords = connection.recv()
            connection.send(_answer(engine, name, arguments, keywords))
        except (EOFError, BrokenPipeError, ConnectionResetError):  # whoever asked is gone
            return


def _answer(
    engine: Engine, name: str, arguments: tuple[object, ...], keywords: dict[str, object]
) -> tuple[object, ...]:
    if name not in CALLS:
        return ("fault", f"no call is named {name}")
    try:
        return ("done", getattr(engine, name)(*arguments, **keywords))
    except SummaryError as error:
        return ("refused", error.code, error.message)
    except Exception:  # noqa: BLE001 (a fault of ours travels to the parent with its traceback; the process goes on)
        return ("fault", traceback.format_exc())


def main() -> None:
    """Serve on the file descriptor given."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    with Connection(int(sys.argv[1])) as connection:
        serve(connection)


if __name__ == "__main__":
    main()
