"""The shares on which departments and communes can be compared at all, beside the middle half of their peers."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.indicators.incentives import counted_twice, separation
from analysis.indicators.middle_half import middle_half
from analysis.indicators.service_index import ServiceIndex


def comparable_shares(index: ServiceIndex) -> pd.DataFrame:
    """Give the counts behind the shares of all departments and communes, each beside the others of its level.

    Kept are shares that the unit itself decides, that still separate units, and that are not counted twice (of a
    pair, the first row stays).

    Returns
    -------
    pandas.DataFrame
        One row per unit and row of the index: unit_code, row_id, hits, total, least (fewest cases on which the
        share counts: 30 for dossiers and petitions, 1 for procedures, which are a stock and not a draw of cases),
        peer_low_pct, peer_middle_pct and peer_high_pct (quartiles of the shares of the other units of its level that
        have enough cases; missing with fewer than 8 of them), peers_count.
    """
    level = index.children.set_index("unit_code")["unit_level"]
    separates = separation(index).query("separates")["row_id"]
    twice = set(counted_twice(index)["other_row_id"])
    least = {
        row.id: policy.FEWEST_CASES if row.counted in {"dossier", "petition"} else 1
        for row in policy.index_766().rows
        if row.decided_by == "unit" and row.id in set(separates) and row.id not in twice
    }
    rows = index.rows[index.rows["row_id"].isin(least) & index.rows["unit_code"].isin(level.index)]
    named = rows.rename(columns={"numerator_count": "hits", "denominator_count": "total"}).reset_index(drop=True)
    named = named.assign(least=named["row_id"].map(least))[["unit_code", "row_id", "hits", "total", "least"]]
    return named.join(ruler(named, by=[named["unit_code"].map(level), named["row_id"]]))


def ruler(shares: pd.DataFrame, *, by: list[pd.Series]) -> pd.DataFrame:
    """Give the middle half of the others' shares, as `methods.against_peers` takes it.

    Parameters
    ----------
    shares
        One row per unit and group: `hits`, `total`, `least`.
    by
        What units are compared within, aligned with `shares`.

    Returns
    -------
    pandas.DataFrame
        Indexed like `shares`: `peer_low_pct`, `peer_middle_pct`, `peer_high_pct`, `peers_count`.
    """
    # in this order, as intervals have it: a share that equals a peer's must equal it to the last bit
    share_pct = 100 * (shares["hits"] / shares["total"].where(shares["total"] >= shares["least"]))
    found = middle_half(share_pct, by)
    return found.rename(columns={name: f"peer_{name}_pct" for name in ("low", "middle", "high")})
