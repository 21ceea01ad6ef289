"""Inequality against what is known exactly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from analysis.errors import DataContractError
from analysis.methods.spread import gini, spread, theil


def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def units(values: list[float], **columns: list) -> pd.DataFrame:
    return pd.DataFrame({"unit": [f"u{place}" for place in range(len(values))], "value": values, **columns})


def test_one_to_five() -> None:
    assert float(gini(np.arange(1.0, 6), np.ones(5))) == pytest.approx(4 / 15, abs=1e-12)


def test_the_lognormal() -> None:
    """With σ = 1: Gini 2Φ(1/√2) − 1 = .5205, Theil σ²/2 = .5."""
    quantiles = np.exp(ndtri((np.arange(2_000_000) + 0.5) / 2_000_000))
    ones = np.ones_like(quantiles)
    assert float(gini(quantiles, ones)) == pytest.approx(0.5205, abs=5e-5)
    assert float(theil(quantiles, ones)) == pytest.approx(0.5, abs=2e-4)


positive = st.lists(st.floats(0.01, 1000), min_size=12, max_size=30)


@settings(max_examples=40, deadline=None)
@given(positive, st.randoms(use_true_random=False))
def test_within_and_between_add_up_for_any_groups_and_weights(values, random) -> None:
    groups = [random.choice("abc") for _ in values]
    weights = [random.uniform(0.1, 9) for _ in values]
    found = spread(units(values, group=groups, weight=weights), rng())
    whole, within, between = (found.estimate(name).value for name in ("theil", "theil_within", "theil_between"))
    assert within + between == pytest.approx(whole, abs=1e-12)
    assert found.groups["within"].sum() == pytest.approx(within, abs=1e-12)
    assert between >= -1e-12
    assert within >= -1e-12
    assert found.groups["weight_pct"].sum() == pytest.approx(100)


@settings(max_examples=40, deadline=None)
@given(positive, st.floats(0.01, 100))
def test_the_relative_measures_know_no_unit_and_the_gap_does(values, factor) -> None:
    one, other = spread(units(values), rng()), spread(units([factor * value for value in values]), rng())
    for name in ("gini", "theil"):
        assert other.estimate(name).value == pytest.approx(one.estimate(name).value, abs=1e-9)
    assert other.estimate("mean_gap").value == pytest.approx(
        factor * one.estimate("mean_gap").value, rel=1e-6, abs=1e-9
    )
    pairs = np.abs(np.subtract.outer(values, values)).mean()
    assert one.estimate("mean_gap").value == pytest.approx(pairs, rel=1e-6, abs=1e-9)


def test_a_weight_of_two_is_the_unit_twice() -> None:
    values = [float(value) for value in range(1, 13)]
    twice = spread(units([*values, 12.0]), rng())
    weighted = spread(units(values, weight=[1.0] * 11 + [2.0]), rng())
    for name in ("gini", "theil", "mean_gap"):
        assert weighted.estimate(name).value == pytest.approx(twice.estimate(name).value)


def test_shares_near_all_grow_alike_in_percent_of_the_gap_but_not_in_points() -> None:
    """From 10–20 % to 85–97 %: Gini falls, the gap in points rises."""
    before, after = (
        spread(units(np.linspace(10, 20, 12).tolist()), rng()),
        spread(units(np.linspace(85, 97, 12).tolist()), rng()),
    )
    assert after.estimate("gini").value < before.estimate("gini").value
    assert after.estimate("mean_gap").value > before.estimate("mean_gap").value


def test_groups_that_differ_are_told_from_a_random_split() -> None:
    values = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 5.0, 5.1, 5.2, 5.3, 5.4, 5.5]
    apart = spread(units(values, group=["low"] * 6 + ["high"] * 6), rng())
    mixed = spread(units(values, group=["a", "b"] * 6), rng())
    assert apart.checks[0].passed
    assert apart.checks[0].value < 0.01
    assert not mixed.checks[0].passed
    assert mixed.checks[0].value > 0.5
    assert apart.claim.values["between_pct"] > 95
    assert spread(units(values), rng()).checks == ()


def test_equal_units_have_no_inequality_and_no_interval() -> None:
    found = spread(units([3.0] * 12), rng())
    assert found.estimate("gini").value == pytest.approx(0, abs=1e-12)
    assert np.isnan(found.estimate("gini").low)


def test_intervals_hold_their_value() -> None:
    for each in spread(units(rng().gamma(4, size=40).tolist()), rng()).estimates:
        assert each.low < each.value < each.high


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (units([1.0] * 11), "Too few rows: 11"),
        (units([0.0] * 12), "Every value is 0"),
        (units([1.0] * 11 + [-1.0]), "column 'value', row 11"),
        (units([1.0] * 12, weight=[0.0] * 12), "column 'weight', row 0"),
        (units([1.0] * 12, group=["a"] * 11 + [None]), "column 'group', row 11"),
    ],
)
def test_units_without_a_spread_are_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        spread(frame, rng())
