"""`byline bench`: the measurements of the `benchmarks` folder, which come with the source and are not installed."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from news.errors import BadRequest

ROOT = Path(__file__).resolve().parents[2]
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def bench(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Which, e.g. `delivery`. What follows goes to the measurement.")
    ],
) -> None:
    """Measure this program, e.g. `byline bench delivery kills --kills 20`; exit 1 where a promise is not kept."""
    raise typer.Exit(measure(ROOT, name, context.args))


def measure(root: Path, name: str, arguments: list[str]) -> int:
    """Run a measurement of that source tree; its exit code. Raises BadRequest (`no_benchmarks`, `unknown_benchmark`)."""
    folder = root / "benchmarks"
    if not folder.is_dir():
        raise BadRequest("The measurements come with Byline's source, not with the package.", code="no_benchmarks")
    known = sorted(path.stem for path in folder.glob("*.py") if "def main" in path.read_text("utf-8"))
    if name not in known:
        raise BadRequest(f"There is no measurement {name}. There are: {', '.join(known)}.", code="unknown_benchmark")
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], cwd=root, check=False).returncode  # noqa: S603 - a module of ours, by a name from its folder
