"""A commune beside those like it in size and mix, on real figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis import display, methods
from analysis.indicators import ServiceIndex, scorecard_of

UNIT = "H44.108"


def test_peers_are_nearer_in_size_and_mix_than_most_and_departments_have_none(
    phu_tho: None, year: ServiceIndex
) -> None:
    like = scorecard_of(year, UNIT).like
    assert like["unit"].nunique() == 21
    totals = like[like["measure"] == "settled_on_time"].set_index("unit")["total"]
    everybody = year.rows[year.rows["row_id"] == "settled_on_time"].set_index("unit_code")["denominator_count"]
    communes = everybody[year.units.set_index("unit_code")["unit_level"].reindex(everybody.index) == "commune"]
    apart = np.log(totals / totals[UNIT]).abs()
    assert apart.median() < np.log(communes / totals[UNIT]).abs().median()
    assert scorecard_of(year, "H44.42").like.empty
    assert "no peers" in display.peers.alike("H44.42", None, None).plain("en")


def test_a_planted_share_stands_out_and_a_usual_one_does_not(phu_tho: None, year: ServiceIndex) -> None:
    rows = year.rows.copy()
    own = (rows["unit_code"] == UNIT) & (rows["row_id"] == "dossiers_paid_online")
    rows.loc[own, "numerator_count"] = 5
    words = {}
    for name, index in (("as it is", year), ("planted", replace(year, rows=rows))):
        found = methods.stand_out(scorecard_of(index, UNIT).like, strata=["kind"])
        ranking = methods.ranks(found.values("settled_on_time"), np.random.default_rng(1))
        words[name] = display.peers.alike(UNIT, found, ranking).plain("en")
    assert "On no share does it stand out" in words["as it is"]
    assert "below them on: 3.d" in words["planted"]
