"""The command `byline`: what it can do, and how it ends.

Exit codes: 0 done, also when nothing was found; 1 an expected error, its words on stderr; 2 usage; 70 a fault of ours,
with its traceback on stderr. Ctrl-C is 130.
"""

import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import typer

from bot import sentry
from bot.commands import asking, chats, indexing, measuring, models, operating, reading, serving, sources
from bot.commands.output import complain
from news.errors import NewsError

FAULT = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130

app = typer.Typer(
    name="byline",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="A Telegram bot for news: every sentence it sends names the stored article it comes from.",
)
app.add_typer(sources.sources_app, name="sources")
app.add_typer(reading.articles_app, name="articles")
app.add_typer(chats.chats_app, name="chats")
for command in (
    serving.run,
    serving.playground,
    reading.ingest,
    models.summarize,
    models.tell,
    models.verify,
    reading.extract,
    asking.search,
    asking.topic,
    asking.stories,
    chats.digest,
    asking.why,
    operating.tick,
    operating.migrate,
    operating.doctor,
    operating.config,
    indexing.reindex,
    operating.copy,
    operating.backup,
    operating.restore,
):
    app.command()(command)
app.command(context_settings=measuring.PASS_ON)(measuring.bench)


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"byline {version('byline')}\n")
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options of the program itself."""


def main() -> None:
    """Run the program and leave with its exit code."""
    try:
        app()
    except NewsError as error:
        complain(f"byline: {error.message} ({error.code})")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has left; that is no error
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - whatever it is: it is told, and the exit code says whose fault it is
        traceback.print_exc()
        sentry.report(error)
        sys.exit(FAULT)


if __name__ == "__main__":
    main()
