"""What moved within a year: the last quarter beside the months before it, which the portal does not publish itself."""

from __future__ import annotations

import pandas as pd

from analysis import facts, policy
from analysis.indicators.service_index import service_index
from analysis.policy import FEWEST_CASES


def within_year(province: str, period: str) -> pd.DataFrame:
    """Take the last quarter off the year of a period, and give both parts of the province's shares of dossiers.

    Subtracting assumes that the portal counts each dossier in one part of the year only. A row whose parts contradict
    that (fewer in the year than in its quarter), or whose earlier part has fewer than 30 dossiers, is left out.

    Parameters
    ----------
    province
        The portal's code.
    period
        A year, or a quarter or month in it.

    Returns
    -------
    pandas.DataFrame
        One row a scored row of the index that counts dossiers: `row_id`, `earlier_hits`, `earlier_total`, `later_hits`,
        `later_total`; `attrs["quarter"]` names the quarter. Empty where the facts lack the year or a quarter of it.
    """
    names = ["row_id", "earlier_hits", "earlier_total", "later_hits", "later_total"]
    year = period[:4]
    known = facts.having("portal_groups", province_code=province)["period"].unique()
    quarters = sorted(each for each in known if each.startswith(f"{year}-Q"))
    if year not in known or not quarters or quarters[-1].endswith("Q1"):
        return pd.DataFrame(columns=names)
    parts = [_own(province, each) for each in (year, quarters[-1])]
    both = parts[0].merge(parts[1], on="row_id", suffixes=("_year", "_quarter"))
    found = pd.DataFrame(
        {
            "earlier_hits": both["numerator_count_year"] - both["numerator_count_quarter"],
            "earlier_total": both["denominator_count_year"] - both["denominator_count_quarter"],
            "later_hits": both["numerator_count_quarter"],
            "later_total": both["denominator_count_quarter"],
        }
    )
    sound = (found["earlier_hits"] >= 0) & (found["earlier_hits"] <= found["earlier_total"])
    enough = found[["earlier_total", "later_total"]].min(axis=1) >= FEWEST_CASES
    kept = found[sound & enough].reset_index()[names]
    kept.attrs["quarter"] = quarters[-1]
    return kept


def _own(province: str, period: str) -> pd.DataFrame:
    rows = service_index(province, period).rows
    counted = {row.id for row in policy.index_766().rows if row.counted == "dossier"}
    own = rows[(rows["unit_code"] == province) & rows["row_id"].isin(counted)]
    return own.set_index("row_id")[["numerator_count", "denominator_count"]]
