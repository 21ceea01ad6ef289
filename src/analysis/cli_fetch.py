"""`analysis fetch` and `analysis lock`: raw data in, and pinned."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from analysis.errors import SourceUnavailableError, UsageError

if TYPE_CHECKING:
    from analysis.sources.portal import Period

Grain = Literal["month", "quarter", "year"]
PORTAL = "portal"
PORTAL_ONLY = ("--province", "--from", "--to", "--by", "--national", "--catalogue", "--list")
EXAMPLE = "`analysis fetch portal --province H19 --from 2026-07`"


def fetch(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(help="Source ids, or `portal`; none: every fetched source.", metavar="SOURCE")
    ] = None,
    mirror: Annotated[
        Path | None,
        typer.Option(envvar="ANALYSIS_MIRROR", help="Folder with <source>/<file>, instead of the network."),
    ] = None,
    province: Annotated[list[str] | None, typer.Option(help="portal: a code such as H19; again for more.")] = None,
    first: Annotated[str, typer.Option("--from", help="portal: first period (INCLUSIVE), such as 2025-07.")] = "",
    last: Annotated[str, typer.Option("--to", help="portal: last period (INCLUSIVE), such as 2026-10.")] = "",
    by: Annotated[str, typer.Option(help="portal: month, quarter or year.")] = "month",
    national: Annotated[bool, typer.Option("--national", help="portal: also the 34 provinces' table.")] = False,
    catalogue: Annotated[bool, typer.Option("--catalogue", help="portal: also the list of procedures.")] = False,
    provinces: Annotated[bool, typer.Option("--list", help="portal: print the 34 provinces and stop.")] = False,
    check: Annotated[
        Path | None, typer.Option(help="Say what SOURCE's mapping, or --mapping, makes of a file of dossiers.")
    ] = None,
    mapping: Annotated[str | None, typer.Option(help="--check: a shipped mapping, such as portal_sync.")] = None,
) -> None:
    """Fetch public data: from their pinned origin or a mirror, or from the National Public Service Portal."""
    given = _given(ctx)
    if check is not None or mapping is not None:
        _refuse(given, ("--mirror", *PORTAL_ONLY), why="Not with --check, which fetches nothing")
        _check(check, sources or [], mapping)
    elif sources and PORTAL in sources:
        if len(sources) > 1:
            raise UsageError("`portal` is fetched on its own", next_step="run `analysis fetch` again for the others")
        _refuse(given, ("--mirror",), why="Not for `portal`, which is always asked itself")
        if provinces:
            others = tuple(name for name in PORTAL_ONLY if name != "--list")
            _refuse(given, others, why="Not with --list, which asks the portal nothing")
            _print_provinces()
            return
        periods = _periods(given, (first, last, by), needed=bool(province or national), catalogue=catalogue)
        _portal(province or [], periods, national=national, catalogue=catalogue)
    else:
        _refuse(given, PORTAL_ONLY, why="Only for `portal`", next_step=f"for the portal: {EXAMPLE}")
        _public(sources or [], mirror)


def _check(file: Path | None, sources: list[str], name: str | None) -> None:
    from analysis.facts.dossiers.trying import mapping_for, try_mapping

    if file is None or not file.is_file() or len(sources) + (name is not None) != 1:
        raise UsageError(
            "A file is needed, and one mapping to read it with" if file is None or file.is_file() else "No such file",
            where="analysis fetch --check",
            next_step="`analysis fetch SOURCE --check FILE`, or `analysis fetch --check FILE --mapping portal_sync`",
        )
    for line in try_mapping(file, mapping_for(sources[0] if sources else None, name)).lines():
        print(line)
    print(
        "Next: put the file under data/raw/SOURCE, run `analysis lock SOURCE`, then `analysis build`", file=sys.stderr
    )


def _given(ctx: typer.Context) -> set[str]:
    """Give the options written on the command line; a variable such as ANALYSIS_MIRROR is set for every command."""
    sources = {each.opts[0]: ctx.get_parameter_source(each.name or "") for each in ctx.command.params}
    return {option for option, source in sources.items() if source is not None and source.name == "COMMANDLINE"}


def _refuse(given: set[str], options: tuple[str, ...], *, why: str, next_step: str = "") -> None:
    if wrong := [option for option in options if option in given]:
        raise UsageError(
            f"{why}: {', '.join(wrong)}",
            where="analysis fetch",
            next_step=next_step or f"leave {', '.join(wrong)} out",
        )


def _public(sources: list[str], mirror: Path | None) -> None:
    from analysis.sources.fetch import fetch as fetch_public

    outcome = fetch_public(sources, mirror=mirror, report=print)
    fetched, present, missing = (len(part) for part in (outcome.fetched, outcome.present, outcome.unavailable))
    print(f"{fetched} fetched, {present} already there, {missing} not available")
    if outcome.unavailable:
        raise SourceUnavailableError(
            f"Not available: {', '.join(outcome.unavailable)}",
            next_step="connect to the network, or name a folder that has the files: `analysis fetch --mirror DIR`",
        )


def _print_provinces() -> None:
    from analysis.sources import portal

    for each in portal.portal_provinces():
        print(f"{each.code}  {each.name}")


def _periods(given: set[str], span: tuple[str, str, str], *, needed: bool, catalogue: bool) -> tuple[Period, ...]:
    """Give the periods to ask for; they are needed for provinces and the national table, and for nothing else."""
    first, last, by = span
    if not needed:
        if not catalogue:
            raise UsageError(
                "There is nothing to ask the portal for",
                allowed="--province, --national or --catalogue",
                next_step=f"{EXAMPLE}; the codes: `analysis fetch portal --list`",
            )
        _refuse(given, ("--from", "--to", "--by"), why="Not with --catalogue alone, which has no period")
        return ()
    if by not in ("month", "quarter", "year"):
        raise UsageError(f"There is no grain {by!r}", where="--by", allowed="month, quarter, year")
    if not first:
        raise UsageError("The first period is missing", where="--from", allowed="2026, 2026-Q3 or 2026-08")
    from analysis.sources import portal

    return portal.period_range(first, last or first, by=cast(Grain, by))


def _portal(codes: list[str], periods: tuple[Period, ...], *, national: bool, catalogue: bool) -> None:
    from analysis.sources import portal

    print(portal.fetch_portal(codes, periods, national=national, catalogue=catalogue))


def lock(source: Annotated[str, typer.Argument(help="Id of a shipped source.")]) -> None:
    """Pin the files of a shipped source as they are now, after its publisher really published anew."""
    from analysis.sources import registry

    changes = registry.lock(source)
    for change in changes:
        print(f"{change.kind}: {change.path}")
    print(f"{source}: {len(changes)} files changed. Next: `analysis build`", file=sys.stderr)
