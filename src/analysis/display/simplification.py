"""The words, tables and figures of whether procedures really become fewer and lighter."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures
from analysis.display.output import Chart, Header, Indicators, Output, Prose, Table
from analysis.display.text import Text, count, joined, number, period, plural, same, text
from analysis.indicators.periods import last_day


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Are procedures really becoming simpler?"),
        subtitle=text("How many are in force, what came and went, how much of the limits is used, what to cut first"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(flow: pd.DataFrame, odd: pd.DataFrame, before: str) -> Prose:
    """Say how many procedures are in force, how that came about since a quarter, and whether every one was decided."""
    if flow.empty:
        return Prose(
            text(
                "The register of procedures has not been filled in, so what is in force, issued and abolished is not "
                "known. The form: `analysis template procedures` and `analysis template procedure_changes`."
            ),
            style="statement",
        )
    return Prose(joined([_stock(flow, before), _crept_in(odd)]), style="statement")


def not_filled_in() -> Prose:
    """Say that a part of the page is not known without the register."""
    return Prose(text("Not known: the register of procedures has not been filled in."), style="note")


def flow(found: pd.DataFrame) -> Output:
    """Give stock and flow by quarter."""
    if found.empty:
        return not_filled_in()
    frame = found.assign(period_name=found["period"].map(period))
    caption = text("Procedures in force at the end of the quarter, and decisions that took effect in it")
    names = ["period_name", "in_force_count", "issued_count", "amended_count", "abolished_count"]
    return Table(frame[names].reset_index(drop=True), "flow", caption)


def flow_chart(found: pd.DataFrame, table: Output) -> Output:
    """Draw the procedures in force from zero, so that a small change looks small."""
    if not isinstance(table, Table):
        return not_filled_in()
    merger = policy.events()["merger_2025"].date.isoformat()
    dated = table.frame.assign(
        as_of_date=[last_day(str(name)) for name in found["period"]],
        headline_name=found["period"].map(lambda _: text("Procedures in force")),
    )
    plotted = Table(dated[["as_of_date", "in_force_count", "headline_name"]], table.id, table.caption)
    alt = text("Procedures in force by quarter; the line is broken at the merger.")
    columns = ("as_of_date", "in_force_count", "headline_name")
    chart = figures.monthly(plotted, columns=columns, breaks=[(merger, text("merger"))], alt=alt)
    return Chart(chart.svg, chart.alt, table, chart.key)


def unseen(odd: pd.DataFrame) -> Output:
    """Give what changed without a decision, and where the receipts promise longer than the register."""
    if odd.empty:
        return not_filled_in()
    frame = pd.DataFrame(
        {
            "check_words": [_check(str(name)) for name in odd["check_id"]],
            "found_count": odd["found_count"].astype(float),
            "all_count": odd["of_count"].astype(float),
            "examples_words": [same(", ".join(codes) or "–") for codes in odd["examples"]],
        }
    )
    return Table(
        frame,
        "unseen",
        text("The register against the decisions and the receipts: procedures to look at, with their codes"),
    )


def amendments(found: pd.DataFrame) -> Prose:
    """Say what the decisions to amend changed."""
    said = []
    for row in found[found["known_count"] > 0].itertuples(index=False):
        words = {
            "days": text(
                "Of {known} decisions to amend that give the time limit before and after, {lighter} shortened it and "
                "{heavier} lengthened it; on average from {before} to {after} working days.",
                **_moved(row),
            ),
            "documents": text(
                "Of {known} that give the documents, {lighter} ask for fewer and {heavier} for more; on average from "
                "{before} to {after}.",
                **_moved(row),
            ),
        }
        said.append(words[str(row.measure)])
    if not said:
        return Prose(
            text("No decision to amend gives limits or documents before and after: what they cut is not known."),
            style="note",
        )
    said.append(text("These are the words of the decisions, not what applicants noticed."))
    return Prose(joined(said))


def figures_for_machines(flow_: pd.DataFrame, odd: pd.DataFrame, source_id: str) -> Indicators:
    """Give the stock, and what changed without a decision, as data."""
    rows = [
        {"id": f"simplification.{name}", "label": label, "unit": "count", "value": float(value),
         "period": flow_["period"].iloc[-1], "place": source_id}
        for name, label, value in (
            *(("in_force", text("Procedures in force"), each) for each in flow_["in_force_count"].tail(1)),
            *((str(row.check_id), _check(str(row.check_id)), row.found_count) for row in odd.itertuples(index=False)),
        )
    ]  # fmt: skip
    return Indicators(rows)


def _stock(flow: pd.DataFrame, before: str) -> Text:
    """Say what is in force, and by what decisions it came from what was in force before."""
    by_period = flow.set_index("period").astype(float)
    now, quarter = count(float(by_period["in_force_count"].iloc[-1])), period(str(by_period.index[-1]))
    if before not in by_period.index:
        return text("{now} procedures were in force at the end of {quarter}.", now=now, quarter=quarter)
    since = by_period[by_period.index > before]
    then = float(by_period["in_force_count"][before])
    words = joined(
        [
            _fewer_or_more(float(by_period["in_force_count"].iloc[-1]) - then),
            text(
                "{now} procedures were in force at the end of {quarter}, against {then} at the end of {before}, before "
                "the directive: {abolished} were abolished since, {issued} issued, {amended} amended.",
                now=now,
                quarter=quarter,
                then=count(then),
                before=period(before),
                abolished=count(float(since["abolished_count"].sum())),
                issued=count(float(since["issued_count"].sum())),
                amended=count(float(since["amended_count"].sum())),
            ),
        ]
    )
    merger = str(pd.Period(policy.events()["merger_2025"].date, freq="Q")).replace("Q", "-Q")
    if merger not in since.index:
        return words
    with_districts = text(
        "Of the abolitions {n} took effect in {quarter}, when the districts came to an end.",
        n=count(float(since["abolished_count"][merger])),
        quarter=period(merger),
    )
    return joined([words, with_districts])


def _fewer_or_more(more: float) -> Text:
    """Answer by the count alone whether there are fewer procedures; whether they are lighter is another question."""
    if more:
        return (
            text("In number, fewer by {n}.", n=count(-more))
            if more < 0
            else text("In number, no: {n} more.", n=count(more))
        )
    return text("In number, no: as many as before.")


def _crept_in(odd: pd.DataFrame) -> Text:
    entered = odd[odd["check_id"] == "entered"]
    found, looked_at = int(entered["found_count"].sum()), int(entered["of_count"].sum())
    if found:
        return plural(
            "{n} procedure entered the register without a decision.",
            "{n} procedures entered the register without a decision.",
            found,
        )
    if not looked_at:
        return text("None has entered the register since it began.")
    return plural(
        "The one that entered the register since it began has its decision.",
        "Each of the {n} that entered the register since it began has its decision.",
        looked_at,
    )


def _moved(row: Any) -> dict[str, Any]:
    return {
        "known": int(row.known_count),
        "lighter": int(row.lighter_count),
        "heavier": int(row.heavier_count),
        "before": number(row.before_mean, 1),
        "after": number(row.after_mean, 1),
    }


def _check(name: str) -> Text:
    return {
        "entered": text("Entered the register with no decision to issue it that day"),
        "left": text("Left the register with no decision to abolish it that day"),
        "not_entered": text("Issued by a decision, not in the register from that day"),
        "heavier": text("Longer limit, more documents or a higher fee with no decision to amend"),
        "still_filed": text("Procedures filed in the quarter while not in force"),
        "promised": text("Most receipts of the quarter promise a longer limit than the register"),
    }[name]
