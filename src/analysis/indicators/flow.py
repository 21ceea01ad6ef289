"""What came in, what ended and what is waiting, from the counts by month of receipt, of the end and of the due date."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import policy
from analysis.indicators import counts
from analysis.indicators.periods import in_period

# what the portal's share counts, and as what
ON_TIME_PARTS = ("finished_in_time", "finished_undated", "pending_not_due", "pending_undated")
LATE_PARTS = ("finished_late", "pending_overdue")
# months from the month of receipt to the end of the period: first of a band INCLUSIVE
AGE_BANDS = (0, 1, 2, 4, 7)


def pending(table: pd.DataFrame, end: str) -> pd.DataFrame:
    """Give what had been received by the end of a month (YYYY-MM) and had not ended."""
    return table[(table["month"] <= end) & ~(table["finished_month"] <= end)]


def period_ends(table: pd.DataFrame, period: str) -> dict[str, str]:
    """Give the last month of each period that the dossiers reach."""
    months = table["month"].drop_duplicates().sort_values()
    ends = months.groupby(in_period(months, period)).max()
    return {str(name): str(end) for name, end in ends.items()}


def official_parts(table: pd.DataFrame, by: Sequence[str], period: str) -> pd.DataFrame:
    """Take the portal's share of dossiers on time apart.

    Parameters
    ----------
    table
        The counts `flow`.
    by
        Columns to keep beside the period.
    period
        `month`, `quarter`, `year` or `all`.

    Returns
    -------
    pandas.DataFrame
        One row a period, group and part: `period`, the columns `by`, `part` (one of `ON_TIME_PARTS`, which the portal
        counts as on time, or `LATE_PARTS`) and `dossiers_count`. Finished: in the period; pending: at its end.
    """
    keys = ["period", *by, "part"]
    ended = table[table["finished_month"].notna()]
    ended = ended.assign(period=in_period(ended["finished_month"], period))
    undated = ended["due_month"].isna()
    in_time = ended["in_time_count"].where(~undated, ended["dossiers_count"])
    ends = period_ends(table, period)
    parts = [
        ended.assign(part=undated.map({True: "finished_undated", False: "finished_in_time"}), dossiers_count=in_time),
        ended.assign(part="finished_late", dossiers_count=ended["dossiers_count"] - in_time),
    ]
    parts = [part[part["period"].isin(list(ends))] for part in parts]
    for name, end in ends.items():
        waiting = pending(table, end)
        part = pd.Series("pending_not_due", index=waiting.index).mask(waiting["due_month"] <= end, "pending_overdue")
        part = part.mask(waiting["due_month"].isna(), "pending_undated")
        parts.append(waiting.assign(period=name, part=part))
    rows = pd.concat(parts)
    return rows.groupby(keys, as_index=False)[["dossiers_count"]].sum()


def backlog_by_age(source_id: str, *, period: str) -> pd.DataFrame:
    """Give what was pending at the end of a quarter, by its age.

    Parameters
    ----------
    period
        A quarter, YYYY-Qn.

    Returns
    -------
    pandas.DataFrame
        One row a band of age that has any, youngest first: `from_months` (INCLUSIVE, since the month of receipt),
        `pending_count`, of them `overdue_count` (due by the end) and `undated_count` (nobody wrote when it is due).
    """
    table = counts.load("flow", source_id)
    end = period_ends(table, "quarter")[period]
    waiting = pending(table, end)
    age = _months(end) - waiting["month"].map(_months)
    rows = pd.DataFrame(
        {
            "from_months": age.map(lambda months: max(band for band in AGE_BANDS if band <= months)).astype("int64"),
            "pending_count": waiting["dossiers_count"],
            "overdue_count": waiting["dossiers_count"].where(waiting["due_month"] <= end, 0),
            "undated_count": waiting["dossiers_count"].where(waiting["due_month"].isna(), 0),
        }
    )
    return rows.groupby("from_months", as_index=False).sum()


def left_by_the_merger(source_id: str, *, period: str) -> int:
    """Count what is pending at the end of a quarter with units that have received nothing since the merger."""
    table = counts.load("flow", source_id)
    last = table.groupby("unit_code")["month"].max()
    gone = last.index[last < policy.events()["merger_2025"].date.isoformat()[:7]]
    waiting = pending(table, period_ends(table, "quarter")[period])
    return int(waiting.loc[waiting["unit_code"].isin(gone), "dossiers_count"].sum())


def _months(month: str) -> int:
    return 12 * int(month[:4]) + int(month[5:7])
