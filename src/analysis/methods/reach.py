"""How likely a share that grows along an S-curve is to reach a target by a date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, log_expit, logit, logsumexp
from scipy.stats import binomtest

from analysis.errors import UsageError
from analysis.methods.intake import Floats, confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said

FEWEST_MONTHS = 18
FEWEST_BACK_TESTS = 6
TESTED = 0.5  # of the way to the date asked for has to be tried on the past at least
CEILINGS_COUNT = 96  # about which curves are proposed, each a little higher than the one before
LOWEST_CEILING = 0.6  # of the highest share seen: no ceiling below it could have let that happen by chance
STEEP = 0.25  # standard deviation of the slope a month, on the logit: from a tenth to nine tenths in a year and a half
MEMORIES = np.linspace(-0.2, 0.95, 24)  # of the noise: how much of a month's deviation is left in the next
DRAWS = 4000
BACK_TEST_DRAWS = 400
STEPS = 10  # of Newton
PROPOSED_DF, WIDER = 3, 3.0  # curves are proposed with heavier tails and a wider spread than the best one's
EVERYWHERE = 0.1  # of the proposals regardless of how likely a ceiling looks
TINY = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Reach(Result):
    """A probability of reaching a target, and what it rests on.

    Attributes
    ----------
    path
        One row per month from the last known to the date: `month`, `middle_pct`, `low_pct`, `high_pct`.
    ceiling
        One row per ceiling tried, lowest first: `ceiling_pct`, `prior` and `posterior` (each sums to 1); alike means
        the data cannot tell. They lie closer to each other just above the highest share seen.
    back_test
        One row per earlier origin: `origin`, `month` (that many ahead as the longest tested horizon), `low_pct`,
        `high_pct`, `share_pct` (what came), `covered`.
    """

    path: pd.DataFrame
    ceiling: pd.DataFrame
    back_test: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Posterior:
    """Curves drawn by how well they go with the series; one value per draw but for the edges."""

    ceiling: Floats
    line: Floats  # draws × 2: how much of the ceiling is reached by the last month, on the logit, and the slope
    memory: Floats
    variance: Floats
    last: Floats  # the last month's deviation
    edges: Floats  # of the ceilings, as they are shown


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
    logit(share) = logit(ceiling·expit(a + b·month)) + e, e of first order: the noise is that of the share, and does not
    die off near the ceiling. Ceiling ~ U(0, 1); of the ceiling the last month has reached expit(a) ~ U(0, 1); b ~
    N(0, 0.25²); memory ~ U(−0.2, 0.95) on a grid; variance ~ 1/variance, integrated out. Curves are proposed about
    the best one of each ceiling, weighed by importance and drawn again. Assumes one push: one curve, one ceiling, noise
    that remembers a month; leave out the months before the service was open to all. A floor under the ceiling, as
    U(0.3, 1), would promise growth to a share that has levelled off below it, and noise of log(share / (ceiling −
    share)) covers 55–92 % of what comes where the noise is that of the share. Fitting the ceiling by least squares
    covers 47–71 % where 95 % is said. It takes a tenth of a second, nearly all of
    it for trying the method on every earlier month.

    References
    ----------
    Srinivasan & Mason (1986), Marketing Science 5:169; Zellner (1971), Bayesian Inference in Econometrics, ch. 4;
    Rubin (1988), Bayesian Statistics 3:395 (sampling and importance resampling).

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
    posterior = _fit(shares, DRAWS, rng)
    futures = _futures(posterior, ahead, rng=rng)
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


def _fit(shares: Floats, draws: int, rng: np.random.Generator) -> _Posterior:
    """Draw curves by their posterior: proposed about the best curve of each ceiling, weighed, and drawn again."""
    y: Floats = logit(shares)
    time: Floats = np.arange(1.0 - len(shares), 1.0)  # the origin is the last month
    edges = np.geomspace(LOWEST_CEILING * shares.max(), 1.0, CEILINGS_COUNT + 1)
    ceilings = np.sqrt(edges[1:] * edges[:-1])
    best, inverse, height = _best(y, time, ceilings)
    weight = np.exp(height - logsumexp(height)) * (1 - EVERYWHERE) + EVERYWHERE / CEILINGS_COUNT
    cell = rng.choice(CEILINGS_COUNT, size=draws, p=weight)
    ceiling = rng.uniform(edges[cell], edges[cell + 1])
    root = np.linalg.cholesky(inverse)[cell]
    normal = rng.standard_normal((draws, 2))
    stretch = np.sqrt(PROPOSED_DF / rng.chisquare(PROPOSED_DF, size=draws))
    line = best[cell] + np.einsum("dij,dj->di", root, normal) * stretch[:, None]
    residual = y - _curve(line, ceiling, time)[0]
    told, rss = _told(residual)
    distance = (normal**2).sum(axis=1) * stretch**2
    proposed = (
        np.log(weight[cell])
        - np.log(np.diff(edges)[cell])
        - np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        - (PROPOSED_DF + 2) / 2 * np.log1p(distance / PROPOSED_DF)
    )
    log_weight = logsumexp(told, axis=1) + _before(line) - proposed
    kept = rng.choice(draws, size=draws, p=np.exp(log_weight - logsumexp(log_weight)))
    memory = (told[kept] + rng.gumbel(size=told.shape)).argmax(axis=1)  # one by its weight
    variance = rss[kept, memory] / rng.chisquare(len(y), size=draws)
    return _Posterior(ceiling[kept], line[kept], MEMORIES[memory], variance, residual[kept, -1], edges)


def _curve(line: Floats, ceiling: Floats, time: Floats) -> tuple[Floats, Floats]:
    """Give the logit of the share along a curve, one row per curve, and how it moves with the line."""
    reached = expit(line[:, :1] + line[:, 1:] * time)
    share = ceiling[:, None] * reached
    return logit(np.clip(share, TINY, 1 - TINY)), (1 - reached) / np.maximum(1 - share, TINY)


def _told(residual: Floats) -> tuple[Floats, Floats]:
    """Give, per curve and memory, the log likelihood with the variance integrated out, and the sum of squares."""
    own, next_to = (residual**2).sum(axis=1), (residual[:, 1:] * residual[:, :-1]).sum(axis=1)
    inner = (residual[:, 1:-1] ** 2).sum(axis=1)
    rss = own[:, None] - 2 * MEMORIES * next_to[:, None] + MEMORIES**2 * inner[:, None]
    return 0.5 * np.log1p(-(MEMORIES**2)) - 0.5 * residual.shape[1] * np.log(rss), rss


def _before(line: Floats) -> Floats:
    """Give the log prior of a line: any part of the ceiling reached by now is alike, the slope is normal."""
    return np.asarray(log_expit(line[:, 0]) + log_expit(-line[:, 0]) - 0.5 * (line[:, 1] / STEEP) ** 2)


def _best(y: Floats, time: Floats, ceilings: Floats) -> tuple[Floats, Floats, Floats]:
    """Give the likeliest line of each ceiling by Newton's way, its spread, and the log weight of the ceiling."""
    start = np.clip(expit(y[-3:].mean()) / ceilings, 0.05, 0.95)
    line = np.column_stack([logit(start), np.full(len(ceilings), 0.05)])
    months = np.stack([np.ones_like(time), time])
    for _ in range(STEPS):
        fitted, moves = _curve(line, ceilings, time)
        residual = y - fitted
        variance = (residual**2).mean(axis=1)
        slopes = moves[:, None] * months
        reached = expit(line[:, 0])
        gradient = np.einsum("ckt,ct->ck", slopes, residual) / variance[:, None]
        gradient += np.column_stack([1 - 2 * reached, -line[:, 1] / STEEP**2])
        curvature = np.einsum("ckt,clt->ckl", slopes, slopes) / variance[:, None, None]
        curvature[:, 0, 0] += 2 * reached * (1 - reached) + TINY
        curvature[:, 1, 1] += 1 / STEEP**2
        step = np.linalg.solve(curvature, gradient[..., None])[..., 0]
        line = line + np.clip(step, [-1.0, -0.1], [1.0, 0.1])
    inverse = np.linalg.inv(curvature) * WIDER
    told, _ = _told(y - _curve(line, ceilings, time)[0])
    height = logsumexp(told, axis=1) + _before(line) + 0.5 * np.linalg.slogdet(inverse)[1] + np.log(ceilings)
    return line, inverse, height


