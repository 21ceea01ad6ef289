"""The share finished within their own limit, and what the usual rates make of the same cases."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataContractError
from analysis.methods.turnaround import turnaround


def cases(*rows: tuple[float, float, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["elapsed_days", "limit_days", "end"])


def province(rng: np.random.Generator, *, n: int = 20_000, slow_long: bool = False) -> pd.DataFrame:
    """Cases received over 60 days, ever more, 75 % within their limit; seen on the last day."""
    age = 60 - 60 * np.sqrt(rng.uniform(size=n))
    limit = rng.choice([5.0, 10.0, 20.0], size=n)
    pace = np.where(limit > 5, 0.9, -0.9) if slow_long else 0.0
    needed = limit * np.exp(0.8 * (rng.normal(size=n) - 0.6745) + pace)
    return pd.DataFrame(
        {
            "elapsed_days": np.minimum(needed, age),
            "limit_days": limit,
            "end": np.where(needed <= age, "finished", "open"),
            "cohort": np.where(age > 30, "early", "late"),
        }
    )


def test_the_truth_is_found_where_the_usual_rates_miss_it() -> None:
    found = turnaround(province(np.random.default_rng(6)))
    assert found.estimate("on_time_pct").value == pytest.approx(75, abs=1)
    assert found.estimate("open_pct").value == pytest.approx(25, abs=1)
    assert found.estimate("naive_of_finished_pct").value > 80
    assert found.estimate("naive_of_received_pct").value < 65
    assert all(check.passed for check in found.checks)
    late = found.cohorts.set_index("cohort").loc["late"]
    assert late["on_time_pct"] == pytest.approx(75, abs=2)
    assert late["of_finished_pct"] - late["on_time_pct"] > 8


def test_limits_watched_unlike_each_other_are_noticed() -> None:
    found = turnaround(province(np.random.default_rng(6), slow_long=True))
    assert found.checks[1].passed is False
    assert found.checks[1].value != pytest.approx(found.estimate("on_time_pct").value, abs=1)


def test_counts_and_naive_shares_of_a_cohort_by_hand() -> None:
    frame = cases(
        (2, 5, "finished"), (5, 5, "finished"), (9, 5, "finished"), (9, 5, "open"), (4, 5, "open"), (1, 5, "left")
    )
    row = turnaround(frame.assign(cohort="2025-01"), horizon_days=9).cohorts.iloc[0]
    assert row[["received_count", "finished_count", "otherwise_count", "open_count"]].tolist() == [6, 3, 1, 2]
    assert row["of_finished_pct"] == pytest.approx(100 * 2 / 3)
    assert row["of_received_pct"] == pytest.approx(100 * 2 / 6)
    assert row["of_due_pct"] == pytest.approx(100 * 2 / 4)
    assert row["at_best_pct"] == pytest.approx(100 * 3 / 6)
    # 5/6 stay after the one that left; then 1 of 5 at 2 days, 1 of 3 at 5 days
    assert row["on_time_pct"] == pytest.approx(100 * (5 / 6 / 5 + 4 / 6 / 3))
    assert row["oldest_open_days"] == 9


def test_a_case_that_ended_otherwise_is_neither_on_time_nor_waiting() -> None:
    frame = cases(*[(3, 5, "finished")] * 50, *[(1, 5, "withdrawn")] * 50)
    found = turnaround(frame)
    assert found.estimate("on_time_pct").value == pytest.approx(50)
    assert found.estimate("withdrawn_pct").value == pytest.approx(50)
    assert found.estimate("open_pct").value == pytest.approx(0, abs=1e-9)


def test_finished_on_the_last_day_is_on_time_whatever_the_limit() -> None:
    frame = cases(*[(limit, limit, "finished") for limit in (0.1, 0.3, 3, 7, 11, 49)])
    assert turnaround(frame).estimate("on_time_pct").value == 100


def test_a_cohort_too_young_for_its_limit_is_not_known() -> None:
    frame = pd.concat(
        [
            cases(*[(4, 5, "finished")] * 9, (9, 5, "open")).assign(cohort="a"),
            cases(*[(1, 5, "finished")] * 3, *[(2, 5, "open")] * 9).assign(cohort="b"),
        ]
    )
    cohorts = turnaround(frame).cohorts.set_index("cohort")
    assert cohorts.loc["a", "on_time_pct"] == pytest.approx(90)
    assert cohorts.loc["b", ["on_time_pct", "low_pct", "high_pct", "mean_days"]].isna().all()
    young = turnaround(frame[frame["cohort"] == "b"])
    assert young.checks[0].passed is None
    assert young.checks[1].passed is None


def test_the_mean_counts_days_up_to_the_horizon() -> None:
    frame = cases((2, 5, "finished"), (4, 5, "finished"), (30, 5, "finished"), (40, 5, "open"))
    assert turnaround(frame).horizon_days == 10
    assert turnaround(frame).estimate("mean_days").value == pytest.approx((2 + 4 + 10 + 10) / 4)
    assert turnaround(frame, horizon_days=40).estimate("mean_days").value == pytest.approx((2 + 4 + 30 + 40) / 4)


def test_the_curve_counts_own_limits() -> None:
    curve = turnaround(cases((5, 10, "finished"), (30, 20, "finished"))).curve
    assert curve["time"].tolist() == [0, 0.5, 1.5]


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (cases((1, 0, "finished")), "column 'limit_days', row 0"),
        (cases((-1, 5, "finished")), "column 'elapsed_days', row 0"),
        (cases((1, 5, "open")), "No case is finished"),
        (cases((1, 5, "finished")).drop(columns="end"), "'end' is missing"),
        (cases((1, 5, "finished")).assign(entry_days=3), "watched from"),
    ],
)
def test_cases_without_a_clock_are_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        turnaround(frame)
