"""The `analysis` command: a thin layer over the rooms."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from analysis import cli_fetch, cli_new, cli_simulate, cli_site, cli_template
from analysis.errors import AnalysisError, ReportFailedError

if TYPE_CHECKING:
    from analysis.reporting.pipeline import Plan, Summary
    from analysis.reporting.worker import Outcome

EVERY = 20
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Online public services and administrative procedures: facts, indicators, reports.",
)
app.command()(cli_fetch.fetch)
app.command()(cli_fetch.lock)
app.command()(cli_simulate.simulate)
app.command()(cli_template.template)
app.command()(cli_new.new)
app.command()(cli_site.status)
app.command()(cli_site.verify)


@app.command()
def build() -> None:
    """Build the facts from the raw files."""
    from analysis import prepare

    print(prepare.build().sentence)
    print("Next: `analysis report`")


@app.command("list")
def list_pages(why: Annotated[bool, typer.Option(help="Say what changed for pages out of date.")] = False) -> None:
    """Print the ids that `report --only` takes, with their titles."""
    _ensure_facts()
    from analysis.reporting import pipeline

    work = pipeline.plan()
    pages = work.pages
    width = max(len(page.id) for page in pages)
    for page in pages:
        said = pipeline.why(work, page) if why else f"{page.report.title.en}: {page.place_name}"
        print(f"{page.id:<{width}}  {said}")
    print(f"{len(pages)} pages. Next: `analysis report --only ID`", file=sys.stderr)


@app.command()
def report(
    only: Annotated[
        list[str] | None, typer.Option(help="Page id, report id or glob; again for more.", metavar="ID")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many pages.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one per core.")] = None,
    force: Annotated[bool, typer.Option(help="Make pages again whose inputs have not changed.")] = False,
    at: cli_site.At = "",
) -> None:
    """Make the pages that are out of date, and the site's index."""
    _ensure_facts()
    from analysis.reporting import clock, pipeline

    work = pipeline.plan(only=only or (), limit=limit, force=force, at=clock.parse(at) if at else None)
    summary = _with_progress(work, workers)
    _print_summary(work, summary)
    if summary.failed:
        raise ReportFailedError(
            f"{len(summary.failed)} of {len(work.chosen)} pages failed",
            where="; ".join(f"{failed.page}: {failed.reason}" for failed in summary.failed[:5]),
            next_step="open the page for details, mend the notebook or the data, run `analysis report` again",
        )


def _ensure_facts() -> None:
    from analysis import prepare

    prepare.ensure()


def _with_progress(work: Plan, workers: int | None) -> Summary:
    from analysis.reporting import pipeline

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
        print(f"Nothing to do: all {summary.kept} pages are up to date.")
    else:
        counts = f"{summary.built} built, {summary.kept} kept, {len(summary.failed)} failed"
        print(f"{counts} in {summary.seconds:.0f} s.")
    print(f"The site: {paths.relative(summary.index)}")
    if not summary.failed:
        print(f"Next: open {paths.relative(summary.index)} in a browser; it works offline.")


def main() -> None:
    """Run the command line; a mistake the user can mend is a message, not a traceback."""
    try:
        app()
    except AnalysisError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
