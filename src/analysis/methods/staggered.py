"""Units that began at different times, against those that had not: what beginning did, if it did anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.errors import DataContractError, UsageError
from analysis.methods.intake import Floats, confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said, seen

DRAWS = 999
FEWEST_UNITS = 6
NEVER = -1
MOST_BEFORE = 6  # more periods before than this say no more of a trend, and need more units than there are
OWN_SPREAD = 10  # units from which on a group's own spread is known well enough


@dataclass(frozen=True, kw_only=True, eq=False)
class Staggered(Result):
    """The effect of beginning, by group and period, and all that speaks for and against it.

    Attributes
    ----------
    groups
        One row per group and period: `start`, `period`, `value` (ATT), `low`, `high` (pointwise), `units_count`.
    path
        One row per period since the start: `since` (0 is the first), `value`, `low`, `high` (pointwise), `all_low`,
        `all_high` (band that holds for all at once).
    without
        The effect without one unit that began: `unit`, `value`.
    """

    groups: pd.DataFrame
    path: pd.DataFrame
    without: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Panel:
    """The outcome by unit (rows) and period (columns); `start` is the column from which on a unit counts, or NEVER."""

    units: list[str]
    periods: list[str]
    outcome: Floats
    start: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Spread:
    """Covariances of the ATT(g, t), one for each source (`parts`: sources × cells × cells), and how well each is known.

    `df` are the degrees of freedom by source.
    """

    parts: Floats
    df: Floats

    def of(self, weights: Floats) -> tuple[Floats, Floats]:
        """Give standard errors of weighted sums (rows of `weights`) and their degrees of freedom (Satterthwaite)."""
        shares = np.einsum("rc,scd,rd->rs", weights, self.parts, weights)
        whole = shares.sum(axis=1)
        below = (shares**2 / self.df).sum(axis=1)
        df = np.divide(whole**2, below, out=np.full(len(whole), self.df.min()), where=below > 0)
        return np.sqrt(whole), df


def staggered(
    panel: pd.DataFrame,
    rng: np.random.Generator,
    *,
    control: Literal["never", "not yet"] = "never",
    level: float = LEVEL,
) -> Staggered:
    """Compare units that began with units that had not, from the period before they began.

    The estimand is ATT(g, t): the mean effect in period t on the units that began in g, and its means. Assumes that
    both kinds of unit would have moved alike, that nobody acted before the start, and that none is touched by the
    others. All numbers are in the unit of `value`.

    Parameters
    ----------
    panel
        One row per unit and period, none missing: `unit`, `period` (sorts in time), `value`, `start` (the period in
        which the unit began, the same in all its rows; missing for a unit that never did).
    rng
        Draws for the band and shuffles the starts.
    control
        `never`: units that never began; `not yet`: also those that begin later.
    level
        Of intervals and band.

    Returns
    -------
    Staggered
        Estimates: `effect` (mean over all groups and periods after, weighed by units), `by_group` (mean of the groups'
        means), `over_time` (mean of the path), `two_way` (least squares with unit and period effects; CRV3, t with
        units − 1), `permutation_p` (of no effect, starts shuffled among units; no interval).

        Units that began in the first period have nothing to be compared with and are left out.

    Raises
    ------
    DataContractError
        If a unit has another period than the others, or two starts.
    UsageError
        If there are fewer than 6 units, no unit that began with a period before, or fewer than two controls.

    Notes
    -----
    Influence functions take the spread of a group from its own units. Few units hide their spread: with 3 of 12 units
    beginning in turn such intervals hold in 50 of 100 panels, such bands in none. So a group of fewer than 10 units has
    the spread, within groups, of all units; t by Satterthwaite, the band by the largest of as many t.

    References
    ----------
    Callaway & Sant'Anna (2021), Journal of Econometrics 225:200; Montiel Olea & Plagborg-Møller (2019), Journal of
    Applied Econometrics 34:1 (band); MacKinnon, Nielsen & Webb (2023), Journal of Econometrics 232:272 (CRV3); Roth
    (2022), AER: Insights 4:305 (power of pre-tests).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> rows = [(f"u{u}", t, u + t + 5.0 * (u < 4 and t >= 3) + rng.normal(0, 0.1), 3 if u < 4 else None)
    ...         for u in range(12) for t in range(6)]
    >>> found = staggered(pd.DataFrame(rows, columns=["unit", "period", "value", "start"]), rng)
    >>> round(found.estimate("effect").value), found.verdict
    (5, 'cause')
    """
    level = confidence(level)
    read = _read(panel, control)
    cells = _cells(read, control)
    means, spread = _attributed(read, cells, control)
    after = np.array([period >= start for start, period in cells])
    weights = _weights(read, cells, after)
    path, pretrend = _path(read, cells, means, spread, rng, level)
    estimates = _estimates(read, means, spread, weights, control, rng, level)
    without = _without(read, control)
    return Staggered(
        estimates=estimates,
        checks=(
            _pretrend(*pretrend, estimates[0].value),
            _permuted(estimates[-1].value),
            _one_unit(without, estimates[0]),
            seen(estimates[0]),
        ),
        assumptions=(
            said("Without the start both kinds of unit would have moved alike."),
            said("No unit acted before its start, and none was touched by what the others did."),
            said("Units in groups of fewer than {few_count} vary as much as the others do.", few_count=OWN_SPREAD),
        ),
        claim=_claim(estimates[0], causal=False),
        causal_claim=_claim(estimates[0], causal=True),
        groups=_groups(read, cells, means, spread, level),
        path=path,
        without=without,
    )


def _read(panel: pd.DataFrame, control: str) -> _Panel:
    table = pd.DataFrame({"unit": labels(panel, "unit"), "value": numbers(panel, "value")})
    periods = sorted(panel["period"].unique())
    order = pd.Index(periods)
    table["period"] = order.get_indexer(panel["period"])
    starts = panel["start"] if "start" in panel else pd.Series(np.nan, index=panel.index)
    table["start"] = order.get_indexer(starts)  # NEVER where it is none of them
    outside = starts.notna().to_numpy() & (table["start"] == NEVER)
    # beginning after the last period is not beginning here
    later = outside & (starts > periods[-1]).to_numpy() if outside.any() else outside
    if (outside & ~later).any():
        raise DataContractError("A start is none of the periods", where="column 'start'", allowed=f"{periods[0]} on")
    which, units = pd.factorize(table["unit"], sort=True)
    place = table["period"].to_numpy()
    seen = np.zeros((len(units), len(periods)), dtype=int)
    np.add.at(seen, (which, place), 1)
    values, start = np.zeros(seen.shape), np.zeros(len(units), dtype=np.intp)
    values[which, place], start[which] = table["value"], table["start"]
    wrong = (seen != 1).any(axis=1)
    wrong[which[start[which] != table["start"]]] = True
    if wrong.any():
        raise DataContractError(
            f"Unit {units[int(wrong.argmax())]!r} has not one value in every period, or a unit has two starts",
            where="columns 'unit', 'period', 'start'",
            next_step="Fill the gaps or leave the unit out.",
        )
    # units that count from the first period on have nothing to be compared with
    kept = start != 0
    found = _Panel([str(each) for each in units[kept]], [str(each) for each in periods], values[kept], start[kept])
    _refuse_few(found, control)
    return found


def _refuse_few(read: _Panel, control: str) -> None:
    never = int((read.start == NEVER).sum())
    enough = never >= 2 or (control == "not yet" and len(set(read.start)) > 1)
    if len(read.units) < FEWEST_UNITS or (read.start == NEVER).all() or not enough:
        raise UsageError(
            f"{len(read.units)} units of which {never} never began cannot be compared",
            allowed=f"{FEWEST_UNITS} units or more, two that never began, one that began after the first period",
        )


def _others(read: _Panel, start: int, period: int, control: str) -> NDArray[np.bool_]:
    """Say which units a group is compared with in a period."""
    others: NDArray[np.bool_] = read.start == NEVER
    if control == "not yet":
        others = others | ((read.start > max(period, start - 1)) & (read.start != start))
    return others


def _cells(read: _Panel, control: str) -> list[tuple[int, int]]:
    """Give the groups and periods for which there is something to compare with: start, period."""
    return [
        (int(start), period)
        for start in sorted(set(read.start) - {NEVER})
        for period in range(1, len(read.periods))
        if _others(read, start, period, control).any()
    ]


def _attributed(read: _Panel, cells: list[tuple[int, int]], control: str) -> tuple[Floats, _Spread]:
    """Give ATT(g, t) and how they vary together."""
    starts = np.unique(read.start)
    # the weight of a unit's outcomes in each ATT, by its start
    loads = np.zeros((len(starts), len(cells), len(read.periods)))
    for number, (start, period) in enumerate(cells):
        base = start - 1 if period >= start else period - 1
        others = _others(read, start, period, control)
        for row, own in enumerate(starts):
            weight = 0.0
            if own == start:
                weight = 1 / (read.start == start).sum()
            elif others[read.start == own].any():
                weight = -1 / others.sum()
            loads[row, number, period] += weight
            loads[row, number, base] -= weight
    sizes = np.array([(read.start == start).sum() for start in starts])
    means = np.einsum("gct,gt->c", loads, np.array([read.outcome[read.start == g].sum(axis=0) for g in starts]))
    return means, _spread(read, starts, sizes, loads)


def _spread(read: _Panel, starts: NDArray[np.intp], sizes: NDArray[np.intp], loads: Floats) -> _Spread:
    """Carry the spread of the units over to the ATT: a large group's own, and one for all the small groups."""
    deviation = read.outcome - np.array([read.outcome[read.start == start].mean(axis=0) for start in read.start])
    spare = len(read.units) - len(starts)
    parts, known = [], []
    small = sizes < OWN_SPREAD
    for row in np.flatnonzero(~small):
        moved = deviation[read.start == starts[row]] @ loads[row].T
        parts.append(sizes[row] / (sizes[row] - 1) * moved.T @ moved)
        known.append(sizes[row] - 1)
    if small.any():
        moved = np.concatenate([np.sqrt(sizes[row]) * deviation @ loads[row].T for row in np.flatnonzero(small)])
        # without a second unit in any group nothing is known of the spread
        parts.append(moved.T @ moved / spare if spare else np.full((len(moved.T), len(moved.T)), np.nan))
        known.append(max(spare, 1))
    return _Spread(np.array(parts), np.array(known, dtype=float))


