"""Monthly counts of a share as methods of time take them, and where the series has to stop."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.errors import UsageError
from analysis.indicators.values import values


def monthly_share(name: str, source_id: str, *, until: str | None = None) -> pd.DataFrame:
    """Give a share by month, up to the first break of counts after the directive or to an earlier month.

    Parameters
    ----------
    name
        An indicator of the codebook with numerator and denominator.
    until
        Last month (YYYY-MM), INCLUSIVE; None: up to the merger of 1-7-2025, from which on units, tiers and tasks are
        others.

    Returns
    -------
    pandas.DataFrame
        One row a month: `month` (YYYY-MM), `hits`, `total`, `share_pct`.

    Raises
    ------
    UsageError
        If the indicator is no share of counts, or as `values`.
    """
    found = values(name, source_id=source_id, period="month")
    if found["numerator_count"].isna().all() or found["denominator_count"].isna().all():
        raise UsageError(f"{name} is no share of counts", where="name", allowed="an indicator with both counts")
    last = until or str(pd.Period(policy.events()["merger_2025"].date, freq="M") - 1)
    kept = found[(found["period"] <= last) & (found["denominator_count"] > 0)]
    return pd.DataFrame(
        {
            "month": kept["period"],
            "hits": kept["numerator_count"],
            "total": kept["denominator_count"],
            "share_pct": kept["value"],
        }
    ).reset_index(drop=True)
