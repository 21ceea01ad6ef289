"""`binh_phuoc_2024`: what Bình Phước published of itself for 2024."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "measure_id",
    "measure_vi",
    "measure_en",
    "period",
    "share_pct",
    "change_percentage_points",
    "numerator_count",
    "denominator_count",
    "rank",
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
    "share_pct",
    "change_percentage_points",
    "numerator_count",
    "denominator_count",
    "rank",
    "source_date",
    "note_vi",
    "note_en",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table: one row per measure; source, date and certainty. Columns: `COLUMNS`."""
    return published("binh_phuoc_2024", SCHEMA, "binh_phuoc_2024")
