"""Whether cases are finished within their own limit, while some of them are not finished yet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.errors import DataContractError
from analysis.methods.intake import confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, said
from analysis.methods.survival import OPEN, incidence, restricted_mean, share_by

FINISHED = "finished"
FEWEST_OF_A_LIMIT = 30
NAIVE = ("of_finished_pct", "of_received_pct", "of_due_pct")


@dataclass(frozen=True, kw_only=True, eq=False)
class Turnaround(Result):
    """Cases over time against their own limit.

    Attributes
    ----------
    cohorts
        One row per cohort, in the order of their names (none without the column `cohort`): `cohort`; `received_count`,
        `finished_count`, `otherwise_count`, `open_count`; `on_time_pct` with `low_pct`, `high_pct` (missing where no
        case was followed to its limit); the naive shares on time `of_finished_pct`, `of_received_pct` (at worst: no
        open case makes it), `of_due_pct` (of the finished and the open overdue), `at_best_pct` (every open case makes
        it that still can); `mean_days`, `mean_low_days`, `mean_high_days` up to the horizon; `oldest_open_days`.
    curve
        All cases, as `incidence` gives it; its `time` counts own limits, so 1 is the limit.
    horizon_days
        Up to where the mean counts.
    """

    cohorts: pd.DataFrame
    curve: pd.DataFrame
    horizon_days: float


def turnaround(cases: pd.DataFrame, *, horizon_days: float | None = None, level: float = LEVEL) -> Turnaround:
    """Give the share of received cases that are finished within their own limit, counting open cases rightly.

    The estimand is P(finished, T ≤ own limit) of a received case. The usual rate, on time among the finished, leaves
    out slow cases that are still open: it is too high while volumes grow, and falls when a backlog is cleared. It is
    given beside it. Cases that end otherwise (withdrawn, returned) are competing ends: neither on time nor late.

    Parameters
    ----------
    cases
        One row per case received: `elapsed_days` (0 or more: until its end, or until the day it was last seen),
        `limit_days` (above 0, same calendar), `end` ("finished", "open", or the name of another end), optionally
        `cohort` (when it was received, such as a month) and `entry_days` (how old it was when it came to be watched;
        0 if from receipt).
    horizon_days
        Up to where the mean time to any end counts; None takes twice the median limit.
    level
        Confidence level.

    Returns
    -------
    Turnaround
        Estimates: `on_time_pct`, `<other end>_pct`, `open_pct` (by and at the limit), `mean_days` and the three naive
        shares, which have no interval as they do not estimate it.

    Raises
    ------
    DataContractError
        If a column is missing, a time is not a number, or no case is finished.

    Notes
    -----
    Aalen and Johansen's estimator on elapsed/limit; with no other end it is Kaplan and Meier's. Assumes that open cases
    go on as those received with them; where units or speed change over time read the cohorts, not the total.

    References
    ----------
    Kaplan & Meier (1958), JASA 53:457; Aalen & Johansen (1978), Scand. J. Statistics 5:141; Andersen & Keiding (2012),
    Statistics in Medicine 31:1074; Royston & Parmar (2013), BMC Medical Research Methodology 13:152.

    Examples
    --------
    >>> cases = pd.DataFrame({"elapsed_days": [2, 3, 5, 9, 4, 1], "limit_days": 5,
    ...                       "end": ["finished", "finished", "finished", "open", "open", "withdrawn"]})
    >>> found = turnaround(cases)
    >>> [round(found.estimate(name).value) for name in ("on_time_pct", "withdrawn_pct", "naive_of_finished_pct")]
    [58, 17, 100]
    """
    table = _cases(cases)
    ends = [FINISHED, *sorted(set(table["end"].unique()) - {FINISHED, OPEN})]
    horizon = 2.0 * float(table["limit"].median()) if horizon_days is None else float(horizon_days)
    on_scale, in_days = _clock(table, table["limit"]), _clock(table, 1.0)
    shares = share_by(on_scale, ends, 1.0, level=confidence(level))
    naive = _naive(table)
    estimates = (
        *(_percent(each, "on_time_pct" if each.name == FINISHED else f"{each.name}_pct") for each in shares),
        replace(restricted_mean(in_days, ends, horizon, level=level), name="mean_days"),
        *(Estimate(f"naive_{name}", naive[name], np.nan, np.nan, level, "naive", len(table)) for name in NAIVE),
    )
    on_time = estimates[0]
    return Turnaround(
        estimates=estimates,
        checks=(_followed(table, on_time), _same_by_limit(table, ends, on_time)),
        assumptions=(
            said("Open cases go on as those received with them; where speed changes over time, read the cohorts."),
            said("Elapsed time and limit are counted on the same calendar."),
        ),
        claim=said(
            "Finished within their own limit: {on_time_pct} of the cases received (between {low_pct} and {high_pct}); "
            "the rate among finished cases alone says {naive_pct}.",
            on_time_pct=on_time.value,
            low_pct=on_time.low,
            high_pct=on_time.high,
            naive_pct=naive["of_finished_pct"],
        ),
        cohorts=_cohorts(table, ends, horizon, level),
        curve=incidence(on_scale, ends),
        horizon_days=horizon,
    )


def _cases(cases: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of the method, checked."""
    table = pd.DataFrame(
        {
            "elapsed": numbers(cases, "elapsed_days", least=0),
            "limit": numbers(cases, "limit_days", least=np.finfo(float).tiny),
            "end": labels(cases, "end"),
            "entry": numbers(cases, "entry_days", least=0) if "entry_days" in cases.columns else 0.0,
        },
        index=cases.index,
    )
    if "cohort" in cases.columns:
        table["cohort"] = labels(cases, "cohort")
    if not (table["end"] == FINISHED).any():
        raise DataContractError(
            "No case is finished",
            where="column 'end'",
            allowed="'finished', 'open' or the name of another end",
            next_step="Map the ends of the cases to these names.",
        )
    return table


