"""Shares with their uncertainty, and whether a unit differs from its peers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.methods.intake import Floats

LEVEL = 0.95
FEWEST_PEERS = 8


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


def against_peers(shares: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Say where in the spread of its peers each unit lies, as far as its cases allow to say so.

    The estimand is on which side of the middle half of its peers the true share of a unit lies. The ruler is the middle
    half of the peers: first to third quartile of the shares of the other units that have enough cases. A unit is
    `above` only if its whole interval lies above that half, `below` only if its whole interval lies below it; otherwise
    it is `alike`: inside, or not to be told apart. Where all is well a quarter of the units still lies above and a
    quarter below: it is a place in the spread, not a merit or a fault. Nothing is adjusted for the mix of cases. With
    too few cases, no known share or fewer than 8 peers nothing is said (`few`). Assumes cases independent, and takes
    the peers' shares as they are seen.

    Parameters
    ----------
    shares
        One row per unit and group: `hits`, `total`, `least` (fewest cases on which the share counts) and the
        column `by`.
    by
        Column that names the comparison (units are compared within it).

    Returns
    -------
    pandas.DataFrame
        `shares` with `share_pct`, `low_pct`, `high_pct`, `peer_low_pct`, `peer_middle_pct`, `peer_high_pct` (missing
        with fewer than 8 peers), `peers_count` and `verdict` (above, below, alike, few).

    References
    ----------
    Goldstein & Spiegelhalter (1996), JRSS A 159:385: why a place in a league table needs its interval.

    Examples
    --------
    >>> hits = [90, 88, 89, 91, 90, 87, 92, 90, 40]
    >>> shares = pd.DataFrame({"row": "on time", "hits": hits, "total": 100, "least": 30})
    >>> against_peers(shares, by="row")["verdict"].tolist()[-2:]
    ['alike', 'below']
    """
    result = shares.join(wilson(shares["hits"], shares["total"]))
    judged = result["share_pct"].where(result["total"] >= result["least"])
    result = result.join(judged.groupby(result[by], group_keys=False).apply(_others_quartiles))
    result["verdict"] = np.select(
        [
            judged.isna() | (result["peers_count"] < FEWEST_PEERS),
            result["low_pct"] > result["peer_high_pct"],
            result["high_pct"] < result["peer_low_pct"],
        ],
        ["few", "above", "below"],
        default="alike",
    )
    return result


def _others_quartiles(shares: pd.Series) -> pd.DataFrame:
    """Give the quartiles of all the other units, for each unit."""
    values = shares.to_numpy(dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    rows = np.tile(_quartiles(values[known][None, :]), (len(values), 1))
    if len(known) > 1:
        others = values[known][np.nonzero(~np.eye(len(known), dtype=bool))[1]].reshape(len(known), -1)
        rows[known] = _quartiles(others)
    elif len(known):
        rows[known] = [[np.nan] * 3 + [0]]
    columns = ["peer_low_pct", "peer_middle_pct", "peer_high_pct", "peers_count"]
    return pd.DataFrame(rows, columns=columns, index=shares.index).astype({"peers_count": int})


def _quartiles(values: Floats) -> Floats:
    """Give the quartiles of each row, missing with too few values, and how many values there are."""
    count = np.full(len(values), values.shape[1])
    found = (
        np.percentile(values, [25, 50, 75], axis=1)
        if values.shape[1] >= FEWEST_PEERS
        else np.full((3, len(values)), np.nan)
    )
    return np.column_stack([*found, count])
