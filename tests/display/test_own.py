"""An analyst's own tables and figures: labelled as far as can be known, and refused where they would mislead."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import display, facts, indicators, methods
from analysis.display import explore
from analysis.display.output import Table
from analysis.errors import UsageError

WORDS = display.words("Bảng thử", "A trial")


def shown(**columns: list) -> Table:
    return display.table(pd.DataFrame(columns), WORDS)


def test_a_known_column_has_its_label_and_a_column_of_ones_own_keeps_its_name() -> None:
    table = shown(unit_name=["Sở A"], received_count=[1234], waiting_days=[2.25], share_of_mine=[0.5])
    assert "Hồ sơ tiếp nhận" in table.html("vi")
    assert "1.234" in table.html("vi")
    assert "waiting days (ngày làm việc)" in table.html("vi")
    assert "2,2" in table.html("vi")
    assert "share of mine" in table.html("en")
    assert [column["kind"] for column in table.payload()["columns"]] == ["text", "count", "days", "number"]


def test_ones_own_label_is_taken_and_one_for_no_column_is_refused() -> None:
    frame = pd.DataFrame({"unit_name": ["Sở A"], "mine_pct": [12.0]})
    named = display.table(frame, WORDS, names={"mine_pct": display.words("Của tôi", "Mine")})
    assert "Của tôi (%)" in named.html("vi")
    with pytest.raises(UsageError, match="no column mein"):
        display.table(frame, WORDS, names={"mein": WORDS})


def test_codes_are_words_in_both_languages() -> None:
    table = shown(unit_level=["department", "commune"], channel=["online", None], late_flag=[True, False])
    assert "sở, ban, ngành" in table.html("vi")
    assert "department" not in table.html("vi")
    assert "không rõ" in table.html("vi")
    assert "<td>có</td>" in table.html("vi")
    assert "online" in table.html("en")


def test_a_grouped_series_keeps_the_name_of_its_groups() -> None:
    counts = pd.DataFrame({"unit_level": ["commune"] * 2, "received_count": [1, 2]})
    table = display.table(counts.groupby("unit_level")["received_count"].sum(), "same in both")
    assert list(table.frame.columns) == ["unit_level", "received_count"]
    assert table.caption["vi"] == table.caption["en"] == "same in both"
    assert table.id == "same_in_both"


def test_the_value_of_an_indicator_has_its_name_and_unit() -> None:
    found = pd.DataFrame({"indicator_id": ["processing_days_median"], "period": ["2026"], "value": [4.0],
                          "low": [float("nan")], "high": [float("nan")]})  # fmt: skip
    table = display.table(found, WORDS)
    assert list(table.frame.columns) == ["period", "value"]
    assert table.column("value").kind == "days"
    assert table.column("value").en == "Processing time, median"
    bounded = display.table(found.assign(low=3.0, high=5.0), WORDS)
    assert bounded.column("low").kind == "days"


def test_a_table_that_nobody_can_read_is_refused() -> None:
    with pytest.raises(UsageError, match="201 rows cannot be read"):
        shown(received_count=list(range(201)))


def test_figures_carry_the_table_they_draw() -> None:
    table = shown(unit_name=["Sở A", "Sở B"], share_pct=[71.5, 40.0], low_pct=[60.0, 30.0], high_pct=[80.0, 50.0])
    for chart in (
        display.bars(table, "unit_name", "share_pct"),
        display.dots(table, "unit_name", "share_pct", low="low_pct", high="high_pct"),
    ):
        assert chart.table is table
        assert "71,5%" in chart.svg["vi"]
        assert "Bảng thử" in chart.alt["vi"]


@pytest.mark.parametrize("when", [["2026-01", "2026-02"], ["2025-Q4", "2026-Q1"], ["2025", "2026"]])
def test_a_line_takes_months_quarters_and_years(when: list[str]) -> None:
    assert "<svg" in display.line(shown(period=when, share_pct=[1.0, 2.0]), "period", "share_pct").svg["en"]


def test_a_line_stops_at_the_merger_only_where_it_crosses_it() -> None:
    across = shown(month=["2025-06", "2025-07"], share_pct=[1.0, 2.0])
    after = shown(month=["2025-07", "2025-08"], share_pct=[1.0, 2.0])
    assert "sáp nhập" in display.line(across, "month", "share_pct").svg["vi"]
    assert "sáp nhập" not in display.line(after, "month", "share_pct").svg["vi"]


def test_what_would_mislead_is_refused_and_the_error_says_what_there_is() -> None:
    table = shown(month=["2026-01"] * 2, unit_name=["A", "B"], share_pct=[1.0, 2.0], change_pct=[1.0, None])
    with pytest.raises(UsageError, match="several figures at one month"):
        display.line(table, "month", "share_pct")
    with pytest.raises(UsageError, match="share_pct"):
        display.bars(table, "unit_name", "share")
    with pytest.raises(UsageError, match="holds no numbers"):
        display.bars(table, "month", "unit_name")
    with pytest.raises(UsageError, match="0 or more"):
        display.bars(table, "unit_name", "change_pct")
    with pytest.raises(UsageError, match="no rows to draw"):
        display.bars(shown(unit_name=[], share_pct=pd.Series([], dtype=float)), "unit_name", "share_pct")
    many = shown(month=["2026-01"] * 5, unit_name=list("ABCDE"), share_pct=[1.0] * 5)
    with pytest.raises(UsageError, match="5 lines cannot be told apart"):
        display.line(many, "month", "share_pct", by="unit_name")


def test_a_column_that_the_house_does_not_know_is_named_with_its_neighbours() -> None:
    with pytest.raises(UsageError, match="received_count"):
        Table(pd.DataFrame({"recieved_count": [1]}), "trial", WORDS)


def test_what_there_is_to_open_is_all_there() -> None:
    rows = dict.fromkeys(facts.TABLES, 1)
    listed = explore.tables(rows).frame
    names = ", ".join(listed["tables_listed"]).split(", ")
    assert sorted(names) == sorted(facts.TABLES)
    assert listed["rows_count"].sum() == len(facts.TABLES)
    measures = ", ".join(explore.measures().frame["measures_listed"]).split(", ")
    assert sorted(measures) == sorted(indicators.indicators())


@pytest.mark.parametrize("room", [facts, indicators, methods, display], ids=lambda room: room.__name__)
def test_completion_offers_what_is_meant_to_be_used_and_each_is_explained(room) -> None:
    assert dir(room) == sorted(room.__all__)
    unexplained = [name for name in room.__all__ if callable(getattr(room, name)) and not getattr(room, name).__doc__]
    assert unexplained == []
