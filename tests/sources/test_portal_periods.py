"""Periods: what they cover, how they are written, which ranges they make."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import UsageError
from analysis.sources.portal import Period, parse_period, period_range
from analysis.sources.portal.periods import refuse_future

YEARS = st.integers(2000, 2099)
PERIODS = st.one_of(
    st.builds(Period, YEARS),
    st.builds(Period, YEARS, quarter=st.integers(1, 4)),
    st.builds(Period, YEARS, month=st.integers(1, 12)),
)
GRAINS = st.sampled_from(["month", "quarter", "year"])


@given(PERIODS)
def test_a_period_reads_back_as_it_was_written(period: Period) -> None:
    assert parse_period(str(period)) == period


@given(PERIODS, PERIODS, GRAINS)
def test_a_range_covers_its_ends_without_gap_or_overlap(first: Period, last: Period, by: str) -> None:
    if first.first_day > last.last_day:
        with pytest.raises(UsageError, match="ends"):
            period_range(str(first), str(last), by=by)
        return
    periods = period_range(str(first), str(last), by=by)
    assert periods[0].first_day <= first.first_day <= periods[0].last_day
    assert periods[-1].first_day <= last.last_day <= periods[-1].last_day
    for earlier, later in itertools.pairwise(periods):
        assert later.first_day == earlier.last_day + timedelta(days=1)


@given(st.text(max_size=9))
def test_other_forms_are_refused_with_the_allowed_ones(text: str) -> None:
    try:
        period = parse_period(text)
    except UsageError as error:
        assert error.allowed == "2026, 2026-Q3 or 2026-08"
    else:
        assert str(period) == text


@pytest.mark.parametrize("text", ["2026-8", "2026-13", "2026-Q5", "2026-q3", "26", "2026-08-01", "٢٠٢٦", "2026\n"])
def test_near_misses_are_no_periods(text: str) -> None:
    with pytest.raises(UsageError):
        parse_period(text)


def test_days_are_inclusive_and_know_leap_years() -> None:
    assert parse_period("2028-02").last_day == date(2028, 2, 29)
    assert parse_period("2026-Q3").as_dates() == {"fromDate": "2026-07-01", "toDate": "2026-09-30"}
    assert parse_period("2026").as_dates() == {"fromDate": "2026-01-01", "toDate": "2026-12-31"}


def test_a_range_of_months_may_be_asked_for_by_quarter_and_year() -> None:
    assert [str(each) for each in period_range("2025-08", "2026-04", by="quarter")] == [
        "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2",
    ]  # fmt: skip
    assert [str(each) for each in period_range("2025-08", "2026-04", by="year")] == ["2025", "2026"]
    with pytest.raises(UsageError, match="grain"):
        period_range("2026-01", "2026-02", by="week")


def test_a_period_is_future_until_its_first_day() -> None:
    refuse_future((parse_period("2026-Q4"),), date(2026, 10, 1))
    with pytest.raises(UsageError, match="2026-Q4"):
        refuse_future((parse_period("2026-09"), parse_period("2026-Q4")), date(2026, 9, 30))
