"""Writes the pages of `docs/` that are made from the program: settings and commands. `python -m bot.docs`; a test compares."""

from pathlib import Path
from typing import Any

import typer

from bot import settings
from bot.cli import app
from bot.handlers.routes import COMMANDS

DOCS = Path(__file__).resolve().parents[1] / "docs"


def configuration() -> str:
    """The table of settings."""
    lines = [
        "# Settings",
        "",
        "Made from `bot/settings.py` by `make docs`; do not edit. Settings are environment variables. An empty one is not",
        "set; a wrong value, and a `BYLINE_…` variable that is not listed here, stops the start and says what is allowed.",
        "A secret, and the database's URL, may also stand in a file that the variable with `_FILE` at its end names.",
        "",
        "| variable | default | what it is |",
        "| --- | --- | --- |",
    ]
    for name, field in settings.Settings.model_fields.items():
        also = f" or `{settings.variable(name)}_FILE`" if name in settings.from_files() else ""
        default = f"`{settings.default(field)}`" if settings.default(field) else ""
        lines.append(f"| `{settings.variable(name)}`{also} | {default} | {_cell(field.description or '')} |")
    return "\n".join(lines) + "\n"


def commands() -> str:
    """The commands of the program and those of the chat."""
    lines = [
        "# Commands",
        "",
        "Made from the program itself by `make docs`; do not edit. `--json` prints one JSON object a line on stdout and",
        "nothing else there. Exit codes: 0 done (also when nothing was found), 1 an expected error, 2 usage, 70 a fault of ours.",
        "",
        "## Of the program",
        "",
    ]
    lines += _group(typer.main.get_command(app), "byline")
    lines += ["", "## Of the chat", "", "Plain text in a private chat is a question; a web address is summarized.", ""]
    for name, command in COMMANDS.items():
        summary = (command.handle.__doc__ or "").strip().splitlines()[0]
        lines.append(f"- `/{name}`{' (admins)' if command.admin else ''}: {summary}")
    return "\n".join(lines) + "\n"


def _group(group: Any, path: str) -> list[str]:
    lines: list[str] = []
    for name, command in group.commands.items():
        called = f"{path} {name}"
        if not getattr(command, "commands", None) or command.invoke_without_command:
            lines += _command(command, called)
        if getattr(command, "commands", None):
            lines += _group(command, called)
    return lines


def _command(command: Any, called: str) -> list[str]:
    lines = [f"### `{called}`", "", _words(command.help), ""]
    for parameter in command.params:
        if parameter.name in {"help", "install_completion", "show_completion"}:
            continue
        shown = ", ".join(f"`{each}`" for each in parameter.opts)
        if parameter.param_type_name == "argument":
            shown = f"`{parameter.metavar or parameter.name.upper()}`"
        lines.append(f"- {shown}: {_words(getattr(parameter, 'help', None))}")
    return [*lines, ""]


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _cell(text: str) -> str:
    return _words(text).replace("|", "\\|")


PAGES = {"configuration.md": configuration, "commands.md": commands}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
