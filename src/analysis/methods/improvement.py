"""Whose change is more than noise, and how much of it would probably stay: a unit low by chance rises by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtr

from analysis.errors import DataContractError
from analysis.methods.funnel import FEWEST_UNITS, others
from analysis.methods.intake import Floats, at_least, labels, numbers
from analysis.methods.multiple import multiple
from analysis.methods.result import LEVEL, Check, Estimate, Result, said
from analysis.methods.stand_out import StandOut

GRID = 400
TAIL = (0.025, 0.975)


@dataclass(frozen=True, kw_only=True, eq=False)
class Improvement(Result):
    """Changes of units against the change of the others.

    Attributes
    ----------
    units
        One row per measure and unit: `measure`, `unit`, `change_points` (after − before), `error_points` (its standard
        error), `kept_points` (what probably is no noise: drawn towards the common change), `kept_low_points`,
        `kept_high_points` (95 %), `own_weight_pct` (how far the unit's own change decides), `p`, `adjusted_p` and
        `verdict`: above, below or inside the changes of the others.
    """

    units: pd.DataFrame


def improvement(changes: pd.DataFrame) -> Improvement:
    """Say whose change differs from that of the others, and how much of each change would probably stay.

    The estimand is each unit's true change. The noise of both periods counts, and so does the spread of true changes:
    of the unit with the largest rise a part is luck, which is drawn off (regression to the mean). A unit is named only
    if its change stands out from those of the others when all comparisons are counted.

    Parameters
    ----------
    changes
        One row per unit, or measure and unit: `unit`, `before`, `before_se`, `after`, `after_se`, in points of one
        measure, more is better; optionally `measure`. The periods are independent given the unit.

    Returns
    -------
    Improvement
        Its estimates are the changes that would probably stay, with their 95 % intervals.

    Raises
    ------
    DataContractError
        If a column is missing, a value is no number, or a measure has fewer than 8 units.

    Notes
    -----
    Assumes normal changes around a common one with spread τ, a flat prior on both, τ integrated over a grid. The
    p-value of a unit takes τ and the common change from the others, t with units − 2 degrees of freedom, as `funnel`.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4; Efron & Morris (1975), JASA 70:311.

    Examples
    --------
    >>> change = [1.0, 0.5, 1.5, 0.8, 1.2, 0.9, 1.1, 1.0, 12.0]
    >>> changes = pd.DataFrame({"unit": list("abcdefghi"), "before": 50.0, "before_se": 0.5, "after": change,
    ...                         "after_se": 0.5}).assign(after=lambda table: 50 + table["after"])
    >>> found = improvement(changes).units
    >>> found.loc[found["verdict"] == "above", "unit"].tolist()
    ['i']
    """
    measures = labels(changes, "measure") if "measure" in changes else [""] * len(changes)
    table = pd.DataFrame({"measure": measures, "unit": labels(changes, "unit")})
    table["change_points"] = numbers(changes, "after") - numbers(changes, "before")
    least = float(np.finfo(float).tiny)
    table["error_points"] = np.hypot(numbers(changes, "before_se", least=0), numbers(changes, "after_se", least=least))
    units = pd.concat([_of_one(own) for _, own in table.groupby("measure", sort=False)], ignore_index=True)
    names = [f"{measure}: {unit}" for measure, unit in zip(units["measure"], units["unit"], strict=True)]
    family = multiple(pd.DataFrame({"name": names, "p": units["p"]}), names)
    surely = family.tests["finding"].to_numpy()
    verdict = np.select([surely & units["rises"], surely & ~units["rises"]], ["above", "below"], default="inside")
    units = units.drop(columns="rises").assign(adjusted_p=family.tests["adjusted_p"], verdict=verdict)
    return _improvement(units, family.checks[0])


def changes(before: StandOut, after: StandOut) -> pd.DataFrame:
    """Give the change of every unit that was compared in two periods, as `improvement` takes it.

    The estimand is each unit's true place in both periods: points over the other units on the unit's own mix of cases,
    so neither a change of its mix nor what moved all units counts as its own. Assumes what `stand_out` does.

    Parameters
    ----------
    before, after
        The units against the others in the two periods.

    Returns
    -------
    pandas.DataFrame
        One row per measure and unit that stands in both: `measure`, `unit`, `before`, `before_se`, `after`, `after_se`.

    References
    ----------
    As for `stand_out` and `improvement`, between which it stands.

    Examples
    --------
    >>> from analysis.methods import stand_out
    >>> cells = pd.DataFrame({"measure": "on time", "unit": list("abcdefgh"), "hits": 80, "total": 100})
    >>> changes(stand_out(cells), stand_out(cells))[["before", "after"]].max().tolist()
    [0.0, 0.0]
    """
    parts = []
    for measure in dict.fromkeys(after.units["measure"]):
        both = before.values(measure).merge(after.values(measure), on="unit", suffixes=("_before", "_after"))
        parts.append(both.assign(measure=measure))
    names = {"value_before": "before", "se_before": "before_se", "value_after": "after", "se_after": "after_se"}
    return pd.concat(parts, ignore_index=True).rename(columns=names)


def _of_one(own: pd.DataFrame) -> pd.DataFrame:
    """Compare the changes of one measure."""
    at_least(sorted(set(own["unit"])), FEWEST_UNITS)
    if own["unit"].duplicated().any():
        raise DataContractError("A unit stands twice", where="column 'unit'", allowed="one row per measure and unit")
    change, error = own["change_points"].to_numpy(), own["error_points"].to_numpy()
    tau2, middle, middle_variance = others(change, error**2)
    z = (change - middle) / np.sqrt(error**2 + tau2 + middle_variance)
    kept, low, high, weight = _kept(change, error**2)
    return own.assign(
        kept_points=kept,
        kept_low_points=low,
        kept_high_points=high,
        own_weight_pct=100 * weight,
        p=2 * stdtr(len(own) - 2, -np.abs(z)),
        rises=z > 0,
    )


def _kept(change: Floats, variance: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Give posterior mean, 2.5 and 97.5 % limits and the weight of the own change, over a grid of τ."""
    # closer together near 0, where small errors tell τ from nothing; the prior stays flat on τ
    place = (np.arange(GRID) + 0.5)[:, None] / GRID
    tau2 = ((3 * np.ptp(change) + 3 * np.sqrt(variance.max())) * place**2) ** 2
    precision = 1 / (variance + tau2)
    whole = precision.sum(axis=1, keepdims=True)
    common = (precision * change).sum(axis=1, keepdims=True) / whole
    log_weight = 0.5 * (np.log(precision) - precision * (change - common) ** 2).sum(axis=1)
    log_weight += np.log(place[:, 0]) - 0.5 * np.log(whole[:, 0])
    weight = np.exp(log_weight - log_weight.max())[:, None]
    weight /= weight.sum()
    own = tau2 / (tau2 + variance)
    centre = own * change + (1 - own) * common
    spread = np.sqrt(own * variance + (1 - own) ** 2 / whole)
    low, high = (_quantile(centre, spread, weight, q) for q in TAIL)
    return (weight * centre).sum(axis=0), low, high, (weight * own).sum(axis=0)


def _quantile(centre: Floats, spread: Floats, weight: Floats, q: float) -> Floats:
    """Give a quantile of a mixture of normals for each unit, by halving."""
    low, high = (centre - 8 * spread).min(axis=0), (centre + 8 * spread).max(axis=0)
    for _ in range(50):
        middle = (low + high) / 2
        below = (weight * ndtr((middle - centre) / spread)).sum(axis=0) < q
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)


