"""Each check finds its oddity in the shipped figures, and is silent once that oddity is mended."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis import facts, policy
from analysis.indicators import ServiceIndex, findings, service_index

pytestmark = pytest.mark.usefixtures("phu_tho")
Tables = dict[str, pd.DataFrame]
ODDITIES = [
    ("on_time_exceeds_completed", "H44", {"on_time": 528_684, "completed": 490_441}),
    ("on_time_beyond_its_months", "H44", {"share_pct": 88.42, "lowest_pct": 31.58, "highest_pct": 84.52}),
    ("chart_counts_services", "H44", {"lowest_pct": 0.05, "highest_pct": 18.84}),
    ("counted_twice", "dossier_satisfaction",
     {"row_id": "settled_on_time", "difference": 220, "cases": 597_918, "points": 26}),
    ("procedures_do_not_add_up", "procedures_payable_online", {"units_sum": 5572, "province": 313}),
    ("procedures_do_not_add_up", "procedures_paid_online", {"units_sum": 5572, "province": 313}),
    ("procedures_do_not_add_up", "population_data_connected", {}),
    ("petitions_do_not_add_up", "petitions_on_time", {"units_sum": 77, "province": 570}),
    ("petitions_do_not_add_up", "petition_satisfaction", {"units_sum": 77, "province": 570}),
    ("copied_from_province", "published_on_time", {"units": 163}),
    ("copied_from_province", "updated_on_time", {"units": 163}),
    ("copied_from_province", "full_content", {"units": 163}),
    ("all_late_or_missing", "published_on_time", {"cases": 89}),
    ("all_late_or_missing", "updated_on_time", {"cases": 70}),
    ("provisional_denominator", "dossiers_synchronised", {"answers": 163}),
    ("sync_covers_part", "dossiers_synchronised",
     {"covered": 475_053, "received": 597_918, "share_pct": 79.4512, "lowest_pct": 17.9191}),
    ("granted_without_counts", "certified_copies", {"points": 2, "departments": 15}),
    *(("no_fee_dossiers", f"H44.{unit}", {"maximum_points": 6}) for unit in ("01", "13", "23", "42", "43", "46")),
    ("unit_without_dossiers", "H44.23", {"points": 15.96}),
    ("overdue_shrinks", "H44.19", {"part": "2026-Q3", "part_count": 5, "whole_count": 4}),
    ("petitions_shrink", "petitions_on_time", {"part": "2026-Q3", "part_count": 300, "whole_count": 296}),
    ("petitions_shrink", "petition_satisfaction", {"part": "2026-Q3"}),
    ("payment_rounded_in_steps", "H44.211", {"gap_points": 0.013}),
    ("online_points_of_units", "online_services",
     {"units": 162, "lowest": 4.23, "highest": 8.12, "offered": 1.46, "least": 7.46, "below": 161}),
    ("online_points_below_rule", "H44.46", {"points": 4.23, "share_pct": 35.25}),
]  # fmt: skip


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Tables:
    """The portal's facts, to be changed in place: everything reads these."""
    held = {table: facts.load(table) for table in facts.TABLES if table.startswith("portal_")}
    monkeypatch.setattr(facts, "load", lambda table: held[table].copy())
    return held


def at(frame: pd.DataFrame, **values: str) -> pd.Series:
    chosen = pd.Series(True, index=frame.index)
    for column, value in values.items():
        chosen &= frame[column] == value
    assert chosen.any(), values
    return chosen


def found(province: str = "H44", period: str = "2026") -> pd.DataFrame:
    return findings(service_index(province, period))


def test_every_oddity_of_the_shipped_year_is_found_and_no_other(year: ServiceIndex) -> None:
    table = findings(year)
    assert list(zip(table["finding_id"], table["place"], strict=True)) == [(kind, place) for kind, place, _ in ODDITIES]
    for figures, (kind, _, expected) in zip(table["figures"], ODDITIES, strict=True):
        for name, value in expected.items():
            assert figures[name] == (value if isinstance(value, str) else pytest.approx(value, abs=5e-4)), kind


