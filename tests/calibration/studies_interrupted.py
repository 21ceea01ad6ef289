"""Interrupted series: 36 months before, 18 after, a season, and noise that remembers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import expit

from analysis.methods.interrupted import Interrupted, interrupted
from calibration.harness import Found, Study, once

BEFORE, AFTER = 36, 18
MONTHS = pd.period_range("2021-01", periods=BEFORE + AFTER, freq="M").astype(str)
EVENT = str(MONTHS[BEFORE])


def noise(rng: np.random.Generator, memory: float) -> np.ndarray:
    shocks = rng.normal(size=BEFORE + AFTER + 40)
    for place in range(1, len(shocks)):
        shocks[place] += memory * shocks[place - 1]
    return shocks[40:] * np.sqrt(1 - memory**2)


def line(effect: float) -> np.ndarray:
    time = np.arange(BEFORE + AFTER)
    return 0.02 * time + 0.3 * np.sin(2 * np.pi * time / 12) + effect * (time >= BEFORE)


def value(memory: float):
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
        return pd.DataFrame({"month": MONTHS, "value": line(0.8) + noise(rng, memory)}), 0.8

    return draw


def nothing(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    return pd.DataFrame({"month": MONTHS, "value": line(0.0) + noise(rng, 0.3)}), 0.0


def share(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    total = rng.integers(800, 4000, BEFORE + AFTER)
    disturbed = 0.2 * noise(rng, 0.3)
    chance, without = expit(line(0.5) - 1 + disturbed), expit(line(0.0) - 1 + disturbed)
    table = pd.DataFrame({"month": MONTHS, "hits": rng.binomial(total, chance), "total": total})
    return table, float(100 * (chance - without)[BEFORE:].mean())


@once
def told(data: pd.DataFrame, rng: np.random.Generator) -> Interrupted:
    """Ask the method; it draws nothing."""
    return interrupted(data, EVENT, scale="value" if "value" in data else "share")


def effect(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = told(data, rng).estimate("effect")
    return found.low, found.high


def unclaimed(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Say whether the method keeps from the word; the interval holds 0 if it does."""
    return (-1.0, 1.0) if told(data, rng).verdict != "cause" else (2.0, 2.0)


def newey_west(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    rows = told(data, rng).comparison.set_index("way")
    return tuple(rows.loc["Newey and West, 3 lags", ["low", "high"]])


def binomial(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Take the months' counts for the only source of chance."""
    before, after = data[:BEFORE].sum(numeric_only=True), data[BEFORE:].sum(numeric_only=True)
    a, b = before["hits"] / before["total"], after["hits"] / after["total"]
    error = 100 * np.sqrt(a * (1 - a) / before["total"] + b * (1 - b) / after["total"])
    middle = told(data, rng).estimate("effect").value
    return middle - 1.96 * error, middle + 1.96 * error


def two_columns(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Fit successes and failures as two columns and let statsmodels scale by Pearson's X², twenty times too small."""
    time = np.arange(len(data))
    turn = 2 * np.pi * time / 12
    base = np.column_stack([np.ones(len(data)), time, np.sin(turn), np.cos(turn)])
    design = np.column_stack([base, time >= BEFORE]).astype(float)
    both = np.column_stack([data["hits"], data["total"] - data["hits"]])
    fitted = sm.GLM(both, design, family=sm.families.Binomial()).fit(scale="X2")
    without = (base @ fitted.params[:-1])[BEFORE:]
    step = fitted.params[-1] + np.array([-1.96, 1.96]) * fitted.bse[-1]
    low, high = (100 * (expit(without + each) - expit(without)).mean() for each in step)
    return low, high


def remembering(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    return pd.DataFrame({"month": MONTHS, "value": line(0.0) + noise(rng, 0.6)}), 1.0


def sees(data: pd.DataFrame, change: float) -> Found:
    """Say whether a change of this size is found in the series; the interval holds 1 if it is."""
    changed = data.assign(value=data["value"] + change * (data.index >= BEFORE))
    found = interrupted(changed, EVENT, scale="value").estimate("effect")
    low, high = found.low, found.high
    return (0.5, 1.5) if low > 0 or high < 0 else (2.0, 2.0)


def stated(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    return sees(data, told(data, rng).estimate("detectable").value)


def stated_without_memory(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    row = told(data, rng).comparison.iloc[0]
    return sees(data, 2.8 * (row["high"] - row["low"]) / 3.92)


STUDIES = [
    Study(
        name="interrupted_power",
        says="A change as large as the method says it can see is seen in 8 of 10 series",
        says_vi="Thay đổi đúng bằng mức phương pháp nói là thấy được thì thấy trong 8 trên 10 chuỗi",
        draw=remembering,
        run=stated,
        twin=stated_without_memory,
        twin_name="least squares",
        band=(70.0, 85.0),
        reason="power, 80% is said; the size of the noise is itself estimated from 54 months",
    ),
    *(
        Study(
            name=f"interrupted_memory_{memory}",
            says=f"Change of a monthly series at a date, noise with memory {memory}",
            says_vi=f"Thay đổi của chuỗi tháng tại một thời điểm, nhiễu có trí nhớ {memory}".replace(".", ","),
            draw=value(memory),
            run=effect,
            twin=newey_west,
            twin_name="Newey–West",
            band=(92.0, 97.0),
            reason="short series with memory: the notes measured 93.4–94.6",
        )
        for memory in (0.0, 0.3, 0.6)
    ),
    Study(
        name="interrupted_nothing",
        says="No change: found in at most 5 of 100 series",
        says_vi="Không có thay đổi: báo có trong nhiều nhất 5 trên 100 chuỗi",
        draw=nothing,
        run=effect,
        twin=newey_west,
        twin_name="Newey–West",
        band=(92.0, 97.0),
        reason="short series with memory: the notes measured 93.4–94.6",
    ),
    Study(
        name="interrupted_word",
        says="No change: the word effect is not used",
        says_vi="Không có thay đổi: không dùng từ “tác động”",
        draw=nothing,
        run=unclaimed,
        twin=newey_west,
        twin_name="Newey–West",
        band=(97.0, 100.0),
        reason="every check has to pass before the word is used",
    ),
    Study(
        name="interrupted_share",
        says="Change of a monthly share at a date",
        says_vi="Thay đổi của một tỷ lệ theo tháng tại một thời điểm",
        draw=share,
        run=effect,
        twin=binomial,
        twin_name="binomial",
        band=(91.0, 97.0),
        reason="the effect of a share bends with its level: the notes measured 92.7–94.4",
    ),
    Study(
        name="interrupted_share_columns",
        says="The same share, fitted by a package's own way",
        says_vi="Vẫn tỷ lệ đó, ước lượng theo cách có sẵn của gói phần mềm",
        draw=share,
        run=effect,
        twin=two_columns,
        twin_name="two columns, scale X2",
        band=(91.0, 97.0),
        reason="the effect of a share bends with its level: the notes measured 92.7–94.4",
    ),
]
