"""The words, tables and figures of how long dossiers take and how many keep their limit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.display import figures, labels, quarterly
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, percent, period, text
from analysis.methods.turnaround import Turnaround


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Are dossiers settled on time?"),
        subtitle=text("The portal's share and what it leaves out, time to the end, backlog, supplements, Tết"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(shares: pd.DataFrame, found: Turnaround, quarter: str) -> Prose:
    """Say what share gets its result within its limit, and what the portal's share says of the same quarter."""
    on_time = found.estimate("on_time_pct")
    words = text(
        "Of the dossiers received in {quarter} that have a due date, {share} ({low} to {high}) get their result within "
        "it. As the portal counts, the share on time is {official}: it also takes as on time what is pending and not "
        "due yet, what has no due date, and what ended soon without a result.",
        quarter=period(quarter),
        share=percent(on_time.value),
        low=percent(on_time.low),
        high=percent(on_time.high),
        official=percent(float(shares.loc[shares["way"] == "official", "share_pct"].iloc[0])),
    )
    return Prose(words, style="statement")


def ways(shares: pd.DataFrame, found: Turnaround, quarter: str) -> Table:
    """Give the ways of counting side by side.

    Parameters
    ----------
    shares
        `indicators.processing.ways` joined with `methods.wilson` of its counts.
    found
        The dossiers received in the quarter, followed.
    """
    on_time = found.estimate("on_time_pct")
    rows = [(row.way, row.total, row.share_pct, row.low_pct, row.high_pct) for row in shares.itertuples(index=False)]
    rows.append(("followed", on_time.n, on_time.value, on_time.low, on_time.high))
    names = ["dossiers_count", "share_pct", "low_pct", "high_pct"]
    frame = pd.DataFrame([row[1:] for row in rows], columns=names)
    frame.insert(0, "way_name", [_way(row[0]) for row in rows])
    caption = text("On time in {quarter}, counted in four ways", quarter=period(quarter))
    return Table(frame, "ways", caption, merged=quarterly.with_interval())


def why(parts: dict[str, int], found: Turnaround) -> Listing:
    """Say in dossiers why the ways differ."""
    undated = parts.get("finished_undated", 0) + parts.get("pending_undated", 0)
    otherwise = 100 - found.estimate("on_time_pct").value - found.estimate("open_pct").value
    items = [
        text(
            "{n} dossiers were pending at the end of the quarter and not due yet: the portal counts them as on time, "
            "though nobody knows yet how they will end.",
            n=parts.get("pending_not_due", 0),
        ),
        text(
            "{n} dossiers have no due date: the portal counts them as on time; nobody can say whether they are.",
            n=undated,
        ),
        text(
            "Followed to their limit, {share} of the dossiers received end otherwise (not accepted, withdrawn, "
            "stopped): they are neither on time nor late, and the other ways count them as on time if they ended soon.",
            share=percent(otherwise),
        ),
    ]
    return Listing(items)


def months(found: pd.DataFrame) -> Table:
    """Give the portal's share and the share by receipt by month."""
    caption = text("On time by month; by receipt only months nearly all of whose dossiers have ended or fallen due")
    return quarterly.months(found, caption)


def curve(found: pd.DataFrame, quarter: str) -> Table:
    """Give the share finished by how much of the own limit is gone, as `methods.shares_over` gives it."""
    frame = pd.DataFrame(
        {
            "limit_used_pct": 100 * found["time"],
            "share_pct": found["share_pct"],
            "low_pct": found["low_pct"],
            "high_pct": found["high_pct"],
            "at_risk_count": found["at_risk_count"],
        }
    )
    caption = text(
        "Share of the dossiers received in {quarter} that are finished, by how much of their limit is gone "
        "(100%: the limit)",
        quarter=period(quarter),
    )
    return Table(frame, "curve", caption)


def curve_chart(table: Table) -> Chart:
    """Draw the curve with the limit."""
    alt = text("A curve that rises in steps; where the dashed line stands the limit is used up.")
    columns = ("limit_used_pct", "share_pct", "low_pct", "high_pct")
    return figures.steps(table, columns=columns, mark=(100, text("limit")), alt=alt)


def levels(found: Turnaround, quarter: str) -> Table:
    """Give each level of units: how many keep the limit, and how long it takes."""
    frame = pd.DataFrame(
        {
            "level_name": [labels.level_name(str(level)) for level in found.cohorts["cohort"]],
            "followed_count": found.cohorts["received_count"],
            **{name: found.cohorts[name] for name in ("on_time_pct", "low_pct", "high_pct", "mean_days",
                                                      "mean_low_days", "mean_high_days")},
        }
    )  # fmt: skip
    caption = text(
        "By level, dossiers received in {quarter}: finished within the limit, and mean time to any end",
        quarter=period(quarter),
    )
    return Table(frame, "levels", caption, merged=time_and_share())


def time_and_share() -> dict[tuple[str, ...], Text]:
    """Give the labels under which a share on time and a mean time stand in one cell each with their intervals."""
    return {
        ("on_time_pct", "low_pct", "high_pct"): text("On time, of all (%), interval of 95%"),
        ("mean_days", "mean_low_days", "mean_high_days"): text("Mean working days, interval of 95%"),
    }


def figures_for_machines(shares: pd.DataFrame, found: Turnaround, quarter: str, source_id: str) -> Indicators:
    """Give the shares on time as data."""
    about = {"unit": "pct", "period": quarter, "place": source_id}
    rows = [
        {"id": f"processing.on_time.{row.way}", "label": _way(row.way), "value": row.share_pct, "low": row.low_pct,
         "high": row.high_pct, "numerator": row.hits, "denominator": row.total, **about}
        for row in shares.itertuples(index=False)
    ]  # fmt: skip
    on_time = found.estimate("on_time_pct")
    rows.append({"id": "processing.on_time.followed", "label": _way("followed"), "value": on_time.value,
                 "low": on_time.low, "high": on_time.high, "denominator": on_time.n, **about})  # fmt: skip
    return Indicators(rows)


def _way(way: Any) -> Text:
    return {
        "official": text("as the portal counts"),
        "of_finished": text("of those that ended in the quarter"),
        "by_receipt": text("of those received in it that have ended or fallen due"),
        "followed": text("of all received in it with a due date, open ones followed"),
    }[str(way)]
