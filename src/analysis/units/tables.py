"""The two facts tables of this room, which are empty until their source is fetched."""

from __future__ import annotations

import pandas as pd

from analysis import facts
from analysis.errors import SourceUnavailableError


def load(table: str) -> pd.DataFrame:
    """Read `units` or `unit_crosswalk`.

    Raises
    ------
    SourceUnavailableError
        If the facts are not built, or were built without the source.
    """
    frame = facts.load(table)
    if frame.empty:
        raise SourceUnavailableError(
            f"The table {table} is empty: its source has not been fetched",
            where="data/raw/admin-units",
            next_step="run `analysis fetch admin-units`, then `analysis build`",
        )
    return frame
