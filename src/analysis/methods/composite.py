"""How much a ranking by a weighted index owes to its weights, its scaling and each of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from analysis.errors import DataContractError, UsageError
from analysis.methods.intake import Floats, at_least, labels, numbers
from analysis.methods.result import LEVEL, Check, Estimate, Result, said
from analysis.methods.sensitivity import sensitivity

DRAWS = 2000
SOBOL_DRAWS = 512  # a power of two, as Sobol's sequence asks
FEWEST_UNITS = 3
SCALINGS = ("as scored", "range", "rank")
Whole = NDArray[np.int_]
CONCENTRATION = 50.0  # of the Dirichlet: a weight of 10 % then varies with a standard deviation of 4 points


@dataclass(frozen=True, kw_only=True, eq=False)
class Composite(Result):
    """Ranks under other weights and scalings that could as well have been chosen, and with a row left out.

    Attributes
    ----------
    units
        One row per unit, best first: `unit`, `score` (with the given weights), `rank`, `rank_low`, `rank_high` (the
        middle `level` of all ranks it takes), `widest_rank_low`, `widest_rank_high`.
    rows
        One row per row of the index: `row`, `weight`, `importance_pct` (share of the score's spread that it explains),
        `largest_shift` (most places any unit moves if it is dropped).
    pairs_fixed_pct
        Pairs of units whose order never changes.
    sources
        One row per choice (weights, scaling, dropped row): `source`, `first_order`, `total`: Sobol indices of the mean
        shift in rank.
    """

    units: pd.DataFrame
    rows: pd.DataFrame
    pairs_fixed_pct: float
    sources: pd.DataFrame


def composite(scores: pd.DataFrame, weights: pd.Series, *, rng: np.random.Generator, level: float = LEVEL) -> Composite:
    """Give the ranks that units take under weights around the given ones, other scalings, and with a row left out.

    The estimand is the set of ranks that defensible choices of the index's maker lead to; it says nothing of chance in
    the units' own figures (see `ranks`).

    Parameters
    ----------
    scores
        One row per unit: `unit` and one column per row of the index, as a share of its maximum (0–1), none missing.
    weights
        Per row of the index, positive; scaled to sum to 1.
    rng
        Draws weights, scalings and dropped rows.
    level
        Of the rank intervals.

    Returns
    -------
    Composite
        Estimates: `rank <unit>` for each unit.

    Raises
    ------
    DataContractError
        If a row of the index has no column, a score is missing or outside 0–1, or there are fewer than 3 units.
    UsageError
        If a weight is not positive.

    Notes
    -----
    Assumes that any such choice could as well have been made. Weights are Dirichlet around the given ones; one row at
    most is left out, each as likely as none. Scalings: as scored, min–max over the units, ranks. `importance_pct`
    is the squared correlation of a row with the total: a row of large weight in which all units are alike explains
    nothing. Sobol indices are of the mean absolute shift in rank against the given index.

    References
    ----------
    OECD & JRC (2008), Handbook on Constructing Composite Indicators; Saisana, Saltelli & Tarantola (2005), JRSS A
    168:307; Paruolo, Saisana & Saltelli (2013), JRSS A 176:609 (importance is not weight).

    Examples
    --------
    >>> scores = pd.DataFrame({"unit": ["a", "b", "c"], "x": [1.0, 0.5, 0.1], "y": [0.9, 0.6, 0.2]})
    >>> found = composite(scores, pd.Series({"x": 60, "y": 40}), rng=np.random.default_rng(1))
    >>> found.units["unit"].tolist(), found.pairs_fixed_pct
    (['a', 'b', 'c'], 100.0)
    """
    units = labels(scores, "unit", unique=True)
    at_least(units, FEWEST_UNITS)
    if not (weights > 0).all():
        raise UsageError(
            "A weight is not positive",
            where=str(weights.idxmin()),
            allowed="more than 0; leave out a row without weight",
        )
    values = np.column_stack([numbers(scores, str(name), least=0, most=1) for name in weights.index])
    if values.shape[1] < 2:
        raise DataContractError("An index of one row has no weights to vary", allowed="two or more rows")
    given = weights.to_numpy(dtype=float) / float(weights.sum())
    scaled = _scaled(values)
    drawn = _ranks(
        scaled,
        rng.dirichlet(CONCENTRATION * given, DRAWS),
        rng.integers(len(SCALINGS), size=DRAWS),
        rng.integers(-1, len(given), size=DRAWS),
    )
    table = _units(units, values @ given, drawn, level)
    fixed = _fixed_pairs(drawn)
    return Composite(
        estimates=tuple(
            Estimate(f"rank {unit}", float(rank), float(low), float(high), level, "Dirichlet weights", len(units))
            for unit, rank, low, high in zip(
                table["unit"], table["rank"], table["rank_low"], table["rank_high"], strict=True
            )
        ),
        checks=(_holds(fixed),),
        assumptions=(
            said(
                "Any weights near the given ones, any of three scalings, and an index without any one of its rows, "
                "could as well have been chosen."
            ),
        ),
        claim=said(
            "Whatever weights near the given ones, scaling and row to leave out are chosen, {fixed_pct} of all pairs "
            "of units keep their order.",
            fixed_pct=fixed,
        ),
        units=table,
        rows=_rows(list(map(str, weights.index)), scaled, given),
        pairs_fixed_pct=fixed,
        sources=_sources(scaled, given, rng),
    )


def _scaled(values: Floats) -> Floats:
    """Give the rows of the index in each of the scalings: scalings × units × rows."""
    low, high = values.min(axis=0), values.max(axis=0)
    stretched = (values - low) / np.where(high > low, high - low, 1.0)
    ranked = (rankdata(values, axis=0) - 1) / (len(values) - 1)
    return np.stack([values, stretched, ranked])


def _ranks(scaled: Floats, weights: Floats, scaling: Whole, dropped: Whole) -> Floats:
    """Rank units, the highest first: one row per choice of weights, scaling and dropped row (−1 for none)."""
    kept = np.where(np.arange(weights.shape[1]) == dropped[:, None], 0, weights)
    kept = kept / kept.sum(axis=1, keepdims=True)
    total = np.empty((len(kept), scaled.shape[1]))
    for number, values in enumerate(scaled):
        total[scaling == number] = kept[scaling == number] @ values.T
    # rounding keeps ties that floats would break
    ranks: Floats = rankdata(-np.round(total, 12), method="min", axis=1)
    return ranks


def _as_given(scaled: Floats, weights: Floats, dropped: Whole) -> Floats:
    """Rank units by the given weights, as scored, with each of some rows dropped in turn."""
    return _ranks(scaled, np.tile(weights, (len(dropped), 1)), np.zeros(len(dropped), dtype=int), dropped)


def _units(units: list[str], score: Floats, drawn: Floats, level: float) -> pd.DataFrame:
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf")
    table = pd.DataFrame(
        {
            "unit": units,
            "score": score,
            "rank": rankdata(-np.round(score, 12), method="min"),
            "rank_low": low,
            "rank_high": high,
            "widest_rank_low": drawn.min(axis=0),
            "widest_rank_high": drawn.max(axis=0),
        }
    )
    return table.sort_values(["rank", "unit"], ignore_index=True)


def _fixed_pairs(drawn: Floats) -> float:
    """Give the share of pairs whose order never flips; a tie is no flip."""
    count = drawn.shape[1]
    fixed = 0
    for unit in range(count - 1):
        later = drawn[:, unit + 1 :]
        fixed += int(((drawn[:, [unit]] <= later).all(axis=0) | (drawn[:, [unit]] >= later).all(axis=0)).sum())
    share: float = 200.0 * fixed / (count * (count - 1))
    return share


def _rows(names: list[str], scaled: Floats, weights: Floats) -> pd.DataFrame:
    values = scaled[0]
    total = values @ weights
    with np.errstate(invalid="ignore", divide="ignore"):
        related = np.array([np.corrcoef(column, total)[0, 1] for column in values.T])
    base, *without = _as_given(scaled, weights, np.arange(-1, len(names)))
    return pd.DataFrame(
        {
            "row": names,
            "weight": weights,
            "importance_pct": 100 * np.nan_to_num(related) ** 2,
            "largest_shift": np.abs(np.array(without) - base).max(axis=1),
        }
    )


def _sources(scaled: Floats, weights: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Split the shift in rank over what may be chosen; the weights move together, from the given to one draw."""
    base = _as_given(scaled, weights, np.array([-1]))
    draws = rng.dirichlet(CONCENTRATION * weights, size=SOBOL_DRAWS)
    options = (SOBOL_DRAWS, len(SCALINGS), len(weights) + 1)

    def shift(choices: Floats) -> Floats:
        one, scaling, dropped = ((part * count).astype(int) for part, count in zip(choices, options, strict=True))
        moved: Floats = np.abs(_ranks(scaled, draws[one], scaling, dropped - 1) - base).mean(axis=1)
        return moved

    choices = {"weights": (0.0, 1.0), "scaling": (0.0, 1.0), "dropped row": (0.0, 1.0)}
    return sensitivity(shift, choices, draws=SOBOL_DRAWS, rng=rng).rename(columns={"input": "source"})


def _holds(fixed_pct: float) -> Check:
    return Check(
        "order",
        fixed_pct,
        fixed_pct >= 90,
        said("{fixed_pct} of all pairs keep their order under every choice that was tried.", fixed_pct=fixed_pct),
    )
