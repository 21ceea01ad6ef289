"""What complying costs: internal procedures against their target, and what simplifying saved applicants."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis import facts, policy
from analysis.indicators import counts
from analysis.indicators.registers import CUT, NEVER
from analysis.indicators.usage import last_quarter
from analysis.indicators.values import values

GONE = ("merged", "abolished")
YEAR = 12  # months
# so many simplified procedures stand by themselves; the others are taken together
MOST_SINGLE = 40
REST = "rest"


class Costs(NamedTuple):
    """What `methods.burden` takes: activities by procedure and state, and cases a year."""

    activities: pd.DataFrame
    volumes: pd.DataFrame


def window(source_id: str, *, until: str) -> tuple[str, str]:
    """Give the first and last month (both INCLUSIVE) of the last four whole quarters of a source."""
    last = pd.Period(last_quarter(source_id, until=until).replace("-", ""), freq="Q").asfreq("M", "end")
    return str(last - (YEAR - 1)), str(last)


def internal(source_id: str, *, until: str) -> pd.DataFrame:
    """Give how much of the internal procedures and of their cost has been cut, by what counts as cut.

    Returns
    -------
    pandas.DataFrame
        One row a way of counting: `way` (`cut`: simplified, merged or abolished; `gone`: merged or abolished; `cost`),
        `numerator_count`, `denominator_count` (procedures; for the cost VND a year) and `share_pct`.
    """
    rows = _decided(source_id, until)
    before, after = rows["cost_before_vnd"], rows["cost_after_vnd"].where(rows["decided"], rows["cost_before_vnd"])
    known = before.notna() & rows["cost_after_vnd"].notna()
    found = pd.DataFrame(
        [
            ("cut", (rows["decided"] & rows["review_result"].isin(CUT)).sum(), len(rows)),
            ("gone", (rows["decided"] & rows["review_result"].isin(GONE)).sum(), len(rows)),
            ("cost", (before - after)[known].sum(), before[known].sum()),
        ],
        columns=["way", "numerator_count", "denominator_count"],
    )
    return found.assign(share_pct=100 * found["numerator_count"] / found["denominator_count"])


def internal_by_quarter(source_id: str, *, until: str) -> pd.DataFrame:
    """Give both shares of the target by whole quarters: `indicator_id`, `period`, `share_pct`."""
    last = last_quarter(source_id, until=until)
    names = ("internal_procedures_cut_share", "internal_cost_cut_share")
    found = pd.concat([values(name, source_id=source_id, period="quarter") for name in names], ignore_index=True)
    found = found[found["period"] <= last].rename(columns={"value": "share_pct"})
    return found[["indicator_id", "period", "share_pct"]].reset_index(drop=True)


def internal_costs(source_id: str, *, until: str) -> Costs:
    """Give the declared costs of the internal procedures as `methods.burden` takes them.

    A procedure that was not changed errs alike before and after; the two costs of one that was are two declarations.
    """
    rows = _decided(source_id, until).dropna(subset=["cost_before_vnd", "cost_after_vnd"])
    changed = rows["decided"] & (rows["cost_after_vnd"] != rows["cost_before_vnd"])
    after = rows["cost_after_vnd"].where(changed, rows["cost_before_vnd"])
    parts = [
        pd.DataFrame(
            {
                "procedure": rows["procedure_code"],
                "state": state,
                "activity": changed.map({True: f"declared {state}", False: "declared"}),
                "hours": cost,
                "spread": policy.cost_model().declared_cost.spread,
                "wage_vnd": 1.0,
            }
        )
        for state, cost in (("before", rows["cost_before_vnd"]), ("after", after))
    ]
    volumes = pd.DataFrame({"procedure": rows["procedure_code"], "annual_count": 1.0})
    return Costs(pd.concat(parts, ignore_index=True), volumes.reset_index(drop=True))


def simplified(source_id: str, *, until: str) -> pd.DataFrame:
    """Give the procedures whose papers or time limit a decision has cut since the directive.

    Returns
    -------
    pandas.DataFrame
        One row a procedure that was in force on both days, the most filed first: `procedure_code`, `procedure_name`,
        `before_documents_count`, `after_documents_count`, `before_days`, `after_days`, `dossiers_count` (received in
        the last four whole quarters).
    """
    both = _both_days(source_id, until)
    papers = both["before_documents_count"] > both["after_documents_count"]
    limit = both["before_days"] > both["after_days"]
    names = ["procedure_code", "procedure_name", "before_documents_count", "after_documents_count", "before_days",
             "after_days", "dossiers_count"]  # fmt: skip
    cut = both[papers | limit].sort_values(["dossiers_count", "procedure_code"], ascending=[False, True])
    return cut[names].reset_index(drop=True)


def saved_by_limits(cut: pd.DataFrame) -> pd.Series:
    """Give a year's saving as decisions reckon it, in VND: days less of the limit × 8 hours × wage × dossiers."""
    model = policy.cost_model()
    days = (cut["before_days"] - cut["after_days"]).clip(lower=0).fillna(0)
    return days * cut["dossiers_count"] * model.working_hours.a_day * model.hourly_wage_vnd


