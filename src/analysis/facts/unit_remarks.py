"""`unit_remarks`: what units say about their figures; a row: one remark of one unit on one period."""

from __future__ import annotations

from analysis.facts import held
from analysis.facts.table import Table

SCHEMA = held.table("unit_remarks").contract


def build() -> Table:
    """Build the table from what a province filled in, else from the simulated province; empty if there is neither."""
    return held.build("unit_remarks")
