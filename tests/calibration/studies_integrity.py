"""Durations around a limit, of one unit or many: smooth ones are not called odd, and those dated back are seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.methods.integrity import integrity
from analysis.methods.patterns import Patterns, patterns
from calibration.harness import Found, Study, once

YES, NO = (0.5, 1.5), (2.0, 2.0)
LIMIT = 10


def durations(dated_back: float):
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
        """Draw 3,000 durations of one of three smooth shapes; some that came just late are written as on time."""
        shapes = (rng.poisson(9, 3000), rng.negative_binomial(6, 6 / 15, 3000) + 1, rng.gamma(3, 3, 3000).round())
        elapsed = shapes[rng.integers(3)]
        moved = np.isin(elapsed, [LIMIT + 1, LIMIT + 2]) & (rng.uniform(size=3000) < dated_back)
        return pd.DataFrame({"elapsed_days": np.where(moved, LIMIT, elapsed), "limit_days": LIMIT}), 1.0

    return draw


def mixed(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw 3,000 durations that are smooth for each of six limits; their sum over the slack is not."""
    limit = rng.choice([2, 5, 7, 10, 15, 20], 3000)
    shapes = (
        rng.poisson(0.9 * limit),
        rng.negative_binomial(6, 6 / (6 + 0.9 * limit)),
        np.ceil(0.6 * limit * rng.gamma(1.5, 1 / 1.5, 3000)),
    )
    return pd.DataFrame({"elapsed_days": shapes[rng.integers(3)], "limit_days": limit}), 1.0


def as_one_limit(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Shift all durations to one limit far from the first day, as if all cases had it."""
    late = data["elapsed_days"] - data["limit_days"] + 40
    return YES if integrity(pd.DataFrame({"elapsed_days": late, "limit_days": 40})).checks[0].passed else NO


def quiet(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if integrity(data).checks[0].passed else NO


def alarms(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return NO if integrity(data).checks[0].passed else YES


def excess(data: pd.DataFrame) -> bool:
    """Fit a polynomial of degree 7 to all days but those at the limit, and compare with its own scatter."""
    count = np.bincount(data["elapsed_days"].astype(int), minlength=31)[:31].astype(float)
    days = np.arange(31)
    rest = ~np.isin(days, [LIMIT - 1, LIMIT])
    design = np.vander((days - 15) / 15, 8)
    fitted, *_ = np.linalg.lstsq(design[rest], count[rest], rcond=None)
    left = count - design @ fitted
    scatter = np.sqrt((left[rest] ** 2).sum() / (rest.sum() - 8))
    return bool(abs(left[~rest].sum()) > 2.576 * scatter * np.sqrt(2))


def quiet_by_polynomial(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return NO if excess(data) else YES


def share_on_time(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Look at the share on time alone: below 90% nothing seems polished."""
    return YES if (data["elapsed_days"] <= LIMIT).mean() > 0.9 else NO


def close_together(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw durations that lie within a few days of each other, wherever that is."""
    return pd.DataFrame({"elapsed_days": rng.normal(rng.uniform(6, 14), 1.5, 3000).round().clip(1)}), 1.0


def not_rounded(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    (check,) = [each for each in integrity(data).checks if each.name == "round durations"]
    return YES if check.passed else NO


def a_fifth(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take it that one duration in five is a multiple of five, wherever durations lie."""
    round_ones = int((data["elapsed_days"] % 5 == 0).sum())
    return YES if stats.binomtest(round_ones, len(data), 0.2).pvalue > 0.01 else NO


def records(dated_back: float):
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
        """Draw 12 units of different speed, 600 cases each; the first writes some that came just late as on time."""
        unit = np.repeat(np.arange(12), 600)
        elapsed = rng.gamma(6, rng.uniform(7, 11, 12)[unit] / 6).round()
        late = np.isin(elapsed, [LIMIT + 1, LIMIT + 2]) & (unit == 0) & (rng.uniform(size=len(unit)) < dated_back)
        table = pd.DataFrame({"unit": unit, "elapsed_days": np.where(late, LIMIT, elapsed), "limit_days": LIMIT})
        return table.assign(finished_at=pd.NaT, account=None), 1.0

    return draw


@once
def looked_at(data: pd.DataFrame, rng: np.random.Generator) -> Patterns:
    return patterns(data)


def none_asked(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return NO if looked_at(data, rng).units["at_limit"].any() else YES


def each_interval(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Ask every unit whose own interval lies above the others."""
    return NO if (looked_at(data, rng).units["low_points"] > 0).any() else YES


def first_asked(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return YES if looked_at(data, rng).units.set_index("unit").loc["0", "at_limit"] else NO


def three_deviations(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Ask whoever lies three standard deviations of all units above their mean, itself among them."""
    share = looked_at(data, rng).units.set_index("unit")["share_pct"]
    return YES if share["0"] > share.mean() + 3 * share.std() else NO


STUDIES = [
    Study(
        name="integrity_smooth",
        says="Smooth durations around a limit: no alarm",
        says_vi="Thời gian giải quyết phân bố trơn quanh thời hạn: không báo động",
        draw=durations(0.0),
        run=quiet,
        twin=quiet_by_polynomial,
        twin_name="polynomial through all days",
        band=(97.0, 100.0),
        reason="an alarm is asked for at p = 0.01 and one side",
    ),
    Study(
        name="integrity_limits",
        says="Smooth durations under six limits: no alarm",
        says_vi="Thời gian giải quyết phân bố trơn với sáu mức thời hạn: không báo động",
        draw=mixed,
        run=quiet,
        twin=as_one_limit,
        twin_name="all limits pooled",
        band=(97.0, 100.0),
        reason="an alarm is asked for at p = 0.01 and one side",
    ),
    Study(
        name="integrity_dated_back",
        says="40% of the cases just late are dated back: alarm",
        says_vi="40% hồ sơ vừa quá hạn bị ghi lùi ngày: báo động",
        draw=durations(0.4),
        run=alarms,
        twin=share_on_time,
        twin_name="share on time",
        band=(95.0, 100.0),
        reason="power",
    ),
    Study(
        name="integrity_round",
        says="Smooth durations: none is called rounded",
        says_vi="Thời gian giải quyết phân bố trơn: không bị coi là làm tròn",
        draw=close_together,
        run=not_rounded,
        twin=a_fifth,
        twin_name="a fifth of all days",
        band=(97.0, 100.0),
        reason="an alarm is asked for at p = 0.01 and one side",
    ),
    Study(
        name="patterns_honest",
        says="12 units of different speed that date nothing back: none is asked",
        says_vi="12 đơn vị nhanh chậm khác nhau, không ghi lùi ngày: không hỏi đơn vị nào",
        draw=records(0.0),
        run=none_asked,
        twin=each_interval,
        twin_name="an interval for each unit",
        band=(95.0, 100.0),
        reason="many comparisons at once: it may hold more than it promises",
        few=100,
    ),
    Study(
        name="patterns_dated_back",
        says="One of 12 units dates back 60% of its cases just late: it is asked",
        says_vi="Một trong 12 đơn vị ghi lùi ngày 60% số hồ sơ vừa quá hạn: được hỏi",
        draw=records(0.6),
        run=first_asked,
        twin=three_deviations,
        twin_name="three standard deviations of the raw shares",
        band=(85.0, 100.0),
        reason="power",
        few=100,
    ),
]
