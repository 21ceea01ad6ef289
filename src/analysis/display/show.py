"""Show several outputs in one cell."""

from __future__ import annotations

from IPython.display import display

from analysis.display.output import Output


def show(*outputs: Output) -> None:
    """Show each output, in order."""
    for output in outputs:
        display(output)  # type: ignore[no-untyped-call]  # IPython has no types for it
