"""What a run prints while it works: a bar for a person, lines for a log file, JSON lines for a machine."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from analysis.errors import GateFailedError, ReportFailedError

if TYPE_CHECKING:
    from analysis.reporting.executors import Workers
    from analysis.reporting.history import Event
    from analysis.reporting.pipeline import Summary
    from analysis.reporting.planning import Plan
    from analysis.reporting.worker import Outcome

EVERY = 20
Form = Literal["human", "json"]
Log = Annotated[Form, typer.Option(help="human, or json: one event a line on stderr, as in runs/history.jsonl.")]


def run_and_print(work: Plan, workers: Workers, log: Form) -> None:
    """Make the pages of a plan, and say what was done.

    Raises
    ------
    ReportFailedError
        If a page failed; `GateFailedError` if each that failed was made and must not be published as it is.
    """
    summary = _run(work, workers, log)
    _print_summary(work, summary)
    if summary.failed:
        gate = all(failed.error == GateFailedError.__name__ for failed in summary.failed)
        raise (GateFailedError if gate else ReportFailedError)(
            f"{len(summary.failed)} of {len(work.chosen)} pages {'must not be published' if gate else 'failed'}",
            where="; ".join(f"{failed.page}: {failed.reason}" for failed in summary.failed[:5]),
            next_step="open the page for details, mend the notebook or the data, run `analysis report` again",
        )


def _run(work: Plan, workers: Workers, log: Form) -> Summary:
    from analysis.reporting import pipeline

    if log == "json":
        return pipeline.run(work, workers=workers, on_page=lambda _: None, on_event=_print_event)
    if not work.due:
        return pipeline.run(work, workers=workers, on_page=lambda _: None)
    if not sys.stderr.isatty():
        return pipeline.run(work, workers=workers, on_page=_Lines(len(work.due)))
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("starting", total=len(work.due))
        return pipeline.run(
            work,
            workers=workers,
            on_page=lambda outcome: progress.update(task, advance=1, description=outcome.page),
        )


def _print_event(event: Event) -> None:
    print(json.dumps(event, ensure_ascii=False), file=sys.stderr, flush=True)


class _Lines:
    """A line every twenty pages, and one for each failure: what a log file can use."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0

    def __call__(self, outcome: Outcome) -> None:
        self.done += 1
        if outcome.state != "built":
            print(f"{outcome.page}: {outcome.state}: {outcome.reason}", file=sys.stderr)
        if self.done % EVERY == 0 or self.done == self.total:
            print(f"{self.done} of {self.total} pages", file=sys.stderr)


def _print_summary(work: Plan, summary: Summary) -> None:
    from analysis import paths

    if not work.due:
        print(f"Nothing to do: all {summary.kept} pages are up to date." if work.chosen else "Nothing is due.")
    else:
        counts = f"{summary.built} built, {summary.kept} kept, {len(summary.failed)} failed"
        print(f"{counts} in {summary.seconds:.0f} s.")
    of_data = {state: number for state, number in summary.states.items() if state in ("late", "partial")}
    if of_data:
        print(f"Data: {', '.join(f'{number} pages {state}' for state, number in of_data.items())}; `analysis status`")
    if work.waiting:
        print(f"{len(work.waiting)} pages wait for the figures of their period; `analysis plan`")
    if work.unnamed:
        print(f"{len(work.unnamed)} published pages that no report makes any more; `analysis status`")
    print(f"The site: {paths.relative(summary.index)}")
    if not summary.failed:
        print(f"Next: open {paths.relative(summary.index)} in a browser; it works offline.")
