"""The words and tables of three traps in real data: a change of method, cases still open, a status that never ends."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.output import Chart, Header, Prose, Table
from analysis.display.text import Text, joined, number, percent, period, same, text
from analysis.methods.result import Estimate, Result


def header(sources: list[dict[str, Any]]) -> Header:
    """Give title and sources."""
    last = max(source["as_of"] for source in sources)
    return Header(
        title=text("Three traps in real data, and how they are caught"),
        subtitle=text("A change of method, cases that are still open, and a status that never ends"),
        period=period(last[:4]),
        as_of=last,
        sources=sources,
    )


def lead(jump: float, days: tuple[float, Estimate], still_open: pd.DataFrame) -> Prose:
    """Say what a plain comparison would have found three times, and what is behind it.

    Parameters
    ----------
    jump
        Points by which the survey rises between 2020 and 2021.
    days
        By how many days the online channel is quicker among finished cases, and with open ones followed.
    still_open
        `indicators.still_open`.
    """
    naive, followed = days
    words = text(
        "Three plain comparisons of real figures say what is not so: a rise of {jump} points that is a change of "
        "method; an online channel {naive} working days quicker, of which {value} are left when open cases count; and "
        "{share} of year-old declarations “being processed”.",
        jump=number(jump, 2),
        naive=number(naive, 1),
        value=number(-followed.value, 1),
        share=percent(_old_and_open(still_open)),
    )
    return Prose(words, style="statement")


def survey_by_year(scores: pd.DataFrame) -> Table:
    """Give the mean of the sub-dimensions by year, and the measure it was taken by."""
    by_year = scores.groupby(["period", "segment"], as_index=False).agg(
        score_points=("score_points", "mean"), provinces_count=("papi_code", "nunique")
    )
    measure = by_year["segment"].map({0: text("old measure"), 1: text("new measure")})
    caption = text("PAPI, public administrative procedures: mean of three sub-dimensions (SC51, SC53, SC54)")
    frame = by_year.assign(measure_name=measure)[["period", "score_points", "provinces_count", "measure_name"]]
    return Table(frame, "survey", caption)


def survey_chart(table: Table) -> Chart:
    """Draw the means, each in the middle of its year, with the line at which the measure changes."""
    changes = [each for each in policy.method_changes() if each.id == "papi_c5_2021"]
    lines = [(f"{each.since}-01-01", text("measured in another way")) for each in changes]
    alt = text("Mean scores by year, 2011 to 2024; a jump lies at the line where the measure changed.")
    dated = table.frame.assign(as_of_date=table.frame["period"] + "-07-01")
    plotted = Table(dated[["as_of_date", "score_points", "measure_name"]], table.id, table.caption)
    chart = figures.over_time(plotted, columns=("as_of_date", "score_points", "measure_name"), breaks=lines, alt=alt)
    return Chart(chart.svg, chart.alt, table, chart.key)


def survey_words(jump: float, change: policy.MethodChange, after: float) -> Prose:
    """Say what a plain before and after would find, and what is left of it within the new measure."""
    words = text(
        "A plain comparison of 2020 with 2021 finds a rise of {jump} points. It is a change of method, not a reform "
        "({change}), and the comparison is refused. Within the new measure, 2021 to 2024, the mean changed by {after}.",
        jump=number(jump, 2),
        change=Text(change.label.vi, change.label.en),
        after=number(after, 2),
    )
    return Prose(words)


def channels(results: dict[str, Result], cases: pd.DataFrame) -> Table:
    """Compare channels by finished cases alone and by all cases followed."""
    rows = []
    for channel, found in results.items():
        own = cases[cases["channel"] == channel]
        followed = found.estimate("on_time_pct")
        rows.append(
            {
                "channel_name": labels.codes("channel").get(channel, same(channel)),
                "followed_count": len(own),
                "open_pct": 100 * float((own["end"] == "open").mean()),
                "of_finished_pct": found.estimate("naive_of_finished_pct").value,
                "on_time_pct": followed.value,
                "low_pct": followed.low,
                "high_pct": followed.high,
            }
        )
    caption = text("Permits by channel: in time among the finished cases, and among all cases followed")
    merged: dict[tuple[str, ...], Text] = {
        ("on_time_pct", "low_pct", "high_pct"): text("On time, of all (%), interval of 95%")
    }
    return Table(pd.DataFrame(rows), "channels", caption, merged=merged)


def channel_words(naive_days: float, followed: Estimate) -> Prose:
    """Say how much of the online channel's lead is left once open cases count, and whether chance explains it."""
    value, low, high = -followed.value, -followed.high, -followed.low
    words = text(
        "Among finished cases the online channel is {naive} working days quicker than desk and post. With the open "
        "cases followed, up to 150 days, it is {value} ({low} to {high}): slow online cases had not ended yet.",
        naive=number(naive_days, 1),
        value=number(value, 1),
        low=number(low, 1),
        high=number(high, 1),
    )
    if low <= 0 <= high:
        words = joined([words, text("That is no larger than chance.")])
    return Prose(words)


def open_by_age(found: pd.DataFrame) -> Table:
    """Give how much of each month's declarations is still open by its status, oldest first."""
    shown = found.sort_values("month")
    caption = text("Declarations of residence still 'IN LAVORAZIONE' at the last vintage, by month of declaration")
    return Table(shown[["month", "age_months", "all_count", "open_pct"]].reset_index(drop=True), "open", caption)


def open_chart(table: Table) -> Chart:
    """Draw the share still open by month of declaration."""
    frame = table.frame.assign(as_of_date=table.frame["month"] + "-01")
    plotted = Table(frame[["as_of_date", "open_pct", "age_months", "all_count"]], table.id, table.caption)
    first, last = table.frame.iloc[0], table.frame.iloc[-1]
    alt = text(
        "Still open by its status: {first} of the declarations of {first_month}, {last} of those of {last_month}.",
        first=percent(first["open_pct"]),
        first_month=period(str(first["month"])),
        last=percent(last["open_pct"]),
        last_month=period(str(last["month"])),
    )
    chart = figures.over_time(plotted, columns=("as_of_date", "open_pct", None), alt=alt)
    return Chart(chart.svg, chart.alt, table, chart.key)


def open_words(found: pd.DataFrame) -> Prose:
    """Say that the status is refused as a clock."""
    words = text(
        "Of the declarations of a year ago and before, {share} still have the status of being processed: it never "
        "empties, so it measures no duration, and durations from it are refused.",
        share=percent(_old_and_open(found)),
    )
    return Prose(words)


def _old_and_open(found: pd.DataFrame) -> float:
    """Give the share still open, in percent, of the declarations of a year ago and before."""
    old = found[found["age_months"] >= 12]
    return 100 * float(old["open_count"].sum()) / float(old["all_count"].sum())
