"""Panels of units whose noise remembers: some begin, or one has an event of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.methods.staggered import Staggered, staggered
from analysis.methods.synthetic import Synthetic, synthetic
from calibration.harness import Found, Study, once

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


def begun(units: int, starting: int):
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
        """Nothing happens; units differ in how much they swing."""
        values = noise(rng, units) * rng.uniform(0.5, 2, units) + rng.normal(size=(PERIODS, 1))
        starts = {f"u{unit:02}": 18 + 3 * (unit % 3) for unit in range(starting)}
        table = long(values)
        return table.assign(start=table["unit"].map(starts)), 0.0

    return draw


@once
def began(data: pd.DataFrame, rng: np.random.Generator) -> Staggered:
    return staggered(data, rng)


@once
def twin(data: pd.DataFrame, rng: np.random.Generator) -> Synthetic:
    return synthetic(data, "u00", 24)


def by_units(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = began(data, rng).estimate("two_way")
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
    return (-1.0, 1.0) if began(data, rng).estimate("permutation_p").value > 0.05 else NO


def unclaimed(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return (-1.0, 1.0) if began(data, rng).verdict != "cause" else NO


def by_spread(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = began(data, rng).estimate("effect")
    return found.low, found.high


def by_own_spread(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take the spread of each group from its own units, as influence functions do, however few they are."""
    wide = data.pivot_table(index="unit", columns="period", values="value").to_numpy()
    start = data.groupby("unit")["start"].first().to_numpy()
    groups = {first: start == first for first in np.unique(start[~np.isnan(start)])}
    cells = sum(int(who.sum()) * (PERIODS - int(first)) for first, who in groups.items())
    never, value, variance = np.zeros(PERIODS), 0.0, 0.0
    for first, who in groups.items():
        weight = np.zeros(PERIODS)
        weight[int(first) :], weight[int(first) - 1] = 1 / cells, -(PERIODS - first) / cells
        told = wide[who] @ weight
        value, variance = value + told.sum(), variance + ((told - told.mean()) ** 2).sum()
        never += who.sum() * weight
    told = wide[np.isnan(start)] @ never / np.isnan(start).sum()
    half = 1.96 * np.sqrt(variance + ((told - told.mean()) ** 2).sum())
    return value - told.sum() - half, value - told.sum() + half


def band(names: tuple[str, str]):
    def run(data: pd.DataFrame, rng: np.random.Generator) -> Found:
        path = began(data, rng).path
        return YES if ((path[names[0]] <= 0) & (path[names[1]] >= 0)).all() else NO

    return run


def alike_before(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return NO if began(data, rng).checks[0].passed is False else YES


def each_before(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Look at each month before on its own."""
    path = began(data, rng).path.query("since < 0")
    return YES if ((path["low"] <= 0) & (path["high"] >= 0)).all() else NO


def true_one(draw):
    return lambda rng: (draw(rng)[0], 1.0)


def one_event(change: float):
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
        """Two movements common to 21 units; a change of the first from period 24 on."""
        common = rng.normal(size=(PERIODS, 2)).cumsum(axis=0)
        values = common @ rng.uniform(0, 1, (21, 2)).T + 0.5 * noise(rng, 21) + rng.uniform(0, 5, 21)
        values[24:, 0] += change
        return long(values), change

    return draw


def by_placebos(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = twin(data, rng).estimate("effect")
    return found.low, found.high


def not_rare(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return (-1.0, 1.0) if twin(data, rng).estimate("placebo_p").value > 0.05 else NO


def by_months(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take the months' gaps after the event for independent."""
    gap = twin(data, rng).path["gap"].to_numpy()[24:]
    half = stats.t.ppf(0.975, len(gap) - 1) * gap.std(ddof=1) / np.sqrt(len(gap))
    return gap.mean() - half, gap.mean() + half


STUDIES = [
    *(
        Study(
            name=f"staggered_{units}_{starting}",
            says=f"Nothing happens to {starting} of {units} units that begin in turn",
            says_vi=f"Không có gì xảy ra với {starting} trong {units} đơn vị bắt đầu lần lượt",
            draw=begun(units, starting),
            run=by_units,
            twin=by_rows,
            twin_name="months of units as independent cases",
            band=(92.0, 98.0),
            reason="few units begin: the notes measured 94–96",
        )
        for units, starting in ((12, 3), (34, 6))
    ),
    Study(
        name="staggered_shuffled",
        says="Nothing happens: shuffled starts show as much",
        says_vi="Không có gì xảy ra: xáo trộn thời điểm bắt đầu cũng cho kết quả như vậy",
        draw=begun(34, 6),
        run=shuffled,
        twin=by_rows,
        twin_name="months of units as independent cases",
    ),
    Study(
        name="staggered_word",
        says="Nothing happens to 6 of 34 units that begin in turn: the word effect is not used",
        says_vi="Không có gì xảy ra với 6 trong 34 đơn vị bắt đầu lần lượt: không dùng từ “tác động”",
        draw=begun(34, 6),
        run=unclaimed,
        twin=by_rows,
        twin_name="months of units as independent cases",
        band=(95.0, 100.0),
        reason="every check has to pass before the word is used",
        few=200,
    ),
    *(
        Study(
            name=f"staggered_effect_{units}_{starting}",
            says=f"Mean ATT of {starting} of {units} units that begin in turn",
            says_vi=f"ATT bình quân của {starting} trong {units} đơn vị bắt đầu lần lượt",
            draw=begun(units, starting),
            run=by_spread,
            twin=by_own_spread,
            twin_name="influence functions, each group its own spread",
            band=(92.0, 98.0),
            reason="few units begin, and they differ in how much they swing",
            few=200,
        )
        for units, starting in ((12, 3), (34, 6))
    ),
    Study(
        name="staggered_band",
        says="The band over all months since the start holds all of them",
        says_vi="Dải tin cậy đồng thời chứa mọi tháng kể từ khi bắt đầu",
        draw=true_one(begun(34, 6)),
        run=band(("all_low", "all_high")),
        twin=band(("low", "high")),
        twin_name="an interval for each month",
        band=(91.0, 98.0),
        reason="units differ in how much they swing",
        few=200,
    ),
    Study(
        name="staggered_before",
        says="Nothing happens: the time before is called different in at most 5 of 100 panels",
        says_vi="Không có gì xảy ra: thời gian trước bị coi là khác biệt trong nhiều nhất 5 trên 100 bảng số liệu",
        draw=true_one(begun(34, 6)),
        run=alike_before,
        twin=each_before,
        twin_name="each month before on its own",
        band=(92.0, 98.5),
        reason="units differ in how much they swing",
        few=200,
    ),
    Study(
        name="synthetic",
        says="Effect on one unit against the mix of 20 others",
        says_vi="Tác động lên một đơn vị so với tổ hợp 20 đơn vị khác",
        draw=one_event(1.0),
        run=by_placebos,
        twin=by_months,
        twin_name="months after as independent",
        band=(90.0, 98.0),
        reason="the spread is that of 20 placebos, which are no more alike than units are",
        few=100,
    ),
    Study(
        name="synthetic_nothing",
        says="Nothing happens to the unit: among 21 it is not called rare",
        says_vi="Không có gì xảy ra với đơn vị: trong 21 đơn vị không bị coi là hiếm gặp",
        draw=one_event(0.0),
        run=not_rare,
        twin=by_months,
        twin_name="months after as independent",
        band=(92.0, 98.0),
        reason="the rarest place among 21 units is 1 in 21",
        few=200,
    ),
]
