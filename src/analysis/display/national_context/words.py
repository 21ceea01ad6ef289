"""What the parts of the page share: periods, places, and words that stand in both languages."""

from __future__ import annotations

import calendar
import datetime
import re

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.output import Listing, Prose, Table
from analysis.display.text import Text, joined, period, same, text

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


def short(whole: Table, *columns: str, rows: pd.Series | None = None) -> Table:
    """Give of a table the columns, and the rows, that a telephone has room for; all of it goes to the workbook."""
    frame = whole.frame if rows is None else whole.frame[rows.to_numpy()]
    return Table(frame[list(columns)].reset_index(drop=True), f"{whole.id}_short", whole.caption, whole.fields)


def sources(rows: pd.DataFrame) -> Prose:
    """Say where these figures were published, and how many of them were not read there."""
    named = {each.en: each for each in both(rows, "source")}
    unread = int((~rows["certainty"].isin(READ)).sum())
    said = [text("Sources: {names}.", names=joined(named.values(), "; "))]
    if unread:
        said.append(text("{n} of {all} figures were not read in a source.", n=unread, all=len(rows)))
    said.append(text("The workbook gives the source, the certainty and the note of each figure."))
    return Prose(joined(said), style="note")


def notes(rows: pd.DataFrame, names: pd.Series) -> Listing:
    """Give the notes that were published with figures, each once with the names of all its figures."""
    own = pd.DataFrame({"note": both(rows, "note"), "name": names}).dropna(subset=["note"])
    items = []
    for _, alike in own.groupby(own["note"].map(lambda note: note.en), sort=False):
        named = {each.en: each for each in alike["name"]}
        items.append(joined(named.values(), "; ") + same(": ") + alike["note"].iloc[0] + same("."))
    return Listing(items)


def where_when(rows: pd.DataFrame) -> pd.Series:
    """Name each figure by its place and period."""
    said = [
        place if name is None else place + same(", ") + name
        for place, name in zip(places(rows), rows["period"].map(period_name), strict=True)
    ]
    return pd.Series(said, index=rows.index, dtype=object)
