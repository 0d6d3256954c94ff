"""Runs the measurements of this folder and fails where one fell below its pinned floor.

    python -m benchmarks.gate          quality: the production functions on pinned data, against floors
    python -m benchmarks.gate --all    speed and load as well

Each measurement is a module with a command line of its own (`python -m benchmarks.NAME --help`): it prints what it measured and what
it skipped, and ends with 0 when every floor holds. Data is read from `EVAL_DATA` (default: ../shared/data); a measurement
whose data is absent says so and passes, since nothing was measured.
"""

import argparse
import subprocess
import sys
import time

QUALITY = (
    "ingest_feeds",
    "ingest_extraction",
    "stories_quality",
    "stories_told",
    "summ_erring",
    "summ_quality",
    "summ_shortening",
    "summ_generator",
    "summ_verifier",
    "topics_quality",
)
SPEED = ("ingest_polling", "planning_speed", "storage_scale", "stories_speed", "summ_speed", "topics_speed")


def main() -> int:
    """Run the chosen measurements one after the other; 0 when all hold their floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="speed and load as well as quality")
    chosen = QUALITY + (SPEED if parser.parse_args().all else ())
    failed = []
    for name in chosen:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
        print(f"== {name}: {'ok' if code == 0 else f'exit {code}'}, {time.monotonic() - began:.0f} s", flush=True)
        if code:
            failed.append(name)
    print(
        f"{len(chosen) - len(failed)} of {len(chosen)} hold their floors"
        + (f"; below: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
