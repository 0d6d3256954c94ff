"""Generated summaries kept on disk: one JSON file each, named by what made it.

Key: text, title, model, settings; a change of any makes another file. A file that cannot be read counts as none. In and out:
the values of `news.reading`. Losing the folder costs time, nothing else; a full disk is logged and costs the same.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import structlog

from news.ids import ModelId
from news.reading import Method, Summary, SummarySentence

_log = structlog.get_logger()
_VERSION = 2  # of the way summaries are generated and checked; a change makes old files unread


def key(*parts: object) -> str:
    """The name of a file for these settings."""
    return hashlib.sha256(json.dumps([_VERSION, *map(str, parts)], ensure_ascii=False).encode()).hexdigest()


class SummaryCache:
    """A folder of summaries."""

    def __init__(self, folder: Path | None) -> None:
        """None: nothing is kept."""
        self._folder = folder

    def get(self, name: str) -> Summary | None:
        """The summary kept under a name."""
        if self._folder is None:
            return None
        try:
            data = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
            sentences = tuple(SummarySentence(**one) for one in data["sentences"])
            return Summary(
                sentences=sentences, method=Method(data["method"]), model=ModelId(data["model"]), seconds=0.0
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, name: str, summary: Summary) -> None:
        """Keep it; written beside and moved, so that no half file is ever read."""
        if self._folder is None:
            return
        text = json.dumps(
            {"sentences": [asdict(one) for one in summary.sentences], "method": summary.method, "model": summary.model}
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = self._folder / f"{name}.part"
            beside.write_text(text, encoding="utf-8")
            beside.replace(self._folder / f"{name}.json")
        except OSError as error:
            _log.warning("summary_not_cached", reason=str(error))
