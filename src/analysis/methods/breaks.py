"""When did a series change, if nobody says where to look? A date with its interval, or no date at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq
from scipy.signal import lfilter

from analysis.errors import UsageError
from analysis.methods import reml
from analysis.methods.intake import Floats, confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said

TRIM = 0.15
FEWEST = 24
DRAWS = 999
RARE = 0.05


@dataclass(frozen=True, kw_only=True, eq=False)
class Breaks(Result):
    """The date at which a series changed most, and whether noise alone would show as much.

    Attributes
    ----------
    path
        One row per period: `period`, `observed`, `fitted` (with the change), `f` (the statistic of a change at its
        beginning; missing near the ends) and `possible` (the change may lie at its beginning).
    comparison
        The date by another common way, for comparison only: `way`, `period`, `low_period`, `high_period`.
    """

    path: pd.DataFrame
    comparison: pd.DataFrame


def breaks(
    series: pd.DataFrame,
    *,
    rng: np.random.Generator,
    event: str | None = None,
    trend: bool = True,
    harmonics: int = 2,
    level: float = LEVEL,
) -> Breaks:
    """Look for the date at which the level of a series changed most, without being told where to look.

    The estimand is the first period of a new level. It tells whether a date that was fixed in advance is the one at
    which the series itself changed; it never serves to choose that date.

    Parameters
    ----------
    series
        One row per period without gaps: `period` (YYYY-MM, or YYYY), `value`; at least 24 rows.
    rng
        For the series drawn without a change.
    event
        A period fixed in advance, to be looked up in the interval of the date; None for none.
    trend
        Whether the series follows a line; a line that is left out is taken for a change.
    harmonics
        Of the year; 0 for none, as for years.
    level
        Of the interval of the date.

    Returns
    -------
    Breaks
        Estimates: `sup_f` (the largest F over the middle 70 % of the dates: no interval), `p` (how often a series
        without a change shows as much), `periods_before` (the change), with the interval of the date, `step` (of the
        level; no interval, as the date was chosen by it) and `memory` of the noise.

    Raises
    ------
    UsageError
        If there are fewer than 24 periods, or the regressors cannot be told apart.
    DataContractError
        If a period is missing, or a number is not allowed.

    Notes
    -----
    p comes from series drawn without a change, with the memory that restricted maximum likelihood finds when no change
    is fitted: this keeps its promise (4 false alarms in 100 where the published tables, which know no memory, give 9 to
    70), and costs power when a large change looks like memory. The interval holds the dates whose likelihood ratio,
    memory fitted, stays under −2 log(1 − √level). The literature dates a change by the last period before it.

    References
    ----------
    Andrews (1993), Econometrica 61:821; Diebold & Chen (1996), Journal of Econometrics 70:221 (bootstrap); Eo & Morley
    (2015), Quantitative Economics 6:463 (interval); Bai (1997), Review of Economics and Statistics 79:551 (comparison).

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> months = pd.period_range("2022-01", periods=48, freq="M").astype(str)
    >>> value = 50 + 6 * (np.arange(48) >= 30) + rng.normal(size=48)
    >>> found = breaks(pd.DataFrame({"period": months, "value": value}), rng=rng, event="2024-07", harmonics=1)
    >>> found.estimate("p").value < 0.05, found.estimate("periods_before").value
    (True, 30.0)
    """
    level = confidence(level)
    periods, value, design = _read(series, trend, harmonics)
    count = len(value)
    dates = np.arange(round(TRIM * count), count - round(TRIM * count) + 1)
    memory = reml.fit(value, design).memory
    f = _f(value, design, dates)
    best = int(dates[f.argmax()])
    noise = rng.normal(size=(DRAWS, count))
    p = _rarity(float(f.max()), design, dates, _remembering(noise, memory))
    changed = np.column_stack([design, np.arange(count) >= best])
    fitted = reml.fit(value, changed)
    possible = _possible(value, design, dates, fitted.memory, level=level)
    possible = possible | (dates == best)
    low, high = dates[possible].min(), dates[possible].max()
    way = "least squares; p from 999 series without a change, noise of first order"
    step = float(fitted.coefficients[-1])
    return Breaks(
        estimates=(
            Estimate("sup_f", float(f.max()), np.nan, np.nan, level, way, count),
            Estimate("p", p, np.nan, np.nan, level, way, count),
            Estimate("periods_before", float(best), float(low), float(high), level, "likelihood ratio", count),
            Estimate("step", step, np.nan, np.nan, level, "REML, at the date chosen", count),
            Estimate("memory", memory, np.nan, np.nan, level, "REML, no change fitted", count),
        ),
        checks=(
            _memory_check(memory, _rarity(float(f.max()), design, dates, noise)),
            _one_check(value, changed, dates[np.abs(dates - best) >= round(TRIM * count)], noise),
            *([] if event is None else [_event_check(periods, event, dates[possible], p)]),
        ),
        assumptions=(
            said("The level changes at once and at most once; a slow change is dated where it is steepest."),
            said("The noise of a period is carried over to the next and no further."),
        ),
        claim=_claim([str(periods[place]) for place in (best, low, high)], p, step),
        path=_path(periods, value, changed @ fitted.coefficients, dates, np.where(possible, f, -f)),
        comparison=_comparison(periods, value - changed[:, :-1] @ fitted.coefficients[:-1], best, level=level),
    )


def _read(series: pd.DataFrame, trend: bool, harmonics: int) -> tuple[pd.PeriodIndex, Floats, Floats]:
    names = labels(series, "period", unique=True)
    periods = pd.PeriodIndex(names, freq="Y" if all(len(name) == 4 for name in names) else "M")
    follows = np.diff(periods.asi8) == 1
    if len(periods) < FEWEST or not follows.all():
        raise UsageError(
            "The periods do not follow one another or are too few",
            where=f"{len(periods)} periods, {periods[0]} to {periods[-1]}",
            allowed=f"one row per period without gaps, {FEWEST} or more",
        )
    time = np.arange(len(periods), dtype=float)
    turn = 2 * np.pi * periods.month.to_numpy() / 12
    columns = [np.ones_like(time), *([time - time.mean()] if trend else [])]
    for harmonic in range(1, harmonics + 1):
        columns += [np.sin(harmonic * turn), np.cos(harmonic * turn)]
    return periods, numbers(series, "value"), np.column_stack(columns)


def _f(values: Floats, design: Floats, dates: NDArray[np.int64]) -> Floats:
    """Give the F of a step at each date, for one series or for many (one a row)."""
    left, gain, spare = _gains(values, design, dates, 0.0)
    return np.asarray(gain / ((left[..., None] - gain) / spare))


def _gains(values: Floats, design: Floats, dates: NDArray[np.int64], memory: float) -> tuple[Floats, Floats, int]:
    """Give the sum of squares without a change, what a step at each date takes off it, and the degrees of freedom."""
    count, columns = design.shape
    steps = reml.whiten((np.arange(count)[:, None] >= dates).astype(float), memory)
    basis, _ = np.linalg.qr(reml.whiten(design, memory))
    steps = steps - basis @ (basis.T @ steps)
    steps = steps / np.linalg.norm(steps, axis=0)
    white = reml.whiten(values.T, memory).T
    residual = white - (white @ basis) @ basis.T
    return np.asarray((residual**2).sum(axis=-1)), np.asarray((residual @ steps) ** 2), count - columns - 1


def _remembering(noise: Floats, memory: float) -> Floats:
    """Make series of first order of independent draws, one a row."""
    started = noise.copy()
    started[:, 0] /= np.sqrt(1 - memory**2)
    return np.asarray(lfilter([1.0], [1.0, -memory], started, axis=1))


def _rarity(found: float, design: Floats, dates: NDArray[np.int64], drawn: Floats) -> float:
    """Say how often series without a change show as large an F at some date."""
    return float((1 + (_f(drawn, design, dates).max(axis=1) >= found).sum()) / (1 + len(drawn)))


def _possible(
    value: Floats, design: Floats, dates: NDArray[np.int64], memory: float, *, level: float
) -> NDArray[np.bool_]:
    """Say at which dates the likelihood is not much less than at the best one."""
    left, gain, _ = _gains(value, design, dates, memory)
    ratio = len(value) * np.log((left - gain) / (left - gain).min())
    return np.asarray(ratio <= -2 * np.log(1 - np.sqrt(level)))


def _memory_check(memory: float, naive: float) -> Check:
    return Check(
        "memory",
        memory,
        None,
        said(
            "The noise has a memory of {memory_number}; taken to have none, p would be {naive_p}.",
            memory_number=memory,
            naive_p=naive,
        ),
    )


def _one_check(value: Floats, changed: Floats, dates: NDArray[np.int64], noise: Floats) -> Check:
    """Ask whether a second change shows beside the first."""
    memory = reml.fit(value, changed).memory
    p = _rarity(float(_f(value, changed, dates).max()), changed, dates, _remembering(noise, memory))
    message = "Beside this date no other shows beyond chance." if p > RARE else "Another date shows beside this one."
    return Check("one change", p, p > RARE, said(message))


def _event_check(periods: pd.PeriodIndex, event: str, possible: NDArray[np.int64], p: float) -> Check:
    place = int(pd.Period(event, freq=periods.freqstr[0]).ordinal - periods.asi8[0])
    code = str(pd.Period(event, freq=periods.freqstr[0]))
    inside = bool(place in possible)
    if p > RARE:
        message = said("No date stands out, {event_period} as little as any other.", event_period=code)
    elif inside:
        message = said("{event_period} is one of the dates at which the change may lie.", event_period=code)
    else:
        message = said("The change does not lie at {event_period}.", event_period=code)
    return Check("the date fixed in advance", float(place), inside if p <= RARE else None, message)


def _claim(codes: list[str], p: float, step: float) -> Said:
    if p > RARE:
        return said("No date stands out: series without any change show as much ({rarity_p}).", rarity_p=p)
    return said(
        "The level changed by {step_number}, most likely from {date_period} on (between {low_period} and "
        "{high_period}); noise alone would rarely show as much (p = {rarity_p}).",
        step_number=step,
        date_period=codes[0],
        low_period=codes[1],
        high_period=codes[2],
        rarity_p=p,
    )


def _path(
    periods: pd.PeriodIndex, value: Floats, fitted: Floats, dates: NDArray[np.int64], signed: Floats
) -> pd.DataFrame:
    """Lay out the periods; the sign of `signed` says whether a date is possible, its size the F."""
    table = pd.DataFrame({"period": [str(each) for each in periods], "observed": value, "fitted": fitted})
    table["f"], table["possible"] = np.nan, False
    table.loc[dates, "f"] = np.abs(signed)
    table.loc[dates[signed > 0], "possible"] = True
    return table


def _comparison(periods: pd.PeriodIndex, levels: Floats, best: int, *, level: float) -> pd.DataFrame:
    """Date the change as if the noise had no memory, each side with its own variance."""
    before, after = levels[:best], levels[best:]
    spread, ratio = before.var(), after.var() / before.var()
    scale = spread / (after.mean() - before.mean()) ** 2
    early, late = (_quantile(each, (1 - level) / 2) * part for each, part in ((ratio, 1.0), (1 / ratio, ratio)))
    # an estimate that tends to come early leaves the truth later
    ends = best - np.ceil(late * scale), best + np.ceil(early * scale)
    low, high = (str(periods[int(np.clip(end, 0, len(periods) - 1))]) for end in ends)
    return pd.DataFrame(
        [("Bai, noise without memory", str(periods[best]), low, high)],
        columns=["way", "period", "low_period", "high_period"],
    )


def _quantile(ratio: float, tail: float) -> float:
    """Give how far before the change the estimate lies with a chance of `tail`: Bai (1997), appendix B."""

    def beyond(far: float) -> float:
        root = np.sqrt(far)
        first = root * np.exp(-far / 8) / np.sqrt(2 * np.pi)
        lean = (1 + 1 / ratio) * far / (2 * ratio) + stats.norm.logcdf(-(0.5 + 1 / ratio) * root)
        second = ratio * (ratio + 2) / (ratio + 1) * np.exp(lean)
        third = (far / 2 - 2 + (ratio + 2) ** 2 / (ratio + 1)) * stats.norm.cdf(-root / 2)
        return float(third - first - second - tail)

    return float(brentq(beyond, 1e-6, 1e4))
