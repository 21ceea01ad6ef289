"""`analysis plan` and `analysis backfill`: what is due and why, and pages of periods gone by."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli_log import Log, run_and_print
from analysis.cli_site import At
from analysis.errors import UsageError

if TYPE_CHECKING:
    from analysis.reporting.due import Turn
    from analysis.reporting.planning import Plan

SHOWN = 5


def plan(at: At = "") -> None:
    """Say what `report --due` would make and why, and when each report's turn comes."""
    from analysis import prepare
    from analysis.reporting import clock, due, planning

    prepare.ensure()
    moment = clock.parse(at) if at else clock.local()
    work = planning.plan(due=True, at=moment)
    for turn in due.turns(work.site.reports, moment):
        for line in _lines(work, turn):
            print(line)
    print("Next: `analysis report --due`", file=sys.stderr)


def _lines(work: Plan, turn: Turn) -> list[str]:
    from analysis.reporting import planning

    pages = [page for page in work.pages if page.report.id == turn.report.id]
    to_make = [page for page in work.due if page.report.id == turn.report.id]
    when = f"{turn.report.id} ({turn.report.schedule}; next {turn.next_at:%Y-%m-%d %H:%M})"
    if not turn.due:
        return [f"{when}: done for {turn.scheduled_at:%Y-%m-%d %H:%M}"]
    since = "never run by schedule" if turn.done_at is None else f"last done for {turn.done_at:%Y-%m-%d %H:%M}"
    waiting = f", {turn.waiting_count} times made up for at once" if turn.waiting_count > 1 else ""
    head = f"{when}: due for {turn.scheduled_at:%Y-%m-%d %H:%M}, {since}{waiting}; {len(to_make)} of {len(pages)} pages"
    waits = [f"  {page.id}: waits for its figures" for page in work.waiting if page.report.id == turn.report.id]
    more = [f"  … and {len(to_make) - SHOWN} more"] if len(to_make) > SHOWN else []
    return [head, *(f"  {page.id}: {planning.why(work, page)}" for page in to_make[:SHOWN]), *more, *waits[:SHOWN]]


def backfill(
    first: Annotated[str, typer.Option("--from", help="First period (INCLUSIVE): 2026, 2026-Q1 or 2026-01.")],
    last: Annotated[str, typer.Option("--to", help="Last period (INCLUSIVE), of the same form.")],
    only: Annotated[
        list[str] | None, typer.Option(help="Page id, report id or glob, as of today; again for more.", metavar="ID")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one per core.")] = None,
    log: Log = "human",
) -> None:
    """Make pages for earlier periods; they stay in the index and are kept up to date from then on."""
    from analysis import prepare
    from analysis.reporting import alerts, choosing, expected, planning

    prepare.ensure()
    wanted = expected.periods(first, last)
    work = planning.weigh(choosing.of_periods(wanted, only=only or ()))
    there = {str(page.parameters["period"]) for page in work.chosen}
    if without := [period for period in wanted if period not in there]:
        print(f"Not in the facts: {', '.join(without)}", file=sys.stderr)
    if not work.chosen:
        raise UsageError(
            "No page can be made for these periods",
            where="--from, --to",
            next_step="`analysis fetch portal --province CODE --from PERIOD --to PERIOD`, then this again",
        )
    with alerts.if_stopped(unattended=False):
        run_and_print(work, workers, log)
