"""What moved within the year: the year less its last quarter, and nothing where that makes no sense."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import indicators
from analysis.display import index_trend as shown
from analysis.display.output import Table
from analysis.indicators import ServiceIndex


@pytest.mark.usefixtures("phu_tho")
@pytest.mark.parametrize("period", ["2026", "2026-Q3"])
def test_the_year_less_its_quarter_is_the_earlier_part(period: str) -> None:
    found = indicators.within_year("H44", period).set_index("row_id")
    settled = found.loc["settled_on_time"]
    # published: 528,684 of 597,918 in the year, 403,016 of 464,494 in the quarter
    assert settled.tolist() == [528684 - 403016, 597918 - 464494, 403016, 464494]
    # petitions of the quarter are more than those of the year, and procedures are a stock
    assert not {"petitions_on_time", "procedures_offered_online"} & set(found.index)


@pytest.mark.usefixtures("phu_tho")
def test_what_moved_most_comes_first_with_its_change() -> None:
    table = shown.within_year(indicators.within_year("H44", "2026"))
    assert isinstance(table, Table)
    changes = table.frame["change_percentage_points"].abs()
    assert changes.is_monotonic_decreasing
    settled = table.frame[[words["en"].startswith("2.1") for words in table.frame["row_name"]]].iloc[0]
    assert settled["change_percentage_points"] == pytest.approx(86.76 - 94.19, abs=0.01)
    assert "quarter 3 of 2026" in table.caption["en"]


@pytest.mark.usefixtures("phu_tho")
def test_a_year_without_a_quarter_says_nothing() -> None:
    found = indicators.within_year("H44", "2025")
    assert found.empty
    assert "cannot be said" in shown.within_year(found).plain("en")


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
