"""Several shares beside each other: a table of a quarter with the year before, lines by month, data for machines."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures
from analysis.display.output import Chart, Indicators, Table
from analysis.display.text import Text, period, text
from analysis.indicators.codebook import indicator


def with_interval() -> dict[tuple[str, ...], Text]:
    """Give the label under which a share stands in one cell with its interval."""
    return {("share_pct", "low_pct", "high_pct"): text("Share (%), interval of 95%")}


def counted() -> dict[tuple[str, ...], Text]:
    """Give the label under which what is counted stands in one cell with what it is counted of."""
    return {("numerator_count", "denominator_count"): text("Counted / of all")}


def name_of(indicator_id: Any) -> Text:
    """Give the words of an indicator of the codebook."""
    label = indicator(str(indicator_id)).label
    return Text(label.vi, label.en)


def shares(found: pd.DataFrame, quarter: str) -> Table:
    """Give every share with its counts and interval, and a year before.

    Parameters
    ----------
    found
        `indicators.quarterly.side_by_side` joined with `methods.wilson` of its counts.
    """
    frame = pd.DataFrame(
        {
            "headline_name": found["indicator_id"].map(name_of),
            **{name: found[name] for name in ("share_pct", "low_pct", "high_pct", "before_pct")},
            "numerator_count": found["hits"],
            "denominator_count": found["total"],
        }
    )
    caption = text("Shares of dossiers received in {quarter}", quarter=period(quarter))
    return Table(frame, "shares", caption, merged=with_interval() | counted())


def months(found: pd.DataFrame, caption: Text | None = None) -> Table:
    """Give shares by month: `indicator_id`, `month`, `share_pct`, as `indicators.quarterly.month_by_month` does."""
    frame = pd.DataFrame(
        {
            "month": found["month"],
            "headline_name": found["indicator_id"].map(name_of),
            "share_pct": found["share_pct"],
        }
    )
    return Table(frame, "months", caption or text("Shares of dossiers by month of receipt"))


def months_chart(table: Table, *, zero: bool = True) -> Chart:
    """Draw the shares with the break of the merger; `zero`: from 0 %."""
    breaks = [(policy.events()["merger_2025"].date.isoformat(), text("merger"))]
    alt = text("Shares by month; the lines are broken where units and tasks changed.")
    columns = ("month", "share_pct", "headline_name")
    return figures.monthly(table, columns=columns, breaks=breaks, alt=alt, zero=zero)


def for_machines(found: pd.DataFrame, quarter: str, source_id: str, *, page: str) -> Indicators:
    """Give the shares as data; each id begins with the page they stand on."""
    rows = [
        {
            "id": f"{page}.{row.indicator_id}",
            "label": name_of(row.indicator_id),
            "unit": "pct",
            "value": row.share_pct,
            "low": row.low_pct,
            "high": row.high_pct,
            "numerator": row.hits,
            "denominator": row.total,
            "period": quarter,
            "place": source_id,
        }
        for row in found.itertuples(index=False)
    ]
    return Indicators(rows)
