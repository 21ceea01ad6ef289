"""Only shares of a unit's own cases are compared, within its level, each once."""

import pytest

from analysis.errors import UsageError
from analysis.indicators import ServiceIndex, comparable_shares

pytestmark = pytest.mark.usefixtures("phu_tho")


def test_rows_kept_are_the_units_own_still_separate_and_stand_once(year: ServiceIndex) -> None:
    kept = comparable_shares(year, "H44.108")["row_id"].unique().tolist()
    assert "settled_on_time" in kept
    left_out = {
        "dossier_satisfaction": "counted twice",
        "personal_store_used": "the same everywhere",
        "published_on_time": "the province's",
    }
    assert not set(kept) & set(left_out)


def test_a_stock_of_procedures_needs_no_thirty_cases(year: ServiceIndex) -> None:
    least = comparable_shares(year, "H44.108").set_index("row_id")["least"]
    assert set(least["procedures_payable_online"]) == {1}
    assert set(least["settled_on_time"]) == {30}


def test_a_unit_whose_period_lacks_whole_groups_is_refused(quarter: ServiceIndex) -> None:
    with pytest.raises(UsageError, match="lack some groups"):
        comparable_shares(quarter, "H44.108")


def test_units_are_compared_within_their_level(year: ServiceIndex) -> None:
    levels = year.units.set_index("unit_code")["unit_level"]
    for unit, level in (("H44.108", "commune"), ("H44.19", "department")):
        compared = comparable_shares(year, unit)["unit_code"].unique()
        assert set(levels[compared]) == {level}
        assert len(compared) == (levels == level).sum()


@pytest.mark.parametrize("unit", ["H44", "H44.999", ""])
def test_a_unit_that_is_not_there_is_answered_with_some_that_are(year: ServiceIndex, unit: str) -> None:
    with pytest.raises(UsageError, match=r"H44\.01"):
        comparable_shares(year, unit)
