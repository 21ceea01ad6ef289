"""Several indicators beside each other: a quarter with the year before it, and month by month."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.indicators.usage import a_year_before
from analysis.indicators.values import values


def side_by_side(names: Sequence[str], source_id: str, *, quarter: str) -> pd.DataFrame:
    """Give shares of a quarter: `indicator_id`, `hits`, `total`, `before_pct` (a year before; missing if not known)."""
    rows = []
    for name in names:
        found = values(name, source_id=source_id, period="quarter").set_index("period")
        own = found.loc[quarter]
        before = found["value"].get(a_year_before(quarter), float("nan"))
        rows.append((name, own["numerator_count"], own["denominator_count"], before))
    return pd.DataFrame(rows, columns=["indicator_id", "hits", "total", "before_pct"])


def month_by_month(names: Sequence[str], source_id: str) -> pd.DataFrame:
    """Give shares by month of receipt: `indicator_id`, `month`, `share_pct`."""
    parts = [values(name, source_id=source_id, period="month") for name in names]
    found = pd.concat(parts, ignore_index=True).rename(columns={"period": "month", "value": "share_pct"})
    return found[["indicator_id", "month", "share_pct"]]
