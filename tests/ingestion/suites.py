"""The files of other projects' suites that come with the tests; see `tests/data/ingestion/README.md`."""

import tarfile
from functools import cache
from pathlib import Path

_ARCHIVE = Path(__file__).parents[1] / "data" / "ingestion" / "suites.tar.xz"


@cache
def suite_files() -> dict[str, bytes]:
    """All files by name, the suite's name first."""
    found: dict[str, bytes] = {}
    with tarfile.open(_ARCHIVE) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None:
                found[member.name] = file.read()
    return found
