"""`petitions`: petitions; a row: one petition (never who sent it)."""

from __future__ import annotations

from analysis.facts import held
from analysis.facts.table import Table

SCHEMA = held.table("petitions").contract


def build() -> Table:
    """Build the table from what a province filled in, else from the simulated province; empty if there is neither."""
    return held.build("petitions")
