"""Where a source stands on every task of the directive: the headline now, a year before, and against its targets."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

import pandas as pd

from analysis import facts, policy
from analysis.errors import UsageError
from analysis.indicators.codebook import indicator
from analysis.indicators.values import values

YEAR = 4  # quarters


class Asked(NamedTuple):
    """What a chance is asked of: the share by month since the merger, the target, and the month it falls due in."""

    series: pd.DataFrame
    target_pct: float
    by: str


def progress(source_id: str, *, until: str) -> pd.DataFrame:
    """Compare every task's headline with its targets.

    Parameters
    ----------
    source_id
        A source of dossiers, or one that fills in the tables of a province.
    until
        The last period (INCLUSIVE): a year, YYYY, or a quarter, YYYY-Qn.

    Returns
    -------
    pandas.DataFrame
        One row a task and target, or a task without a known target, in the directive's order: `task_id`,
        `indicator_id` (missing where the task is not measured), `period` (the latest whole quarter), `value`,
        `value_before` (the same quarter a year before), `target_value`, `target_by` (ISO date INCLUSIVE; missing: not
        known), `value_then` (in the quarter of the deadline; missing if that is not known or has not come), `state`:
        `reached` or `not_reached` (by the deadline if it has passed, else now), `no_target`, `no_figures` or
        `not_measured`.
    """
    rows: list[dict[str, Any]] = []
    for task in policy.directive_4550().tasks:
        if task.headline is None:
            rows.append({"task_id": task.id, "state": "not_measured"})
            continue
        targets = task.targets or (None,)
        rows += [_row(task, target, source_id, until) for target in targets]
    columns = ["task_id", "indicator_id", "period", "value", "value_before", "target_value", "target_by", "value_then"]
    return pd.DataFrame(rows, columns=[*columns, "state"])


def headline_series(source_id: str, *, until: str) -> pd.DataFrame:
    """Give what stands for the tasks and what their targets are about by quarter, with the target each is under.

    Returns
    -------
    pandas.DataFrame
        One row a task, indicator and whole quarter: `task_id`, `indicator_id`, `period`, `value`, `target_value`: from
        the quarter of the directive on the target that falls due next, or that has no known deadline; missing where
        there is none.
    """
    parts = []
    for task in policy.directive_4550().tasks:
        for name in dict.fromkeys([task.headline, *(target.indicator for target in task.targets)]):
            if name is not None:
                found = _by_quarter(name, source_id, until)
                under = [_under(task, name, quarter) for quarter in found["period"]]
                parts.append(
                    found.assign(task_id=task.id, target_value=pd.Series(under, index=found.index, dtype=float))
                )
    return pd.concat(parts, ignore_index=True)[["task_id", "indicator_id", "period", "value", "target_value"]]


def asked(found: pd.DataFrame, source_id: str) -> dict[str, Asked]:
    """Give what a chance can be asked of: shares whose target is not reached and falls due after the figures end.

    Parameters
    ----------
    found
        As `progress` gives it.

    Returns
    -------
    dict
        `task_id.indicator_id.target_by` → the share by whole month since the merger, for earlier months are of other
        units and tasks; its target and the month that it falls due in.
    """
    merger = policy.events()["merger_2025"].date.isoformat()[:7]
    taken = pd.Timestamp(facts.provenance_of(source_id)[0]["as_of"])
    open_ = found[(found["state"] == "not_reached") & found["value_then"].isna() & found["target_by"].notna()]
    questions = {}
    for row in open_.itertuples(index=False):
        name, due = str(row.indicator_id), str(row.target_by)[:7]
        if indicator(name).unit != "pct" or indicator(name).direction != "higher":
            continue
        months = values(name, source_id=source_id, period="month").rename(
            columns={"period": "month", "value": "share_pct"}
        )
        whole = pd.PeriodIndex(months["month"], freq="M").end_time.normalize() <= taken
        series = months[(months["month"] >= merger) & whole][["month", "share_pct"]].reset_index(drop=True)
        if len(series) and due > series["month"].iloc[-1]:
            questions[key(row)] = Asked(series, float(str(row.target_value)), due)
    return questions


def key(row: Any) -> str:
    """Name a task's target in `asked`."""
    return f"{row.task_id}.{row.indicator_id}.{row.target_by}"


def _row(task: policy.Task, target: policy.Target | None, source_id: str, until: str) -> dict[str, Any]:
    name = target.indicator if target else str(task.headline)
    found = _by_quarter(name, source_id, until)
    row: dict[str, Any] = {"task_id": task.id, "indicator_id": name}
    if found.empty:
        return row | {"state": "no_figures"}
    by_period = found.set_index("period")["value"]
    now = by_period.index[-1]
    before = str(pd.Period(now, freq="Q") - YEAR).replace("Q", "-Q")
    row |= {"period": now, "value": by_period[now], "value_before": by_period.get(before)}
    if target is None:
        return row | {"state": "no_target"}
    row |= {"target_value": target.value, "target_by": target.by.isoformat() if target.by else None}
    judged = by_period[now]
    if target.by is not None:
        due = _quarter(target.by)
        if due <= now:
            judged = row["value_then"] = by_period.get(due, float("nan"))
    better = indicator(name).direction
    reached = judged <= target.value if better == "lower" else judged >= target.value
    return row | {"state": "reached" if reached else "not_reached"}


def _under(task: policy.Task, name: str, quarter: str) -> float:
    """Give the target that a quarter is under."""
    own = [target for target in task.targets if target.indicator == name]
    ahead = [target for target in own if target.by is None or _quarter(target.by) >= quarter]
    if not ahead or quarter < _quarter(policy.directive_4550().issued_on):
        return float("nan")
    return min(ahead, key=lambda target: target.by or datetime.date.max).value


def _quarter(day: datetime.date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _by_quarter(name: str, source_id: str, until: str) -> pd.DataFrame:
    """Give an indicator by whole quarters; none where the source has not what it is made of."""
    try:
        found = values(name, source_id=source_id, period="quarter")
    except UsageError as error:
        # a province that has not filled in a table is an answer, a wrong name is not
        if "has not filled in" not in str(error):
            raise
        return pd.DataFrame(columns=["indicator_id", "period", "value"])
    taken = pd.Timestamp(facts.provenance_of(source_id)[0]["as_of"])
    ends = pd.PeriodIndex(found["period"].str.replace("-", ""), freq="Q").end_time.normalize()
    last = until if "Q" in until else f"{until}-Q4"
    return found[(ends <= taken) & (found["period"] <= last) & found["value"].notna()].reset_index(drop=True)
