"""A date that nobody told: the Nile, a month in a trend with a season, and noise that only looks like a change."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import nile

from analysis.errors import DataContractError, UsageError
from analysis.methods.breaks import Breaks, breaks

MONTHS = pd.period_range("2020-01", periods=60, freq="M")


def months(value: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"period": MONTHS[: len(value)].astype(str), "value": value})


def look(value: np.ndarray, event: str | None = None, **how: object) -> Breaks:
    return breaks(months(value), rng=np.random.default_rng(4), event=event, **how)  # type: ignore[arg-type]


def nile_flow() -> Breaks:
    data = nile.load_pandas().data
    table = pd.DataFrame({"period": data["year"].astype(int).astype(str), "value": data["volume"]})
    return breaks(table, rng=np.random.default_rng(4), event="1899", trend=False, harmonics=0)


def test_the_nile_as_strucchange_prints_it() -> None:
    """R strucchange: supF 75.93, last year of the old level 1898 (observation 28), interval 1895–1902."""
    found = nile_flow()
    assert found.estimate("sup_f").value == pytest.approx(75.93, abs=5e-3)
    assert found.estimate("periods_before").value == 28
    assert found.path["f"].idxmax() == 28
    # ours is the first year of the new level, one later
    assert found.comparison.loc[0, ["period", "low_period", "high_period"]].tolist() == ["1899", "1896", "1903"]


def test_the_nile_changed_once_and_at_the_dam() -> None:
    found = nile_flow()
    assert found.estimate("p").value == pytest.approx(0.001)
    assert found.estimate("step").value == pytest.approx(-247.78, abs=5)
    assert {check.name: check.passed for check in found.checks} == {
        "memory": None,
        "one change": True,
        "the date fixed in advance": True,
    }
    assert found.claim.values["date_period"] == "1899"
    assert found.verdict == "describes"


def test_a_change_under_a_line_and_a_season_is_dated() -> None:
    time = np.arange(60)
    line = 0.2 * time + 3 * np.sin(2 * np.pi * time / 12)
    found = look(line + 6 * (time >= 40) + np.random.default_rng(1).normal(size=60), "2022-01")
    date = found.estimate("periods_before")
    assert date.low <= 40 <= date.high
    assert found.estimate("p").value <= 0.01
    assert found.estimate("step").value == pytest.approx(6, abs=1.5)
    assert found.checks[-1].passed is False
    assert found.path.loc[found.path["possible"], "period"].min() == str(MONTHS[int(date.low)])


def test_without_a_change_no_date_is_named() -> None:
    found = look(np.random.default_rng(2).normal(size=60), "2022-01")
    assert found.estimate("p").value > 0.05
    assert set(found.claim.values) == {"rarity_p"}
    assert found.checks[-1].passed is None


def test_noise_that_remembers_is_not_taken_for_a_change() -> None:
    shocks = np.random.default_rng(8).normal(size=160)
    for place in range(1, 160):
        shocks[place] += 0.8 * shocks[place - 1]
    found = look(shocks[100:], trend=False)
    assert found.estimate("p").value > found.checks[0].says.values["naive_p"]


def test_a_line_left_out_is_taken_for_a_change() -> None:
    value = 0.2 * np.arange(60) + np.random.default_rng(3).normal(size=60)
    assert look(value, trend=False).estimate("sup_f").value > 10 * look(value).estimate("sup_f").value


def test_two_changes_are_not_told_as_one() -> None:
    time = np.arange(60)
    value = 8.0 * ((time >= 20) & (time < 40)) + np.random.default_rng(5).normal(size=60)
    assert look(value, trend=False, harmonics=0).checks[1].passed is False


def test_scale_and_place_do_not_matter() -> None:
    value = np.random.default_rng(6).normal(size=60) + 2 * (np.arange(60) >= 25)
    one, other = look(value), look(1000 + 50 * value)
    for name in ("sup_f", "p", "periods_before"):
        assert one.estimate(name).value == pytest.approx(other.estimate(name).value, rel=1e-6)


def test_tables_without_an_answer_are_refused() -> None:
    value = np.arange(60.0)
    with pytest.raises(UsageError, match="too few"):
        look(value[:20])
    with pytest.raises(UsageError, match="do not follow"):
        breaks(months(value).drop(index=7), rng=np.random.default_rng(1))
    with pytest.raises(UsageError, match="fewer harmonics"):
        years = pd.DataFrame({"period": [str(year) for year in range(1900, 1930)], "value": value[:30]})
        breaks(years, rng=np.random.default_rng(1))
    with pytest.raises(DataContractError, match="'value'"):
        breaks(months(np.where(value == 4, np.nan, value)), rng=np.random.default_rng(1))
