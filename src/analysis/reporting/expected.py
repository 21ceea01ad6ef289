"""When a source's figures should have come, and through which day: lateness is a fact about dates alone."""

from __future__ import annotations

import datetime
import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from analysis.errors import UsageError

Every = Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
PERIOD = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
PER_YEAR = {"year": 1, "quarter": 4, "month": 12}
LONGEST = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}
DAY = datetime.timedelta(days=1)


class Expectation(BaseModel):
    """What `reports.yml` expects of a source.

    Attributes
    ----------
    every
        The figures come for each day, week (to Sunday), month, quarter or year.
    within_days
        At most so many days after the period has ended; the last of them, INCLUSIVE, is the day it is expected by.
    units_count
        Of how many units there have to be figures, the province among them; not checked if None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Every
    within_days: int = Field(ge=0, strict=True)
    units_count: int | None = Field(default=None, ge=1, strict=True)

    def due(self, today: datetime.date) -> datetime.date:
        """Give the last day of the newest period whose figures have to be here on this day."""
        return last_end(self.every, today - DAY * (self.within_days + 1))

    def expected_by(self, day: datetime.date) -> datetime.date:
        """Give the day by which the figures of a day have to come, INCLUSIVE: with those of its whole period."""
        end = last_end(self.every, day)
        return (end if end == day else last_end(self.every, end + DAY * LONGEST[self.every])) + DAY * self.within_days


def last_end(every: Every, day: datetime.date) -> datetime.date:
    """Give the last day, up to this one (INCLUSIVE), on which a period ends."""
    after = day + DAY
    starts = {
        "daily": after,
        "weekly": after - DAY * after.weekday(),
        "monthly": after.replace(day=1),
        "quarterly": after.replace(month=after.month - (after.month - 1) % 3, day=1),
        "yearly": after.replace(month=1, day=1),
    }
    return starts[every] - DAY


def periods(first: str, last: str) -> list[str]:
    """List the years, quarters or months from one to another, both INCLUSIVE; both have the same form.

    Raises
    ------
    UsageError
        If they have not, or are no periods, or the last comes before the first.
    """
    per_year, start = _position(first)
    same, end = _position(last)
    if per_year != same or end < start:
        raise UsageError(
            f"There are no periods from {first} to {last}",
            where="--from, --to",
            allowed="two years, quarters or months in order, such as 2026-Q1 and 2026-Q3",
        )
    return [written(n, per_year) for n in range(start, end + 1)]


def written(place: int, per_year: int) -> str:
    """Write the period at a place in the count of all years, quarters or months."""
    forms = {1: "{year}", 4: "{year}-Q{part}", 12: "{year}-{part:02d}"}
    return forms[per_year].format(year=place // per_year, part=place % per_year + 1)


def _position(period: str) -> tuple[int, int]:
    """Give how many such periods a year has, and this one's place in the count of them."""
    found = PERIOD.fullmatch(period)
    if not found:
        raise UsageError(f"{period!r} is no period", where="--from, --to", allowed="2026, 2026-Q3 or 2026-08")
    per_year = 12 if found["month"] else 4 if found["quarter"] else 1
    return per_year, int(found["year"]) * per_year + int(found["month"] or found["quarter"] or 1) - 1


def first_day(period: str) -> datetime.date | None:
    """Give the first day of "2026", "2026-Q3" or "2026-08"; None if the period is none of these."""
    found = PERIOD.fullmatch(period)
    if not found:
        return None
    return datetime.date(int(found["year"]), int(found["month"] or int(found["quarter"] or 1) * 3 - 2), 1)


def last_day(period: str) -> datetime.date | None:
    """Give the last day of "2026", "2026-Q3" or "2026-08"; None if the period is none of these."""
    found = PERIOD.fullmatch(period)
    if not found:
        return None
    month = int(found["month"] or int(found["quarter"] or 4) * 3)
    year = int(found["year"])
    return datetime.date(year + month // 12, month % 12 + 1, 1) - DAY
