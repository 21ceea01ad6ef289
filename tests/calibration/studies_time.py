"""Cases over time, and shares over months: how long, whether a mix or a change, whether a target will be met."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import curve_fit
from scipy.special import expit, logit
from scipy.stats import gamma

from analysis.methods.decompose import Decomposition, decompose
from analysis.methods.forecast import forecast
from analysis.methods.reach import reach
from analysis.methods.survival import restricted_mean, share_by
from analysis.methods.turnaround import turnaround
from calibration.harness import Found, Study, once

LIMIT = 10.0


def received(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw cases received over 60 days in growing numbers: days to their end, and days until they were last seen."""
    day = 60 * np.sqrt(rng.uniform(size=400))
    return rng.gamma(2.0, LIMIT / 2.6926, 400), 60 - day  # three in four end within the limit


def cases(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    days, seen = received(rng)
    ended = days <= seen
    elapsed = np.where(ended, days, seen)
    end = np.where(ended, "finished", "open")
    return pd.DataFrame({"elapsed_days": elapsed, "limit_days": LIMIT, "end": end}), 75.0


def followed(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = turnaround(data).estimates[0]
    return found.low, found.high


def finished_only(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    done = data[data["end"] == "finished"]
    share = (done["elapsed_days"] <= LIMIT).mean()
    half = 1.96 * np.sqrt(share * (1 - share) / len(done))
    return 100 * (share - half), 100 * (share + half)


def waits(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    days, seen = received(rng)
    table = pd.DataFrame({"time": np.minimum(days, seen), "end": np.where(days <= seen, "done", "open")})
    grid = np.linspace(0, 20, 20_001)
    return table, float(np.trapezoid(gamma.sf(grid, 2, scale=LIMIT / 2.6926), grid))


def area(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = restricted_mean(data, ["done"], 20)
    return found.low, found.high


def mean_of_done(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    done = data.loc[data["end"] == "done", "time"].clip(upper=20)
    half = 1.96 * done.std() / np.sqrt(len(done))
    return done.mean() - half, done.mean() + half


def competing(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Draw cases of which some are withdrawn before they could end: two clocks, of which the first to strike counts."""
    done, left = rng.exponential(10, 400), rng.exponential(20, 400)
    seen = 60 * (1 - np.sqrt(rng.uniform(size=400)))
    time = np.minimum(np.minimum(done, left), seen)
    end = np.select([time == seen, time == left], ["open", "withdrawn"], default="finished")
    rate = 1 / 10 + 1 / 20
    return pd.DataFrame({"time": time, "end": end}), float((1 - np.exp(-rate * LIMIT)) / 10 / rate)


def by_ends(ends: list[str]):
    def run(data: pd.DataFrame, rng: np.random.Generator) -> Found:
        """Ask what share is finished by the limit; ends that are not named count as cases that wait on."""
        found = share_by(data, ends, LIMIT)[0]
        return found.low, found.high

    return run


def shifted_mix(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Every kind's share rises by 5 points while the cases move to the kinds with low shares."""
    rows = []
    for period, weights, rise in (("2024", (0.5, 0.3, 0.2), 0.0), ("2025", (0.2, 0.3, 0.5), 0.05)):
        counts = rng.multinomial(3000, weights)
        for kind, count, chance in zip("abc", counts, (0.8, 0.6, 0.3), strict=True):
            rows.append((kind, period, int(rng.binomial(count, chance + rise)), int(count)))
    return pd.DataFrame(rows, columns=["group", "period", "hits", "total"]), 5.0


@once
def split(data: pd.DataFrame, rng: np.random.Generator) -> Decomposition:
    return decompose(data, rng)


def within(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = split(data, rng).estimate("within")
    return found.low, found.high


def whole_change(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = split(data, rng).estimate("change")
    return found.low, found.high


def along_a_curve(
    level: float, ceiling: float, rng: np.random.Generator, *, dies_off: bool = False
) -> tuple[pd.DataFrame, float]:
    """Give 30 months of a share on an S-curve that has come to `level`, and where it stands 12 months on.

    The noise is that of the share on the logit, or of what share of the ceiling is reached, so that it dies off there.
    """
    slope = rng.uniform(0.05, 0.15)
    time = np.arange(42) - 29
    disturbed = np.empty(42)
    disturbed[0] = rng.normal()
    for month in range(1, 42):
        disturbed[month] = 0.3 * disturbed[month - 1] + np.sqrt(1 - 0.3**2) * rng.normal()
    line, noise = logit(level / ceiling) + slope * time, 0.08 * disturbed
    share = ceiling * expit(line + noise) if dies_off else expit(logit(ceiling * expit(line)) + noise)
    months = pd.period_range("2022-01", periods=30, freq="M").astype(str)
    return pd.DataFrame({"month": months, "share_pct": 100 * share[:30]}), float(100 * share[-1])


def adoption(level: float, *, dies_off: bool = False):
    def draw(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
        return along_a_curve(level, rng.uniform(max(0.4, level + 0.1), 1.0), rng, dies_off=dies_off)

    return draw


def levelled_off(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Give a share that has come most of the way to a ceiling far below one half."""
    ceiling = rng.uniform(0.05, 0.3)
    return along_a_curve(ceiling * rng.uniform(0.6, 0.95), ceiling, rng)


def foreseen(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = reach(data, 80, "2025-06", rng=rng).estimate("share_pct")
    return found.low, found.high


def to_the_ceiling_of_100(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Fit a straight line on the logit: the ceiling is 100% and months are independent."""
    time, outcome = np.arange(len(data)), logit(data["share_pct"] / 100)
    (start, slope), covariance = curve_fit(lambda at, start, slope: start + slope * at, time, outcome)
    at = len(data) + 11
    residual = outcome - start - slope * time
    error = np.sqrt(covariance[0, 0] + at**2 * covariance[1, 1] + 2 * at * covariance[0, 1] + residual.var(ddof=2))
    middle = start + slope * at
    return tuple(100 * expit([middle - 1.96 * error, middle + 1.96 * error]))


def seasonal(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Give 36 months with a trend that wanders, and where the share stands 9 months on."""
    time = np.arange(45)
    wander = np.cumsum(0.1 * rng.normal(size=45))
    share = 100 * expit(-0.5 + 0.01 * time + 0.2 * np.sin(2 * np.pi * time / 12) + wander + 0.03 * rng.normal(size=45))
    months = pd.period_range("2021-01", periods=36, freq="M").astype(str)
    return pd.DataFrame({"month": months, "share_pct": share[:36]}), float(share[-1])


def nine_ahead(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    found = forecast(data, 9).estimate("ahead_9")
    return found.low, found.high


def line_and_season(data: pd.DataFrame, rng: np.random.Generator) -> Found:
    """Fit a line and a season by least squares, months independent."""
    time = np.arange(len(data) + 9)
    turn = 2 * np.pi * time / 12
    design = np.column_stack([np.ones_like(time), time, np.sin(turn), np.cos(turn)])
    outcome = logit(data["share_pct"] / 100)
    own = design[: len(data)]
    fitted, *_ = np.linalg.lstsq(own, outcome, rcond=None)
    spread = np.sqrt(((outcome - own @ fitted) ** 2).sum() / (len(data) - 4))
    error = spread * np.sqrt(1 + design[-1] @ np.linalg.inv(own.T @ own) @ design[-1])
    return tuple(100 * expit(design[-1] @ fitted + np.array([-1.96, 1.96]) * error))


STUDIES = [
    Study(
        name="turnaround",
        says="Cases finished within their limit while volume grows",
        says_vi="Hồ sơ xong trong hạn khi số tiếp nhận tăng dần",
        draw=cases,
        run=followed,
        twin=finished_only,
        twin_name="finished cases only",
    ),
    Study(
        name="restricted_mean",
        says="Mean time to the end, up to 20 days",
        says_vi="Thời gian trung bình đến khi xong, tính đến 20 ngày",
        draw=waits,
        run=area,
        twin=mean_of_done,
        twin_name="finished cases only",
    ),
    Study(
        name="competing_ends",
        says="Cases finished by a day while others are withdrawn",
        says_vi="Hồ sơ xong trong hạn khi có hồ sơ khác được rút lại",
        draw=competing,
        run=by_ends(["finished", "withdrawn"]),
        twin=by_ends(["finished"]),
        twin_name="withdrawn cases as if they waited on",
    ),
    Study(
        name="decompose_within",
        says="What the kinds of cases themselves gained while the mix moved",
        says_vi="Phần tăng của chính các loại hồ sơ khi cơ cấu thay đổi",
        draw=shifted_mix,
        run=within,
        twin=whole_change,
        twin_name="change of the whole",
    ),
    *(
        Study(
            name=f"reach_{level}",
            says=f"Share a year ahead on an S-curve that has come to {level}%",
            says_vi=f"Tỷ lệ sau một năm trên đường cong chữ S đã đạt {level}%",
            draw=adoption(level / 100),
            run=foreseen,
            twin=to_the_ceiling_of_100,
            twin_name="line on the logit, ceiling 100%",
            band=(91.0, 98.0),
            reason="the ceiling is hardly seen early on: the notes measured 92.7–95.3",
        )
        for level in (20, 40, 70)
    ),
    Study(
        name="reach_low",
        says="Share a year ahead on an S-curve that levels off below 30%",
        says_vi="Tỷ lệ sau một năm trên đường cong chữ S chững lại ở mức dưới 30%",
        draw=levelled_off,
        run=foreseen,
        twin=to_the_ceiling_of_100,
        twin_name="line on the logit, ceiling 100%",
        band=(91.0, 98.0),
        reason="the ceiling is hardly seen early on: the notes measured 92.7–95.3",
    ),
    Study(
        name="reach_quiet",
        says="Share a year ahead on an S-curve that has come to 40%, its noise dying off near the ceiling",
        says_vi="Tỷ lệ sau một năm trên đường cong chữ S đã đạt 40%, dao động nhỏ dần khi gần mức trần",
        draw=adoption(0.4, dies_off=True),
        run=foreseen,
        twin=to_the_ceiling_of_100,
        twin_name="line on the logit, ceiling 100%",
        band=(93.0, 100.0),
        reason="the noise of the share is taken not to die off, so it may hold more than it promises",
    ),
    Study(
        name="forecast",
        says="Share nine months ahead, trend that wanders",
        says_vi="Tỷ lệ sau chín tháng, xu thế không ổn định",
        draw=seasonal,
        run=nine_ahead,
        twin=line_and_season,
        twin_name="line and season, months independent",
        band=(85.0, 97.0),
        reason="the model is chosen on the same 36 months, and its parameters count as known",
        few=80,
    ),
]
