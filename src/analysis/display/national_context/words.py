"""What the parts of the page share: periods, places, and words that stand in both languages."""

from __future__ import annotations

import calendar
import datetime
import re

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.output import Table
from analysis.display.text import Text, period, text

NATION = "VN"
READ = ("read", "read_in_code")


def last_day(name: str) -> str:
    """Give the last day of a period code as an ISO date; `first/last` gives the last.

    Raises
    ------
    ValueError
        If the code is none of YYYY, YYYY-H1, YYYY-Q1, YYYY-MM, YYYY-MM-DD, first/last.
    """
    name = name.split("/")[-1]
    if match := re.fullmatch(r"(\d{4})(?:-([HQ])(\d))?", name):
        year, kind, part = match.groups()
        month = 12 if kind is None else int(part) * (6 if kind == "H" else 3)
        name = f"{year}-{month:02d}"
    if match := re.fullmatch(r"(\d{4})-(\d{2})", name):
        year_number, month = int(match[1]), int(match[2])
        name = f"{name}-{calendar.monthrange(year_number, month)[1]}"
    return datetime.date.fromisoformat(name).isoformat()


def both(table: pd.DataFrame, column: str) -> pd.Series:
    """Give the Vietnamese and English columns as one of texts; missing stays missing."""
    pairs = zip(table[f"{column}_vi"], table[f"{column}_en"], strict=True)
    return pd.Series([None if pd.isna(vi) else Text(vi, en) for vi, en in pairs], index=table.index, dtype=object)


def places(table: pd.DataFrame) -> pd.Series:
    """Give the places' names in both languages."""
    pairs = zip(table["place_name"], table["place_name_en"], strict=True)
    return pd.Series([Text(vi, en) for vi, en in pairs], index=table.index, dtype=object)


def period_name(name: str | float) -> Text | None:
    """Give a period's words; missing stays missing."""
    if not isinstance(name, str):
        return None
    if "/" in name:
        first, last = name.split("/")
        return text("{first} to {last}", first=period(first), last=period(last))
    if match := re.fullmatch(r"(\d{4})-H([12])", name):
        half = Text("nửa đầu năm " + match[1], f"first half of {match[1]}")
        return half if match[2] == "1" else Text("nửa cuối năm " + match[1], f"second half of {match[1]}")
    return period(name)


def event_label(event: policy.Event) -> Text:
    """Give an event's words."""
    return Text(event.label.vi, event.label.en)


def decision(table: pd.DataFrame) -> pd.Series:
    """Give the decision, or who took it."""
    return table["decision"].fillna(table["issuer"])


def sure(table: Table) -> list[bool]:
    """Say of each row, by the certainty the table shows, whether it was read in a source."""
    read = [labels.certainty(name) for name in READ]
    return [shown in read for shown in table.frame["certainty"]]
