"""A commune beside those like it in size and mix, and its quarter beside the rest of the year, on real figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis import display, indicators, methods
from analysis.indicators import ServiceIndex

UNIT = "H44.108"


def test_peers_are_nearer_in_size_and_mix_than_most_and_departments_have_none(
    phu_tho: None, year: ServiceIndex
) -> None:
    like = indicators.like_peers(year, UNIT)
    assert like["unit"].nunique() == 21
    totals = like[like["measure"] == "settled_on_time"].set_index("unit")["total"]
    everybody = year.rows[year.rows["row_id"] == "settled_on_time"].set_index("unit_code")["denominator_count"]
    communes = everybody[year.units.set_index("unit_code")["unit_level"].reindex(everybody.index) == "commune"]
    apart = np.log(totals / totals[UNIT]).abs()
    assert apart.median() < np.log(communes / totals[UNIT]).abs().median()
    assert indicators.like_peers(year, "H44.42").empty
    assert "no peers" in display.peers.alike("H44.42", None, None).plain("en")


def test_a_planted_share_stands_out_and_a_usual_one_does_not(phu_tho: None, year: ServiceIndex) -> None:
    rows = year.rows.copy()
    own = (rows["unit_code"] == UNIT) & (rows["row_id"] == "dossiers_paid_online")
    rows.loc[own, "numerator_count"] = 5
    words = {}
    for name, index in (("as it is", year), ("planted", replace(year, rows=rows))):
        found = methods.stand_out(indicators.like_peers(index, UNIT), strata=["kind"])
        ranking = methods.ranks(found.values("settled_on_time"), np.random.default_rng(1))
        words[name] = display.peers.alike(UNIT, found, ranking).plain("en")
    assert "On no share does it stand out" in words["as it is"]
    assert "below them on: 3.d" in words["planted"]


def test_the_rest_of_the_year_is_what_the_quarter_leaves(
    phu_tho: None, year: ServiceIndex, quarter: ServiceIndex
) -> None:
    found = indicators.unit_within_year(year, UNIT).set_index("row_id")
    for row_id in ("settled_on_time", "dossiers_paid_online"):
        whole, part = (
            index.rows[(index.rows["unit_code"] == UNIT) & (index.rows["row_id"] == row_id)].iloc[0]
            for index in (year, quarter)
        )
        assert found.loc[row_id, "before_total"] + part["denominator_count"] == whole["denominator_count"]
        assert found.loc[row_id, "before_hits"] + part["numerator_count"] == whole["numerator_count"]


def test_counts_that_contradict_each_other_give_no_trend(phu_tho: None, year: ServiceIndex) -> None:
    rows = year.rows.copy()
    rows.loc[rows["unit_code"] == UNIT, "numerator_count"] = 1
    found = indicators.unit_within_year(replace(year, rows=rows), UNIT)
    assert found.empty
    nothing = found[["hits", "total"]]
    assert "No trend" in display.peers.trend(found, methods.share_difference(nothing, nothing)).plain("en")
