"""What a model is asked, from the package's one file of prompts; the article in it is data."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def system() -> str:
    """Who the model is to be."""
    return str(_prompts()["system"]["text"])


def summary(text: str, max_words: int) -> str:
    """The request for a summary of a text."""
    return str(_prompts()["summary"]["text"]).format(words=max_words, text=text)


@cache
def _prompts() -> dict[str, Any]:
    return tomllib.loads((files("summarizer") / "data" / "prompts.toml").read_text(encoding="utf-8"))
