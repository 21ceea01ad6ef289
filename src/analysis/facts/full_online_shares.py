"""`full_online_shares`: shares of dossiers settled by full online services, with their targets."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "level",
    "place_code",
    "place_name",
    "place_name_en",
    "period",
    "share_pct",
    "target_pct",
    "full_online_count",
    "dossiers_count",
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
    "target_pct",
    "full_online_count",
    "dossiers_count",
    "source_date",
    "note_vi",
    "note_en",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table: one row per place and period; source, date and certainty. Columns: `COLUMNS`."""
    return published("full_online_shares", SCHEMA, "full_online_shares")
