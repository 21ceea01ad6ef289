"""Shares with their uncertainty, and whether a unit differs from its peers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

LEVEL = 0.95
FEWEST_CASES = 30


def wilson(hits: pd.Series, total: pd.Series, *, level: float = LEVEL) -> pd.DataFrame:
    """Give Wilson's score interval of a share.

    A census of cases still deserves an interval when it is read as performance: the same unit, working in the
    same way, would have had slightly other cases. The interval treats cases as independent; where they come in
    batches it is too narrow.

    Parameters
    ----------
    hits, total
        Counts; a total of 0 or none gives missing.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `share_pct`, `low_pct`, `high_pct`, indexed like `hits`.

    References
    ----------
    Wilson (1927), JASA 22:209; Brown, Cai & DasGupta (2001), Statistical Science 16:101.
    """
    known = (total > 0) & hits.notna()
    n = total.where(known, 1).to_numpy(dtype=float)
    x = hits.where(known, 0).to_numpy(dtype=float)
    low, high = proportion_confint(x, n, alpha=1 - level, method="wilson")
    interval = pd.DataFrame({"share_pct": x / n, "low_pct": low, "high_pct": high}, index=hits.index)
    return (100 * interval).where(known, axis=0)


def against_peers(shares: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Say of each unit whether it differs from its peers by more than chance and ordinary spread explain.

    The ruler is the middle half of the peers (first to third quartile of the shares of the other units that have
    30 cases or more), which is as wide as units really differ. A unit is `above` only if its whole interval lies
    above that half, `below` only if its whole interval lies below it; otherwise it is `alike`: inside, or not to be
    told apart. With fewer than 30 cases, no known share or fewer than 4 peers nothing is said (`few`).

    Parameters
    ----------
    shares
        One row per unit and group: `hits`, `total` and the column `by`.
    by
        Column that names the comparison (units are compared within it).

    Returns
    -------
    pandas.DataFrame
        `shares` with `share_pct`, `low_pct`, `high_pct`, `peer_low_pct`, `peer_middle_pct`, `peer_high_pct`,
        `peers_count` and `verdict` (above, below, alike, few).
    """
    result = shares.join(wilson(shares["hits"], shares["total"]))
    judged = result["share_pct"].where(result["total"] >= FEWEST_CASES)
    result = result.join(judged.groupby(result[by], group_keys=False).apply(_others_quartiles))
    result["verdict"] = np.select(
        [
            judged.isna() | (result["peers_count"] < 4),
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
    rows = []
    for position in range(len(values)):
        others = np.delete(values, position)
        others = others[~np.isnan(others)]
        quartiles = np.percentile(others, [25, 50, 75]) if len(others) else [np.nan] * 3
        rows.append([*quartiles, len(others)])
    columns = ["peer_low_pct", "peer_middle_pct", "peer_high_pct", "peers_count"]
    return pd.DataFrame(rows, columns=columns, index=shares.index)
