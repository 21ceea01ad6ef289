"""`cost_decisions`: provincial decisions that put a price on simplified procedures."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, published

COLUMNS = (
    "decision",
    "decision_date",
    "issuer",
    "procedure_code",
    "before_days",
    "after_days",
    "stated_cut_days",
    "annual_dossiers_count",
    "filed_dossiers_count",
    "hourly_wage_vnd",
    "cost_before_vnd",
    "cost_after_vnd",
    "saved_vnd",
    "claimed_reduction_pct",
    "source_vi",
    "source_en",
    "source_date",
    "certainty",
    "note_vi",
    "note_en",
    *contract.TRACE,
)
OPTIONAL = (
    "decision",
    "decision_date",
    "procedure_code",
    "before_days",
    "after_days",
    "stated_cut_days",
    "annual_dossiers_count",
    "filed_dossiers_count",
    "hourly_wage_vnd",
    "cost_before_vnd",
    "cost_after_vnd",
    "saved_vnd",
    "claimed_reduction_pct",
    "source_date",
    "note_vi",
    "note_en",
)
SCHEMA = contract.schema(COLUMNS, key=("file", "row"), optional=OPTIONAL)


def build() -> Table:
    """Build the table: one row per decision and procedure; source, date and certainty. Columns: `COLUMNS`."""
    return published("compliance_cost_decisions", SCHEMA, "cost_decisions")
