"""`analysis status` and `analysis verify`: what a site shows, and whether it is what it says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from analysis.errors import GateFailedError, LateError, PartialError, UsageError

SHOWN = 20


At = Annotated[str, typer.Option(metavar="TIME", help="Look from this moment, in Vietnamese time; default: now.")]


def status(
    at: At = "",
    alert: Annotated[bool, typer.Option("--alert", help="Tell ANALYSIS_ALERTS what is new or mended.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help=f"Name every page that is not fresh, not the first {SHOWN}.")
    ] = False,
) -> None:
    """Compare what is published with what should be; exit code 4 if data are late, 8 if a page is not fresh."""
    from analysis import prepare
    from analysis.reporting import alerts, clock, health, history, planning

    with alerts.if_stopped(unattended=alert):
        prepare.ensure()
        work = planning.plan(at=clock.parse(at) if at else clock.local())
        found = work.look()
    print(", ".join(f"{number} {state}" for state, number in health.counts(found).items()))
    troubled = {page: stands for page, stands in found.items() if stands.state != "fresh"}
    for page, stands in list(troubled.items())[: None if every else SHOWN]:
        print(f"{page}: {stands.state}: {stands.says('en')}")
    if len(troubled) > SHOWN and not every:
        print(f"… and {len(troubled) - SHOWN} more; `analysis status --all` names them")
    missed = work.missed()
    if alert:
        everybody = alerts.recipients()
        now = {**alerts.still_stopped(), **alerts.troubles(found), **alerts.missed(missed)}
        alerts.tell(now, everybody, history.History())
    for turn in missed:
        print(f"{turn.report.id}: the run of {turn.scheduled_at:%Y-%m-%d %H:%M} has not happened")
    states = {stands.state for stands in troubled.values()}
    if missed:
        raise PartialError(
            f"{len(missed)} scheduled runs have not happened", next_step="see to the timer; `analysis report --due`"
        )
    if states == {"late"}:
        raise LateError(
            f"The data of {len(troubled)} of {len(found)} pages are late; the pages are right",
            next_step="ask the source, bring its figures, then `analysis report`",
        )
    if states:
        raise PartialError(
            f"{len(troubled)} of {len(found)} pages are not as they should be",
            next_step="`analysis report` makes what can be made; a page that failed says why"
            + ("; delete the folders of pages that no report makes any more" if work.unnamed else ""),
        )


def verify(
    rebuild: Annotated[bool, typer.Option(help="Make the pages again, aside, and compare every byte.")] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Page id, report id or glob; again for more.", metavar="ID")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Public key (PEM) that must have signed every page.")] = None,
    site: Annotated[
        Path | None, typer.Option(help="A copy of the site, such as `analysis export` makes; needs no facts.")
    ] = None,
) -> None:
    """Prove that the published pages are what their manifests say; exit code 6 if one is not."""
    from analysis import paths, prepare
    from analysis.reporting import planning, proof, publish

    if site is not None:
        if rebuild or only:
            raise UsageError("A copy of a site is proved whole and as it is", where="--site", allowed="--key beside it")
        if not (pages := publish.pages_in(site)):
            raise UsageError("There is no page of a site in this folder", where=site.name)
        folder = site
        found = [*proof.verify(pages, site, key=key)]
    else:
        prepare.ensure()
        work, folder = planning.plan(only=only or ()), paths.REPORTS
        pages = [*(page.id for page in work.chosen), *(() if only else work.unnamed)]
        found = [*proof.verify(pages, folder, key=key), *(proof.rebuild(work) if rebuild else ())]
    for finding in found:
        print(f"{finding.page}: {finding.file}: {finding.says}", file=sys.stderr)
    if found:
        raise GateFailedError(
            f"{len({finding.page for finding in found})} of {len(pages)} pages are not what they should be",
            next_step="`analysis report --force --only ID` makes a page again from the verified inputs",
        )
    good = sum(publish.read(folder / page).good for page in pages)
    again = ", and made again they have the same bytes" if rebuild else ""
    signed = f", and signed with {key.name}" if key else ""
    print(f"{good} pages are what their manifests say{signed}{again}.")
    if good < len(pages):
        print(f"{len(pages) - good} show an error or are not made, and prove nothing; `analysis status`")


def export(
    into: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    only: Annotated[
        list[str] | None, typer.Option(help="Page id, report id or glob; again for more.", metavar="ID")
    ] = None,
) -> None:
    """Copy the good pages into a folder that an archive takes (RO-Crate 1.1), with what each was made of."""
    from analysis import prepare
    from analysis.reporting import crate, planning

    prepare.ensure()
    work = planning.plan(only=only or ())
    copied = crate.export(work.chosen, into, title=work.site.title.en)
    print(f"{copied} pages in {into.name}, described in {crate.METADATA}.")
    print(f"Next: `analysis verify --site {into}`")
