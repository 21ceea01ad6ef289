"""How likely a share that grows along an S-curve is to reach a target by a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit, logsumexp

from analysis.errors import UsageError
from analysis.methods.intake import Floats, confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said

FEWEST_MONTHS = 18
FEWEST_BACK_TESTS = 6
TESTED = 0.5  # of the way to the date asked for has to be tried on the past at least
LOWEST_CEILING = 0.3
CEILINGS = np.linspace(LOWEST_CEILING, 1.0, 71)
MEMORIES = np.linspace(-0.2, 0.95, 24)  # of the noise: how much of a month's deviation is left in the next
DRAWS = 4000
BACK_TEST_DRAWS = 400


@dataclass(frozen=True, kw_only=True, eq=False)
class Reach(Result):
    """A probability of reaching a target, and what it rests on.

    Attributes
    ----------
    path
        One row per month from the last known to the date: `month`, `middle_pct`, `low_pct`, `high_pct`.
    ceiling
        One row per possible ceiling: `ceiling_pct`, `prior`, `posterior`; alike means the data cannot tell.
    back_test
        One row per earlier origin: `origin`, `month` (that many ahead as the longest tested horizon), `low_pct`,
        `high_pct`, `share_pct` (what came), `covered`.
    """

    path: pd.DataFrame
    ceiling: pd.DataFrame
    back_test: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Posterior:
    """The grid of ceilings and memories with its weights, and per point the line's conjugate posterior."""

    weights: Floats  # ceilings × memories, sum 1
    line: Floats  # … × 2: intercept and slope
    spread: Floats  # … × 2 × 2: inverse cross product
    residual: Floats  # …: residual sum of squares
    last: Floats  # …: the last month's deviation from the line
    months_count: int


def reach(series: pd.DataFrame, target_pct: float, by: str, *, rng: np.random.Generator, level: float = LEVEL) -> Reach:
    """Give the probability that a share is at least a target in a month.

    The estimand is P(share in `by` ≥ target | the series), if the share goes on along a logistic curve with an unknown
    ceiling, as a habit spreads when nobody pushes it anew; a new push or a new law breaks it.

    Parameters
    ----------
    series
        One row per month without gaps: `month` (YYYY-MM), `share_pct` (strictly between 0 and 100). At least 18.
    target_pct
        Above 0, at most 100.
    by
        Month (YYYY-MM), after the last one known.
    rng
        Draws the possible futures.
    level
        Of the intervals.

    Returns
    -------
    Reach
        Estimates `probability_pct` (its interval is that of the simulation alone; missing if the method, tried on the
        past of the series, failed), `share_pct` in the month asked for, `ceiling_pct`.

    Raises
    ------
    UsageError
        If there are fewer than 18 months, too few to try half the way to `by` on the past, or `by` is not after them.
    DataContractError
        If a month is missing or a share is not one.

    Notes
    -----
    log(share / (ceiling − share)) = a + b·month + e, e of first order. Ceiling ~ U(0.3, 1) and the memory of e ~
    U(−0.2, 0.95) lie on a grid; given both, a, b and the variance have their conjugate posterior under the reference
    prior, so nothing is left to an optimiser. Assumes one push: one curve, one ceiling, noise that remembers a month.
    Fitting the ceiling by least squares instead covers 47–71 % where 95 % is said. Half a second, nearly all of it for
    trying the method on every earlier month.

    References
    ----------
    Srinivasan & Mason (1986), Marketing Science 5:169; Zellner (1971), Bayesian Inference in Econometrics, ch. 4.

    Examples
    --------
    >>> months = pd.period_range("2023-01", periods=24, freq="M").astype(str)
    >>> share_pct = 80 / (1 + np.exp(-(np.arange(24) - 12) / 4)) + np.tile([0.4, -0.4], 12)
    >>> found = reach(pd.DataFrame({"month": months, "share_pct": share_pct}), 70, "2025-06",
    ...               rng=np.random.default_rng(1))
    >>> found.estimate("probability_pct").value > 90
    True
    """
    level = confidence(level)
    months = _months(series)
    shares = numbers(series, "share_pct", least=1e-6, most=100 - 1e-6) / 100
    _refuse_target(target_pct)
    ahead = _ahead(months, by)
    _refuse_untried(len(months), ahead)
    tests = _back_test(months, shares, ahead, rng=rng, level=level)
    posterior = _fit(shares)
    futures = _futures(posterior, ahead, draws=DRAWS, rng=rng)
    return _result(months, shares, futures, posterior, tests=tests, target=target_pct / 100, level=level)


def _months(series: pd.DataFrame) -> pd.PeriodIndex:
    months = pd.PeriodIndex(labels(series, "month", unique=True), freq="M")
    if len(months) < FEWEST_MONTHS:
        raise UsageError(
            f"{len(months)} months are too few to say when a target is reached",
            allowed=f"{FEWEST_MONTHS} or more",
            next_step="Show the series without a probability.",
        )
    if not (np.diff(months.asi8) == 1).all():
        gap = months[int((np.diff(months.asi8) != 1).argmax())]
        raise UsageError("The months do not follow one another", where=f"after {gap}", allowed="one row per month")
    return months


