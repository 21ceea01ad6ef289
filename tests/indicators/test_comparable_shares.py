"""Only shares of a unit's own cases are compared, within its level, each once."""

import pytest

from analysis.indicators import ServiceIndex, comparable_shares

pytestmark = pytest.mark.usefixtures("phu_tho")


def test_rows_kept_are_the_units_own_still_separate_and_stand_once(year: ServiceIndex) -> None:
    kept = comparable_shares(year)["row_id"].unique().tolist()
    assert "settled_on_time" in kept
    left_out = {
        "dossier_satisfaction": "counted twice",
        "personal_store_used": "the same everywhere",
        "published_on_time": "the province's",
    }
    assert not set(kept) & set(left_out)


def test_a_stock_of_procedures_needs_no_thirty_cases(year: ServiceIndex) -> None:
    least = comparable_shares(year).set_index("row_id")["least"]
    assert set(least["procedures_payable_online"]) == {1}
    assert set(least["settled_on_time"]) == {30}


def test_units_are_compared_with_the_others_of_their_level_that_have_enough_cases(year: ServiceIndex) -> None:
    shares = comparable_shares(year).query("row_id == 'settled_on_time'").set_index("unit_code")
    levels = year.children.set_index("unit_code")["unit_level"]
    assert set(shares.index) == set(levels.index)
    for level in ("commune", "department"):
        own = shares[levels[shares.index] == level]
        enough = own[own["total"] >= 30]
        assert (enough["peers_count"] == len(enough) - 1).all()
        unit = enough.index[0]
        others = 100 * enough["hits"].drop(unit) / enough["total"].drop(unit)
        for name, quarter in (("low", 0.25), ("middle", 0.5), ("high", 0.75)):
            assert own.loc[unit, f"peer_{name}_pct"] == pytest.approx(others.quantile(quarter))
