"""`dossiers`: one row a dossier, whatever agency exported it; the grain of every indicator of use and processing.

Kept as Parquet below `data/processed/dossiers/source_id=…/month=YYYY-MM/`; `month` is that of receipt, so that a month
can be built again by itself and no step ever needs the whole table in memory.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from analysis import paths
from analysis.fields import FIELDS

FLAGS = (
    "hazard_due_missing",
    "hazard_finished_before_received",
    "hazard_midnight",
    "hazard_status_rewritten",
)
REQUIRED = ("dossier_key", "province_code", "unit_code", "unit_level", "procedure_code", "received_at", "status_code")
COLUMNS = (
    "dossier_key",
    "province_code",
    "unit_code",
    "unit_level",
    "field_code",
    "procedure_code",
    "channel",
    "service_level",
    "applicant_type",
    "submitted_at",
    "received_at",
    "due_at",
    "supplement_requested_at",
    "supplement_answered_at",
    "finished_at",
    "returned_at",
    "supplements_count",
    "status_code",
    "fee_vnd",
    "fee_due",
    "paid_online",
    "components_count",
    "digitised_components_count",
    "reused_components_count",
    "e_result",
    "citizen_store",
    "verified_identity",
    "connected_database",
    "satisfied",
    "submitter_key",
    "proxy_account",
    "linked_group",
    "linked_key",
    "processing_working_days",
    "allowed_working_days",
    *FLAGS,
    "file",
    "row",
)
# what an export can say itself; the rest is reckoned or traced
EXPORTED = tuple(
    name for name in COLUMNS if name not in ("processing_working_days", "allowed_working_days", *FLAGS, "file", "row")
)
# what a column is on disk: one code for pandas, DuckDB and Spark alike
_ARROW = {"flag": pa.bool_(), "time": pa.timestamp("us"), "count": pa.int32(), "days": pa.int32(), "vnd": pa.int64()}
SCHEMA = pa.schema(
    [
        pa.field(name, _ARROW.get(FIELDS[name].kind, pa.string()), nullable=name not in (*REQUIRED, *FLAGS))
        for name in COLUMNS
    ]
)


def folder(source_id: str, month: str | None = None) -> Path:
    """Give where a source's dossiers lie, or those received in one month (`YYYY-MM`)."""
    whole = paths.PROCESSED / "dossiers" / f"source_id={source_id}"
    return whole / f"month={month}" if month else whole
