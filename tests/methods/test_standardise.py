"""A mix of cases is not held against a unit, and what cannot be compared is not."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataContractError, UsageError
from analysis.methods.rates import wilson
from analysis.methods.standardise import standardise


def cells(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit", "kind", "hits", "total"])


def test_a_hard_mix_is_not_a_low_share() -> None:
    found = standardise(
        cells(
            ("a", "easy", 90, 100), ("a", "hard", 50, 100),
            ("b", "easy", 9, 10), ("b", "hard", 500, 1000),
            ("c", "easy", 900, 1000), ("c", "hard", 5, 10),
        ),
        strata=["kind"],
    ).units.set_index("unit")  # fmt: skip
    assert found["share_pct"].round(1).tolist() == [70.0, 50.4, 89.6]
    assert found["excess_points"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert (found["low_points"] < 0).all()
    assert (found["high_points"] > 0).all()


def test_the_yardstick_is_the_others_alone() -> None:
    """Unit a: expected (100 × 20/50 + 100 × 45/50)/200 = 65 %."""
    table = cells(("a", "x", 90, 100), ("b", "x", 20, 50), ("a", "y", 80, 100), ("b", "y", 45, 50))
    found = standardise(table, strata=["kind"]).estimate("a")
    assert found.value == pytest.approx(85 - 65)
    halves = pd.concat([table, table]).assign(
        hits=lambda rows: rows["hits"] // 2, total=lambda rows: rows["total"] // 2
    )
    whole = table.assign(hits=2 * (table["hits"] // 2))
    assert standardise(halves, strata=["kind"]).estimates == standardise(whole, strata=["kind"]).estimates


def test_one_stratum_and_a_huge_yardstick_is_wilsons_interval() -> None:
    table = cells(("a", "x", 70, 100), ("b", "x", 6_000_000, 10_000_000))
    found = standardise(table, strata=["kind"]).estimate("a")
    own = wilson(pd.Series([70]), pd.Series([100]))
    assert [found.low, found.high] == pytest.approx((own[["low_pct", "high_pct"]].iloc[0] - 60).tolist(), abs=0.02)


def test_a_small_yardstick_widens_the_interval() -> None:
    few, many = (
        standardise(cells(("a", "x", 70, 100), ("b", "x", 6 * n, 10 * n)), strata=["kind"]).estimate("a")
        for n in (1, 1000)
    )
    assert few.high - few.low > 2 * (many.high - many.low)


def test_cases_no_other_unit_has_are_left_out_and_said_to_be() -> None:
    found = standardise(
        cells(("a", "x", 70, 100), ("b", "x", 60, 100), ("a", "own", 0, 300), ("c", "other", 5, 9)), strata=["kind"]
    )
    units = found.units.set_index("unit")
    assert units.loc["a", ["hits", "total", "comparable_pct", "excess_points"]].tolist() == pytest.approx(
        [70, 100, 25, 10]
    )
    assert units.loc["c", "comparable_pct"] == 0
    assert units.loc["c", ["share_pct", "excess_points", "low_points"]].isna().all()
    assert found.checks[0].value == 2
    assert not found.checks[0].passed


def test_several_columns_make_a_stratum() -> None:
    table = cells(("a", "x", 70, 100), ("b", "x", 60, 100)).assign(channel=["web", "desk"])
    assert standardise(table, strata=["kind", "channel"]).units["total"].tolist() == [0, 0]
    assert standardise(table, strata=["kind"]).units["total"].tolist() == [100, 100]


def test_shares_of_none_and_all_have_intervals() -> None:
    units = standardise(cells(("a", "x", 0, 10), ("b", "x", 10, 10)), strata=["kind"]).units
    assert np.isfinite(units[["low_points", "high_points"]].to_numpy()).all()
    assert (units["low_points"] < units["excess_points"]).tolist() == [True, True]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (cells(("a", "x", 1, 2)), "Too few rows: 1"),
        (cells(("a", "x", 1, 2), ("b", "x", 3, 2)), "3 of 2 is not a count"),
        (cells(("a", "x", 1, 2), ("b", None, 1, 2)), "column 'kind', row 1"),
        (cells(("a", "x", 1, 2), ("b", "x", 1, 2)).drop(columns="kind"), "'kind' is missing"),
    ],
)
def test_a_table_that_cannot_be_compared_is_refused(table: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataContractError, match=says):
        standardise(table, strata=["kind"])


def test_no_stratum_is_refused() -> None:
    with pytest.raises(UsageError, match="No stratum"):
        standardise(cells(("a", "x", 1, 2)), strata=[])
