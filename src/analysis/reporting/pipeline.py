"""From a plan to the site: the pages that are due and their workers, the index, the log."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import paths
from analysis.errors import LockedError
from analysis.reporting import (
    alerts,
    health,
    making,
    places,
    planning,
    pool,
    publish,
    signing,
    site,
    snapshots,
    turn,
)
from analysis.reporting.due import finished, mark
from analysis.reporting.executors import Workers
from analysis.reporting.history import Event, History
from analysis.reporting.manifest import Page
from analysis.reporting.planning import Plan
from analysis.reporting.standing import Standing

if TYPE_CHECKING:
    from analysis.reporting.page_files import Job
    from analysis.reporting.worker import Outcome

STAGING = publish.STAGING


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    built: int
    kept: int
    failed: list[Outcome]
    seconds: float
    states: dict[str, int]
    index: Path


def run(
    work: Plan,
    *,
    workers: Workers = None,
    on_page: Callable[[Outcome], None],
    on_event: Callable[[Event], None] | None = None,
) -> Summary:
    """Make every page that is due, then the index, and write the history.

    Parameters
    ----------
    work
        From `plan`.
    workers
        Processes, as many as cores if None; or the address of a Dask scheduler whose workers make the pages.
    on_page
        Called in this process with each page's outcome, in the order they end.
    on_event
        Called with each line of the history.

    Raises
    ------
    UsageError
        Before any kernel starts, if a page's parameters break their contract.
    LockedError
        If another run is making this site, or has since it was planned.
    SourceUnavailableError
        If no cluster answers at the address, or it has no worker.
    """
    started = time.monotonic()
    everybody, history = alerts.recipients(), History(on_event)
    paths.REPORTS.mkdir(parents=True, exist_ok=True)
    with turn.taken(paths.REPORTS), tempfile.TemporaryDirectory(dir=paths.REPORTS, prefix=STAGING) as folder:
        staging = Path(folder)
        _check_seen(work)
        turn.note(paths.REPORTS, history.run)
        _sweep(keep=staging)
        history.add("run_started", pages=len(work.due), seen_from=work.moment.isoformat())
        outcomes = []
        for outcome in _made(work, staging, workers, run=history.run):
            outcomes.append(outcome)
            history.add("page", **asdict(outcome))
            on_page(outcome)
        made = {each.page: each.fingerprint for each in outcomes if each.state == "built"}
        found = _show_states(replace(work, fingerprints=work.fingerprints | made), staging)
        snapshots.keep(history.run, [page.id for page in work.pages])
        seconds = round(time.monotonic() - started, 1)
        history.add("run_ended", made=len(outcomes), seconds=seconds, states=health.counts(found))
        history.forget()
        missed = alerts.missed(work.missed())
        alerts.tell({**alerts.troubles(found), **missed}, everybody, history)
    failed = sorted((outcome for outcome in outcomes if outcome.state != "built"), key=lambda item: item.page)
    return Summary(
        built=len(outcomes) - len(failed),
        kept=len(work.chosen) - len(work.due),
        failed=failed,
        seconds=seconds,
        states=health.counts(found),
        index=paths.REPORTS / "index.html",
    )


def _made(work: Plan, staging: Path, workers: Workers, *, run: str) -> Iterator[Outcome]:
    if work.due:
        _check_parameters(work)
        about = {"run": run, **making.commit()}
        yield from pool.make(_jobs(work, work.due, staging, into=paths.REPORTS, run=about), workers)


def _show_states(work: Plan, staging: Path) -> dict[str, Standing]:
    """Bring banners, index and `health.json` in step with how the pages stand, and write down whose turn is done."""
    found = work.look()
    health.show(found, staging=staging)
    site.write(work.site, work.pages, found, staging=staging)
    health.write(found, staging=staging)
    undone = {page for page, stands in found.items() if stands.state in planning.MADE_AGAIN}
    mark(finished(work.turns, work.chosen, [*work.pages, *work.waiting], undone))
    return found


def _check_seen(work: Plan) -> None:
    """Refuse a plan that another run has overtaken: it would call pages stale that this run knows nothing of."""
    if turn.last(paths.REPORTS) != work.seen:
        raise LockedError("Another run has made this site meanwhile", next_step="run it again; nothing was done")


def _sweep(*, keep: Path) -> None:
    """Remove what killed runs left behind: the lock is ours, so nobody is using it."""
    for left in paths.REPORTS.glob(f"{STAGING}*"):
        if left != keep:
            shutil.rmtree(left)


def _check_parameters(work: Plan) -> None:
    from analysis.reporting import parameters

    parameters.check(work.due, places.load())


def make_aside(work: Plan, pages: Sequence[Page], staging: Path, *, workers: Workers = None) -> Iterator[Outcome]:
    """Make pages below `staging/pages` and leave the published ones alone.

    Yields
    ------
    Outcome
        One per page, in the order they end.
    """
    bare = replace(work, expected=replace(work.expected, of={}))  # a page's hashes are those without its banner
    yield from pool.make(_jobs(bare, pages, staging, into=staging / "pages", run={}), workers)


def _jobs(work: Plan, pages: Sequence[Page], staging: Path, *, into: Path, run: Mapping[str, Any]) -> list[Job]:
    from analysis.reporting.page_files import Job

    key = signing.chosen()
    return [
        Job(
            page=page,
            made_of=work.made_of[page.id],
            build=work.build,
            notebook=paths.NOTEBOOKS / page.report.notebook,
            root=paths.ROOT,
            folder=into / page.id,
            staging=staging,
            expected=work.expected,
            run=run,
            signing_key=key,
        )
        for page in pages
    ]
