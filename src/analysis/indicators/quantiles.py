"""Exact medians and other quantiles of whole days, from counts that add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def quantiles(histogram: pd.DataFrame, by: Sequence[str], probabilities: Sequence[float]) -> pd.DataFrame:
    """Give quantiles of whole days for each group.

    Parameters
    ----------
    histogram
        Rows with the columns `by`, `processing_working_days` and `dossiers_count`; a day may come several times.
    by
        Columns of the group; none for all together.
    probabilities
        Between 0 and 1 INCLUSIVE.

    Returns
    -------
    pandas.DataFrame
        One row per group: the columns `by`, `dossiers_count`, and `p50_days`, `p90_days` … named after the
        probabilities; the same numbers as numpy.quantile (linear) gives on the single values.
    """
    by = list(by)
    days = histogram.groupby([*by, "processing_working_days"], as_index=False, dropna=False)["dossiers_count"].sum()
    grouped = days.groupby(by, sort=True, dropna=False) if by else [((), days)]
    rows = []
    for key, group in grouped:
        values, counts = group["processing_working_days"].to_numpy(), group["dossiers_count"].to_numpy()
        found = _of_counts(values, counts, np.asarray(probabilities))
        rows.append((*(key if isinstance(key, tuple) else (key,)), int(counts.sum()), *found))
    names = [f"p{round(100 * probability)}_days" for probability in probabilities]
    return pd.DataFrame(rows, columns=[*by, "dossiers_count", *names])


def _of_counts(values: np.ndarray, counts: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Interpolate between the order statistics that lie around each probability."""
    last = counts.cumsum() - 1  # the place of a value's last copy
    place = probabilities * last[-1]
    below, above = (values[np.searchsorted(last, each)] for each in (np.floor(place), np.ceil(place)))
    found: np.ndarray = below + (above - below) * (place - np.floor(place))
    return found
