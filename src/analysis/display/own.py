"""An analyst's own words, tables and figures: any frame in, labelled as far as the dictionary and the codebook know it.

```python
shown = display.table(frame, display.words("Hồ sơ theo đơn vị", "Dossiers by unit"))
display.bars(shown, "unit_name", "received_count")
```
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.figures import axes
from analysis.display.output import Chart, Header, Prose, Table
from analysis.display.text import Text, period, same, text
from analysis.errors import UsageError
from analysis.fields import FIELDS, Field
from analysis.indicators.codebook import indicator

MOST_ROWS = 200
MOST_LINES = 4
DIGITS = {"pct": 1, "points": 2, "days": 1, "number": 2}


def say(what: Text, *, style: str = "statement") -> Prose:
    """Give a paragraph; `style` is `statement` (what the page says first), `note` or `warning`."""
    return Prose(what, style)


def header(
    title: Text, *, until: str, sources: Sequence[Mapping[str, Any]], subtitle: Text | None = None,
    provisional: bool = False,
) -> Header:  # fmt: skip
    """Give the top of a page: title, period, and the sources as `facts.provenance` gives them.

    The page is marked as simulated where one of its sources is.
    """
    return Header(
        title=title,
        subtitle=subtitle or period(until),
        period=period(until),
        as_of=max(str(source["as_of"]) for source in sources),
        sources=[dict(source) for source in sources],
        provisional=provisional,
    )


def table(frame: pd.DataFrame | pd.Series, title: Text | str, *, names: Mapping[str, Text] | None = None) -> Table:
    """Show any frame as a table of the house.

    Parameters
    ----------
    frame
        At most 200 rows; a named index becomes a column. Columns of the field dictionary get its labels and formats.
        `value`, `low` and `high` of one indicator get its name and unit; a column of your own keeps its name, its unit
        told by its ending: `_count`, `_pct`, `_points`, `_days`, `_vnd`, `_date`, `_month`.
    title
        In both languages (`display.words`); a bare text stands in both. It names the table: two tables of a page need
        two titles.
    names
        Labels of your own columns.

    Raises
    ------
    UsageError
        If there are too many rows to be read, or `names` names no column.
    """
    rows = frame.to_frame() if isinstance(frame, pd.Series) else frame
    rows = rows.reset_index() if any(rows.index.names) else rows
    if len(rows) > MOST_ROWS:
        raise UsageError(
            f"A table of {len(rows)} rows cannot be read",
            allowed=f"{MOST_ROWS} rows",
            next_step="sort it by what matters and take its top: frame.nlargest(15, column)",
        )
    if unknown := set(names or {}) - set(map(str, rows.columns)):
        raise UsageError(f"The table has no column {', '.join(sorted(unknown))}", allowed=", ".join(rows.columns))
    measured = _measured(rows)
    if measured:
        # only bounds have ends; other indicators leave them empty
        empty = [name for name in ("low", "high") if name in rows and rows[name].isna().all()]
        rows = rows.drop(columns=["indicator_id", *empty])
    fields = {name: measured.get(name) or _described(name, rows[name]) for name in map(str, rows.columns)}
    for name, label in (names or {}).items():
        fields[name] = replace(fields[name], vi=label.vi, en=label.en)
    told = rows.assign(**{name: _cells(name, rows[name]) for name in fields})
    title = same(title) if isinstance(title, str) else title
    return Table(told, re.sub(r"[^a-z0-9]+", "_", title.en.lower()).strip("_0123456789") or "table", title, fields)


def bars(table: Table, label: str, value: str) -> Chart:
    """Draw a bar a row, in the table's order, from 0.

    Parameters
    ----------
    table
        As `display.table` gives it.
    label, value
        Columns: what names the row, and its figure (0 or more).

    Raises
    ------
    UsageError
        If there is no such column, no row, or a figure is no number of 0 or more.
    """
    _have(table, [label, value], numeric=[value])
    if not (table.frame[value] >= 0).all():
        raise UsageError(f"A bar needs a known figure of 0 or more, and {value} has others", where=table.id)
    return figures.bars(table, label=label, value=value, alt=_alt(table, value))


def dots(table: Table, label: str, value: str, *, low: str, high: str) -> Chart:
    """Draw a dot a row with its interval, such as a share with the interval that `methods.wilson` gives.

    Parameters
    ----------
    table
        As `display.table` gives it.
    label, value, low, high
        Columns: what names the row, its figure, and both ends of its interval.

    Raises
    ------
    UsageError
        If there is no such column, no row, or one of the three is no number.
    """
    _have(table, [label, value, low, high], numeric=[value, low, high])
    return figures.dots(table, label=label, columns=(value, low, high), alt=_alt(table, value))


def line(table: Table, when: str, value: str, *, by: str | None = None) -> Chart:
    """Draw a figure against time; the line stops where the merger of 1-7-2025 changed what is counted.

    Parameters
    ----------
    table
        As `display.table` gives it.
    when, value
        Columns: a month, quarter, year or ISO date; the figure.
    by
        Column that tells up to four lines apart.

    Raises
    ------
    UsageError
        If there is no such column, no row, more than four lines, or several figures of one line at one time.
    """
    _have(table, [when, value, *([by] if by else [])], numeric=[value])
    lines = table.frame[by].map(str) if by else pd.Series("", index=table.frame.index)
    if lines.nunique() > MOST_LINES:
        raise UsageError(f"{lines.nunique()} lines cannot be told apart", where=f"by={by!r}", allowed=f"{MOST_LINES}")
    if pd.DataFrame({"line": lines, "when": table.frame[when]}).duplicated().any():
        raise UsageError(f"A line has several figures at one {when}", where=f"by={by!r}", next_step="group them first")
    merger = policy.events()["merger_2025"].date.isoformat()
    days = axes.moments(table.frame[when])
    spans = days.min() < pd.Timestamp(merger) <= days.max()
    breaks = [(merger, text("merger"))] if spans else []
    return figures.monthly(table, columns=(when, value, by), breaks=breaks, alt=_alt(table, value))


def _have(table: Table, columns: Sequence[str], *, numeric: Sequence[str]) -> None:
    for name in columns:
        if name not in table.frame:
            raise UsageError(f"The table has no column {name!r}", allowed=", ".join(table.frame.columns))
    for name in numeric:
        if not pd.api.types.is_numeric_dtype(table.frame[name]):
            raise UsageError(f"The column {name} holds no numbers", where=table.id)
    if table.frame.empty:
        raise UsageError("The table has no rows to draw", where=table.id, next_step="look at what was filtered away")


def _alt(table: Table, value: str) -> Text:
    column = table.column(value)
    return Text(column.vi, column.en) + same(": ") + table.caption + same(".")


def _measured(rows: pd.DataFrame) -> dict[str, Field]:
    """Give the fields of `value`, `low` and `high` where they are of one indicator of the codebook."""
    asked = list(rows["indicator_id"].unique()) if {"indicator_id", "value"} <= set(rows.columns) else []
    if len(asked) != 1:
        return {}
    chosen = indicator(str(asked[0]))
    kind = chosen.unit if chosen.unit in ("pct", "days", "count", "points") else "number"
    value = Field(kind, chosen.label.vi, chosen.label.en, digits=DIGITS.get(kind, 0))
    ends = {"low": text("Low"), "high": text("High")}
    return {"value": value, **{name: replace(value, vi=end.vi, en=end.en) for name, end in ends.items()}}


def _described(name: str, cells: pd.Series) -> Field:
    """Give the entry of a column, or a neutral one: its own name, its unit by its ending or its type."""
    if name in FIELDS:
        # a time is written with its day
        return replace(FIELDS[name], kind="text") if FIELDS[name].kind == "time" else FIELDS[name]
    plain = name.replace("_", " ")
    ending = name.rsplit("_", 1)[-1]
    if pd.api.types.is_bool_dtype(cells):
        kind = "flag"
    elif not pd.api.types.is_numeric_dtype(cells):
        kind = "date" if ending == "date" else "month" if ending == "month" else "text"
    elif ending in ("count", "pct", "points", "days", "vnd"):
        kind = ending
    else:
        kind = "count" if pd.api.types.is_integer_dtype(cells) else "number"
    return Field(kind, plain, plain, digits=DIGITS.get(kind, 0))


def _cells(name: str, cells: pd.Series) -> pd.Series:
    """Give cells with the words for codes that have some; a time as text."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return pd.Series(cells.dt.strftime("%Y-%m-%d %H:%M"), index=cells.index)
    known = labels.codes(name)
    if not known:
        return cells
    named = [known.get(str(cell), cell) for cell in cells]
    return pd.Series(named, index=cells.index, dtype=object)
