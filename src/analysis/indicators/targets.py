"""Where a unit or a province stands against full marks of the index and against targets that acts set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import policy
from analysis.indicators.service_index import ServiceIndex
from analysis.policy import FEWEST_CASES


def against_targets(index: ServiceIndex, unit: str) -> pd.DataFrame:
    """Compare a unit's shares with what earns full marks and with the targets that are known.

    Left out are rows without a count or without cases, and for a department or commune those that the province decides.

    Returns
    -------
    pandas.DataFrame
        One row a row of the index and target, or a row without a known target, those with a target first, then by how
        much is short of full marks: `row_id`, `numerator_count`, `denominator_count`, `share_pct`, `full_marks_pct`,
        `target_pct` and `target_by` (ISO date INCLUSIVE; both missing: no target is known), `citation`, `state`:
        `reached`, `not_reached`, `missed` (not reached by a deadline before the figures' last day), `below` (of a
        department or commune, for which no target is set), `few` (fewer than 30 cases, or dossiers in all, which judge
        nobody) or `no_target`.
    """
    rules = {row.id: row for row in policy.index_766().rows}
    own = index.rows[(index.rows["unit_code"] == unit) & (index.rows["denominator_count"] > 0)]
    if unit != index.province_code:
        own = own[[rules[name].decided_by == "unit" for name in own["row_id"]]]
    rows = [
        _row(each, rules[each["row_id"]], target) | _state(each, target, index, unit)
        for each in own.dropna(subset=["share_pct"]).to_dict("records")
        for target in _targets(each["row_id"])
    ]
    columns = ["row_id", "numerator_count", "denominator_count", "share_pct", "full_marks_pct", "target_pct",
               "target_by", "citation", "state", "short"]  # fmt: skip
    found = pd.DataFrame(rows, columns=columns)
    ordered = found.assign(none=found["target_pct"].isna()).sort_values(["none", "short"], ascending=[True, False])
    return ordered[columns[:-1]].reset_index(drop=True)


def _targets(row_id: str) -> list[policy.Target | None]:
    return [each for each in policy.official_targets().targets if each.indicator == row_id] or [None]


def _row(own: Mapping[Any, Any], rule: policy.ScoredRow, target: policy.Target | None) -> dict[str, Any]:
    row = {name: own[name] for name in ("row_id", "numerator_count", "denominator_count", "share_pct")}
    row |= {"full_marks_pct": rule.full_marks_at_pct, "short": rule.full_marks_at_pct - own["share_pct"]}
    if target is None:
        return row
    by = target.by.isoformat() if target.by else None
    return row | {"target_pct": target.value, "target_by": by, "citation": target.citation}


def _state(own: Mapping[Any, Any], target: policy.Target | None, index: ServiceIndex, unit: str) -> dict[str, str]:
    if target is None:
        return {"state": "no_target"}
    counted = next(row.counted for row in policy.index_766().rows if row.id == target.indicator)
    cases = own["denominator_count"] if counted in {"dossier", "petition"} else FEWEST_CASES
    if min(cases, index.dossiers_count(unit)) < FEWEST_CASES:
        return {"state": "few"}
    if own["share_pct"] >= target.value:
        return {"state": "reached"}
    if unit != index.province_code:
        return {"state": "below"}
    past = target.by is not None and target.by.isoformat() < index.as_of_date
    return {"state": "missed" if past else "not_reached"}
