"""Patterns in one unit's own records that ask for a look; none is proof of anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import UsageError
from analysis.methods.intake import Floats, confidence, numbers
from analysis.methods.rates import wilson
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said

WINDOW = 8  # days of slack on either side of the limit that the curve is fitted on
AT_LIMIT, JUST_AFTER = (0, 1), (-1, -2)
SHORTEST_LIMIT = 5  # three days before the last two, for the curve to rest on
FEWEST_OF_A_LIMIT = 100
FEWEST_CASES = 200
BATCH = 10  # cases closed within one minute
SURE = 0.01


@dataclass(frozen=True, kw_only=True, eq=False)
class Integrity(Result):
    """What stands out in the records of one unit.

    Attributes
    ----------
    slack
        One row per day of slack (limit − elapsed): `slack_days`, `count`, `expected` (by the smooth curve through the
        other days), over all limits of 5 days or more with 100 cases around them; none without such limits.
    batches
        One row per minute in which 10 cases or more were closed, the largest first: `minute`, `count`.
    """

    slack: pd.DataFrame
    batches: pd.DataFrame


def integrity(cases: pd.DataFrame, *, level: float = LEVEL) -> Integrity:
    """Look for cases that end at their limit, round durations, batch closures and submissions in few hands.

    The estimands are of the records, not of conduct: effort before a deadline bunches cases as well, and authorised
    representatives file for many. Every pattern is a question to the unit; no account and no person is given.

    Parameters
    ----------
    cases
        One row per finished case of one unit, any of these columns: `elapsed_days` and `limit_days` (whole working
        days), `finished_at` (time stamp), `account` (who submitted, hashed), `by_self` (True, False, or missing where
        nobody wrote it down).
    level
        Of the intervals.

    Returns
    -------
    Integrity
        Estimates, as far as the columns go: `bunching` (how many times more cases end in the last two days of the limit
        than the two days after, against the smooth curve), `round_pct` (durations of a multiple of 5 days among those
        of 4 to 6, 9 to 11, …; a third where nothing is rounded), `batch_pct` (closed within a minute with 9 others or
        more), `top_account_pct` and `herfindahl` (submissions of the largest account; sum of squared shares; missing
        where no account is known), `by_self_pct` (its interval holds all that the missing may be, not chance).

    Raises
    ------
    UsageError
        If none of the columns is there, or there are fewer than 200 cases.
    DataContractError
        If a duration or limit is not a number.

    Notes
    -----
    Assumes that without anything at the limit durations lie along a smooth curve there. A polynomial through the whole
    distribution alarms on half of all smooth ones; a log-cubic through 8 days on either side, with both pairs of days
    at the limit left free, does not. Every limit has a curve of its own: durations that are smooth for each of several
    limits are not smooth in their sum, and alarm up to nine times in ten if pooled.

    References
    ----------
    Chetty et al. (2011), Quarterly Journal of Economics 126:749 (bunching); Kleven (2016), Annual Review of Economics
    8:435; Manski (1989), Journal of Human Resources 24:343 (bounds).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> elapsed = rng.poisson(9, 3000)
    >>> late = np.isin(elapsed, [11, 12]) & (rng.uniform(size=3000) < 0.6)
    >>> found = integrity(pd.DataFrame({"elapsed_days": np.where(late, 10, elapsed), "limit_days": 10}))
    >>> found.checks[0].passed
    False
    """
    known = [name for name in ("limit_days", "elapsed_days", "finished_at", "account", "by_self") if name in cases]
    if not known or len(cases) < FEWEST_CASES:
        raise UsageError(
            f"{len(cases)} cases with {', '.join(known) or 'none of the columns'} show no pattern",
            allowed=f"{FEWEST_CASES} cases or more; elapsed_days, limit_days, finished_at, account, by_self",
        )
    level = confidence(level)
    estimates: list[Estimate] = []
    checks: list[Check] = []
    slack = pd.DataFrame(columns=["slack_days", "count", "expected"])
    batches = pd.DataFrame(columns=["minute", "count"])
    if {"limit_days", "elapsed_days"} <= set(known):
        slack = _at_limit(cases, estimates, checks, level)
    if "elapsed_days" in known:
        _rounded(cases, estimates, checks, level)
    if "finished_at" in known:
        batches = _batches(cases, estimates, level)
    if "account" in known:
        _hands(cases, estimates, level)
    if "by_self" in known:
        _by_self(cases, estimates, level)
    return Integrity(
        estimates=tuple(estimates),
        checks=tuple(checks),
        assumptions=(
            said("Without anything at the limit, durations would lie along a smooth curve around it."),
            said("A pattern is a question: effort before a deadline and authorised representatives look alike."),
        ),
        claim=_claim(checks),
        slack=slack,
        batches=batches,
    )


def _at_limit(cases: pd.DataFrame, estimates: list[Estimate], checks: list[Check], level: float) -> pd.DataFrame:
    table = _slack(cases)
    if table.empty:
        estimates.append(Estimate("bunching", np.nan, np.nan, np.nan, level, "local Poisson, contrast", 0))
        says = said(
            "No limit of {least_count} days or more has {fewest_count} cases around it: whether cases bunch there "
            "cannot be told.",
            least_count=SHORTEST_LIMIT,
            fewest_count=FEWEST_OF_A_LIMIT,
        )
        checks.append(Check("bunching", np.nan, None, says))
        return table.drop(columns="limit_days")
    at, count = table["slack_days"].to_numpy() / WINDOW, table["count"].to_numpy(dtype=float)
    # short limits end where long ones go on: pooled, they make a step at the limit that nobody caused
    own = pd.get_dummies(table["limit_days"]).to_numpy(dtype=float)
    curve = np.hstack([own * at[:, None] ** power for power in range(4)])
    pairs = [table["slack_days"].isin(days).to_numpy(dtype=float) for days in (AT_LIMIT, JUST_AFTER)]
    coefficients, covariance = _poisson(count, np.column_stack([curve, *pairs]))
    contrast = np.concatenate([np.zeros(curve.shape[1]), [1.0, -1.0]])
    value, error = float(contrast @ coefficients), float(np.sqrt(contrast @ covariance @ contrast))
    half = float(stats.norm.ppf((1 + level) / 2)) * error
    p = float(stats.norm.sf(value / error)) if error > 0 else 1.0
    low, high = float(np.exp(value - half)), float(np.exp(min(value + half, 50.0)))
    estimates.append(
        Estimate("bunching", float(np.exp(value)), low, high, level, "local Poisson, contrast", int(count.sum()))
    )
    says = said(
        "In the last two days of the limit {times_number} times as many cases end as in the two days after, against a "
        "smooth curve (p = {chance_p}).",
        times_number=float(np.exp(value)),
        chance_p=p,
    )
    checks.append(Check("bunching", p, p > SURE, says))
    table["expected"] = np.exp(curve @ coefficients[: curve.shape[1]])
    return table.groupby("slack_days", as_index=False)[["count", "expected"]].sum()


def _slack(cases: pd.DataFrame) -> pd.DataFrame:
    """Count cases by limit and day of slack, where there are days enough before the limit and cases around it.

    A case cannot end before it begins, and the day it begins on is a habit of its own: days of slack go up to the limit
    less one.
    """
    limit = np.round(numbers(cases, "limit_days", least=0))
    slack = np.round(limit - numbers(cases, "elapsed_days", least=0))
    around = (np.abs(slack) <= WINDOW) & (slack < limit) & (limit >= SHORTEST_LIMIT)
    rows = []
    for each, size in zip(*np.unique(limit[around], return_counts=True), strict=True):
        if size >= FEWEST_OF_A_LIMIT:
            days = np.arange(-WINDOW, min(WINDOW, int(each) - 1) + 1)
            found = (slack[around & (limit == each), None] == days).sum(axis=0)
            rows.append(pd.DataFrame({"limit_days": each, "slack_days": days, "count": found}))
    empty = pd.DataFrame(columns=["limit_days", "slack_days", "count", "expected"])
    return pd.concat(rows, ignore_index=True) if rows else empty


def _poisson(count: Floats, design: Floats) -> tuple[Floats, Floats]:
    """Fit a Poisson curve by scoring; the errors grow with what the curve leaves over, and never shrink."""
    mean = count + 0.5
    coefficients: Floats = np.zeros(design.shape[1], dtype=np.float64)
    for _ in range(100):
        working = np.log(mean) + (count - mean) / mean
        gram = (design * mean[:, None]).T @ design
        last = coefficients
        coefficients = np.asarray(np.linalg.solve(gram + 1e-9 * np.eye(len(gram)), design.T @ (mean * working)))
        moved = float(np.abs(coefficients - last).max())
        mean = np.asarray(np.exp(np.clip(design @ coefficients, -20, 20)))
        if moved < 1e-9:
            break
    free = len(count) - design.shape[1]
    spread = max(1.0, float(((count - mean) ** 2 / mean).sum()) / free)
    covariance: Floats = spread * np.linalg.inv((design * mean[:, None]).T @ design + 1e-9 * np.eye(len(coefficients)))
    return coefficients, covariance


def _rounded(cases: pd.DataFrame, estimates: list[Estimate], checks: list[Check], level: float) -> None:
    days = np.round(numbers(cases, "elapsed_days", least=0))
    rest = days % 5
    near = (days >= 4) & np.isin(rest, [4, 0, 1])
    hits, total = int((near & (rest == 0)).sum()), int(near.sum())
    row = wilson(pd.Series([hits]), pd.Series([total]), level=level).iloc[0]
    estimates.append(Estimate("round_pct", row["share_pct"], row["low_pct"], row["high_pct"], level, "Wilson", total))
    p = float(stats.binom.sf(hits - 1, total, 1 / 3)) if total else 1.0
    says = said(
        "Of the durations next to a multiple of 5 days {round_pct} are the multiple itself; a third is usual.",
        round_pct=float(row["share_pct"]),
    )
    # limits are often multiples themselves: only a clear excess is a pattern
    checks.append(Check("round durations", p, bool(p > SURE or row["share_pct"] < 50), says))


def _batches(cases: pd.DataFrame, estimates: list[Estimate], level: float) -> pd.DataFrame:
    minutes = pd.to_datetime(cases["finished_at"]).dropna().dt.floor("min")
    counts = minutes.value_counts()
    found = counts[counts >= BATCH].rename("count").rename_axis("minute").reset_index()
    share = 100 * float(found["count"].sum()) / max(len(minutes), 1)
    estimates.append(Estimate("batch_pct", share, np.nan, np.nan, level, "10 or more in a minute", len(minutes)))
    return found.sort_values(["count", "minute"], ascending=[False, True], ignore_index=True)


def _hands(cases: pd.DataFrame, estimates: list[Estimate], level: float) -> None:
    accounts = cases["account"].dropna()
    shares = accounts.value_counts(normalize=True).to_numpy()
    # a unit to which nothing was submitted online has no largest account
    top, squares = (100 * shares[0], (shares**2).sum()) if len(shares) else (np.nan, np.nan)
    for name, value in (("top_account_pct", top), ("herfindahl", squares)):
        estimates.append(Estimate(name, float(value), np.nan, np.nan, level, "census of submissions", len(accounts)))


def _by_self(cases: pd.DataFrame, estimates: list[Estimate], level: float) -> None:
    told = cases["by_self"].dropna().astype(bool)
    low = 100 * float(told.sum()) / len(cases)
    high = low + 100 * (1 - len(told) / len(cases))
    value = 100 * float(told.mean()) if len(told) else np.nan
    estimates.append(Estimate("by_self_pct", value, low, high, level, "bounds over the missing", len(cases)))


def _claim(checks: list[Check]) -> Said:
    count = sum(check.passed is False for check in checks)
    return said(
        "Of {asked_count} patterns looked for, {found_count} ask for a look.",
        asked_count=len(checks),
        found_count=count,
    )
