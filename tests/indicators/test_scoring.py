"""The rule of a row: capped, monotone, rounded as the portal rounds, silent where there is nothing to score."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import facts, policy
from analysis.indicators import ServiceIndex, scoring
from analysis.policy import ScoredRow

RULES = {row.id: row for row in policy.index_766().rows}
rules = st.sampled_from(list(RULES.values()))
counts = st.integers(0, 2_000_000)


def points(row: ScoredRow, numerator: float | None, denominator: float | None) -> float:
    numerators, denominators = (pd.Series([value], dtype="float64") for value in (numerator, denominator))
    return scoring.points(row, numerators, denominators).iloc[0]


def test_the_months_online_services_are_reproduced() -> None:
    # three counts of a month asked for on 26 September, and the group's published 8.83
    month = {
        "procedures_offered_online": (52, 56),
        "services_used": (406, 1968),
        "dossiers_filed_online": (150_956, 152_595),
    }
    assert sum(points(RULES[row], *counted) for row, counted in month.items()) == pytest.approx(8.83, abs=0.005)


@given(rules, counts, counts, st.integers(1, 2_000_000))
def test_points_grow_with_the_numerator_and_stay_between_nothing_and_the_maximum(
    row: ScoredRow, one: int, other: int, total: int
) -> None:
    fewer, more = sorted((min(one, total), min(other, total)))
    assert 0 <= points(row, fewer, total) <= points(row, more, total) <= row.maximum_points
    assert points(row, 0, total) == 0
    assert points(row, total, total) == row.maximum_points


@given(rules, st.integers(1, 100_000))
def test_full_marks_are_reached_at_the_share_the_policy_names_and_not_before(row: ScoredRow, hundreds: int) -> None:
    assert points(row, row.full_marks_at_pct * hundreds, 100 * hundreds) == row.maximum_points
    assert points(row, (row.full_marks_at_pct - 1) * hundreds, 100 * hundreds) < row.maximum_points


@given(rules)
def test_nothing_to_score_follows_the_three_conventions(row: ScoredRow) -> None:
    nothing = points(row, 0, 0)
    if row.zero_denominator == "missing":
        assert pd.isna(nothing)
    else:
        assert nothing == {"zero": 0, "full": row.maximum_points}[row.zero_denominator]


@given(rules.filter(lambda row: row.decided_by != "nobody"), counts)
def test_a_count_that_is_not_published_gives_no_points_at_all(row: ScoredRow, count: int) -> None:
    assert pd.isna(points(row, None, 1 + count))
    assert pd.isna(points(row, count, None))


def test_rounding_is_done_on_the_floats_own_value_as_the_portal_does() -> None:
    # 0.625 and 1.125 are ties; 5.595, 2.675 and 1.005 lie just below theirs
    values = pd.Series([5.595, 2.675, 1.005, 0.625, 1.125])
    assert scoring.two_decimals(values).tolist() == [5.59, 2.67, 1.0, 0.63, 1.13]


@pytest.mark.usefixtures("phu_tho")
def test_payment_needs_its_stepwise_rounding(year: ServiceIndex) -> None:
    payment = facts.only("portal_payment", province_code="H44", period="2026").set_index("unit_code")
    computed = year.groups[year.groups["group_id"] == "online_payment"].set_index("unit_code")["computed_points"]
    assert (computed - payment["published_points"]).abs().max() < 1e-9
    paid, payable, used = (
        (payment[part] / payment[whole].where(payment[whole] > 0)).fillna(0)
        for part, whole in (
            ("paid_online_count", "fee_dossier_count"),
            ("payable_procedure_count", "fee_procedure_count"),
            ("paid_procedure_count", "fee_procedure_count"),
        )
    )
    unrounded = 6 * paid + (2.5 * payable).clip(upper=2) + (2.5 * used).clip(upper=2)
    assert (unrounded.round(2) - payment["published_points"]).abs().max() > 0.005
