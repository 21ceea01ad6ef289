"""Imported by a run's zygote before the first fork: does once what is slow the first time, and touches no data."""

from __future__ import annotations

import pandas as pd

from analysis import facts  # noqa: F401
from analysis.display import figures
from analysis.display.output import Table
from analysis.display.text import text


def rehearse() -> None:
    """Draw one chart in both languages: fonts are found, templates read, catalogues loaded."""
    frame = pd.DataFrame({"group_name": ["a"], "points": [1.0], "maximum_points": [2.0]})
    table = Table(frame, "rehearsal", text("not known"))
    figures.bars(table, label="group_name", value="points", alt=text("not known")).html("vi")


rehearse()
