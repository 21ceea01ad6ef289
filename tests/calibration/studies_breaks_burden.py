"""A break that nobody named, and a total of guessed times."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods.breaks import Breaks, breaks
from analysis.methods.burden import burden
from calibration.harness import Found, Study, once

MONTHS = pd.period_range("2021-01", periods=60, freq="M").astype(str)
YES, NO = (0.5, 1.5), (2.0, 2.0)
ANDREWS = 8.85  # the 5 % point of sup-F for one change and 15 % trimmed, months independent
SPREAD, TOGETHER = 1.5, 0.6
NAMES = [f"p{number:02}" for number in range(20)]


def noise(rng: np.random.Generator, memory: float) -> np.ndarray:
    shocks = rng.normal(size=100)
    for place in range(1, 100):
        shocks[place] += memory * shocks[place - 1]
    return shocks[40:] * np.sqrt(1 - memory**2)


def unbroken(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """A line, as use of a service has."""
    return pd.DataFrame({"month": MONTHS, "value": 0.02 * np.arange(60) + noise(rng, 0.5)}), 1.0


def broken(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    value = 0.02 * np.arange(60) + noise(rng, 0.5) + 2.5 * (np.arange(60) >= 34)
    return pd.DataFrame({"month": MONTHS, "value": value}), 1.0


@once
def told(data: pd.DataFrame, rng: np.random.Generator) -> Breaks:
    return breaks(data, MONTHS[34], rng)


def no_alarm(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if told(data, rng).estimate("p").value > 0.05 else NO


def no_alarm_by_the_table(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if told(data, rng).estimate("largest_f").value < ANDREWS else NO


def holds_the_date(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    dates = told(data, rng).dates.set_index("month")
    return YES if dates.loc[MONTHS[34], "possible"] else NO


def likeliest_date(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    dates = told(data, rng).dates
    return YES if dates.loc[dates["f"].idxmax(), "month"] == MONTHS[34] else NO


def guessed(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Give the median times as guessed, and the yearly cost if the true times lie off them, together."""
    hours = rng.uniform(0.5, 6, 20)
    error = np.sqrt(TOGETHER) * rng.normal() + np.sqrt(1 - TOGETHER) * rng.normal(size=20)
    table = pd.DataFrame({"procedure": NAMES, "state": "before", "activity": "all", "hours": hours})
    cost = 100 * 40_000 * hours * np.exp(np.log(SPREAD) * error)
    return table.assign(spread=SPREAD, wage_vnd=40_000.0), float(cost.sum())


def reckoned(correlation: float):
    def run(data: pd.DataFrame, rng: np.random.Generator) -> Found:
        volumes = pd.DataFrame({"procedure": NAMES, "annual_count": 100})
        found = burden(data, volumes, rng, correlation=correlation).estimate("before_vnd")
        return found.low, found.high

    return run


def applied(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Give the median times, known, and what 20,000 applicants of each procedure came to a year, whose times differ."""
    hours = rng.uniform(0.5, 6, 20)
    table = pd.DataFrame({"procedure": NAMES, "state": "before", "activity": "all", "hours": hours})
    took = hours * np.exp(np.log(SPREAD) * rng.normal(size=(20_000, 20)))
    return table.assign(spread=SPREAD, wage_vnd=40_000.0), float(100 * 40_000 * took.mean(axis=0).sum())


def within_half_a_percent(value: float) -> Found:
    return 0.995 * value, 1.005 * value


def mean_time(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    volumes = pd.DataFrame({"procedure": NAMES, "annual_count": 100})
    return within_half_a_percent(burden(data, volumes, rng).estimate("before_vnd").value)


def median_time(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return within_half_a_percent(float((100 * data["hours"] * data["wage_vnd"]).sum()))


STUDIES = [
    Study(
        name="breaks_none",
        says="A series with memory, a line and no break: no alarm",
        says_vi="Chuỗi có trí nhớ, có xu thế và không có gián đoạn: không báo động",
        draw=unbroken,
        run=no_alarm,
        twin=no_alarm_by_the_table,
        twin_name="table for independent months",
        band=(90.0, 98.0),
        reason="the memory is estimated from 60 months",
    ),
    Study(
        name="breaks_date",
        says="The set of possible dates holds the month of the break",
        says_vi="Tập thời điểm có thể chứa tháng xảy ra gián đoạn",
        draw=broken,
        run=holds_the_date,
        twin=likeliest_date,
        twin_name="the likeliest date alone",
        band=(90.0, 100.0),
        reason="a set of whole months",
    ),
    Study(
        name="burden",
        says="Yearly cost of 20 procedures whose times are guessed",
        says_vi="Chi phí một năm của 20 thủ tục có thời gian ước đoán",
        draw=guessed,
        run=reckoned(TOGETHER),
        twin=reckoned(0.0),
        twin_name="independent errors",
    ),
    Study(
        name="burden_mean",
        says="The cost of 20,000 applicants whose times differ, to half a percent",
        says_vi="Chi phí của 20.000 người làm thủ tục mất thời gian khác nhau, sai không quá nửa phần trăm",
        draw=applied,
        run=mean_time,
        twin=median_time,
        twin_name="median times put in",
        band=(99.0, 100.0),
        reason="a sum that is known, not an interval of chance",
        few=100,
    ),
]
