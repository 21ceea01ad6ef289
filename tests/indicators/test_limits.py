"""What cannot be told is counted, not typed: planted gaps are found, and mending one takes it off the page."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest

from analysis import facts, indicators, policy
from analysis.display import what_it_cannot_tell as shown
from analysis.indicators import limits
from analysis.indicators.service_index import ServiceIndex


@pytest.mark.parametrize(
    ("first", "as_of", "expected"),
    [
        ("2023-01", "2026-09-30", (22, 8, 15)),
        ("2023-01", "2026-09-29", (22, 8, 14)),  # a month that is not over does not count
        ("2024-11", "2025-03-31", (0, 5, 0)),
        ("2024-10", "2024-10-31", (1, 0, 0)),
    ],
)
def test_months_on_each_side_of_the_directive_and_the_merger(
    monkeypatch: pytest.MonkeyPatch, first: str, as_of: str, expected: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(facts, "dossiers_brought", lambda _: pd.DataFrame({"first_month": [first]}))
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": as_of}])
    found = limits.months("own")
    assert (found.before, found.clean, found.since) == expected


def test_a_task_is_judged_once_its_target_has_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    found = limits.not_judged()
    directive = policy.directive_4550()
    assert set(found["task_id"]) == {task.id for task in directive.tasks} - {"raise_use"}
    reasons = dict(zip(found["task_id"], found["reason"], strict=True))
    assert (reasons["judge_heads"], reasons["decentralise"], reasons["essential_services"]) == (
        "not_measured", "no_target", "no_deadline",
    )  # fmt: skip
    dated = [
        task.model_copy(
            update={"targets": tuple(t.model_copy(update={"by": datetime.date(2027, 1, 1)}) for t in task.targets)}
        )
        for task in directive.tasks
    ]
    monkeypatch.setattr(policy, "directive_4550", lambda: directive.model_copy(update={"tasks": tuple(dated)}))
    mended = limits.not_judged().set_index("task_id")["reason"]
    assert "essential_services" not in mended
    assert mended["halve_internal"] == "disputed"


def test_every_statement_of_the_policy_files_is_counted_by_how_sure_it_is() -> None:
    found = limits.statements()
    table = shown.statements(found).frame
    assert table["statements_count"].sum() == len(found)
    parts = ["statements_read_count", "statements_derived_count", "statements_unsure_count"]
    assert (table[parts].sum(axis=1) == table["statements_count"]).all()
    assert set(found["file"]) == set(shown._files())
    unsure = shown.unsure(found).frame
    assert [words["en"] for words in unsure["certainty_name"]].count("assumed by this project") == 3
    known = found.assign(certainty="read")
    assert shown.unsure(known).frame.empty


def index(petitions: int) -> ServiceIndex:
    """Twenty units whose satisfaction copies their being on time; `petitions` of them had petitions."""
    codes = ["P", *(f"U{i}" for i in range(20))]
    rows = []
    for i, code in enumerate(codes):
        hits, whole = (4000, 4200) if code == "P" else (100 + 5 * i, 210)
        had = code == "P" or i <= petitions
        rows += [
            (code, "settled_on_time", hits, whole, i), (code, "dossier_satisfaction", hits - 1, whole, i),
            (code, "petitions_on_time", 3 if had else 0, 5 if had else 0, 3.6 if had else 6),
            (code, "published_on_time", 0, 9, 0), (code, "dossiers_filed_online", 95, 100, 6),
        ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["unit_code", "row_id", "numerator_count", "denominator_count", "points"])
    scored = {row.id: row.maximum_points for row in policy.index_766().rows}
    frame["share_pct"] = 100 * frame["numerator_count"] / frame["denominator_count"]
    frame["maximum_points"] = frame["row_id"].map(scored)
    units = pd.DataFrame({"unit_code": codes, "unit_name": codes})
    units["unit_level"] = ["province", *["commune"] * 20]
    return ServiceIndex("P", "2026", "2026-09-30", False, units, frame, pd.DataFrame(), [])


def test_what_the_index_cannot_say_is_found_in_its_own_counts() -> None:
    found = limits.index_limits(index(petitions=5))
    assert (found.free_units, found.free_points) == (15, 12)
    assert (found.twice_points, found.twice_difference, found.twice_cases) == (26, 1, 4200)
    assert found.same_rows == 2
    assert (found.online_pct, found.enough_pct) == (95, 50)
    said = shown.who_does_better(found).plain("en")
    assert "15 of 20 units had none and were given 12 points" in said
    # the twin: where all had petitions nobody is given points for having none
    assert limits.index_limits(index(petitions=20)).free_units == 0


def test_the_committed_index_gives_petition_points_for_nothing() -> None:
    found = limits.index_limits(indicators.service_index("H44", "2026"))
    assert (found.free_units, found.units, found.twice_points) == (128, 163, 26)


def test_a_simulated_source_says_so_and_a_real_one_does_not() -> None:
    months = limits.Months(22, 8, 15)
    made_up = shown.directive_did_it(months, simulated=True).plain("en")
    assert "made up here" in made_up
    assert "15 months have passed since the merger, 18 are needed" in made_up
    real = shown.directive_did_it(limits.Months(22, 8, 20), simulated=False).plain("en")
    assert "made up" not in real
    assert "18 are needed" not in real
