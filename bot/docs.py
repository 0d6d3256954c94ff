"""Writes the pages of `docs/` that are made from the program: settings, commands, modules. `python -m bot.docs`; a test compares."""

import ast
from pathlib import Path
from typing import Any

import typer

from bot import settings
from bot.cli import app
from bot.handlers.routes import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PACKAGES = ("news", "ingestion", "summarizer", "storage", "bot", "playground")


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
        usage, summary = _chat_command(name, command.handle.__doc__ or "")
        lines.append(f"- `{usage}`{' (admins)' if command.admin else ''}: {summary}")
    return "\n".join(lines) + "\n"


def modules() -> str:
    """Every module with the first sentence of its docstring."""
    lines = [
        "# Modules",
        "",
        "Made from the docstrings by `make docs`; do not edit. [ARCHITECTURE.md](../ARCHITECTURE.md) says how they go together.",
    ]
    for package in PACKAGES:
        lines += ["", f"## {package}", "", "| module | what it does |", "| --- | --- |"]
        for file in sorted((ROOT / package).rglob("*.py")):
            told = ast.get_docstring(ast.parse(file.read_text("utf-8")))
            if told and file.parent.name != "versions":
                lines.append(f"| `{file.relative_to(ROOT).as_posix()}` | {_cell(told.partition(chr(10) * 2)[0])} |")
    return "\n".join(lines) + "\n"


def _chat_command(name: str, docstring: str) -> tuple[str, str]:
    """How a command of the chat is written, and what it does; a docstring begins with the former where there is more to write."""
    first = docstring.strip().splitlines()[0]
    if not first.startswith("/"):
        return f"/{name}", first
    usage, _, summary = first.partition(": ")
    return f"/{name} {usage.partition(' ')[2]}".strip(), f"{summary[:1].upper()}{summary[1:]}"


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


PAGES = {"configuration.md": configuration, "commands.md": commands, "modules.md": modules}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
