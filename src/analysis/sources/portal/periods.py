"""Periods as the portal asks for them: a year, a quarter or a month, on Vietnam's calendar."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from analysis.errors import UsageError

Grain = Literal["month", "quarter", "year"]

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_FORM = re.compile(r"(20[0-9]{2})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year, or one quarter (1–4) or month (1–12) of it."""

    year: int
    quarter: int | None = None
    month: int | None = None

    def __str__(self) -> str:
        """Give `2026`, `2026-Q3` or `2026-08`, the form that `parse_period` reads."""
        if self.month:
            return f"{self.year}-{self.month:02}"
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def months(self) -> range:
        """Give the numbers of its months."""
        if self.month:
            return range(self.month, self.month + 1)
        return range(3 * self.quarter - 2, 3 * self.quarter + 1) if self.quarter else range(1, 13)

    @property
    def first_day(self) -> date:
        """Give its first day, INCLUSIVE."""
        return date(self.year, self.months[0], 1)

    @property
    def last_day(self) -> date:
        """Give its last day, INCLUSIVE."""
        last = self.months[-1]
        return date(self.year, last, calendar.monthrange(self.year, last)[1])

    def as_time_type(self) -> dict[str, Any]:
        """Give the request fields of every endpoint but satisfaction."""
        if self.month:
            return {"timeType": "month", "year": self.year, "month": self.month}
        if self.quarter:
            return {"timeType": "quarter", "year": self.year, "quarter": self.quarter}
        return {"timeType": "year", "year": self.year}

    def as_dates(self) -> dict[str, str]:
        """Give the request fields of satisfaction: whole calendar period, both ends INCLUSIVE."""
        return {"fromDate": self.first_day.isoformat(), "toDate": self.last_day.isoformat()}


def parse_period(text: str) -> Period:
    """Read `2026`, `2026-Q3` or `2026-08`.

    Raises
    ------
    UsageError
        Any other form.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no period", allowed="2026, 2026-Q3 or 2026-08")
    year, quarter, month = (int(part) if part else None for part in match.groups())
    assert year is not None  # the pattern has no match without a year
    return Period(year, quarter, month)


def period_range(first: str, last: str, *, by: Grain = "month") -> tuple[Period, ...]:
    """Give every month, quarter or year that shares a month with the range, oldest first.

    Parameters
    ----------
    first, last
        Periods of any of the three forms, both INCLUSIVE.
    by
        The grain of the periods given back.

    Raises
    ------
    UsageError
        A form that is no period, an unknown grain, or an end before the beginning.
    """
    start, end = parse_period(first).first_day, parse_period(last).last_day
    if start > end:
        raise UsageError(f"the range ends ({last}) before it begins ({first})", allowed="an end on or after it")
    makers = {
        "month": lambda year, month: Period(year, month=month),
        "quarter": lambda year, month: Period(year, quarter=(month + 2) // 3),
        "year": lambda year, month: Period(year),
    }
    if by not in makers:
        raise UsageError(f"{by!r} is no grain of periods", allowed=", ".join(makers))
    months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    return tuple(dict.fromkeys(makers[by](number // 12, number % 12 + 1) for number in months))


def refuse_future(periods: tuple[Period, ...], today: date) -> None:
    """Refuse periods that have not begun; the portal's answer for them is not known.

    Raises
    ------
    UsageError
        A period whose first day is after `today`.
    """
    future = [str(period) for period in periods if period.first_day > today]
    if future:
        raise UsageError(
            f"the period has not begun: {', '.join(future)}",
            allowed=f"periods that began on or before {today.isoformat()}",
            next_step="end the range earlier; a period still open may be asked for and counts as provisional",
        )


def date_in_vietnam(moment: datetime) -> date:
    """Give the calendar day in Vietnam of an aware moment."""
    return moment.astimezone(VIETNAM).date()
