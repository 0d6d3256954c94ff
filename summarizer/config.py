"""What the summarizer is told to use: models, threads, precision, limits, places.

A frozen value made by the composition root; nothing here reads the environment, a file or a package.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarizerConfig:
    """Settings of both models and of the process in which they run.

    A model is a local folder, a hub name with or without `@revision`, or the address of an OpenAI-compatible server,
    `https://host/v1#name-of-model`. `embedding_model`: None for the bundled one. `summary_model`: None for none, summaries
    are then extracted.
    """

    embedding_model: str | None = None
    embedding_languages: frozenset[str] | None = None  # ISO 639-1; None: found out from the model
    summary_model: str | None = None
    embedding_key: str | None = field(default=None, repr=False)  # bearer token of the embedding model's server
    summary_key: str | None = field(
        default=None, repr=False
    )  # the same of the summary model's; never sent to the other
    threads: int | None = (
        None  # of the model's process; None: one where there are two cores or fewer, else half of them
    )
    dtype: str = "auto"  # auto, float32 or bfloat16
    device: str = "auto"  # auto, cpu or cuda
    offline: bool = False  # never ask the hub, whatever the models' names are
    cache_dir: Path | None = None  # generated summaries are kept here; None: nowhere
    load_deadline: timedelta = timedelta(minutes=5)  # added to the first call that needs a model
    deadline: timedelta = timedelta(minutes=2)  # of one call to the process; a generator's own is per text
    generation_deadline: timedelta = timedelta(seconds=60)  # one text's summary by a generator, then the extractive one
    max_input_words: int = 6000  # what a generator reads of a text, in chunks; the rest is left to extraction
