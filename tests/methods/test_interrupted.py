"""An interrupted series: what it finds, what it doubts, what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, xlogy
from statsmodels.datasets import star98

from analysis.calendar import month_index
from analysis.errors import DataContractError, UsageError
from analysis.methods import interrupted, reml

EVENT = "2024-11"


def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def series(step: float, *, before: int = 34, after: int = 14, noise: float = 0.5) -> pd.DataFrame:
    months = pd.period_range(end=pd.Period(EVENT, "M") + after - 1, periods=before + after, freq="M")
    time = np.arange(before + after)
    value = 50 + 0.2 * time + 3 * np.sin(2 * np.pi * time / 12) + step * (time >= before)
    return pd.DataFrame({"month": months.astype(str), "value": value + noise * rng().normal(size=len(time))})


def test_newey_and_west_as_published() -> None:
    """Greene, 2nd edition, example 15.3, as R's sandwich prints it (lag 4)."""
    rows = [
        (596.7, 90.9, 0.7167, 3.23), (637.7, 97.4, 0.7277, 3.55), (691.1, 113.5, 0.7436, 4.04),
        (756.0, 125.7, 0.7676, 4.5), (799.6, 122.8, 0.7906, 4.19), (873.4, 133.3, 0.8254, 5.16),
        (944.0, 149.3, 0.8679, 5.87), (992.7, 144.2, 0.9145, 5.95), (1077.6, 166.4, 0.9601, 4.88),
        (1185.9, 195.0, 1.0, 4.5), (1326.4, 229.8, 1.0575, 6.44), (1434.2, 228.7, 1.1508, 7.83),
        (1549.2, 206.1, 1.2579, 6.25), (1718.0, 257.9, 1.3234, 5.5), (1918.3, 324.1, 1.4005, 5.46),
        (2163.9, 386.6, 1.5042, 7.46), (2417.8, 423.0, 1.6342, 10.28), (2631.7, 401.9, 1.7842, 11.77),
        (2954.1, 474.9, 1.9514, 13.42), (3073.0, 414.5, 2.0688, 11.02),
    ]  # fmt: skip
    product, investment, price, rate = np.array(rows).T
    outcome = (investment / price)[1:]
    design = np.column_stack([np.ones(19), (product / price)[1:], rate[1:] - 100 * np.diff(price) / price[:-1]])
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
    assert coefficients.tolist() == pytest.approx([-12.53360, 0.16914, -1.00144], abs=1e-5)
    # the residuals remember: Breusch and Godfrey's statistic with four lags
    assert reml.breusch_godfrey(outcome - design @ coefficients, design, 4)[0] == pytest.approx(12.07, abs=5e-3)
    found = reml.newey_west(design, outcome - design @ coefficients, 4)
    shown = [found[0, 0], found[0, 1], found[1, 1], found[2, 2]]
    assert shown == pytest.approx([359.4170681, -0.3115505035, 0.0002805888, 11.171472998], abs=1e-6)


def test_over_dispersed_shares_as_published() -> None:
    """Gill 2001, the schools of California (star98): deviance, X², scale 14.3685, LOWINC -0.0168150 (0.00164491)."""
    data = star98.load()
    passed, failed = np.asarray(data.endog, dtype=float).T
    exog = np.asarray(data.exog, dtype=float)
    # the published model has a constant at the end; columns of very different size are fitted the same
    design = np.column_stack([exog, np.ones(len(exog))])
    coefficients, covariance, dispersion = reml.quasi_binomial(passed, passed + failed, design)
    assert dispersion == pytest.approx(14.3685, abs=5e-5)
    assert dispersion * (len(design) - design.shape[1]) == pytest.approx(4051.921, abs=5e-4)  # Pearson's X²
    total, fitted = passed + failed, expit(design @ coefficients)
    deviance = 2 * (xlogy(passed, passed / (total * fitted)) + xlogy(failed, failed / (total * (1 - fitted)))).sum()
    assert deviance == pytest.approx(4078.765, abs=5e-4)
    assert coefficients[0] == pytest.approx(-0.0168150, abs=1e-6)
    assert np.sqrt(covariance[0, 0]) == pytest.approx(0.00164491, abs=1e-7)


