"""`analysis new`: a report of one's own to begin with."""

from __future__ import annotations

from typing import Annotated

import typer


def new(
    report: Annotated[str, typer.Argument(help="Its name: small letters, digits and _.", metavar="REPORT")],
) -> None:
    """Begin a report: a notebook that runs as it is, and its entry in reports.yml."""
    from analysis import paths, prepare
    from analysis.reporting import skeleton

    prepare.ensure()
    notebook = skeleton.create(report)
    print(f"{paths.relative(notebook)} runs as it is; {paths.relative(paths.MANIFEST)} has its entry.")
    print("Next: `make lab`, change the question, the table and the words, run it from top to bottom;")
    print(f"`analysis report --only {report}` makes its page. notebooks/explore.ipynb shows what there is.")
