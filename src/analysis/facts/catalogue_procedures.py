"""`catalogue_procedures`: the real catalogue; a row: one procedure of one edition."""

from __future__ import annotations

import pandas as pd

from analysis.facts import contract
from analysis.facts.table import Table, finish
from analysis.sources import catalogue

NAME = "catalogue_procedures"
COLUMNS = (
    "edition",
    "procedure_code",
    "procedure_name",
    "field_name",
    "agency_name",
    "levels",
    "decision",
    "documents_listed_count",
    "document_lists_count",
    "channel_rows_count",
    "channels_problem",
    *contract.TRACE,
)
OPTIONAL = (
    "procedure_code",
    "field_name",
    "agency_name",
    "levels",
    "decision",
    "documents_listed_count",
    "document_lists_count",
    "channels_problem",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)
LEVELS = {
    "Cấp bộ": "ministry",
    "Cấp tỉnh": "province",
    "Cấp huyện": "district",
    "Cấp xã": "commune",
    "Cơ quan khác": "other",
}


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row a procedure and edition (2021, 2025-defence, 2026); none of an edition before `analysis fetch` brought
        it. `documents_listed_count` adds up the documents of all cases, alternatives included: it is not what one
        applicant hands in. `channels_problem` says why a procedure has fewer rows in `catalogue_channels` than its
        page shows: `no_row` could be read, or there is text before the `first_row`. Columns: `COLUMNS`.
    """
    rows = [_row(entry) for entry in catalogue.entries()]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    words = frame.select_dtypes(include=["object", "str"]).columns
    return finish(frame.astype(dict.fromkeys(words, "str")), SCHEMA, NAME)


def _row(entry: catalogue.Entry) -> tuple[object, ...]:
    levels = [LEVELS.get(each.strip().capitalize(), each.strip()) for each in entry.levels.split(",")]
    problem = None
    if not entry.channels:
        problem = "no_row"
    elif entry.unread:
        problem = "first_row"
    return (
        entry.edition,
        entry.code or None,
        entry.name,
        entry.field or None,
        entry.agency or None,
        ", ".join(levels) or None,
        entry.decision or None,
        entry.documents,
        entry.document_lists,
        len(entry.channels),
        problem,
        entry.source_id,
        f"{entry.source_id}/{entry.path}",
        entry.row,
    )
