"""Every commune beside those of like size and mix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import policy
from analysis.indicators.service_index import ServiceIndex

LIKE = 20
COLUMNS = ["unit_code", "measure", "unit", "kind", "hits", "total"]


def like_peers(index: ServiceIndex, shares: pd.DataFrame) -> pd.DataFrame:
    """Give the shares of dossiers of each commune and of the 20 communes most like it.

    Alike are communes near each other in the number of dossiers (on a logarithmic scale) and in the share of dossiers
    that bear a fee, which is what the portal publishes of the mix; both are scaled by their spread over all communes.

    Parameters
    ----------
    index
        The index of a province and period.
    shares
        Its `comparable_shares`.

    Returns
    -------
    pandas.DataFrame
        One row per commune, share and unit beside it: `unit_code` (the commune), and as `methods.stand_out` takes them
        `measure`, `unit` (the commune itself or one of the 20), `kind` (all), `hits`, `total`. A commune with fewer
        than 30 dossiers has none, nor has a department, as departments handle different procedures.
    """
    communes = index.units.loc[index.units["unit_level"] == "commune", "unit_code"]
    own = shares[shares["unit_code"].isin(communes) & (shares["least"] > 1)]
    totals = own.pivot(index="unit_code", columns="row_id", values="total")
    totals = totals[totals["settled_on_time"] >= policy.FEWEST_CASES]
    size = np.log(totals["settled_on_time"])
    fee = totals["dossiers_paid_online"] / totals["settled_on_time"]
    apart = sum((each.to_numpy()[:, None] - each.to_numpy()) ** 2 / each.var() for each in (size, fee))
    away = pd.DataFrame(apart, index=totals.index, columns=totals.index)
    beside = [
        pd.DataFrame({"unit_code": unit, "unit": [unit, *away[unit].drop(unit).nsmallest(LIKE).index]})
        for unit in totals.index
    ]
    enough = own[own["total"] >= policy.FEWEST_CASES].rename(columns={"row_id": "measure", "unit_code": "unit"})
    enough = enough.assign(order=range(len(enough)))
    found = pd.concat([pd.DataFrame(columns=["unit_code", "unit"]), *beside]).merge(enough, on="unit")
    ordered = found.assign(kind="all").sort_values(["unit_code", "order"])
    return ordered[COLUMNS].reset_index(drop=True)
