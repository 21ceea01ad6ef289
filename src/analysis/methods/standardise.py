"""A unit's share against what other units reach on the same mix of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.errors import UsageError
from analysis.methods.intake import at_least, confidence, counts, labels
from analysis.methods.rates import wilson
from analysis.methods.result import LEVEL, Check, Estimate, Result, said

# below this share of its cases comparable, a unit's figure describes a part of its work
MOST_OF_ITS_CASES_PCT = 90.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Standardised(Result):
    """Shares and what the mix of cases leads to expect.

    Attributes
    ----------
    units
        One row per unit: `unit`, `hits`, `total` (comparable cases: those of strata that other units have as well),
        `comparable_pct` (their share of the unit's cases), `share_pct`, `expected_pct` (the other units' shares in its
        mix), `excess_points` (share − expected), `low_points`, `high_points`. Missing without comparable cases.
    """

    units: pd.DataFrame


def standardise(cells: pd.DataFrame, *, strata: Sequence[str], level: float = LEVEL) -> Standardised:
    """Compare each unit's share with the share the other units have on its own mix of strata (indirect).

    The estimand is Σ n (p − r) / Σ n over the strata of a unit: n its cases, p its true share, r the true share of all
    other units together. A unit is not part of its own yardstick. A difference left after this may still come from a
    mix inside the strata.

    Parameters
    ----------
    cells
        One row per unit and stratum: `unit`, the columns of `strata`, `hits`, `total`. Rows of one cell are added up.
    strata
        Columns that name the stratum, such as kind and channel.
    level
        Confidence level.

    Returns
    -------
    Standardised
        Its estimates are the units' `excess_points` with their intervals.

    Raises
    ------
    DataContractError
        If a column is missing, a row is not a count, or there is one unit only.
    UsageError
        If no stratum is named.

    Notes
    -----
    The interval joins Wilson's interval of the unit's share (with the effective number of cases of a sum over strata)
    and the error of the yardstick by squares. Assumes cases independent; the others' shares, not their spread, are the
    yardstick: whether a difference is unusual is for `funnel`, which takes `expected_pct`.

    References
    ----------
    Breslow & Day (1987), Statistical Methods in Cancer Research II, ch. 2; Zou & Donner (2008), Statistics in Medicine
    27:1693 (joining intervals).

    Examples
    --------
    >>> cells = pd.DataFrame({"unit": ["a", "a", "b", "b"], "kind": ["easy", "hard", "easy", "hard"],
    ...                       "hits": [90, 5, 9, 50], "total": [100, 10, 10, 100]})
    >>> standardise(cells, strata=["kind"]).units[["share_pct", "expected_pct"]].round(1).to_numpy().tolist()
    [[86.4, 86.4], [53.6, 53.6]]
    """
    if not strata:
        raise UsageError("No stratum is named", where="strata", allowed="one or more columns of the table")
    at_least(sorted(set(labels(cells, "unit"))), 2)
    hits, total = counts(cells)
    names = {name: labels(cells, name) for name in ("unit", *strata)}
    cell = pd.DataFrame({**names, "hits": hits, "total": total}).groupby(["unit", *strata], as_index=False).sum()
    whole = cell.groupby(list(strata))[["hits", "total"]].transform("sum")
    others_hits, others = whole["hits"] - cell["hits"], whole["total"] - cell["total"]
    known = (others > 0) & (cell["total"] > 0)
    rate = others_hits / others.where(known)
    # a share of 0 or 1 among few others is not known without error
    smooth = (others_hits + 0.5) / (others + 1)
    cell["expected"] = cell["total"] * rate
    cell["own_variance"] = (cell["total"] * smooth * (1 - smooth)).where(known)
    cell["yardstick_variance"] = (cell["total"] ** 2 * smooth * (1 - smooth) / others).where(known)
    cell["known_hits"], cell["known_total"] = cell["hits"].where(known, 0), cell["total"].where(known, 0)
    return _standardised(cell.drop(columns=list(strata)).groupby("unit").sum().reset_index(), confidence(level))


def _standardised(unit: pd.DataFrame, level: float) -> Standardised:
    """Compare the sums over the strata of each unit."""
    n = unit["known_total"].where(unit["known_total"] > 0)
    share, expected = unit["known_hits"] / n, unit["expected"] / n
    smooth = (unit["expected"] + 0.5) / (n + 1)
    effective = n * np.maximum(n * smooth * (1 - smooth) / unit["own_variance"], 1)
    own = wilson(share * effective, effective, level=level) / 100
    error = ndtri((1 + level) / 2) * np.sqrt(unit["yardstick_variance"]) / n
    excess = share - expected
    table = pd.DataFrame({"unit": unit["unit"], "hits": unit["known_hits"], "total": unit["known_total"]})
    table["comparable_pct"] = 100 * unit["known_total"] / unit["total"].where(unit["total"] > 0)
    table["share_pct"], table["expected_pct"], table["excess_points"] = 100 * share, 100 * expected, 100 * excess
    table["low_points"] = 100 * (excess - np.hypot(share - own["low_pct"], error))
    table["high_points"] = 100 * (excess + np.hypot(own["high_pct"] - share, error))
    part = int((~(table["comparable_pct"] >= MOST_OF_ITS_CASES_PCT)).sum())
    above, below = int((table["low_points"] > 0).sum()), int((table["high_points"] < 0).sum())
    rows = zip(*(table[name] for name in ("unit", "excess_points", "low_points", "high_points", "total")), strict=True)
    return Standardised(
        estimates=tuple(
            Estimate(name, value, low, high, level, "indirect, other units", int(count))
            for name, value, low, high, count in rows
        ),
        checks=(
            Check(
                "the cases can be compared",
                float(part),
                part == 0,
                said(
                    "Units of which more than a tenth of the cases are of a kind that no other unit has: {part_count} "
                    "of {units_count}.",
                    part_count=part,
                    units_count=len(table),
                ),
            ),
        ),
        assumptions=(
            said("Cases are independent within a unit; cases that come in batches make the limits too narrow."),
            said("Within a stratum the cases of the units are alike; a mix inside the strata is not taken out."),
        ),
        claim=said(
            "On their own mix of cases, {above_count} of {units_count} units have a higher share than the other units "
            "and {below_count} a lower one.",
            above_count=above,
            below_count=below,
            units_count=len(table),
        ),
        units=table,
    )
