"""What may be re-based: figures of which the wards' sum is the figure of the wards together."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from analysis import policy
from analysis.errors import UsageError
from analysis.fields import FIELDS

ADDITIVE = ("_count", "_vnd")
RATIOS = ("_pct", "_share", "_rate", "_per_hundred", "ratio")
TIMES = {"month", "period"}
OF_A_CASE = {"processing_working_days"}  # counts by it are what medians are made of
INDICATOR = "indicator_id"
SHOWN = 12


def check_columns(frame: pd.DataFrame, columns: Sequence[str], code: str) -> None:
    """Refuse what cannot be re-based.

    Raises
    ------
    UsageError
        If a column is missing or no sum, a key is a figure or describes the ward, or a time is not of this side.
    """
    if missing := [column for column in (code, *columns) if column not in frame]:
        raise UsageError(f"The frame has no column {', '.join(missing)}", allowed=", ".join(map(str, frame.columns)))
    if refused := [f"{column} {why}" for column in columns if (why := why_not(column))]:
        raise UsageError(
            "These figures cannot be re-based",
            where="; ".join(refused),
            allowed="counts and sums of money: columns ending in _count or _vnd",
            next_step="re-base the counts of a ratio, then divide; of a median those by whole working days, or count "
            "anew from the dossiers by new ward",
        )
    _check_keys(frame.drop(columns=[code, *columns]))
    for time in TIMES & set(frame.columns):
        _check_side(frame[time], code)


def _check_keys(keys: pd.DataFrame) -> None:
    names = keys.columns.astype("str")
    numbers = [key for key in names if is_numeric_dtype(keys[key]) and not is_bool_dtype(keys[key])]
    if figures := [key for key in numbers if key not in OF_A_CASE]:
        raise UsageError(
            "A figure cannot be a key of the series",
            where=", ".join(figures),
            next_step="drop these columns, or name those that are counts in columns=",
        )
    if sided := [key for key in names if key.startswith(("old_", "new_"))]:
        raise UsageError(
            "These columns describe the ward, which changes", where=", ".join(sided), next_step="drop them"
        )
    if INDICATOR in names:
        raise UsageError(
            "Values of indicators cannot be re-based: some count different services or accounts, which two wards share",
            where=INDICATOR,
            next_step="re-base the counts that the indicator is made of (indicators.counts), then compute it",
        )


def why_not(column: str) -> str:
    """Say why a figure cannot be added up over wards; empty where it can."""
    known = FIELDS.get(column)
    if column.endswith(ADDITIVE):
        return (
            "" if known is None or known.adds_up else "counts different things, which two wards may share, or is a rate"
        )
    if column.endswith(RATIOS):
        return "is a ratio, and ratios do not add up"
    if column.endswith("_days"):
        return "is a median, mean or other time of a case, and times of cases do not add up"
    return "is no count"


def _check_side(times: pd.Series[str], code: str) -> None:
    merged = policy.events()["merger_2025"].date.isoformat()[:7]
    old = code.startswith("old_")

    def is_there(time: str) -> bool:
        if not re.fullmatch(r"\d{4}(-\d{2}|-Q[1-4])?", time):
            return False
        period = pd.Period(time)
        first, last = period.start_time.strftime("%Y-%m"), period.end_time.strftime("%Y-%m")
        return last < merged if old else first >= merged

    if wrong := sorted(time for time in times.dropna().unique() if not is_there(time)):
        raise UsageError(
            f"{code} has times on the other side of the merger, or on both: codes named other wards there",
            where=f"{times.name}: {', '.join(wrong[:SHOWN])}",
            allowed=f"months, quarters or years {'before' if old else 'from'} {merged}",
            next_step="re-base the months of one side, and set those of the other beside them",
        )
