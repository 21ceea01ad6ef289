"""What the index does to behaviour, computed: which rows no longer separate units, which count twice."""

from __future__ import annotations

import itertools

import pandas as pd

from analysis.indicators.service_index import ServiceIndex

SAME_FOR_NEARLY_ALL_PCT = 95.0
FEWEST_UNITS = 10


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

    A pair counts twice when both rows have the same denominators and their numerators differ by less than 1 %
    of the cases in at least nine units of ten, of ten units or more.

    Returns
    -------
    pd.DataFrame
        One row per such pair: row_id, other_row_id, difference_count and denominator_count (in the province),
        maximum_points (both rows together).
    """
    counts = {str(name): rows.set_index("unit_code") for name, rows in index.rows.groupby("row_id", sort=False)}
    found = [_pair(index, one, counts[one], counts[other]) for one, other in itertools.combinations(counts, 2)]
    columns = ["row_id", "other_row_id", "difference_count", "denominator_count", "maximum_points"]
    return pd.DataFrame([pair for pair in found if pair], columns=columns)


def _pair(index: ServiceIndex, name: str, one: pd.DataFrame, other: pd.DataFrame) -> dict[str, object] | None:
    one, other = one.align(other, join="inner", axis=0)
    some = one["denominator_count"] > 0
    if not some.any() or not (one["denominator_count"] == other["denominator_count"])[some].all():
        return None
    difference = (one["numerator_count"] - other["numerator_count"]).abs()
    informative = some & (one["numerator_count"] > 0) & (one["numerator_count"] < one["denominator_count"])
    alike = (difference < 0.01 * one["denominator_count"])[informative]
    if len(alike) < FEWEST_UNITS or alike.mean() < 0.9:
        return None
    whole = index.province_code
    return {
        "row_id": name,
        "other_row_id": other["row_id"].iloc[0],
        "difference_count": difference.get(whole),
        "denominator_count": one["denominator_count"].get(whole),
        "maximum_points": one["maximum_points"].iloc[0] + other["maximum_points"].iloc[0],
    }
