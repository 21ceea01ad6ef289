"""What will be: the chance of a target, and forecasts that carry their record."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

from analysis.errors import DataContractError, UsageError
from analysis.methods import forecast, reach
from analysis.methods.forecast import MODELS


def rng() -> np.random.Generator:
    return np.random.default_rng(17)


def curve(
    months: int, *, ceiling: float = 90, slope: float = 0.12, middle: float = 24, noise: float = 0.05
) -> pd.DataFrame:
    time = np.arange(months)
    share = ceiling * expit(slope * (time - middle) + noise * rng().normal(size=months))
    names = pd.period_range("2022-01", periods=months, freq="M").astype(str)
    return pd.DataFrame({"month": names, "share_pct": share})


class TestReach:
    def test_a_target_below_the_curve_is_likely_and_one_above_is_not(self) -> None:
        table = curve(36)
        low, high = (reach(table, target, "2025-06", rng=rng()) for target in (60, 95))
        assert low.estimate("probability_pct").value > 95
        assert high.estimate("probability_pct").value < 5
        assert low.path["month"].iloc[-1] == "2025-06"

    def test_before_the_curve_bends_the_data_do_not_know_the_ceiling(self) -> None:
        early = reach(curve(20, middle=40), 50, "2024-08", rng=rng())
        late = reach(curve(48), 50, "2026-06", rng=rng())
        spans = [each.estimate("ceiling_pct").high - each.estimate("ceiling_pct").low for each in (early, late)]
        assert spans[0] > 2 * spans[1]

    def test_the_population_of_the_united_states(self) -> None:
        """Fox & Weisberg fit a logistic curve to 1790–2000: ceiling 440.8 (35.0) million; 2010 counted 308.7."""
        population = [
            3.929214, 5.308483, 7.239881, 9.638453, 12.860702, 17.063353, 23.191876, 31.443321, 38.558371, 50.189209,
            62.979766, 76.212168, 92.228496, 106.021537, 123.202624, 132.164569, 151.325798, 179.323175, 203.302031,
            226.542199, 248.709873, 281.421906,
        ]  # fmt: skip
        months = pd.period_range("2000-01", periods=22, freq="M").astype(str)
        found = reach(pd.DataFrame({"month": months, "share_pct": np.divide(population, 8)}), 35, "2001-11", rng=rng())
        for name, published in (("ceiling_pct", 440.833), ("share_pct", 308.7)):
            each = found.estimate(name)
            assert 8 * each.low < published < 8 * each.high
        # the printed error is that of curves whose noise neither remembers nor grows
        ceiling = found.estimate("ceiling_pct")
        assert 8 * (ceiling.high - ceiling.low) > 2 * 1.96 * 35.0

    def test_a_chance_is_not_told_without_a_past_to_try_it_on(self) -> None:
        with pytest.raises(UsageError, match="too few to try on the past"):
            reach(curve(18), 50, "2024-03", rng=rng())
        half_way = reach(curve(18), 50, "2024-02", rng=rng())
        assert half_way.checks[0].passed is None

    def test_a_series_on_which_the_method_fails_gets_no_chance(self) -> None:
        """A new rule lifts the share from the second year on: no curve through the first could know."""
        time = np.arange(36)
        lifted = 20 + 0.1 * time + 2.5 * np.clip(time - 20, 0, None) + 0.1 * rng().normal(size=36)
        found = reach(curve(36).assign(share_pct=lifted), 90, "2025-12", rng=rng())
        assert found.checks[0].passed is False
        assert np.isnan(found.estimate("probability_pct").value)
        assert "No chance" in found.claim.message

    def test_what_was_foretold_before_is_held_against_what_came(self) -> None:
        found = reach(curve(40), 80, "2025-10", rng=rng())
        assert len(found.back_test)
        held = found.back_test
        inside = (held["low_pct"] <= held["share_pct"]) & (held["share_pct"] <= held["high_pct"])
        assert (inside == held["covered"]).all()

    @pytest.mark.parametrize(
        ("table", "target", "by", "error", "says"),
        [
            (curve(17), 50, "2024-01", UsageError, "17 months"),
            (curve(30), 50, "2024-01", UsageError, "after the last"),
            (curve(30), 150, "2025-01", UsageError, "150"),
            (curve(30).assign(share_pct=100.0), 50, "2025-01", DataContractError, "share_pct"),
            (curve(30).drop(index=4), 50, "2025-01", UsageError, "do not follow"),
        ],
    )
    def test_what_cannot_be_foretold_is_refused(
        self, table: pd.DataFrame, target: float, by: str, error: type[Exception], says: str
    ) -> None:
        with pytest.raises(error) as caught:
            reach(table, target, by, rng=rng())
        assert says in f"{caught.value} {caught.value.where} {caught.value.allowed}"


class TestForecast:
    def test_a_line_is_followed_and_the_interval_widens(self) -> None:
        found = forecast(curve(48, slope=0.03, noise=0.02), 6)
        assert [each.name for each in found.estimates] == [f"ahead_{step}" for step in range(1, 7)]
        widths = found.path["high_pct"] - found.path["low_pct"]
        assert widths.iloc[-1] >= widths.iloc[0]
        truth = curve(54, slope=0.03, noise=0.0)["share_pct"].iloc[48:]
        assert found.path["middle_pct"].to_numpy() == pytest.approx(truth.to_numpy(), abs=3)

    def test_every_model_stands_with_its_record_and_one_is_chosen(self) -> None:
        scores = forecast(curve(48), 3).scores
        assert {"seasonal naive", "drift"} <= set(scores["model"])
        assert scores["chosen"].sum() == 1
        assert scores.loc[scores["model"] == "seasonal naive", "scaled_error"].item() == pytest.approx(1)

    @pytest.mark.parametrize("reaction", [-0.4, 0.0, 0.4])
    def test_the_moving_average_is_that_of_statsmodels(self, reaction: float) -> None:
        surprise = 0.1 * rng().normal(size=41)
        values = np.cumsum(0.02 + surprise[1:] + reaction * surprise[:-1])
        fitted = SARIMAX(values, order=(0, 1, 1), trend="c").fit(disp=False, maxiter=200)
        theirs = fitted.get_forecast(6).summary_frame()
        for ours, name in zip(MODELS["ARIMA(0,1,1)"](values, 6, 0.95), theirs.columns[[0, 2, 3]], strict=True):
            assert ours == pytest.approx(theirs[name].to_numpy(), abs=1e-3)

    def test_a_long_series_with_a_season_that_changes_is_forecast_by_the_seasonal_model(self) -> None:
        """Season and level both wander; of the same without a season the simple models are no worse."""
        draw = rng()
        surprise = 0.05 * draw.normal(size=96)
        moves = surprise.copy()
        moves[1:] -= 0.4 * surprise[:-1]
        moves[12:] -= 0.5 * surprise[:-12]
        moves[13:] += 0.2 * surprise[:-13]
        level = list(0.6 * np.sin(2 * np.pi * np.arange(13) / 12))
        for move in moves[13:]:
            level.append(move + level[-1] + level[-12] - level[-13])
        table = curve(96).assign(share_pct=100 * expit(level))
        scores = forecast(table, 6).scores.set_index("model")
        assert scores["chosen"].idxmax() == "ARIMA(0,1,1)(0,1,1)12"
        assert scores.loc["ARIMA(0,1,1)(0,1,1)12", "scaled_error"] < 0.9
        # where three years before the first origin are not to be had, nobody is judged on fewer months than others
        assert len(forecast(table.tail(58).reset_index(drop=True), 6).scores) == 5
        assert len(forecast(table.tail(59).reset_index(drop=True), 6).scores) == 6

    @pytest.mark.parametrize("reaction", [-0.6, 0.4])
    def test_theta_is_that_of_statsmodels(self, reaction: float) -> None:
        surprise = 0.1 * rng().normal(size=41)
        values = np.cumsum(0.02 + surprise[1:] + reaction * surprise[:-1])
        theirs = ThetaModel(pd.Series(values), period=12, deseasonalize=False).fit().forecast(6)
        assert MODELS["theta"](values, 6, 0.95)[0] == pytest.approx(theirs.to_numpy(), abs=0.005)

    def test_coverage_is_counted_by_horizon(self) -> None:
        coverage = forecast(curve(48), 4).coverage
        assert coverage["ahead"].tolist() == [1, 2, 3, 4]
        assert (coverage["covered_count"] <= coverage["tried_count"]).all()

    @pytest.mark.parametrize(
        ("table", "ahead", "says"),
        [(curve(20), 3, "20"), (curve(30), 16, "48 or more"), (curve(30).drop(index=4), 3, "do not follow")],
    )
    def test_what_cannot_be_forecast_is_refused(self, table: pd.DataFrame, ahead: int, says: str) -> None:
        with pytest.raises(UsageError) as caught:
            forecast(table, ahead)
        assert says in f"{caught.value} {caught.value.where} {caught.value.allowed}"
