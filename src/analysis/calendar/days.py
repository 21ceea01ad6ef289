"""The days of a country: which are worked, their running number, and whether the government has set them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import paths
from analysis.calendar import overrides
from analysis.errors import DataContractError, UsageError

Days = npt.NDArray[np.datetime64]
Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

HOME = "VN"
# both INCLUSIVE; Vietnam's offices rest on Saturdays only since October 1999 (memory)
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2060, 12, 31)


@dataclass(frozen=True, slots=True, eq=False)
class DayTable:
    """Every day from FIRST to LAST, and one more place at the end for a missing day.

    Attributes
    ----------
    worked
        1 if the day is worked, else 0; NaN if missing.
    numbers
        Days worked from FIRST to the day, both INCLUSIVE; NaN if missing.
    dates
        The days worked, in order: the day whose number is n stands at n - 1.
    set_years
        Years whose days are known to be set; None where no yearly decision sets them.
    """

    worked: Floats
    numbers: Floats
    dates: Days
    set_years: frozenset[int] | None

    def positions(self, days: Days) -> Positions:
        """Give the place of each day in `worked` and `numbers`.

        Raises
        ------
        DataContractError
            If a day lies before FIRST or after LAST.
        """
        size, days = len(self.numbers) - 1, np.asarray(days)
        found = days.astype(np.int64) - np.datetime64(FIRST, "D").astype(np.int64)
        # a missing or an early day wraps round to a huge number: one comparison finds them all
        outside = found.view(np.uint64) >= size
        if outside.any():
            wrong = days[outside & ~np.isnat(days)]
            if wrong.size:
                raise DataContractError(
                    f"{wrong.size} dates lie outside the calendar, such as {wrong.flat[0]}",
                    allowed=f"{FIRST} to {LAST}, or missing",
                    next_step="set those rows aside before counting working days",
                )
            found = np.where(outside, size, found)
        return found

    def number(self, ordinals: Floats) -> Days:
        """Give the day that has each number; NaT for NaN."""
        missing = np.isnan(ordinals)
        places = np.where(missing, 1, ordinals).astype(np.int64) - 1
        if ((places < 0) | (places >= len(self.dates))).any():
            raise UsageError("The working day looked for lies outside the calendar", allowed=f"{FIRST} to {LAST}")
        return np.where(missing, np.datetime64("NaT", "D"), self.dates[places])


def table(country: str) -> DayTable:
    """Give the days of a country, built once for each version of the overrides.

    Raises
    ------
    UsageError
        If `holidays` does not know the country.
    DataContractError
        If the overrides are not valid.
    """
    path = paths.REFERENCE / overrides.FILE
    return _table(country, path, path.stat().st_mtime_ns if path.exists() else 0)


@cache
def _table(country: str, path: Path, modified: int) -> DayTable:
    decided = overrides.read(path).get(country)
    try:
        by_law = holidays.country_holidays(country, years=range(FIRST.year, LAST.year + 1))
    except NotImplementedError:
        raise UsageError(
            f"There is no calendar for the country {country!r}",
            allowed="an ISO 3166-1 alpha-2 code that the library `holidays` covers, such as VN or NL",
        ) from None
    start = np.datetime64(FIRST, "D")
    days = np.arange(start, np.datetime64(LAST, "D") + 1)
    worked = np.array([by_law.is_working_day(day) for day in days.tolist()], dtype=np.float64)
    if decided:
        worked[[(day - FIRST).days for entry in decided.days_off for day in entry.days]] = 0
        worked[[(entry.date - FIRST).days for entry in decided.days_worked]] = 1
    return DayTable(
        worked=np.append(worked, np.nan),
        numbers=np.append(np.cumsum(worked), np.nan),
        dates=days[worked == 1],
        set_years=frozenset(decided.announced) if decided else None,
    )


def is_announced(year: int, *, country: str = HOME) -> bool:
    """Tell whether the government's notice for a year is in the overrides: if not, the calendar is provisional.

    A country without overrides has no yearly decision: its years are all set.
    """
    years = table(country).set_years
    return years is None or year in years


def day_index(first: datetime.date, last: datetime.date, *, country: str = HOME) -> pd.DataFrame:
    """List days for engines that count by look-up: working days = number of the end - number of the start.

    Parameters
    ----------
    first, last
        Both INCLUSIVE.
    country
        ISO 3166-1 alpha-2.

    Returns
    -------
    pandas.DataFrame
        One row a day: `date` (midnight), `working` (1 or 0), `working_day_number` (days worked since 1 January 2000,
        the day itself INCLUSIVE, so that extracts of different spans agree), `announced` (see `is_announced`).

    Raises
    ------
    UsageError
        If `last` is before `first`.
    DataContractError
        If a day lies outside the calendar.
    """
    if last < first:
        raise UsageError(f"The last day {last} is before the first {first}", allowed="first <= last")
    known = table(country)
    ends = known.positions(np.array([first, last], dtype="datetime64[D]"))
    span = slice(int(ends[0]), int(ends[1]) + 1)
    date = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1).astype("datetime64[us]")
    frame = pd.DataFrame({"date": date})
    frame["working"] = known.worked[span].astype(np.int8)
    frame["working_day_number"] = known.numbers[span].astype(np.int32)
    frame["announced"] = True if known.set_years is None else frame["date"].dt.year.isin(known.set_years)
    return frame
