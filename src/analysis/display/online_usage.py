"""The words, tables and figures of how much online services are really used."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, results
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, number, percent, period, text
from analysis.indicators import names
from analysis.indicators.codebook import indicator
from analysis.methods.decompose import Decomposition
from analysis.methods.reach import FEWEST_MONTHS
from analysis.methods.result import Result

FIELDS_SHOWN = 8


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Are online services really used more?"),
        subtitle=text("Three definitions side by side, who submits, what moved, and where it is going"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(found: pd.DataFrame, quarter: str) -> Prose:
    """Say how far the definitions lie apart, and what is sure of who submitted."""
    shares, low, high = (dict(zip(found["indicator_id"], found[name].astype(float), strict=True)) for name in (
        "share_pct", "low_pct", "high_pct"))  # fmt: skip
    own = "self_submitted_online_share"
    words = text(
        "In {quarter} between {full} and {channel} of the dossiers were online, by what is counted. Filed online by "
        "the applicants themselves: between {low} and {high} of all; the gap is what nobody wrote down.",
        quarter=period(quarter),
        full=percent(shares["full_online_share"]),
        channel=percent(shares["online_share_channel"]),
        low=percent(low[own]),
        high=percent(high[own]),
    )
    return Prose(words, style="statement")


def definitions(found: pd.DataFrame, quarter: str) -> Table:
    """Give the shares with their counts, and a year before."""
    frame = pd.DataFrame(
        {
            "headline_name": [_name(name) for name in found["indicator_id"]],
            "numerator_count": found["numerator_count"],
            "denominator_count": found["denominator_count"],
            "share_words": [_share(row) for row in found.itertuples(index=False)],
            "before_pct": found["before_pct"],
        }
    )
    caption = text("What is called online use, {quarter}; a year before beside it", quarter=period(quarter))
    return Table(frame, "definitions", caption)


def months(found: pd.DataFrame) -> Table:
    """Give the three shares of dossiers by month."""
    frame = pd.DataFrame(
        {
            "as_of_date": found["month"] + "-01",
            "headline_name": [_name(name) for name in found["indicator_id"]],
            "headline_pct": found["share_pct"],
        }
    )
    caption = text("Shares of dossiers by month of receipt; of the latest months some results are still to come")
    return Table(frame, "months", caption)


def months_chart(table: Table) -> Chart:
    """Draw the three shares with the break of the merger."""
    merger = policy.events()["merger_2025"]
    breaks = [(merger.date.isoformat(), text("merger"))]
    alt = text("Three shares of dossiers by month; the line is broken where units and tasks changed.")
    return figures.monthly(table, columns=("as_of_date", "headline_pct", "headline_name"), breaks=breaks, alt=alt)


def moved(found: Decomposition, source_id: str) -> Table:
    """Give the fields that moved the share most, by name where the source gives one."""
    top = found.groups.head(FIELDS_SHOWN)
    frame = pd.DataFrame(
        {
            "field_name": top["group"].replace(names.field_names(source_id)),
            "share_before_pct": top["share_before_pct"],
            "share_after_pct": top["share_after_pct"],
            "moved_points": top["points"],
        }
    )
    caption = text("The fields that moved the share most, in percentage points of the whole")
    return Table(frame, "moved", caption)


def says(*found: Result) -> Listing:
    """Give the sentences of results, with what was checked of each."""
    items = [results.sentence(each) for each in found]
    items += [results.said(check.says) for each in found for check in each.checks]
    return Listing(items)


def enough_months(since: pd.DataFrame) -> Prose:
    """Say whether a chance of reaching a target can be given yet."""
    if len(since) >= FEWEST_MONTHS:
        words = text(
            "Since the merger there are {months} months: enough to try a chance of reaching a target on the past, with "
            "`methods.reach`.",
            months=len(since),
        )
    else:
        words = text(
            "No chance of reaching a target is given: since the merger there are {months} months, and {needed} are "
            "needed to try such a statement on the past first.",
            months=len(since),
            needed=FEWEST_MONTHS,
        )
    return Prose(words, style="note")


def real_series(months_: pd.DataFrame) -> Table:
    """Give the real series: Italy's changes of residence filed online."""
    frame = pd.DataFrame({"as_of_date": months_["month"] + "-01", "headline_pct": months_["share_pct"]})
    return Table(frame, "italy", text("Italy: changes of residence declared online, share of all, by month"))


def real_chart(table: Table) -> Chart:
    """Draw the real series."""
    alt = text("The share rises from under 1% in early 2022 to about 11% in the autumn of 2024.")
    return figures.over_time(table, columns=("as_of_date", "headline_pct", None), alt=alt)


def models(found: Any) -> Table:
    """Give every model with its record on the past."""
    frame = pd.DataFrame(
        {
            "model_name": [results.named(name) for name in found.scores["model"]],
            "scaled_error": found.scores["scaled_error"],
            "covered_pct": found.scores["covered_pct"],
            "chosen_name": [text("chosen") if chosen else text("not chosen") for chosen in found.scores["chosen"]],
        }
    )
    caption = text("How the models did on the past; an error below 1 beats taking the same month of last year")
    return Table(frame, "models", caption)


def figures_for_machines(found: pd.DataFrame, quarter: str, source_id: str) -> Indicators:
    """Give the shares as data."""
    rows = [
        {
            "id": f"online_usage.{row.indicator_id}",
            "label": _name(row.indicator_id),
            "unit": "pct",
            "value": row.share_pct,
            "low": row.low_pct,
            "high": row.high_pct,
            "numerator": row.numerator_count,
            "denominator": row.denominator_count,
            "period": quarter,
            "place": source_id,
        }
        for row in found.itertuples(index=False)
    ]
    return Indicators(rows)


def _name(indicator_id: Any) -> Text:
    label = indicator(str(indicator_id)).label
    return Text(label.vi, label.en)


def _share(row: Any) -> Text:
    if pd.notna(row.share_pct):
        return percent(float(row.share_pct))
    low, high = number(float(row.low_pct), 1), percent(float(row.high_pct))
    return text("{low} to {high}", low=low, high=high)
