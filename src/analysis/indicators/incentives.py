"""What the index does to behaviour, computed: what earns points, what no longer separates, what counts twice."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from analysis import paths, policy
from analysis.indicators import scoring
from analysis.indicators.service_index import ServiceIndex

SAME_FOR_NEARLY_ALL_PCT = 95.0
FEWEST_CASES = 30


class Action(BaseModel):
    """Something a unit can do, and the rows it moves; the first row names the cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    label: policy.Label
    rows: tuple[str, ...]


@cache
def actions() -> tuple[Action, ...]:
    """Read the actions of `indicators/actions.yml`."""
    text = (paths.PACKAGE / "indicators" / "actions.yml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Action, ...]).validate_python(yaml.safe_load(text))


def gains(index: ServiceIndex, *, reach: str) -> pd.DataFrame:
    """Compute what each action would gain each unit, and with how many cases.

    Parameters
    ----------
    index
        The index of a province and period.
    reach
        `full`: up to the share that earns full marks. `peers`: up to the upper quartile of the units of the
        same level that have 30 cases or more, a mark that a quarter of the peers already pass.

    Returns
    -------
    pandas.DataFrame
        One row per unit and action that can still gain: unit_code, action_id, row_id (that of the cases),
        share_pct, target_pct, cases_count (how many more cases must go well), gain_points (over all the rows
        the action moves), gain_points_per_100_cases. Rows whose counts are not published are left out.
    """
    counts = _by_row(index)
    level = index.units.set_index("unit_code")["unit_level"]
    tables = [_gain(action, counts, level, reach) for action in actions()]
    result = pd.concat(tables, ignore_index=True)
    result["gain_points_per_100_cases"] = 100 * result["gain_points"] / result["cases_count"]
    return result.sort_values(["unit_code", "gain_points"], ascending=[True, False], ignore_index=True)


def _by_row(index: ServiceIndex) -> dict[str, pd.DataFrame]:
    """Give the counts and points of each row of the index, by unit."""
    return {str(name): rows.set_index("unit_code") for name, rows in index.rows.groupby("row_id", sort=False)}


def _gain(action: Action, counts: dict[str, pd.DataFrame], level: pd.Series, reach: str) -> pd.DataFrame:
    rows = {row.id: row for row in policy.index_766().rows}
    lead = counts[action.rows[0]].dropna(subset=["share_pct"])
    target = pd.Series(rows[action.rows[0]].full_marks_at_pct, index=lead.index, dtype="float64")
    if reach == "peers":
        judged = lead["share_pct"].where(lead["denominator_count"] >= FEWEST_CASES)
        peers = judged.groupby(level.reindex(lead.index)).transform(lambda shares: shares.quantile(0.75))
        target = target.where(target < peers, peers)
    # the small allowance keeps 30 x 5/30 = 5.000000000000001 from asking for one case too many
    needed = np.ceil(target / 100 * lead["denominator_count"] - lead["numerator_count"] - 1e-9).clip(lower=0)
    gain = sum((_more(rows[name], counts[name].reindex(lead.index), needed) for name in action.rows), start=0.0)
    table = pd.DataFrame(
        {
            "unit_code": lead.index,
            "action_id": action.id,
            "row_id": action.rows[0],
            "share_pct": lead["share_pct"].to_numpy(),
            "target_pct": target.to_numpy(),
            "cases_count": needed.to_numpy(),
            "gain_points": np.asarray(gain),
        }
    )
    return table[(table["cases_count"] > 0) & (table["gain_points"] > 0)]


def _more(row: policy.ScoredRow, counts: pd.DataFrame, needed: pd.Series) -> pd.Series:
    """Give the points a row gains when `needed` more cases go well."""
    after = (counts["numerator_count"] + needed).clip(upper=counts["denominator_count"])
    earned = scoring.points(row, after, counts["denominator_count"])
    return (earned - counts["points"]).clip(lower=0).fillna(0.0).round(2)


def own_cases(index: ServiceIndex, unit: str) -> pd.DataFrame:
    """Give the counts of the rows that a unit's own cases decide: row_id, hits, total."""
    own = _split(index).query("origin == 'own' and unit_code == @unit")
    return own.rename(columns={"numerator_count": "hits", "denominator_count": "total"})[
        ["row_id", "hits", "total"]
    ].reset_index(drop=True)


def points_between(cases: pd.DataFrame, intervals: pd.DataFrame) -> pd.Series:
    """Add up the points of a unit's own rows if all its shares lay at one end of their intervals together.

    Shares of procedures and services are a stock, not a draw of cases: they stay as they are.

    Parameters
    ----------
    cases
        `row_id`, one row per row of the index.
    intervals
        `share_pct`, `low_pct`, `high_pct`, aligned with `cases`.

    Returns
    -------
    pandas.Series
        Points at `share_pct`, `low_pct` and `high_pct`.
    """
    rules = cases["row_id"].map({row.id: row for row in policy.index_766().rows})
    drawn = rules.map(lambda row: row.counted in {"dossier", "petition"})
    maximum = rules.map(lambda row: row.maximum_points)
    full = rules.map(lambda row: row.full_marks_at_pct)
    ends = intervals.apply(lambda end: end.where(drawn, intervals["share_pct"]))
    earned = ends.mul(maximum / full, axis=0).clip(upper=maximum, axis=0)
    added: pd.Series = earned.round(2).sum()
    return added


def separation(index: ServiceIndex) -> pd.DataFrame:
    """Say of each row how far it still separates departments and communes.

    Returns
    -------
    pd.DataFrame
        One row per row of the index whose points are known for the units: row_id, units_count,
        lowest_points, middle_points, highest_points, same_points_pct (units that have the most common number
        of points), separates (less than 95 % of units have the same points).
    """
    children = index.rows[index.rows["unit_code"].isin(index.children["unit_code"])]
    points = children.dropna(subset=["points"]).groupby("row_id", sort=False)["points"]
    table = points.agg(
        units_count="count",
        lowest_points="min",
        middle_points="median",
        highest_points="max",
        same_points_pct=lambda values: 100 * values.value_counts().iloc[0] / len(values),
    ).reset_index()
    return table.assign(separates=table["same_points_pct"] < SAME_FOR_NEARLY_ALL_PCT)


def counted_twice(index: ServiceIndex) -> pd.DataFrame:
    """Find pairs of rows that measure the same cases in nearly the same way.

    A pair counts twice when both rows have the same denominators and their numerators differ by less than 1 %
    of the cases in at least nine units of ten.

    Returns
    -------
    pd.DataFrame
        One row per such pair: row_id, other_row_id, units_alike_pct, difference_count (in the province),
        denominator_count (in the province), maximum_points (both rows together).
    """
    counts = _by_row(index)
    found = [_pair(index, one, counts[one], counts[other]) for one, other in itertools.combinations(counts, 2)]
    columns = [
        "row_id", "other_row_id", "units_alike_pct", "difference_count", "denominator_count", "maximum_points",
    ]  # fmt: skip
    return pd.DataFrame([pair for pair in found if pair], columns=columns)


def _pair(index: ServiceIndex, name: str, one: pd.DataFrame, other: pd.DataFrame) -> dict[str, object] | None:
    one, other = one.align(other, join="inner", axis=0)
    some = one["denominator_count"] > 0
    if not some.any() or not (one["denominator_count"] == other["denominator_count"])[some].all():
        return None
    difference = (one["numerator_count"] - other["numerator_count"]).abs()
    informative = some & (one["numerator_count"] > 0) & (one["numerator_count"] < one["denominator_count"])
    alike = 100 * (difference < 0.01 * one["denominator_count"])[informative].mean()
    if not alike >= 90:
        return None
    whole = index.province_code
    return {
        "row_id": name,
        "other_row_id": other["row_id"].iloc[0],
        "units_alike_pct": alike,
        "difference_count": difference.get(whole),
        "denominator_count": one["denominator_count"].get(whole),
        "maximum_points": one["maximum_points"].iloc[0] + other["maximum_points"].iloc[0],
    }


def points_by_origin(index: ServiceIndex) -> pd.DataFrame:
    """Split each unit's total by who decided the points.

    Returns
    -------
    pandas.DataFrame
        One row per unit and origin: unit_code, origin, points, maximum_points. Origins: `own` (the unit's own
        cases), `province` (figures of the province copied to every unit), `granted` (given without any count),
        `no_cases` (full marks for having no petitions), `not_split` (a group published without its rows).
    """
    split = _split(index)
    have = split[["unit_code", "group_id"]].drop_duplicates().assign(split=True)
    groups = index.groups[index.groups["unit_code"] != index.province_code]
    rest = groups.merge(have, on=["unit_code", "group_id"], how="left")
    rest = rest[rest["split"].isna()].assign(origin="not_split")
    columns = ["unit_code", "origin", "points", "maximum_points"]
    both = pd.concat([split[columns], rest[columns]], ignore_index=True)
    return both.groupby(["unit_code", "origin"], as_index=False)[["points", "maximum_points"]].sum()


def _split(index: ServiceIndex) -> pd.DataFrame:
    """Give the units' rows whose counts are published, each with its origin."""
    decided = {row.id: row.decided_by for row in policy.index_766().rows}
    rows = index.rows[index.rows["unit_code"] != index.province_code]
    published = rows.groupby(["unit_code", "group_id"])["computed_points"].transform(lambda p: p.notna().any())
    rows = rows[published]
    full_for_nothing = (rows["denominator_count"] == 0) & (rows["points"] == rows["maximum_points"])
    origin = rows["row_id"].map(decided).map({"unit": "own", "province": "province", "nobody": "granted"})
    return rows.assign(origin=origin.mask(full_for_nothing, "no_cases"))
