"""Shares with their uncertainty, and whether a unit differs from its peers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

LEVEL = 0.95


def wilson(hits: pd.Series, total: pd.Series, *, level: float = LEVEL) -> pd.DataFrame:
    """Give Wilson's score interval of a share.

    The estimand is the chance that a case of the unit is a hit. A census of cases still deserves an interval when it is
    read as performance: the same unit, working in the same way, would have had slightly other cases. Assumes cases
    independent; where they come in batches it is too narrow.

    Parameters
    ----------
    hits, total
        Counts, one place per unit; a total of 0 or none gives missing.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `share_pct`, `low_pct`, `high_pct` (percent), indexed like `hits`.

    References
    ----------
    Wilson (1927), JASA 22:209; Brown, Cai & DasGupta (2001), Statistical Science 16:101.

    Examples
    --------
    >>> wilson(pd.Series([81, 15]), pd.Series([263, 148])).round(2).to_numpy().tolist()
    [[30.8, 25.53, 36.62], [10.14, 6.24, 16.05]]
    """
    return _interval(hits, total, "wilson", level)


def clopper_pearson(hits: pd.Series, total: pd.Series, *, level: float = LEVEL) -> pd.DataFrame:
    """Give the exact (Clopper–Pearson) interval of a share, to compare with Wilson's.

    The estimand is the chance that a case of the unit is a hit. It never holds less often than it says, at the price of
    being wider than it need be: of 10 cases it holds 98 % where 95 % is said. For a duty that must not be missed;
    everything here is judged by `wilson`. Assumes cases independent.

    Parameters
    ----------
    hits, total
        Counts, one place per unit; a total of 0 or none gives missing.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `share_pct`, `low_pct`, `high_pct` (percent), indexed like `hits`.

    References
    ----------
    Clopper & Pearson (1934), Biometrika 26:404; Newcombe (1998), Statistics in Medicine 17:857, method 5.

    Examples
    --------
    >>> clopper_pearson(pd.Series([81, 15]), pd.Series([263, 148])).round(2).to_numpy().tolist()
    [[30.8, 25.27, 36.76], [10.14, 5.78, 16.17]]
    """
    return _interval(hits, total, "beta", level)


def _interval(hits: pd.Series, total: pd.Series, method: str, level: float) -> pd.DataFrame:
    known = (total > 0) & hits.notna()
    n = total.where(known, 1).to_numpy(dtype=float)
    x = hits.where(known, 0).to_numpy(dtype=float)
    low, high = proportion_confint(x, n, alpha=1 - level, method=method)
    # at 0 and at n the limit is exact; floats would put it a hair inside
    low, high = np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)
    interval = pd.DataFrame({"share_pct": x / n, "low_pct": low, "high_pct": high}, index=hits.index)
    return (100 * interval).where(known, axis=0)


def against_peers(shares: pd.DataFrame) -> pd.DataFrame:
    """Say where in the spread of its peers each unit lies, as far as its cases allow to say so.

    The estimand is on which side of the middle half of its peers the true share of a unit lies. The ruler is the middle
    half of the peers: first to third quartile of the shares of the other units that have enough cases. A unit is
    `above` only if its whole interval lies above that half, `below` only if its whole interval lies below it; otherwise
    it is `alike`: inside, or not to be told apart. Where all is well a quarter of the units still lies above and a
    quarter below: it is a place in the spread, not a merit or a fault. Nothing is adjusted for the mix of cases. With
    too few cases, no known share or no ruler nothing is said (`few`). Assumes cases independent, and takes the peers'
    shares as they are seen.

    Parameters
    ----------
    shares
        One row per unit and group: `hits`, `total`, `least` (fewest cases on which the share counts) and the ruler:
        `peer_low_pct`, `peer_high_pct` (missing where there are too few peers).

    Returns
    -------
    pandas.DataFrame
        `shares` with `share_pct`, `low_pct`, `high_pct` and `verdict` (above, below, alike, few).

    References
    ----------
    Goldstein & Spiegelhalter (1996), JRSS A 159:385: why a place in a league table needs its interval.

    Examples
    --------
    >>> shares = pd.DataFrame({"hits": [92, 40, 5], "total": [100, 100, 5], "least": 30})
    >>> against_peers(shares.assign(peer_low_pct=87.75, peer_high_pct=90.25))["verdict"].tolist()
    ['alike', 'below', 'few']
    """
    result = shares.join(wilson(shares["hits"], shares["total"]))
    enough = (result["total"] >= result["least"]) & result["share_pct"].notna()
    result["verdict"] = np.select(
        [
            ~enough | result["peer_low_pct"].isna(),
            result["low_pct"] > result["peer_high_pct"],
            result["high_pct"] < result["peer_low_pct"],
        ],
        ["few", "above", "below"],
        default="alike",
    )
    return result
