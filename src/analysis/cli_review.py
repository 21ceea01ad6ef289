"""`analysis diff`: what moved between two runs and why, as a page that a reviewer signs."""

from __future__ import annotations

from typing import Annotated

import typer


def diff(
    before: Annotated[
        str, typer.Argument(help="A run, `previous`, or the folder of a site.", metavar="RUN_A")
    ] = "previous",
    after: Annotated[str, typer.Argument(help="A run, `last`, or the folder of a site.", metavar="RUN_B")] = "last",
    sign_off: Annotated[
        str, typer.Option(help="Record that you have reviewed the pages whose numbers moved.", metavar="NAME")
    ] = "",
) -> None:
    """Compare two runs number by number and write a page that says what moved and why."""
    from analysis import paths
    from analysis.reporting import comparison, review, snapshots

    then, now = snapshots.load(before), snapshots.load(after)
    found = comparison.compare(then, now)
    signed = review.sign_off(found, now, sign_off) if sign_off else []
    page = review.write(found, snapshots.load(after))
    counts = found.counts()
    print(f"{found.before} → {found.after}: numbers that moved: {sum(counts.values())}, pages: {len(found.pages)}")
    for why, number in counts.items():
        print(f"  {why}: {number}")
    for change, pages in (("new", found.added), ("gone", found.removed)):
        if pages:
            print(f"  pages {change}: {len(pages)}")
    if sign_off:
        print(
            f"Pages signed off by {sign_off}: {len(signed)}." if signed else "Nothing moved: there is nothing to sign."
        )
    print(f"The review: {paths.relative(page)}")
