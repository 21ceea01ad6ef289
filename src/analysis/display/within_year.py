"""What moved within the year, of a province or of one of its units."""

from __future__ import annotations

import pandas as pd

from analysis.display import labels
from analysis.display.output import Prose, Table
from analysis.display.text import Text, joined, percent, period, text
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
    hits, total = found["hits"] + found["other_hits"], found["total"] + found["other_total"]
    found = found[(hits > 0) & (hits < total)].reset_index(drop=True)
    if found.empty:
        return Prose(text("No share of dossiers could move: each is 0 or 100% throughout the year."), style="note")
    change = difference(found)
    both = [joined([percent(then), percent(now)], " → ") for then, now in change[["other_pct", "share_pct"]].to_numpy()]
    moved = [_moved(low, high) for low, high in change[["low_points", "high_points"]].to_numpy()]
    frame = pd.DataFrame(
        {
            "row_name": found["row_id"].map(labels.row_name),
            "before_now_words": pd.Series(both, index=found.index, dtype=object),
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
        "pending in between may be counted in either; shares of 0 or 100% throughout are left out)",
        quarter=period(str(found["quarter"].iloc[0])),
    )
    merged: dict[tuple[str, ...], Text] = {
        ("change_points", "low_points", "high_points"): text("Change in points, interval of 95%")
    }
    return Table(frame, "within_year", caption, merged=merged)


def _moved(low: float, high: float) -> Text:
    if low > 0:
        return text("higher")
    return text("lower") if high < 0 else text("not to be told apart")
