"""The words and tables of what Tết does to processing."""

from __future__ import annotations

import pandas as pd

from analysis import calendar
from analysis.display.output import Listing, Output, Prose, Table
from analysis.display.processing import time_and_share
from analysis.display.text import Text, day, number, text
from analysis.methods.result import Estimate
from analysis.methods.turnaround import Turnaround


def windows(found: Turnaround, year: int) -> Table:
    """Give the dossiers received before and after a Tết, and at the usual pace of the same year."""
    rows = found.cohorts.set_index("cohort").loc[["before", "after", "usual"]].reset_index()
    frame = pd.DataFrame(
        {
            "window_name": [_window(name) for name in rows["cohort"]],
            "followed_count": rows["received_count"],
            **{name: rows[name] for name in ("on_time_pct", "low_pct", "high_pct", "mean_days", "mean_low_days",
                                             "mean_high_days")},
        }
    )  # fmt: skip
    first, last = calendar.tet(year)
    caption = text(
        "Around the Tết of {year} (days off {first} to {last}): finished within the limit, and mean working days to "
        "the end, at most {days} counted",
        year=str(year),
        first=day(first),
        last=day(last),
        days=number(found.horizon_days, 0),
    )
    return Table(frame, "tet_windows", caption, merged=time_and_share())


def years(after: dict[int, Estimate], before: dict[int, Estimate]) -> Table:
    """Give, for every Tết, how much more of its limit a dossier took after it, and how much longer people waited.

    Parameters
    ----------
    after
        By year: own limits used by what came in after Tết, less the usual.
    before
        By year: calendar days waited by what came in before Tết, less the usual.
    """
    rows = [
        {
            "tet_name": str(year),
            "limit_more_points": 100 * after[year].value,
            "low_points": 100 * after[year].low,
            "high_points": 100 * after[year].high,
            "wait_more_number": before[year].value,
            "wait_low_number": before[year].low,
            "wait_high_number": before[year].high,
        }
        for year in sorted(after, reverse=True)
    ]
    caption = text(
        "Against the usual pace of the same year, so that the merger lies in no comparison: after Tết in % of the own "
        "limit, before Tết in calendar days"
    )
    merged: dict[tuple[str, ...], Text] = {
        ("limit_more_points", "low_points", "high_points"): text("After Tết: more of the limit (%), interval of 95%"),
        ("wait_more_number", "wait_low_number", "wait_high_number"): text(
            "Before Tết: longer wait (calendar days), interval of 95%"
        ),
    }
    return Table(pd.DataFrame(rows), "tet_years", caption, merged=merged)


def says(after: dict[int, Estimate], before: dict[int, Estimate]) -> Listing:
    """Say what the latest Tết did, as far as it can be told from chance."""
    year = max(after)
    slower, longer = after[year], before[year]
    if slower.low > 0:
        pace = text(
            "Received in the two weeks after the Tết of {year}, a dossier took {more} percentage points more of its "
            "limit than usual ({low} to {high}).",
            year=str(year),
            more=number(100 * slower.value, 1),
            low=number(100 * slower.low, 1),
            high=number(100 * slower.high, 1),
        )
    else:
        pace = text(
            "Received in the two weeks after the Tết of {year}, dossiers took no surely larger part of their limit "
            "than usual.",
            year=str(year),
        )
    if longer.low > 0:
        wait = text(
            "Received in the two weeks before it, people waited {more} calendar days longer ({low} to {high}): days "
            "off count in no limit, so no share on time shows them.",
            more=number(longer.value, 1),
            low=number(longer.low, 1),
            high=number(longer.high, 1),
        )
    else:
        wait = text("Received in the two weeks before it, people waited no surely longer time than usual.")
    return Listing([pace, wait])


def outputs(latest: dict[int, Turnaround], after: dict[int, Estimate], before: dict[int, Estimate]) -> list[Output]:
    """Give sentences and tables, or say that the months do not reach around any Tết; `latest` is of the last one."""
    if not latest:
        return [Prose(text("The dossiers do not reach from before a Tết to twelve weeks after it."), style="note")]
    ((year, found),) = latest.items()
    return [says(after, before), windows(found, year), years(after, before)]


def _window(name: object) -> Text:
    return {
        "before": text("in the 10 working days before"),
        "after": text("in the 10 working days after"),
        "usual": text("41 to 60 working days after (usual pace)"),
    }[str(name)]
