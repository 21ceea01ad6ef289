"""Panels of units whose noise remembers: some begin, or one has an event of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.methods.staggered import staggered
from analysis.methods.synthetic import synthetic
from calibration.harness import Found, Study

PERIODS, MEMORY = 36, 0.6
YES, NO = (0.5, 1.5), (2.0, 2.0)


def noise(rng: np.random.Generator, units: int) -> np.ndarray:
    shocks = rng.normal(size=(PERIODS + 20, units))
    for place in range(1, len(shocks)):
        shocks[place] += MEMORY * shocks[place - 1]
    return shocks[20:] * np.sqrt(1 - MEMORY**2)


def long(values: np.ndarray) -> pd.DataFrame:
    periods, units = values.shape
    names = [f"u{unit:02}" for unit in range(units)]
    wide = pd.DataFrame(values, columns=pd.Index(names, name="unit"), index=pd.RangeIndex(periods, name="period"))
    return wide.stack().rename("value").reset_index()


def begun(units: int, began: int):
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
        """Nothing happens; units differ in how much they swing."""
        values = noise(rng, units) * rng.uniform(0.5, 2, units) + rng.normal(size=(PERIODS, 1))
        starts = {f"u{unit:02}": 18 + 3 * (unit % 3) for unit in range(began)}
        table = long(values)
        return table.assign(start=table["unit"].map(starts)), 0.0

    return draw


def by_units(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = staggered(data, rng).estimate("two_way")
    return found.low, found.high


def by_rows(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take every month of every unit for an independent case."""
    wide = data.pivot_table(index="period", columns="unit", values="value")
    start = data.groupby("unit")["start"].first()
    dose = (wide.index.to_numpy()[:, None] >= start.to_numpy()).astype(float)
    values = wide.to_numpy()
    x, y = (m - m.mean(axis=0) - m.mean(axis=1, keepdims=True) + m.mean() for m in (dose, values))
    slope = (x * y).sum() / (x * x).sum()
    left = ((y - slope * x) ** 2).sum() / ((PERIODS - 1) * (values.shape[1] - 1) - 1)
    half = 1.96 * np.sqrt(left / (x * x).sum())
    return slope - half, slope + half


def shuffled(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return (-1.0, 1.0) if staggered(data, rng).estimate("permutation_p").value > 0.05 else NO


def one_event(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Two movements common to 21 units; an effect of 1 on the first from period 24 on."""
    common = rng.normal(size=(PERIODS, 2)).cumsum(axis=0)
    values = common @ rng.uniform(0, 1, (21, 2)).T + 0.5 * noise(rng, 21) + rng.uniform(0, 5, 21)
    values[24:, 0] += 1.0
    return long(values), 1.0


def by_placebos(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = synthetic(data, "u00", 24).estimate("effect")
    return found.low, found.high


def by_months(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take the months' gaps after the event for independent."""
    gap = synthetic(data, "u00", 24).path["gap"].to_numpy()[24:]
    half = stats.t.ppf(0.975, len(gap) - 1) * gap.std(ddof=1) / np.sqrt(len(gap))
    return gap.mean() - half, gap.mean() + half


STUDIES = [
    *(
        Study(
            name=f"staggered_{units}_{began}",
            says=f"Nothing happens to {began} of {units} units that begin in turn",
            says_vi=f"Không có gì xảy ra với {began} trong {units} đơn vị bắt đầu lần lượt",
            draw=begun(units, began),
            run=by_units,
            twin=by_rows,
            twin_name="months of units as independent cases",
            band=(92.0, 98.0),
            reason="few units begin: the notes measured 94–96",
            few=300,
        )
        for units, began in ((12, 3), (34, 6))
    ),
    Study(
        name="staggered_shuffled",
        says="Nothing happens: shuffled starts show as much",
        says_vi="Không có gì xảy ra: xáo trộn thời điểm bắt đầu cũng cho kết quả như vậy",
        draw=begun(34, 6),
        run=shuffled,
        twin=by_rows,
        twin_name="months of units as independent cases",
        few=300,
    ),
    Study(
        name="synthetic",
        says="Effect on one unit against the mix of 20 others",
        says_vi="Tác động lên một đơn vị so với tổ hợp 20 đơn vị khác",
        draw=one_event,
        run=by_placebos,
        twin=by_months,
        twin_name="months after as independent",
        band=(90.0, 98.0),
        reason="the spread is that of 20 placebos, which are no more alike than units are",
        few=100,
    ),
]
