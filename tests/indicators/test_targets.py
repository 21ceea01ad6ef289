"""Shares against full marks and known targets: judged by the deadline, and what has no target is not judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis import indicators, policy
from analysis.display import targets as shown
from analysis.indicators import ServiceIndex

UNIT = "H44.108"


@pytest.fixture(scope="module")
def year(at_phu_tho) -> ServiceIndex:
    with at_phu_tho():
        return indicators.service_index("H44", "2026")


def test_every_target_is_about_a_row_of_the_index_and_cites_an_act() -> None:
    targets = policy.official_targets()
    rows = {row.id for row in policy.index_766().rows}
    assert {target.indicator for target in targets.targets} <= rows
    assert {target.citation for target in targets.targets} == set(targets.citations)


@pytest.mark.usefixtures("phu_tho")
def test_a_province_is_judged_on_known_targets_alone(year: ServiceIndex) -> None:
    found = indicators.against_targets(year, "H44").set_index("row_id")
    known = found.dropna(subset=["target_pct"])
    assert set(known.index) == {target.indicator for target in policy.official_targets().targets}
    # 119 of 313 procedures with a fee can be paid online, 80% were to be by the end of 2025
    assert known.loc["procedures_payable_online", "state"] == "missed"
    assert known.loc["dossier_satisfaction", "state"] == "not_reached"  # due at the end of 2026
    assert set(found.loc[found["target_pct"].isna(), "state"]) == {"no_target"}
    assert "certified_copies" not in found.index  # no counts


@pytest.mark.usefixtures("phu_tho")
def test_a_unit_is_not_held_to_what_the_province_decides(year: ServiceIndex) -> None:
    found = indicators.against_targets(year, UNIT)
    assert "procedures_offered_online" not in set(found["row_id"])
    assert found["target_pct"].notna().tolist() == sorted(found["target_pct"].notna(), reverse=True)
    states = found.set_index("row_id")["state"]
    assert states["dossier_satisfaction"] == "reached"
    assert states["procedures_payable_online"] == "below"  # no target is set for a unit, so none is missed
    small = indicators.against_targets(year, "H44.13").dropna(subset=["target_pct"])  # 5 dossiers in all
    assert set(small["state"]) == {"few"}


@pytest.mark.usefixtures("phu_tho")
def test_few_dossiers_are_not_held_against_a_target(year: ServiceIndex) -> None:
    rows = year.rows.copy()
    own = (rows["unit_code"] == UNIT) & (rows["row_id"] == "dossier_satisfaction")
    rows.loc[own, ["numerator_count", "denominator_count", "share_pct"]] = [10.0, 29.0, 100 * 10 / 29]
    found = indicators.against_targets(replace(year, rows=rows), UNIT).set_index("row_id")
    assert found.loc["dossier_satisfaction", "state"] == "few"


@pytest.mark.usefixtures("phu_tho")
def test_the_page_says_where_no_target_is_known(year: ServiceIndex) -> None:
    found = indicators.against_targets(year, "H44")
    table = shown.table(found).frame
    assert (table["target_words"].map(lambda words: words["en"]) == "no target known").sum() == (
        found["target_pct"].isna().sum()
    )
    first = table.iloc[0]
    assert first["target_words"]["en"] == "80% by 31 December 2025 (Resolution 76/NQ-CP)"
    assert first["state_name"]["en"] == "not reached, the deadline has passed"
    said = shown.said(found).plain("en")
    assert "known for 3 of these" in said
    assert "70% by 31 December 2025" in said  # full online services: the portal has no such count
