"""`portal_months`: the monthly charts that come with a year's answer."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import Table, finish
from analysis.sources.portal.tables import monthly_frame

COLUMNS = (
    "province_code",
    "period",
    "month",
    "on_time_chart_pct",
    "service_use_chart_pct",
    "as_of_date",
    "provisional",
    *contract.TRACE,
)
SCHEMA = contract.schema(
    COLUMNS, key=("province_code", "period", "month"), optional=("on_time_chart_pct", "service_use_chart_pct")
)
KEY = ["province_code", "period", "month"]


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per province, period asked for and month that had begun when it was asked. The charts follow
        definitions of their own: `on_time_chart_pct` is not the index's on-time share, and
        `service_use_chart_pct` is the share of online services that had dossiers, not of dossiers filed
        online. Columns: `COLUMNS`.
    """
    on_time = monthly_frame("dvc-progress-tree").rename(columns={"onTimePct": "on_time_chart_pct"})
    service_use = monthly_frame("provide-online-tree").rename(columns={"onlineDossierPct": "service_use_chart_pct"})
    frame = on_time.merge(service_use[[*KEY, "service_use_chart_pct"]], on=KEY, how="left", validate="1:1")
    return finish(frame[list(COLUMNS)], SCHEMA, "portal_months")
