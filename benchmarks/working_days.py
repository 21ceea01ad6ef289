"""Count working days over many intervals with `analysis.calendar`, numpy and pandas, in one run; print the ratios.

Run: `python benchmarks/working_days.py [MILLIONS]`. Numpy and pandas know no make-up Saturdays: both get a week of
seven days in which every day not worked is a holiday, so that all count the same days and must agree. Pandas walks
from interval to interval and is measured on a sample. Quote the ratios, not the times.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from side_by_side import record

from analysis.calendar import add_working_days, day_index, due_at, working_days, working_hours

SAMPLE = 20_000


def intervals(count: int) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(20241104)
    received = np.datetime64("2023-01-01", "us") + rng.integers(0, 1_300 * 86_400, count).astype("timedelta64[s]")
    finished = received + rng.exponential(9 * 86_400, count).astype("timedelta64[s]")
    finished[rng.random(count) < 0.05] = np.datetime64("NaT")
    return pd.Series(received), pd.Series(finished)


def timed(work: Callable[[], npt.NDArray[np.generic]]) -> tuple[float, npt.NDArray[np.generic]]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def by_numpy(start: pd.Series, end: pd.Series, calendar: np.busdaycalendar) -> npt.NDArray[np.float64]:
    there = end.notna().to_numpy()
    first, last = (column.to_numpy()[there].astype("datetime64[D]") + 1 for column in (start, end))
    counted = np.full(len(start), np.nan)
    counted[there] = np.busday_count(first, last, busdaycal=calendar)
    return counted


def by_pandas(start: pd.Series, end: pd.Series, day: pd.offsets.CustomBusinessDay) -> npt.NDArray[np.float64]:
    next_day = pd.Timedelta(days=1)
    spans = zip(start.dt.normalize() + next_day, end.dt.normalize(), strict=True)
    return np.array([len(pd.date_range(a, b, freq=day)) if b is not pd.NaT else np.nan for a, b in spans])


def main() -> None:
    count = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 10_000_000
    start, end = intervals(count)
    days = day_index(date(2022, 12, 1), date(2028, 12, 31))
    rest = days.loc[days["working"] == 0, "date"].to_numpy().astype("datetime64[D]")
    calendar = np.busdaycalendar(weekmask="1111111", holidays=rest)
    custom = pd.offsets.CustomBusinessDay(calendar=calendar)
    working_days(start[:1], end[:1])  # the day table is built once, here

    ours, counted = timed(lambda: working_days(start, end))
    numpy_seconds, by_busday = timed(lambda: by_numpy(start, end, calendar))
    few_ours, _ = timed(lambda: working_days(start[:SAMPLE], end[:SAMPLE]))
    few, by_custom = timed(lambda: by_pandas(start[:SAMPLE], end[:SAMPLE], custom))
    np.testing.assert_array_equal(counted, by_busday)
    np.testing.assert_array_equal(counted[:SAMPLE], by_custom)

    spell = (start + pd.Timedelta(days=1), start + pd.Timedelta(days=4))
    rows = {
        "working_days": ours,
        "numpy.busday_count": numpy_seconds,
        "working_days, supplement taken off": timed(lambda: working_days(start, end, suspended=spell))[0],
        "working_hours": timed(lambda: working_hours(start, end))[0],
        "add_working_days": timed(lambda: add_working_days(start, 10))[0],
        "due_at": timed(lambda: due_at(start, 10))[0],
        "due_at, supplement awaited": timed(lambda: due_at(start, 10, suspended=spell))[0],
    }
    table = [
        {"way": label, "wall s": f"{seconds:.2f}", "times working_days": f"{seconds / ours:.1f}"}
        for label, seconds in rows.items()
    ]
    table.append(
        {
            "way": f"pandas CustomBusinessDay, on {SAMPLE:,} of them",
            "wall s": f"{few:.2f}",
            "times working_days": f"{few / few_ours:.0f}",
        }
    )
    title = f"Working days of {count:,} intervals"
    record("working_days", title=title, command="python benchmarks/working_days.py", rows=table)


if __name__ == "__main__":
    main()
