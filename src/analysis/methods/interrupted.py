"""Did a series change when something happened? An interrupted time series that says first what it could have seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit

from analysis.errors import UsageError
from analysis.methods import reml
from analysis.methods.intake import Floats, confidence, counts, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said, seen

Scale = Literal["share", "count", "value"]
Change = Literal["step", "slope", "step and slope"]
FEWEST_BEFORE = 12
FEWEST_AFTER = 6
LEAD_IN = 3
POWER = 0.8
# with fewer placebo dates even the most extreme date is no rarer than one in twenty
ENOUGH_PLACEBOS = 19


@dataclass(frozen=True, kw_only=True, eq=False)
class Interrupted(Result):
    """A change at a date, and all that speaks for and against its cause.

    Attributes
    ----------
    path
        One row a month: `month`, `observed`, `fitted`, `counterfactual`, `low`, `high` (of the counterfactual line);
        in percent for shares, else in the outcome's unit.
    comparison
        The effect by other common ways, for comparison only: `way`, `value`, `low`, `high`.
    placebos
        One row a date tried before the event: `month`, `value`, `t`.
    """

    path: pd.DataFrame
    comparison: pd.DataFrame
    placebos: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Series:
    """A series on the scale on which it is fitted, and the way back."""

    months: pd.PeriodIndex
    outcome: Floats
    weights: Floats | None
    observed: Floats
    scale: Scale
    exposure: Floats
    regressors: Floats
    breaks: tuple[str, ...]
    counted: tuple[Floats, Floats] | None  # hits and total of a share

    def natural(self, fitted: Floats) -> Floats:
        """Give fitted values in percent, per exposure, or as they are."""
        if self.scale == "share":
            return np.asarray(100 * expit(fitted))
        return np.exp(fitted) if self.scale == "count" else fitted

    def slope(self, fitted: Floats) -> Floats:
        """Give how much the natural value moves with the fitted one."""
        if self.scale == "share":
            share = expit(fitted)
            return np.asarray(100 * share * (1 - share))
        return np.exp(fitted) if self.scale == "count" else np.ones_like(fitted)


def interrupted(
    series: pd.DataFrame,
    event: str,
    *,
    scale: Scale,
    change: Change = "step",
    regressors: Sequence[str] = (),
    breaks: Sequence[str] = (),
    harmonics: int = 2,
    level: float = LEVEL,
) -> Interrupted:
    """Compare a series after an event with where it was going before.

    The estimand is the mean distance, over the months from the event on, between the series and its own continuation:
    the effect of the event if nothing else changed then. What the event is must be fixed before the data are seen.

    Parameters
    ----------
    series
        One row a month without gaps: `month` (YYYY-MM) and, by `scale`, `hits` and `total` (a share), `count` and
        optionally `exposure` (a rate), or `value`; and the columns `regressors`.
    event
        First month (YYYY-MM) that counts as after; at least 12 months lie before it and 6 from it on.
    scale
        `share`: fitted on the empirical logit, weighed by its variance; `count`: on the logarithm; `value`: as it is.
    change
        What may change at the event.
    regressors
        Columns of numbers that move the series whatever happened: working days, days around Tết. Counts of cases need
        them: without, the interval of a change eight months long is twice as wide.
    breaks
        Months (YYYY-MM) from which the series lies on another level for a known reason; each gets a level of its own.
    harmonics
        Of the year; 0 for none.
    level
        Of the intervals.

    Returns
    -------
    Interrupted
        Estimates, in this order: `detectable` (the smallest mean effect that would be found in 4 of 5 such series: no
        interval), `effect` (mean over the months after; percentage points for a share, percent for a count, else the
        unit), `step` and `slope_a_month` as far as they are fitted (on the fitted scale), `memory` of the noise (its
        correlation from month to month).

    Raises
    ------
    UsageError
        If too few months lie before or after the event, or the regressors cannot be told apart.
    DataContractError
        If a month is missing, or a number is not allowed.

    Notes
    -----
    Assumes that the continuation is a line with the given season and regressors, that nothing else happened then, that
    nobody acted on the event before it, and that the noise remembers one month. Newey and West's errors cover 68–82 %
    here where 95 % is said; they stand in `comparison` only.

    References
    ----------
    Lopez Bernal et al. (2017), International Journal of Epidemiology 46:348; Turner et al. (2021), BMC Medical Research
    Methodology 21:181.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> months = pd.period_range("2022-01", periods=48, freq="M").astype(str)
    >>> value = 50 + 0.1 * np.arange(48) + 8 * (np.arange(48) >= 34) + rng.normal(size=48)
    >>> found = interrupted(pd.DataFrame({"month": months, "value": value}), "2024-11", scale="value")
    >>> effect = found.estimate("effect")
    >>> effect.low < 8 < effect.high and effect.low > 0
    True
    """
    level = confidence(level)
    read = _read(series, scale, regressors, breaks)
    start = _start(read, event)
    names, design = _design(read, start, change, harmonics)
    fitted = reml.fit(read.outcome, design, read.weights)
    effect = _effect(read, design, names, fitted, start)
    placebos = _placebos(read, start, change, harmonics)
    estimates = _estimates(read, effect, names, fitted, start=start, level=level)
    noise = (_noise(fitted), _later_memory(read, design, fitted))
    return Interrupted(
        estimates=estimates,
        checks=(
            _placebo_check(placebos, estimates[1], effect[1], fitted),
            _lead_in(read, start, change, harmonics, level=level),
            _steady(read, start, change, harmonics, estimates[1]),
            _others(read, start),
            seen(estimates[1], believed=all(each.passed is not False for each in noise)),
            *noise,
        ),
        assumptions=(
            said("Without the event the series would have gone on along its line and season."),
            said("Nothing else that moves it changed in the same months."),
            said("The noise of a month is carried over to the next and no further."),
        ),
        claim=_claim(read.scale, estimates, str(read.months[start]), causal=False),
        causal_claim=_claim(read.scale, estimates, str(read.months[start]), causal=True),
        path=_path(read, design, names, fitted, start=start, level=level),
        comparison=_comparison(read, design, names, start, level=level),
        placebos=placebos,
    )


def _read(series: pd.DataFrame, scale: Scale, regressors: Sequence[str], breaks: Sequence[str]) -> _Series:
    months = pd.PeriodIndex(labels(series, "month", unique=True), freq="M")
    if not (np.diff(months.asi8) == 1).all():
        gap = months[int((np.diff(months.asi8) != 1).argmax())]
        raise UsageError("The months do not follow one another", where=f"after {gap}", allowed="one row per month")
    exposure = np.ones(len(months))
    weights = counted = None
    if scale == "share":
        hits, total = counted = counts(series)
        share = (hits + 0.5) / (total + 1)
        outcome, weights = np.asarray(logit(share)), total * share * (1 - share) + 1e-9
        observed = 100 * hits / np.where(total > 0, total, np.nan)
    elif scale == "count":
        count = numbers(series, "count", least=0)
        if "exposure" in series:
            exposure = numbers(series, "exposure", least=1e-9)
        outcome, weights = np.log((count + 0.5) / exposure), count + 0.5
        observed = count / exposure
    else:
        outcome = observed = numbers(series, "value")
    known = [numbers(series, name) for name in regressors]
    middled = np.column_stack([each - each.mean() for each in known]) if known else np.empty((len(months), 0))
    return _Series(months, outcome, weights, observed, scale, exposure, middled, tuple(breaks), counted)


def _start(read: _Series, event: str) -> int:
    start = int(pd.Period(event, freq="M").ordinal - read.months.asi8[0])
    after = len(read.months) - start
    if start < FEWEST_BEFORE or after < FEWEST_AFTER:
        raise UsageError(
            f"{max(start, 0)} months before {event} and {max(after, 0)} from it on are too few",
            where=f"{read.months[0]} to {read.months[-1]}",
            allowed=f"at least {FEWEST_BEFORE} before and {FEWEST_AFTER} from it on",
            next_step="Wait for more months, or compare units instead.",
        )
    return start


def _design(read: _Series, start: int, change: Change, harmonics: int) -> tuple[list[str], Floats]:
    """Lay out the regressors; those of the change come last."""
    time = np.arange(len(read.months), dtype=float)
    turn = 2 * np.pi * read.months.month.to_numpy() / 12
    columns = {"level": np.ones_like(time), "time": time - time.mean()}
    for harmonic in range(1, harmonics + 1):
        columns |= {f"sin_{harmonic}": np.sin(harmonic * turn), f"cos_{harmonic}": np.cos(harmonic * turn)}
    columns |= {f"regressor_{place}": column for place, column in enumerate(read.regressors.T)}
    for month in read.breaks:
        since = read.months.asi8 >= pd.Period(month, freq="M").ordinal
        # a break outside of the months that are looked at is no break of theirs
        if 0 < since.sum() < len(since):
            columns[f"break_{month}"] = since.astype(float)
    after = time >= start
    if change != "slope":
        columns["step"] = after.astype(float)
    if change != "step":
        columns["slope_a_month"] = np.where(after, time - start + 1, 0.0)
    return list(columns), np.column_stack(list(columns.values()))


def _without(design: Floats, names: list[str]) -> Floats:
    """Give the design as it would be had nothing changed."""
    bare = design.copy()
    bare[:, [names.index(name) for name in ("step", "slope_a_month") if name in names]] = 0
    return bare


def _effect(
    read: _Series, design: Floats, names: list[str], fitted: reml.Fit, start: int
) -> tuple[float, float, Floats]:
    """Give the mean effect in natural units with its standard error (delta method) and gradient."""
    bare = _without(design, names)
    on, off = (each[start:] @ fitted.coefficients for each in (design, bare))
    weight = 100 / read.natural(off).mean() if read.scale == "count" else 1.0
    value = weight * (read.natural(on) - read.natural(off)).mean()
    gradient = weight * (
        (read.slope(on)[:, None] * design[start:]).mean(axis=0) - (read.slope(off)[:, None] * bare[start:]).mean(axis=0)
    )
    if read.scale == "count":  # the divisor moves as well
        gradient = gradient - value * (read.slope(off)[:, None] * bare[start:]).mean(axis=0) / read.natural(off).mean()
    return float(value), float(np.sqrt(gradient @ fitted.covariance @ gradient)), gradient


def _estimates(
    read: _Series,
    effect: tuple[float, float, Floats],
    names: list[str],
    fitted: reml.Fit,
    *,
    start: int,
    level: float,
) -> tuple[Estimate, ...]:
    way, n = "REML, noise of first order, t on the effective sample", len(read.months)
    value, error, _ = effect
    critical = float(stats.t.ppf((1 + level) / 2, fitted.df))
    detectable = (critical + float(stats.t.ppf(POWER, fitted.df))) * error
    found = [
        Estimate("detectable", detectable, np.nan, np.nan, level, f"found in {POWER:.0%} of such series", n),
        Estimate("effect", value, value - critical * error, value + critical * error, level, way, n - start),
    ]
    for name in ("step", "slope_a_month"):
        if name in names:
            unit = np.eye(len(names))[names.index(name)]
            low, high, _ = fitted.interval(unit, level)
            found.append(Estimate(name, float(unit @ fitted.coefficients), low, high, level, way, n))
    found.append(Estimate("memory", fitted.memory, np.nan, np.nan, level, "REML", n))
    return tuple(found)


def _placebos(read: _Series, start: int, change: Change, harmonics: int) -> pd.DataFrame:
    """Try every date before the event at which nothing is known to have happened, on the months before it alone."""
    before = _cut(read, 0, start)
    rows = []
    for date in range(FEWEST_BEFORE, start - FEWEST_AFTER + 1):
        if str(before.months[date]) in before.breaks:
            continue
        names, design = _design(before, date, change, harmonics)
        fitted = reml.fit(before.outcome, design, before.weights)
        value, error, _ = _effect(before, design, names, fitted, date)
        rows.append((str(before.months[date]), value, value / error))
    return pd.DataFrame(rows, columns=["month", "value", "t"])


def _cut(read: _Series, first: int, last: int) -> _Series:
    part = slice(first, last)
    weights = None if read.weights is None else read.weights[part]
    # what moved the series in other months only says nothing of these
    moves = np.ptp(read.regressors[part], axis=0) > 0
    return _Series(
        read.months[part], read.outcome[part], weights, read.observed[part], read.scale, read.exposure[part],
        read.regressors[part][:, moves], read.breaks, None if read.counted is None else (
            read.counted[0][part], read.counted[1][part]),
    )  # fmt: skip


def _placebo_check(placebos: pd.DataFrame, effect: Estimate, error: float, fitted: reml.Fit) -> Check:
    """Ask how many dates at which nothing happened show as much."""
    tried = len(placebos)
    as_much = int((placebos["t"].abs() >= abs(effect.value / error)).sum())
    rarity = (1 + as_much) / (1 + tried)
    passed = rarity <= 0.05 if tried >= ENOUGH_PLACEBOS or as_much else None
    return Check(
        "placebo_dates",
        rarity,
        passed,
        said(
            "Of {tried_count} earlier dates at which nothing happened, {as_much_count} show as much.",
            tried_count=tried,
            as_much_count=as_much,
        ),
        identifying=True,
    )


def _lead_in(read: _Series, start: int, change: Change, harmonics: int, *, level: float) -> Check:
    """Ask whether the months just before the event already moved; not to be told if as much as after it may hide."""
    names, design = _design(read, start, change, harmonics)
    time = np.arange(len(read.months))
    early = ((time >= start - LEAD_IN) & (time < start)).astype(float)
    fitted = reml.fit(read.outcome, np.column_stack([design, early]), read.weights)
    low, high, _ = fitted.interval(np.eye(design.shape[1] + 1)[-1], level)
    later = float(((design - _without(design, names))[start:] @ fitted.coefficients[:-1]).mean())
    passed: bool | None = bool(low <= 0 <= high)
    says = said("The {lead_months} months before the event had already moved.", lead_months=LEAD_IN)
    if passed and low <= later <= high:
        passed = None
        says = said(
            "Whether the {lead_months} months before the event had already moved cannot be told: a move as large as "
            "that after it would not have been seen.",
            lead_months=LEAD_IN,
        )
    elif passed:
        says = said("The {lead_months} months before the event had not moved yet, beyond chance.", lead_months=LEAD_IN)
    return Check("lead_in", float(fitted.coefficients[-1]), passed, says, identifying=True)


def _steady(read: _Series, start: int, change: Change, harmonics: int, effect: Estimate) -> Check:
    """Ask whether the effect stands without the first year."""
    if start - 12 < FEWEST_BEFORE:
        return Check(
            "without_the_first_year",
            float("nan"),
            None,
            said("Too few months to try it without the first year."),
            identifying=True,
        )
    late = _cut(read, 12, len(read.months))
    names, design = _design(late, start - 12, change, harmonics)
    fitted = reml.fit(late.outcome, design, late.weights)
    value = _effect(late, design, names, fitted, start - 12)[0]
    return Check(
        "without_the_first_year",
        value,
        bool(effect.low <= value <= effect.high),
        said(
            "Without the first year of the series the effect would be {late_number} instead of {all_number}.",
            late_number=value,
            all_number=effect.value,
        ),
        identifying=True,
    )


def _others(read: _Series, start: int) -> Check:
    """Say whether a known break lies in the months after the event."""
    inside = [month for month in read.breaks if read.months[start] <= pd.Period(month, freq="M") <= read.months[-1]]
    message = (
        said("Another break lies in the months after the event, in {break_period}.", break_period=inside[0])
        if inside
        else said("No other break is known in the months after the event.")
    )
    return Check("other_events", len(inside), None if inside else True, message, identifying=True)


def _noise(fitted: reml.Fit) -> Check:
    """Say how many independent months the series is worth."""
    return Check(
        "effective_months",
        fitted.effective_n,
        fitted.df > reml.FEWEST_DF,
        said(
            "Neighbouring months go together (correlation {memory_number}): the series is worth {worth_count} "
            "independent months.",
            memory_number=fitted.memory,
            worth_count=round(fitted.effective_n),
        ),
    )


def _later_memory(read: _Series, design: Floats, fitted: reml.Fit) -> Check:
    """Ask whether the noise remembers more than the month before, which makes the interval too narrow."""
    p = reml.later_memory(design, read.weights, fitted)
    says = said(
        "No memory of the noise beyond the month before is seen (p = {chance_p}); so few months seldom show one.",
        chance_p=p,
    )
    if p <= 0.05:
        says = said("The noise remembers more than the month before (p = {chance_p}): the interval is too narrow.",
                    chance_p=p)  # fmt: skip
    return Check("later_memory", p, False if p <= 0.05 else None, says)


def _claim(scale: Scale, estimates: tuple[Estimate, ...], event: str, *, causal: bool) -> Said:
    detectable, effect = estimates[:2]
    values: dict[str, float | int | str] = {"event_period": event, "found_points": effect.value}
    values |= {"low_points": effect.low, "high_points": effect.high, "detectable_points": detectable.value}
    if scale == "count":
        values = {name.replace("_points", "_pct"): value for name, value in values.items()}
        if causal:
            return said(
                "The event of {event_period} changed it by {found_pct} (between {low_pct} and {high_pct}).",
                **{name: value for name, value in values.items() if name != "detectable_pct"},
            )
        return said(
            "An effect under {detectable_pct} could easily be missed. From {event_period} on the series lies "
            "{found_pct} (between {low_pct} and {high_pct}) from where it was going.",
            **values,
        )
    if scale == "value":
        values = {name.replace("_points", "_number"): value for name, value in values.items()}
        if causal:
            return said(
                "The event of {event_period} changed it by {found_number} (between {low_number} and {high_number}).",
                **{name: value for name, value in values.items() if name != "detectable_number"},
            )
        return said(
            "An effect under {detectable_number} could easily be missed. From {event_period} on the series lies "
            "{found_number} (between {low_number} and {high_number}) from where it was going.",
            **values,
        )
    if causal:
        return said(
            "The event of {event_period} changed it by {found_points} percentage points (between {low_points} and "
            "{high_points}).",
            **{name: value for name, value in values.items() if name != "detectable_points"},
        )
    return said(
        "An effect under {detectable_points} percentage points could easily be missed. From {event_period} on the "
        "series lies {found_points} percentage points (between {low_points} and {high_points}) from where it was "
        "going.",
        **values,
    )


def _path(
    read: _Series, design: Floats, names: list[str], fitted: reml.Fit, *, start: int, level: float
) -> pd.DataFrame:
    bare = _without(design, names)
    line = bare @ fitted.coefficients
    half = float(stats.t.ppf((1 + level) / 2, fitted.df)) * np.sqrt(
        np.einsum("ij,jk,ik->i", bare, fitted.covariance, bare)
    )
    return pd.DataFrame(
        {
            "month": [str(month) for month in read.months],
            "observed": read.observed,
            "fitted": read.natural(design @ fitted.coefficients),
            "counterfactual": read.natural(line),
            "low": read.natural(line - half),
            "high": read.natural(line + half),
            "after": np.arange(len(line)) >= start,
        }
    )


def _comparison(read: _Series, design: Floats, names: list[str], start: int, *, level: float) -> pd.DataFrame:
    """Give the effect by ways whose intervals are known to be too narrow here."""
    root = np.ones(len(read.outcome)) if read.weights is None else np.sqrt(read.weights / read.weights.mean())
    y, x = root * read.outcome, root[:, None] * design
    n, k = x.shape
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ x.T @ y
    residual = y - x @ coefficients
    plain = float(residual @ residual) / (n - k) * inverse
    rows = []
    for way, covariance, critical in (
        ("least squares", plain, float(stats.t.ppf((1 + level) / 2, n - k))),
        ("Newey and West, 3 lags", reml.newey_west(x, residual, 3), float(stats.norm.ppf((1 + level) / 2))),
    ):
        fit = reml.Fit(coefficients, covariance, 0.0, n, n - k, residual, float(residual.std()))
        value, error, _ = _effect(read, design, names, fit, start)
        rows.append((way, value, value - critical * error, value + critical * error))
    if read.counted is not None and (read.counted[1] > 0).all():
        coefficients, covariance, _ = reml.quasi_binomial(*read.counted, design)
        fit = reml.Fit(coefficients, covariance, 0.0, n, n - k, residual, float(residual.std()))
        value, error, _ = _effect(read, design, names, fit, start)
        half = float(stats.t.ppf((1 + level) / 2, n - k)) * error
        rows.append(("quasi-binomial", value, value - half, value + half))
    return pd.DataFrame(rows, columns=["way", "value", "low", "high"])
