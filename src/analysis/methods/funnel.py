"""Which units lie outside what chance and the usual differences between units explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, ndtri, stdtr, stdtrit

from analysis.methods.intake import Floats, at_least, confidence, counts, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, said

FEWEST_UNITS = 8
ALARM = 0.998
HALVINGS = 50


@dataclass(frozen=True, kw_only=True, eq=False)
class Funnel(Result):
    """Shares against the limits within which units usually lie.

    Attributes
    ----------
    units
        One row per unit: `unit`, `hits`, `total`, `share_pct`, `expected_pct` (where the other units would lead to
        expect it), `low_pct` and `high_pct` (95 % limits), `alarm_low_pct` and `alarm_high_pct` (99.8 % limits),
        `z`, `p` (two-sided, for `multiple`), `verdict` (above, below, inside: by the 99.8 % limits alone).
    """

    units: pd.DataFrame


def funnel(cases: pd.DataFrame, *, level: float = LEVEL) -> Funnel:
    """Give limits for the share of each unit that allow for the usual differences between the others.

    The estimand is whether a unit's own share could be a draw from the spread of the others. Limits widen as cases get
    fewer, and by the spread τ that units have beyond chance: without τ they call ordinary large units unusual. Only
    the 99.8 % limits give a verdict; where nothing is amiss, one unit in twenty lies outside the 95 % limits.

    Parameters
    ----------
    cases
        One row per unit: `unit`, `hits`, `total` (1 or more), optionally `expected_pct`: the share that the mix of its
        cases leads to expect (see `standardise`); without it the same is expected of all.
    level
        Confidence level of the interval of the spread.

    Returns
    -------
    Funnel
        Its estimate `spread` is τ on the arcsine scale: near 80 %, a τ of 0.05 is about 4 points.

    Raises
    ------
    DataContractError
        If a column is missing, a row is not a count, or there are fewer than 8 units.

    Notes
    -----
    y = arcsin √share (less that of `expected_pct`) has variance 1/(4 total) + τ². For each unit τ² and the middle come
    from the others, τ² by Paule and Mandel's equation, and the limits from t with units − 2 degrees of freedom, so a
    unit that stands out does not hide itself or the next one. Assumes cases independent within a unit and the units'
    levels about normal around the middle.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24:1185; Paule & Mandel (1982), J. Res. NBS 87:377; Higgins, Thompson
    & Spiegelhalter (2009), JRSS A 172:137 (limits for one more unit); Viechtbauer (2007), Statistics in Medicine 26:37
    (interval of τ).

    Examples
    --------
    >>> cases = pd.DataFrame({"unit": list("abcdefghi"), "hits": [80, 82, 78, 81, 79, 80, 83, 77, 50], "total": 100})
    >>> found = funnel(cases)
    >>> found.units.loc[found.units["verdict"] != "inside", "unit"].tolist()
    ['i']
    """
    units = labels(cases, "unit", unique=True)
    at_least(units, FEWEST_UNITS)
    hits, total = counts(cases)
    numbers(cases, "total", least=1)
    known = "expected_pct" in cases.columns
    target = np.arcsin(np.sqrt(numbers(cases, "expected_pct", least=0, most=100) / 100)) if known else 0.0 * total
    gap, variance = np.arcsin(np.sqrt(hits / total)) - target, 1 / (4 * total)
    tau2, middle, middle_variance = others(gap, variance)
    error = np.sqrt(variance + tau2 + middle_variance)
    z = (gap - middle) / error
    table = pd.DataFrame({"unit": units, "hits": hits, "total": total, "share_pct": 100 * hits / total})
    table["expected_pct"] = _percent(target + middle)
    for name, within in (("", 0.95), ("alarm_", ALARM)):
        width = stdtrit(len(units) - 2, (1 + within) / 2) * error
        table[f"{name}low_pct"] = _percent(target + middle - width)
        table[f"{name}high_pct"] = _percent(target + middle + width)
    table["z"], table["p"] = z, 2 * stdtr(len(units) - 2, -np.abs(z))
    surely = table["p"] < 1 - ALARM
    table["verdict"] = np.select([surely & (z > 0), surely & (z < 0)], ["above", "below"], default="inside")
    return _funnel(table, gap, variance, confidence(level))


def others(gap: Floats, variance: Floats) -> tuple[Floats, Floats, Floats]:
    """Give, for each unit, τ² (Paule–Mandel), the middle and its variance from all the other units."""
    keep = 1 - np.eye(len(gap))

    def at(tau2: Floats) -> tuple[Floats, Floats, Floats]:
        weight = keep / (variance + tau2[:, None])
        middle = weight @ gap / weight.sum(axis=1)
        return (weight * (gap - middle[:, None]) ** 2).sum(axis=1), middle, 1 / weight.sum(axis=1)

    low, high = np.zeros(len(gap)), np.full(len(gap), np.ptp(gap) ** 2)
    for _ in range(HALVINGS):
        tau2 = (low + high) / 2
        more = at(tau2)[0] > len(gap) - 2
        low, high = np.where(more, tau2, low), np.where(more, high, tau2)
    _, middle, middle_variance = at(low)
    return low, middle, middle_variance


def _heterogeneity(gap: Floats, variance: Floats, tau2: float) -> float:
    """Give Cochran's Q of the gaps at a τ²."""
    weight = 1 / (variance + tau2)
    return float((weight * (gap - np.average(gap, weights=weight)) ** 2).sum())


def _spread(gap: Floats, variance: Floats, target: float) -> float:
    """Give the τ at which Cochran's Q falls to the target; 0 if it is below it from the start."""
    if _heterogeneity(gap, variance, 0.0) <= target:
        return 0.0
    # Q ≤ Σ (gap − mean)² / τ², which is the target at the upper end
    most = len(gap) * np.var(gap) / target
    return float(np.sqrt(brentq(lambda tau2: _heterogeneity(gap, variance, tau2) - target, 0.0, most)))


def _percent(arcsine: Floats) -> Floats:
    return np.asarray(100 * np.sin(np.clip(arcsine, 0, np.pi / 2)) ** 2)


def _funnel(table: pd.DataFrame, gap: Floats, variance: Floats, level: float) -> Funnel:
    count = len(table)
    q = _heterogeneity(gap, variance, 0.0)
    low, value, high = (
        _spread(gap, variance, target)
        for target in (chdtri(count - 1, (1 - level) / 2), count - 1, chdtri(count - 1, (1 + level) / 2))
    )
    naive = np.abs(gap - np.average(gap, weights=1 / variance)) / np.sqrt(variance) > ndtri((1 + ALARM) / 2)
    above, below = (int((table["verdict"] == side).sum()) for side in ("above", "below"))
    return Funnel(
        estimates=(Estimate("spread", value, low, high, level, "Paule–Mandel, Q-profile interval", count),),
        checks=(
            Check(
                "chance alone explains the differences",
                q,
                bool(chdtrc(count - 1, q) >= 1 - level),
                said(
                    "Limits that allow for chance alone would put {naive_count} of {units_count} units outside.",
                    naive_count=int(naive.sum()),
                    units_count=count,
                ),
            ),
        ),
        assumptions=(
            said("Cases are independent within a unit; cases that come in batches make the limits too narrow."),
            said("The levels of the units lie about normally around their middle."),
        ),
        claim=said(
            "Of {units_count} units, {above_count} lie above and {below_count} below the limits within which 99.8% of "
            "units lie where nothing is amiss.",
            units_count=count,
            above_count=above,
            below_count=below,
        ),
        units=table,
    )
