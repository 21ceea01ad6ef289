"""`papi`: PAPI's scores of the 63 provinces; a row: one province, sub-dimension and year."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, finish
from analysis.sources import surveys

NAME = "papi"
COLUMNS = ("period", "papi_code", "dimension", "score_points", *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=("dimension", "papi_code", "period"))


def build() -> Table:
    """Build the table; none of it before `analysis fetch papi`. An empty cell is no figure and no row.

    The scores of a sub-dimension are one series only as far as `data/policy/method_changes.yml` says. Columns:
    `COLUMNS`.
    """
    return finish(surveys.papi().dropna(subset=["score_points"]), SCHEMA, NAME)
