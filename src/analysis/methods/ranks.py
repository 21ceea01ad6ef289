"""Which unit is first, which could be: sets of ranks that hold, instead of a league table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import UsageError
from analysis.methods.intake import Floats, at_least, confidence, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, Said, said

DRAWS = 2000
TOP = 5
Pairs = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking(Result):
    """Ranks with the sets that hold them; 1 is the highest value.

    Attributes
    ----------
    sets
        One row per unit, the highest value first: `unit`, `value`, `se`, `rank` (missing where withheld),
        `rank_low`, `rank_high` (marginal set, INCLUSIVE: holds for this unit), `all_low`, `all_high` (simultaneous
        set, INCLUSIVE: holds for all units at once), `tier` (1 is the highest), `could_be_top`.
    surely_above
        Square frame by unit: True if the unit of the row is surely above that of the column, all pairs at once.
    """

    sets: pd.DataFrame
    surely_above: pd.DataFrame


def ranks(
    estimates: pd.DataFrame,
    rng: np.random.Generator,
    *,
    covariance: Floats | None = None,
    top: int = TOP,
    level: float = LEVEL,
) -> Ranking:
    """Give the sets of ranks that the data allow, tiers, and who could be among the first.

    The estimand is the rank of each unit's true value among the units of the table, 1 being the highest. A marginal
    set holds the true rank of one unit in 95 of 100 cases; the simultaneous sets hold those of all units at once.
    They come from step-down tests of every pair of units, so they hold whether units are equal, nearly equal or far
    apart; a percentile bootstrap of ranks does not. A rank is withheld (missing) when its marginal set spans more than
    half of the table. A unit of tier t has one of tier t − 1 surely above it; there are as many tiers as units can be
    picked of which each is surely above the next.

    Parameters
    ----------
    estimates
        One row per unit: `unit`, `value` (any measure, the highest ranks first: turn the sign where less is better),
        `se` (its standard error in the same measure).
    rng
        Draws the distribution of the largest difference.
    covariance
        Covariance of the values, in the order of the rows; None means the units are independent.
    top
        Size of the group of `could_be_top`: units that are False are surely not among the first `top`.
    level
        Confidence level.

    Returns
    -------
    Ranking
        Its estimates are the ranks with their marginal sets, one per unit, the highest value first.

    Raises
    ------
    DataContractError
        If a column is missing, a row has no name, no value or no positive standard error, or there is one unit only.
    UsageError
        If `covariance` does not fit the rows, or `top` is not a place in the table.

    Notes
    -----
    Assumes values that are about normal with known standard errors. Takes a few seconds for 142 units.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm (2024), Review of Economic Studies 91:476; Romano & Wolf (2005), JASA 100:94;
    Goldstein & Spiegelhalter (1996), JRSS A 159:385.

    Examples
    --------
    >>> shares = pd.DataFrame({"unit": list("abcd"), "value": [90.0, 70.0, 69.0, 50.0], "se": [1.0, 2.0, 2.0, 1.0]})
    >>> found = ranks(shares, np.random.default_rng(1), top=1)
    >>> found.sets[["unit", "rank_low", "rank_high", "tier", "could_be_top"]].to_numpy().tolist()
    [['a', 1, 1, 1, True], ['b', 2, 3, 2, False], ['c', 2, 3, 2, False], ['d', 4, 4, 3, False]]
    """
    sets, above = _sets(estimates, rng, covariance=covariance, top=top, level=confidence(level))
    counted = _counted(sets, top)
    claim = said(
        "Tiers that can be told apart among {units_count} units: {tiers_count}; units that could be among the first "
        "{top_count}: {candidates_count}; ranks withheld: {withheld_count}.",
        **counted,
    )
    return _ranking(sets, above, claim, level)


def most_improved(changes: pd.DataFrame, rng: np.random.Generator, *, top: int = TOP, level: float = LEVEL) -> Ranking:
    """Give the sets of ranks by improvement, and who could be among those that improved most.

    The estimand is the rank of each unit's true change, 1 being the largest rise; sets, tiers and withheld ranks are
    those of `ranks`. The noise of both periods counts, so a unit that was low by chance at first is not crowned.
    Assumes that the two periods are independent given the unit (other cases), and normal values as `ranks` does.

    Parameters
    ----------
    changes
        One row per unit: `unit`, `before`, `before_se`, `after`, `after_se`, in one measure.
    rng, top, level
        As for `ranks`.

    Returns
    -------
    Ranking
        `value` is after − before.

    Raises
    ------
    DataContractError, UsageError
        As for `ranks`.

    References
    ----------
    As for `ranks`; Galton (1886), Journal of the Anthropological Institute 15:246: the low come up by themselves.

    Examples
    --------
    >>> changes = pd.DataFrame({"unit": ["a", "b"], "before": [40.0, 70.0], "before_se": [3.0, 3.0],
    ...                         "after": [60.0, 72.0], "after_se": [3.0, 3.0]})
    >>> most_improved(changes, np.random.default_rng(1), top=1).estimate("a").high
    1.0
    """
    errors = np.hypot(numbers(changes, "before_se", least=0), numbers(changes, "after_se", least=0))
    rise = numbers(changes, "after") - numbers(changes, "before")
    estimates = pd.DataFrame({"unit": labels(changes, "unit"), "value": rise, "se": errors}, index=changes.index)
    sets, above = _sets(estimates, rng, covariance=None, top=top, level=confidence(level))
    counted = _counted(sets, top)
    claim = said(
        "Units that could be among the {top_count} that improved most: {candidates_count} of {units_count}; tiers that "
        "can be told apart: {tiers_count}; ranks withheld: {withheld_count}.",
        **counted,
    )
    return _ranking(sets, above, claim, level)


def _sets(
    estimates: pd.DataFrame, rng: np.random.Generator, *, covariance: Floats | None, top: int, level: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the table of sets, the highest value first, and who is surely above whom."""
    units = labels(estimates, "unit", unique=True)
    at_least(units, 2)
    count = len(units)
    if not 1 <= top <= count:
        raise UsageError(f"{top!r} is not a place in a table of {count}", where="top", allowed=f"1 to {count}")
    order = np.argsort(-numbers(estimates, "value"), kind="stable")
    values, errors = numbers(estimates, "value")[order], numbers(estimates, "se", least=np.finfo(float).tiny)[order]
    spread = np.diag(errors**2) if covariance is None else _fitting(covariance, order, errors)
    gap_errors = np.sqrt(errors[:, None] ** 2 + errors**2 - 2 * np.where(np.eye(count), 0, spread))
    noise = rng.multivariate_normal(np.zeros(count), spread, size=DRAWS, method="eigh")
    z = (values[:, None] - values) / gap_errors
    drawn = _Drawn(noise, gap_errors)
    above = _surely_above(z, drawn, level)
    alone = np.array([_surely_apart(z, drawn, level, unit=unit) for unit in range(count)])
    low, high = 1 + alone[:, 1].sum(axis=1), count - alone[:, 0].sum(axis=1)
    names = [units[place] for place in order]
    sets = pd.DataFrame({"unit": names, "value": values, "se": errors})
    place = pd.Series(1 + (values[:, None] > values).sum(axis=0), dtype="Int64")
    sets["rank"] = place.mask(high - low + 1 > count / 2)
    sets["rank_low"], sets["rank_high"] = low, high
    sets["all_low"], sets["all_high"] = 1 + above.sum(axis=0), count - above.sum(axis=1)
    sets["tier"] = _tiers(above)
    sets["could_be_top"] = sets["all_low"] <= top
    return sets, pd.DataFrame(above, index=names, columns=names)


