"""What is called online use: side by side, with bounds, by whole quarters, and what moved it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import display, facts, indicators, methods
from analysis.display import online_usage as shown
from analysis.indicators import counts, usage


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    def values(name: str, *, source_id: str, period: str, by: list[str] | None = None) -> pd.DataFrame:
        if by:
            rows = [("2025-Q3", "A", 10, 50), ("2025-Q3", "B", 10, 50), ("2026-Q3", "A", 40, 50),
                    ("2026-Q3", None, 1, 1)]  # fmt: skip
            return pd.DataFrame(rows, columns=["period", "field_code", "numerator_count", "denominator_count"])
        periods = ["2025-06", "2025-07", "2026-09"] if period == "month" else ["2025-Q3", "2026-Q3"]
        bounds = name == "self_submitted_online_share"
        frame = pd.DataFrame({"indicator_id": name, "period": periods, "numerator_count": 40.0,
                              "denominator_count": 50.0})  # fmt: skip
        value, low, high = (float("nan"), 70.0, 80.0) if bounds else (80.0, float("nan"), float("nan"))
        return frame.assign(value=value, low=low, high=high)

    monkeypatch.setattr(usage, "values", values)
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2026-09-30"}])


def test_a_quarter_counts_once_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert usage.last_quarter("own", until="2026") == "2026-Q3"
    assert usage.last_quarter("own", until="2025") == "2025-Q4"
    assert usage.last_quarter("own", until="2026-Q1") == "2026-Q1"
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2026-09-29"}])
    assert usage.last_quarter("own", until="2026") == "2026-Q2"
    assert usage.a_year_before("2026-Q3") == "2025-Q3"


def test_every_definition_stands_with_its_counts() -> None:
    found = usage.definitions("own", quarter="2026-Q3")
    assert found["indicator_id"].tolist() == list(usage.DEFINITIONS)
    own = found.set_index("indicator_id").loc["self_submitted_online_share"]
    assert (own["low_pct"], own["high_pct"], own["before_pct"]) == (70, 80, 75)
    table = shown.definitions(found, "2026-Q3").frame
    bounds = "70,0\u2060–\u206080,0%"
    assert [words["vi"] for words in table["share_words"]] == ["80,0%", "80,0%", "80,0%", bounds, "80,0%"]
    # 40 of 50, Wilson; bounds from the interval of the low one to that of the high one
    assert table["low_pct"].round(1).tolist() == [67.0, 67.0, 67.0, 56.2, 67.0]
    assert table["high_pct"].round(1).tolist() == [88.8] * 5


def test_the_first_sentence_answers_the_question_and_splits_the_rise() -> None:
    found = usage.definitions("own", quarter="2026-Q3").assign(before_pct=[20.0, 90, 20, 75, 20])
    moved = methods.decompose(usage.by_field("own", quarter="2026-Q3"), np.random.default_rng(1))
    words = shown.lead(found, moved, "2026-Q3").words["en"]
    assert words.startswith(("Yes: ", "It cannot be told: "))
    assert "In quarter 3 of 2026, 3 of 5 ways of counting show more online use" in words
    assert "80.0% of the dossiers, 20.0% before" in words


def test_every_channel_stands_with_its_count_and_what_was_not_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"month": ["2025-07", "2026-07", "2026-08"], "dossiers_count": [100, 60, 40],
                          "online_count": [20, 50, 30], "post_count": [0, 0, 0],
                          "channel_missing_count": [0, 4, 1]})  # fmt: skip
    monkeypatch.setattr(counts, "load", lambda *_: table)
    found = usage.by_channel("own", quarter="2026-Q3")
    assert found.to_numpy().tolist() == [["online", 80, 100, 20], ["direct", 15, 100, 80], ["missing", 5, 100, 0]]
    channels = shown.channels(found, "2026-Q3")
    assert "không ghi lại" in channels.html("vi")
    assert (channels.frame["low_pct"] < channels.frame["share_pct"]).all()


def test_services_nobody_uses_online_are_counted_and_few_dossiers_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("paper", "2025-10", 40, 0, 40), ("mixed", "2026-09", 90, 30, 90), ("few", "2026-09", 29, 0, 29),
            ("not offered", "2026-09", 90, 0, 0), ("long ago", "2025-09", 90, 0, 90)]  # fmt: skip
    names = ["procedure_code", "month", "dossiers_count", "online_count", "offered_count"]
    monkeypatch.setattr(counts, "load", lambda *_: pd.DataFrame(rows, columns=names))
    found = usage.still_on_paper("own", quarter="2026-Q3")
    assert found[["procedure_code", "on_paper_count"]].to_numpy().tolist() == [["mixed", 60], ["paper", 40]]
    assert "Of 2 services" in shown.unused(found).words["en"]
    assert "1 had none online" in shown.unused(found).words["en"]


def test_fields_are_given_for_both_quarters_and_none_without_a_name() -> None:
    found = usage.by_field("own", quarter="2026-Q3")
    assert found.to_numpy().tolist() == [["A", "2025-Q3", 10, 50], ["B", "2025-Q3", 10, 50], ["A", "2026-Q3", 40, 50]]


def test_months_since_the_merger_are_counted_and_too_few_are_said() -> None:
    since = usage.since_merger("own")
    assert since["month"].tolist() == ["2025-07", "2026-09"]
    assert "there are 2 months, and 18 are needed" in shown.enough_months(since).words["en"]
    many = pd.concat([since] * 9)
    assert "18 months: enough" in shown.enough_months(many).words["en"]


def test_the_series_by_month_are_those_of_dossiers() -> None:
    found = indicators.usage.definitions_by_month("own")
    assert found["indicator_id"].nunique() == 3
    chart = display.quarterly.months_chart(shown.months(found))
    assert "sáp nhập" in chart.svg["vi"]


def test_of_growth_that_has_levelled_off_no_chance_and_no_curve_promises_more() -> None:
    time = np.arange(30)
    share_pct = 11 / (1 + np.exp(-(time - 6) / 4)) + 0.2 * np.sin(7 * time)
    months = pd.period_range("2022-01", periods=30, freq="M").astype(str)
    fitted = methods.growth(pd.DataFrame({"time": time, "value": share_pct}), 12)
    chance = methods.reach(
        pd.DataFrame({"month": months, "share_pct": share_pct}), 20, "2025-06", rng=np.random.default_rng(1)
    )
    table = shown.curves(fitted, chance).frame
    assert len(table) == 4
    assert table["ceiling_pct"].iloc[0] == pytest.approx(11, abs=0.3)
    assert table["low_pct"].iloc[-1] < 11.5 < table["high_pct"].iloc[-1]
    assert chance.estimate("probability_pct").value < 5
    note = shown.fitted(fitted).plain("en")
    assert f"{table['year_on_pct'].iloc[:3].max():.1f}% 12 months on" in note
