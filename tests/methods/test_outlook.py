"""What will be: the chance of a target, and forecasts that carry their record."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.errors import DataContractError, UsageError
from analysis.methods import forecast, reach


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