def _weights(read: _Panel, cells: list[tuple[int, int]], after: NDArray[np.bool_]) -> dict[str, Floats]:
    size = np.array([(read.start == start).sum() for start, _ in cells], dtype=float)
    starts = np.array([start for start, _ in cells])
    since = np.array([period - start for start, period in cells])
    simple = np.where(after, size, 0) / size[after].sum()
    group = np.zeros(len(cells))
    path = np.zeros(len(cells))
    total = sum(size[(starts == start) & after][0] for start in set(starts[after]))
    for start in set(starts[after]):
        own = (starts == start) & after
        group[own] = size[own] / total / own.sum()
    moments = set(since[after])
    for moment in moments:
        own = (since == moment) & after
        path[own] = size[own] / size[own].sum() / len(moments)
    return {"effect": simple, "by_group": group, "over_time": path}


def _estimates(
    read: _Panel, means: Floats, spread: _Spread, weights: dict[str, Floats], control: str,
    rng: np.random.Generator, level: float,
) -> tuple[Estimate, ...]:  # fmt: skip
    count = len(read.units)
    found = []
    for name, weight in weights.items():
        error, df = (float(each[0]) for each in spread.of(weight[None, :]))
        value, half = float(weight @ means), float(stats.t.ppf((1 + level) / 2, df)) * error
        found.append(Estimate(name, value, value - half, value + half, level, "Callaway–Sant'Anna, t", count))
    slope, error = _two_way(read)
    half = float(stats.t.ppf((1 + level) / 2, count - 1)) * error
    found.append(Estimate("two_way", slope, slope - half, slope + half, level, "CRV3, t", count))
    p = _shuffled(read, control, rng)
    found.append(Estimate("permutation_p", p, np.nan, np.nan, level, "starts shuffled", DRAWS))
    return tuple(found)


