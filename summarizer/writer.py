"""What a configured generator writes, as it may be told: an article's summary, a story out of several reports.

The generator is loaded, or its server asked, at the first text; what came of a text is kept (`summarizer.caching`). In: the values of
`news.reading`. Out: verified sentences; None where the generator failed or too little of what it wrote is borne out, and the
extracted summary is to be shown. Raises SummaryError from `name` alone.
"""

import time
from collections.abc import Callable, Sequence

import structlog

from news.errors import SummaryError
from news.reading import CitedSentence, Method, StoryInput, Summary, SummaryInput, SummarySentence, WrittenStory
from summarizer.address import is_address
from summarizer.caching import SummaryCache, key
from summarizer.config import SummarizerConfig
from summarizer.generation import Draft, Generator, Limits, Verify, generate, generate_story
from summarizer.loading import model_id, needs_torch

_log = structlog.get_logger()
_WRITING_SHARE = 0.8  # of a text's deadline; the rest is for the verifier


class Writer:
    """The generator of one configuration, with the judge of what it writes."""

    def __init__(self, config: SummarizerConfig, verify: Verify) -> None:
        """Nothing is loaded yet."""
        self._config = config
        self._verify = verify
        self._model = model_id(config.summary_model)
        self._cache = SummaryCache(config.cache_dir)
        self._generator: Generator | None = None

    def name(self) -> str:
        """The model, loaded or asked. Raises SummaryError."""
        self._load()
        return self._model

    def article(self, item: SummaryInput, max_words: int) -> Summary | None:
        """A summary of an article in the model's words."""
        started = time.monotonic()
        sentences, lang = item.reading.sentences, item.reading.lang
        draft = self._draft(
            [[one.text for one in sentences]],
            max_words,
            lambda generator, limits: generate(sentences, lang, generator, self._verify, limits),
        )
        if draft is None:
            return None
        return Summary(
            sentences=tuple(
                SummarySentence(text=one.text, origin=one.origin, verified=True) for one in draft.sentences
            ),
            method=Method.ABSTRACTIVE,
            model=self._model,
            seconds=round(time.monotonic() - started, 4),
        )

    def story(self, story: StoryInput, max_words: int) -> WrittenStory | None:
        """A story in the model's words, each sentence citing the reports that say it."""
        reports = [report.sentences for report in story.reports]
        draft = self._draft(
            [[one.text for one in report] for report in reports],
            max_words,
            lambda generator, limits: generate_story(reports, story.lang, generator, self._verify, limits),
        )
        if draft is None:
            return None
        return WrittenStory(
            version=story.version,
            lang=story.lang,
            model=self._model,
            sentences=tuple(
                CitedSentence(text=one.text, citations=tuple(story.reports[place].citation for place in one.reports))
                for one in draft.sentences
            ),
        )

    def _draft(
        self,
        texts: Sequence[Sequence[str]],
        max_words: int,
        write: Callable[[Generator, Limits], Draft | None],
    ) -> Draft | None:
        """What is kept of these texts and settings, else what is written now."""
        config = self._config
        name = key(
            texts, self._model, max_words, config.max_input_words, config.dtype, model_id(config.embedding_model)
        )
        cached = self._cache.get(name)
        if cached is not None or not any(texts):
            return cached
        limits = Limits(
            max_words=max_words,
            max_input_words=config.max_input_words,
            within_s=config.generation_deadline.total_seconds() * _WRITING_SHARE,
        )
        try:
            draft = write(self._load(), limits)
        except SummaryError as error:
            _log.warning("generation_failed", code=error.code, reason=error.message)
            return None
        if draft is None:
            _log.info("generation_refused", model=self._model)
            return None
        self._cache.put(name, draft)
        return draft

    def _load(self) -> Generator:
        if self._generator is None:
            self._generator = open_generator(self._config)
        return self._generator


def open_generator(config: SummarizerConfig) -> Generator:
    """Load it, or ask for the server's model. Raises SummaryError."""
    if is_address(config.summary_model):
        from summarizer.remote import RemoteGenerator  # noqa: PLC0415 (only where a server is set)

        return RemoteGenerator(config)
    with needs_torch():
        from summarizer.generators import LocalGenerator  # noqa: PLC0415 (torch is imported when a text is written)
    return LocalGenerator(config)
