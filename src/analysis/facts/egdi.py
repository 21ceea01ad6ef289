"""`egdi`: Viet Nam in the UN E-Government Development Index."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "period",
    "rank",
    "egdi_index",
    "source_vi",
    "source_en",
    "source_date",
    "certainty",
    "note_vi",
    "note_en",
    *contract.TRACE,
)
OPTIONAL = (
    "rank",
    "egdi_index",
    "source_date",
    "note_vi",
    "note_en",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table: one row per survey; source, date and certainty. Columns: `COLUMNS`."""
    return published("egdi_vietnam", SCHEMA, "egdi")
