"""The time of the place: schedules and expected-by days are those of Viet Nam, wherever the machine stands."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from analysis.errors import UsageError

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = range(2000, 2101)  # schedules are sought from here, before and after
# a clock may be put back by a little; what lies further ahead was written by one that was wrong
SLACK = datetime.timedelta(days=1)


def local(moment: datetime.datetime | None = None) -> datetime.datetime:
    """Give a moment, or now, in the time of Viet Nam; one without a zone is taken for that already."""
    if moment is None:
        return datetime.datetime.now(ZONE)
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def parse(written: str) -> datetime.datetime:
    """Read a time such as 2026-10-21, 2026-10-21T06:00 or 2026-10-20T23:00Z.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        moment = datetime.datetime.fromisoformat(written)
        if moment.year not in YEARS:
            raise ValueError
        return local(moment)
    except ValueError:
        raise UsageError(
            f"{written!r} is no time", where="--at", allowed="2026-10-21 or 2026-10-21T06:00, Vietnamese time"
        ) from None
