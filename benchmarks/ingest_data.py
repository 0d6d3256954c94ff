"""Where the evaluation data lie (EVAL_DATA, default ../shared/data), and the floors of the ingestion benchmarks."""

import gzip
import json
import os
import sys
import tarfile
from collections.abc import Mapping, Set as AbstractSet
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("EVAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
OPEN = DATA / "open"
DEV = DATA / "dev"
BASELINE = Path(__file__).with_name("ingest_baseline.json")


def archive(path: Path) -> dict[str, bytes]:
    """The files of a tar archive; none where the archive is absent, and that is said."""
    if not path.exists():
        print(f"absent, left out: {path.name}", file=sys.stderr)
        return {}
    found: dict[str, bytes] = {}
    with tarfile.open(path) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None:
                found[member.name.removeprefix("./")] = file.read()
    return found


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def judged(
    section: str,
    measured: dict[str, float],
    *,
    at_most: AbstractSet[str] = frozenset(),
    aims: Mapping[str, float] | None = None,
) -> bool:
    """Print the figures beside their floors; with --update write them. A floor is only lowered by hand.

    With `aims` those are the floors, and figures without an aim are only shown.
    """
    floors = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    own = dict(aims) if aims is not None else floors.setdefault(section, {})
    passed = True
    for name, value in measured.items():
        floor = own.get(name)
        held = floor is None or (value <= floor if name in at_most else value >= floor)
        passed = passed and held
        sign = "≤" if name in at_most else "≥"
        print(
            f"{section:12} {name:32} {value:>12} {sign} {floor if floor is not None else '-':<12} {'ok' if held else 'FELL'}"
        )
    if "--update" in sys.argv and aims is None:
        for name, value in measured.items():
            if name not in own or (value < own[name] if name in at_most else value > own[name]):
                own[name] = value
        BASELINE.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return passed
