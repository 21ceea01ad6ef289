"""Series as they are: 34 months before the directive and 8 after it, with Tết in them; and counts per exposure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.calendar import month_index
from analysis.methods.interrupted import Interrupted, interrupted
from calibration.harness import Found, Study, once

EVENT, BEFORE = "2024-11", 34
CALENDAR = ["working_days_log", "before_tet_share", "after_tet_share"]
MONTHS = month_index("2022-01", "2025-06")
TIME = np.arange(len(MONTHS))
MEMORY, SPREAD = 0.3, 0.03


def noise(rng: np.random.Generator, memory: float = MEMORY) -> np.ndarray:
    shocks = rng.normal(size=len(MONTHS) + 40)
    for place in range(1, len(shocks)):
        shocks[place] += memory * shocks[place - 1]
    return shocks[40:] * np.sqrt(1 - memory**2)


def short(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    step = 0.8 * (TIME >= BEFORE)
    value = 0.02 * TIME + 0.3 * np.sin(2 * np.pi * TIME / 12) + step + noise(rng)
    return MONTHS.assign(value=value), 0.8


@once
def told(data: pd.DataFrame, rng: np.random.Generator) -> Interrupted:
    return interrupted(data, EVENT, scale="value")


def effect(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = told(data, rng).estimate("effect")
    return found.low, found.high


def newey_west(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    rows = told(data, rng).comparison.set_index("way")
    return tuple(rows.loc["Newey and West, 3 lags", ["low", "high"]])


@dataclass(frozen=True)
class Both:
    """Counts as they come, and what they would be in months that are all alike."""

    counted: pd.DataFrame
    without_calendar: pd.DataFrame


def with_tet(rng: np.random.Generator) -> tuple[Both, float]:
    """Cases follow the days worked, rush in before Tết and stay away after it; the event does nothing."""
    level = 8 + 0.01 * TIME + 0.1 * np.sin(2 * np.pi * TIME / 12) + SPREAD * noise(rng)
    moved = level + MONTHS[CALENDAR].to_numpy() @ [1.0, 0.6, -0.8]
    tables = (MONTHS.assign(count=np.exp(each).round()) for each in (moved, level))
    return Both(*tables), 0.0


def counted(table: pd.DataFrame, regressors: list[str]) -> Found:
    found = interrupted(table, EVENT, scale="count", regressors=regressors).estimate("effect")
    return found.low, found.high


def more_offices(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw counts of cases of ever more offices, a fifth more of them from the event on; none does more than before."""
    offices = (100 + TIME) * np.where(TIME >= BEFORE, 1.2, 1.0)
    count = rng.poisson(30 * offices * np.exp(SPREAD * noise(rng)))
    return MONTHS.assign(count=count, exposure=offices), 0.0


STUDIES = [
    Study(
        name="interrupted_short",
        says="Change of a monthly series at a date, 34 months before and 8 after",
        says_vi="Thay đổi của chuỗi tháng tại một thời điểm, 34 tháng trước và 8 tháng sau",
        draw=short,
        run=effect,
        twin=newey_west,
        twin_name="Newey–West",
        band=(92.0, 97.0),
        reason="short series with memory: the notes measured 93.4–94.6",
    ),
    Study(
        name="interrupted_calendar",
        says="The same of a series in which Tết moves, its calendar known; the event does nothing",
        says_vi="Cũng chuỗi như vậy nhưng có Tết rơi vào các tháng khác nhau, đã biết lịch; sự kiện không có tác động",
        draw=with_tet,
        run=lambda data, rng: counted(data.counted, CALENDAR),
        twin=lambda data, rng: counted(data.counted, []),
        twin_name="season, but no calendar",
        reference=lambda data, rng: counted(data.without_calendar, []),
        band=(91.0, 97.0),
        reason="ten columns on 42 months: the notes measured 92.4–92.7",
    ),
    Study(
        name="interrupted_exposure",
        says="Cases an office while offices are added; the event does nothing",
        says_vi="Số hồ sơ trên mỗi cơ quan khi số cơ quan tăng; sự kiện không có tác động",
        draw=more_offices,
        run=lambda data, rng: counted(data, []),
        twin=lambda data, rng: counted(data.drop(columns="exposure"), []),
        twin_name="counts, exposure left out",
        band=(91.0, 97.0),
        reason="eight months after the event",
    ),
]
