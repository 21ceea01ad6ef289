"""A synthetic twin: found where there is one, refused where there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataContractError, UsageError
from analysis.methods.synthetic import synthetic


def panel(effect: float, *, units: int = 25, periods: int = 36, event: int = 24, apart: float = 0.0) -> pd.DataFrame:
    """Units that load on two common movements; the first one gets the effect, and may move on its own."""
    draw = np.random.default_rng(6)
    common = draw.normal(size=(periods, 2)).cumsum(axis=0)
    loads = draw.uniform(0, 1, (units, 2))
    loads[0] = (0.5, 0.5)
    values = common @ loads.T + draw.uniform(0, 5, units) + 0.3 * draw.normal(size=(periods, units))
    values[:, 0] += apart * draw.normal(size=periods).cumsum()
    values[event:, 0] += effect
    rows = [(f"u{unit:02}", period, values[period, unit]) for unit in range(units) for period in range(periods)]
    return pd.DataFrame(rows, columns=["unit", "period", "value"])


def test_a_known_effect_is_found_and_may_be_called_one() -> None:
    found = synthetic(panel(5.0), "u00", 24)
    effect = found.estimate("effect")
    assert effect.low < 5 < effect.high
    assert effect.low > 2
    assert found.estimate("gap").value == pytest.approx(5, abs=1)
    assert found.estimate("placebo_p").value == 1 / 25
    assert found.verdict == "cause"


def test_nothing_is_not_found() -> None:
    found = synthetic(panel(0.0), "u00", 24)
    effect = found.estimate("effect")
    assert effect.low < 0 < effect.high
    assert found.estimate("placebo_p").value > 0.05
    assert found.verdict == "no cause"


def test_weights_are_shares_and_the_path_is_theirs() -> None:
    table = panel(5.0)
    found = synthetic(table, "u00", 24)
    assert found.donors["weight"].sum() == pytest.approx(1)
    assert found.donors["weight"].between(0, 1).all()
    wide = table.pivot_table(index="period", columns="unit", values="value")
    mix = wide[found.donors["unit"]].to_numpy() @ found.donors["weight"].to_numpy()
    assert found.path["synthetic"].to_numpy() == pytest.approx(mix)
    assert (found.path["observed"] - found.path["synthetic"]).to_numpy() == pytest.approx(found.path["gap"].to_numpy())


@pytest.mark.parametrize(("scale", "place"), [(1.0, 1000.0), (1e6, 0.0), (1e-3, 7.0)])
def test_where_the_outcome_lies_and_its_unit_do_not_matter(scale: float, place: float) -> None:
    table = panel(5.0)
    one = synthetic(table, "u00", 24)
    other = synthetic(table.assign(value=place + scale * table["value"]), "u00", 24)
    for name, unit in (("effect", scale), ("gap", scale), ("fit", 1.0), ("placebo_p", 1.0)):
        assert other.estimate(name).value / unit == pytest.approx(one.estimate(name).value, rel=1e-4)


def test_an_exact_twin_is_found_exactly() -> None:
    table = panel(0.0)
    wide = table.pivot_table(index="period", columns="unit", values="value")
    wide["u00"] = 0.25 * wide["u03"] + 0.75 * wide["u07"]
    wide.loc[24:, "u00"] += 2
    found = synthetic(wide.stack().rename("value").reset_index(), "u00", 24)
    weights = found.donors.set_index("unit")["weight"]
    assert weights[["u03", "u07"]].tolist() == pytest.approx([0.25, 0.75], abs=0.01)
    assert found.estimate("gap").value == pytest.approx(2, abs=0.01)


def test_a_unit_that_moves_on_its_own_has_no_twin() -> None:
    found = synthetic(panel(5.0, apart=3.0), "u00", 24)
    assert found.checks[0].passed is False
    assert found.verdict == "no cause"


def test_among_few_units_the_placebo_cannot_tell() -> None:
    found = synthetic(panel(8.0, units=8), "u00", 24)
    assert found.estimate("placebo_p").value == 1 / 8
    assert found.checks[1].passed is None


@pytest.mark.parametrize(
    ("table", "unit", "event", "error", "says"),
    [
        (panel(1), "x", 24, DataContractError, "no unit 'x'"),
        (panel(1).drop(index=5), "u01", 24, DataContractError, "'u00' has not one value"),
        (panel(1), "u00", 3, UsageError, "3 of 36 periods"),
        (panel(1), "u00", 99, UsageError, "too few"),
        (panel(1, units=4), "u00", 24, UsageError, "3 donors"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    table: pd.DataFrame, unit: str, event: int, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        synthetic(table, unit, event)
