"""`portal_progress`: dossiers received, on time and overdue."""

from __future__ import annotations

from analysis.facts import contract
from analysis.facts.table import WHEN, WHO, Table, finish, tidy
from analysis.sources.portal.tables import endpoint_frame

NAMES = {
    "totalReceived": "received_count",
    "totalOnTime": "on_time_count",
    "totalOverdue": "overdue_count",
    "totalCompleted": "completed_count",
    "avgProcessingDays": "average_processing_days",
    "ratio": "published_share_pct",
    "points": "published_points",
    "maximum": "published_maximum_points",
}
COLUMNS = (*WHO, *NAMES.values(), *WHEN, *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=WHO, optional=("overdue_count", "completed_count"))


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per unit and period. `completed_count` is published for the province only, `overdue_count`
        for its units only. On time counts pending dossiers that are still within their time, which is why
        it may exceed `completed_count`. Columns: `COLUMNS`.
    """
    frame = endpoint_frame("dvc-progress-tree")
    # the province's score is called totalScore, a unit's score
    frame = frame.assign(
        points=frame["score"].fillna(frame["totalScore"]),
        maximum=frame["maxScore"].fillna(frame["totalMaxScore"]),
    )
    return finish(tidy(frame, NAMES), SCHEMA, "portal_progress")
