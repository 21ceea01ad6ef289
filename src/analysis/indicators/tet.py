"""The dossiers received around Tết, and at the usual pace of the same year."""

from __future__ import annotations

import datetime

import pandas as pd

from analysis import calendar, facts
from analysis.indicators import counts
from analysis.indicators.followed import followed
from analysis.indicators.processing import months_of

# working days before Tết, after it, and from when to when the usual pace is taken; far enough for a rush to be over
WINDOW_DAYS = 10
USUAL_FROM_DAYS, USUAL_TO_DAYS = 41, 60


def years(source_id: str, *, quarter: str) -> list[int]:
    """Give the years whose windows around Tết lie within the source's months and end by the end of a quarter."""
    months = counts.load("flow", source_id)["month"]
    first, last = months.min(), min(months.max(), months_of(quarter)[1])
    spans = {year: _spans(year) for year in range(int(first[:4]), int(last[:4]) + 1)}
    return [
        year
        for year, each in spans.items()
        if first <= each["before"][0].isoformat()[:7] and each["usual"][1].isoformat()[:7] <= last
    ]


def around(source_id: str, year: int) -> pd.DataFrame:
    """Give the cases received around a Tết, for `methods.turnaround` and `methods.restricted_mean_difference`.

    Returns
    -------
    pandas.DataFrame
        One row a case: `cohort` (`before`: in the 10 working days before Tết; `after`: in the 10 after it; `usual`: in
        the 41st to the 60th), `elapsed_days`, `limit_days`, `end` as `followed` gives them, `limits` (elapsed in own
        limits) and `calendar_days` (from receipt to the end, or until the source was taken; every day counts).
    """
    spans = _spans(year)
    first, last = (each.isoformat()[:7] for each in (spans["before"][0], spans["usual"][1]))
    rows = followed(source_id, ["received_at", "finished_at"], first=first, last=last)
    day = rows["received_at"].dt.normalize()
    taken = pd.Timestamp(facts.provenance_of(source_id)[0]["as_of"])
    over = rows["finished_at"].where(rows["end"] != "open").fillna(taken).dt.normalize()
    rows = rows.assign(
        limits=rows["elapsed_days"] / rows["limit_days"], calendar_days=(over - day).dt.days.clip(lower=0), cohort=""
    )
    for name, (begins, ends) in spans.items():
        inside = (day >= pd.Timestamp(begins)) & (day <= pd.Timestamp(ends))
        rows["cohort"] = rows["cohort"].mask(inside, name)
    kept = rows[rows["cohort"] != ""].drop(columns=["received_at", "finished_at"])
    return kept.reset_index(drop=True)


def against_usual(rows: pd.DataFrame, window: str, clock: str) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Give the cases of a window and of the usual pace, and the names of their ends, on a clock.

    They are the first three arguments of `methods.restricted_mean_difference`.

    Parameters
    ----------
    rows
        As `around` gives them.
    window
        `before` or `after`.
    clock
        `limits` or `calendar_days`.
    """
    timed = rows.assign(time=rows[clock])
    ends = sorted(set(rows["end"].unique()) - {"open"})
    return timed[timed["cohort"] == window], timed[timed["cohort"] == "usual"], ends


def _spans(year: int) -> dict[str, tuple[datetime.date, datetime.date]]:
    """Give the first and the last day of each window, both INCLUSIVE."""
    first, last = calendar.tet(year)
    eve = first - datetime.timedelta(days=1)

    def day(start: datetime.date, number: int) -> datetime.date:
        return pd.Timestamp(calendar.add_working_days([start], number)[0]).date()

    return {
        "before": (day(eve, 1 - WINDOW_DAYS), eve),
        "after": (day(last, 1), day(last, WINDOW_DAYS)),
        "usual": (day(last, USUAL_FROM_DAYS), day(last, USUAL_TO_DAYS)),
    }