def _ahead(months: pd.PeriodIndex, by: str) -> int:
    ahead = int(pd.Period(by, freq="M").ordinal - months.asi8[-1])
    if ahead < 1:
        raise UsageError(f"{by} is not after the last month, {months[-1]}", where="by", allowed="a later month")
    return ahead


def _refuse_target(target_pct: float) -> None:
    if not 0 < target_pct <= 100:
        raise UsageError(f"{target_pct!r} is not a target", where="target_pct", allowed="above 0, at most 100")


def _longest(count: int) -> int:
    """Give how many months ahead a series allows to try, from six origins or more."""
    return count - FEWEST_MONTHS // 2 - FEWEST_BACK_TESTS + 1


def _refuse_untried(count: int, ahead: int) -> None:
    longest = int(_longest(count) / TESTED)
    if ahead > longest:
        raise UsageError(
            f"{count} months are too few to try on the past what is asked for, {ahead} months ahead",
            where="by",
            allowed=f"at most {longest} months ahead",
            next_step="Ask for an earlier month, or show the series without a probability.",
        )


def _fit(shares: Floats) -> _Posterior:
    """Weigh every ceiling and memory by how well the series fits them, the line and the variance integrated out."""
    n = len(shares)
    design = np.column_stack([np.ones(n), np.arange(n) - (n - 1)])  # the origin is the last month
    shape = (len(CEILINGS), len(MEMORIES))
    log_weight = np.full(shape, -np.inf)
    line, spread = np.zeros((*shape, 2)), np.zeros((*shape, 2, 2))
    residual, last = np.ones(shape), np.zeros(shape)
    possible = shares.max() < CEILINGS
    above = CEILINGS[possible]
    z = logit(shares[:, None] / above)  # months × ceilings
    jacobian = (np.log(above) - np.log(shares[:, None]) - np.log(above - shares[:, None])).sum(axis=0)
    for j, memory in enumerate(map(float, MEMORIES)):
        # the design knows the memory alone, so all ceilings are fitted at once
        y, x = _whiten(z, memory), _whiten(design, memory)
        inverse = np.linalg.inv(x.T @ x)
        beta = inverse @ x.T @ y
        rss = ((y - x @ beta) ** 2).sum(axis=0)
        log_weight[possible, j] = (
            jacobian + 0.5 * np.log1p(-(memory**2)) + 0.5 * np.linalg.slogdet(inverse)[1] - 0.5 * (n - 2) * np.log(rss)
        )
        line[possible, j], spread[possible, j] = beta.T, inverse
        residual[possible, j], last[possible, j] = rss, z[-1] - beta[0]
    weights = np.exp(log_weight - logsumexp(log_weight))
    return _Posterior(weights, line, spread, residual, last, n)


def _whiten(values: NDArray[Any], memory: float) -> Floats:
    """Take out what the month before explains; the first month keeps its stationary share (Prais and Winsten)."""
    first = np.sqrt(1 - memory**2) * values[:1]
    return np.concatenate([first, values[1:] - memory * values[:-1]])


def _futures(posterior: _Posterior, ahead: int, *, draws: int, rng: np.random.Generator) -> Floats:
    """Draw futures: one row per draw, one column per month from the last known to the one asked for."""
    chosen = rng.choice(posterior.weights.size, size=draws, p=posterior.weights.ravel())
    i, j = np.unravel_index(chosen, posterior.weights.shape)
    variance = posterior.residual[i, j] / rng.chisquare(posterior.months_count - 2, size=draws)
    root = np.linalg.cholesky(posterior.spread[i, j])
    noise = np.einsum("dij,dj->di", root, rng.standard_normal((draws, 2))) * np.sqrt(variance)[:, None]
    line = posterior.line[i, j] + noise
    deviation = posterior.last[i, j] - noise[:, 0]  # the last month is known, whatever the line
    paths = np.empty((draws, ahead + 1))
    for step in range(ahead + 1):
        if step:
            deviation = MEMORIES[j] * deviation + np.sqrt(variance) * rng.standard_normal(draws)
        paths[:, step] = CEILINGS[i] * expit(line[:, 0] + line[:, 1] * step + deviation)
    return paths