def paper_costs(cut: pd.DataFrame) -> Costs:
    """Give what the papers of simplified procedures take of applicants, before and after, for `methods.burden`."""
    single = cut.assign(procedure=cut["procedure_code"].where(cut.index < MOST_SINGLE, REST))
    weighted = single.assign(
        **{
            name: single[name] * single["dossiers_count"]
            for name in ("before_documents_count", "after_documents_count")
        }
    )
    sums = weighted.groupby("procedure", sort=False)[
        ["before_documents_count", "after_documents_count", "dossiers_count"]
    ].sum()
    filed = sums[sums["dossiers_count"] > 0]
    parts = [
        _rows(filed.index, state, "papers", filed[f"{state}_documents_count"] / filed["dossiers_count"])
        for state in ("before", "after")
    ]
    return Costs(pd.concat(parts, ignore_index=True), _volumes(filed["dossiers_count"]))


def whole_costs(source_id: str, *, until: str) -> Costs:
    """Give what all dossiers of the last four whole quarters take of applicants, and would have taken before.

    Papers and fees are those of the register on the day of the directive and now; the share of dossiers that need no
    visit is that of each procedure in the twelve months before the directive and in the last twelve. Only procedures
    that were in force on both days and had dossiers in both years count. Each activity stands as a procedure of its
    own: its time is one assumption, which is right or wrong for all dossiers at once.
    """
    both = _both_days(source_id, until)
    both = both[(both["dossiers_count"] > 0) & both["before_online_share"].notna()]
    both = both.dropna(subset=["before_documents_count", "after_documents_count"])
    weight = both["dossiers_count"] / both["dossiers_count"].sum()
    parts = []
    for state in ("before", "after"):
        fee = float((weight * both[f"{state}_fee_vnd"].fillna(0)).sum())
        visits = policy.cost_model().visits_in_person * (1 - both[f"{state}_online_share"])
        each = {"fill_in": weight, "papers": weight * both[f"{state}_documents_count"], "visits": weight * visits}
        for activity, times in each.items():
            rows = _rows(pd.Index([activity]), state, activity, pd.Series([times.sum()]))
            parts.append(rows.assign(fee_vnd=fee if activity == "fill_in" else 0.0))
    filed = pd.Series(float(both["dossiers_count"].sum()), index=["fill_in", "papers", "visits"])
    return Costs(pd.concat(parts, ignore_index=True), _volumes(filed))


def _decided(source_id: str, until: str) -> pd.DataFrame:
    rows = facts.only("internal_procedures", source_id=source_id)
    last = window(source_id, until=until)[1]
    return rows.assign(decided=rows["decided_date"].fillna(NEVER).str[:7] <= last)


def _both_days(source_id: str, until: str) -> pd.DataFrame:
    """Give every procedure in force on the day of the directive and at the end of the window, with both years' use."""
    first, last = window(source_id, until=until)
    event = policy.directive_4550().issued_on.isoformat()
    register = facts.only("procedures", source_id=source_id)
    then, now = _in_force(register, event), _in_force(register, f"{last}-31")
    told = ["documents_count", "limit_days", "fee_vnd"]
    shown = {"documents_count": "documents_count", "limit_days": "days", "fee_vnd": "fee_vnd"}
    both = then[told].add_prefix("before_").join(now[told].add_prefix("after_"), how="inner")
    both = both.rename(columns={f"{when}_{old}": f"{when}_{new}" for when in ("before", "after")
                                for old, new in shown.items()})  # fmt: skip
    year = pd.Period(event[:7], freq="M")
    used = counts.load("procedures", source_id)
    before, after = _used(used, str(year - YEAR), str(year - 1)), _used(used, first, last)
    both = both.assign(procedure_name=now["procedure_name"])
    both["dossiers_count"] = after["dossiers_count"].reindex(both.index, fill_value=0)
    for when, part in (("before", before), ("after", after)):
        both[f"{when}_online_share"] = (part["online_count"] / part["dossiers_count"]).reindex(both.index)
    return both.rename_axis("procedure_code").reset_index()


def _in_force(register: pd.DataFrame, day: str) -> pd.DataFrame:
    there = register[(register["valid_from"] <= day) & (register["valid_to"].fillna(NEVER) > day)]
    return there.drop_duplicates("procedure_code", keep="last").set_index("procedure_code")


def _used(used: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    inside = used[(used["month"] >= first) & (used["month"] <= last)]
    return inside.groupby("procedure_code")[["dossiers_count", "online_count"]].sum()


def _rows(procedures: pd.Index, state: str, activity: str, each: pd.Series) -> pd.DataFrame:
    """Give rows of activities: so many times each, at the model's hours, spread, wage and travel."""
    time = policy.cost_model().time(activity)
    return pd.DataFrame(
        {
            "procedure": procedures,
            "state": state,
            "activity": activity,
            "hours": each.to_numpy() * time.median_hours,
            "spread": time.spread,
            "wage_vnd": policy.cost_model().hourly_wage_vnd,
            "travel_vnd": each.to_numpy() * time.travel_vnd,
            "fee_vnd": 0.0,
        }
    )


def _volumes(filed: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"procedure": filed.index, "annual_count": filed.to_numpy(dtype=float)})
