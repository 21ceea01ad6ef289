"""What moved within the year, of a province or of one of its units."""

from __future__ import annotations

import pandas as pd

from analysis.display import labels
from analysis.display.output import Prose, Table
from analysis.display.text import period, text
from analysis.methods.difference import difference


def within_year(found: pd.DataFrame) -> Table | Prose:
    """Give each share of dossiers in the rest of the year and in its last quarter, what moved most first.

    `found` is `indicators.within_year`'s. Whether a share moved is said by the interval of its change, not by the
    change.
    """
    if found.empty:
        return Prose(
            text("What moved within the year cannot be said: the portal's figures of a quarter beside the year are "
                 "needed."), style="note")  # fmt: skip
    change = difference(found)
    moved = [_moved(low, high) for low, high in change[["low_points", "high_points"]].to_numpy()]
    frame = pd.DataFrame(
        {
            "row_name": found["row_id"].map(labels.row_name),
            "rest_of_year_pct": change["other_pct"],
            "in_quarter_pct": change["share_pct"],
            "change_points": change["gap_points"],
            "low_points": change["low_points"],
            "high_points": change["high_points"],
            "moved_name": pd.Series(moved, index=found.index, dtype=object),
            "in_quarter_count": found["total"],
        }
    )
    frame = frame.sort_values("change_points", key=abs, ascending=False, ignore_index=True)
    caption = text(
        "Shares of dossiers in {quarter} beside the rest of the year (the year's counts less the quarter's; what was "
        "pending in between may be counted in either)",
        quarter=period(str(found["quarter"].iloc[0])),
    )
    return Table(frame, "within_year", caption)


def _moved(low: float, high: float) -> object:
    if low > 0:
        return text("higher than before")
    return text("lower than before") if high < 0 else text("not to be told apart")