def _back_test(
    months: pd.PeriodIndex, shares: Floats, ahead: int, *, rng: np.random.Generator, level: float
) -> pd.DataFrame:
    """Try the method on the past: at each earlier month, the interval as far ahead as the series allows."""
    horizon = min(ahead, _longest(len(shares)))
    origins = range(FEWEST_MONTHS // 2, len(shares) - horizon + 1)
    rows = []
    for known in origins:
        future = _futures(_fit(shares[:known]), horizon, draws=BACK_TEST_DRAWS, rng=rng)[:, -1]
        low, high = np.quantile(future, [(1 - level) / 2, (1 + level) / 2])
        came = shares[known + horizon - 1]
        rows.append((str(months[known - 1]), str(months[known + horizon - 1]), 100 * low, 100 * high, 100 * came))
    found = pd.DataFrame(rows, columns=["origin", "month", "low_pct", "high_pct", "share_pct"])
    return found.assign(covered=found["share_pct"].between(found["low_pct"], found["high_pct"]))


def _result(
    months: pd.PeriodIndex,
    shares: Floats,
    futures: Floats,
    posterior: _Posterior,
    *,
    tests: pd.DataFrame,
    target: float,
    level: float,
) -> Reach:
    tail = [(1 - level) / 2, 0.5, (1 + level) / 2]
    low, middle, high = 100 * np.quantile(futures, tail, axis=0)
    ahead = futures.shape[1] - 1
    probability = float((futures[:, -1] >= target).mean())
    error = 1.96 * np.sqrt(probability * (1 - probability) / len(futures))
    by_ceiling = posterior.weights.sum(axis=1)
    ceiling_low, ceiling_middle, ceiling_high = 100 * np.interp(tail, by_ceiling.cumsum(), CEILINGS)
    path = pd.DataFrame(
        {
            "month": [str(months[-1] + step) for step in range(ahead + 1)],
            "middle_pct": middle,
            "low_pct": low,
            "high_pct": high,
        }
    )
    tried = _back_test_check(tests, ahead, level)
    chance, chance_low, chance_high = (
        np.nan if tried.passed is False else 100 * min(max(each, 0.0), 1.0)
        for each in (probability, probability - error, probability + error)
    )
    return Reach(
        estimates=(
            Estimate("probability_pct", chance, chance_low, chance_high, level, "simulation", len(shares)),
            Estimate("share_pct", middle[-1], low[-1], high[-1], level, "grid posterior", len(shares)),
            Estimate("ceiling_pct", ceiling_middle, ceiling_low, ceiling_high, level, "grid posterior", len(shares)),
        ),
        checks=(tried, _ceiling_check(by_ceiling)),
        assumptions=(
            said("The share goes on along one S-curve; a new push, rule or series break would change it."),
            said("The ceiling lies between 30% and 100%, each as likely before the data are seen."),
        ),
        claim=_claim(path, 100 * target, chance, tests),
        path=path,
        ceiling=pd.DataFrame(
            {"ceiling_pct": 100 * CEILINGS, "prior": 1 / len(CEILINGS), "posterior": by_ceiling}
        ),
        back_test=tests,
    )  # fmt: skip


def _claim(path: pd.DataFrame, target_pct: float, chance_pct: float, tests: pd.DataFrame) -> Said:
    """Say the chance, unless the method failed on this very series."""
    last = path.iloc[-1]
    if np.isnan(chance_pct):
        return said(
            "No chance of at least {target_pct} in {by_period} is given: tried on the past of this series, the "
            "interval held what came only {covered_count} times of {tried_count}.",
            target_pct=target_pct,
            by_period=str(last["month"]),
            covered_count=int(tests["covered"].sum()),
            tried_count=len(tests),
        )
    return said(
        "If the share goes on as it has, the chance of at least {target_pct} in {by_period} is {chance_pct}; "
        "expected is {middle_pct}, between {low_pct} and {high_pct}.",
        target_pct=target_pct,
        by_period=str(last["month"]),
        chance_pct=chance_pct,
        middle_pct=float(last["middle_pct"]),
        low_pct=float(last["low_pct"]),
        high_pct=float(last["high_pct"]),
    )


def _back_test_check(tests: pd.DataFrame, ahead: int, level: float) -> Check:
    """Judge the past: neighbouring origins overlap, so only one in `horizon` counts as new."""
    covered, tried = int(tests["covered"].sum()), len(tests)
    horizon = int(pd.Period(tests["month"].iloc[0], "M").ordinal - pd.Period(tests["origin"].iloc[0], "M").ordinal)
    apart = max(1, tried // horizon)
    enough = covered / tried >= level - 2 * np.sqrt(level * (1 - level) / apart)
    return Check(
        "back_test",
        covered / tried,
        bool(enough) if horizon == ahead else None,
        said(
            "Tried on the past {horizon_months} months ahead, the interval held what came {covered_count} times of "
            "{tried_count}; asked for are {ahead_months} months.",
            horizon_months=horizon,
            covered_count=covered,
            tried_count=tried,
            ahead_months=ahead,
        ),
    )


def _ceiling_check(posterior: Floats) -> Check:
    """Say whether the data know the ceiling: the middle 95 % must be less than half of what the prior allows."""
    low, high = np.interp([0.025, 0.975], posterior.cumsum(), CEILINGS)
    known = (high - low) / (1 - LOWEST_CEILING)
    return Check(
        "ceiling",
        float(known),
        True if known < 0.5 else None,
        said(
            "The data place the ceiling between {low_pct} and {high_pct}, of 30% to 100% possible before.",
            low_pct=float(100 * low),
            high_pct=float(100 * high),
        ),
    )
