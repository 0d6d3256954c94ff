"""Topic retrieval, answers and refusal, measured with the production storage, models and services.

    python -m benchmarks.topics_quality [wikinews] [followed] [reuters] [agnews] [--limit N] [--keep FOLDER] [--update]

wikinews: see `benchmarks.topics_wikinews`; followed: see `benchmarks.topics_followed`; reuters and agnews: see
`benchmarks.topics_collections`. `--limit` takes every n-th article of
Reuters; `--keep` leaves the filled databases in a folder, so that the next run embeds nothing again.
Floors in `topics_baseline.json`; they are raised by --update and never lowered by it. Ours below BM25 of the same run fails too.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import structlog

from benchmarks.topics_collections import AGNEWS, REUTERS, agnews, reuters
from benchmarks.topics_followed import followed_by_week
from benchmarks.topics_wikinews import ARTICLES, wikinews
from storage.migrate import migrate
from summarizer.config import SummarizerConfig
from summarizer.workers import Models, open_models

BASELINE = Path(__file__).with_name("topics_baseline.json")
LIMIT = 6000
SLACK = 0.01  # below the measured: another processor's rounding may swap two neighbours


def judged(measured: dict[str, float], *, pinned: bool, update: bool) -> int:
    """Print the figures beside their floors; 1 where one is below its floor, or ours below BM25 of the same run.

    Floors of Reuters hold for the default number of articles (`pinned`).
    """
    known: dict[str, float] = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
    floors = {name: value for name, value in known.items() if pinned or not name.startswith("reuters")}
    beaten = {name: measured[name.replace("_ours_", "_bm25_")] - SLACK for name in measured if "_ours_" in name}
    below = []
    for name, value in measured.items():
        floor = max(floors.get(name, 0.0), beaten.get(name, 0.0))
        if value < floor:
            below.append(name)
        print(f"{name:34} {value:.3f}{f'  floor {floor:.3f}' if floor else ''}{'  BELOW' if name in below else ''}")
    if update and pinned and not below:
        ours = {name: value for name, value in measured.items() if not _is_only_compared(name)}
        raised = {
            name: max(floors.get(name, 0.0), value if value == 1.0 else round(value - SLACK, 3))
            for name, value in ours.items()
        }
        BASELINE.write_text(json.dumps(dict(sorted({**known, **raised}.items())), indent=2) + "\n", "utf-8")
    return 1 if below else 0


def _is_only_compared(name: str) -> bool:
    """Whether a figure stands beside ours and has no floor of its own."""
    return "_bm25_" in name or name.startswith("searched_") or name.endswith("_queries")


async def measure(
    names: Sequence[str], limit: int, *, keep: Path | None = None, verbose: bool = False
) -> dict[str, float]:
    """The figures of the named sets."""
    measured: dict[str, float] = {}
    sets: dict[str, tuple[Path, str, Callable[[Models, str], Awaitable[dict[str, float]]]]] = {
        "wikinews": (ARTICLES, "wikinews", lambda models, url: wikinews(models, url, verbose=verbose)),
        "followed": (ARTICLES, "wikinews", followed_by_week),
        "reuters": (REUTERS, "reuters", lambda models, url: reuters(models, url, limit)),
        "agnews": (AGNEWS, "agnews", agnews),
    }
    with open_models(SummarizerConfig(offline=True)) as models, tempfile.TemporaryDirectory() as folder:
        for name in names:
            path, stored, run = sets[name]
            if not path.exists():
                print(f"{name}: {path.name} is absent, nothing measured")
                continue
            url = str((keep or Path(folder)) / f"{stored}.sqlite")
            migrate(url)
            measured.update(await run(models, url))
    return measured


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=["wikinews", "followed", "reuters", "agnews"])
    parser.add_argument("--limit", type=int, default=LIMIT, help="Reuters articles; 0: all (ten minutes on two cores)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the filled databases stay for the next run")
    parser.add_argument("--update", action="store_true", help="raise the floors to what was measured")
    parser.add_argument("--verbose", action="store_true", help="name the questions that went wrong")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    measured = asyncio.run(measure(chosen.sets, chosen.limit, keep=chosen.keep, verbose=chosen.verbose))
    return judged(measured, pinned=chosen.limit == LIMIT, update=chosen.update)


if __name__ == "__main__":
    sys.exit(main())
