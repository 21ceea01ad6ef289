"""When a report is due: five cron fields, or a word for some, in the time of Viet Nam."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import takewhile

from cronsim import CronSim, CronSimError

from analysis.reporting.clock import ZONE, local

WORDS = {
    "daily": "0 6 * * *",
    "weekly": "0 6 * * 1",
    "monthly": "0 6 1 * *",
    "quarterly": "0 6 1 1,4,7,10 *",
    "yearly": "0 6 1 1 *",
}
SECOND = datetime.timedelta(seconds=1)


def check(schedule: str) -> str:
    """Give a schedule back if it is one.

    Raises
    ------
    ValueError
        If it is neither a word nor five cron fields that name a time.
    """
    try:
        if schedule not in WORDS and len(schedule.split()) != 5:
            raise CronSimError("not five fields")
        next(_times(schedule, datetime.datetime(2026, 1, 1)))
    except (CronSimError, StopIteration) as error:
        words = ", ".join(WORDS)
        raise ValueError(f"{error}; one of {words}, or five cron fields such as '0 6 1 * *'") from None
    return schedule


def last(schedule: str, at: datetime.datetime) -> datetime.datetime:
    """Give the newest scheduled time up to a moment (INCLUSIVE)."""
    before = _naive(at) + SECOND
    return next(_times(schedule, before, backwards=True)).replace(tzinfo=ZONE)


def following(schedule: str, at: datetime.datetime) -> datetime.datetime:
    """Give the first scheduled time after a moment (EXCLUSIVE)."""
    return next(_times(schedule, _naive(at))).replace(tzinfo=ZONE)


def between(schedule: str, after: datetime.datetime, until: datetime.datetime) -> Iterator[datetime.datetime]:
    """Give the scheduled times after one moment (EXCLUSIVE) and up to another (INCLUSIVE)."""
    end = _naive(until)
    for time in takewhile(lambda time: time <= end, _times(schedule, _naive(after))):
        yield time.replace(tzinfo=ZONE)


def _naive(moment: datetime.datetime) -> datetime.datetime:
    return local(moment).replace(tzinfo=None)


def _times(schedule: str, start: datetime.datetime, *, backwards: bool = False) -> Iterator[datetime.datetime]:
    return CronSim(WORDS.get(schedule, schedule), start, reverse=backwards)
