"""Months that did not come in whole are found; small units and slack months are not called gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import indicators
from analysis.display import data_quality as shown
from analysis.indicators import counts

MONTHS = [str(month) for month in pd.period_range("2025-10", "2026-09", freq="M")]
SLACK = "2026-02"  # Tết: half of the dossiers everywhere


@pytest.fixture
def came(monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    rows = []
    for unit, usual in {**{f"u{n}": 60 for n in range(20)}, "small": 3}.items():
        for month in MONTHS:
            n = rng.poisson(usual * (0.5 if month == SLACK else 1))
            n = 0 if (unit, month) == ("u1", "2026-05") else n // 4 if (unit, month) == ("u2", "2026-06") else n
            rows.append((unit, month, n))
    rows += [("u1", "2025-06", 60)]  # before the merger: another unit under the same code
    table = pd.DataFrame(rows, columns=["unit_code", "month", "dossiers_count"])
    monkeypatch.setattr(counts, "load", lambda *_: table[table["dossiers_count"] > 0])
    return indicators.completeness("own", until="2026")


def test_a_month_without_dossiers_and_a_thin_one_are_found_and_no_other(came: pd.DataFrame) -> None:
    gaps = came[came["state"].isin(["missing", "thin"])]
    assert gaps[["unit_code", "month", "state"]].to_numpy().tolist() == [
        ["u1", "2026-05", "missing"],
        ["u2", "2026-06", "thin"],
    ]
    assert came["month"].min() == MONTHS[0]


def test_of_a_unit_with_few_dossiers_nothing_is_said(came: pd.DataFrame) -> None:
    assert set(came.loc[came["unit_code"] == "small", "state"]) == {"few"}
    assert "252 months of 21 units" in shown.whole(came).words["en"]
    assert "1 are missing and 1 are thin" in shown.whole(came).words["en"]
    assert "in 2 units; for 12" in shown.whole(came).words["en"]


def test_the_least_whole_units_come_first_and_the_figure_carries_the_table(
    came: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.indicators.names.unit_names", lambda _: {"u1": "Xã Một"})
    table = shown.units_by_month(came, "own")
    assert table.frame["unit_name"].tolist()[:2] == ["Xã Một", "u2"]
    assert len(table.frame) == shown.UNITS_SHOWN
    assert table.frame["2026-05"].iloc[0] == 0
    (chart,) = shown.units_charts(table)
    assert chart.table is table
    assert "5/26" in chart.svg["vi"]


def test_where_no_unit_has_enough_dossiers_nothing_is_drawn(came: pd.DataFrame) -> None:
    words = shown.units_by_month(came[came["state"] == "few"], "own")
    assert "tell a gap from chance" in words.plain("en")
    assert shown.units_charts(words) == []
