"""`portal_metrics`: transparency, satisfaction and digitisation, whose answer lists one metric after another."""

from __future__ import annotations

import pandas as pd

from analysis.facts import contract
from analysis.facts.table import WHEN, WHO, Table, finish, tidy
from analysis.sources.portal.tables import endpoint_frame

ENDPOINTS = ("transparency", "handling-satisfaction", "dossier-digitized")
PARTS = {
    "numerator": "numerator_count",
    "denominator": "denominator_count",
    "ratio": "published_share_pct",
    "score": "published_points",
    "maxScore": "published_maximum_points",
    "dataQualityStatus": "quality_flag",
}
COLUMNS = (*WHO, "metric_code", *PARTS.values(), *WHEN, *contract.TRACE)
SCHEMA = contract.schema(
    COLUMNS,
    key=(*WHO, "metric_code"),
    optional=(
        "numerator_count",
        "denominator_count",
        "published_share_pct",
        "published_points",
        "quality_flag",
    ),
)


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per unit, period and metric of the portal. A null of the portal stays missing: it is not 0.
        Columns: `COLUMNS`.
    """
    metrics = [metric for endpoint in ENDPOINTS for metric in _metrics(endpoint_frame(endpoint))]
    return finish(pd.concat(metrics, ignore_index=True)[list(COLUMNS)], SCHEMA, "portal_metrics")


def _metrics(frame: pd.DataFrame) -> list[pd.DataFrame]:
    codes = [column.removesuffix(".maxScore") for column in frame.columns if column.endswith(".maxScore")]
    return [
        tidy(frame, {f"{code}.{part}": name for part, name in PARTS.items()}).assign(metric_code=code) for code in codes
    ]
