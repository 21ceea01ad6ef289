"""What the index does to behaviour, computed: which rows no longer separate units, which count twice."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.indicators.service_index import ServiceIndex

SAME_FOR_NEARLY_ALL_PCT = 95.0
FEWEST_UNITS = 10
MOST = 0.9
Floats = NDArray[np.float64]


def separation(index: ServiceIndex) -> pd.DataFrame:
    """Say of each row how far it still separates departments and communes.

    Returns
    -------
    pd.DataFrame
        One row per row of the index whose points are known for the units: row_id, units_count, same_points_pct
        (units that have the most common number of points), separates (less than 95 % of units have the same
        points).
    """
    children = index.rows[index.rows["unit_code"].isin(index.children["unit_code"])]
    points = children.dropna(subset=["points"]).groupby("row_id", sort=False)["points"]
    table = points.agg(
        units_count="count",
        same_points_pct=lambda values: 100 * values.value_counts().iloc[0] / len(values),
    ).reset_index()
    return table.assign(separates=table["same_points_pct"] < SAME_FOR_NEARLY_ALL_PCT)


def counted_twice(index: ServiceIndex) -> pd.DataFrame:
    """Find pairs of rows that measure the same cases in nearly the same way.

    A pair counts twice when both rows have the same denominators in at least nine units of ten, and in as many of these
    their numerators differ by less than 1 % of the cases, of ten units or more.

    Returns
    -------
    pd.DataFrame
        One row per such pair: row_id, other_row_id, difference_count and denominator_count (in the province),
        maximum_points (both rows together).
    """
    return _pairs(index).copy()


@lru_cache(maxsize=8)
def _pairs(index: ServiceIndex) -> pd.DataFrame:
    names = list(index.rows["row_id"].unique())
    wide = index.rows.assign(there=1.0).pivot(index="unit_code", columns="row_id")
    hits, total, there = (
        wide[each][names].to_numpy(dtype=float) for each in ("numerator_count", "denominator_count", "there")
    )
    whole = wide.index.get_loc(index.province_code)
    most = index.rows.groupby("row_id")["maximum_points"].first()
    found = [
        (names[one], names[other], abs(hits[whole, one] - hits[whole, other]), total[whole, one],
         most[names[one]] + most[names[other]])
        for one, other in itertools.combinations(range(len(names)), 2)
        if _alike(hits[:, [one, other]], total[:, [one, other]], there[:, [one, other]].sum(axis=1) == 2)
    ]  # fmt: skip
    columns = ["row_id", "other_row_id", "difference_count", "denominator_count", "maximum_points"]
    return pd.DataFrame(found, columns=columns)


def _alike(hits: Floats, total: Floats, both: NDArray[np.bool_]) -> bool:
    """Say whether two rows, one a column, measure the same cases in the units that have both."""
    some = both & (total[:, 0] > 0)
    same = some & (total[:, 0] == total[:, 1])
    # a figure of one unit that is wrong must not change what all are judged by
    if same.sum() < MOST * max(some.sum(), 1):
        return False
    informative = same & (hits[:, 0] > 0) & (hits[:, 0] < total[:, 0])
    alike = (np.abs(hits[:, 0] - hits[:, 1]) < 0.01 * total[:, 0])[informative]
    return len(alike) >= FEWEST_UNITS and bool(alike.mean() >= MOST)
