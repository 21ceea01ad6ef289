"""Patterns are found where they were put and not where durations are merely smooth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import UsageError
from analysis.methods.integrity import integrity


def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def durations(dated_back: float) -> pd.DataFrame:
    draw = rng()
    elapsed = draw.negative_binomial(6, 6 / 15, 4000) + 1
    moved = np.isin(elapsed, [11, 12]) & (draw.uniform(size=4000) < dated_back)
    return pd.DataFrame({"elapsed_days": np.where(moved, 10, elapsed), "limit_days": 10})


def test_cases_dated_back_into_the_limit_are_seen() -> None:
    honest, moved = (integrity(durations(share)) for share in (0.0, 0.4))
    assert honest.checks[0].passed is True
    assert moved.checks[0].passed is False
    assert moved.estimate("bunching").low > 1.3
    at_limit = moved.slack.set_index("slack_days").loc[0]
    assert at_limit["count"] > 1.3 * at_limit["expected"]


def test_every_limit_has_a_curve_of_its_own() -> None:
    """Durations that are smooth under each limit make a step in their sum where the short limits begin."""
    draw = rng()
    limit = draw.choice([2, 5, 10, 20], 4000)
    table = pd.DataFrame({"elapsed_days": np.ceil(0.6 * limit * draw.gamma(1.5, 1 / 1.5, 4000)), "limit_days": limit})
    found = integrity(table)
    assert found.checks[0].passed is True
    assert found.slack["slack_days"].is_unique
    assert found.estimate("bunching").n < (limit >= 5).sum()


def test_limits_too_short_to_have_days_before_cannot_tell() -> None:
    found = integrity(pd.DataFrame({"elapsed_days": rng().integers(1, 4, 500), "limit_days": 3}))
    assert found.checks[0].passed is None
    assert np.isnan(found.estimate("bunching").value)
    assert found.slack.empty


def test_round_durations_are_seen() -> None:
    table = durations(0.0)
    nearest = 5 * np.round(table["elapsed_days"] / 5)
    rounded = table.assign(elapsed_days=nearest.where(rng().uniform(size=4000) < 0.6, table["elapsed_days"]))
    assert integrity(table).checks[1].passed is True
    found = integrity(rounded)
    assert found.checks[1].passed is False
    assert found.estimate("round_pct").value > 55


def test_batches_are_counted_by_the_minute() -> None:
    spread = pd.Timestamp("2025-03-03 08:00") + pd.to_timedelta(np.arange(260), unit="h")
    batch = pd.Series(pd.Timestamp("2025-06-30 16:59") + pd.to_timedelta(np.arange(40), unit="s"))
    found = integrity(pd.DataFrame({"finished_at": pd.concat([pd.Series(spread), batch], ignore_index=True)}))
    assert found.batches.to_numpy().tolist() == [[pd.Timestamp("2025-06-30 16:59"), 40]]
    assert found.estimate("batch_pct").value == pytest.approx(100 * 40 / 300)


def test_hands_are_counted_and_no_account_is_given() -> None:
    accounts = ["busy"] * 150 + [f"a{number}" for number in range(150)]
    found = integrity(pd.DataFrame({"account": accounts}))
    assert found.estimate("top_account_pct").value == 50
    assert found.estimate("herfindahl").value == pytest.approx(0.25 + 150 / 300**2)
    assert "busy" not in repr(found)


def test_what_is_not_written_down_may_be_either() -> None:
    found = integrity(pd.DataFrame({"by_self": [True] * 100 + [False] * 50 + [None] * 100})).estimate("by_self_pct")
    assert (found.low, found.high) == (40, 80)
    assert found.value == pytest.approx(100 * 100 / 150)


@pytest.mark.parametrize(
    "table", [durations(0.0).head(100), pd.DataFrame({"else": range(300)})], ids=["few cases", "no column"]
)
def test_too_little_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="show no pattern"):
        integrity(table)