def _two_way(read: _Panel) -> tuple[float, float]:
    """Give the coefficient of having begun, and its CRV3 error: each unit left out in turn."""
    begun = (np.arange(len(read.periods)) >= read.start[:, None]) & (read.start != NEVER)[:, None]
    count = len(read.units)
    x, y = (each - each.mean(axis=1, keepdims=True) for each in (begun.astype(float), read.outcome))

    def product(one: Floats, other: Floats) -> Floats:
        """Give the sum of products freed of unit and period means: of all units, then without each in turn."""
        left_out = np.vstack([np.zeros(one.shape[1]), one]), np.vstack([np.zeros(one.shape[1]), other])
        kept = np.r_[count, np.full(count, count - 1)]
        of_all = (one * other).sum() - (left_out[0] * left_out[1]).sum(axis=1)
        sums = [whole.sum(axis=0) - each for whole, each in zip((one, other), left_out, strict=True)]
        return np.asarray(of_all - (sums[0] * sums[1]).sum(axis=1) / kept)

    below = product(x, x)
    slopes = np.divide(product(x, y), below, out=np.full(count + 1, np.nan), where=below > 1e-9)
    spread = slopes[1:] - slopes[0]
    return float(slopes[0]), float(np.sqrt((count - 1) / count * (spread**2).sum()))


