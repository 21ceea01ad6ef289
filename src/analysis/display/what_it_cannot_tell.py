"""The words and tables of what these reports cannot say, each sentence made from what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.output import Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, count, joined, number, percent, period, plural, same, text
from analysis.indicators.codebook import indicator
from analysis.indicators.limits import IndexLimits, Months
from analysis.methods.interrupted import Interrupted
from analysis.methods.reach import FEWEST_MONTHS

REASONS = ("no_target", "no_deadline", "disputed", "not_measured")


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("What this cannot tell you"),
        subtitle=text("For each question, what cannot be concluded and why; counted from the figures themselves"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(found: Mapping[str, Interrupted], months: Months, tasks: pd.DataFrame) -> Prose:
    """Say what can be said of the three questions, in one paragraph."""
    name, first = next(iter(found.items()))
    total = len(policy.directive_4550().tasks)
    passed = any(each.verdict == "cause" for each in found.values())
    words = [
        text("One series passes the checks for an effect; that it was this directive and nothing else it cannot show.")
        if passed
        else text("These reports say what changed and how sure that is; that the directive did it they cannot say."),
        text(
            "Between the directive and the merger lie {clean} months; a change of less than {least} percentage points "
            "in “{name}” is easily missed in them.",
            clean=months.clean,
            least=number(first.estimate("detectable").value, 1),
            name=_name(name),
        ),
        text(
            "Of {total} tasks {judged} can be judged against a target with a deadline.",
            total=total,
            judged=total - len(tasks),
        ),
    ]
    return Prose(joined(words), style="statement")


def used_more(shares: pd.DataFrame, definitions_count: int, limits: IndexLimits, real: Mapping[str, int]) -> Listing:
    """Say what cannot be concluded about use."""
    known = shares.dropna(subset=["share_pct"])
    bounds = shares.dropna(subset=["low_pct", "high_pct"]).iloc[0]
    items = [
        text(
            "Whether “the online share” rose: there is no single one. By what is counted it is {low} to {high} in the "
            "same quarter, and the published figures use {n} definitions with denominators that differ.",
            low=percent(known["share_pct"].min()),
            high=percent(known["share_pct"].max()),
            n=definitions_count,
        ),
        text(
            "Whether people file online themselves: an account that files for others is not always marked, so only "
            "bounds are known, {low} to {high}.",
            low=percent(bounds["low_pct"]),
            high=percent(bounds["high_pct"]),
        ),
        text(
            "Whether there is more to gain: the index gives full marks from {enough} online, and {place} has {share}; "
            "past full marks a row says nothing more.",
            place=same(limits.place),
            enough=percent(limits.enough_pct, 0),
            share=percent(limits.online_pct),
        ),
        plural(
            "How the country is doing: the portal's figures here are of {n} province; others can be fetched.",
            "How the country is doing: the portal's figures here are of {n} provinces; others can be fetched.",
            real["provinces"],
        ),
        text(
            "How Bình Phước went on: {figures} figures of 2024 and {points} values of its index were published, no "
            "series by month; since 1 July 2025 it is part of another province.",
            figures=real["figures"],
            points=real["points"],
        ),
    ]
    return Listing(items)


def simpler(priced: pd.DataFrame) -> Listing:
    """Say what cannot be concluded about procedures becoming simpler."""
    times = policy.cost_model().times
    assumed = sum(each.certainty == "assumed" for each in times)
    saved, left = float(priced["saved_vnd"].sum()), float(priced["left_vnd"].sum())
    items = [
        text(
            "How many hours applicants save: {assumed} of {whole} times in the cost model are assumed, not measured; "
            "the intervals carry that, the level rests on it.",
            assumed=assumed,
            whole=len(times),
        ),
        text(
            "Whether a saving that a decision claims was one: of the claims re-computed here {share} is left as "
            "applicants' own time or money.",
            share=percent(100 * left / saved),
        ),
        text("That a shorter time limit is a shorter wait: a limit says what may be taken, not what is taken."),
        text("Which services the 76 essential ones are: the list was not found, the register's own mark is counted."),
    ]
    return Listing(items)


def directive_did_it(months: Months, simulated: bool) -> Listing:
    """Say what cannot be concluded about the directive."""
    items = [
        text(
            "That it worked: {before} months lie before it, {clean} after it up to the merger; after that units, tiers "
            "and tasks are others, so no series goes on.",
            before=months.before,
            clean=months.clean,
        ),
        text("That it did not: where nothing is found, read first what could have been seen (the table below)."),
        text(
            "Which of several things did it: the drive at the end of the year, new decrees and a new portal fall into "
            "the same months, and all units were told on the same day."
        ),
        text(
            "How likely a target is to be met: {since} months have passed since the merger, {needed} are needed to try "
            "such a statement on the past.",
            since=months.since,
            needed=FEWEST_MONTHS,
        )
        if months.since < FEWEST_MONTHS
        else text("Whether a chance of meeting a target holds: it is tried on the past, which a new rule may end."),
        text(
            "What the directive says in full: neither its text nor that of Notice 434/TB-VPCP was found, only accounts "
            "of them."
        ),
    ]
    if simulated:
        items.append(
            text(
                "Anything about a real province, from its dossiers: they are made up here, with an effect planted on "
                "purpose, to show that the methods find it; bring your own (docs/dossiers.md)."
            )
        )
    return Listing(items)


def who_does_better(limits: IndexLimits) -> Listing:
    """Say what cannot be concluded about units."""
    items = [
        text(
            "Who is first: of {place}'s index {rows} rows, {points} points, give nearly all {units} units the same; "
            "the order is decided in the others, and is to be read with their intervals.",
            place=same(limits.place),
            rows=limits.same_rows,
            points=count(limits.same_points),
            units=limits.units,
        ),
        text(
            "Who handles petitions well: {free} of {units} units had none and were given {points} points for that.",
            free=limits.free_units,
            units=limits.units,
            points=count(limits.free_points),
        ),
        text(
            "Who satisfies people: the rows on time and on satisfaction count the same {cases} dossiers and differ by "
            "{difference}; on-time alone decides {points} points.",
            cases=count(limits.twice_cases),
            difference=count(limits.twice_difference),
            points=count(limits.twice_points),
        ),
        text("Who works well as a person: no figure here goes below the unit, and none should be read so."),
    ]
    return Listing(items)


def detectable(found: Mapping[str, Interrupted], months: Months) -> Table:
    """Give the smallest change that would have been seen in four of five such series."""
    frame = pd.DataFrame(
        {
            "headline_name": [_name(name) for name in found],
            "months_before_count": float(months.before),
            "months_after_count": float(months.clean),
            "detectable_points": [each.estimate("detectable").value for each in found.values()],
        }
    )
    caption = text("The smallest change that would be found in 4 of 5 such series, in percentage points")
    return Table(frame, "detectable", caption)


def tasks(found: pd.DataFrame) -> Table:
    """Give the tasks that cannot be judged, those together that share a reason."""
    orders = {task.id: Text(task.order.vi, task.order.en) for task in policy.directive_4550().tasks}
    words = {
        "not_measured": text("no indicator can stand for it"),
        "no_target": text("no target is known"),
        "no_deadline": text("a target, but no deadline is known"),
        "disputed": text("the sources disagree on its target"),
    }
    alike = {reason: found.loc[found["reason"] == reason, "task_id"].tolist() for reason in REASONS}
    rows = [
        {
            "why_not_words": words[reason],
            "tasks_count": float(len(tasks_)),
            "task_name": joined([orders[name] for name in tasks_], "; "),
        }
        for reason, tasks_ in alike.items()
        if tasks_
    ]
    caption = text("Tasks of the directive that cannot be judged in time, by reason")
    return Table(pd.DataFrame(rows), "tasks_not_judged", caption)


def statements(found: pd.DataFrame) -> Table:
    """Give how many statements of each policy file are how sure."""
    sure = found["certainty"].isin(["read", "read_in_code"])
    derived = found["certainty"].isin(["derived", "fitted"])
    rows = [
        {
            "policy_name": words,
            "statements_count": float((found["file"] == file).sum()),
            "statements_read_count": float((sure & (found["file"] == file)).sum()),
            "statements_derived_count": float((derived & (found["file"] == file)).sum()),
            "statements_unsure_count": float((~sure & ~derived & (found["file"] == file)).sum()),
        }
        for file, words in _files().items()
    ]
    return Table(
        pd.DataFrame(rows),
        "statements",
        text(
            "What the rules used here rest on: read in a source, derived from figures, or not sure (not found, "
            "disputed, assumed)"
        ),
    )


def unsure(found: pd.DataFrame) -> Table:
    """Give the statements that are neither read nor derived: not found, disputed or assumed."""
    unsure_ = ~found["certainty"].isin(["read", "read_in_code", "derived", "fitted"])
    # that the directive's orders are known from accounts alone stands above
    own = found[unsure_ & ~((found["file"] == "directive_4550.yml") & (found["certainty"] == "memory"))]
    rows = list(_rows(own.drop_duplicates()))
    frame = pd.DataFrame(
        {
            "policy_name": [_files()[row.file] for row in rows],
            "statement_name": [Text(row.label_vi, row.label_en) for row in rows],
            "certainty_name": [labels.certainty(row.certainty) for row in rows],
        }
    )
    caption = text(
        "Statements used here that were not found in a source, are disputed or assumed; without the orders that are "
        "known from accounts alone"
    )
    return Table(frame, "unsure", caption)


def figures_for_machines(found: Mapping[str, Interrupted], about: tuple[str, str]) -> Indicators:
    """Give the smallest changes that could be seen as data; `about` is the period and the source."""
    return Indicators(
        [
            {"id": f"detectable.{name}", "label": _name(name), "unit": "points",
             "value": each.estimate("detectable").value, "period": about[0], "place": about[1]}
            for name, each in found.items()
        ]
    )  # fmt: skip


def _files() -> dict[str, Text]:
    return {
        "directive_4550.yml": text("Tasks and targets of the directive"),
        "index_766.yml": text("Rules and bands of the index"),
        "official_targets.yml": text("Official targets"),
        "events.yml": text("Dates of acts"),
        "method_changes.yml": text("Changes of method in surveys"),
        "compliance_cost.yml": text("Times of the cost model"),
    }


def _rows(frame: pd.DataFrame) -> Any:
    return frame.itertuples(index=False)


def _name(indicator_id: str) -> Text:
    label = indicator(indicator_id).label
    return Text(label.vi, label.en)