def completed(tables: Tables) -> None:
    frame = tables["portal_progress"]
    frame["completed_count"] = frame["received_count"]


def a_month_with_a_higher_share(tables: Tables) -> None:
    tables["portal_months"].loc[8, "on_time_chart_pct"] = 95.0


def a_month_of_dossiers(tables: Tables) -> None:
    tables["portal_months"].loc[8, "service_use_chart_pct"] = 99.0


def procedures_counted_once(tables: Tables) -> None:
    payment, metrics = tables["portal_payment"], tables["portal_metrics"]
    units = payment["unit_code"] != "H44"
    province = at(payment, unit_code="H44", period="2026")
    payment.loc[province, "fee_procedure_count"] = payment.loc[units & (payment["period"] == "2026"),
                                                               "fee_procedure_count"].sum()  # fmt: skip
    _sum_of_units(metrics, "CITIZEN_DATA_CONNECTED_FORMALITY")


def petitions_assigned(tables: Tables) -> None:
    for metric in ("PETITION_PROCESSING_ON_TIME", "PETITION_HANDLING_SATISFACTION"):
        _sum_of_units(tables["portal_metrics"], metric)


def _sum_of_units(metrics: pd.DataFrame, code: str) -> None:
    own = at(metrics, metric_code=code, period="2026")
    units = own & (metrics["unit_code"] != "H44")
    metrics.loc[own & ~units, "denominator_count"] = metrics.loc[units, "denominator_count"].sum()


def figures_of_its_own(tables: Tables) -> None:
    metrics = tables["portal_metrics"]
    for code in ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL"):
        metrics.loc[at(metrics, metric_code=code, unit_code="H44.108"), "numerator_count"] = 1.0


def one_dossier_not_synchronised(tables: Tables) -> None:
    metrics = tables["portal_metrics"]
    metrics.loc[at(metrics, metric_code="DOSSIER_SYNC", unit_code="H44.108"), "numerator_count"] -= 1


def one_procedure_on_time(tables: Tables) -> None:
    metrics = tables["portal_metrics"]
    for code in ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"):
        metrics.loc[at(metrics, metric_code=code), "numerator_count"] = 1.0


def all_dossiers_covered(tables: Tables) -> None:
    metrics, progress = tables["portal_metrics"], tables["portal_progress"]
    received = progress[at(progress, period="2026")].set_index("unit_code")["received_count"]
    own = at(metrics, metric_code="DOSSIER_SYNC", period="2026")
    for column in ("numerator_count", "denominator_count"):
        metrics.loc[own, column] = metrics.loc[own, "unit_code"].map(received)


def half_of_those_on_time_satisfied(tables: Tables) -> None:
    metrics = tables["portal_metrics"]
    metrics.loc[at(metrics, metric_code="DOSSIER_RECEIVING_SATISFACTION"), "numerator_count"] /= 2


def a_dossier_with_a_fee(tables: Tables) -> None:
    payment = tables["portal_payment"]
    payment.loc[payment["fee_dossier_count"] == 0, "fee_dossier_count"] = 1.0


def copies_counted(tables: Tables) -> None:
    metrics = tables["portal_metrics"]
    counts = ["numerator_count", "denominator_count"]
    metrics.loc[at(metrics, metric_code="ELECTRONIC_CERTIFIED_COPY"), counts] = 5.0


def a_dossier_received(tables: Tables) -> None:
    frame, metrics = tables["portal_progress"], tables["portal_metrics"]
    frame.loc[at(frame, unit_code="H44.23"), ["received_count", "on_time_count"]] = 1.0
    satisfied = at(metrics, metric_code="DOSSIER_RECEIVING_SATISFACTION", unit_code="H44.23")
    metrics.loc[satisfied, ["numerator_count", "denominator_count"]] = 1.0


