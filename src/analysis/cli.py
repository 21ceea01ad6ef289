"""The `analysis` command: a thin layer over the rooms."""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated, NoReturn

import typer

from analysis import cli_fetch, cli_new, cli_review, cli_schedule, cli_simulate, cli_site, cli_template, paths
from analysis.cli_log import Log, run_and_print
from analysis.errors import AnalysisError, SystemRefusedError, UsageError

# The disk is full or over quota, a file may not be larger, the place may not be written, the device or its server
# fails, a file stands where a folder should or the other way round; no memory, no process, too many files.
REFUSALS = {
    getattr(errno, name)
    for name in (
        *("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EIO", "ESTALE", "ETIMEDOUT", "ENOTDIR"),
        *("EISDIR", "EEXIST", "ENOMEM", "EAGAIN", "EMFILE", "ENFILE", "ENOLCK"),
    )
    if hasattr(errno, name)
}
INTERRUPTED = 130  # what a shell calls the end by Ctrl-C
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(cli_fetch.fetch)
app.command()(cli_fetch.lock)
app.command()(cli_simulate.simulate)
app.command()(cli_template.template)
app.command()(cli_new.new)
app.command()(cli_schedule.plan)
app.command()(cli_schedule.backfill)
app.command()(cli_site.status)
app.command()(cli_site.verify)
app.command()(cli_review.diff)
app.command()(cli_site.export)


@app.callback()
def begin() -> None:
    """Online public services and administrative procedures: facts, indicators, reports."""
    if "--help" not in sys.argv and not paths.MANIFEST.exists() and not paths.REFERENCE.is_dir():
        raise UsageError(
            "This is not the folder of a laboratory",
            where=str(paths.ROOT),
            allowed="a folder with data/ and reports.yml",
            next_step="set ANALYSIS_ROOT to it; unset, it is the checkout that this command belongs to",
        )


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
    from analysis.reporting import planning

    work = planning.plan()
    pages = work.pages
    width = max(len(page.id) for page in pages)
    for page in pages:
        said = planning.why(work, page) if why else f"{page.report.title.en}: {page.place_name}"
        print(f"{page.id:<{width}}  {said}")
    print(f"{len(pages)} pages. Next: `analysis report --only ID`", file=sys.stderr)


@app.command()
def report(
    only: Annotated[
        list[str] | None, typer.Option(help="Page id, report id or glob; again for more.", metavar="ID")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many pages.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one per core.")] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Dask scheduler whose workers make the pages: tcp://HOST:PORT.", metavar="URL")
    ] = None,
    force: Annotated[bool, typer.Option(help="Make pages again whose inputs have not changed.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only reports whose scheduled time has come.")] = False,
    at: cli_site.At = "",
    log: Log = "human",
) -> None:
    """Make the pages that are out of date, and the site's index."""
    from analysis.reporting import alerts, clock, planning

    if cluster and workers:
        raise UsageError("A cluster has workers of its own", where="--workers, --cluster", allowed="one of the two")
    with alerts.if_stopped(unattended=due):
        _ensure_facts()
        moment = clock.parse(at) if at else None
        work = planning.plan(only=only or (), limit=limit, force=force, due=due, at=moment)
        run_and_print(work, cluster or workers, log)


def _ensure_facts() -> None:
    from analysis import prepare

    prepare.ensure()


def main() -> None:
    """Run the command line; a mistake the user can mend is a message, not a traceback."""
    try:
        app()
    except AnalysisError as error:
        _end(error)
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
        _end(SystemRefusedError.of(error))
    except MemoryError:
        _end(SystemRefusedError.of(OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))))
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:
            print("Stopped by hand: every page is whole, and the next run goes on by itself", file=sys.stderr)
        raise


def _end(error: AnalysisError) -> NoReturn:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
