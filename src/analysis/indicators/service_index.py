"""The service-quality index of one province and period: every unit, every row, published beside recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import facts, policy
from analysis.indicators import scoring
from analysis.policy import ScoredRow


@dataclass(frozen=True, slots=True, eq=False)
class ServiceIndex:
    """The index of one province and period.

    Attributes
    ----------
    as_of_date
        The last day a figure was asked for, ISO.
    provisional
        Whether any figure was asked for before the period had ended.
    units
        One row per unit, the province first: unit_code, unit_name, unit_level.
    rows
        One row per unit and scored row: unit_code, group_id, row_id, numerator_count, denominator_count,
        share_pct, published_points (the portal's own, missing where it publishes none), computed_points
        (the policy's rule), points (published where there are any, else computed), maximum_points.
    groups
        One row per unit and group: unit_code, group_id, points (published), computed_points (sum of the rows,
        missing unless all can be computed), maximum_points.
    sources
        Where the figures come from, see `facts.provenance`.
    """

    province_code: str
    period: str
    as_of_date: str
    provisional: bool
    units: pd.DataFrame
    rows: pd.DataFrame
    groups: pd.DataFrame
    sources: list[dict[str, Any]]

    @property
    def children(self) -> pd.DataFrame:
        """Give the units without the province itself."""
        return self.units[self.units["unit_level"] != "province"]

    def dossiers_counts(self) -> pd.Series:
        """Give the dossiers that each unit handled in the period, by the row on settling them on time."""
        own = self.rows[self.rows["row_id"] == "settled_on_time"].set_index("unit_code")["denominator_count"]
        return own.reindex(self.units["unit_code"]).fillna(0).astype(int)

    def dossiers_count(self, unit: str) -> int:
        """Give the dossiers that a unit handled in the period."""
        return int(self.dossiers_counts().get(unit, 0))

    def totals(self) -> pd.DataFrame:
        """Give one row per unit: its points over all groups it has, missing if a group is not published."""
        wide = self.groups.pivot(index="unit_code", columns="group_id", values="points")
        total = wide.sum(axis=1, skipna=False).rename("points")
        return self.units.merge(total, on="unit_code", how="left")

    def agreement(self) -> pd.DataFrame:
        """Give the groups whose recomputed points can be compared, with `difference_points`."""
        known = self.groups.dropna(subset=["computed_points"])
        return known.assign(difference_points=known["computed_points"] - known["points"])


def service_index(province: str, period: str) -> ServiceIndex:
    """Compute the index of a province's units for a period.

    Parameters
    ----------
    province
        The portal's province code, such as `H44`.
    period
        `2026`, `2026-Q3` or `2026-08`.

    Raises
    ------
    UsageError
        If the facts have no such province or period; the error lists those there are.
    """
    units = facts.only("portal_units", province_code=province)[["unit_code", "unit_name", "unit_level"]]
    groups = facts.only("portal_groups", province_code=province, period=period)
    policies = policy.index_766().rows
    counts = counted(province, period, rows=policies)
    rows = pd.concat([_scored(row, counts[row.id]) for row in policies], ignore_index=True)
    published = groups.rename(columns={"published_points": "points", "published_maximum_points": "maximum_points"})[
        ["unit_code", "group_id", "points", "maximum_points"]
    ]
    computed = _group_points(rows)
    present = units[units["unit_code"].isin(groups["unit_code"])]
    return ServiceIndex(
        province_code=province,
        period=period,
        as_of_date=str(groups["as_of_date"].max()),
        provisional=bool(groups["provisional"].any()),
        units=_province_first(present),
        rows=rows,
        groups=published.merge(computed, on=["unit_code", "group_id"], how="left"),
        sources=facts.provenance(_all_facts(province, period)),
    )


def _all_facts(province: str, period: str) -> list[pd.DataFrame]:
    """Give every row of the portal that this index and the checks of its figures read.

    The checks compare a year with its quarters and months, so those count as well.
    """
    tables = [table for table in facts.TABLES if table.startswith("portal_") and table != "portal_units"]
    return [facts.having(table, province_code=province, period=period) for table in tables]


def counted(province: str, period: str, *, rows: Sequence[ScoredRow], unit: str = "") -> dict[str, pd.DataFrame]:
    """Give what the portal counts for rows of the index, of every unit of a province or of one.

    Returns
    -------
    dict
        Row id → one row per unit that has an answer: unit_code, numerator_count, denominator_count, published_points.
    """
    only = {"unit_code": unit} if unit else {}
    tables = {}
    for table in sorted({row.counts.table for row in rows}):
        frame = facts.having(table, province_code=province, period=period, **only)
        tables[table] = frame[frame["period"] == period]
    return {row.id: _counts(row, tables[row.counts.table]) for row in rows}


def _counts(row: ScoredRow, frame: pd.DataFrame) -> pd.DataFrame:
    counts = row.counts
    if counts.metric is not None:
        frame = frame[frame["metric_code"] == counts.metric]
    # the portal publishes the points of a row only where a metric or a whole group is one row
    own = counts.metric is not None or row.maximum_points == policy.index_766().group_of(row.id).maximum_points
    return pd.DataFrame(
        {
            "unit_code": frame["unit_code"],
            "numerator_count": frame[list(counts.numerator)].sum(axis=1, skipna=False),
            "denominator_count": frame[counts.denominator],
            "published_points": frame["published_points"] if own else np.nan,
        }
    )


def _scored(row: ScoredRow, counts: pd.DataFrame) -> pd.DataFrame:
    """Give one scored row for every unit that has an answer."""
    numerator, denominator = counts["numerator_count"], counts["denominator_count"]
    computed = scoring.points(row, numerator, denominator)
    return pd.DataFrame(
        {
            "unit_code": counts["unit_code"],
            "group_id": policy.index_766().group_of(row.id).id,
            "row_id": row.id,
            "numerator_count": numerator,
            "denominator_count": denominator,
            "share_pct": 100 * numerator / denominator.where(denominator > 0),
            "published_points": counts["published_points"],
            "computed_points": computed,
            "points": counts["published_points"].fillna(computed),
            "maximum_points": row.maximum_points,
        }
    )


def _group_points(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up the rows of each group: one row per unit and group.

    A row with no cases (0/0) counts as nothing, as in the portal's own totals; a row whose counts are not
    published leaves the group's points unknown.
    """
    no_cases = rows["computed_points"].isna() & (rows["denominator_count"] == 0)
    counted = rows.assign(computed_points=rows["computed_points"].mask(no_cases, 0.0))
    parts = counted.groupby(["unit_code", "group_id"])["computed_points"]
    sums = parts.sum().where(parts.count() == parts.size())
    return scoring.two_decimals(sums).reset_index()


def _province_first(units: pd.DataFrame) -> pd.DataFrame:
    order = units["unit_level"].map({"province": 0, "department": 1, "commune": 2})
    return units.assign(order=order).sort_values(["order", "unit_code"], ignore_index=True).drop(columns="order")
