"""The words, the table and the trends of the directive's tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, labels
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, count, day, joined, likely, not_known, number, percent, period, text
from analysis.indicators.codebook import indicator
from analysis.indicators.directive import Asked, key
from analysis.methods.reach import FEWEST_MONTHS, Reach


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    directive = policy.directive_4550()
    return Header(
        title=text("Directive {number}: task by task", number=Text(directive.number, directive.number)),
        subtitle=text("What was ordered, where we are, what the target is, and what is missing to judge it"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(found: pd.DataFrame) -> Prose:
    """Say how many tasks can be judged at all, and how many of their targets are reached."""
    states = found["state"].value_counts()
    reached, not_reached = int(states.get("reached", 0)), int(states.get("not_reached", 0))
    missed = int(((found["state"] == "not_reached") & found["value_then"].notna()).sum())
    words = [
        text(
            "Of {tasks} tasks {measured} have an indicator. Targets known: {judged}; reached: {reached}; missed at "
            "their deadline: {missed}; not reached yet: {ahead}.",
            tasks=int(found["task_id"].nunique()),
            measured=int(found.dropna(subset=["indicator_id"])["task_id"].nunique()),
            judged=reached + not_reached,
            reached=reached,
            missed=missed,
            ahead=not_reached - missed,
        ),
        text("The full text of the directive was not found: a target or deadline that is not shown is not known."),
    ]
    return Prose(joined(words), style="statement")


def enough(asked: Mapping[str, Asked]) -> dict[str, Asked]:
    """Keep what has months enough since the merger to try a chance on the past."""
    return {name: each for name, each in asked.items() if len(each.series) >= FEWEST_MONTHS}


def chances(found: pd.DataFrame, asked: Mapping[str, Asked], tried: Mapping[str, Reach]) -> Table:
    """Give of every target how likely it is to be met in time, or why that is not said."""
    orders = {task.id: Text(task.order.vi, task.order.en) for task in policy.directive_4550().tasks}
    rows = [
        {
            "task_name": orders[str(row.task_id)],
            "headline_name": _name(row.indicator_id),
            "change_words": _change(row),
            "chance_words": _chance(row, asked, tried),
        }
        for row in found.itertuples(index=False)
    ]
    return Table(pd.DataFrame(rows), "chances", text("Change over a year; chance of meeting the target in time"))


def tasks(found: pd.DataFrame) -> Table:
    """Give every task with its headline now, a year before, and its target."""
    orders = {task.id: Text(task.order.vi, task.order.en) for task in policy.directive_4550().tasks}
    rows = [
        {
            "task_name": orders[str(row.task_id)],
            "headline_name": _name(row.indicator_id),
            "year_words": _year(row),
            "target_words": _target(row),
            "state_name": _state(row),
        }
        for row in found.itertuples(index=False)
    ]
    last = found["period"].dropna().max()
    caption = text("The tasks of the directive, in its order; now: {quarter}", quarter=period(last))
    return Table(pd.DataFrame(rows), "tasks", caption)


def missing(found: pd.DataFrame) -> Listing:
    """Say of each task what is missing to judge it."""
    items = []
    for task in policy.directive_4550().tasks:
        own = found[found["task_id"] == task.id]
        said = []
        if task.not_measured:
            said.append(Text(task.not_measured.vi, task.not_measured.en))
        elif (own["state"] == "no_figures").any():
            said.append(text("no figures were brought (the form: `analysis template`)"))
        elif (own["state"] == "no_target").any():
            said.append(text("target and deadline are not known"))
        elif own["target_by"].isna().any():
            said.append(text("the deadline is not known"))
        if task.certainty == "disputed":
            said.append(labels.certainty(task.certainty))
        sentences = [joined(said, "; ")] if said else []
        if task.remark:
            sentences.append(Text(task.remark.vi, task.remark.en))
        if sentences:
            order = Text(task.order.vi, task.order.en)
            items.append(order + Text(": ", ": ") + joined(sentences, ". ") + Text(".", "."))
    return Listing(items)


def trends(series: pd.DataFrame) -> Table:
    """Give the headline shares by quarter."""
    dates = pd.PeriodIndex(series["period"].str.replace("-", ""), freq="Q").end_time.strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        {
            "as_of_date": dates,
            "headline_name": [_name(name) for name in series["indicator_id"]],
            "headline_pct": series["value"],
        }
    )
    return Table(frame, "trends", text("Headline shares of the tasks by quarter"))


def trends_chart(table: Table) -> Chart:
    """Draw a small panel a task."""
    events = policy.events()
    mark = (events["directive_4550"].date.isoformat(), text("directive"))
    cut = (events["merger_2025"].date.isoformat(), text("merger"))
    alt = text("A panel for each task's headline share by quarter; lines mark the directive and the merger.")
    columns = ("as_of_date", "headline_pct", "headline_name")
    return figures.panels(table, columns=columns, marks=[mark], breaks=[cut], alt=alt)


def figures_for_machines(found: pd.DataFrame, source_id: str) -> Indicators:
    """Give the headlines as data."""
    rows = [
        {
            "id": f"directive.{row.task_id}.{row.indicator_id}",
            "label": _name(row.indicator_id),
            "unit": indicator(str(row.indicator_id)).unit,
            "value": row.value,
            "period": row.period,
            "place": source_id,
        }
        for row in found.dropna(subset=["indicator_id", "value"])
        .drop_duplicates(["task_id", "indicator_id"])
        .itertuples()
    ]
    return Indicators(rows)


def _name(indicator_id: Any) -> Text:
    if not isinstance(indicator_id, str):
        return text("not measured")
    label = indicator(indicator_id).label
    return Text(label.vi, label.en)


def _value(value: Any, indicator_id: Any) -> Text:
    if not isinstance(indicator_id, str) or pd.isna(value):
        return not_known()
    unit = indicator(indicator_id).unit
    if unit == "pct":
        return percent(float(value))
    if unit == "days":
        return text("{n} working days", n=number(float(value), 0))
    return count(float(value))


def _target(row: Any) -> Text:
    if pd.isna(row.target_value):
        return not_known()
    value = _value(row.target_value, row.indicator_id)
    by = day(row.target_by) if isinstance(row.target_by, str) else not_known()
    return text("{value}, by: {day}", value=value, day=by)


def _year(row: Any) -> Text:
    """Give the headline a year before and now in one cell: a phone has no room for two."""
    if pd.isna(row.value) and pd.isna(row.value_before):
        return not_known()
    ends = [_value(value, row.indicator_id) for value in (row.value_before, row.value)]
    return joined(ends, " → ")


def _change(row: Any) -> Text:
    """Say how far the headline moved in a year."""
    if pd.isna(row.value) or pd.isna(row.value_before):
        return not_known()
    unit = indicator(str(row.indicator_id)).unit
    moved = float(row.value - row.value_before)
    if not round(moved, 1):
        return text("no change")
    amount = number(abs(moved), 1 if unit in ("pct", "days") else 0)
    if unit == "pct":
        amount = text("{n} percentage points", n=amount)
    # whether that is good is left to the target: a flow that was large at the merger falls after it
    return text("up by {amount}", amount=amount) if moved > 0 else text("down by {amount}", amount=amount)


def _chance(row: Any, asked: Mapping[str, Asked], tried: Mapping[str, Reach]) -> Text:
    """Give the chance with the record of the method on the past, or the reason why none is given."""
    if row.state == "not_measured" or row.state == "no_figures":
        return text("not said: there is nothing to go by")
    if row.state == "no_target":
        return text("not said: no target is known")
    if not isinstance(row.target_by, str):
        return text("already reached, no deadline is known") if row.state == "reached" else text(
            "not said: the deadline is not known")  # fmt: skip
    if pd.notna(row.value_then):
        return text("the deadline has passed")
    if row.state == "reached":
        return text("already reached")
    name = key(row)
    if name in tried:
        check = next(check for check in tried[name].checks if check.name == "back_test")
        return text(
            "{chance}; on the past the interval held {held} of what came",
            chance=likely(tried[name].estimate("probability_pct").value),
            held=percent(100 * check.value, 0),
        )
    months = len(asked[name].series) if name in asked else 0
    return text("not said: {months} comparable months, {needed} are needed", months=months, needed=FEWEST_MONTHS)


def _state(row: Any) -> Text:
    then = pd.notna(row.value_then)
    return {
        "reached": text("reached by then") if then else text("reached"),
        "not_reached": text("missed: {value} then", value=_value(row.value_then, row.indicator_id))
        if then
        else text("not reached yet"),
        "no_target": text("cannot be judged"),
        "no_figures": text("no figures"),
        "not_measured": text("not measured"),
    }[row.state]
