"""`procedure_changes`: changes of procedures; a row: one change of one procedure."""

from __future__ import annotations

from analysis.facts import held
from analysis.facts.table import Table

SCHEMA = held.table("procedure_changes").contract


def build() -> Table:
    """Build the table from what a province filled in, else from the simulated province; empty if there is neither."""
    return held.build("procedure_changes")
