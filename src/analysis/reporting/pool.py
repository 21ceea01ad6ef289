"""Handing pages out to those who make them, and what happens when the system kills one of these."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from analysis import paths
from analysis.reporting import executors
from analysis.reporting.executors import Workers
from analysis.reporting.warm import start

if TYPE_CHECKING:
    from analysis.reporting.page_files import Job
    from analysis.reporting.worker import Outcome

# Hash order is fixed because the same inputs have to give the same bytes.
FIXED = {**start.ONE_THREAD, "PYTHONHASHSEED": "0"}


def make(jobs: Sequence[Job], workers: Workers) -> Iterator[Outcome]:
    """Make and publish pages on this machine, or on a cluster if its address is given.

    A process that is killed, most likely for want of memory, takes the others of this machine with it. The pages that
    were being made are then made one by one, each in a process of its own, so that only one that kills its process
    again fails; the rest goes on in new ones. A cluster gives a lost page to another worker by itself.

    Yields
    ------
    Outcome
        One per page, in the order they end.
    """
    from analysis.reporting import worker

    environment = {**FIXED, "ANALYSIS_ROOT": str(paths.ROOT)}
    if isinstance(workers, str):
        with executors.cluster(workers) as executor:
            yield from _submit(executor, functools.partial(worker.make_remotely, environment), jobs)
        return
    at_once = min(workers or os.cpu_count() or 1, len(jobs))
    left = list(jobs)
    while left:
        with executors.processes(at_once, environment) as executor:
            left = yield from _submit(executor, worker.make, left)
        # pages are handed out in order: those under way are the first of the unfinished
        for suspect in left[:at_once]:
            yield from _alone(suspect, environment)
        left = left[at_once:]


def _alone(job: Job, environment: Mapping[str, str]) -> Iterator[Outcome]:
    from analysis.reporting import worker

    with executors.processes(1, environment) as executor:
        killed = yield from _submit(executor, worker.make, [job])
    if killed:
        error = BrokenProcessPool("its process was ended by the system twice, most likely for want of memory")
        yield worker.publish_failure(job, error, seconds=0.0)


def _submit(
    executor: Executor, make: Callable[[Job], Outcome], jobs: Sequence[Job]
) -> Generator[Outcome, None, list[Job]]:
    """Yield what was made; return, in their order, the jobs whose processes were killed."""
    from analysis.reporting import worker

    futures = {executor.submit(make, job): job for job in jobs}
    killed = set()
    for future in as_completed(futures):
        job, error = futures[future], future.exception()
        if isinstance(error, BrokenProcessPool):
            killed.add(job.page.id)
        else:
            # an error of the machine's, which kept the worker from publishing anything
            yield worker.publish_failure(job, error, seconds=0.0) if error else future.result()
    return [job for job in jobs if job.page.id in killed]
