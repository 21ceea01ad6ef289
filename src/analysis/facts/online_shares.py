"""`online_shares`: published online shares, each under its own definition."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "definition_id",
    "place_code",
    "place_name",
    "place_name_en",
    "period",
    "share_pct",
    "numerator_count",
    "denominator_count",
    "source_vi",
    "source_en",
    "source_date",
    "certainty",
    "note_vi",
    "note_en",
    *contract.TRACE,
)
OPTIONAL = (
    "place_code",
    "period",
    "share_pct",
    "numerator_count",
    "denominator_count",
    "source_date",
    "note_vi",
    "note_en",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table: one row per definition, place and period; source, date and certainty. Columns: `COLUMNS`."""
    return published("online_shares", SCHEMA, "online_shares")
