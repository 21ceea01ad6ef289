"""What may be compared with what: a series ends where its measure changes, and a status is no clock by itself."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.errors import UsageError

OLD_MONTHS = 12
# a month of declarations a year old of which more than this is still "open" was not forgotten by chance
STILL_OPEN_PCT = 5.0


def segments(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Number the pieces of each series of a facts table.

    Parameters
    ----------
    rows
        Rows of the table, with `period` and the columns that `data/policy/method_changes.yml` names.

    Returns
    -------
    pandas.DataFrame
        `rows` with `segment`, 0 before any change of method, and `break_before`: id of the change in whose first period
        a row lies, else missing.
    """
    found = rows.assign(segment=0.0, break_before=pd.Series(index=rows.index, dtype="str"))
    for change in policy.method_changes():
        if change.table == table:
            own = found[change.column].isin(change.values)
            found.loc[own & (found["period"] >= change.since), "segment"] += 1
            found.loc[own & (found["period"] == change.since), "break_before"] = change.id
    return found


def method_change(rows: pd.DataFrame, table: str, first: str, last: str) -> policy.MethodChange | None:
    """Give the change of method that lies between two periods of some rows of a facts table; None if there is none."""
    for change in policy.method_changes():
        if change.table == table and first < change.since <= last and rows[change.column].isin(change.values).any():
            return change
    return None


def change_between(rows: pd.DataFrame, table: str, first: str, last: str) -> float:
    """Give how much the mean score changed from one period to another.

    Raises
    ------
    UsageError
        If the measure changed in between: that is no change of what is measured; or a period has no rows.
    """
    periods = set(rows["period"])
    if missing := [each for each in (first, last) if each not in periods]:
        raise UsageError(f"There are no rows of {', '.join(missing)}", allowed=", ".join(sorted(periods)))
    if change := method_change(rows, table, first, last):
        raise UsageError(
            f"From {first} to {last} the measure itself changed",
            where=f"{change.since}: {change.label.en}",
            allowed="two periods within which it did not",
            next_step="compare within a segment; a jump across one is a change of method, not a reform",
        )
    means = rows.groupby("period")["score_points"].mean()
    return float(means[last] - means[first])


def still_open(statuses: pd.DataFrame, *, status: str) -> pd.DataFrame:
    """Say how much of each month's declarations the last vintage still calls open, by age.

    Parameters
    ----------
    statuses
        Rows of `register_statuses`.
    status
        The word for what is not decided yet.

    Returns
    -------
    pandas.DataFrame
        One row a month of declaration: `month`, `age_months` (at the last vintage), `open_count`, `all_count`,
        `open_pct`.
    """
    last = statuses[statuses["as_of_date"] == statuses["as_of_date"].max()]
    sums = last.assign(open=last["declarations_count"].where(last["status_name"] == status, 0)).groupby(
        "month", as_index=False
    )
    found: pd.DataFrame = sums.agg(open_count=("open", "sum"), all_count=("declarations_count", "sum"))
    now = pd.Period(last["as_of_date"].iloc[0], freq="M")
    age = [float((now - pd.Period(month, freq="M")).n) for month in found["month"]]
    found.insert(1, "age_months", age)
    return found.assign(open_pct=100 * found["open_count"] / found["all_count"])


def refuse_clock(open_by_month: pd.DataFrame) -> None:
    """Refuse to read durations off a status that old cases never leave.

    Raises
    ------
    UsageError
        If of the months at least a year old more than 5 % still have it: it says nothing of how long anything takes.
    """
    old = open_by_month[open_by_month["age_months"] >= OLD_MONTHS]
    share = 100 * old["open_count"].sum() / old["all_count"].sum()
    if share > STILL_OPEN_PCT:
        raise UsageError(
            f"{share:.0f}% of the cases of a year ago and before are still open by their status: it is no clock",
            where=f"{len(old)} months, {old['month'].min()} to {old['month'].max()}",
            allowed="a status that empties, or dates of receipt and end",
        )
