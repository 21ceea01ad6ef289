"""Decisions that put a price on simplified procedures, re-computed by the rule they use themselves."""

from __future__ import annotations

import pandas as pd

from analysis import facts, policy
from analysis.indicators.compliance_cost import Costs


def decisions(*, until: str) -> pd.DataFrame:
    """Give the decisions that put a price on simplified procedures, re-computed by the rule they use themselves.

    Returns
    -------
    pandas.DataFrame
        Rows of `cost_decisions` with a saving or a reduction for one procedure, and `recomputed_saved_vnd` (days less ×
        8 hours × wage × dossiers; missing where the decision does not say), `waiting_vnd` (of the saving: the agency's
        own time), `unfiled_vnd` (of the saving: on what nobody filed), `left_vnd` (what is left of it) and
        `stated_saved_vnd` (by the days that the text says, where it says other days than the table).
    """
    rows = facts.published("cost_decisions", until=until)
    rows = rows[rows["procedure_code"].notna()].reset_index(drop=True)
    a_day = policy.cost_model().working_hours.a_day * rows["hourly_wage_vnd"] * rows["annual_dossiers_count"]
    recomputed = (rows["before_days"] - rows["after_days"]) * a_day
    saved = rows["saved_vnd"]
    unfiled = saved.where(rows["filed_dossiers_count"] == 0, 0).where(saved.notna())
    waiting = recomputed.clip(upper=saved - unfiled).fillna(0).where(saved.notna())
    return rows.assign(
        recomputed_saved_vnd=recomputed,
        waiting_vnd=waiting,
        unfiled_vnd=unfiled,
        left_vnd=saved - waiting - unfiled,
        stated_saved_vnd=rows["stated_cut_days"] * a_day,
    )


def costs(found: pd.DataFrame) -> Costs:
    """Give decisions as `methods.burden` takes them: limits as waiting, other savings as a yearly amount."""
    priced = found.dropna(subset=["saved_vnd"])
    limits = priced["recomputed_saved_vnd"].notna()
    hours = policy.cost_model().working_hours.a_day
    parts = []
    for state in ("before", "after"):
        rows = pd.DataFrame(
            {
                "procedure": priced["procedure_code"],
                "state": state,
                "activity": "as decided",
                "hours": (priced[f"{state}_days"] * hours).where(limits, 0.0),
                "spread": 1.0,
                "wage_vnd": priced["hourly_wage_vnd"].where(limits, 0.0),
                "fee_vnd": priced["saved_vnd"].where(~limits & (state == "before"), 0.0),
                "waiting": limits,
            }
        )
        parts.append(rows)
    volumes = pd.DataFrame(
        {
            "procedure": priced["procedure_code"],
            "annual_count": priced["annual_dossiers_count"].where(limits, 1.0),
            "filed_count": priced["filed_dossiers_count"],
        }
    )
    return Costs(pd.concat(parts, ignore_index=True), volumes)
