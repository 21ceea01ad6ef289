"""One unit to which something happened, against a mix of others that moved like it before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import nnls

from analysis.errors import DataContractError, UsageError
from analysis.methods.intake import Floats, confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said, seen

FEWEST_DONORS = 5
FEWEST_BEFORE = 6
# a mix further from the unit than this, in standard deviations of the unit before the event, is no twin of it
CLOSE = 0.5
TRACE = 1e-8


@dataclass(frozen=True, kw_only=True, eq=False)
class Synthetic(Result):
    """A unit, its synthetic twin, and what the same comparison gives for units to which nothing happened.

    Attributes
    ----------
    path
        One row per period: `period`, `observed`, `synthetic`, `gap`.
    donors
        One row per donor, the heaviest first: `unit`, `weight`, `without` (the effect if it is left out).
    placebos
        One row per unit, the unit itself included: `unit`, `ratio` (error after over error before), `effect` (of the
        synthetic difference in differences).
    """

    path: pd.DataFrame
    donors: pd.DataFrame
    placebos: pd.DataFrame


class _Panel(NamedTuple):
    """Outcome by period (rows): of the unit, and of the donors (columns)."""

    periods: list[str]
    donors: list[str]
    own: Floats
    others: Floats
    before: int


def synthetic(panel: pd.DataFrame, unit: str, event: object, *, level: float = LEVEL) -> Synthetic:
    """Weigh other units so that they moved like one before an event, and compare after it.

    The estimand is the mean distance, over the periods from the event on, between the unit and what it would have been:
    the effect of the event if the mix would have gone on moving like the unit, and it touched no donor.

    Parameters
    ----------
    panel
        One row per unit and period, none missing: `unit`, `period` (sorts in time), `value`. Leave out donors to which
        something like the event happened.
    unit
        The one to which it happened.
    event
        First period that counts as after; 6 or more lie before it.
    level
        Of the intervals.

    Returns
    -------
    Synthetic
        Estimates: `effect` (synthetic difference in differences; interval by the spread of the same on every donor, t
        with donors − 1), `gap` (synthetic control: mean gap after; no interval, its test is the placebo), `placebo_p`
        (place of the unit's ratio of errors among all units), `fit` (error before, in standard deviations of the unit).

    Raises
    ------
    DataContractError
        If a unit lacks a period or the unit is not there; the error lists those there are.
    UsageError
        If there are fewer than 5 donors or 6 periods before.

    Notes
    -----
    Assumes that the mix would have gone on moving like the unit, and that the unit swings as the donors do. Weights are
    at least 0 and add up to 1, fitted to the outcomes before alone: one convex problem with one solution. With few
    donors the placebo can never be rare: among 10 units the smallest `placebo_p` is 0.1.

    References
    ----------
    Abadie, Diamond & Hainmueller (2010), JASA 105:493; Abadie (2021), Journal of Economic Literature 59:391;
    Arkhangelsky et al. (2021), American Economic Review 111:4088.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=30).cumsum()
    >>> rows = [(f"u{u}", t, u + common[t] + rng.normal(0, 0.2) + 4 * (u == 3 and t >= 20))
    ...         for u in range(24) for t in range(30)]
    >>> found = synthetic(pd.DataFrame(rows, columns=["unit", "period", "value"]), "u3", 20)
    >>> round(found.estimate("effect").value), round(found.estimate("placebo_p").value, 2)
    (4, 0.04)
    """
    level = confidence(level)
    read = _read(panel, unit, event)
    weights = _weights(read.own[: read.before], read.others[: read.before], 0.0)
    gap = read.own - read.others @ weights
    placebos = _placebos(read, unit)
    estimates = _estimates(read, gap, placebos, level)
    donors = _donors(read, weights)
    return Synthetic(
        estimates=estimates,
        checks=(
            _fit_check(estimates[3].value),
            _placebo_check(estimates[2], len(placebos)),
            _donor_check(donors, estimates[0]),
            seen(estimates[0]),
        ),
        assumptions=(
            said("Without the event the unit would have gone on moving like the mix of donors."),
            said("The event touched no donor, and nobody acted on it before."),
        ),
        claim=_claim(estimates[0], causal=False),
        causal_claim=_claim(estimates[0], causal=True),
        path=pd.DataFrame(
            {"period": read.periods, "observed": read.own, "synthetic": read.own - gap, "gap": gap},
        ),
        donors=donors,
        placebos=placebos,
    )


def _read(panel: pd.DataFrame, unit: str, event: object) -> _Panel:
    table = pd.DataFrame({"unit": labels(panel, "unit"), "value": numbers(panel, "value"), "period": panel["period"]})
    wide = table.pivot_table(index="period", columns="unit", values="value", aggfunc="mean", sort=True)
    if unit not in wide:
        raise DataContractError(f"There is no unit {unit!r}", where="unit", allowed=", ".join(map(str, wide.columns)))
    gaps = wide.isna().any()
    if gaps.any() or len(table) != wide.size:
        bad = wide.columns[int(gaps.to_numpy().argmax())]
        raise DataContractError(
            f"Unit {bad!r} has not one value in every period",
            where="columns 'unit' and 'period'",
            next_step="Fill the gaps or leave the donor out.",
        )
    before = int((wide.index < event).sum())
    others = wide.drop(columns=unit)
    if before < FEWEST_BEFORE or before == len(wide) or others.shape[1] < FEWEST_DONORS:
        raise UsageError(
            f"{others.shape[1]} donors and {before} of {len(wide)} periods before are too few",
            allowed=f"{FEWEST_DONORS} donors, {FEWEST_BEFORE} periods before and one after",
        )
    return _Panel(
        [str(period) for period in wide.index],
        [str(name) for name in others.columns],
        wide[unit].to_numpy(dtype=float),
        others.to_numpy(dtype=float),
        before,
    )


def _weights(target: Floats, others: Floats, ridge: float, *, level: bool = False) -> Floats:
    """Give weights of 0 or more that add up to 1 and bring the others closest; with `level`, up to a constant.

    As the weights add up to 1, the distances of the others from the target do as well as both, wherever both lie. For
    distances D, the w ≥ 0 with the least |Dw|² + (1 − Σw)² is the solution but for its sum: for any mix the best sum
    leaves |Dw|²/(1 + |Dw|²), which falls with |Dw|².
    """
    if level:
        target, others = target - target.mean(), others - others.mean(axis=0)
    apart = others - target[:, None]
    count = apart.shape[1]
    size = float((apart**2).sum()) / count
    if size == 0:
        return np.full(count, 1 / count)
    # a trace of the ridge, so that among mixes that are as close there is one solution, the most even
    rows = [apart, np.sqrt(ridge + TRACE * size) * np.eye(count)]
    scaled = np.concatenate(rows) / np.sqrt(size)
    found, _ = nnls(np.vstack([scaled, np.ones(count)]), np.append(np.zeros(len(scaled)), 1.0))
    weights: Floats = found / found.sum()
    return weights


def _sdid(own: Floats, others: Floats, before: int) -> float:
    """Give the synthetic difference in differences of one unit."""
    after = len(own) - before
    noise = float(np.diff(others[:before], axis=0).std(ddof=1)) if before > 2 else 0.0
    ridge = before * np.sqrt(after) * noise**2
    unit_weights = _weights(own[:before], others[:before], ridge, level=True)
    time_weights = _weights(others[before:].mean(axis=0), others[:before].T, 1e-6 * noise**2, level=True)
    moved = own[before:].mean() - time_weights @ own[:before]
    others_moved = others[before:].mean(axis=0) - time_weights @ others[:before]
    return float(moved - others_moved @ unit_weights)


def _ratio(own: Floats, others: Floats, before: int) -> float:
    gap = own - others @ _weights(own[:before], others[:before], 0.0)
    earlier = max(float(np.sqrt((gap[:before] ** 2).mean())), 1e-12)
    return float(np.sqrt((gap[before:] ** 2).mean()) / earlier)


def _placebos(read: _Panel, unit: str) -> pd.DataFrame:
    """Do the same to every unit in turn; the unit itself is no donor of a placebo."""
    rows = [(unit, _ratio(read.own, read.others, read.before), _sdid(read.own, read.others, read.before))]
    for place, name in enumerate(read.donors):
        rest = np.delete(read.others, place, axis=1)
        own = read.others[:, place]
        rows.append((name, _ratio(own, rest, read.before), _sdid(own, rest, read.before)))
    return pd.DataFrame(rows, columns=["unit", "ratio", "effect"])


def _estimates(read: _Panel, gap: Floats, placebos: pd.DataFrame, level: float) -> tuple[Estimate, ...]:
    donors = len(read.donors)
    effect, spread = placebos["effect"].to_numpy()[0], placebos["effect"].to_numpy()[1:]
    half = float(stats.t.ppf((1 + level) / 2, donors - 1) * np.sqrt((spread**2).mean()))
    p = float((placebos["ratio"] >= placebos["ratio"].iloc[0] - 1e-12).mean())
    before = gap[: read.before]
    fit = float(np.sqrt((before**2).mean()) / max(read.own[: read.before].std(ddof=1), 1e-12))
    return (
        Estimate("effect", float(effect), float(effect) - half, float(effect) + half, level, "SDID, placebos", donors),
        Estimate("gap", float(gap[read.before :].mean()), np.nan, np.nan, level, "synthetic control", donors),
        Estimate("placebo_p", p, np.nan, np.nan, level, "place among all units", donors + 1),
        Estimate("fit", fit, np.nan, np.nan, level, "error before", read.before),
    )


def _donors(read: _Panel, weights: Floats) -> pd.DataFrame:
    without = [_sdid(read.own, np.delete(read.others, place, axis=1), read.before) for place in range(len(read.donors))]
    table = pd.DataFrame({"unit": read.donors, "weight": weights, "without": without})
    return table.sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def _fit_check(fit: float) -> Check:
    says = said("Before the event the mix was off by {fit_number} standard deviations of the unit.", fit_number=fit)
    return Check("moved alike before", fit, fit <= CLOSE, says, identifying=True)


def _placebo_check(placebo: Estimate, units: int) -> Check:
    rarest = 1 / units
    says = said(
        "Of {units_count} units the share of those that moved away as far is {chance_p}; less than {rarest_p} is not "
        "possible among so few.",
        units_count=units,
        chance_p=placebo.value,
        rarest_p=rarest,
    )
    passed = None if rarest > 0.05 and placebo.value <= rarest + 1e-9 else placebo.value <= 0.05
    return Check("not as others by chance", placebo.value, passed, says, identifying=True)


def _donor_check(donors: pd.DataFrame, effect: Estimate) -> Check:
    place = int((donors["without"] - effect.value).abs().to_numpy().argmax())
    unit, value = str(donors["unit"].iloc[place]), float(donors["without"].iloc[place])
    says = said("Without the donor {unit_name} the effect would be {value_number}.", unit_name=unit, value_number=value)
    return Check("no single donor", value, effect.low <= value <= effect.high, says)


def _claim(effect: Estimate, *, causal: bool) -> Said:
    values = {"found_number": effect.value, "low_number": effect.low, "high_number": effect.high}
    if causal:
        return said("The event changed the unit by {found_number} (between {low_number} and {high_number}).", **values)
    return said(
        "From the event on the unit lies {found_number} (between {low_number} and {high_number}) from the mix of "
        "others.",
        **values,
    )
