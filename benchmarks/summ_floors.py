"""Pinned floors of the summarizer's measurements, kept in summ_baseline.json with a digest of the inputs.

In: what was measured, higher is better for every value given here. Out: exit code 0 when nothing lies below its floor by more
than the tolerance. `--update` writes today's values as floors; one that would sink needs `--allow-regression` as well.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

BASELINE = Path(__file__).parent / "summ_baseline.json"


def digest(files: Sequence[Path]) -> str:
    """One digest of all input files, in order."""
    found = hashlib.sha256()
    for path in files:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def check(
    name: str, measured: Mapping[str, float], inputs: str, arguments: argparse.Namespace, tolerance: float
) -> int:
    """Print each value beside its floor, and say whether all hold."""
    kept = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}
    floors: dict[str, float] = kept.get(name, {}).get("floors", {})
    if name in kept and kept[name]["inputs"] != inputs and not arguments.update:
        print(f"{name}: the inputs are not those of the floors; run with --update after looking at the change")
        return 1
    below = [key for key, floor in floors.items() if key not in measured or measured[key] < floor - tolerance]
    for key, value in measured.items():
        print(f"{key:34} {value:9.3f}   floor {floors.get(key, float('nan')):9.3f}{'   BELOW' if key in below else ''}")
    if arguments.update and (not below or arguments.allow_regression):
        kept[name] = {"inputs": inputs, "floors": {key: round(value, 4) for key, value in measured.items()}}
        BASELINE.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{name}: floors written")
        return 0
    if arguments.update:
        print("a floor would sink; add --allow-regression if that is meant")
    return 1 if below else 0


def parser(description: str | None) -> argparse.ArgumentParser:
    """The arguments that every measurement of the summarizer takes."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--update", action="store_true", help="write today's values as floors")
    made.add_argument("--allow-regression", action="store_true", help="even where they are lower")
    return made
