"""A commune beside those of like size and mix, and its quarter beside the rest of the year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import facts, policy
from analysis.indicators.service_index import ServiceIndex, service_index
from analysis.indicators.shares import comparable_shares

LIKE = 20
# the shares of dossiers that the portal publishes for units by quarter as well
BY_QUARTER = ("settled_on_time", "dossiers_paid_online")


def like_peers(index: ServiceIndex, unit: str) -> pd.DataFrame:
    """Give the shares of dossiers of a commune and of the 20 communes most like it, as `methods.stand_out` takes them.

    Alike are communes near each other in the number of dossiers (on a logarithmic scale) and in the share of dossiers
    that bear a fee, which is what the portal publishes of the mix; both are scaled by their spread over all communes.

    Returns
    -------
    pandas.DataFrame
        One row per share and unit: `measure`, `unit`, `kind` (all), `hits`, `total`. Empty for a department, as
        departments handle different procedures, and for a unit with fewer than 30 dossiers.
    """
    columns = ["measure", "unit", "kind", "hits", "total"]
    levels = index.units.set_index("unit_code")["unit_level"]
    if levels[unit] != "commune" or index.dossiers_count(unit) < policy.FEWEST_CASES:
        return pd.DataFrame(columns=columns)
    shares = comparable_shares(index, unit)
    shares = shares[shares["least"] > 1]
    totals = shares.pivot(index="unit_code", columns="row_id", values="total")
    totals = totals[totals["settled_on_time"] >= policy.FEWEST_CASES]
    size = np.log(totals["settled_on_time"])
    fee = totals["dossiers_paid_online"] / totals["settled_on_time"]
    apart = sum(((each - each[unit]) / each.std()) ** 2 for each in (size, fee))
    like = [unit, *pd.Series(apart).drop(unit).nsmallest(LIKE).index]
    own = shares[shares["unit_code"].isin(like)].rename(columns={"row_id": "measure", "unit_code": "unit"})
    enough = own[own["total"] >= policy.FEWEST_CASES]
    return enough.assign(kind="all")[columns].reset_index(drop=True)


def unit_within_year(index: ServiceIndex, unit: str) -> pd.DataFrame:
    """Give a unit's shares in the last quarter of a year beside those of the rest of the year, by difference.

    Returns
    -------
    pandas.DataFrame
        One row a share: `row_id`, `quarter`, `before_hits`, `before_total`, `before_pct`, `hits`, `total`, `now_pct`.
        Empty where the portal's facts hold no quarter of the year, or year and quarter contradict each other.
    """
    quarters = sorted(_quarters(index))
    columns = ["row_id", "quarter", "before_hits", "before_total", "hits", "total"]
    part = service_index(index.province_code, quarters[-1]) if quarters else index
    rows = []
    for row_id in BY_QUARTER if quarters else ():
        year, now = (_counts(each, unit, row_id) for each in (index, part))
        before = (year[0] - now[0], year[1] - now[1])
        # a difference that is no count is no figure of any time
        if 0 <= before[0] <= before[1] and min(before[1], now[1]) >= policy.FEWEST_CASES:
            rows.append((row_id, quarters[-1], *before, *now))
    found = pd.DataFrame(rows, columns=columns)
    shares = {"before_pct": found["before_hits"] / found["before_total"], "now_pct": found["hits"] / found["total"]}
    return found.assign(**{name: 100 * share.astype(float) for name, share in shares.items()})


def _quarters(index: ServiceIndex) -> set[str]:
    groups = facts.load("portal_groups")
    own = groups[groups["province_code"] == index.province_code]["period"]
    return {str(period) for period in own if str(period).startswith(f"{index.period}-Q")}


def _counts(index: ServiceIndex, unit: str, row_id: str) -> tuple[float, float]:
    rows = index.rows[(index.rows["unit_code"] == unit) & (index.rows["row_id"] == row_id)]
    if rows.empty:
        return np.nan, np.nan
    return float(rows["numerator_count"].iloc[0]), float(rows["denominator_count"].iloc[0])