def _futures(posterior: _Posterior, ahead: int, *, rng: np.random.Generator) -> Floats:
    """Draw futures: one row per draw, one column per month from the last known to the one asked for."""
    middle, _ = _curve(posterior.line, posterior.ceiling, np.arange(ahead + 1.0))
    deviation, paths = posterior.last, np.empty(middle.shape)
    for step in range(ahead + 1):
        if step:
            shock = np.sqrt(posterior.variance) * rng.standard_normal(len(deviation))
            deviation = posterior.memory * deviation + shock
        paths[:, step] = expit(middle[:, step] + deviation)
    return paths


def _back_test(
    months: pd.PeriodIndex, shares: Floats, ahead: int, *, rng: np.random.Generator, level: float
) -> pd.DataFrame:
    """Try the method on the past: at each earlier month, the interval as far ahead as the series allows."""
    horizon = min(ahead, _longest(len(shares)))
    origins = range(FEWEST_MONTHS // 2, len(shares) - horizon + 1)
    rows = []
    for known in origins:
        future = _futures(_fit(shares[:known], BACK_TEST_DRAWS, rng), horizon, rng=rng)[:, -1]
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
    hits = int((futures[:, -1] >= target).sum())
    simulated = binomtest(hits, len(futures)).proportion_ci(level, "wilson")
    ceiling_low, ceiling_middle, ceiling_high = 100 * np.quantile(posterior.ceiling, tail)
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
        np.nan if tried.passed is False else 100 * each for each in (hits / len(futures), simulated.low, simulated.high)
    )
    return Reach(
        estimates=(
            Estimate("probability_pct", chance, chance_low, chance_high, level, "simulation", len(shares)),
            Estimate("share_pct", middle[-1], low[-1], high[-1], level, "posterior draws", len(shares)),
            Estimate("ceiling_pct", ceiling_middle, ceiling_low, ceiling_high, level, "posterior draws", len(shares)),
        ),
        checks=(tried, _ceiling_check(posterior)),
        assumptions=(
            said("The share goes on along one S-curve; a new push, rule or series break would change it."),
            said("Any ceiling up to 100% is as likely as any other before the data are seen."),
        ),
        claim=_claim(path, 100 * target, chance, tests),
        path=path,
        ceiling=_ceilings(posterior),
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
        "If the share goes on as it has, the chance of at least {target_pct} in {by_period} is {chance}; "
        "expected is {middle_pct}, between {low_pct} and {high_pct}.",
        target_pct=target_pct,
        by_period=str(last["month"]),
        chance=chance_pct,
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


def _ceilings(posterior: _Posterior) -> pd.DataFrame:
    """Give how likely ceilings are, before the series is seen and after."""
    edges = posterior.edges
    return pd.DataFrame(
        {
            "ceiling_pct": 100 * (edges[1:] + edges[:-1]) / 2,
            "prior": np.diff(edges) / (edges[-1] - edges[0]),
            "posterior": np.histogram(posterior.ceiling, edges)[0] / len(posterior.ceiling),
        }
    )


def _ceiling_check(posterior: _Posterior) -> Check:
    """Say whether the data know the ceiling: the middle 95 % must be less than half of what the prior allows."""
    low, high = np.quantile(posterior.ceiling, [0.025, 0.975])
    known = (high - low) / (posterior.edges[-1] - posterior.edges[0])
    return Check(
        "ceiling",
        float(known),
        True if known < 0.5 else None,
        said(
            "The data place the ceiling between {low_pct} and {high_pct}; before they were seen, any up to 100% was "
            "possible.",
            low_pct=float(100 * low),
            high_pct=float(100 * high),
        ),
    )
