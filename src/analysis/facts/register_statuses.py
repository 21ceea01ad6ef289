"""`register_statuses`: what each monthly vintage of Italy's register says of declarations, by month and status."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, finish
from analysis.sources import surveys

NAME = "register_statuses"
COLUMNS = ("as_of_date", "month", "status_name", "declarations_count", *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=("as_of_date", "month", "status_name"))


def build() -> Table:
    """Build the table: one row per vintage, month of declaration and status; none before `analysis fetch anpr`.

    Columns: `COLUMNS`.
    """
    return finish(surveys.register_statuses(), SCHEMA, NAME)
