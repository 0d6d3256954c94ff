"""The layers are those of ARCHITECTURE.md: what may import what, and what importing costs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADAPTERS = {"storage", "summarizer", "ingestion"}
HEAVY = ("torch", "transformers", "sqlalchemy", "numpy", "telegram", "trafilatura", "apscheduler")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that the file names, in functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(package: str, wanted: set[str]) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for path in modules(package)
        if any(name.split(".", maxsplit=1)[0] in wanted for name in imports(path))
    }


def test_only_the_composition_root_names_the_adapters() -> None:
    assert importers("bot", ADAPTERS) == {"bot/app.py"}


def test_the_words_and_looks_know_no_telegram() -> None:
    pure = {"markup", "cutting", "render", "render_topic", "render_digest", "arguments", "timewords", "zones", "desk"}
    naming = importers("bot", {"telegram"})
    assert not naming & {f"bot/{name}.py" for name in pure}
    assert not {path for path in naming if path.startswith(("bot/texts/", "bot/commands/"))}
    assert {path for path in naming if path.startswith("bot/handlers/")} == {
        "bot/handlers/messages.py",
        "bot/handlers/routes.py",
    }


def test_settings_are_read_in_one_place() -> None:
    reading = set()
    for path in modules("bot"):
        tree = ast.parse(path.read_text("utf-8"))
        names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if names & {"os.environ", "os.getenv", "os.environb"}:
            reading.add(str(path.relative_to(ROOT)))
    assert reading == {"bot/settings.py"}


def test_the_core_knows_only_the_standard_library() -> None:
    foreign = {
        (str(path.relative_to(ROOT)), name)
        for path in modules("news")
        for name in imports(path)
        if (top := name.split(".", maxsplit=1)[0]) != "news" and top not in sys.stdlib_module_names
    }
    assert not foreign


def test_nobody_imports_the_bot_or_the_playground() -> None:
    for package in ("news", "storage", "summarizer", "ingestion", "playground"):
        assert not importers(package, {"bot"}), package
    for package in ("news", "storage", "summarizer", "ingestion", "bot"):
        assert not importers(package, {"playground"}), package


@pytest.mark.parametrize("command", [["--help"], ["config", "--json"], ["ingest", "--help"]])
def test_help_and_config_import_nothing_heavy(command: list[str]) -> None:
    program = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[-1500:]


def test_no_module_is_longer_than_it_may_be() -> None:
    packages = ("bot", "news", "storage", "summarizer", "ingestion", "playground")
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for package in packages
        for path in modules(package)
    }
    assert not {path: length for path, length in lengths.items() if length > 400}
