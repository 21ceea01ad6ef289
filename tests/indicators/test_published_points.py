"""The index as computed here is the index as the portal published it."""

import pandas as pd
import pytest

from analysis import facts, policy
from analysis.display import labels
from analysis.errors import UsageError
from analysis.indicators import ServiceIndex, service_index

pytestmark = pytest.mark.usefixtures("phu_tho")
PUBLISHED = {
    "transparency": 7.96,
    "progress": 17.68,
    "online_services": 8.56,
    "online_payment": 6.67,
    "digitisation": 9.59,
    "satisfaction": 11.43,
}


def province_groups(index: ServiceIndex) -> pd.DataFrame:
    return index.groups[index.groups["unit_code"] == "H44"].set_index("group_id")


def total(index: ServiceIndex, unit: str) -> float:
    return index.totals().set_index("unit_code")["points"][unit]


def test_the_provinces_groups_are_the_published_ones_and_come_out_of_the_counts(year: ServiceIndex) -> None:
    groups = province_groups(year)
    assert groups["points"].to_dict() == PUBLISHED
    assert groups["computed_points"].to_dict() == pytest.approx(PUBLISHED, abs=1e-9)
    assert total(year, "H44") == pytest.approx(61.89, abs=1e-9)


def test_the_quarters_total(quarter: ServiceIndex) -> None:
    assert total(quarter, "H44") == pytest.approx(61.39, abs=1e-9)
    assert province_groups(quarter)["computed_points"].sum() == pytest.approx(61.39, abs=1e-9)


def test_every_published_row_is_reproduced_in_every_unit(year: ServiceIndex) -> None:
    published = year.rows.dropna(subset=["published_points"])
    known = published.dropna(subset=["computed_points"])
    assert known["unit_code"].nunique() == 164
    assert (known["computed_points"] - known["published_points"]).abs().max() < 1e-9
    # what is published and not computed would be a rule we do not know
    assert len(known) == len(published)


def test_every_published_group_is_reproduced_in_every_unit(year: ServiceIndex) -> None:
    compared = year.agreement()
    assert compared["difference_points"].abs().max() < 1e-9
    compared_units = compared.groupby("group_id")["unit_code"].nunique().to_dict()
    assert compared_units == dict.fromkeys(PUBLISHED, 164) | {"online_services": 1}


def test_online_services_of_units_are_missing_and_never_nothing(year: ServiceIndex) -> None:
    online = year.rows[(year.rows["group_id"] == "online_services") & (year.rows["unit_code"] != "H44")]
    assert len(online) == 3 * 163
    assert online[["numerator_count", "computed_points", "points"]].isna().all(axis=None)
    groups = year.groups[(year.groups["group_id"] == "online_services") & (year.groups["unit_code"] != "H44")]
    assert groups["computed_points"].isna().all()
    assert groups["points"].notna().all()


def test_a_unit_without_dossiers_meets_three_conventions(year: ServiceIndex) -> None:
    points = year.rows[year.rows["unit_code"] == "H44.23"].set_index("row_id")["points"]
    missing = ["dossiers_synchronised", "electronic_results", "dossiers_digitised", "dossiers_filed_online"]
    assert points[missing].isna().all()
    assert (points[["settled_on_time", "dossiers_paid_online", "dossier_satisfaction"]] == 0).all()
    assert (points[["petitions_on_time", "petition_satisfaction"]] == 6).all()
    assert points["certified_copies"] == 2


def test_a_null_of_the_portal_stays_missing(year: ServiceIndex) -> None:
    copies = facts.only("portal_metrics", province_code="H44", metric_code="ELECTRONIC_CERTIFIED_COPY")
    assert copies[["numerator_count", "denominator_count"]].isna().all(axis=None)
    progress = facts.only("portal_progress", province_code="H44", period="2026").set_index("unit_code")
    assert progress["overdue_count"].isna().to_dict() == {unit: unit == "H44" for unit in progress.index}
    assert progress["completed_count"].isna().to_dict() == {unit: unit != "H44" for unit in progress.index}


def test_a_total_with_a_group_that_is_not_published_is_missing(quarter: ServiceIndex) -> None:
    totals = quarter.totals().set_index("unit_code")["points"]
    assert totals.drop("H44").isna().all()
    assert str(labels.band_name(totals["H44.108"]).en) == "not known"


def test_ban_nguyen(year: ServiceIndex) -> None:
    assert total(year, "H44.108") == pytest.approx(68.77, abs=1e-9)


@pytest.mark.parametrize(
    ("points", "band"),
    [
        (100, "excellent"), (90, "excellent"), (89.99, "good"), (80, "good"), (79.99, "fair"), (70, "fair"),
        (69.99, "average"), (50, "average"), (49.99, "weak"), (0, "weak"),
    ],
)  # fmt: skip
def test_bands_begin_at_their_lower_edge(points: float, band: str) -> None:
    assert policy.index_766().band(points).id == band


def test_the_whole_index_is_a_hundred_points() -> None:
    assert sum(row.maximum_points for row in policy.index_766().rows) == 100
    assert sum(group.maximum_points for group in policy.index_766().groups) == 100


@pytest.mark.parametrize(("province", "period", "there"), [("H99", "2026", "H44"), ("H44", "2031", "2026, 2026-Q3")])
def test_a_province_or_period_that_is_not_there_is_answered_with_those_that_are(
    province: str, period: str, there: str
) -> None:
    with pytest.raises(UsageError, match=there) as caught:
        service_index(province, period)
    assert "analysis fetch portal" in caught.value.next_step
