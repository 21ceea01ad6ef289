"""Staggered starts: the published table of R's did, a known effect, and designs that show none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import DataContractError, UsageError
from analysis.methods.staggered import staggered

# mean log employment of teenagers by group of counties and year, 2003–2007 (R package did, mpdta); the groups' sizes
MEANS = {
    0: [5.654630, 5.592000, 5.604808, 5.638896, 5.661133],
    2004: [6.179697, 6.106564, 6.059452, 6.026704, 6.085388],
    2006: [6.573994, 6.517884, 6.527941, 6.557435, 6.543041],
    2007: [5.842906, 5.810783, 5.820866, 5.823866, 5.820048],
}
SIZES = {0: 309, 2004: 20, 2006: 40, 2007: 131}


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture(scope="module")
def counties():
    """Give a panel with the published means and sizes; noise that leaves the means as they are."""
    draw = rng()
    rows = []
    for start, size in SIZES.items():
        noise = draw.normal(0, 0.1, (size, 5))
        noise -= noise.mean(axis=0)
        for unit in range(size):
            for year in range(5):
                value = MEANS[start][year] + noise[unit, year]
                rows.append((f"{start}-{unit}", 2003 + year, value, start or np.nan))
    return staggered(pd.DataFrame(rows, columns=["unit", "period", "value", "start"]), rng())


def panel(effect: float, *, drift: float = 0.0, units: int = 20, began: int = 8, noise: float = 0.5) -> pd.DataFrame:
    draw = rng()
    rows = []
    for unit in range(units):
        start = (5 if unit % 2 else 7) if unit < began else np.nan
        for period in range(10):
            value = unit + 0.3 * period + drift * period * (unit < began) + noise * draw.normal()
            rows.append((f"u{unit:02}", period, value + effect * (unit < began and period >= start), start))
    return pd.DataFrame(rows, columns=["unit", "period", "value", "start"])


class TestPublished:
    """The printed standard error (.0120) and pre-test want the counties themselves; only their means are at hand."""

    def test_by_group_and_year(self, counties) -> None:
        expected = [-0.0105, -0.0704, -0.1373, -0.1008, 0.0065, -0.0028, -0.0046, -0.0412, 0.0305, -0.0027, -0.0311]
        assert counties.groups["value"].tolist() == pytest.approx([*expected, -0.0261], abs=6e-5)

    def test_the_means(self, counties) -> None:
        values = [counties.estimate(name).value for name in ("effect", "by_group", "over_time")]
        assert values == pytest.approx([-0.0400, -0.0310, -0.0772], abs=6e-5)

    def test_by_group(self, counties) -> None:
        after = counties.groups[counties.groups["period"] >= counties.groups["start"]]
        assert after.groupby("start")["value"].mean().tolist() == pytest.approx([-0.0797, -0.0229, -0.0261], abs=6e-5)

    def test_over_time(self, counties) -> None:
        expected = [0.0305, -0.0006, -0.0245, -0.0199, -0.0510, -0.1373, -0.1008]
        assert counties.path["value"].tolist() == pytest.approx(expected, abs=6e-5)
        assert counties.path["since"].tolist() == [-3, -2, -1, 0, 1, 2, 3]


def test_a_known_effect_is_found_and_may_be_called_one() -> None:
    found = staggered(panel(3.0), rng())
    for name in ("effect", "by_group", "over_time", "two_way"):
        each = found.estimate(name)
        assert each.low < 3 < each.high
        assert each.low > 2
    assert found.estimate("permutation_p").value < 0.01
    assert found.verdict == "cause"


def test_not_yet_begun_units_help_as_controls() -> None:
    never, not_yet = (staggered(panel(3.0), rng(), control=control) for control in ("never", "not yet"))
    assert not_yet.estimate("effect").value == pytest.approx(never.estimate("effect").value, abs=0.4)
    everybody = panel(3.0, units=8, began=8)
    late = staggered(everybody, rng(), control="not yet")
    assert late.groups["period"].max() == "6"
    assert late.estimate("effect").value == pytest.approx(3, abs=0.8)


def test_a_drift_before_the_start_forbids_the_word() -> None:
    found = staggered(panel(0.0, drift=1.0), rng())
    assert found.checks[0].passed is False
    assert found.verdict == "no cause"


def test_a_drift_too_small_to_be_seen_leaves_it_open() -> None:
    found = staggered(panel(1.0, noise=2.5), rng())
    assert found.checks[0].passed is None
    assert found.verdict != "cause"


@pytest.mark.parametrize("control", ["never", "not yet"])
def test_the_effect_without_a_unit_is_the_effect_of_the_panel_without_it(control: str) -> None:
    table = panel(3.0)
    found = staggered(table, rng(), control=control)
    rest = staggered(table[table["unit"] != "u03"], rng(), control=control).estimate("effect").value
    assert found.without.set_index("unit")["value"]["u03"] == pytest.approx(rest)


def test_no_effect_is_not_found() -> None:
    found = staggered(panel(0.0), rng())
    assert found.estimate("two_way").low < 0 < found.estimate("two_way").high
    assert found.estimate("permutation_p").value > 0.05


def test_the_band_for_all_is_no_narrower_than_each() -> None:
    path = staggered(panel(3.0), rng()).path
    assert (path["all_low"] <= path["low"]).all()
    assert (path["all_high"] >= path["high"]).all()


def test_groups_of_one_unit_have_the_spread_of_all_and_not_none() -> None:
    table = panel(0.0, units=12, began=3)
    table["start"] = table["unit"].map({"u00": 5, "u01": 6, "u02": 7})
    found = staggered(table, rng())
    wide = table.pivot_table(index="unit", columns="period", values="value").to_numpy()
    move = wide[:, 6] - wide[:, 5]
    # one unit against the mean of nine, all with the spread of the nine: 8 degrees of freedom, as no other is free
    half = 2.306 * move[3:].std(ddof=1) * np.sqrt(1 + 1 / 9)
    row = found.groups.query("start == '6' and period == '6'").iloc[0]
    assert row["value"] == pytest.approx(move[1] - move[3:].mean())
    assert (row["high"] - row["low"]) / 2 == pytest.approx(half, rel=1e-3)
    assert found.checks[0].passed is not False


def test_large_groups_keep_their_own_spread() -> None:
    """Two groups that are large: Welch's t on the differences."""
    table = panel(0.0, units=32, began=12).drop(columns="start")
    table["start"] = table["unit"].map({f"u{unit:02}": 9 for unit in range(12)})
    loud = table["start"].notna()
    table.loc[loud, "value"] *= 3
    row = staggered(table, rng()).groups.query("period == '9'").iloc[0]
    wide = table.pivot_table(index="unit", columns="period", values="value").to_numpy()
    move = wide[:, 9] - wide[:, 8]
    ours = stats.ttest_ind(move[:12], move[12:], equal_var=False).confidence_interval()
    assert [row["low"], row["high"]] == pytest.approx([ours.low, ours.high])


def test_one_unit_that_makes_the_effect_is_named() -> None:
    table = panel(0.0, noise=0.2)
    table.loc[(table["unit"] == "u00") & (table["period"] >= 7), "value"] += 60
    found = staggered(table, rng())
    far = found.without.loc[(found.without["value"] - found.estimate("effect").value).abs().idxmax(), "unit"]
    assert far == "u00"
    assert found.checks[2].says.values["unit_name"] == "u00"


@pytest.mark.parametrize(
    ("table", "error", "says"),
    [
        (panel(1).drop(index=3), DataContractError, "'u00' has not one value"),
        (panel(1).assign(start=99), UsageError, "never began"),
        (panel(1).assign(start=np.nan), UsageError, "never began"),
        (panel(1, units=5, began=2), UsageError, "5 units"),
        (panel(1, units=8, began=8), UsageError, "cannot be compared"),
    ],
)
def test_a_panel_that_cannot_be_compared_is_refused(table: pd.DataFrame, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        staggered(table, rng())
