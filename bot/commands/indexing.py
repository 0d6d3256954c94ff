"""`byline reindex`: what articles are found by is made anew."""

from typing import Annotated

import typer

from bot.commands import options
from bot.commands.output import emit, progress, say
from bot.commands.running import load_quiet


def reindex(
    all_vectors: Annotated[
        bool,
        typer.Option(
            "--all-vectors", help="Also those of the present model: its server gives others under the old name."
        ),
    ] = False,
    json: options.Json = False,
    database: options.Database = None,
) -> None:
    """Make the word index anew, and have articles whose vector is of another model enriched again by the next ticks."""
    settings = load_quiet(database)

    from bot import app  # noqa: PLC0415 - as everywhere: a command imports what it needs

    with progress() as show:
        words, vectors = app.reindex(settings, show, all_vectors=all_vectors)
    if json:
        emit({"words": words, "vectors_outdated": vectors})
    else:
        say(f"{words} articles indexed by words; {vectors} wait for a vector of the present model")
