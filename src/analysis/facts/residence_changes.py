"""`residence_changes`: changes of residence in Italy's population register, filed online and in all."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "month",
    "online_count",
    "all_count",
    *contract.TRACE,
)
SCHEMA = contract.schema(COLUMNS, key=("month",))


def build() -> Table:
    """Build the table: one row per month; counts of declarations. Columns: `COLUMNS`."""
    return published("changes_of_residence", SCHEMA, "residence_changes")
