"""What Prometheus is told: the outbox, what came of sending, who waits, what failed, how long ago each thing succeeded.

Read when it is asked for, from the database and from the objects at work; nothing is counted twice.
"""

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.governor import Governor
from bot.health import Watch
from bot.outcomes import Outcomes
from news.entities import SourceStatus
from news.jobs import JobKind, JobQueue, Waiting
from news.ports import OpenUnitOfWork

_DUE_COUNTED = 1000  # more are as bad
_LATE = timedelta(minutes=1)  # a due chat is composed for at the next tick
_OUTCOMES = ("sent", "retried", "unknown", "replaced", "failed", "dropped", "moved", "topic_closed")


def read_by(
    open_unit: OpenUnitOfWork,
    outcomes: Outcomes | None,
    governor: Governor | None,
    watch: Watch,
    clock: Callable[[], datetime],
    queue: JobQueue | None = None,
) -> Callable[[], Awaitable[Iterable[Metric]]]:
    """The function that the metrics page calls; a process that does not send has neither outcomes nor a governor, and the
    queue is seen by those that put jobs into it or do them.
    """

    async def families() -> list[Metric]:
        now = clock()
        stored = await _stored(open_unit, now)
        jobs = [] if queue is None else _jobs(await queue.waiting())
        sent = [] if outcomes is None or governor is None else _sending(outcomes, governor, now)
        return [
            _labelled("byline_deliveries", "Rows of the outbox by state.", "state", _states(stored), GaugeMetricFamily),
            _gauge(
                "byline_outbox_oldest_pending_seconds",
                "Age of the oldest due part not sent.",
                stored["oldest_pending_s"],
            ),
            _gauge(
                "byline_chats_due_unplanned", "Chats due for over a minute without a digest.", stored["due_unplanned"]
            ),
            _gauge("byline_sources_failing", "Active sources whose last read failed.", stored["sources_failing"]),
            _gauge("byline_sources", "Active sources.", stored["sources"]),
            _gauge("byline_articles_waiting", "Articles read and not enriched yet.", stored["articles_waiting"]),
            *jobs,
            *sent,
            _labelled(
                "byline_last_success_age_seconds", "Since it last succeeded.", "of", watch.ages_s(), GaugeMetricFamily
            ),
            _labelled("byline_failures_in_a_row", "Of what is watched.", "of", watch.failures(), GaugeMetricFamily),
        ]

    return families


def _jobs(waiting: Mapping[JobKind, Waiting]) -> list[Metric]:
    counts = {kind.value: each.jobs for kind, each in waiting.items()}
    ages_s = {kind.value: each.oldest_s for kind, each in waiting.items()}
    return [
        _labelled("byline_jobs_waiting", "Jobs that wait or are under way.", "kind", counts, GaugeMetricFamily),
        _labelled("byline_jobs_oldest_seconds", "Age of the oldest of them.", "kind", ages_s, GaugeMetricFamily),
    ]


def _sending(outcomes: Outcomes, governor: Governor, now: datetime) -> list[Metric]:
    last_sent_s = (now - outcomes.last_sent_at).total_seconds() if outcomes.last_sent_at is not None else math.nan
    return [
        _labelled(
            "byline_sends",
            "Sends since the start by outcome; `unknown` may have arrived.",
            "outcome",
            {name: outcomes.counts[name] for name in _OUTCOMES},
            CounterMetricFamily,
        ),
        CounterMetricFamily(
            "byline_possible_duplicates",
            "Messages sent once more since the start though they may have arrived.",
            value=outcomes.possible_repeats,
        ),
        _gauge("byline_last_sent_age_seconds", "Since the last message of the outbox was accepted.", last_sent_s),
        CounterMetricFamily("byline_flood_refusals", "Answers 429 since the start.", value=governor.refusals),
    ]


async def _stored(open_unit: OpenUnitOfWork, now: datetime) -> dict[str, float]:
    async with open_unit(readonly=True) as unit:
        counts = dict(await unit.deliveries.counts(now))
        active = [source for source in await unit.sources.all() if source.status is SourceStatus.ACTIVE]
        return counts | {
            "due_unplanned": len(await unit.chats.due(now - _LATE, _DUE_COUNTED)),
            "sources": len(active),
            "sources_failing": sum(source.state.error_code is not None for source in active),
            "articles_waiting": await unit.articles.count_unenriched(),
        }


def _states(stored: Mapping[str, float]) -> dict[str, float]:
    ours = {"oldest_pending_s", "due_unplanned", "sources", "sources_failing", "articles_waiting"}
    return {name: value for name, value in stored.items() if name not in ours}


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _labelled(
    name: str,
    words: str,
    label: str,
    values: Mapping[str, float],
    family: type[GaugeMetricFamily] | type[CounterMetricFamily],
) -> Metric:
    made = family(name, words, labels=[label])
    for each, value in values.items():
        made.add_metric([each], value)
    return made
