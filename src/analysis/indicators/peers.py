"""A commune beside those of like size and mix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import policy
from analysis.indicators.service_index import ServiceIndex
from analysis.indicators.shares import comparable_shares

LIKE = 20


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
