"""The words of a commune beside those of like size and mix, and of its last quarter beside the rest of the year."""

from __future__ import annotations

import pandas as pd

from analysis.display import labels
from analysis.display.output import Listing, Prose, Table
from analysis.display.text import joined, period, text
from analysis.methods.ranks import Ranking
from analysis.methods.stand_out import StandOut


def alike(unit: str, found: StandOut | None, ranking: Ranking | None) -> Listing:
    """Say which ranks and which tier a commune can have among those like it, and on which shares it stands out."""
    if found is None or ranking is None:
        return Listing([text("There are no peers of like size and mix: departments handle different procedures.")])
    own = ranking.sets[ranking.sets["unit"] == unit].iloc[0]
    out = found.units[(found.units["unit"] == unit) & (found.units["verdict"] != "inside")]
    stands = {side: [labels.measure(name) for name in out.loc[out["verdict"] == side, "measure"]]
              for side in ("above", "below")}  # fmt: skip
    items = [
        text(
            "Among the {count} communes nearest in number of dossiers and in the share that bears a fee, its rank for "
            "dossiers on time can be any from {low} to {high}; it is in tier {tier} of {tiers} that can be told apart.",
            count=len(ranking.sets) - 1,
            low=int(own["all_low"]),
            high=int(own["all_high"]),
            tier=int(own["tier"]),
            tiers=int(ranking.sets["tier"].max()),
        )
    ]
    if stands["above"]:
        items.append(text("It stands out above them on: {shares}.", shares=joined(stands["above"], "; ")))
    if stands["below"]:
        items.append(text("It stands out below them on: {shares}.", shares=joined(stands["below"], "; ")))
    if out.empty:
        items.append(text("On no share does it stand out from them: what differs is no more than is usual."))
    return Listing(items)


def trend(counted: pd.DataFrame, change: pd.DataFrame) -> Table | Prose:
    """Give the shares of the last quarter beside the rest of the year, and whether they differ by more than chance."""
    if counted.empty:
        return Prose(text("No trend can be shown: the portal's counts of year and quarter give none."), style="note")
    moved = [_moved(low, high) for low, high in change[["low_points", "high_points"]].to_numpy()]
    frame = pd.DataFrame(
        {
            "row_name": counted["row_id"].map(labels.row_name),
            "rest_of_year_pct": counted["before_pct"],
            "in_quarter_pct": counted["now_pct"],
            "change_points": change["difference_points"],
            "low_points": change["low_points"],
            "high_points": change["high_points"],
            "moved_name": pd.Series(moved, dtype=object),
        }
    )
    quarter = period(str(counted["quarter"].iloc[0]))
    caption = text(
        "{quarter} beside the rest of the year (the year's counts less the quarter's; what was pending in between may "
        "be counted in either)",
        quarter=quarter,
    )
    return Table(frame, "trend", caption)


def _moved(low: float, high: float) -> object:
    if low > 0:
        return text("higher than before")
    return text("lower than before") if high < 0 else text("not to be told apart")
