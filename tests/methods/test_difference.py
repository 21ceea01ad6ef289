"""The gap between two shares against published intervals, and what each measure says near 100 %."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataContractError
from analysis.methods import difference


def pair(hits: int, total: int, other_hits: int, other_total: int) -> pd.DataFrame:
    row = {"hits": [hits], "total": [total], "other_hits": [other_hits], "other_total": [other_total]}
    return pd.DataFrame(row, index=["only"])


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    # Newcombe (1998), Table II, method 10
    [((56, 70, 48, 80), 5.24, 33.39), ((9, 10, 3, 10), 17.05, 80.90), ((5, 56, 0, 29), -3.81, 19.26)],
)
def test_newcombe_s_published_intervals(counts: tuple[int, ...], low: float, high: float) -> None:
    row = difference(pair(*counts)).loc["only"]
    assert row["low_points"] == pytest.approx(low, abs=0.006)
    assert row["high_points"] == pytest.approx(high, abs=0.006)


def test_the_other_way_round_the_gap_turns_and_from_nothing_it_is_not_known() -> None:
    turned = difference(pair(48, 80, 56, 70)).loc["only"]
    assert turned[["gap_points", "low_points", "high_points"]].tolist() == pytest.approx([-20, -33.39, -5.24], abs=5e-3)
    none, alike = difference(pair(0, 20, 0, 0)), difference(pair(0, 20, 0, 20))
    assert none[["gap_points", "low_points", "high_points"]].isna().all(axis=None)
    assert alike[["low_points", "high_points"]].iloc[0].tolist() == pytest.approx([-16.11, 16.11], abs=5e-3)


def test_the_ratio_has_katz_s_interval_and_none_without_cases_on_a_side() -> None:
    row = difference(pair(56, 70, 48, 80)).loc["only"]
    error = np.sqrt(1 / 56 - 1 / 70 + 1 / 48 - 1 / 80)
    assert row["ratio"] == pytest.approx(0.8 / 0.6)
    assert row["ratio_high"] == pytest.approx(0.8 / 0.6 * np.exp(1.959964 * error))
    none = difference(pair(5, 56, 0, 29)).loc["only"]
    assert np.isnan(none[["ratio", "ratio_low", "ratio_high"]].astype(float)).all()


def test_the_gap_and_the_ratio_can_move_in_opposite_ways() -> None:
    before, after = difference(pair(200, 1000, 100, 1000)), difference(pair(900, 1000, 700, 1000))
    assert after["gap_points"].iloc[0] > before["gap_points"].iloc[0]
    assert after["ratio"].iloc[0] < before["ratio"].iloc[0]


def test_the_interval_holds_as_often_as_it_says_and_more_at_a_higher_level() -> None:
    rng = np.random.default_rng(8)
    pairs = pd.DataFrame({"hits": rng.binomial(60, 0.7, 4000), "total": 60, "other_hits": rng.binomial(40, 0.5, 4000),
                          "other_total": 40})  # fmt: skip
    for level, (least, most) in ((0.95, (0.94, 0.965)), (0.99, (0.985, 0.995))):
        found = difference(pairs, level=level)
        covered = ((found["low_points"] <= 20) & (found["high_points"] >= 20)).mean()
        assert least < covered < most
    # taking each share's own interval for the gap would hold far too often
    naive = difference(pairs)
    assert (naive["high_points"] - naive["low_points"]).mean() < 45


def test_a_row_that_is_no_count_is_refused() -> None:
    with pytest.raises(DataContractError, match="is not a count"):
        difference(pair(5, 4, 1, 2))
