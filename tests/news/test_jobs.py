"""Jobs are derived from rows: the same rows give the same jobs, and no two jobs are about the same article."""

from dataclasses import replace

from hypothesis import given, strategies as st

from news.ids import ArticleId, SourceId
from news.jobs import JobKind, articles_of, enriching, reading, source_of
from tests import make


@given(st.lists(st.integers(1, 10_000), max_size=60))
def test_every_waiting_article_is_in_exactly_one_job(waiting: list[int]) -> None:
    jobs = enriching([ArticleId(number) for number in waiting])
    assert len({job.key for job in jobs}) == len(jobs)
    covered = [article_id for job in jobs for article_id in articles_of(job.number)]
    assert len(covered) == len(set(covered))
    assert set(waiting) <= set(covered)
    assert jobs == enriching([ArticleId(number) for number in waiting])


def test_the_articles_that_wait_longest_come_first() -> None:
    assert [job.number for job in enriching([ArticleId(400), ArticleId(5), ArticleId(401)])] == [25, 0]


def test_a_source_is_a_job_and_a_host_has_one_turn() -> None:
    first, second, other = (
        replace(make.source(), id=SourceId(number), url=url)
        for number, url in enumerate(("https://a.example/1.xml", "https://a.example/2.xml", "https://b.example/"), 1)
    )
    jobs = reading([first, second, other])
    assert [source_of(job.number) for job in jobs] == [1, 2, 3]
    assert {job.kind for job in jobs} == {JobKind.READ}
    assert jobs[0].turn == jobs[1].turn != jobs[2].turn
    assert len({job.key for job in jobs}) == 3
