"""`portal_units`: the province and each of its departments and communes, as the portal names them."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, finish
from analysis.sources.portal.tables import endpoint_frame

COLUMNS = ("province_code", "unit_code", "unit_name", "unit_level", *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=("province_code", "unit_code"))


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per unit (province, department, commune); the latest published name. Columns: `COLUMNS`.
    """
    frame = endpoint_frame("dvc-progress-tree").sort_values(["as_of_date", "period"], kind="stable")
    frame = frame.drop_duplicates(["province_code", "unit_code"], keep="last")
    return finish(frame[list(COLUMNS)], SCHEMA, "portal_units")
