"""Growth curves against printed fits, and what a fitted curve may not say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.errors import DataContractError, UsageError
from analysis.methods.growth import Growth, growth
from analysis.methods.intake import Floats

ROOM_AIR_CONDITIONERS = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]
UNITED_STATES = [
    3.929214, 5.308483, 7.239881, 9.638453, 12.860702, 17.063353, 23.191876, 31.443321, 38.558371, 50.189209, 62.979766,
    76.212168, 92.228496, 106.021537, 123.202624, 132.164569, 151.325798, 179.323175, 203.302031, 226.542199,
    248.709873, 281.421906,
]  # fmt: skip
# R's DNase, run 1: density by concentration (twice each)
CONCENTRATION = np.repeat(0.04882812 * 2.0 ** np.array([0, 2, 3, 4, 5, 6, 7, 8]), 2)
DENSITY = [0.017, 0.018, 0.121, 0.124, 0.206, 0.215, 0.377, 0.374, 0.614, 0.609, 1.019, 1.001, 1.334, 1.364, 1.73, 1.71]


def series(value: list[float] | Floats, time: Floats | None = None) -> pd.DataFrame:
    return pd.DataFrame({"time": np.arange(1.0, len(value) + 1) if time is None else time, "value": value})


def parameters(found: Growth, curve: str) -> tuple[list[float], list[float]]:
    own = found.parameters[found.parameters["curve"] == curve]
    return own["value"].tolist(), own["se"].tolist()


def climbing(until: int) -> Floats:
    time = np.arange(until)
    noise = np.random.default_rng(8).normal(0, 0.4, 60)[:until]
    return np.maximum(80 * expit((time - 25) / 5) + noise, 0.05)


def test_sales_of_room_air_conditioners() -> None:
    """Srinivasan & Mason (1986), table 1, nonlinear least squares: p .0094, q .3748, m 18.71 million."""
    (m, p, q), _ = parameters(growth(series(ROOM_AIR_CONDITIONERS), 5, added=True), "Bass")
    assert (p, q) == pytest.approx((0.0094, 0.3748), abs=5e-5)
    assert m / 1000 == pytest.approx(18.71, abs=0.005)


def test_the_peak_of_room_air_conditioners() -> None:
    """Bass (1969): with p .010399, q .41861, m 16,895 thousand sales peak after 8.6 years at 1,857 thousand."""
    time = np.arange(1.0, 26.0)
    kept = np.exp(-(0.010399 + 0.41861) * time)
    found = growth(series(16_895 * (1 - kept) / (1 + 0.41861 / 0.010399 * kept)), 0)
    bass = found.curves.set_index("curve").loc["Bass"]
    assert bass["bend"] == pytest.approx(8.6, abs=0.05)
    assert bass["fastest"] == pytest.approx(1857, abs=1)
    assert parameters(found, "Bass")[0] == pytest.approx([16_895, 0.010399, 0.41861], rel=1e-4)


def test_the_population_of_the_united_states() -> None:
    """Fox & Weisberg: k 440.833 (35.0), b −4.032 (.0682), c .0216 (.001007) of k / (1 + exp(−(b + c·year)))."""
    found = growth(series(UNITED_STATES, np.arange(22) * 10.0), 20)
    (ceiling, bend, scale), (ceiling_se, _, scale_se) = parameters(found, "logistic")
    assert (ceiling, ceiling_se) == pytest.approx((440.833, 35.0), abs=5e-3)
    assert -bend / scale == pytest.approx(-4.032, abs=5e-4)
    assert 1 / scale == pytest.approx(0.0216, abs=5e-5)
    assert scale_se / scale**2 == pytest.approx(0.001007, abs=5e-7)
    slope = np.array([0, -1 / scale, bend / scale**2])
    assert np.sqrt(slope @ found.covariance["logistic"] @ slope) == pytest.approx(0.0682, abs=5e-5)


def test_optical_density_by_the_logistic_curve() -> None:
    """R ?SSlogis: Asym 2.34518 (.07815), xmid 1.48309 (.08135), scal 1.04146 (.03227)."""
    values, errors = parameters(growth(series(DENSITY, np.log(CONCENTRATION)), 1), "logistic")
    assert values == pytest.approx([2.34518, 1.48309, 1.04146], abs=1e-5)
    assert errors == pytest.approx([0.07815, 0.08135, 0.03227], abs=1e-5)


def test_optical_density_by_gompertz() -> None:
    """R ?SSgompertz: Asym 4.6033, b2 2.2713, b3 .7165 of Asym·exp(−b2·b3^x)."""
    (ceiling, bend, scale), _ = parameters(growth(series(DENSITY, np.log(CONCENTRATION)), 1), "Gompertz")
    assert (ceiling, np.exp(bend / scale), np.exp(-1 / scale)) == pytest.approx((4.6033, 2.2713, 0.7165), abs=5e-5)


def test_before_the_bend_no_ceiling_is_known_and_the_curves_disagree() -> None:
    early, late = (growth(series(climbing(until)), 12) for until in (20, 60))
    assert early.checks[0].passed is False
    assert late.checks[0].passed is True
    assert early.checks[1].value > 2 > 1.2 > late.checks[1].value
    assert late.estimate("ceiling, logistic").value == pytest.approx(80, abs=0.5)


def test_a_series_that_begins_late_gets_no_curve_that_begins_at_nothing() -> None:
    found = growth(series(climbing(60)[22:]), 12)
    assert np.isnan(found.estimate("ceiling, Bass").value)
    assert found.checks[2].passed is None
    assert set(found.path["curve"]) == {"logistic", "Gompertz"}


def test_the_claim_speaks_of_no_chance() -> None:
    found = growth(series(climbing(40)), 12)
    assert "no probability" in found.claim.message
    assert found.verdict == "describes"
    last = found.path.groupby("curve")["value"].last()
    assert found.claim.values["high_number"] == pytest.approx(last.max())
    assert found.path["time"].max() == 52


def test_growth_that_slows_from_the_start_has_no_bend() -> None:
    time = np.arange(1.0, 31.0)
    found = growth(series(50 * (1 - np.exp(-time / 8)) + 0.2 * np.sin(5 * time)), 6)
    bass = found.curves.set_index("curve").loc["Bass"]
    assert np.isnan(bass["bend"])
    assert bass["ceiling"] == pytest.approx(50, abs=1)


@pytest.mark.parametrize(
    ("table", "ahead", "error", "says"),
    [
        (series(climbing(9)), 3, DataContractError, "Too few rows: 9"),
        (series(climbing(30)[::-1]), 3, UsageError, "Nothing grows"),
        (series(40 + 0.3 * np.arange(30) + 0.01 * np.arange(30) ** 2), 3, UsageError, "No curve can be fitted"),
        (series(climbing(30)), -1, UsageError, "-1 is not ahead"),
        (series(climbing(30)).assign(value=0.0), 3, DataContractError, r"0\.0\)? is not allowed"),
        (series(climbing(30)).drop(columns="time"), 3, DataContractError, "'time' is missing"),
    ],
)
def test_what_does_not_grow_is_refused(table: pd.DataFrame, ahead: int, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        growth(table, ahead)
