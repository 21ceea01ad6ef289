"""What a unit's share probably is, when its own cases are few and the other units say something too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betainc, betaincinv, betaln, expit, logit

from analysis.errors import DataContractError
from analysis.methods.intake import Floats, at_least, confidence, counts, labels
from analysis.methods.result import LEVEL, Check, Estimate, Result, said

FEWEST_UNITS = 4
FINE = 24
NEGLIGIBLE = 1e-5
NEWTON_STEPS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Shrunk(Result):
    """Shares drawn towards their common mean as far as the units resemble each other.

    Attributes
    ----------
    units
        One row per unit: `unit`, `hits`, `total`, `share_pct` (its own cases alone, missing without cases),
        `mean_pct` (posterior mean), `low_pct`, `high_pct` (equal-tailed credible interval), `own_weight_pct` (how much
        of `mean_pct` comes from its own cases).
    alpha, beta
        Posterior means of the parameters of the distribution of the units' shares.
    moments
        The two by the mean and variance of the units' own shares, for comparison only: that variance takes chance for
        difference, so they draw units together too little. Missing where the shares do not differ.
    """

    units: pd.DataFrame
    alpha: float
    beta: float
    moments: tuple[float, float]


def shrink(cases: pd.DataFrame, *, level: float = LEVEL) -> Shrunk:
    """Give the posterior of each unit's share from its own cases and the spread of all units.

    The estimand is the true share of each unit. Units are taken as drawn from one beta distribution, whose mean and
    precision are integrated over a grid rather than put in as if known; an interval with them put in is too narrow,
    most of all where units differ little.

    Parameters
    ----------
    cases
        One row per unit: `unit`, `hits`, `total` (0 is allowed: such a unit gets the distribution of the others).
    level
        Credible level.

    Returns
    -------
    Shrunk
        Its estimates are the units' posterior means in percent with their intervals, in the order of the rows.

    Raises
    ------
    DataContractError
        If a column is missing, a row is not a count, there are fewer than 4 units, or the hits are none or all.

    Notes
    -----
    Prior p(α, β) ∝ (α + β)^−5/2. Assumes cases independent within a unit and units exchangeable: nothing known
    beforehand (kind, mix of cases) says that one should be higher than another.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.3; Morris (1983), JASA 78:47.

    Examples
    --------
    >>> cases = pd.DataFrame({"unit": list("abcde"), "hits": [9, 80, 75, 83, 310], "total": [9, 100, 100, 100, 400]})
    >>> shrink(cases).units["mean_pct"].round(0).tolist()
    [82.0, 79.0, 77.0, 81.0, 78.0]
    """
    units = labels(cases, "unit", unique=True)
    at_least(units, FEWEST_UNITS)
    hits, total = counts(cases)
    if not 0 < hits.sum() < total.sum():
        raise DataContractError(
            f"{hits.sum():g} hits in {total.sum():g} cases show no spread",
            where="columns 'hits' and 'total'",
            allowed="some hits and some that are none, over all units",
            next_step="Give Wilson's intervals instead.",
        )
    alpha, beta, weight = _posterior(hits, total)
    own = total[:, None] / (alpha + beta + total[:, None])
    a, b = alpha + hits[:, None], beta + (total - hits)[:, None]
    mean = (weight * a / (a + b)).sum(axis=1)
    variance = (weight * (a * b / (a + b) ** 2 / (a + b + 1) + (a / (a + b) - mean[:, None]) ** 2)).sum(axis=1)
    tail = (1 - confidence(level)) / 2
    low, high = (_quantile(a, b, weight, (mean, variance), q) for q in (tail, 1 - tail))
    table = pd.DataFrame({"unit": units, "hits": hits, "total": total})
    table["share_pct"] = 100 * hits / np.where(total > 0, total, np.nan)
    table["mean_pct"], table["low_pct"], table["high_pct"] = 100 * mean, 100 * low, 100 * high
    table["own_weight_pct"] = 100 * (weight * own).sum(axis=1)
    return _shrunk(table, float((weight * alpha).sum()), float((weight * beta).sum()), level)


def _posterior(hits: Floats, total: Floats) -> tuple[Floats, Floats, Floats]:
    """Give α, β and weight of the grid points that matter: a coarse grid finds where to lay a fine one."""
    pooled = logit(hits.sum() / total.sum())
    box = [(pooled - 4.0, pooled + 4.0), (-2.0, np.log(1e3 * total.max() + 1e3))]
    for points in (FINE, FINE, FINE + 1):
        mean, size = np.meshgrid(*(np.linspace(*side, points) for side in box), indexing="ij")
        alpha, beta = expit(mean) * np.exp(size), expit(-mean) * np.exp(size)
        # the prior times the Jacobian of (logit of the mean, log of the precision)
        log_weight = np.log(expit(mean)) + np.log(expit(-mean)) - size / 2
        for x, n in zip(hits, total, strict=True):
            log_weight += betaln(alpha + x, beta + n - x) - betaln(alpha, beta)
        weight = np.exp(log_weight - log_weight.max())
        inside = weight > NEGLIGIBLE
        box = [
            (values[inside].min() - step, values[inside].max() + step)
            for values, step in ((mean, mean[1, 0] - mean[0, 0]), (size, size[0, 1] - size[0, 0]))
        ]
    return alpha[inside], beta[inside], weight[inside] / weight[inside].sum()


def _quantile(a: Floats, b: Floats, weight: Floats, moments: tuple[Floats, Floats], q: float) -> Floats:
    """Give a quantile of each unit's mixture of betas: from the beta of equal moments on by Newton's steps."""
    mean, variance = moments
    size = mean * (1 - mean) / variance - 1
    share = betaincinv(mean * size, (1 - mean) * size, q)
    log_scale = betaln(a, b)
    for _ in range(NEWTON_STEPS):
        x = np.clip(share, 1e-12, 1 - 1e-12)[:, None]
        density = (weight * np.exp((a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - log_scale)).sum(axis=1)
        miss = (weight * betainc(a, b, x)).sum(axis=1) - q
        # a step never goes more than half of the way to 0 or 1
        share = np.clip(share - miss / density, share / 2, (1 + share) / 2)
    return np.asarray(share)


def _shrunk(table: pd.DataFrame, alpha: float, beta: float, level: float) -> Shrunk:
    borrowed = int((table["own_weight_pct"] < 50).sum())
    common = float(table["mean_pct"].mean())
    apart = int(((table["low_pct"] > common) | (table["high_pct"] < common)).sum())
    places = zip(table["unit"], table["mean_pct"], table["low_pct"], table["high_pct"], table["total"], strict=True)
    return Shrunk(
        estimates=tuple(
            Estimate(unit, mean, low, high, level, "beta-binomial, grid posterior", int(n))
            for unit, mean, low, high, n in places
        ),
        checks=(
            Check(
                "the units' own cases decide",
                float(borrowed),
                borrowed == 0,
                said(
                    "Units whose estimate rests more on the other units than on their own cases: {borrowed_count} of "
                    "{units_count}.",
                    borrowed_count=borrowed,
                    units_count=len(table),
                ),
            ),
        ),
        assumptions=(
            said("Cases are independent within a unit; cases that come in batches make the limits too narrow."),
            said("Nothing known beforehand says that one unit should be higher than another."),
        ),
        claim=said(
            "The units' shares lie around {common_pct}; of {units_count} units, {apart_count} are told apart from it.",
            common_pct=common,
            units_count=len(table),
            apart_count=apart,
        ),
        units=table,
        alpha=alpha,
        beta=beta,
        moments=_moments(table["share_pct"] / 100),
    )


def _moments(shares: pd.Series) -> tuple[float, float]:
    mean, variance = float(shares.mean()), float(shares.var())
    size = mean * (1 - mean) / variance - 1 if variance > 0 else np.nan
    return mean * size, (1 - mean) * size
