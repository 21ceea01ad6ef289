"""The shares on which departments and communes can be compared at all."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.errors import UsageError
from analysis.indicators.incentives import counted_twice, separation
from analysis.indicators.service_index import ServiceIndex


def comparable_shares(index: ServiceIndex, unit: str) -> pd.DataFrame:
    """Give the counts behind the shares of a unit and of all the units of its level.

    Kept are shares that the unit itself decides, that still separate units, and that are not counted twice (of a
    pair, the first row stays).

    Returns
    -------
    pandas.DataFrame
        One row per unit and row of the index: unit_code, row_id, hits, total, least (fewest cases on which the
        share counts: 30 for dossiers and petitions, 1 for procedures, which are a stock and not a draw of cases).

    Raises
    ------
    UsageError
        If the province has no such unit (the error lists some), or its figures lack whole groups of the index.
    """
    units = index.children
    if unit not in set(units["unit_code"]):
        raise UsageError(
            f"{index.province_code} has no department or commune {unit!r} in {index.period}",
            allowed=", ".join(units["unit_code"].head(12)) + " …",
        )
    groups = index.groups.dropna(subset=["points"]).groupby("unit_code")["group_id"].nunique()
    if groups.get(unit, 0) < len(policy.index_766().groups):
        raise UsageError(
            f"The portal's figures for {unit} in {index.period} lack some groups of the index",
            allowed="a period for which all six groups are published for units",
            next_step="choose the whole year, or fetch the period with `analysis fetch portal`",
        )
    level = units.set_index("unit_code")["unit_level"]
    same_level = level.index[level == level[unit]]
    separates = separation(index).query("separates")["row_id"]
    twice = set(counted_twice(index)["other_row_id"])
    least = {
        row.id: policy.FEWEST_CASES if row.counted in {"dossier", "petition"} else 1
        for row in policy.index_766().rows
        if row.decided_by == "unit" and row.id in set(separates) and row.id not in twice
    }
    rows = index.rows[index.rows["row_id"].isin(least) & index.rows["unit_code"].isin(same_level)]
    named = rows.rename(columns={"numerator_count": "hits", "denominator_count": "total"})
    return named.assign(least=named["row_id"].map(least))[
        ["unit_code", "row_id", "hits", "total", "least"]
    ].reset_index(drop=True)
