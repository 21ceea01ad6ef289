"""What is said of units before a vote: nobody is named where all are alike, planted units are, and each may reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import made_up
from analysis import display, indicators, methods
from analysis.errors import UsageError
from analysis.indicators import Standing
from analysis.simulation.run import Simulated


@pytest.fixture(scope="module")
def alike(
    at_phu_tho: Callable[[], AbstractContextManager[None]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Simulated]:
    with at_phu_tho():
        built = made_up.built_root()
    root = tmp_path_factory.mktemp("alike")
    with made_up.province(built, root, made_up.ALIKE, dossiers=60_000, seed=3) as made:
        yield made


@pytest.fixture(scope="module")
def standing(alike: Simulated) -> Standing:
    return indicators.standing(province="", source="simulated", period="2026")


def test_where_all_units_are_alike_there_are_no_tiers_and_nobody_is_named(standing: Standing) -> None:
    found = methods.stand_out(standing.cells, strata=["kind"])
    ranking = methods.ranks(found.values(standing.headline), np.random.default_rng(1))
    assert set(found.units["verdict"]) == {"inside"}
    assert ranking.sets["tier"].max() == 1
    assert ranking.sets["rank"].isna().all()
    assert "Nobody stands out" in display.leaders.named(standing, found).plain("en")
    assert "none can be told apart" in display.leaders.lead(standing, found, ranking).words["en"]
    earlier = methods.stand_out(standing.cells_before, strata=["kind"])
    improved = methods.improvement(methods.changes(earlier, found))
    assert set(improved.units["verdict"]) == {"inside"}
    assert all("Rose by" not in item["en"] for item in display.leaders.improved(standing, improved).items)


def test_a_bare_order_of_the_same_units_names_some_as_good_and_bad(standing: Standing) -> None:
    """The broken twin: shares of single units with their intervals against the whole, one by one."""
    sums = standing.cells.groupby(["measure", "unit"], as_index=False)[["hits", "total"]].sum()
    whole = sums.groupby("measure")[["hits", "total"]].transform("sum")
    own = methods.wilson(sums["hits"], sums["total"])
    share = 100 * whole["hits"] / whole["total"]
    assert ((own["high_pct"] < share) | (own["low_pct"] > share)).sum() >= 5


def test_a_unit_that_was_made_better_and_one_made_worse_are_found_and_named(standing: Standing) -> None:
    cells = standing.cells.copy()
    online = cells["measure"] == "online_share_channel"
    communes = cells["unit"].str.startswith("SIM.P")
    best, worst = cells[online & communes].groupby("unit")["total"].sum().nlargest(2).index
    good, bad = online & (cells["unit"] == best), online & (cells["unit"] == worst)
    cells.loc[good, "hits"] = cells.loc[good, "total"]
    cells.loc[bad, "hits"] = np.floor(cells.loc[bad, "hits"] * 0.5)
    found = methods.stand_out(cells, strata=["kind"])
    named = found.units[found.units["verdict"] != "inside"].set_index("unit")["verdict"].to_dict()
    assert named == {best: "above", worst: "below"}
    remark = {"unit_code": worst, "period": "2026-Q3", "remark_vi": "Mất điện 3 ngày", "remark_en": "No power, 3 days"}
    replied = replace(standing, remarks=pd.DataFrame([remark]))
    table = display.leaders.named(replied, found)
    assert "No power, 3 days" in table.plain("en")
    assert "Mất điện 3 ngày" in table.plain("vi")
    # another number in the translation: the unit's own words stand in both languages
    bent = replace(standing, remarks=pd.DataFrame([remark | {"remark_en": "No power, 30 days"}]))
    assert "Mất điện 3 ngày" in display.leaders.named(bent, found).plain("en")


def test_dossiers_not_due_by_the_day_of_the_export_are_not_counted_as_late(standing: Standing) -> None:
    sums = standing.cells.groupby("measure")["total"].sum()
    assert sums["on_time_cohort_share"] < sums["online_share_channel"]
    assert standing.cells.query("measure == 'on_time_cohort_share'")["hits"].sum() / sums["on_time_cohort_share"] > 0.9


def test_of_the_portals_figures_only_communes_are_compared_and_no_improvement_is_read(phu_tho: None) -> None:
    real = indicators.standing(province="H44", source="", period="2026")
    assert real.levels.set_index("unit_level")["compared"].to_dict() == {"commune": True, "department": False}
    assert real.cells["unit"].nunique() == 148
    assert real.before is None
    assert "cannot be said here" in display.leaders.improved(real, None).items[0]["en"]
    assert "Each may" in display.leaders.remarks(real).plain("en")


def test_a_page_is_about_a_province_or_about_a_source() -> None:
    with pytest.raises(UsageError, match="of a province or of a source"):
        indicators.standing(province="H44", source="simulated", period="2026")
