"""From the manifest to the site: which pages are out of date, their workers, the index, the log."""

from __future__ import annotations

import datetime
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import paths
from analysis.reporting import fingerprint, places, publish, site
from analysis.reporting.manifest import Page, Site, expand, load, select
from analysis.reporting.warm import start

if TYPE_CHECKING:
    from analysis.reporting.worker import Job, Outcome

# Hash order is fixed because the same inputs have to give the same bytes.
FIXED = {**start.ONE_THREAD, "PYTHONHASHSEED": "0"}


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen pages, and those of them that are out of date."""

    site: Site
    pages: list[Page]
    chosen: list[Page]
    due: list[Page]
    fingerprints: dict[str, str]
    facts_sha256: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    built: int
    kept: int
    failed: list[Outcome]
    seconds: float
    index: Path


def catalogue() -> tuple[Site, list[Page]]:
    """Give the manifest and all its pages."""
    manifest = load(paths.MANIFEST)
    return manifest, expand(manifest, places.load())


def plan(*, only: Sequence[str] = (), limit: int | None = None, force: bool = False) -> Plan:
    """Decide what there is to do; nothing heavy is imported for that.

    Raises
    ------
    UsageError
        If the manifest is wrong or `only` names no page.
    """
    manifest, pages = catalogue()
    chosen = select(pages, list(only), limit)
    parts = fingerprint.common()
    prints = {page.id: fingerprint.of(page, parts) for page in pages}
    due = [
        page
        for page in chosen
        if force or site.state(publish.read(paths.REPORTS / page.id), prints[page.id]) != "fresh"
    ]
    return Plan(manifest, pages, chosen, due, prints, parts["facts"])


def run(work: Plan, *, workers: int | None = None, on_page: Callable[[Outcome], None]) -> Summary:
    """Make every page that is due, then the index.

    Parameters
    ----------
    work
        From `plan`.
    workers
        Processes; as many as cores if None.
    on_page
        Called in this process with each page's outcome, in the order they end.

    Raises
    ------
    UsageError
        Before any kernel starts, if a page's parameters break their contract.
    """
    started = time.monotonic()
    paths.REPORTS.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(dir=paths.REPORTS, prefix=".staging-") as folder:
        staging = Path(folder)
        if work.due:
            _check_parameters(work)
            for outcome in _make_all(work, staging, workers):
                outcomes.append(outcome)
                _log(outcome)
                on_page(outcome)
        site.write(work.site, work.pages, work.fingerprints, staging=staging)
    failed = sorted((outcome for outcome in outcomes if outcome.state != "built"), key=lambda item: item.page)
    return Summary(
        built=len(outcomes) - len(failed),
        kept=len(work.chosen) - len(work.due),
        failed=failed,
        seconds=time.monotonic() - started,
        index=paths.REPORTS / "index.html",
    )


def _check_parameters(work: Plan) -> None:
    from analysis.reporting import parameters

    parameters.check(work.due, places.load())


def _make_all(work: Plan, staging: Path, workers: int | None) -> Iterator[Outcome]:
    from analysis.reporting.worker import Job

    jobs = [
        Job(
            page=page,
            fingerprint=work.fingerprints[page.id],
            facts_sha256=work.facts_sha256,
            notebook=paths.NOTEBOOKS / page.report.notebook,
            root=paths.ROOT,
            folder=paths.REPORTS / page.id,
            staging=staging,
        )
        for page in work.due
    ]
    environment = {**FIXED, "ANALYSIS_ROOT": str(paths.ROOT)}
    with start.running(start.REPORT, environment) as zygote:
        if zygote:
            environment[start.SOCKET] = str(zygote)
        with _pool(min(workers or os.cpu_count() or 1, len(jobs)), environment) as executor:
            yield from _submit(executor, jobs)


def _pool(workers: int, environment: Mapping[str, str]) -> Executor:
    """Start workers from a fork server, which loads papermill and nbconvert once; spawn elsewhere."""
    from analysis.reporting import worker

    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload([worker.__name__])
    return ProcessPoolExecutor(workers, context, initializer=worker.prepare, initargs=(environment,))


def _submit(executor: Executor, jobs: Sequence[Job]) -> Iterator[Outcome]:
    from analysis.reporting import worker

    futures = {executor.submit(worker.make, job): job for job in jobs}
    try:
        for future in as_completed(futures):
            error = future.exception()
            # a worker that was killed could not publish its own failure
            yield worker.publish_failure(futures[future], error, seconds=0.0) if error else future.result()
    finally:
        executor.shutdown(cancel_futures=True)


def _log(outcome: Outcome) -> None:
    """Add a line to `reports/runs.jsonl`, the only file of the site with a clock in it."""
    ended = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    line = json.dumps({"ended": ended, **asdict(outcome)}, ensure_ascii=False)
    with (paths.REPORTS / "runs.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
