"""What each method costs: one series or unit, and 142 of them.

Run: `python benchmarks/methods.py`. Methods that compare units take the 142 at once; methods of one series are called
142 times. Resampling is named: it is what the time of such a method goes into. All data are made up.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from side_by_side import record

from analysis import methods

UNITS = 142
RNG = np.random.default_rng(142)


def months(count: int) -> list[str]:
    return list(pd.period_range("2021-01", periods=count, freq="M").astype(str))


def series(count: int = 48) -> pd.DataFrame:
    value = 40 + 0.5 * np.arange(count) + RNG.normal(size=count)
    return pd.DataFrame({"month": months(count), "value": value, "share_pct": np.clip(value, 1, 99)})


def units(count: int = UNITS) -> pd.DataFrame:
    total = RNG.integers(50, 2000, count)
    names = [f"u{number:03}" for number in range(count)]
    return pd.DataFrame({"unit": names, "total": total, "hits": RNG.binomial(total, 0.85)})


def panel(count: int) -> pd.DataFrame:
    starts = {unit: (18, 24, np.nan)[unit % 3] for unit in range(count)}
    rows = [
        (f"u{unit:03}", period, RNG.normal() + unit, start) for unit, start in starts.items() for period in range(36)
    ]
    return pd.DataFrame(rows, columns=["unit", "period", "value", "start"])


def cases(count: int = 2000) -> pd.DataFrame:
    end = np.where(RNG.uniform(size=count) < 0.9, "finished", "open")
    return pd.DataFrame({"elapsed_days": RNG.poisson(9, count), "limit_days": 10, "end": end})


def values() -> pd.DataFrame:
    return pd.DataFrame({"unit": units()["unit"], "value": RNG.normal(80, 5, UNITS), "se": 1.5})


def changes() -> pd.DataFrame:
    before = values().rename(columns={"value": "before", "se": "before_se"})
    return before.assign(after=before["before"] + RNG.normal(0, 4, UNITS), after_se=1.5)


def p_values() -> pd.DataFrame:
    return pd.DataFrame({"name": units()["unit"], "p": RNG.uniform(size=UNITS)})


def mix() -> pd.DataFrame:
    return pd.concat([units().assign(kind=kind) for kind in "abcde"], ignore_index=True)


def activities(count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = [f"p{number:03}" for number in range(count)]
    rows = [(name, state, "all", 2.0, 1.5, 45_000.0) for name in names for state in ("before", "after")]
    columns = ["procedure", "state", "activity", "hours", "spread", "wage_vnd"]
    return pd.DataFrame(rows, columns=columns), pd.DataFrame({"procedure": names, "annual_count": 100})


def cells() -> pd.DataFrame:
    return pd.concat([units(12).rename(columns={"unit": "group"}).assign(period=period) for period in "12"])


def small() -> pd.DataFrame:
    names = [(unit, channel) for unit in range(UNITS) for channel in ("online", "direct", "post")]
    return pd.DataFrame(names, columns=["unit", "channel"]).assign(count=RNG.integers(0, 60, len(names)))


def climb(count: int = 48) -> pd.DataFrame:
    value = 80 / (1 + np.exp((20 - np.arange(count)) / 5)) + RNG.uniform(size=count)
    return pd.DataFrame({"time": np.arange(count), "value": value})


def measures() -> pd.DataFrame:
    return pd.concat([mix().assign(measure=measure) for measure in ("on time", "online", "digitised")])


def finished(each: int = 400) -> pd.DataFrame:
    table = pd.DataFrame({"unit": np.repeat(units()["unit"], each), "limit_days": 10})
    at, account = pd.date_range("2025-01-01", periods=len(table), freq="h"), RNG.integers(0, 5000, len(table))
    return table.assign(elapsed_days=RNG.poisson(9, len(table)), finished_at=at, account=account)


SCORES = pd.DataFrame(RNG.uniform(size=(UNITS, 8)), columns=list("abcdefgh")).assign(unit=units()["unit"])
SHARES = units()
ONE: dict[str, tuple[Callable[[], object], str]] = {
    "interrupted": (lambda: methods.interrupted(series(), "2024-01", scale="value"), "placebo dates"),
    "breaks": (lambda: methods.breaks(series(), "2024-01", RNG), "399 series"),
    "turnaround": (lambda: methods.turnaround(cases()), ""),
    "decompose": (lambda: methods.decompose(cells(), RNG), "2,000 draws"),
    "reach": (lambda: methods.reach(series(), 80, "2026-06", rng=RNG), "back-test, simulated futures"),
    "forecast": (lambda: methods.forecast(series(), 3), "rolling origins"),
    "growth": (lambda: methods.growth(climb(), 12), ""),
    "integrity": (lambda: methods.integrity(cases()), ""),
    "synthetic (20 donors)": (lambda: methods.synthetic(panel(21).drop(columns="start"), "u000", 24), "placebos"),
    "staggered (34 units)": (lambda: methods.staggered(panel(34), RNG), "999 shuffles, 999 draws"),
}
TOGETHER: dict[str, tuple[Callable[[], object], str]] = {
    "wilson": (lambda: methods.wilson(SHARES["hits"], SHARES["total"]), ""),
    "shrink": (lambda: methods.shrink(units()), ""),
    "funnel": (lambda: methods.funnel(units()), ""),
    "standardise": (lambda: methods.standardise(mix(), strata=["kind"]), ""),
    "spread": (lambda: methods.spread(values().drop(columns="se"), RNG), "jackknife"),
    "ranks": (lambda: methods.ranks(values(), RNG), "largest differences drawn"),
    "composite": (lambda: methods.composite(SCORES, pd.Series(1.0, index=list("abcdefgh")), rng=RNG), "Sobol draws"),
    "burden": (lambda: methods.burden(*activities(UNITS), RNG), "10,000 draws"),
    "multiple": (lambda: methods.multiple(p_values(), p_values()["name"].tolist()), ""),
    "stand_out (3 measures, 5 kinds)": (lambda: methods.stand_out(measures(), strata=["kind"]), ""),
    "improvement": (lambda: methods.improvement(changes()), ""),
    "patterns (56,800 cases)": (lambda: methods.patterns(finished()), ""),
    "most_improved": (lambda: methods.most_improved(changes(), RNG), "largest differences drawn"),
    "safe (426 cells)": (lambda: methods.safe({"a": small()}), "integer program, an attack on each withheld cell"),
}


def best(work: Callable[[], object], times: int = 3) -> float:
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    rows = []
    for name, (work, resampled) in ONE.items():
        one = best(work)
        rows.append(
            {"method": name, "one fit, ms": f"{1000 * one:.1f}", "142 units, s": f"{UNITS * one:.2f}",
             "ms a unit": f"{1000 * one:.1f}", "resampling": resampled}
        )  # fmt: skip
    for name, (work, resampled) in TOGETHER.items():
        whole = best(work)
        rows.append(
            {"method": name, "one fit, ms": f"{1000 * whole:.1f}", "142 units, s": f"{whole:.2f}",
             "ms a unit": f"{1000 * whole / UNITS:.2f}", "resampling": resampled}
        )  # fmt: skip
    record("methods", title="What each method costs", command="python benchmarks/methods.py", rows=rows)


if __name__ == "__main__":
    main()
