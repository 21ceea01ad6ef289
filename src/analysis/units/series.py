"""The breaks that a series carries: acts of `data/policy/events.yml` after which it does not go on as before."""

from __future__ import annotations

import re

import pandas as pd

from analysis import policy
from analysis.errors import UsageError


def breaks(series_start: str, series_end: str, province: str) -> dict[str, policy.Event]:
    """Give the breaks inside a period, by their day.

    Parameters
    ----------
    series_start, series_end
        First and last month (YYYY-MM) or day (YYYY-MM-DD) of the series, both INCLUSIVE. A break on the first one is
        not inside: nothing stands before it.
    province
        The province's code, the official one or the portal's.

    Returns
    -------
    dict of str to Event
        Event id → event, with its day, its words in both languages and what it breaks: `counts`, or only `names`.

    Raises
    ------
    UsageError
        If a date has another form, or the series ends before it starts.
    """
    for given in (series_start, series_end):
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?", given):
            raise UsageError(f"{given!r} is no month or day", allowed="YYYY-MM or YYYY-MM-DD")
    if series_end[:7] < series_start[:7]:
        raise UsageError(f"The series ends ({series_end}) before it starts ({series_start})")

    def is_inside(event: policy.Event) -> bool:
        day = event.date.isoformat()
        return day[: len(series_start)] > series_start and day[: len(series_end)] <= series_end

    found = {
        name: event
        for name, event in policy.events().items()
        if event.breaks and is_inside(event) and (not event.provinces or province in event.provinces)
    }
    return dict(sorted(found.items(), key=lambda item: item[1].date))


def with_break(frame: pd.DataFrame, *, province: str) -> pd.DataFrame:
    """Mark in a monthly series where its counts break.

    Parameters
    ----------
    frame
        With `month` (YYYY-MM); a month in which a break falls counts as after it.
    province
        The province's code, the official one or the portal's.

    Returns
    -------
    pandas.DataFrame
        A copy with `segment` (breaks so far, 0 before the first) and `break_before` (the event's id on the first month
        of a segment that follows a break, else missing). Renamings break no counts and are left to `breaks`.

    Raises
    ------
    UsageError
        If there is no column `month`, or a month has another form.
    """
    if "month" not in frame:
        raise UsageError("The series has no column month", allowed=", ".join(map(str, frame.columns)))
    marked = frame.assign(segment=0.0, break_before=pd.Series(None, index=frame.index, dtype="str"))
    if marked.empty:
        return marked
    for name, event in breaks(frame["month"].min(), frame["month"].max(), province).items():
        if event.breaks == "counts":
            after = marked["month"] >= event.date.isoformat()[:7]
            marked.loc[after, "segment"] += 1
            marked.loc[marked["month"] == marked.loc[after, "month"].min(), "break_before"] = name
    return marked
