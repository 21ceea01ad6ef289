"""`index_series`: the scores of the index of QĐ 766 that were published for provinces."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "place_code",
    "place_name",
    "place_name_en",
    "period",
    "score_points",
    "rank",
    "places_count",
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
    "score_points",
    "rank",
    "places_count",
    "source_date",
    "note_vi",
    "note_en",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table: one row per published score; source, date and certainty. Columns: `COLUMNS`."""
    return published("index_766_series", SCHEMA, "index_series")
