"""The words and the tables of the directive's tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.output import Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, count, day, joined, likely, not_known, number, percent, period, text
from analysis.indicators.codebook import indicator
from analysis.indicators.directive import Asked, key
from analysis.methods.reach import FEWEST_MONTHS, Reach

WEIGHT = {"not_reached": 0, "reached": 1, "no_target": 2, "no_figures": 3, "not_measured": 4}


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
    aimed = found.loc[found["state"].isin(["reached", "not_reached"]), "task_id"].nunique()
    words = [
        text(
            "Of {judged} known targets: {reached} reached, {missed} missed at their deadline, {ahead} not reached yet. "
            "They belong to {aimed} of the {tasks} tasks; {measured} tasks have an indicator.",
            tasks=int(found["task_id"].nunique()),
            aimed=int(aimed),
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
    """Give of every known target how likely it is to be met in time, or why that is not said."""
    rows = [
        {
            "headline_name": _name(row.indicator_id),
            "target_words": _target(row),
            "change_words": _change(row),
            "chance_words": _chance(row, asked, tried),
        }
        for row in found.dropna(subset=["target_value"]).itertuples(index=False)
    ]
    caption = text("The known targets: change over a year, chance of meeting them in time")
    return Table(pd.DataFrame(rows), "chances", caption)


def no_chance(found: pd.DataFrame) -> Prose:
    """Say for how many tasks no chance is given at all, and why."""
    own = found.drop_duplicates("task_id")["state"].value_counts()
    return Prose(
        text(
            "For {no_target} tasks no chance is given because no target is known, for {no_figures} because there are "
            "no figures, for {not_measured} because nothing can be counted.",
            **{state: int(own.get(state, 0)) for state in ("no_target", "no_figures", "not_measured")},
        )
    )


def tasks(found: pd.DataFrame) -> Table:
    """Give every task with its headline a year before and now, and its target: what was missed first."""
    orders = {task.id: Text(task.order.vi, task.order.en) for task in policy.directive_4550().tasks}
    missed = (found["state"] == "not_reached") & found["value_then"].notna()
    ordered = found.assign(weight=found["state"].map(WEIGHT).astype(float).mask(missed, -1.0))
    ordered = ordered.sort_values("weight", kind="stable")
    rows = [
        {
            "task_name": orders[str(row.task_id)],
            "headline_words": _headline(row),
            "target_words": _target(row),
            "state_name": _state(row),
        }
        for row in ordered.itertuples(index=False)
    ]
    last = found["period"].dropna().max()
    caption = text(
        "The tasks, missed targets first, in the directive's order where no target is known; now: {quarter}",
        quarter=period(last),
    )
    return Table(pd.DataFrame(rows), "tasks", caption)


def missing(found: pd.DataFrame) -> Listing:
    """Say what is missing to judge the tasks, those together that lack the same."""
    orders: dict[str, list[Text]] = {}
    lacking: dict[str, Text] = {}
    for task in policy.directive_4550().tasks:
        lacks = _lacks(task, found[found["task_id"] == task.id])
        if lacks is not None:
            orders.setdefault(lacks.en, []).append(Text(task.order.vi, task.order.en))
            lacking[lacks.en] = lacks
    items = [joined(each, "; ") + Text(": ", ": ") + lacking[name] + Text(".", ".") for name, each in orders.items()]
    return Listing(sorted(items, key=lambda item: -len(item.en)))


def _lacks(task: policy.Task, own: pd.DataFrame) -> Text | None:
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
    return joined(sentences, ". ") if sentences else None


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


def _headline(row: Any) -> Text:
    """Give the headline a year before and now in one cell: a phone has no room for three."""
    if pd.isna(row.value) and pd.isna(row.value_before):
        return _name(row.indicator_id)
    ends = [_value(value, row.indicator_id) for value in (row.value_before, row.value)]
    return joined([_name(row.indicator_id), joined(ends, " → ")], ": ")


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