def overdue_grows(tables: Tables) -> None:
    frame = tables["portal_progress"]
    frame.loc[at(frame, unit_code="H44.19", period="2026"), "overdue_count"] = 5.0


def petitions_grow(tables: Tables) -> None:
    metrics = tables["portal_metrics"]
    for code, petitions in (("PETITION_PROCESSING_ON_TIME", 296.0), ("PETITION_HANDLING_SATISFACTION", 230.0)):
        metrics.loc[at(metrics, metric_code=code, unit_code="H44", period="2026-Q3"), "numerator_count"] = petitions


def payment_rounded_once(tables: Tables) -> None:
    groups, payment = tables["portal_groups"], tables["portal_payment"].query("period == '2026'")
    procedures = payment["fee_procedure_count"].replace(0, np.nan)
    exact = (
        (6 * payment["paid_online_count"] / payment["fee_dossier_count"].replace(0, np.nan)).fillna(0)
        + (2.5 * payment["payable_procedure_count"] / procedures).clip(upper=2).fillna(0)
        + (2.5 * payment["paid_procedure_count"] / procedures).clip(upper=2).fillna(0)
    ).set_axis(payment["unit_code"])
    own = at(groups, group_id="online_payment", period="2026")
    groups.loc[own, "published_points"] = groups.loc[own, "unit_code"].map(exact)


def online_points_follow_the_rule(tables: Tables) -> None:
    groups = tables["portal_groups"]
    own = at(groups, unit_code="H44.46", group_id="online_services", period="2026")
    groups.loc[own, "published_points"] = 6.5


def the_provinces_points_for_offering(tables: Tables) -> None:
    groups = tables["portal_groups"]
    units = at(groups, group_id="online_services", period="2026") & (groups["unit_code"] != "H44")
    groups.loc[units, "published_points"] += 1.46


MENDED: dict[str, Callable[[Tables], None]] = {
    "on_time_exceeds_completed": completed,
    "on_time_beyond_its_months": a_month_with_a_higher_share,
    "chart_counts_services": a_month_of_dossiers,
    "counted_twice": half_of_those_on_time_satisfied,
    "procedures_do_not_add_up": procedures_counted_once,
    "petitions_do_not_add_up": petitions_assigned,
    "copied_from_province": figures_of_its_own,
    "all_late_or_missing": one_procedure_on_time,
    "provisional_denominator": one_dossier_not_synchronised,
    "sync_covers_part": all_dossiers_covered,
    "granted_without_counts": copies_counted,
    "no_fee_dossiers": a_dossier_with_a_fee,
    "unit_without_dossiers": a_dossier_received,
    "overdue_shrinks": overdue_grows,
    "petitions_shrink": petitions_grow,
    "payment_rounded_in_steps": payment_rounded_once,
    "online_points_of_units": the_provinces_points_for_offering,
    "online_points_below_rule": online_points_follow_the_rule,
}


@pytest.mark.parametrize("kind", MENDED)
def test_a_mended_twin_is_silent_and_the_rest_is_still_found(tables: Tables, kind: str) -> None:
    before = found()["finding_id"]
    MENDED[kind](tables)
    after = found()["finding_id"]
    assert kind in set(before)
    assert set(before) - set(after) == {kind}


def a_month(tables: Tables, *, province: str, offered: float) -> None:
    """Add a made-up August, as a province fetched month by month would have."""
    for table in ("portal_groups", "portal_metrics", "portal_progress", "portal_online", "portal_payment"):
        frame = tables[table]
        month = frame[frame["period"] == "2026-Q3"].assign(period="2026-08", province_code=province)
        tables[table] = pd.concat([frame, month], ignore_index=True)
    online = tables["portal_online"]
    online.loc[at(online, period="2026-08", unit_code="H44"), "service_offered_count"] = offered


def test_a_stock_of_services_that_depends_on_the_period_is_found(tables: Tables) -> None:
    a_month(tables, province="H44", offered=1968.0)
    table = found().query("finding_id == 'services_offered_differ'")
    assert table["figures"].tolist() == [{"part": "2026-08", "part_count": 1968.0, "whole_count": 1884.0}]


