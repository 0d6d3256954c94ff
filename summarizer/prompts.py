"""What a model is asked, from the package's one file of prompts; what the articles in it say is data."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any


def system() -> str:
    """Who the model is to be."""
    return str(_prompts()["system"]["text"])


def summary(texts: Sequence[str], max_words: int) -> str:
    """The request for a summary of an article, or of several reports of one event, the newest first."""
    if len(texts) == 1:
        return _filled("summary", words=max_words, text=texts[0])
    reports = [_filled("report", number=number, text=text) for number, text in enumerate(texts, 1)]
    return _filled("story", words=max_words, count=len(texts), text="\n\n".join(reports))


def _filled(name: str, **values: object) -> str:
    return str(_prompts()[name]["text"]).format(**values)


@cache
def _prompts() -> dict[str, Any]:
    return tomllib.loads((files("summarizer") / "data" / "prompts.toml").read_text(encoding="utf-8"))
