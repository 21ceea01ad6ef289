"""`unit_list`: names and levels of a province's own units; a row: one unit in one span of time."""

from __future__ import annotations

from analysis.facts import held
from analysis.facts.table import Table

SCHEMA = held.table("unit_list").contract


def build() -> Table:
    """Build the table from what a province filled in, else from the simulated province; empty if there is neither."""
    return held.build("unit_list")
