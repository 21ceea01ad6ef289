"""What the calendar does to a month of Vietnamese office work: days worked, and days around Tết."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.calendar.days import FIRST, LAST, day_index
from analysis.calendar.tet import lunar_new_year
from analysis.errors import UsageError

# before the first day of Tết people hurry to file, from it on they stay away: a fortnight each
AROUND_TET = 14


def month_index(first: str, last: str) -> pd.DataFrame:
    """List months with what moves their numbers whatever a policy does, as regressors of `methods.interrupted`.

    Tết falls in January or February, so a dummy for each month of the year cannot take its place.

    Parameters
    ----------
    first, last
        Months (YYYY-MM), both INCLUSIVE.

    Returns
    -------
    pandas.DataFrame
        One row a month: `month` (YYYY-MM), `working_days_log` (natural logarithm of the days worked),
        `before_tet_share` and `after_tet_share` (0–1: of the days of the month, those in the 14 days before the first
        day of Tết, and in the 14 days from it on).

    Raises
    ------
    UsageError
        If `last` is before `first`, or a month lies outside the calendar.

    References
    ----------
    Bell & Hillmer (1983), JASA 78:526: regressors for holidays that move.

    Examples
    --------
    >>> month_index("2025-01", "2025-02").round(2).to_numpy().tolist()
    [['2025-01', 2.83, 0.45, 0.1], ['2025-02', 3.0, 0.0, 0.39]]
    """
    months = pd.period_range(first, last, freq="M")
    if months.empty or not FIRST <= months[0].start_time.date() <= months[-1].end_time.date() <= LAST:
        raise UsageError(f"{first} to {last} are no months of the calendar", allowed=f"in order, {FIRST} to {LAST}")
    days = day_index(months[0].start_time.date(), months[-1].end_time.date())
    month = days["date"].dt.strftime("%Y-%m")
    first_days = np.array(
        [lunar_new_year(year) for year in range(months[0].year, months[-1].year + 1)], dtype="datetime64[D]"
    )
    since = (days["date"].to_numpy().astype("datetime64[D]")[:, None] - first_days).astype(int)
    table = pd.DataFrame(
        {
            "worked": days["working"].astype(float),
            "before_tet_share": ((since < 0) & (since >= -AROUND_TET)).any(axis=1).astype(float),
            "after_tet_share": ((since >= 0) & (since < AROUND_TET)).any(axis=1).astype(float),
        }
    )
    shares = table[["before_tet_share", "after_tet_share"]].groupby(month).mean()
    shares.insert(0, "working_days_log", np.log(table["worked"].groupby(month).sum()))
    return shares.rename_axis("month").reset_index()