def test_what_could_be_seen_comes_before_what_was() -> None:
    found = interrupted(series(5.0), EVENT, scale="value")
    assert [each.name for each in found.estimates][:2] == ["detectable", "effect"]
    effect = found.estimate("effect")
    assert effect.low < 5 < effect.high
    assert 0 < found.estimate("detectable").value < 3
    assert found.path.loc[found.path["after"], "observed"].mean() - found.path.loc[
        found.path["after"], "counterfactual"
    ].mean() == pytest.approx(effect.value, abs=0.5)


def test_the_common_ways_stand_beside_it_and_are_narrower() -> None:
    table = series(0.0)
    remembered = pd.Series(table["value"]).ewm(alpha=0.4).mean()  # noise that remembers
    found = interrupted(table.assign(value=remembered), EVENT, scale="value")
    width = found.comparison["high"] - found.comparison["low"]
    effect = found.estimate("effect")
    assert (width < effect.high - effect.low).all()


def test_shares_and_counts_are_told_in_their_own_units() -> None:
    table = series(0.0, noise=0.0)
    after = np.arange(len(table)) >= 34
    total = np.full(len(table), 4000)
    share = np.where(after, 0.6, 0.5) + 0.004 * rng().normal(size=len(table))
    shares = interrupted(table.assign(hits=(share * total).round(), total=total), EVENT, scale="share", harmonics=0)
    assert shares.estimate("effect").value == pytest.approx(10, abs=1.5)
    counted = (1000 * np.where(after, 1.2, 1) * np.exp(0.02 * rng().normal(size=len(table)))).round()
    counts = interrupted(table.assign(count=counted), EVENT, scale="count", harmonics=0)
    assert counts.estimate("effect").value == pytest.approx(20, abs=3)
    half = interrupted(table.assign(count=counted / 2, exposure=0.5), EVENT, scale="count", harmonics=0)
    assert half.estimate("effect").value == pytest.approx(counts.estimate("effect").value, abs=0.1)


def test_another_break_after_the_event_forbids_the_word() -> None:
    found = interrupted(series(5.0), EVENT, scale="value", breaks=["2025-07"])
    assert found.verdict == "cannot tell"
    assert any(check.passed is None and "2025-07" in check.says.values.values() for check in found.checks)


def test_a_rise_that_began_before_the_event_is_seen() -> None:
    table = series(0.0)
    early = table.assign(value=table["value"] + 5 * (table["month"] >= "2024-08"))
    found = interrupted(early, EVENT, scale="value")
    (lead,) = [check for check in found.checks if "months before" in check.says.message]
    assert lead.passed is False
    assert found.verdict == "no cause"


def test_a_rise_before_the_event_that_noise_would_hide_leaves_it_open() -> None:
    loud, clear = (interrupted(series(1.5, noise=noise), EVENT, scale="value") for noise in (2.0, 0.3))
    for found, passed in ((loud, None), (clear, True)):
        (lead,) = [check for check in found.checks if check.name == "lead_in"]
        assert lead.passed is passed
    assert "cannot be told" in loud.sentence("en")


def test_what_may_be_nothing_is_never_called_an_effect() -> None:
    for step, passed in ((0.0, None), (5.0, True)):
        found = interrupted(series(step), EVENT, scale="value")
        (check,) = [check for check in found.checks if check.name == "more than nothing"]
        assert check.passed is passed
    assert interrupted(series(0.0), EVENT, scale="value").verdict != "cause"


def test_a_known_break_is_taken_out_and_is_no_placebo() -> None:
    """A portal was replaced a year before and another break lies after: neither is the event's."""
    table = series(5.0)
    broken = table.assign(value=table["value"] + 6 * (table["month"] >= "2023-10") + 4 * (table["month"] >= "2025-07"))
    found = interrupted(broken, EVENT, scale="value", breaks=["2023-10", "2025-07"])
    effect = found.estimate("effect")
    assert effect.low < 5 < effect.high
    assert effect.high - effect.low < 4
    assert "2023-10" not in found.placebos["month"].tolist()
    assert {"2023-09", "2023-11"} <= set(found.placebos["month"])
    ignored = interrupted(broken, EVENT, scale="value").estimate("effect")
    assert not (ignored.low < 5 < ignored.high and ignored.high - ignored.low < 4)


def test_what_the_calendar_does_is_not_laid_at_the_events_door() -> None:
    """Counts follow the days worked, the rush before Tết and the calm after it; the event does nothing."""
    months = month_index("2022-01", "2025-06")
    calendar = ["working_days_log", "before_tet_share", "after_tet_share"]
    level = 8 + months[calendar] @ [1.0, 0.5, -0.8] + 0.02 * rng().normal(size=len(months))
    table = months.assign(count=np.exp(level).round())
    known, ignored = (
        interrupted(table, EVENT, scale="count", regressors=each).estimate("effect") for each in (calendar, [])
    )
    assert abs(known.value) < 3
    assert known.high - known.low < 0.5 * (ignored.high - ignored.low)


