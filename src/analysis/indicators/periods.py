"""Months into the periods that are reported."""

from __future__ import annotations

import pandas as pd

PERIODS = ("month", "quarter", "year", "all")


def in_period(months: pd.Series, period: str) -> pd.Series:
    """Give the period of each month (YYYY-MM): itself, 2026-Q3, 2026, or `all`."""
    if period == "month":
        return months
    if period == "year":
        return months.str[:4]
    if period == "all":
        return months.where(months.isna(), "all")
    quarter = (months.str[5:7].astype(int) + 2) // 3
    return months.str[:4] + "-Q" + quarter.astype(str)
