"""The words, tables and figures of the essential services and the two linked groups."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, between, count, joined, number, period, same, text
from analysis.indicators.essential import WHOLE
from analysis.indicators.registers import ESSENTIAL_SERVICES
from analysis.methods.rates import wilson

SHOWN = 10


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Are the essential services there, and used?"),
        subtitle=text("The 76 services from list to use, and birth and death end to end"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(found: pd.DataFrame, steps: pd.DataFrame) -> Prose:
    """Say how many of the 76 are there and used, and how long the linked groups take."""
    services = {str(step): int(n) for step, n in zip(found["step"], found["services_count"], strict=True)}
    words = [
        text(
            "Of {listed} essential services {online} can be had online; {used} of them had an online dossier in the "
            "last four quarters, and {mostly} at least half of their dossiers online.",
            **{name: services[name] for name in ("listed", "online", "used", "mostly")},
        )
    ]
    words += [
        text(
            "{group}: of the cases that ended half took at most {median} working days, 90% at most {most}.",
            group=_group(row.linked_group),
            median=_days(row.p50_days),
            most=_days(row.p90_days),
        )
        for row in _rows(steps[steps["step"] == WHOLE])
    ]
    return Prose(joined(words), style="statement")


def not_found() -> Prose:
    """Say what the count of 76 rests on."""
    words = text(
        "The list of the {n} services was not found: which they are is what the register marks. If it marks others, or "
        "fewer, the count is of those.",
        n=ESSENTIAL_SERVICES,
    )
    return Prose(words, style="note")


def listed_and_used(found: pd.DataFrame) -> Table:
    """Give the services on the way from the list to their use."""
    names = {
        "listed": text("On the list of essential services"),
        "in_force": text("Marked in the register and in force"),
        "online": text("Offered online, full or partial"),
        "used": text("Offered online, with an online dossier"),
        "mostly": text("Offered online, at least half of the dossiers online"),
    }
    frame = pd.DataFrame(
        {
            "services_step_name": [names[str(step)] for step in found["step"]],
            "services_count": found["services_count"].astype(float),
            "services_of_count": float(ESSENTIAL_SERVICES),
        }
    )
    return Table(frame, "listed_and_used", text("Essential services: from the list to their use, last four quarters"))


def listed_chart(table: Table) -> Chart:
    """Draw the way from list to use."""
    alt = text("A bar for each step from the list to use, each counting some of the one above it.")
    columns = {"label": "services_step_name", "value": "services_count", "maximum": "services_of_count"}
    return figures.bars(table, **columns, alt=alt)


def to_do_first(own: pd.DataFrame) -> Table:
    """Give the essential services with the most dossiers that did not come online."""
    top = own[own["not_online_count"] > 0].nlargest(SHOWN, "not_online_count")
    shares = wilson(top["online_count"], top["dossiers_count"])
    frame = pd.DataFrame(
        {
            "procedure_name": top["procedure_name"],
            "service_level_name": [_level(level) for level in top["service_level"]],
            "dossiers_count": top["dossiers_count"],
            "not_online_count": top["not_online_count"],
            "share_words": [_share(row) for row in _rows(shares)],
        }
    )
    caption = text("Essential services with the most dossiers not filed online; the online share with its interval")
    return Table(frame.reset_index(drop=True), "to_do_first", caption)


def contradictions(found: pd.DataFrame) -> Prose:
    """Say where the register and the dossiers contradict each other."""
    if found.empty:
        return Prose(text("Register and dossiers agree: none was filed online where no online service is listed."),
                     style="note")  # fmt: skip
    words = text(
        "Register and dossiers contradict each other: {services} services are listed as giving information only, or at "
        "no level, yet {dossiers} dossiers of theirs were filed online. The register has to be mended before it is "
        "counted from.",
        services=len(found),
        dossiers=count(float(found["online_count"].sum())),
    )
    return Prose(words, style="warning")


def linked_steps(found: pd.DataFrame, names: dict[str, str]) -> Table:
    """Give the days of each step and of the whole."""
    shares = wilson(found["same_day_count"], found["cases_count"])
    frame = pd.DataFrame(
        {
            "linked_step_name": [_step(row, names) for row in _rows(found)],
            "cases_ended_count": found["cases_count"],
            "median_days": found["p50_days"],
            "slow_days": found["p90_days"],
            "median_before_days": found["before_days"],
            "same_day_words": [_share(row) for row in _rows(shares)],
        }
    )
    caption = text("Linked groups, working days from receipt to the end of each step, cases of the last four quarters")
    merged: dict[tuple[str, ...], Text] = {("median_days", "slow_days"): text("Half within–90% within")}
    return Table(frame, "linked_steps", caption, merged=merged)


def linked_days(found: pd.DataFrame, names: dict[str, str]) -> Table:
    """Give the days from the quickest to the slowest tenth of each step, for the figure."""
    frame = pd.DataFrame(
        {
            "linked_step_name": [_step(row, names) for row in _rows(found)],
            "quick_days": found["p10_days"],
            "median_days": found["p50_days"],
            "slow_days": found["p90_days"],
        }
    )
    return Table(
        frame, "linked_days", text("Working days of each step: from the quickest 10% of cases to the slowest 10%")
    )


def linked_chart(table: Table) -> Chart:
    """Draw from the quick tenth to the slow tenth of each step."""
    alt = text("For each step the days from the quickest tenth to the slowest tenth of cases, with the middle marked.")
    columns = ("quick_days", "median_days", "slow_days")
    return figures.ranges(table, label="linked_step_name", columns=columns, alt=alt)


def linked_notes(found: pd.DataFrame, open_count: int, names: dict[str, str]) -> Listing:
    """Say which step holds a case up, what the times leave out, and what the law asks for."""
    items = []
    law = next(task.remark for task in policy.directive_4550().tasks if task.id == "linked_groups")
    assert law is not None  # for the type checker: the task has a remark
    for group, rows in found[found["step"] != WHOLE].groupby("linked_group", sort=False):
        slowest = next(iter(_rows(rows.nlargest(1, ["p90_days", "p50_days"]))))
        items.append(
            text(
                "{group}: the step that takes longest in the slow cases is “{step}”, 90% within {days} working days.",
                group=_group(str(group)),
                step=names.get(slowest.step, slowest.step),
                days=_days(slowest.p90_days),
            )
        )
    items += [
        text(
            "At least {n} cases have a step not settled yet; without them the whole looks quicker than it is.",
            n=open_count,
        ),
        Text(law.vi, law.en) + Text(".", "."),
    ]
    return Listing(items)


def figures_for_machines(found: pd.DataFrame, steps: pd.DataFrame, about: tuple[str, str]) -> Indicators:
    """Give the counts and the days as data; `about` is the period and the source."""
    when = {"period": about[0], "place": about[1]}
    rows = [
        {"id": f"essential_services.{row.step}", "label": words, "unit": "count", "value": float(row.services_count),
         **when}
        for row, words in zip(_rows(found), listed_and_used(found).frame["services_step_name"], strict=True)
    ]  # fmt: skip
    rows += [
        {"id": f"linked_days.{row.linked_group}", "label": _group(row.linked_group), "unit": "days",
         "value": row.p50_days, "denominator": row.cases_count, **when}
        for row in _rows(steps[steps["step"] == WHOLE])
    ]  # fmt: skip
    return Indicators(rows)


def _rows(frame: pd.DataFrame) -> Any:
    return frame.itertuples(index=False)


def _days(days: float) -> Text:
    return number(days, 0 if float(days).is_integer() else 1)


def _group(name: str) -> Text:
    return {"birth": text("Birth"), "death": text("Death")}[name]


def _step(row: Any, names: dict[str, str]) -> Text:
    step = text("the whole case") if row.step == WHOLE else same(names.get(row.step, row.step))
    return _group(row.linked_group) + same(": ") + step


def _level(level: Any) -> Text:
    if not isinstance(level, str):
        return text("not known")
    return {"full": text("full"), "partial": text("partial"), "information": text("information only")}[level]


def _share(row: Any) -> Text:
    return between(row.share_pct, row.low_pct, row.high_pct)
