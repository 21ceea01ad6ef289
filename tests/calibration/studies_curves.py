"""Curves: the share done by each of several days, a difference of mean times, where growth ends and where it bends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from analysis.methods.growth import Growth, growth
from analysis.methods.survival import incidence, restricted_mean_difference, shares_over
from calibration.harness import Found, Study, once

DAYS, HORIZON = (5.0, 10.0, 15.0), 15.0
SEEN, LAST = 36, 6  # months seen, and those of them that look like the end
YES, NO = (0.5, 1.5), (2.0, 2.0)


class Waits(NamedTuple):
    """Cases and which of the days is asked about."""

    cases: pd.DataFrame
    place: int


class Groups(NamedTuple):
    first: pd.DataFrame
    second: pd.DataFrame


def received(rng: np.random.Generator, count: int, scale: float) -> pd.DataFrame:
    """Draw cases received over 60 days in growing numbers, and how far each was seen."""
    days, seen = rng.gamma(2.0, scale, count), 60 * (1 - np.sqrt(rng.uniform(size=count)))
    return pd.DataFrame({"time": np.minimum(days, seen), "end": np.where(days <= seen, "done", "open")})


def few_cases(rng: np.random.Generator) -> tuple[Waits, float]:
    place = int(rng.integers(len(DAYS)))
    return Waits(received(rng, 100, 3.7), place), float(100 * stats.gamma.cdf(DAYS[place], 2, scale=3.7))


def along_the_curve(data: Waits, rng: np.random.Generator) -> Found:
    row = shares_over(data.cases, ["done"], DAYS).iloc[data.place]
    return row["low_pct"], row["high_pct"]


def of_done(data: Waits, rng: np.random.Generator) -> Found:
    done = data.cases.loc[data.cases["end"] == "done", "time"]
    share = (done <= DAYS[data.place]).mean()
    half = 1.96 * np.sqrt(share * (1 - share) / len(done))
    return 100 * (share - half), 100 * (share + half)


def two_groups(rng: np.random.Generator) -> tuple[Groups, float]:
    grid = np.linspace(0, HORIZON, 20_001)
    one, other = (float(np.trapezoid(stats.gamma.sf(grid, 2, scale=scale), grid)) for scale in (4.5, 3.5))
    return Groups(received(rng, 200, 4.5), received(rng, 200, 3.5)), one - other


def of_means(data: Groups, rng: np.random.Generator) -> Found:
    found = restricted_mean_difference(data.first, data.second, ["done"], HORIZON)
    return found.low, found.high


def of_times(data: Groups, rng: np.random.Generator) -> Found:
    """Take the variance of the times, E[min(T, horizon)²] less the mean squared, for that of their mean."""
    variance = 0.0
    for cases in data:
        curve = incidence(cases, ["done"]).query("time < @HORIZON")
        edges = np.array([*curve["time"], HORIZON])
        mean = (np.diff(edges) * curve["open"]).sum()
        variance += (np.diff(edges**2) * curve["open"]).sum() - mean**2
    middle = restricted_mean_difference(data.first, data.second, ["done"], HORIZON).value
    return middle - 1.96 * np.sqrt(variance), middle + 1.96 * np.sqrt(variance)


def climbing(rng: np.random.Generator, bend: float) -> tuple[pd.DataFrame, float]:
    """Draw an S-curve with a bend, of independent errors, and where it ends."""
    ceiling, scale = rng.uniform(50, 95), rng.uniform(4, 6)
    time = np.arange(SEEN)
    value = ceiling * expit((time - bend) / scale) + 0.5 * rng.normal(size=SEEN)
    return pd.DataFrame({"time": time, "value": np.maximum(value, 0.1)}), ceiling


def past_the_bend(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    return climbing(rng, rng.uniform(14, 20))


def up_to_the_bend(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    return climbing(rng, SEEN - 1.0)[0], 1.0


@once
def grown(data: pd.DataFrame, rng: np.random.Generator) -> Growth:
    return growth(data, 12)


def ceiling(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = grown(data, rng).estimate("ceiling, logistic")
    return found.low, found.high


def last_level(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    last = data["value"].tail(LAST)
    half = stats.t.ppf(0.975, LAST - 1) * last.std() / np.sqrt(LAST)
    return last.mean() - half, last.mean() + half


def not_yet(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    (bent,) = [each for each in grown(data, rng).checks if each.name == "past the bend"]
    return NO if bent.passed else YES


def by_the_bend(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    bend = grown(data, rng).curves.set_index("curve").loc["logistic", "bend"]
    return YES if bend >= data["time"].iloc[-1] else NO


STUDIES = [
    Study(
        name="shares_over",
        says="Cases of a small group done by day 5, 10 or 15",
        says_vi="Hồ sơ của một nhóm nhỏ xong trước ngày thứ 5, 10 hoặc 15",
        draw=few_cases,
        run=along_the_curve,
        twin=of_done,
        twin_name="finished cases only",
    ),
    Study(
        name="restricted_mean_difference",
        says="Difference of the mean times of two groups, up to 15 days",
        says_vi="Chênh lệch thời gian trung bình giữa hai nhóm, tính đến 15 ngày",
        draw=two_groups,
        run=of_means,
        twin=of_times,
        twin_name="spread of the times for the error of their mean",
    ),
    Study(
        name="growth_ceiling",
        says="Ceiling of an S-curve seen past its bend, errors without memory",
        says_vi="Mức trần của đường cong chữ S đã qua điểm uốn, sai số không có trí nhớ",
        draw=past_the_bend,
        run=ceiling,
        twin=last_level,
        twin_name="the last six months taken for the ceiling",
    ),
    Study(
        name="growth_bend",
        says="An S-curve seen up to its bend is not said to have begun to slow",
        says_vi="Đường cong chữ S mới tới điểm uốn: không nói là đã bắt đầu chậm lại",
        draw=up_to_the_bend,
        run=not_yet,
        twin=by_the_bend,
        twin_name="the bend without its error",
        band=(95.0, 100.0),
        reason="every curve has to be past its bend, on one side",
        few=100,
    ),
]
