"""Every task of the directive against its target: reached, missed by its deadline, or not to be judged."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import facts, indicators, policy
from analysis.display import directive as shown
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
    assert words["en"].startswith("Of 15 tasks 13 have an indicator. 5 targets are known; 3 of them are reached.")
    table = shown.tasks(found).frame
    assert len(table) == len(found) == 17
    missed = table[[each["en"].startswith("missed") for each in table["state_name"]]]
    assert missed["state_name"].iloc[0]["vi"] == "không đạt: khi đó 55,0%"
    assert missed["target_words"].iloc[0]["vi"] == "70,0%, hạn: 31/12/2025"
    said = [item["en"] for item in shown.missing(found).items]
    assert any("analysis template" in each for each in said)
    assert any("not known which" in each for each in said)


def test_the_trends_are_the_shares_by_quarter() -> None:
    series = indicators.headline_series("own", until="2026")
    table = shown.trends(series)
    assert len(table.frame) == len(series)
    chart = shown.trends_chart(table)
    assert chart.table is table
    assert "55,0%" in chart.svg["vi"] or "60,0%" in chart.svg["vi"]