def _shuffled(read: _Panel, control: str, rng: np.random.Generator) -> float:
    """Give how often shuffled starts show as much: the effect is linear in the outcome, by the unit's start alone."""
    starts, which = np.unique(read.start, return_inverse=True)
    told = _coefficients(read, starts, control) @ read.outcome.T  # what each unit adds under each start
    units = np.arange(len(which))
    found = abs(float(told[which, units].sum())) - 1e-12
    shuffled = rng.permuted(np.tile(which, (DRAWS, 1)), axis=1)
    more = int((np.abs(told[shuffled, units].sum(axis=1)) >= found).sum())
    return (1 + more) / (DRAWS + 1)


def _coefficients(read: _Panel, starts: NDArray[np.intp], control: str) -> Floats:
    """Give the weight of each period's outcome in the effect, for units of each start."""
    cells = [(start, period) for start, period in _cells(read, control) if period >= start]
    size = {int(start): int((read.start == start).sum()) for start in starts}
    total = sum(size[start] for start, _ in cells)
    weight = np.zeros((len(starts), len(read.periods)))
    for start, period in cells:
        others = _others(read, start, period, control)
        for row, label in enumerate(starts):
            share = 1 / total if label == start else 0.0
            if others[read.start == label].any():
                share = -size[start] / total / others.sum()
            weight[row, period] += share
            weight[row, start - 1] -= share
    return weight


def _path(
    read: _Panel, cells: list[tuple[int, int]], means: Floats, spread: _Spread, rng: np.random.Generator, level: float
) -> tuple[pd.DataFrame, tuple[Floats, Floats, float]]:
    """Give the path since the start with both kinds of interval, and what it says of the time before."""
    since = np.array([period - start for start, period in cells])
    size = np.array([(read.start == start).sum() for start, _ in cells], dtype=float)
    moments = sorted(set(since))
    weights = np.array([np.where(since == moment, size, 0) / size[since == moment].sum() for moment in moments])
    values, covariance = weights @ means, weights @ spread.parts.sum(axis=0) @ weights.T
    errors, df = spread.of(weights)
    least = float(df.min())
    point = stats.t.ppf((1 + level) / 2, df)
    wide = np.maximum(_widest(covariance, least, rng, level), point)
    path = pd.DataFrame({"since": moments, "value": values})
    for names, width in ((("low", "high"), point), (("all_low", "all_high"), wide)):
        path[names[0]], path[names[1]] = values - width * errors, values + width * errors
    most = min(MOST_BEFORE, int(least / 3))
    before = [number for number, moment in enumerate(moments) if moment < 0][-most:] if most else []
    return path, (values[before], covariance[np.ix_(before, before)], least)


def _widest(covariance: Floats, df: float, rng: np.random.Generator, level: float) -> float:
    """Give how many standard errors hold all at once: of the largest of as many t, drawn with their covariance."""
    errors = np.sqrt(np.diag(covariance))
    if not np.isfinite(errors).all():
        return np.nan
    values, directions = np.linalg.eigh(covariance / np.outer(errors, errors))
    drawn = rng.normal(size=(DRAWS, len(errors))) * np.sqrt(values.clip(0)) @ directions.T
    scale = np.sqrt(rng.chisquare(df, DRAWS) / df)
    return float(np.quantile(np.abs(drawn).max(axis=1) / scale, level))


