"""How far two shares lie apart, absolutely and relatively."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.methods.intake import confidence, counts
from analysis.methods.rates import wilson
from analysis.methods.result import LEVEL


def difference(pairs: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """Give the gap between two independent shares, in percentage points and as a ratio.

    The estimands are p − q and p / q. They can move in opposite ways: as both shares rise towards 100 %, their ratio
    falls even where the gap grows; neither is given alone.

    Parameters
    ----------
    pairs
        One row a comparison: `hits` of `total`, and `other_hits` of `other_total`; totals of 0 give missing.
    level
        Confidence level of each interval; for all of k comparisons at once take 1 − 0.05/k (Bonferroni).

    Returns
    -------
    pandas.DataFrame
        Indexed like `pairs`: `share_pct`, `other_pct`, `gap_points` with `low_points`, `high_points`, and `ratio` with
        `ratio_low`, `ratio_high` (missing where one of the shares is 0).

    Raises
    ------
    DataContractError
        If a column is missing or a row is not a count.

    Notes
    -----
    Gap: Newcombe's interval joins the two of Wilson by squares, so it holds for few cases and near 0 and 100 %, where
    the usual normal one falls short. Ratio: Katz's interval on the log scale. Assumes the cases of both
    independent, within and between.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873 (method 10); Katz et al. (1978), Biometrics 34:469.

    Examples
    --------
    >>> pairs = pd.DataFrame({"hits": [56], "total": [70], "other_hits": [48], "other_total": [80]})
    >>> difference(pairs)[["gap_points", "low_points", "high_points"]].round(2).to_numpy().tolist()
    [[20.0, 5.24, 33.39]]
    """
    hits, total = counts(pairs)
    others = pairs[["other_hits", "other_total"]].set_axis(["hits", "total"], axis=1)
    other_hits, other_total = counts(others)
    one, other = (wilson(each["hits"], each["total"], level=confidence(level)) for each in (pairs, others))
    gap = one["share_pct"] - other["share_pct"]
    below = np.hypot(one["share_pct"] - one["low_pct"], other["high_pct"] - other["share_pct"])
    above = np.hypot(one["high_pct"] - one["share_pct"], other["share_pct"] - other["low_pct"])
    both = (hits > 0) & (other_hits > 0)
    part, other_part, whole, other_whole = (
        np.where(both, each, 1.0) for each in (hits, other_hits, total, other_total)
    )
    ratio = pd.Series(part / whole / (other_part / other_whole), index=pairs.index)
    width = ndtri((1 + level) / 2) * np.sqrt(1 / part - 1 / whole + 1 / other_part - 1 / other_whole)
    known = pd.Series(both, index=pairs.index)
    return pd.DataFrame(
        {
            "share_pct": one["share_pct"],
            "other_pct": other["share_pct"],
            "gap_points": gap,
            "low_points": gap - below,
            "high_points": gap + above,
            "ratio": ratio.where(known),
            "ratio_low": (ratio * np.exp(-width)).where(known),
            "ratio_high": (ratio * np.exp(width)).where(known),
        }
    )