def _improvement(units: pd.DataFrame, lost: Check) -> Improvement:
    several = len(set(units["measure"])) > 1
    names = units["measure"] + ": " + units["unit"] if several else units["unit"]
    rows = zip(names, *(units[f"kept{end}_points"] for end in ("", "_low", "_high")), strict=True)
    luck = int((units["own_weight_pct"] < 50).sum())
    return Improvement(
        estimates=tuple(
            Estimate(name, value, low, high, LEVEL, "normal changes, τ integrated", len(units))
            for name, value, low, high in rows
        ),
        checks=(
            lost,
            Check(
                "the units' own changes decide",
                float(luck),
                luck == 0,
                said(
                    "Changes of which more than half is probably noise: {luck_count} of {asked_count}.",
                    luck_count=luck,
                    asked_count=len(units),
                ),
            ),
        ),
        assumptions=(
            said("The two periods are independent given the unit: other cases."),
            said("The true changes of the units lie about normally around a common one."),
        ),
        claim=said(
            "Of {asked_count} changes, {above_count} lie above and {below_count} below those of the other units by "
            "more than noise, when all comparisons are counted.",
            asked_count=len(units),
            above_count=int((units["verdict"] == "above").sum()),
            below_count=int((units["verdict"] == "below").sum()),
        ),
        units=units,
    )
