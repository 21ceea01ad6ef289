"""`analysis fetch` and `analysis lock`: raw data in, and pinned."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from analysis.errors import SourceUnavailableError, UsageError

Grain = Literal["month", "quarter", "year"]
PORTAL = "portal"


def fetch(
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
) -> None:
    """Fetch public data: from their pinned origin or a mirror, or from the National Public Service Portal."""
    if sources and PORTAL in sources:
        if len(sources) > 1:
            raise UsageError("`portal` is fetched on its own", next_step="run `analysis fetch` again for the others")
        _portal(province or [], (first, last, by), national=national, catalogue=catalogue, provinces=provinces)
    else:
        _public(sources or [], mirror)


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


def _portal(codes: list[str], span: tuple[str, str, str], *, national: bool, catalogue: bool, provinces: bool) -> None:
    from analysis.sources import portal

    if provinces:
        for each in portal.portal_provinces():
            print(f"{each.code}  {each.name}")
        return
    first, last, by = span
    if by not in ("month", "quarter", "year"):
        raise UsageError(f"There is no grain {by!r}", where="--by", allowed="month, quarter, year")
    if (codes or national) and not first:
        raise UsageError("The first period is missing", where="--from", allowed="2026, 2026-Q3 or 2026-08")
    periods = portal.period_range(first, last or first, by=cast(Grain, by)) if first else ()
    print(portal.fetch_portal(codes, periods, national=national, catalogue=catalogue))


def lock(source: Annotated[str, typer.Argument(help="Id of a shipped source.")]) -> None:
    """Pin the files of a shipped source as they are now, after its publisher really published anew."""
    from analysis.sources import registry

    changes = registry.lock(source)
    for change in changes:
        print(f"{change.kind}: {change.path}")
    print(f"{source}: {len(changes)} files changed. Next: `analysis build`", file=sys.stderr)
