"""Checked drafts of generators kept on disk: one JSON file each, named by what made it.

Key: texts, model, settings; a change of any makes another file. A file that cannot be read counts as none. The folder holds so many files at the most; of more, those read or written longest ago go.
Losing the folder costs time, nothing else; a full disk is logged and costs the same.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import structlog

from summarizer.generation import Checked, Draft

_log = structlog.get_logger()
MOST_FILES = 20_000
"""About 20 MB, and more texts than a month of a newsroom's sources."""

_KEPT_SHARE = 0.9  # of the most, after some were removed: not each new file has the folder read
_OWN_FILES = "[0-9a-f]" * 64 + ".*"  # a folder that was chosen may hold what is not ours
_VERSION = 3  # of the way summaries are generated and checked; a change makes old files unread


def key(*parts: object) -> str:
    """The name of a file for these settings."""
    return hashlib.sha256(json.dumps([_VERSION, *map(str, parts)], ensure_ascii=False).encode()).hexdigest()


class SummaryCache:
    """A folder of drafts."""

    def __init__(self, folder: Path | None, most_files: int = MOST_FILES) -> None:
        """None: nothing is kept."""
        self._folder = folder
        self._most_files = most_files
        self._room: int | None = None  # files that may still come before the folder is read

    def get(self, name: str) -> Draft | None:
        """The draft kept under a name."""
        if self._folder is None:
            return None
        path = self._folder / f"{name}.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            path.touch()
            sentences = tuple(
                Checked(str(one["text"]), tuple(map(int, one["reports"])), one["origin"]) for one in data["sentences"]
            )
            return Draft(sentences, data["kept"], data["refused"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, name: str, draft: Draft) -> None:
        """Keep it; written beside and moved, so that no half file is ever read."""
        if self._folder is None:
            return
        text = json.dumps(asdict(draft))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = self._folder / f"{name}.part"
            beside.write_text(text, encoding="utf-8")
            beside.replace(self._folder / f"{name}.json")
            self._keep_small(self._folder)
        except OSError as error:
            _log.warning("summary_not_cached", reason=str(error))

    def _keep_small(self, folder: Path) -> None:
        """Remove the files used longest ago where there are more than the folder may hold."""
        if self._room is not None and self._room > 0:
            self._room -= 1
            return
        files = sorted(folder.glob(_OWN_FILES), key=lambda path: path.stat().st_mtime_ns)
        if len(files) > self._most_files:
            kept = int(self._most_files * _KEPT_SHARE)
            for path in files[: len(files) - kept]:
                path.unlink(missing_ok=True)
            files = files[len(files) - kept :]
        self._room = self._most_files - len(files)
