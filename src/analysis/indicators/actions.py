"""What a unit could do, what it would gain, and whether that is still within reach."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, TypeAdapter

from analysis import paths, policy
from analysis.indicators import scoring
from analysis.indicators.service_index import ServiceIndex
from analysis.yaml_files import load_yaml


class Action(BaseModel):
    """Something a unit can do, and the rows it moves; the first row names the cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    label: policy.Label
    rows: tuple[str, ...]
    mendable: bool


@cache
def actions() -> tuple[Action, ...]:
    """Read the actions of `indicators/actions.yml`."""
    text = (paths.PACKAGE / "indicators" / "actions.yml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Action, ...]).validate_python(load_yaml(text))


def gains(index: ServiceIndex, *, toward: pd.DataFrame | None = None) -> pd.DataFrame:
    """Compute what each action would gain each unit, and with how many cases.

    Parameters
    ----------
    index
        The index of a province and period.
    toward
        One row per unit and row of the index: unit_code, row_id, peer_high_pct, the share that a quarter of the
        peers have reached (missing where there are too few peers). If None, up to the share that earns full marks.

    Returns
    -------
    pandas.DataFrame
        One row per unit and action that can still gain: unit_code, action_id, row_id (that of the cases),
        share_pct, target_pct, cases_count (how many cases are short of the target), gain_points (over all the rows
        the action moves), cases_per_point_number (cases_count over gain_points), mendable (past cases can in
        principle be made good), new_cases_count (how many new cases, all going well, would lift the share to the
        target; missing if none can), within_reach (mendable, or no more new cases than were handled so far). Rows
        whose counts are not published are left out. The largest gain of a unit comes first.
    """
    counts = {str(name): rows.set_index("unit_code") for name, rows in index.rows.groupby("row_id", sort=False)}
    marks = None if toward is None else toward.pivot_table("peer_high_pct", "unit_code", "row_id")
    result = pd.concat([_gain(action, counts, marks) for action in actions()], ignore_index=True)
    result["cases_per_point_number"] = result["cases_count"] / result["gain_points"]
    return result.sort_values(["unit_code", "gain_points"], ascending=[True, False], ignore_index=True)


def _gain(action: Action, counts: dict[str, pd.DataFrame], marks: pd.DataFrame | None) -> pd.DataFrame:
    rows = {row.id: row for row in policy.index_766().rows}
    lead = counts[action.rows[0]].dropna(subset=["share_pct"])
    target = pd.Series(rows[action.rows[0]].full_marks_at_pct, index=lead.index, dtype="float64")
    if marks is not None:
        peers = marks[action.rows[0]] if action.rows[0] in marks else pd.Series(dtype="float64")
        target = target.clip(upper=peers.reindex(lead.index)).where(lead.index.isin(peers.dropna().index))
    total = lead["denominator_count"]
    # the small allowance keeps 30 x 5/30 = 5.000000000000001 from asking for one case too many
    short = np.ceil(target / 100 * total - lead["numerator_count"] - 1e-9).clip(lower=0)
    gain = sum((_more(rows[name], counts[name].reindex(lead.index), short) for name in action.rows), start=0.0)
    new = np.ceil(short / (1 - target / 100).where(target < 100) - 1e-9)
    table = pd.DataFrame(
        {
            "unit_code": lead.index,
            "action_id": action.id,
            "row_id": action.rows[0],
            "share_pct": lead["share_pct"],
            "target_pct": target,
            "cases_count": short,
            "gain_points": gain,
            "mendable": action.mendable,
            "new_cases_count": new,
            "within_reach": action.mendable | (new <= total),
        }
    )
    return table[(table["cases_count"] > 0) & (table["gain_points"] > 0)]


def _more(row: policy.ScoredRow, counts: pd.DataFrame, short: pd.Series) -> pd.Series:
    """Give the points a row gains when the cases it is short of go well."""
    after = (counts["numerator_count"] + short).clip(upper=counts["denominator_count"])
    earned = scoring.points(row, after, counts["denominator_count"])
    return scoring.two_decimals((earned - counts["points"]).clip(lower=0).fillna(0.0))
