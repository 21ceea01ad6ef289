"""Every task of the directive against its target: reached, missed by its deadline, or not to be judged."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pandas as pd
import pytest

from analysis import facts, indicators, methods, policy
from analysis.display import directive as shown
from analysis.display import task_trends
from analysis.errors import UsageError
from analysis.indicators import directive

QUARTERS = ["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
HEADLINES = {
    "full_online_share": [10, 31, 40, 45, 50, 55, 60],
    "internal_procedures_cut_share": [0, 10, 20, 30, 40, 45, 52],
    "internal_cost_cut_share": [0, 5, 10, 15, 20, 25, 30],
    "essential_services_share": [70, 75, 80, 85, 90, 95, 100],
}


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def values(name: str, *, source_id: str, period: str) -> pd.DataFrame:
        if name == "databases_connected_share":
            raise UsageError(f"{source_id} has not filled in databases")
        shares = HEADLINES.get(name, [1] * len(QUARTERS))
        return pd.DataFrame({"indicator_id": name, "period": QUARTERS, "value": [float(each) for each in shares]})

    monkeypatch.setattr(directive, "values", values)
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2026-03-31"}])


def states() -> pd.DataFrame:
    return indicators.progress("own", until="2026").set_index(["task_id", "indicator_id"])


def test_a_deadline_that_has_passed_is_judged_by_what_was_then() -> None:
    own = indicators.progress("own", until="2026").query("task_id == 'raise_use'")
    assert own["state"].tolist() == ["reached", "not_reached"]
    assert own["value_then"].tolist() == [31, 55]  # 30% by the end of 2024, 70% by the end of 2025
    assert own["value"].tolist() == [60, 60]
    assert own["value_before"].tolist() == [40, 40]


def test_a_target_without_a_known_deadline_is_judged_by_now() -> None:
    found = states()["state"]
    assert found["halve_internal", "internal_procedures_cut_share"] == "reached"
    assert found["halve_internal", "internal_cost_cut_share"] == "not_reached"
    assert found["essential_services", "essential_services_share"] == "reached"


def test_what_cannot_be_judged_says_why() -> None:
    found = indicators.progress("own", until="2026").set_index("task_id")["state"]
    assert found["judge_heads"] == "not_measured"
    assert found["share_databases"] == "no_figures"
    assert found["decentralise"] == "no_target"
    assert set(found.index) == {task.id for task in policy.directive_4550().tasks}


def test_a_quarter_that_is_not_over_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2026-03-30"}])
    assert set(indicators.progress("own", until="2026")["period"].dropna()) == {"2025-Q4"}
    assert set(indicators.progress("own", until="2025-Q2")["period"].dropna()) == {"2025-Q2"}


def test_another_error_is_not_taken_for_missing_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, **_: str) -> pd.DataFrame:
        raise UsageError(f"There is no indicator {name}")

    monkeypatch.setattr(directive, "values", broken)
    with pytest.raises(UsageError, match="no indicator"):
        indicators.progress("own", until="2026")


def test_the_page_counts_what_it_shows() -> None:
    found = indicators.progress("own", until="2026")
    words = shown.lead(found).words
    assert words["en"].startswith("Of 5 known targets: 3 reached, 1 missed at their deadline, 1 not reached yet.")
    assert "3 of the 15 tasks; 13 tasks have an indicator" in words["en"]
    table = shown.tasks(found).frame
    assert len(table) == len(found) == 17
    missed = table[[each["en"].startswith("missed") for each in table["state_name"]]]
    assert missed.index.tolist() == [0]  # what was missed comes first
    assert missed["state_name"].iloc[0]["vi"] == "không đạt: khi đó 55,0%"
    assert missed["target_words"].iloc[0]["vi"] == "70,0%, hạn: 31/12/2025"
    said = [item["en"] for item in shown.missing(found).items]
    assert any("analysis template" in each for each in said)
    assert any("not known which" in each for each in said)


def test_every_measured_task_has_a_panel_and_a_share_stands_beside_the_target_it_is_under() -> None:
    series = indicators.headline_series("own", until="2026")
    shares, counts = task_trends.by_quarter(series)
    assert len(shares.frame) + len(counts.frame) == len(series)
    own = series[series["indicator_id"] == "full_online_share"].set_index("period")["target_value"]
    # 30% by the end of 2024, 70% by the end of 2025, none known before the directive and after
    assert own.fillna(0).tolist() == [0, 30, 70, 70, 70, 70, 0]
    undated = series[series["indicator_id"] == "internal_cost_cut_share"].set_index("period")["target_value"]
    assert undated.fillna(0).tolist() == [0, 50, 50, 50, 50, 50, 50]
    assert {"New procedures in the period", "Procedures in force"} <= {
        name["en"] for name in counts.frame["headline_name"]
    }
    charts = task_trends.charts([shares, counts])
    assert [chart.table for chart in charts] == [shares, counts]
    assert "55,0%" in charts[0].svg["vi"] or "60,0%" in charts[0].svg["vi"]
    assert "70,0%" in charts[0].svg["vi"]
    assert charts[0].key is not None
    assert charts[1].key is None


def test_chances_are_given_of_known_targets_and_the_rest_is_counted() -> None:
    found = indicators.progress("own", until="2026")
    assert len(shown.chances(found, {}, {}).frame) == found["target_value"].notna().sum() == 5
    assert "For 9 tasks no chance is given because no target is known, for 1 because" in shown.no_chance(found).plain(
        "en"
    )


def late_targets(monkeypatch: pytest.MonkeyPatch, *, by: str) -> None:
    """Give the first task a target of 80% that falls due later."""
    whole = policy.directive_4550()
    tasks = []
    for task in whole.tasks:
        if task.id == "raise_use":
            target = task.targets[0].model_copy(update={"value": 80.0, "by": datetime.date.fromisoformat(by)})
            task = task.model_copy(update={"targets": (target,)})
        tasks.append(task)
    monkeypatch.setattr(policy, "directive_4550", lambda: whole.model_copy(update={"tasks": tuple(tasks)}))


def monthly(monkeypatch: pytest.MonkeyPatch, last: str, ceiling: float, middle: int) -> None:
    """Give a share that grows along an S-curve to `ceiling`, by month; by quarter its last month."""
    months = pd.period_range("2025-01", last, freq="M")
    share = (
        ceiling / (1 + np.exp(-(np.arange(len(months)) - middle) / 4))
        + np.tile([0.3, -0.3], len(months))[: len(months)]
    )
    by_month = pd.DataFrame({"indicator_id": "x", "period": months.astype(str), "value": share})
    names = [f"{each.year}-Q{each.quarter}" for each in months]
    by_quarter = by_month.assign(period=names).groupby("period", as_index=False).last()

    def values(name: str, *, source_id: str, period: str) -> pd.DataFrame:
        return (by_month if period == "month" else by_quarter).assign(indicator_id=name)

    monkeypatch.setattr(directive, "values", values)
    as_of = months[-1].end_time.date().isoformat()
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": as_of}])


def chance_of(last: str, ceiling: float, monkeypatch: pytest.MonkeyPatch, *, middle: int = 12) -> str:
    late_targets(monkeypatch, by="2027-12-31")
    monthly(monkeypatch, last, ceiling, middle)
    found = indicators.progress("own", until="2027")
    questions = indicators.asked(found, "own")
    rng = np.random.default_rng(1)
    tried = {name: methods.reach(*each, rng=rng) for name, each in shown.enough(questions).items()}
    table = shown.chances(found, questions, tried).frame
    return str(table["chance_words"].iloc[0]["en"])


@pytest.mark.parametrize(("ceiling", "middle", "low", "high"), [(95.0, 24, 90, 100), (60.0, 12, 0, 10)])
def test_a_share_on_its_way_gets_the_chance_that_was_planted(
    monkeypatch: pytest.MonkeyPatch, ceiling: float, middle: int, low: float, high: float
) -> None:
    words = chance_of("2027-06", ceiling, monkeypatch, middle=middle)
    assert low <= float(re.findall(r"\d+", words)[0]) <= high
    assert "on the past the interval held" in words


def test_too_few_months_since_the_merger_get_a_reason_and_no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    # 17 months since the merger, 23 in all: those before it are of other units
    assert chance_of("2026-11", 60.0, monkeypatch) == "not said: 17 comparable months, 18 are needed"


def test_every_target_says_why_no_chance_is_given() -> None:
    found = indicators.progress("own", until="2026")
    table = shown.chances(found, indicators.asked(found, "own"), {}).frame
    known = found.dropna(subset=["target_value"])
    words = {str(row.task_id): each["en"] for row, each in zip(known.itertuples(), table["chance_words"], strict=True)}
    assert words["raise_use"] == "the deadline has passed"
    assert words["essential_services"] == "already reached, no deadline is known"
    assert words["halve_internal"] == "not said: the deadline is not known"
    assert table["change_words"].iloc[0]["en"] == "up by 20.0 percentage points"
