"""What may be re-based: figures of which the wards' sum is the figure of the wards together."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from analysis import policy
from analysis.errors import UsageError
from analysis.fields import FIELDS

ADDITIVE = ("_count", "_vnd")
RATIOS = ("_pct", "_share", "_rate", "_per_hundred", "ratio")
MONTH = "month"


def check_columns(frame: pd.DataFrame, columns: Sequence[str], code: str) -> None:
    """Refuse what cannot be re-based.

    Raises
    ------
    UsageError
        If a column is missing or no sum, a key is a figure or describes the ward, or a month is of the other side.
    """
    if missing := [column for column in (code, *columns) if column not in frame]:
        raise UsageError(f"The frame has no column {', '.join(missing)}", allowed=", ".join(map(str, frame.columns)))
    if refused := [f"{column} {why}" for column in columns if (why := why_not(column))]:
        raise UsageError(
            "These figures cannot be re-based",
            where="; ".join(refused),
            allowed="counts and sums of money: columns ending in _count or _vnd",
            next_step="re-base the counts of a ratio, then divide; make a median or score anew from the dossiers by "
            "new ward",
        )
    keys = [column for column in frame.columns if column not in (code, *columns)]
    if figures := [key for key in keys if is_numeric_dtype(frame[key]) and not is_bool_dtype(frame[key])]:
        raise UsageError(
            "A figure cannot be a key of the series",
            where=", ".join(figures),
            next_step="drop these columns, or name those that are counts in columns=",
        )
    if sided := [key for key in keys if key.startswith(("old_", "new_"))]:
        raise UsageError(
            "These columns describe the ward, which changes", where=", ".join(sided), next_step="drop them"
        )
    if MONTH in keys:
        _check_side(frame[MONTH], code)


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


def _check_side(months: pd.Series[str], code: str) -> None:
    merged = policy.events()["merger_2025"].date.isoformat()[:7]
    old = code.startswith("old_")
    wrong = months[(months >= merged) if old else (months < merged)]
    if len(wrong):
        raise UsageError(
            f"{code} has months on the other side of the merger, when codes named other wards",
            where=f"{MONTH}: {wrong.min()} to {wrong.max()}",
            allowed=f"before {merged}" if old else f"{merged} and later",
            next_step="re-base the months of one side, and set those of the other beside them",
        )