def _pretrend(values: Floats, covariance: Floats, df: float, effect: float) -> Check:
    """Test that nothing moved before, and say how likely a trend that could fake the effect would have been seen."""
    name, count = "alike before the start", len(values)
    spare = df - count + 1
    if not count or not np.isfinite(covariance).all() or np.linalg.matrix_rank(covariance) < count:
        return Check(name, np.nan, None, said("There are too few periods or units to look at the time before."), True)
    inverse = np.linalg.inv(covariance)
    p = float(stats.f.sf(spare / (df * count) * values @ inverse @ values, count, spare))
    # a drift that, going on for as long as the mean unit is followed, would look like the effect
    drift = np.full(count, effect / 2)
    bar = stats.f.ppf(0.95, count, spare)
    power = 100 * float(stats.ncf.sf(bar, count, spare, drift @ inverse @ drift))
    says: Said = said(
        "Before the start the units moved alike (p = {chance_p}); a drift of half the effect a period would have been "
        "seen with probability {power_chance}.",
        chance_p=p,
        power_chance=power,
    )
    if p <= 0.05:
        says = said("Before the start the units already moved apart (p = {chance_p}).", chance_p=p)
    passed = False if p <= 0.05 else (True if power >= 80 else None)
    return Check(name, p, passed, says, identifying=True)


def _permuted(p: float) -> Check:
    says = said("With the starts shuffled among the units as much is seen with probability {chance_p}.", chance_p=p)
    return Check("not by chance of who began", p, p <= 0.05, says, identifying=True)


def _without(read: _Panel, control: str) -> pd.DataFrame:
    """Give the effect without each unit that began; which of a group is left out does not change the weights."""
    rows = []
    for first in np.unique(read.start[read.start != NEVER]):
        own = np.flatnonzero(read.start == first)
        kept = np.arange(len(read.units)) != own[0]
        rest = _Panel(read.units, read.periods, read.outcome[kept], read.start[kept])
        if (rest.start == NEVER).all():
            continue
        starts = np.unique(rest.start)
        weight = dict(zip(starts, _coefficients(rest, starts, control), strict=True))
        told = np.array([weight.get(start, 0 * read.outcome[0]) for start in read.start])
        told = (told * read.outcome).sum(axis=1)
        rows += [(unit, read.units[unit], float(told.sum() - told[unit])) for unit in own]
    return pd.DataFrame([row[1:] for row in sorted(rows)], columns=["unit", "value"])


def _one_unit(without: pd.DataFrame, effect: Estimate) -> Check:
    if without.empty:
        return Check("no single unit", np.nan, None, said("One unit alone began."))
    place = int((without["value"] - effect.value).abs().to_numpy().argmax())
    unit, value = str(without["unit"].iloc[place]), float(without["value"].iloc[place])
    says = said("Without {unit_name} the effect would be {value_number}.", unit_name=unit, value_number=value)
    return Check("no single unit", value, effect.low <= value <= effect.high, says)


def _groups(read: _Panel, cells: list[tuple[int, int]], means: Floats, spread: _Spread, level: float) -> pd.DataFrame:
    errors, df = spread.of(np.eye(len(cells)))
    half = stats.t.ppf((1 + level) / 2, df) * errors
    return pd.DataFrame(
        {
            "start": [read.periods[start] for start, _ in cells],
            "period": [read.periods[period] for _, period in cells],
            "value": means,
            "low": means - half,
            "high": means + half,
            "units_count": [int((read.start == start).sum()) for start, _ in cells],
        }
    )


def _claim(effect: Estimate, *, causal: bool) -> Said:
    values = {"found_number": effect.value, "low_number": effect.low, "high_number": effect.high}
    if causal:
        return said("Beginning changed it by {found_number} (between {low_number} and {high_number}).", **values)
    return said(
        "Units that began moved {found_number} (between {low_number} and {high_number}) further than those that had "
        "not.",
        **values,
    )
