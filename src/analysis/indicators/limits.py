"""What cannot be concluded, counted from what there is: months, places, rules not read, rows that say little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis import facts, policy
from analysis.indicators.incentives import counted_twice, separation
from analysis.indicators.service_index import ServiceIndex

BINH_PHUOC = "70"
SURE = ("read", "read_in_code")


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months of a source: before the directive, from it to the merger, and since the merger."""

    before: int
    clean: int
    since: int


@dataclass(frozen=True, slots=True)
class IndexLimits:
    """What the index of one province and period cannot say of its units.

    Attributes
    ----------
    place
        The province's name as the portal writes it.
    same_rows, same_points
        Rows in which nearly all units have the same points, and what they are worth together.
    free_units, free_points
        Units that had no petition, and the points each was given for that.
    twice_points, twice_difference, twice_cases
        Points that the same dossiers decide twice, by how many of them the two rows differ, and of how many.
    online_pct, enough_pct
        The province's share of dossiers filed online, and the share from which on the row gives full marks.
    unsure_rows, rows
        Rows whose rule was not read but derived, fitted or is disputed; and all scored rows.
    """

    place: str
    units: int
    same_rows: int
    same_points: float
    free_units: int
    free_points: float
    twice_points: float
    twice_difference: float
    twice_cases: float
    online_pct: float
    enough_pct: float
    unsure_rows: int
    rows: int


def months(source_id: str) -> Months:
    """Count the whole months of a source's dossiers on each side of the directive and of the merger."""
    brought = facts.dossiers_brought(source_id).iloc[0]
    event = pd.Period(policy.directive_4550().issued_on, freq="M")
    merger = pd.Period(policy.events()["merger_2025"].date, freq="M")
    day = pd.Timestamp(facts.provenance_of(source_id)[0]["as_of"])
    last = pd.Period(day + pd.Timedelta(days=1), freq="M") - 1
    first = pd.Period(brought["first_month"], freq="M")
    return Months(
        before=max(0, (event - first).n),
        clean=max(0, (min(merger - 1, last) - event).n + 1),
        since=max(0, (last - merger).n + 1),
    )


def real_figures() -> dict[str, int]:
    """Count what real figures there are: provinces of the portal; Bình Phước's figures, and its points of the index."""
    series = facts.load("index_series")
    return {
        "provinces": int(facts.load("portal_groups")["province_code"].nunique()),
        "figures": len(facts.load("binh_phuoc_2024")),
        "points": int((series["place_code"] == BINH_PHUOC).sum()),
    }


def statements() -> pd.DataFrame:
    """Give every statement of the policy files with how sure it is: `file`, `label_vi`, `label_en`, `certainty`."""
    rows = [(file, label.vi, label.en, certainty) for file, label, certainty in _statements()]
    return pd.DataFrame(rows, columns=["file", "label_vi", "label_en", "certainty"])


def not_judged() -> pd.DataFrame:
    """Give the tasks that cannot be judged in time: `task_id` and `reason`.

    `not_measured` (no indicator can stand for it), `no_target` (none is known), `no_deadline` (a target, but no day) or
    `disputed` (the sources disagree on a target that has a day). A task that can be judged is not in the answer.
    """
    found = [(task.id, reason) for task in policy.directive_4550().tasks if (reason := _why_not(task))]
    return pd.DataFrame(found, columns=["task_id", "reason"])


def index_limits(index: ServiceIndex) -> IndexLimits:
    """Count what the index cannot say of its units."""
    scored = {row.id: row for row in policy.index_766().rows}
    apart = separation(index)
    same = apart.loc[~apart["separates"], "row_id"]
    free = [name for name, row in scored.items() if row.zero_denominator == "full" and row.counted == "petition"]
    rows = index.rows[index.rows["unit_code"].isin(index.children["unit_code"])]
    without = rows[rows["row_id"].isin(free) & (rows["denominator_count"] == 0)]
    twice = counted_twice(index)
    own = index.rows[index.rows["unit_code"] == index.province_code].set_index("row_id")
    names = index.units.set_index("unit_code")["unit_name"]
    return IndexLimits(
        place=str(names[index.province_code]),
        units=len(index.children),
        same_rows=len(same),
        same_points=sum(scored[name].maximum_points for name in same),
        free_units=int(without["unit_code"].nunique()),
        free_points=sum(scored[name].maximum_points for name in free),
        twice_points=float(twice["maximum_points"].sum()),
        twice_difference=float(twice["difference_count"].sum()),
        twice_cases=float(twice["denominator_count"].sum()),
        online_pct=float(own["share_pct"].get("dossiers_filed_online", float("nan"))),
        enough_pct=scored["dossiers_filed_online"].full_marks_at_pct,
        unsure_rows=sum(row.certainty not in SURE for row in scored.values()),
        rows=len(scored),
    )


def _why_not(task: policy.Task) -> str | None:
    if task.headline is None:
        return "not_measured"
    if not task.targets:
        return "no_target"
    dated = [target for target in task.targets if target.by is not None]
    if not dated:
        return "no_deadline"
    return "disputed" if all(target.certainty == "disputed" for target in dated) else None


def _statements() -> Iterator[tuple[str, policy.Label, policy.Certainty]]:
    directive, index, model = policy.directive_4550(), policy.index_766(), policy.cost_model()
    for task in directive.tasks:
        yield "directive_4550.yml", task.order, task.certainty
        for target in task.targets:
            yield "directive_4550.yml", task.order, target.certainty
    for row in index.rows:
        yield "index_766.yml", row.label, row.certainty
    for band in index.bands:
        yield "index_766.yml", band.label, band.certainty
    rows = {row.id: row for row in index.rows}
    for target in policy.official_targets().targets:
        yield "official_targets.yml", rows[target.indicator].label, target.certainty
    for event in policy.events().values():
        yield "events.yml", event.label, event.certainty
    for change in policy.method_changes():
        yield "method_changes.yml", change.label, change.certainty
    for time in model.times:
        yield "compliance_cost.yml", time.label, time.certainty
