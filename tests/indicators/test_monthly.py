"""A share by month stops where its counts break."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import indicators
from analysis.errors import UsageError
from analysis.indicators import monthly


def counts(numerator: float | None = 3.0) -> pd.DataFrame:
    months = ["2025-05", "2025-06", "2025-07"]
    return pd.DataFrame({"period": months, "numerator_count": numerator, "denominator_count": [4.0, 0.0, 4.0],
                         "value": 75.0})  # fmt: skip


def test_nothing_after_the_merger_and_no_month_without_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monthly, "values", lambda *_, **__: counts())
    found = indicators.monthly_share("online_share_channel", "own")
    assert found.to_numpy().tolist() == [["2025-05", 3.0, 4.0, 75.0]]
    later = indicators.monthly_share("online_share_channel", "own", until="2025-07")
    assert later["month"].tolist() == ["2025-05", "2025-07"]


def test_what_is_no_share_of_counts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monthly, "values", lambda *_, **__: counts(None))
    with pytest.raises(UsageError, match="no share of counts"):
        indicators.monthly_share("processing_days_median", "own")
