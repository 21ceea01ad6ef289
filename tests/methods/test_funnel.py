"""Limits that allow for the usual differences between units."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataContractError
from analysis.methods.funnel import funnel

BASEBALL = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]


def cases(hits: list[int], total: int | list[int] = 100) -> pd.DataFrame:
    return pd.DataFrame({"unit": [f"u{place}" for place in range(len(hits))], "hits": hits, "total": total})


def test_efron_and_morris_baseball_players() -> None:
    """Efron & Morris (1975), JASA 70:311: hits of 45; James and Stein's factor 1 − 15/Q is .209."""
    assert 1 - 15 / funnel(cases(BASEBALL, 45)).checks[0].value == pytest.approx(0.209, abs=5e-4)


def test_the_spread_solves_paule_and_mandels_equation_and_its_interval_the_profile() -> None:
    hits = np.array([60, 70, 75, 80, 85, 90, 95, 99])
    tau = funnel(cases(hits.tolist())).estimate("spread")
    arcsine = np.arcsin(np.sqrt(hits / 100))

    def q(spread: float) -> float:
        # equal totals: the plain mean and variance will do
        return float(((arcsine - arcsine.mean()) ** 2).sum() / (1 / 400 + spread**2))

    assert q(tau.value) == pytest.approx(7)
    # chi-square with 7 degrees of freedom, 2.5 and 97.5 %
    assert [q(tau.high), q(tau.low)] == pytest.approx([1.690, 16.013], abs=1e-3)


def test_without_spread_beyond_chance_the_spread_is_nothing_and_the_check_passes() -> None:
    found = funnel(cases([80, 81, 79, 80, 80, 81, 79, 80]))
    assert (found.estimate("spread").value, found.estimate("spread").low) == (0, 0)
    assert found.checks[0].passed


def test_a_unit_that_stands_out_does_not_hide_itself_among_few() -> None:
    units = funnel(cases([80, 82, 78, 81, 79, 80, 83, 50])).units
    assert units["verdict"].tolist() == ["inside"] * 7 + ["below"]
    assert units.loc[7, "expected_pct"] == pytest.approx(80.4, abs=0.1)


def test_large_units_that_differ_as_units_do_are_not_called_unusual() -> None:
    found = funnel(cases([7500, 7800, 8000, 8100, 8200, 8300, 8500, 8700], 10000))
    assert set(found.units["verdict"]) == {"inside"}
    assert not found.checks[0].passed
    assert found.checks[0].says.values["naive_count"] >= 6


def test_what_the_mix_leads_to_expect_is_not_held_against_a_unit() -> None:
    hard = cases([80, 82, 78, 81, 79, 80, 83, 50])
    fair = funnel(hard.assign(expected_pct=[80.0] * 7 + [52.0]))
    assert set(fair.units["verdict"]) == {"inside"}
    assert fair.units.loc[7, "expected_pct"] == pytest.approx(52.4, abs=0.2)


def test_limits_of_998_are_those_that_give_the_verdict() -> None:
    units = funnel(cases([80, 82, 78, 81, 79, 80, 83, 50, 68], [100] * 9)).units
    outside = (units["share_pct"] < units["alarm_low_pct"]) | (units["share_pct"] > units["alarm_high_pct"])
    assert (outside == (units["verdict"] != "inside")).all()
    assert (units["alarm_low_pct"] <= units["low_pct"]).all()
    assert (units["high_pct"] <= units["alarm_high_pct"]).all()
    assert ((units["p"] < 0.002) == outside).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5000), st.floats(0, 1)), min_size=8, max_size=20))
def test_limits_stay_between_nothing_and_all(rows: list[tuple[int, float]]) -> None:
    total = [n for n, _ in rows]
    units = funnel(cases([int(n * share) for n, share in rows], total)).units
    limits = units[["alarm_low_pct", "low_pct", "expected_pct", "high_pct", "alarm_high_pct"]].to_numpy()
    assert limits.min() >= 0
    assert limits.max() <= 100
    assert (np.diff(limits, axis=1) >= -1e-9).all()


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (cases([1] * 8, 0), "1 of 0 is not a count"),
        (cases([0] * 8, 0), "column 'total', row 0"),
        (cases([1] * 7), "Too few rows: 7"),
        (cases([1] * 8).drop(columns="hits"), "'hits' is missing"),
        (cases([1] * 8).assign(expected_pct=120), "column 'expected_pct', row 0"),
    ],
)
def test_tables_without_a_funnel_are_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        funnel(frame)
