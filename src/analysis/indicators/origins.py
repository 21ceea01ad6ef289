"""Who decided a unit's points: its own cases, the province, nobody, or the absence of cases."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from analysis import policy
from analysis.indicators import scoring
from analysis.indicators.incentives import counted_twice, separation
from analysis.indicators.service_index import ServiceIndex


def points_by_origin(index: ServiceIndex) -> pd.DataFrame:
    """Split each unit's total by where its points come from.

    Returns
    -------
    pandas.DataFrame
        One row per unit and origin: unit_code, origin, points, maximum_points. Origins:

        - `own`: rows that the unit's dossiers and procedures decide and that still separate units; the part to judge
          a unit by;
        - `repeated`: rows that count the same dossiers a second time;
        - `petitions`: rows on the petitions it received, most often a handful;
        - `no_cases`: full marks for having no petitions;
        - `nothing`: rows for which it had nothing to count and that give no points for it;
        - `same`: rows in which at least 95 % of units have the same points;
        - `province`: figures of the province copied to every unit;
        - `not_split`: a group whose points are published without the counts of its rows.

        Who decides a row is the policy file's reading (`decided_by`), not the portal's word.
    """
    split = origins(index)
    have = split[["unit_code", "group_id"]].drop_duplicates().assign(split=True)
    groups = index.groups[index.groups["unit_code"] != index.province_code]
    rest = groups.merge(have, on=["unit_code", "group_id"], how="left")
    rest = rest[rest["split"].isna()].assign(origin="not_split")
    columns = ["unit_code", "origin", "points", "maximum_points"]
    both = pd.concat([split[columns], rest[columns]], ignore_index=True)
    return both.groupby(["unit_code", "origin"], as_index=False)[["points", "maximum_points"]].sum()


def origins(index: ServiceIndex) -> pd.DataFrame:
    """Give the units' rows whose counts are published, each with its `origin` (see `points_by_origin`)."""
    return _origins(index).copy()


@lru_cache(maxsize=8)
def _origins(index: ServiceIndex) -> pd.DataFrame:
    rows = index.rows[index.rows["unit_code"] != index.province_code]
    known = rows["computed_points"].notna()
    rows = rows[known.groupby([rows["unit_code"], rows["group_id"]]).transform("any")]
    row_id, nothing = rows["row_id"], rows["denominator_count"] == 0
    policies = {row.id: row for row in policy.index_766().rows}
    alike = separation(index).query("not separates")["row_id"]
    conditions = {
        "province": row_id.map(lambda name: policies[name].decided_by == "province"),
        "no_cases": nothing & (rows["points"] == rows["maximum_points"]),
        "nothing": nothing,
        "same": row_id.isin(alike),
        "petitions": row_id.map(lambda name: policies[name].counted == "petition"),
        "repeated": row_id.isin(counted_twice(index)["other_row_id"]),
    }
    return rows.assign(origin=np.select(list(conditions.values()), list(conditions), default="own"))


def own_cases(index: ServiceIndex) -> pd.DataFrame:
    """Give the rows that the units' own cases decide: unit_code, row_id, hits, total, points."""
    split = origins(index)
    named = split[split["origin"] == "own"].rename(columns={"numerator_count": "hits", "denominator_count": "total"})
    return named[["unit_code", "row_id", "hits", "total", "points"]].reset_index(drop=True)


def points_between(cases: pd.DataFrame, intervals: pd.DataFrame) -> pd.Series:
    """Add up the points of a unit's own rows if all its shares lay at one end of their intervals together.

    It shows how far the points could move, and is wider than an interval of the sum: not all shares err in the
    same direction. Shares of procedures are a stock, not a draw of cases, and stay as they are; so do shares on
    fewer than 30 cases, of which nothing is said anyway.

    Parameters
    ----------
    cases
        One unit's rows of `own_cases`.
    intervals
        `low_pct`, `high_pct`, aligned with `cases`.

    Returns
    -------
    pandas.Series
        `points` as published, `low_points`, `high_points`.
    """
    rules = {row.id: row for row in policy.index_766().rows}
    drawn = cases["row_id"].map(lambda name: rules[name].counted == "dossier") & (cases["total"] >= policy.FEWEST_CASES)
    ends = {
        f"{end}_points": _at(cases, intervals[f"{end}_pct"]).where(drawn, cases["points"]) for end in ("low", "high")
    }
    return pd.DataFrame({"points": cases["points"], **ends}).sum()


def _at(cases: pd.DataFrame, share_pct: pd.Series) -> pd.Series:
    """Give the points of each row at a share."""
    rules = {row.id: row for row in policy.index_766().rows}
    hits = share_pct / 100 * cases["total"]
    earned = [
        scoring.points(rules[str(name)], hits.iloc[[place]], cases["total"].iloc[[place]]).iloc[0]
        for place, name in enumerate(cases["row_id"])
    ]
    return pd.Series(earned, index=cases.index)
