"""Changes that nobody told: 60 months, a line, a season, and noise that remembers.

A rejection at 5 % is written as an interval from 0 to p, which holds 0.05 as often as nothing is called.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.breaks import breaks
from calibration.harness import Found, Study

COUNT, DATE = 60, 36
MONTHS = pd.period_range("2021-01", periods=COUNT, freq="M").astype(str)
# Andrews (1993), table 1: one parameter, dates in the middle 70 %, 5 %
ANDREWS = 8.85


def series(rng: np.random.Generator, step: float, memory: float) -> pd.DataFrame:
    shocks = rng.normal(size=COUNT + 40)
    for place in range(1, len(shocks)):
        shocks[place] += memory * shocks[place - 1]
    time = np.arange(COUNT)
    value = 0.02 * time + 0.3 * np.sin(2 * np.pi * time / 12) + step * (time >= DATE)
    return pd.DataFrame({"period": MONTHS, "value": value + shocks[40:] * np.sqrt(1 - memory**2)})


def rarity(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return 0.0, breaks(data, rng=rng).estimate("p").value


def tables(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Look the statistic up in the published table, which knows no memory."""
    return 0.0, float(breaks(data, rng=rng).estimate("sup_f").value < ANDREWS)


def date(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = breaks(data, rng=rng).estimate("periods_before")
    return found.low, found.high


def bai(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    row = breaks(data, rng=rng).comparison.loc[0]
    months = list(MONTHS)
    return months.index(row["low_period"]), months.index(row["high_period"])


STUDIES = [
    *(
        Study(
            name=f"breaks_nothing_{memory}",
            says=f"No change: a date is named in at most 5 of 100 series, noise with memory {memory}",
            says_vi=f"Không đổi: nêu thời điểm trong nhiều nhất 5/100 chuỗi, nhiễu có trí nhớ {memory}".replace(
                ".", ","
            ),
            draw=lambda rng, memory=memory: (series(rng, 0.0, memory), 0.05),
            run=rarity,
            twin=tables,
            twin_name="Andrews (1993)",
            band=(93.0, 98.5),
            reason="a test that may be careful: the memory is fitted without a change",
        )
        for memory in (0.3, 0.6)
    ),
    Study(
        name="breaks_date",
        says="Date of a change of two standard deviations, noise with memory 0.5",
        says_vi="Thời điểm của thay đổi bằng hai độ lệch chuẩn, nhiễu có trí nhớ 0,5",
        draw=lambda rng: (series(rng, 2.0, 0.5), float(DATE)),
        run=date,
        twin=bai,
        twin_name="Bai (1997)",
        band=(93.0, 99.0),
        reason="dates are whole months: the interval is wider than needed",
    ),
]
