"""`programme_progress`: progress of the simplification programmes as published."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "programme_vi",
    "programme_en",
    "measure_id",
    "measure_vi",
    "measure_en",
    "period",
    "done_count",
    "total_count",
    "share_pct",
    "target_pct",
    "source_vi",
    "source_en",
    "source_date",
    "certainty",
    "note_vi",
    "note_en",
    *contract.TRACE,
)
OPTIONAL = (
    "period",
    "done_count",
    "total_count",
    "share_pct",
    "target_pct",
    "source_date",
    "note_vi",
    "note_en",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table: one row per programme, measure and date; source, date and certainty. Columns: `COLUMNS`."""
    return published("programme_progress", SCHEMA, "programme_progress")
