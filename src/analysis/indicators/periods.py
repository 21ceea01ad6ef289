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
    # a table has few months on many rows; one that is missing is an error
    places, each = pd.factorize(months, use_na_sentinel=False)
    quarter = each.str[:4] + "-Q" + ((each.str[5:7].astype(int) + 2) // 3).astype(str)
    return pd.Series(quarter.take(places), index=months.index, name=months.name)


def last_day(quarter: str) -> str:
    """Give the last day of a quarter, ISO."""
    return str(pd.Period(quarter.replace("-", ""), freq="Q").end_time.date())


def months_to(quarter: str, *, quarters: int) -> tuple[str, str]:
    """Give the first and the last month (YYYY-MM), both INCLUSIVE, of so many quarters that end with one."""
    last = pd.Period(quarter.replace("-", ""), freq="Q")
    return str((last - quarters + 1).start_time.date())[:7], str(last.end_time.date())[:7]
