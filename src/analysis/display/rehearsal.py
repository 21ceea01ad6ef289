"""Imported by a run's zygote before the first fork: does once what is slow the first time, and reads no facts.

The tables of policy and of indicators are read here: they are part of what a run is made with, as the code is.
"""

from __future__ import annotations

import pandas as pd

from analysis import paths, policy
from analysis.display import figures
from analysis.display.output import Table
from analysis.display.text import text
from analysis.indicators.actions import actions
from analysis.indicators.codebook import indicators


def rehearse() -> None:
    """Draw one chart in both languages: fonts are found, templates read, catalogues and tables of policy loaded."""
    frame = pd.DataFrame({"group_name": ["a"], "points": [1.0], "maximum_points": [2.0]})
    table = Table(frame, "rehearsal", text("not known"))
    figures.bars(table, label="group_name", value="points", alt=text("not known")).html("vi")
    if not paths.POLICY.is_dir():
        return
    for read in (policy.index_766, policy.events, policy.directive_4550, policy.official_targets, actions, indicators):
        read()


rehearse()