class _Drawn:
    """Differences as drawn where no two units differ, each in its standard error."""

    def __init__(self, noise: Floats, gap_errors: Floats) -> None:
        self.noise = np.ascontiguousarray(noise.T)
        self.gap_errors = gap_errors
        # asking the system for this room anew for every unit would take longer than the sums
        self.room = np.empty_like(self.noise)

    def gaps(self, unit: int, others: slice) -> Floats:
        """Give a unit's differences from others, a row each; good until the next call."""
        gaps: Floats = np.subtract(self.noise[unit], self.noise[others], out=self.room[others])
        gaps /= self.gap_errors[unit, others, None]
        return gaps


def _surely_above(z: Floats, drawn: _Drawn, level: float) -> Pairs:
    """Test for every ordered pair, all at once, that the first is not above the second."""

    def largest(left: Pairs) -> Floats:
        found = np.full(drawn.noise.shape[1], -np.inf)
        for unit in range(len(z) - 1):
            rest = slice(unit + 1, None)
            np.maximum(found, _widest(drawn.gaps(unit, rest), left[unit, rest], left[rest, unit]), out=found)
        return found

    return _step_down(z, ~np.eye(len(z), dtype=bool), largest, level)


def _surely_apart(z: Floats, drawn: _Drawn, level: float, *, unit: int) -> Pairs:
    """Test the same for the pairs of one unit: the first row is it above the others, the second the others above it."""
    gaps = drawn.gaps(unit, slice(None))
    family = np.tile(np.arange(len(z)) != unit, (2, 1))
    return _step_down(np.stack([z[unit], z[:, unit]]), family, lambda left: _widest(gaps, *left), level)


