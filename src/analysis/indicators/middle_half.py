"""Where the middle half of a unit's peers lies: the ruler that a unit is held against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEWEST_PEERS = 8


def middle_half(values: pd.Series, by: Sequence[pd.Series]) -> pd.DataFrame:
    """Give, for each unit, the quartiles of all the others of its group.

    Parameters
    ----------
    values
        One place per unit; missing where a unit is nobody's ruler.
    by
        What units are compared within, aligned with `values`.

    Returns
    -------
    pandas.DataFrame
        Indexed like `values`: `low`, `middle`, `high` (quartiles of the others, missing with fewer than 8 of them) and
        `peers_count`.
    """
    parts = [_others_quartiles(own) for _, own in values.groupby(list(by), sort=False)]
    columns = {"low": "float64", "middle": "float64", "high": "float64", "peers_count": "int64"}
    found = pd.concat(parts) if parts else pd.DataFrame(columns=list(columns))
    return found.astype(columns).reindex(values.index)


def _others_quartiles(own: pd.Series) -> pd.DataFrame:
    values = own.to_numpy(dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    rows = np.tile(_quartiles(values[known][None, :]), (len(values), 1))
    if len(known) > 1:
        others = values[known][np.nonzero(~np.eye(len(known), dtype=bool))[1]].reshape(len(known), -1)
        rows[known] = _quartiles(others)
    elif len(known):
        rows[known] = [[np.nan] * 3 + [0]]
    return pd.DataFrame(rows, columns=["low", "middle", "high", "peers_count"], index=own.index)


def _quartiles(values: Floats) -> Floats:
    """Give the quartiles of each row, missing with too few values, and how many values there are."""
    count = np.full(len(values), values.shape[1])
    found = (
        np.percentile(values, [25, 50, 75], axis=1)
        if values.shape[1] >= FEWEST_PEERS
        else np.full((3, len(values)), np.nan)
    )
    return np.column_stack([*found, count])
