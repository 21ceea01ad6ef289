"""The points of one scored row, from its counts: the rule of the index, written once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from analysis.policy import ScoredRow

CENT = Decimal("0.01")
NEAR_HALF = 1e-6
WHEN_NOTHING = {"missing": np.nan, "zero": 0.0, "full": 1.0}


def two_decimals(values: pd.Series) -> pd.Series:
    """Round to two decimals on the float's exact value, halves up, as the portal does: 5.595 to 5.59, 0.625 to 0.63."""
    exact = values.to_numpy(dtype=float)
    cents = 100 * exact
    rounded = np.floor(cents + 0.5) / 100
    # only near a half can the product's own error turn the answer
    for place in np.flatnonzero(np.abs(cents - np.floor(cents) - 0.5) < NEAR_HALF):
        rounded[place] = float(Decimal(exact[place]).quantize(CENT, ROUND_HALF_UP))
    return pd.Series(rounded, index=values.index, name=values.name)


def points(row: ScoredRow, numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Compute the points of a row for each unit.

    Points = maximum x min(1, share / full-marks share). The portal rounds the points of most rows once; the
    rows on online payment round the percentage first (`rounding: percentage_first`), each product again, and
    their maximum is applied last. A denominator of 0 or none gives what the policy says: missing, zero or full.

    Parameters
    ----------
    row
        The policy's row.
    numerator, denominator
        Counts, one entry per unit; missing where the portal publishes none.

    Returns
    -------
    pandas.Series
        Points with two decimals; missing where nothing can be computed.
    """
    some = denominator.where(denominator > 0)
    factor = row.maximum_points / (row.full_marks_at_pct / 100)
    if row.rounding == "percentage_first":
        earned = two_decimals(two_decimals(100 * numerator / some) * factor / 100)
    else:
        earned = two_decimals(factor * numerator / some)
    granted = row.maximum_points * WHEN_NOTHING[row.zero_denominator]
    nothing = (denominator == 0) | (denominator.isna() & (row.decided_by == "nobody"))
    return earned.clip(upper=row.maximum_points).mask(nothing, granted)