def _step_down(z: Floats, family: Pairs, largest: Callable[[Pairs], Floats], level: float) -> Pairs:
    """Reject what lies beyond the largest difference drawn for the hypotheses left, until no more is rejected."""
    rejected = np.zeros_like(family)
    while (left := family & ~rejected).any():
        now = family & (z > np.quantile(largest(left), level))
        if (now == rejected).all():
            break
        rejected = now
    return rejected


def _widest(gaps: Floats, above: Pairs, below: Pairs) -> Floats:
    """Give for every draw the largest of the differences `above`, and of those the other way round `below`."""
    high = np.max(gaps, axis=0, where=above[:, None], initial=-np.inf)
    low = np.min(gaps, axis=0, where=below[:, None], initial=np.inf)
    widest: Floats = np.maximum(high, -low)
    return widest


def _tiers(above: Pairs) -> NDArray[np.int_]:
    """Give the length of the longest chain of units, each surely above the next, that ends at each unit."""
    tiers = np.ones(len(above), dtype=int)
    for unit in range(1, len(above)):
        tiers[unit] = 1 + tiers[above[:, unit]].max(initial=0)
    return tiers


def _fitting(covariance: Floats, order: NDArray[np.intp], errors: Floats) -> Floats:
    """Give the covariance in the order of the table, if it is one and agrees with the standard errors."""
    given = np.asarray(covariance, dtype=float)
    count = len(errors)
    allowed = f"a symmetric {count} × {count} matrix, its diagonal the squares of `se`, no two units moving as one"
    if given.shape != (count, count) or not np.allclose(given, given.T):
        raise UsageError("The covariance does not fit the rows", where="covariance", allowed=allowed)
    ordered = given[np.ix_(order, order)]
    gaps = errors[:, None] ** 2 + errors**2 - 2 * ordered + np.eye(count)
    scale = errors.max() ** 2
    sound = np.allclose(np.diag(ordered), errors**2) and np.linalg.eigvalsh(ordered).min() > -1e-9 * scale
    if not sound or gaps.min() <= 1e-12 * scale:
        raise UsageError("The covariance does not fit the rows", where="covariance", allowed=allowed)
    return ordered


def _counted(sets: pd.DataFrame, top: int) -> dict[str, int]:
    return {
        "units_count": len(sets),
        "tiers_count": int(sets["tier"].max()),
        "top_count": top,
        "candidates_count": int(sets["could_be_top"].sum()),
        "withheld_count": int(sets["rank"].isna().sum()),
    }


def _ranking(sets: pd.DataFrame, above: pd.DataFrame, claim: Said, level: float) -> Ranking:
    withheld = int(sets["rank"].isna().sum())
    rank = sets["rank"].to_numpy(dtype=float, na_value=np.nan)
    return Ranking(
        estimates=tuple(
            Estimate(unit, place, low, high, level, "step-down rank set", len(sets))
            for unit, place, low, high in zip(
                sets["unit"], rank, sets["rank_low"].astype(float), sets["rank_high"].astype(float), strict=True
            )
        ),
        checks=(
            Check(
                "every unit has a rank",
                float(withheld),
                withheld == 0,
                said(
                    "Units without a rank, as their set of ranks spans more than half of the table: {withheld_count} "
                    "of {units_count}.",
                    withheld_count=withheld,
                    units_count=len(sets),
                ),
            ),
        ),
        assumptions=(
            said("The values are about normal and their standard errors are known."),
            said("The units' values are independent, or their covariance was given."),
        ),
        claim=claim,
        sets=sets,
        surely_above=above,
    )