def _clock(table: pd.DataFrame, unit: pd.Series | float) -> pd.DataFrame:
    """Give the cases with time counted in a unit: days, or each case's own limit."""
    return pd.DataFrame({"time": table["elapsed"] / unit, "entry": table["entry"] / unit, "end": table["end"]})


def _naive(table: pd.DataFrame) -> dict[str, float]:
    """Give the shares on time that leave the open cases out or guess them, in percent."""
    finished, is_open, in_time = table["end"] == FINISHED, table["end"] == OPEN, table["elapsed"] <= table["limit"]
    on_time, received = (finished & in_time).sum(), len(table)
    due = (finished | (is_open & ~in_time)).sum()
    return {
        "of_finished_pct": 100 * on_time / finished.sum() if finished.any() else np.nan,
        "of_received_pct": 100 * on_time / received,
        "of_due_pct": 100 * on_time / due if due else np.nan,
        "at_best_pct": 100 * (on_time + (is_open & in_time).sum()) / received,
    }


def _cohorts(table: pd.DataFrame, ends: list[str], horizon: float, level: float) -> pd.DataFrame:
    rows = []
    for cohort, members in table.groupby("cohort") if "cohort" in table else []:
        is_open = members["end"] == OPEN
        finished = int((members["end"] == FINISHED).sum())
        on_time = _percent(share_by(_clock(members, members["limit"]), ends, 1.0, level=level)[0], "")
        mean = restricted_mean(_clock(members, 1.0), ends, horizon, level=level)
        rows.append(
            {
                "cohort": cohort,
                "received_count": len(members),
                "finished_count": finished,
                "otherwise_count": len(members) - finished - int(is_open.sum()),
                "open_count": int(is_open.sum()),
                "on_time_pct": on_time.value,
                "low_pct": on_time.low,
                "high_pct": on_time.high,
                **_naive(members),
                "mean_days": mean.value,
                "mean_low_days": mean.low,
                "mean_high_days": mean.high,
                "oldest_open_days": members["elapsed"].where(is_open).max(),
            }
        )
    return pd.DataFrame(rows)


def _followed(table: pd.DataFrame, on_time: Estimate) -> Check:
    waiting = int(((table["end"] == OPEN) & (table["elapsed"] < table["limit"])).sum())
    return Check(
        "some cases were followed to their limit",
        float(waiting),
        None if np.isnan(on_time.value) else True,
        said(
            "Open cases that have not reached their limit yet: {waiting_count} of {received_count}.",
            waiting_count=waiting,
            received_count=len(table),
        ),
    )


def _same_by_limit(table: pd.DataFrame, ends: list[str], on_time: Estimate) -> Check:
    """Estimate each limit by itself: on one scale of own limits, long limits could be watched less and be slower."""
    size = table.groupby("limit")["limit"].transform("size")
    groups = table["limit"].where(size >= FEWEST_OF_A_LIMIT, -1.0)
    parts = [(len(part), share_by(_clock(part, part["limit"]), ends, 1.0)[0]) for _, part in table.groupby(groups)]
    apart = 100 * sum(count * share.value for count, share in parts) / len(table)
    known = not np.isnan(apart) and not np.isnan(on_time.value)
    return Check(
        "the same when each limit is taken by itself",
        apart,
        bool(on_time.low <= apart <= on_time.high) if known else None,
        said("With each limit taken by itself the share finished within it is {apart_pct}.", apart_pct=apart),
    )


def _percent(share: Estimate, name: str) -> Estimate:
    return replace(share, name=name, value=100 * share.value, low=100 * share.low, high=100 * share.high)
