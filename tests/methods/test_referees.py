"""Where other packages compute what ours compute, the numbers are the same. They are an extra: `make referees`.

acro, named among them at first, is left out: it marks small cells and those in few hands, as `safe` does first, but
chooses no further ones to withhold and asks nobody what can be reckoned back, so there is no number to compare. What
`safe` chooses is judged by an attacker's linear program instead (`attack`) and by the published table of FCSM.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import nile

from analysis.methods import breaks, incidence, restricted_mean, staggered, synthetic


def rng() -> np.random.Generator:
    return np.random.default_rng(21)


def panel(units: int = 40, periods: int = 9) -> pd.DataFrame:
    draw = rng()
    starts = {unit: (4, 6, None, None)[unit % 4] for unit in range(units)}
    rows = [
        (f"u{unit:02}", period, start, unit / 9 + draw.normal() + 2.0 * (start is not None and period >= start))
        for unit, start in starts.items()
        for period in range(periods)
    ]
    return pd.DataFrame(rows, columns=["unit", "period", "start", "value"])


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    return panel()


@pytest.mark.filterwarnings("ignore")
def test_callaway_and_sant_anna_as_diff_diff(compared: pd.DataFrame) -> None:
    package = pytest.importorskip("diff_diff", reason="an extra: make referees")
    frame = compared.assign(first=compared["start"].fillna(0).astype(int))
    theirs = package.CallawaySantAnna(control_group="never_treated").fit(
        frame, outcome="value", unit="unit", time="period", first_treat="first", aggregate="all"
    )
    ours = staggered(compared, rng())
    cells = {(int(row.start), int(row.period)): row.value for row in ours.groups.itertuples()}
    for (start, period), found in theirs.group_time_effects.items():
        assert cells[start, period] == pytest.approx(found["effect"], abs=1e-9)
    assert ours.estimate("effect").value == pytest.approx(theirs.overall_att, abs=1e-9)
    half = (ours.estimate("effect").high - ours.estimate("effect").low) / 2
    # theirs divides the spread of ten units by ten, ours by nine, with a t that knows how few they are
    assert 0.98 < half / 2.0227 / theirs.overall_se < 1.1


@pytest.mark.filterwarnings("ignore")
def test_two_way_and_crv3_as_pyfixest(compared: pd.DataFrame) -> None:
    package = pytest.importorskip("pyfixest", reason="an extra: make referees")
    frame = compared.assign(
        begun=(compared["period"] >= compared["start"].fillna(99)).astype(float),
        number=compared["unit"].str[1:].astype(int),
    )
    theirs = package.feols("value ~ begun | number + period", data=frame, vcov={"CRV3": "number"},
                          ssc=package.ssc(k_adj=False, G_adj=False))  # fmt: skip
    ours = staggered(compared, rng()).estimate("two_way")
    assert ours.value == pytest.approx(theirs.coef()["begun"], abs=1e-8)
    # without the corrections for small samples, which the t of units − 1 stands for here
    assert (ours.high - ours.low) / 2 / 2.0227 == pytest.approx(theirs.se()["begun"], rel=0.03)


def moving_together() -> pd.DataFrame:
    """Draw 12 units, one column each, that load on two common movements."""
    draw = rng()
    common = draw.normal(size=(30, 2)).cumsum(axis=0)
    loads = draw.uniform(0, 1, (2, 12))
    loads[:, 0] = 0.5
    values = common @ loads + 0.1 * draw.normal(size=(30, 12))
    return pd.DataFrame(values, columns=[f"u{n:02}" for n in range(12)])


def in_rows(wide: pd.DataFrame) -> pd.DataFrame:
    return wide.rename_axis("period").rename_axis("unit", axis=1).stack().rename("value").reset_index()


@pytest.mark.filterwarnings("ignore")
def test_synthetic_control_as_pysyncon() -> None:
    package = pytest.importorskip("pysyncon", reason="an extra: make referees")
    wide = moving_together()
    ours = synthetic(in_rows(wide), "u00", 20)
    other = package.Synth()
    outcomes = wide.iloc[:20]
    other.fit(X0=outcomes.drop(columns="u00"), X1=outcomes["u00"], Z0=outcomes.drop(columns="u00"),
              Z1=outcomes["u00"], custom_V=np.ones(20))  # fmt: skip
    theirs = wide["u00"] - wide.drop(columns="u00") @ np.asarray(other.W)
    assert ours.estimate("gap").value == pytest.approx(theirs.iloc[20:].mean(), abs=0.02)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("apart", "scale"), [(0.1, 1.0), (1.0, 1.0), (1.0, 1000.0)])
def test_synthetic_difference_in_differences_as_diff_diff(apart: float, scale: float) -> None:
    package = pytest.importorskip("diff_diff", reason="an extra: make referees")
    wide = moving_together()
    wide = scale * (wide + apart * np.random.default_rng(3).normal(size=wide.shape))
    wide.iloc[20:, 0] += scale
    table = in_rows(wide)
    ours = synthetic(table, "u00", 20).placebos.set_index("unit")["effect"]
    # a placebo has the unit itself for no donor
    for unit, rows in (("u00", table), ("u05", table[table["unit"] != "u00"])):
        frame = rows.assign(treated=(rows["unit"] == unit).astype(int))
        theirs = package.SyntheticDiD(variance_method="jackknife").fit(
            frame, outcome="value", treatment="treated", unit="unit", time="period", post_periods=list(range(20, 30))
        )
        # theirs searches for the weights step by step and stops where a step gains little
        assert ours[unit] == pytest.approx(theirs.att, rel=0.003)


@pytest.mark.filterwarnings("ignore")
def test_kaplan_meier_and_its_area_as_lifelines() -> None:
    package = pytest.importorskip("lifelines", reason="an extra: make referees")
    draw = rng()
    days, seen = draw.gamma(2, 4, 300), draw.uniform(2, 20, 300)
    table = pd.DataFrame({"time": np.minimum(days, seen).round(1), "end": np.where(days <= seen, "done", "open")})
    fitted = package.KaplanMeierFitter().fit(table["time"], table["end"] == "done")
    curve = incidence(table, ["done"])
    theirs = fitted.survival_function_at_times(curve["time"]).to_numpy()
    assert curve["open"].to_numpy() == pytest.approx(theirs, abs=1e-9)
    area = package.utils.restricted_mean_survival_time(fitted, t=12)
    assert restricted_mean(table, ["done"], 12).value == pytest.approx(area, abs=1e-6)


def test_the_date_of_a_break_as_ruptures() -> None:
    package = pytest.importorskip("ruptures", reason="an extra: make referees")
    flow = nile.load_pandas().data["volume"].to_numpy()
    months = list(pd.period_range("2000-01", periods=100, freq="M").astype(str))
    dates = breaks(pd.DataFrame({"month": months, "value": flow}), months[28], rng()).dates
    theirs = package.Dynp("l2", min_size=15, jump=1).fit(flow.reshape(-1, 1)).predict(1)[0]
    assert dates.loc[dates["f"].idxmax(), "month"] == months[theirs]
