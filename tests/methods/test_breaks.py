"""A change of level is found where it is, and the event that is not it is told so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import nile

from analysis.errors import UsageError
from analysis.methods.breaks import breaks


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def series(values: np.ndarray) -> pd.DataFrame:
    months = pd.period_range("2020-01", periods=len(values), freq="M").astype(str)
    return pd.DataFrame({"month": months, "value": values})


def test_the_nile_falls_in_1898_as_published() -> None:
    """strucchange prints supF 75.93 and the break after observation 28 (1898) with 1895–1902."""
    flow = nile.load_pandas().data["volume"].to_numpy()
    table = series(flow)
    month = dict(zip(table["month"], range(1871, 1971), strict=True))
    found = breaks(table, table["month"][28], rng(), trend=False)
    assert found.estimate("largest_f").value == pytest.approx(75.93, abs=0.005)
    # the sums of squares that it prints, 2835157 without the break and 1597457 with it
    assert found.estimate("largest_f").value == pytest.approx(98 * (2835157 / 1597457 - 1), rel=1e-6)
    assert found.estimate("p").value == 1 / 400
    best = found.dates.loc[found.dates["f"].idxmax(), "month"]
    assert month[best] - 1 == 1898  # ours is the first of the new level
    ends = found.comparison.loc[0, ["month", "low_month", "high_month"]]
    assert [month[each] - 1 for each in ends] == [1898, 1895, 1902]
    # Bai's distribution knows no memory; inverting the likelihood ratio gives a set of about the same size
    possible = [month[each] - 1 for each in found.dates.loc[found.dates["possible"], "month"]]
    assert 1895 <= possible[0] <= 1898 <= possible[-1] <= 1902
    assert found.estimate("shift").value == pytest.approx(-247.8, abs=5)


def test_the_rest_of_the_nile_breaks_where_a_second_break_is_published() -> None:
    """With two breaks strucchange finds those after observations 28 and 83, though one is enough."""
    flow = nile.load_pandas().data["volume"].to_numpy()
    rest = series(flow[28:])
    found = breaks(rest, rest["month"][20], rng(), trend=False)
    best = found.dates.loc[found.dates["f"].idxmax(), "month"]
    assert 28 + rest["month"].tolist().index(best) == 83
    assert found.estimate("p").value > 0.05


def test_one_break_is_enough_for_the_nile() -> None:
    """Of none to five breaks strucchange's BIC chooses one: on neither side of it do we find another.

    Its partitions into more (28, 45, 68 and 83 for four) are not looked for here: ours asks of one event.
    """
    flow = nile.load_pandas().data["volume"].to_numpy()
    for part in (flow[:28], flow[28:]):
        side = series(part)
        assert breaks(side, side["month"][14], rng(), trend=False).estimate("p").value > 0.05


def test_an_event_elsewhere_is_told_that_it_is_not_it() -> None:
    values = rng().normal(size=60) + 4 * (np.arange(60) >= 20)
    found = breaks(series(values), "2023-11", rng())
    assert found.checks[0].passed is False
    assert found.checks[0].says.values["last_period"] < "2022-06"


def test_without_a_break_it_cannot_tell() -> None:
    found = breaks(series(rng().normal(size=60)), "2023-01", rng())
    assert found.estimate("p").value > 0.05
    assert found.checks[0].passed is None


def test_a_line_is_no_break_unless_it_is_left_out() -> None:
    table = series(0.1 * np.arange(60) + rng().normal(size=60))
    assert breaks(table, "2022-01", rng()).estimate("p").value > 0.05
    assert breaks(table, "2022-01", rng(), trend=False).estimate("p").value <= 0.05


def test_the_size_of_a_break_that_was_looked_for_has_no_interval() -> None:
    shift = breaks(series(rng().normal(size=60) + 4 * (np.arange(60) >= 20)), "2021-09", rng()).estimate("shift")
    assert shift.value == pytest.approx(4, abs=1)
    assert np.isnan([shift.low, shift.high]).all()


def test_a_season_is_no_break() -> None:
    values = 5 * np.sin(2 * np.pi * np.arange(48) / 12) + 0.1 * rng().normal(size=48)
    assert breaks(series(values), "2022-01", rng(), harmonics=1).estimate("p").value > 0.05


@pytest.mark.parametrize(
    ("table", "event", "says"),
    [
        (series(np.ones(20)), "2020-05", "too few"),
        (series(np.arange(30.0)).drop(index=5), "2020-05", "do not follow"),
        (series(np.arange(30.0)), "2030-01", "none of the months"),
    ],
)
def test_what_cannot_be_asked_is_refused(table: pd.DataFrame, event: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        breaks(table, event, rng())