def test_a_regressor_that_moves_in_the_first_year_only_leaves_the_checks_alone() -> None:
    table = series(5.0)
    closed = (table["month"] < "2022-06").astype(float)
    table = table.assign(value=table["value"] - 10 * closed, closed=closed)
    found = interrupted(table, EVENT, scale="value", regressors=["closed"])
    assert found.estimate("effect").low < 5 < found.estimate("effect").high
    (steady,) = [check for check in found.checks if check.name == "without_the_first_year"]
    assert steady.passed is True


def test_counts_are_told_per_exposure() -> None:
    """More offices from the event on, each with as many cases: no effect; without the offset it would look like one."""
    table = series(0.0)
    offices = np.where(table["month"] >= EVENT, 130.0, 100.0) + np.arange(len(table))
    counted = table.assign(count=rng().poisson(20 * offices), exposure=offices)
    with_it = interrupted(counted, EVENT, scale="count").estimate("effect")
    without = interrupted(counted.drop(columns="exposure"), EVENT, scale="count").estimate("effect")
    assert with_it.low < 0 < with_it.high
    assert abs(with_it.value) < 5
    assert without.low > 10
    path = interrupted(counted, EVENT, scale="count").path
    assert path["observed"].to_numpy() == pytest.approx(counted["count"] / offices)


@pytest.mark.parametrize(("longer", "passed"), [(0.0, None), (0.8, False)])
def test_noise_that_remembers_more_than_a_month_is_told(longer: float, passed: bool | None) -> None:
    noise = rng().normal(size=92)
    for place in range(3, 92):
        noise[place] += longer * noise[place - 3]
    table = series(0.0, before=36, after=16, noise=0.0)
    found = interrupted(table.assign(value=table["value"] + noise[40:]), EVENT, scale="value").checks[-1]
    assert (found.name, found.passed) == ("later_memory", passed)


def test_a_clear_change_with_years_before_it_may_be_called_an_effect_unless_its_interval_is_too_narrow() -> None:
    calm = series(5.0, before=60)
    assert interrupted(calm, EVENT, scale="value").verdict == "cause"
    noise = rng().normal(size=114)
    for place in range(3, 114):
        noise[place] += 0.8 * noise[place - 3]
    found = interrupted(calm.assign(value=calm["value"] + 0.5 * noise[40:]), EVENT, scale="value")
    effect = found.estimate("effect")
    assert effect.low > 0
    assert found.verdict != "cause"
    assert "too narrow" in found.sentence("en")


def test_a_change_of_slope_is_told_a_month() -> None:
    table = series(0.0, noise=0.1)
    bent = table.assign(value=table["value"] + 0.5 * np.clip(np.arange(len(table)) - 33, 0, None))
    found = interrupted(bent, EVENT, scale="value", change="step and slope")
    slope = found.estimate("slope_a_month")
    assert slope.low < 0.5 < slope.high
    assert found.estimate("effect").value == pytest.approx(0.5 * np.arange(1, 15).mean(), abs=0.5)


def test_nothing_is_rarer_than_the_placebos_allow() -> None:
    found = interrupted(series(0.0), EVENT, scale="value")
    assert found.verdict != "cause"
    assert len(found.placebos)
    assert (found.placebos["month"] < EVENT).all()


@pytest.mark.parametrize(
    ("table", "error", "says"),
    [
        (series(1, before=10), UsageError, "12"),
        (series(1, after=4), UsageError, "6"),
        (series(1).drop(index=7), UsageError, "do not follow"),
        (series(1).assign(value=None), DataContractError, "'value'"),
        (pd.concat([series(1), series(1)]), DataContractError, "twice"),
    ],
)
def test_a_series_that_cannot_answer_is_refused(table: pd.DataFrame, error: type[Exception], says: str) -> None:
    with pytest.raises(error) as caught:
        interrupted(table, EVENT, scale="value")
    assert says in f"{caught.value} {caught.value.allowed}"


def test_regressors_that_follow_from_others_are_refused() -> None:
    table = series(1).assign(days=1.0)
    with pytest.raises(UsageError, match="cannot tell"):
        interrupted(table, EVENT, scale="value", regressors=["days"])