def test_a_stock_of_services_that_is_the_same_is_not(tables: Tables) -> None:
    a_month(tables, province="H44", offered=1884.0)
    assert "services_offered_differ" not in set(found()["finding_id"])


def test_another_provinces_month_is_no_part_of_this_provinces_year(tables: Tables) -> None:
    before = found()
    a_month(tables, province="H19", offered=1968.0)
    pd.testing.assert_frame_equal(found(), before)


def test_dossiers_that_do_not_add_up_are_found(tables: Tables) -> None:
    frame = tables["portal_progress"]
    frame.loc[at(frame, unit_code="H44.108", period="2026"), "received_count"] += 1
    table = found().query("finding_id == 'dossiers_do_not_add_up'")
    assert [(row["place"], row["figures"]) for row in table.to_dict("records")] == [
        ("settled_on_time", {"units_sum": 597_919.0, "province": 597_918.0})
    ]


def test_a_province_whose_own_count_is_missing_is_no_sum_that_fails(tables: Tables) -> None:
    metrics = tables["portal_metrics"]
    own = at(metrics, metric_code="PETITION_PROCESSING_ON_TIME", unit_code="H44")
    metrics.loc[own, ["numerator_count", "denominator_count"]] = np.nan
    assert "petitions_on_time" not in set(found().query("finding_id == 'petitions_do_not_add_up'")["place"])


def test_the_quarter_knows_no_shorter_parts(quarter: ServiceIndex) -> None:
    assert not findings(quarter)["finding_id"].str.endswith(("shrink", "shrinks", "differ")).any()


def test_the_quarter_claims_nothing_of_units_without_figures(quarter: ServiceIndex) -> None:
    table = findings(quarter)
    unpublished = table[table["finding_id"] == "units_not_published"]["place"]
    assert unpublished.tolist() == ["transparency", "digitisation", "satisfaction"]
    assert not set(table["finding_id"]) & {"provisional_denominator", "unit_without_dossiers", "copied_from_province"}
    figures = table.set_index("finding_id")["figures"]
    assert figures["granted_without_counts"]["departments"] == 0
    assert np.isnan(figures["sync_covers_part"]["lowest_pct"])
    assert figures["online_points_below_rule"]["share_pct"] == pytest.approx(100 / 3)


def test_a_quarter_with_figures_for_its_units_is_complete(tables: Tables) -> None:
    groups = tables["portal_groups"]
    missing = at(groups, period="2026") & groups["group_id"].isin(["transparency", "digitisation", "satisfaction"])
    units = groups[missing & (groups["unit_code"] != "H44")].assign(period="2026-Q3")
    tables["portal_groups"] = pd.concat([groups, units], ignore_index=True)
    assert "units_not_published" not in set(found(period="2026-Q3")["finding_id"])
    tables["portal_groups"] = pd.concat([groups, units.assign(published_points=np.nan)], ignore_index=True)
    assert "units_not_published" in set(found(period="2026-Q3")["finding_id"])


def test_a_province_whose_counts_are_missing_is_no_reason_to_stop(tables: Tables) -> None:
    metrics, online = tables["portal_metrics"], tables["portal_online"]
    codes = ["DOSSIER_SYNC", "PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME"]
    tables["portal_metrics"] = metrics[~(metrics["metric_code"].isin(codes) & (metrics["unit_code"] == "H44"))]
    online.loc[at(online, unit_code="H44"), "authority_count"] = np.nan
    silent = {"all_late_or_missing", "sync_covers_part", "online_points_of_units"}
    assert not silent & set(found()["finding_id"])


def test_every_finding_about_a_row_names_a_row_or_group_of_the_index(year: ServiceIndex) -> None:
    names = {row.id for row in policy.index_766().rows} | {group.id for group in policy.index_766().groups}
    assert set(findings(year)["place"]) <= names | set(year.units["unit_code"])
