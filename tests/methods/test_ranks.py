"""Sets of ranks: the critical values others tabulated, what a set may and may not say, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataContractError, UsageError
from analysis.methods.ranks import most_improved, ranks


def table(values: list[float], se: float | list[float] = 1.0) -> pd.DataFrame:
    return pd.DataFrame({"unit": [f"u{place}" for place in range(len(values))], "value": values, "se": se})


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def told_apart(gap: float, *, others: int = 1, marginal: bool = True) -> bool:
    """Whether the first of `others` + 1 units is surely above the others, which are equal."""
    sets = ranks(table([gap * np.sqrt(2)] + [0.0] * others), rng(), top=1).sets
    return bool(sets.loc[0, "rank_high" if marginal else "all_high"] == 1)


@pytest.mark.parametrize(("others", "critical"), [(1, 1.96), (2, 2.21), (4, 2.44), (9, 2.69)])
def test_a_single_units_set_uses_dunnetts_critical_value(others: int, critical: float) -> None:
    """Dunnett (1964), Biometrics 20:482, two-sided 5 %, infinite degrees of freedom."""
    assert told_apart(critical + 0.1, others=others)
    assert not told_apart(critical - 0.1, others=others)


@pytest.mark.parametrize(("others", "studentised_range"), [(1, 2.77), (2, 3.31), (4, 3.86)])
def test_all_units_at_once_use_tukeys_critical_value(others: int, studentised_range: float) -> None:
    """Tukey's studentised range, 5 %, infinite degrees of freedom, over √2."""
    critical = studentised_range / np.sqrt(2)
    assert told_apart(critical + 0.1, others=others, marginal=False)
    assert not told_apart(critical - 0.1, others=others, marginal=False)


def test_units_far_apart_have_their_rank_and_equal_ones_none() -> None:
    far = ranks(table([0.0, 100.0, 50.0]), rng(), top=1)
    assert far.sets["unit"].tolist() == ["u1", "u2", "u0"]
    assert far.sets["rank"].tolist() == far.sets["rank_low"].tolist() == far.sets["rank_high"].tolist() == [1, 2, 3]
    assert far.sets["tier"].tolist() == [1, 2, 3]
    assert far.sets["could_be_top"].tolist() == [True, False, False]
    assert far.checks[0].passed
    equal = ranks(table([0.0] * 8), rng())
    assert equal.sets["rank"].isna().all()
    assert np.isnan(equal.estimate("u0").value)
    assert (equal.estimate("u0").low, equal.estimate("u0").high) == (1, 8)
    assert set(equal.sets["tier"]) == {1}
    assert equal.sets["could_be_top"].all()
    assert not equal.checks[0].passed


def test_a_rank_is_withheld_only_above_half_of_the_table() -> None:
    """Four equal units below two far ones: the sets of the four span 4 of 6, more than half; of 8 exactly half."""
    assert ranks(table([90, 80, 0, 0, 0, 0]), rng()).sets["rank"].isna().tolist() == [False] * 2 + [True] * 4
    wide = ranks(table([90, 80, 70, 60, 0, 0, 0, 0]), rng()).sets
    assert wide["rank"].tolist() == [1, 2, 3, 4, 5, 5, 5, 5]


def test_moving_together_tells_units_apart_that_would_not_be() -> None:
    close = table([1.0, 0.0])
    together = np.array([[1.0, 0.98], [0.98, 1.0]])
    assert ranks(close, rng(), top=1).sets["rank_high"].tolist() == [2, 2]
    assert ranks(close, rng(), top=1, covariance=together).sets["rank_high"].tolist() == [1, 2]
    shuffled = ranks(close.iloc[::-1], rng(), top=1, covariance=together[::-1, ::-1])
    assert shuffled.sets["rank_high"].tolist() == [1, 2]


def test_improvement_counts_the_noise_of_both_periods() -> None:
    changes = table([10.0, 50.0, 50.0]).rename(columns={"value": "before", "se": "before_se"})
    changes = changes.assign(after=[14.0, 50.0, 90.0], after_se=1.0)
    found = most_improved(changes, rng(), top=1)
    assert found.sets[["unit", "value"]].to_numpy().tolist() == [["u2", 40.0], ["u0", 4.0], ["u1", 0.0]]
    assert found.sets["se"].tolist() == pytest.approx([np.sqrt(2)] * 3)
    assert found.sets["rank"].tolist()[:1] == [1]
    # 4 points less two periods' noise are no longer surely more than 0
    assert found.sets["rank_high"].tolist() == [1, 3, 3]
    assert ranks(table([4.0, 0.0], se=1.0), rng(), top=1).sets["rank_high"].tolist() == [1, 2]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=9), st.floats(0.1, 20), st.randoms(use_true_random=False))
def test_sets_hold_the_place_in_the_table_and_do_not_depend_on_its_order(values, se, random) -> None:
    frame = table(values, se)
    found = ranks(frame, rng(), top=1)
    place = 1 + (found.sets["value"].to_numpy()[:, None] > found.sets["value"].to_numpy()).sum(axis=0)
    assert (found.sets["rank_low"] <= place).all()
    assert (place <= found.sets["rank_high"]).all()
    assert (found.sets["all_low"] <= found.sets["rank_low"]).all()
    assert (found.sets["rank_high"] <= found.sets["all_high"]).all()
    assert (found.sets["tier"] <= found.sets["all_low"]).all()
    assert found.sets["could_be_top"].iloc[0]
    order = list(range(len(values)))
    random.shuffle(order)
    again = ranks(frame.iloc[order], rng(), top=1).sets.set_index("unit")["value"]
    assert again.to_dict() == found.sets.set_index("unit")["value"].to_dict()


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (table([1.0, 2.0]).drop(columns="se"), "'se' is missing"),
        (table([1.0, 2.0], se=[1.0, 0.0]), "row 1"),
        (table([1.0, float("nan")]), "column 'value', row 1"),
        (table([1.0]), "Too few rows: 1"),
        (table([1.0, 2.0]).assign(unit="same"), "comes twice"),
    ],
)
def test_a_table_that_cannot_be_ranked_is_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        ranks(frame, rng(), top=1)


@pytest.mark.parametrize("covariance", [np.eye(3), np.array([[1.0, 0.5], [0.4, 1.0]]), 2 * np.eye(2), np.ones((2, 2))])
def test_a_covariance_that_does_not_fit_is_refused(covariance: np.ndarray) -> None:
    with pytest.raises(UsageError, match="does not fit"):
        ranks(table([1.0, 2.0]), rng(), top=1, covariance=covariance)


def test_a_top_or_level_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="not a place"):
        ranks(table([1.0, 2.0]), rng())
    with pytest.raises(UsageError, match="confidence level"):
        ranks(table([1.0, 2.0]), rng(), top=1, level=95)
