"""The days off around the lunar new year, which moves between January and February."""

from __future__ import annotations

import datetime

import holidays
import numpy as np

from analysis.calendar.days import FIRST, HOME, LAST, table
from analysis.errors import UsageError

FIRST_DAY = "Lunar New Year"


def tet(year: int) -> tuple[datetime.date, datetime.date]:
    """Give the first and the last day off of Tết in Viet Nam, both INCLUSIVE.

    The unbroken run of days without work around the first day of the lunar year, weekends and decided days included.

    Raises
    ------
    UsageError
        If the year lies outside the calendar.
    """
    if not FIRST.year <= year <= LAST.year:
        raise UsageError(f"The calendar has no Tết of {year}", allowed=f"{FIRST.year} to {LAST.year}")
    new_year = lunar_new_year(year)
    worked = table(HOME).worked
    place = (new_year - FIRST).days
    before = int(np.argmax(worked[place::-1] == 1))
    after = int(np.argmax(worked[place:] == 1))
    day = datetime.timedelta(days=1)
    return new_year - (before - 1) * day, new_year + (after - 1) * day


def lunar_new_year(year: int) -> datetime.date:
    """Give the first day of the lunar year by Vietnam's own reckoning, which is that of UTC+7."""
    named = holidays.country_holidays(HOME, years=year, language="en_US")
    return next(day for day, name in named.items() if name == FIRST_DAY)
