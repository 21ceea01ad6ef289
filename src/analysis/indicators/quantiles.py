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
        Rows with the columns `by`, `processing_working_days` (whole, 0 or more) and `dossiers_count`; a day may come
        several times.
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
    group = histogram.groupby(by, dropna=False).ngroup().to_numpy() if by else np.zeros(len(histogram), dtype=int)
    day = histogram["processing_working_days"].to_numpy().astype(np.int64)
    # as the single values would stand, were they written out: by group, then by day; one key sorts fastest
    order = np.argsort(group * (day.max(initial=0) + 1) + day)
    values = day[order]
    ends = histogram["dossiers_count"].to_numpy()[order].cumsum()
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    before = np.concatenate([[0], ends])[starts]
    sizes = np.diff(before, append=ends[-1:])
    groups = histogram[by].iloc[order[starts]].reset_index(drop=True).assign(dossiers_count=sizes)
    for probability in probabilities:
        place = probability * (sizes - 1)
        low, high = (
            # counts told by other units may be fractions of a dossier: the last value is the last
            values[np.minimum(np.searchsorted(ends, before + each.astype(int), side="right"), len(values) - 1)]
            for each in (np.floor(place), np.ceil(place))
        )
        groups[f"p{round(100 * probability)}_days"] = low + (high - low) * (place - np.floor(place))
    return groups
