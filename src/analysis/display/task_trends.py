"""Where the tasks of the directive are going: a small panel for each share, with its target, and for each count."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.output import Chart, Table
from analysis.display.text import Text, text
from analysis.indicators.codebook import indicator

YEARS_BEFORE = 2


def by_quarter(series: pd.DataFrame) -> list[Table]:
    """Give by quarter the shares of the tasks with the target each is under; then the counts and the days."""
    dates = pd.PeriodIndex(series["period"].str.replace("-", ""), freq="Q").end_time
    rows = series.assign(
        as_of_date=dates.strftime("%Y-%m-%d"),
        headline_name=series["indicator_id"].map(_with_unit),
        share=[indicator(name).unit == "pct" for name in series["indicator_id"]],
    )
    # what lies long before the directive would only press the rest together
    rows = rows[dates >= pd.Timestamp(policy.directive_4550().issued_on) - pd.DateOffset(years=YEARS_BEFORE)]
    shares = rows[rows["share"]].rename(columns={"value": "headline_pct", "target_value": "target_pct"})
    counts = rows[~rows["share"]].rename(columns={"value": "headline_number"})
    return [
        Table(
            shares[["as_of_date", "headline_name", "headline_pct", "target_pct"]].reset_index(drop=True),
            "trends",
            text("Shares of the tasks by quarter, in percent, and the target each is under"),
        ),
        Table(
            counts[["as_of_date", "headline_name", "headline_number"]].reset_index(drop=True),
            "trends_counts",
            text("Counts and working days of the tasks by quarter, each on its own scale from 0"),
        ),
    ]


def charts(tables: list[Table]) -> list[Chart]:
    """Draw a small panel for each share, and for each count."""
    events = policy.events()
    mark = (events["directive_4550"].date.isoformat(), text("directive"))
    cut = (events["merger_2025"].date.isoformat(), text("merger"))
    shares, counts = tables
    return [
        figures.panels(
            shares,
            columns=("as_of_date", "headline_pct", "headline_name", "target_pct"),
            marks=[mark],
            breaks=[cut],
            alt=text("A panel for each share by quarter, with its target; lines mark the directive and the merger."),
        ),
        figures.panels(
            counts,
            columns=("as_of_date", "headline_number", "headline_name"),
            marks=[mark],
            breaks=[cut],
            alt=text("A panel for each count by quarter, on its own scale; lines mark the directive and the merger."),
        ),
    ]


def _with_unit(indicator_id: str) -> Text:
    name = labels.measure(indicator_id)
    return text("{name}, working days", name=name) if indicator(indicator_id).unit == "days" else name
