"""From the manifest to the site: which pages are out of date, their workers, the index, the log."""

from __future__ import annotations

import datetime
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
    choosing,
    fingerprint,
    health,
    making,
    places,
    pool,
    publish,
    signing,
    site,
    snapshots,
    standing,
    turn,
)
from analysis.reporting.choosing import Choice
from analysis.reporting.due import Turn, finished, mark, turns
from analysis.reporting.executors import Workers
from analysis.reporting.history import Event, History
from analysis.reporting.manifest import Page, Site
from analysis.reporting.standing import Expected, Standing

if TYPE_CHECKING:
    from analysis.reporting.worker import Job, Outcome

STAGING = publish.STAGING
# making a page again mends these; late and partial data it cannot mend
MADE_AGAIN = {"missing", "failed", "stale"}


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen pages, those of them that are out of date, and what is expected of the data.

    Attributes
    ----------
    fingerprints
        Page id → hash of all it depends on as that is now; empty for a page of which nothing is published, because
        what it reads is known once it has been made.
    made_of
        Page id → the parts that are hashed, all but the facts.
    reads
        Page id → what the published page read of the facts, with the hash each read would have now.
    build
        The facts as they are now.
    waiting
        Pages of a period such as `last quarter` whose figures have not come: their turn is not done until they have.
    unnamed
        Ids of published pages that no report makes any more: of a unit that is gone, or of a report that was taken out.
    seen
        The run that had last made the site when this was planned.
    """

    site: Site
    pages: list[Page]
    chosen: list[Page]
    due: list[Page]
    fingerprints: dict[str, str]
    made_of: dict[str, dict[str, str]]
    reads: dict[str, list[dict[str, Any]]]
    build: str
    moment: datetime.datetime
    expected: Expected
    turns: list[Turn]
    waiting: list[Page]
    unnamed: list[str]
    seen: str

    def missed(self) -> list[Turn]:
        """List the turns that have not been taken an hour after their time; one may wait for figures not yet due."""
        waits = {page.report.id for page in self.waiting if not self.expected.over(str(page.parameters["period"]))}
        found = turns(self.site.reports, self.moment)
        return [turn for turn in found if turn.missed(self.moment) and turn.report.id not in waits]

    def look(self) -> dict[str, Standing]:
        """Say how every page stands now."""
        gone = {page: standing.unnamed() for page in self.unnamed}
        return health.look(self.pages, self.fingerprints, self.expected) | gone


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    built: int
    kept: int
    failed: list[Outcome]
    seconds: float
    states: dict[str, int]
    index: Path


def plan(
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    force: bool = False,
    due: bool = False,
    at: datetime.datetime | None = None,
) -> Plan:
    """Decide what there is to do; nothing heavy is imported for that.

    Parameters
    ----------
    only, limit
        The pages to choose, as `manifest.select` does; all of them by default.
    force
        Make pages again whose inputs have not changed.
    due
        Choose only pages of reports whose scheduled time has come.
    at
        The moment from which one looks; now if None. What is due and the state of the data depend on it.

    Raises
    ------
    UsageError
        If the manifest is wrong or `only` names no page.
    """
    return weigh(choosing.pages(only=only, limit=limit, due=due, at=at), force=force)


def weigh(choice: Choice, *, force: bool = False) -> Plan:
    """Find out which of the chosen pages are out of date; with `force`, all of them are made."""
    seen = turn.last(paths.REPORTS)
    pages, chosen = choice.pages, choice.chosen
    made_of = fingerprint.of_pages(pages)
    records = {page.id: publish.read(paths.REPORTS / page.id).record for page in pages}
    reads = {name: fingerprint.read_now(record.get("reads", [])) for name, record in records.items()}
    prints = {
        name: fingerprint.of(fingerprint.with_facts(made_of[name], reads[name])) if record else ""
        for name, record in records.items()
    }
    known = choice.places
    expected = Expected(choice.site.expectations(known.described), choice.moment.date(), known.arrived)
    found = health.look(chosen, prints, expected)
    there = {page.id for page in [*pages, *choice.waiting]}
    to_make = [page for page in chosen if force or found[page.id].state in MADE_AGAIN]
    return Plan(
        site=choice.site,
        pages=pages,
        chosen=chosen,
        due=to_make,
        fingerprints=prints,
        made_of=made_of,
        reads=reads,
        build=fingerprint.build(),
        moment=choice.moment,
        expected=expected,
        turns=choice.turns,
        waiting=choice.waiting,
        unnamed=[page for page in publish.pages_in(paths.REPORTS) if page not in there],
        seen=seen,
    )


def why(work: Plan, page: Page) -> str:
    """Say whether a page is up to date, and if not, which of its inputs changed since it was made."""
    published = publish.read(paths.REPORTS / page.id)
    state = standing.of(published, work.fingerprints[page.id], work.expected).state
    if not published.record:
        return "its record is damaged" if published.damaged else "never made"
    moved = fingerprint.words(published.record, work.made_of[page.id], work.reads[page.id])
    if state not in MADE_AGAIN or not moved:
        return state
    return f"{state}, changed: {'; '.join(moved)}"


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
    undone = {page for page, stands in found.items() if stands.state in MADE_AGAIN}
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
    from analysis.reporting.worker import Job

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
