"""The standard cost model: published arithmetic, the mean of a lognormal, and claims that are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataContractError, UsageError
from analysis.methods.burden import burden


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def steps(*rows: tuple[str, str, str, float, float], **more: object) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["procedure", "state", "activity", "hours", "spread"])
    return table.assign(wage_vnd=10.0, **more)


def volumes(**counts: float) -> pd.DataFrame:
    return pd.DataFrame({"procedure": list(counts), "annual_count": list(counts.values())})


HALVED = steps(("p", "before", "fill in", 3, 1.5), ("p", "after", "fill in", 1.5, 1.5))


@pytest.mark.parametrize(
    ("hours", "wage", "cases", "total"),
    [
        (3, 10, 100_000 * 2, 6_000_000),  # the manual: 3 hours, EUR 10, 100,000 businesses, twice a year
        (20, 600, 52 * 6, 3_744_000),  # 20 x 52 x 6 x NOK 600
    ],
)
def test_published_arithmetic(hours: float, wage: float, cases: float, total: float) -> None:
    table = steps(("p", "before", "all", hours, 1.0)).assign(wage_vnd=wage)
    assert burden(table, volumes(p=cases), rng()).estimate("before_vnd").value == total


def test_the_mean_time_lies_above_the_median() -> None:
    found = burden(HALVED, volumes(p=100), rng())
    median = 3 * 10 * 100
    assert found.estimate("before_vnd").value == pytest.approx(median * np.exp(np.log(1.5) ** 2 / 2))
    assert median / found.estimate("before_vnd").value == pytest.approx(1 - 0.079, abs=0.001)


def test_a_total_over_twenty_procedures_is_as_unsure_as_its_errors_go_together() -> None:
    names = [f"p{number}" for number in range(20)]
    table = pd.concat([steps((name, "before", "all", 2, 1.5)) for name in names], ignore_index=True)
    counts = volumes(**dict.fromkeys(names, 100))
    for correlation, variation in ((0, 0.094), (0.6, 0.329), (1, 0.424)):
        each = burden(table, counts, rng(), correlation=correlation, level=0.6827).estimate("before_vnd")
        assert (each.high - each.low) / 2 / each.value == pytest.approx(variation, rel=0.12)


def test_the_same_activity_errs_alike_before_and_after() -> None:
    found = burden(HALVED, volumes(p=100), rng())
    share = found.estimate("saved_pct")
    assert (share.low, share.value, share.high) == pytest.approx((50, 50, 50))
    assert found.estimate("saved_vnd").low < found.estimate("saved_vnd").high


def test_a_fee_and_a_way_count_once_a_case() -> None:
    table = HALVED.assign(spread=1.0, fee_vnd=[5.0, 0.0], travel_vnd=[2.0, 2.0])
    found = burden(table, volumes(p=10), rng())
    assert found.estimate("before_vnd").value == 10 * (30 + 5 + 2)
    assert found.estimate("saved_vnd").value == 10 * (15 + 5)


def test_waiting_that_is_sold_as_labour_is_flagged() -> None:
    table = steps(
        ("p", "before", "fill in", 1, 1.0), ("p", "before", "wait", 240, 1.0),
        ("p", "after", "fill in", 1, 1.0), ("p", "after", "wait", 120, 1.0),
    ).assign(waiting=[False, True, False, True])  # fmt: skip
    check = burden(table, volumes(p=10), rng()).checks[0]
    assert (check.passed, check.value) == (False, 100)
    assert burden(HALVED, volumes(p=10), rng()).checks[0].passed is True


def test_a_saving_on_what_nobody_files_is_flagged_and_not_realised() -> None:
    table = pd.concat([HALVED, HALVED.assign(procedure="q")], ignore_index=True)
    counts = volumes(p=100, q=300).assign(filed_count=[80, 0])
    found = burden(table, counts, rng())
    assert found.checks[1].passed is False
    assert found.checks[1].value == pytest.approx(75)
    assert found.procedures["procedure"].tolist() == ["q", "p"]
    assert found.estimate("realised_vnd").value == pytest.approx(80 / 400 * found.estimate("saved_vnd").value)


def test_filings_that_are_not_known_are_not_taken_for_none() -> None:
    found = burden(HALVED, volumes(p=100), rng())
    assert found.checks[1].passed is None
    assert "realised_vnd" not in found.table()["name"].tolist()


def test_a_claim_gets_its_probability() -> None:
    expected = burden(HALVED, volumes(p=100), rng()).estimate("saved_vnd").value
    likely, unlikely = (burden(HALVED, volumes(p=100), rng(), claimed_vnd=expected * times) for times in (0.5, 3))
    assert likely.estimate("claim_met_pct").value > 90
    assert likely.checks[2].passed is True
    assert unlikely.estimate("claim_met_pct").value < 5
    assert unlikely.checks[2].passed is False


def test_the_widest_swing_comes_first() -> None:
    table = steps(
        ("p", "before", "sure", 3, 1.01), ("p", "before", "unsure", 3, 2.0), ("p", "after", "sure", 1, 1.01)
    )  # fmt: skip
    found = burden(table, volumes(p=10), rng()).tornado
    assert found["activity"].tolist() == ["unsure", "sure"]
    assert (found["low_vnd"] < found["high_vnd"]).all()


@pytest.mark.parametrize(
    ("table", "counts", "says"),
    [
        (HALVED.assign(state="later"), volumes(p=1), "no state"),
        (HALVED.assign(spread=0.5), volumes(p=1), "'spread'"),
        (HALVED.assign(hours=-1), volumes(p=1), "'hours'"),
        (HALVED, volumes(q=1), "Not in both tables: p, q"),
    ],
)
def test_wrong_rows_are_named(table: pd.DataFrame, counts: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        burden(table, counts, rng())


def test_a_correlation_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="correlation"):
        burden(HALVED, volumes(p=1), rng(), correlation=1.5)


def test_an_activity_that_stands_twice_is_refused() -> None:
    with pytest.raises(DataContractError, match="stands twice"):
        burden(steps(("p", "before", "a", 3, 1.0), ("p", "before", "a", 3, 1.0)), volumes(p=1), rng())


@pytest.mark.parametrize("flag", [None, "False"])
def test_whether_one_waits_is_said(flag: object) -> None:
    with pytest.raises(DataContractError, match="does not say whether one waits"):
        burden(steps(("p", "before", "a", 3, 1.0), waiting=[flag]), volumes(p=1), rng())


def test_waiting_that_offsets_work_is_still_no_labour() -> None:
    rows = (("p", "before", "wait", 3, 1.0), ("p", "after", "work", 3, 1.0))
    assert burden(steps(*rows, waiting=[True, False]), volumes(p=1), rng()).checks[0].passed is False
    unchanged = (("p", "before", "wait", 3, 1.0), ("p", "after", "wait", 3, 1.0))
    assert burden(steps(*unchanged, waiting=True), volumes(p=1), rng()).checks[0].passed is True


def test_one_procedure_that_nobody_files_is_not_hidden_by_one_that_is_not_known() -> None:
    table = steps(("p", "before", "a", 3, 1.0), ("q", "before", "a", 3, 1.0))
    counts = volumes(p=1, q=1).assign(filed_count=[0, None])
    assert burden(table, counts, rng()).checks[1].passed is False


def test_a_claim_is_judged_by_the_cases_really_filed() -> None:
    table, counts = steps(("p", "before", "a", 3, 1.2)), volumes(p=100)
    assert burden(table, counts, rng(), claimed_vnd=1000).estimate("claim_met_pct").value == 100
    found = burden(table, counts.assign(filed_count=1), rng(), claimed_vnd=1000)
    assert found.estimate("claim_met_pct").value == 0
    assert found.checks[-1].passed is False
