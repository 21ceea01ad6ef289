"""`online_share_definitions`: what each published online share counts, and of what."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "definition_id",
    "label_vi",
    "label_en",
    "numerator_vi",
    "numerator_en",
    "denominator_vi",
    "denominator_en",
    "source_vi",
    "source_en",
    "source_date",
    "certainty",
    "note_vi",
    "note_en",
    *contract.TRACE,
)
OPTIONAL = (
    "denominator_vi",
    "denominator_en",
    "numerator_vi",
    "numerator_en",
    "source_date",
    "note_vi",
    "note_en",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table: one row per definition; source, date and certainty. Columns: `COLUMNS`."""
    return published("online_share_definitions", SCHEMA, "online_share_definitions")
