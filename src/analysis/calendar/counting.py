"""Whole working days and working hours between moments, for millions at once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.calendar.days import HOME, Days, Floats, table
from analysis.errors import UsageError

# a column, an array, or one moment that stands for all
Times = pd.Series | pd.Index | npt.NDArray[Any] | Sequence[Any] | datetime.date | np.datetime64
Numbers = pd.Series | npt.NDArray[Any] | Sequence[float] | float
Spell = tuple[Times, Times]

HOURS_A_DAY = 8
# 7:00–11:30 and 13:30–17:00: hours of the clock, and the hours worked by then (domain notes §5.4)
CLOCK = (7.0, 11.5, 13.5, 17.0)
DONE = (0.0, 4.5, 4.5, 8.0)


def as_times(values: Times) -> Days:
    """Give moments as datetime64[us].

    Raises
    ------
    UsageError
        If they are not moments, or carry a time zone: a wall clock is needed to know the day.
    """
    plain = isinstance(values, np.ndarray) and values.dtype.kind == "M"
    try:
        found: Any = values if plain else pd.to_datetime(values, format="ISO8601")
        zone = found.dt.tz if isinstance(found, pd.Series) else getattr(found, "tz", None)
        if zone is None:
            single = not hasattr(found, "__len__")
            return np.asarray(found.to_datetime64() if single and not plain else found, dtype="datetime64[us]")
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"These are not dates or times: {error}", allowed="dates and times, ISO if text, or missing"
        ) from None
    raise UsageError(
        f"These times are in the zone {zone}",
        allowed="the agency's wall clock, without a zone",
        next_step="convert with .dt.tz_convert(zone of the agency).dt.tz_localize(None)",
    )


def as_days(values: Times) -> Days:
    """Give the date of each moment as datetime64[D]."""
    return as_times(values).astype("datetime64[D]")


def working_days(start: Times, end: Times, *, suspended: Spell | None = None, country: str = HOME) -> Floats:
    """Count working days from one date to another: `start` EXCLUSIVE, `end` INCLUSIVE.

    Monday to the same Monday is 0, to Tuesday 1, Friday to Monday 1, Saturday to Monday 1. The time of day plays no
    part. An end before the start gives minus the count of the way back.

    Parameters
    ----------
    start, end
        Wall clock without a zone; columns are matched by position, one moment stands for all.
    suspended
        When a supplement was asked for and when it was answered. The working days of that spell, as far as it lies
        between `start` and `end`, are not counted. Asked and not answered: the clock stands still until `end`.
    country
        ISO 3166-1 alpha-2; a country without overrides has its weekends and legal holidays only.

    Returns
    -------
    numpy.ndarray of float64
        Whole days; NaN where the start or the end is missing.

    Raises
    ------
    UsageError
        If the moments carry a zone or are none, or the country is not known.
    DataContractError
        If a date lies outside 2000 to 2060, or the overrides are not valid.
    """
    known = table(country)
    first, last = (known.numbers[known.positions(as_days(moment))] for moment in (start, end))
    elapsed: Floats = last - first
    if suspended is None:
        return elapsed
    asked, answered = (known.numbers[known.positions(as_days(moment))] for moment in suspended)
    resumed = np.where(np.isnan(answered), last, answered)
    waited = np.minimum(resumed, last) - np.maximum(asked, first)
    # fmax takes a missing wait, and one that lies outside, as none
    return np.asarray(elapsed - np.fmax(waited, 0))


def working_hours(start: Times, end: Times) -> Floats:
    """Count the hours of work between two moments in a Vietnamese office: 7:00–11:30 and 13:30–17:00, 8 a day.

    Returns
    -------
    numpy.ndarray of float64
        Hours; NaN where a moment is missing; an end before the start gives minus the hours of the way back.

    Raises
    ------
    UsageError, DataContractError
        As `working_days`.
    """
    return np.asarray(_hours_until(as_times(end)) - _hours_until(as_times(start)))


def _hours_until(times: Days) -> Floats:
    known = table(HOME)
    days = times.astype("datetime64[D]")
    place = known.positions(days)
    worked = known.worked[place]
    done = np.interp((times - days) / np.timedelta64(1, "h"), CLOCK, DONE)
    return np.asarray(HOURS_A_DAY * (known.numbers[place] - worked) + worked * done)


def add_working_days(start: Times, days: Numbers, *, country: str = HOME) -> Days:
    """Give the date that lies a number of working days after a date: `working_days(start, it)` is `days` again.

    Returns
    -------
    numpy.ndarray of datetime64[us]
        Midnight of a working day; the start's own date, worked or not, for 0 days; a negative number counts back; NaT
        where the start or the number is missing.

    Raises
    ------
    UsageError
        If a number is not whole, or the date lies outside 2000 to 2060; else as `working_days`.
    """
    first, count = as_days(start), whole(days)
    known = table(country)
    ordinal = known.numbers[known.positions(first)] + count
    return np.where(count == 0, first, known.number(ordinal)).astype("datetime64[us]")


def whole(days: Numbers) -> Floats:
    """Give numbers of days as float64, NaN for missing; a part of a day is an error."""
    if isinstance(days, pd.Series):
        days = days.to_numpy(np.float64, na_value=np.nan)
    count = np.asarray(days, dtype=np.float64)
    if (count % 1 > 0).any():
        raise UsageError("A number of days is not whole", allowed="whole days, or missing")
    return count
