"""`analysis status` and `analysis verify`: what a site shows, and whether it is what it says."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from analysis.errors import GateFailedError, PartialError

SHOWN = 20


def status() -> None:
    """Compare what is published with what should be; exit code 8 if a page is not fresh."""
    from analysis import prepare
    from analysis.reporting import health, pipeline

    prepare.ensure()
    work = pipeline.plan()
    found = health.look(work.pages, work.fingerprints)
    print(", ".join(f"{number} {state}" for state, number in health.counts(found).items()))
    troubled = [page for page in found if page.state != "fresh"]
    for page in troubled[:SHOWN]:
        print(f"{page.id}: {page.state}: {page.reason}")
    if len(troubled) > SHOWN:
        print(f"… and {len(troubled) - SHOWN} more, all of them in reports/{health.HEALTH}")
    if troubled:
        raise PartialError(
            f"{len(troubled)} of {len(found)} pages are not as they should be",
            next_step="`analysis report` makes them; a page that failed says why",
        )


def verify(
    rebuild: Annotated[bool, typer.Option(help="Make the pages again, aside, and compare every byte.")] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Page id, report id or glob; again for more.", metavar="ID")
    ] = None,
) -> None:
    """Prove that the published pages are what their manifests say; exit code 6 if one is not."""
    from analysis import prepare
    from analysis.reporting import pipeline, proof

    prepare.ensure()
    work = pipeline.plan(only=only or ())
    found = [*proof.verify(work.chosen), *(proof.rebuild(work) if rebuild else ())]
    for finding in found:
        print(f"{finding.page}: {finding.file}: {finding.says}", file=sys.stderr)
    if found:
        raise GateFailedError(
            f"{len({finding.page for finding in found})} of {len(work.chosen)} pages are not what they should be",
            next_step="`analysis report --force --only ID` makes a page again from the verified inputs",
        )
    again = ", and made again they have the same bytes" if rebuild else ""
    print(f"{len(work.chosen)} pages are what their manifests say{again}.")
