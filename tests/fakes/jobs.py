"""A job queue in memory."""

from collections.abc import Mapping, Sequence

from news.jobs import Do, Job, JobKind, Waiting


class FakeJobQueue:
    """Implements `news.jobs.JobQueue`; jobs are as old as `age_s` says."""

    def __init__(self, *jobs: Job, age_s: float = 0.0) -> None:
        self.jobs = {job.key: job for job in jobs}
        self.age_s = age_s

    async def put(self, jobs: Sequence[Job]) -> int:
        new = {job.key: job for job in jobs if job.key not in self.jobs}
        self.jobs |= new
        return len(new)

    async def work(self, do: Mapping[JobKind, Do], at_once: Mapping[JobKind, int]) -> None:
        assert set(at_once) >= set(do)
        for key, job in list(self.jobs.items()):
            await do[job.kind](job.number)
            del self.jobs[key]

    async def put_back(self) -> int:
        return 0

    async def waiting(self) -> Mapping[JobKind, Waiting]:
        counts = {kind: sum(job.kind is kind for job in self.jobs.values()) for kind in JobKind}
        return {kind: Waiting(count, self.age_s if count else 0.0) for kind, count in counts.items()}
