"""How unequal units are, and how much of it lies between groups of units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit, xlogy

from analysis.errors import DataContractError
from analysis.methods.intake import Floats, at_least, confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said

FEWEST_UNITS = 12
SHUFFLES = 999
Measure = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread(Result):
    """Measures of inequality, relative and absolute.

    Attributes
    ----------
    groups
        One row per group (none without the column `group`): `group`, `units_count`, `weight_pct`, `mean` (in the unit
        of `value`), `theil` (inside the group), `within` and `between` (its parts of Theil's index of all).
    """

    groups: pd.DataFrame


def spread(units: pd.DataFrame, rng: np.random.Generator, *, level: float = LEVEL) -> Spread:
    """Give Gini's and Theil's index, the mean gap between two units, and Theil's split within and between groups.

    The estimands are those of the distribution the units come from. Relative measures (Gini, Theil) and the absolute
    gap can move in opposite ways, as they do when shares near 100 %; neither is given alone.

    Parameters
    ----------
    units
        One row per unit: `unit`, `value` (0 or more, some above 0), optionally `weight` (above 0, such as inhabitants;
        without it every unit counts the same) and `group`.
    rng
        Shuffles the groups to see what a random split would give.
    level
        Confidence level.

    Returns
    -------
    Spread
        Estimates: `gini` (0–1), `theil`, `mean_gap` (mean difference of two units drawn at random, in the unit of
        `value`); with groups `theil_within` and `theil_between`, which add up to `theil`. The part between groups has
        no interval, as none holds near 0; a check says whether a random split would give as much.

    Raises
    ------
    DataContractError
        If a column is missing, a value is below 0, all are 0, or there are fewer than 12 units.

    Notes
    -----
    Every pair counts, so Gini's index is at most 1 − 1/units. Intervals: jackknife over units on the log scale, t with
    units − 1 degrees of freedom, freed of the bias of small numbers; for Theil's index of long-tailed values they hold
    nine times in ten rather than nineteen in twenty. Assumes the values known: with few cases per unit their noise adds
    to the spread, so shrink them first.

    References
    ----------
    Theil (1967), Economics and Information Theory; Shorrocks (1984), Econometrica 52:1369; Efron & Stein (1981), Annals
    of Statistics 9:586.

    Examples
    --------
    >>> units = pd.DataFrame({"unit": range(12), "value": [1, 2, 3, 4] * 3, "group": list("aabb") * 3})
    >>> found = spread(units, np.random.default_rng(1))
    >>> [round(found.estimate(name).value, 4) for name in ("gini", "mean_gap", "theil_within", "theil_between")]
    [0.25, 1.25, 0.0242, 0.0823]
    """
    at_least(labels(units, "unit", unique=True), FEWEST_UNITS)
    values = numbers(units, "value", least=0)
    given = "weight" in units.columns
    weights = numbers(units, "weight", least=np.finfo(float).tiny) if given else np.ones(len(values))
    if not values.any():
        raise DataContractError("Every value is 0", where="column 'value'", allowed="some above 0")
    measures = {"gini": gini, "theil": theil, "mean_gap": _mean_gap}
    estimates = [_jackknifed(name, measure, values, weights, confidence(level)) for name, measure in measures.items()]
    checks: tuple[Check, ...] = ()
    groups = pd.DataFrame()
    if "group" in units.columns:
        names = np.array(labels(units, "group"))
        groups = _groups(values, weights, names)
        estimates.append(_jackknifed("theil_within", _within(names), values, weights, level))
        between = float(groups["between"].sum())
        estimates.append(Estimate("theil_between", between, np.nan, np.nan, level, "exact split", len(values)))
        checks = (_more_than_random(values, weights, names, rng),)
    return Spread(
        estimates=tuple(estimates),
        checks=checks,
        assumptions=(said("The values are known without error; noise in them would add to the spread."),),
        claim=_claim(estimates),
        groups=groups,
    )


def gini(values: Floats, weights: Floats) -> Floats:
    """Give Gini's index along the last axis.

    The estimand is half the mean difference of all pairs over the mean: 0 if all are equal, below 1.

    Parameters
    ----------
    values, weights
        Arrays of one shape; values 0 or more with some above 0, weights 0 or more.

    Returns
    -------
    numpy.ndarray
        One number per row.

    Examples
    --------
    >>> round(float(gini(np.array([1.0, 2, 3, 4, 5]), np.ones(5))), 4)
    0.2667
    """
    order = np.argsort(values, axis=-1)
    value, weight = np.take_along_axis(values, order, -1), np.take_along_axis(weights, order, -1)
    part = weight / weight.sum(axis=-1, keepdims=True)
    amount = part * value / (part * value).sum(axis=-1, keepdims=True)
    return np.asarray(1 - (part * (2 * amount.cumsum(axis=-1) - amount)).sum(axis=-1))


def theil(values: Floats, weights: Floats) -> Floats:
    """Give Theil's index T along the last axis: the mean of (value/mean) ln(value/mean).

    The estimand is 0 if all are equal and at most ln(units).

    Parameters
    ----------
    values, weights
        As for `gini`.

    Returns
    -------
    numpy.ndarray
        One number per row.

    Examples
    --------
    >>> round(float(theil(np.array([1.0, 3.0]), np.ones(2))), 4)
    0.1308
    """
    part = weights / weights.sum(axis=-1, keepdims=True)
    ratio = values / (part * values).sum(axis=-1, keepdims=True)
    return np.asarray((part * xlogy(ratio, ratio)).sum(axis=-1))


def _mean_gap(values: Floats, weights: Floats) -> Floats:
    mean = (weights * values).sum(axis=-1) / weights.sum(axis=-1)
    return np.asarray(2 * mean * gini(values, weights))


def _within(names: NDArray[np.str_]) -> Measure:
    """Give the measure of what is left of Theil's index inside the groups."""

    def measure(values: Floats, weights: Floats) -> Floats:
        member = (names == np.unique(names)[:, None]).astype(float)
        weight = weights @ member.T
        amount = (weights * values) @ member.T
        ratio = np.divide(amount, weight, out=np.zeros_like(amount), where=weight > 0)
        ratio = ratio * weights.sum(axis=-1, keepdims=True) / (weights * values).sum(axis=-1, keepdims=True)
        between = (weight / weights.sum(axis=-1, keepdims=True) * xlogy(ratio, ratio)).sum(axis=-1)
        return np.asarray(theil(values, weights) - between)

    return measure


def _jackknifed(name: str, measure: Measure, values: Floats, weights: Floats, level: float) -> Estimate:
    """Give a measure with its interval from leaving out each unit; missing if that may leave no spread at all."""
    count = len(values)
    value = float(measure(values, weights))
    left_out = measure(np.broadcast_to(values, (count, count)), weights * (1 - np.eye(count)))
    low = high = np.nan
    if left_out.min() > 1e-12:
        logs = np.log(left_out)
        centre = count * np.log(value) - (count - 1) * logs.mean()
        width = stdtrit(count - 1, (1 + level) / 2) * np.sqrt((count - 1) * logs.var())
        low, high = float(np.exp(centre - width)), float(np.exp(centre + width))
    return Estimate(name, value, low, high, level, "jackknife over units, log scale", count)


def _groups(values: Floats, weights: Floats, names: NDArray[np.str_]) -> pd.DataFrame:
    whole = np.average(values, weights=weights)
    rows = []
    for group in np.unique(names):
        value, weight = values[names == group], weights[names == group]
        part, mean = weight.sum() / weights.sum(), np.average(value, weights=weight)
        inside = float(theil(value, weight)) if mean > 0 else 0.0
        rows.append(
            {
                "group": str(group),
                "units_count": len(value),
                "weight_pct": 100 * part,
                "mean": mean,
                "theil": inside,
                "within": part * mean / whole * inside,
                "between": part * xlogy(mean / whole, mean / whole),
            }
        )
    return pd.DataFrame(rows)


def _more_than_random(values: Floats, weights: Floats, names: NDArray[np.str_], rng: np.random.Generator) -> Check:
    """Compare the part between groups with that of random splits of the same sizes."""
    orders = rng.permuted(np.tile(np.arange(len(values)), (SHUFFLES, 1)), axis=1)
    measure = _within(names)
    random = measure(values[orders], weights[orders])
    p = (1 + (random <= measure(values, weights) + 1e-12).sum()) / (1 + SHUFFLES)
    return Check(
        "groups differ more than a random split",
        float(p),
        bool(p < 0.05),
        said(
            "A random split of the units into such groups would lie as far apart with probability {chance_p}.",
            chance_p=p,
        ),
    )


def _claim(estimates: list[Estimate]) -> Said:
    found = {each.name: each for each in estimates}
    values = {"gini_number": found["gini"].value, "gap_number": found["mean_gap"].value}
    if "theil_between" not in found:
        return said(
            "Two units drawn at random differ by {gap_number} on average; Gini's index is {gini_number}.", **values
        )
    whole = found["theil"].value
    return said(
        "Two units drawn at random differ by {gap_number} on average; Gini's index is {gini_number}; between the "
        "groups lies {between_pct} of the inequality.",
        **values,
        between_pct=100 * found["theil_between"].value / whole if whole > 0 else np.nan,
    )
