"""What moved within the year: the year less its last quarter, and nothing where that makes no sense."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis import display, indicators
from analysis.display import index_trend as shown
from analysis.display.output import Table
from analysis.indicators import ServiceIndex

UNIT = "H44.108"


def within(index: ServiceIndex, unit: str) -> pd.DataFrame:
    found = indicators.within_year(index)
    return found[found["unit_code"] == unit].drop(columns="unit_code").reset_index(drop=True)


@pytest.mark.usefixtures("phu_tho")
@pytest.mark.parametrize("whole", [True, False])
def test_the_year_less_its_quarter_is_the_rest(year: ServiceIndex, quarter: ServiceIndex, whole: bool) -> None:
    found = within(year if whole else quarter, "H44").set_index("row_id")
    # published: 528,684 of 597,918 in the year, 403,016 of 464,494 in the quarter
    assert found.loc["settled_on_time"].tolist() == ["2026-Q3", 403016, 464494, 528684 - 403016, 597918 - 464494]
    # petitions of the quarter are more than those of the year, and procedures are a stock
    assert not {"petitions_on_time", "procedures_offered_online"} & set(found.index)


@pytest.mark.usefixtures("phu_tho")
def test_the_rest_of_a_unit_s_year_is_its_own(year: ServiceIndex, quarter: ServiceIndex) -> None:
    found = within(year, UNIT).set_index("row_id")
    assert set(found.index) == {"settled_on_time", "dossiers_paid_online"}
    for row_id in found.index:
        whole, part = (
            index.rows[(index.rows["unit_code"] == UNIT) & (index.rows["row_id"] == row_id)].iloc[0]
            for index in (year, quarter)
        )
        assert found.loc[row_id, "other_total"] + part["denominator_count"] == whole["denominator_count"]
        assert found.loc[row_id, "other_hits"] + part["numerator_count"] == whole["numerator_count"]


@pytest.mark.usefixtures("phu_tho")
def test_what_moved_most_comes_first_with_the_interval_of_its_change(year: ServiceIndex) -> None:
    table = display.within_year(within(year, "H44"))
    assert isinstance(table, Table)
    assert table.frame["change_points"].abs().is_monotonic_decreasing
    # all dossiers counted are synchronised and none uses the personal store, in the quarter and before
    assert not [words for words in table.frame["row_name"] if words["en"].startswith(("1.4", "4.4"))]
    settled = table.frame[[words["en"].startswith("2.1") for words in table.frame["row_name"]]].iloc[0]
    assert settled["change_points"] == pytest.approx(86.76 - 94.19, abs=0.01)
    assert settled["low_points"] < settled["change_points"] < settled["high_points"] < 0
    assert settled["moved_name"]["en"] == "lower"
    assert "in quarter 3 of 2026 beside" in table.caption["en"]


@pytest.mark.usefixtures("phu_tho")
def test_a_year_without_a_quarter_or_with_counts_that_contradict_each_other_says_nothing(year: ServiceIndex) -> None:
    rows = year.rows.copy()
    rows.loc[rows["unit_code"] == UNIT, "numerator_count"] = 1
    for index in (replace(year, period="2025"), replace(year, rows=rows)):
        found = within(index, UNIT)
        assert found.empty
        assert "cannot be said" in display.within_year(found).plain("en")


@pytest.mark.usefixtures("phu_tho")
def test_a_change_of_few_cases_is_not_told_apart() -> None:
    counted = {"row_id": ["settled_on_time"], "quarter": ["2026-Q3"], "hits": [38], "total": [40]}
    found = pd.DataFrame({**counted, "other_hits": [36], "other_total": [40]})
    table = display.within_year(found)
    assert isinstance(table, Table)
    assert table.frame["moved_name"].iloc[0]["en"] == "not to be told apart"


@pytest.mark.usefixtures("phu_tho")
def test_the_next_band_is_counted_in_points_and_in_gains(year: ServiceIndex) -> None:
    gains = pd.DataFrame({"unit_code": ["H44"] * 4, "gain_points": [3.0, 6.0, 1.0, 9.0]})
    gains = gains.assign(mendable=[True, False, True, False], within_reach=[False, True, False, False])
    assert "8.11 points are short of the next band (Fair, from 70 points)" in shown.next_band(year, gains).words["en"]
    assert "The 2 largest gains" in shown.next_band(year, gains).words["en"]
    assert "does not reach it" in shown.next_band(year, gains.head(1)).words["en"]


@pytest.mark.usefixtures("phu_tho")
def test_why_no_unit_is_ranked_is_a_figure(year: ServiceIndex) -> None:
    words = shown.no_ranks(year, indicators.points_by_origin(year)).words["en"]
    assert "of the communes' points" in words
    assert "%" in words
    none = pd.DataFrame({"unit_code": [], "origin": [], "points": []})
    assert "not published" in shown.no_ranks(year, none).words["en"]
