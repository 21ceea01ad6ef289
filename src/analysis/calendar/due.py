"""When a result is due: the time limit of a procedure laid on the calendar."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.calendar.counting import CLOCK, Numbers, Spell, Times, add_working_days, as_days, as_times, whole
from analysis.calendar.days import HOME, Days, Floats, table

Counted = Literal["working_days", "calendar_days"]


def due_at(
    received: Times, limit_days: Numbers, *, counted: Counted = "working_days", suspended: Spell | None = None
) -> Days:
    """Give when a Vietnamese office owes the result of a dossier.

    The day of receipt is not counted (Civil Code 91/2015/QH13, Art. 147) and the clock time of receipt is kept, moved
    into office hours, as CaculateTime.cs does (domain notes §5.4). A dossier received after 17:00 counts as received
    at 7:00 of the next day. In working days, one received on a day off also counts as received at 7:00 of the next
    working day; in calendar days, a limit that ends on a day off ends on the next working day (Art. 148). By the Code
    the last day counts to its end: judge on time by dates.

    While a supplement is awaited the clock stands still: the days of that spell, counted as the limit is, are added
    to the limit; a request made after the due date adds none. (Whether the decree on the one-stop mechanism lets the
    clock go on or start anew is not known; its text was not found.) CaculateTime.cs instead adds the wait in calendar
    days less one to the old due time, then one working day: a wait over days off gives the office working days that
    nobody waited, while a date pushed onto days off loses them. It also takes a make-up Saturday for a rest day.

    Parameters
    ----------
    received
        Wall clock without a zone.
    limit_days
        Whole days.
    counted
        What the limit counts.
    suspended
        When a supplement was asked for (missing: never) and when it was answered (missing: still awaited).

    Returns
    -------
    numpy.ndarray of datetime64[us]
        Within office hours of a working day; NaT where the receipt or the limit is missing, or a supplement is
        still awaited.

    Raises
    ------
    UsageError, DataContractError
        As `add_working_days`.
    """
    times = as_times(received)
    day = times.astype("datetime64[D]")
    clock = (times - day) / np.timedelta64(1, "h")
    late = clock > CLOCK[-1]
    opened = day + late
    if counted == "working_days":
        opened = _next_open(opened)
    limit = whole(limit_days)
    last = _after(opened, limit, counted)
    if suspended is not None:
        last = _after(opened, limit + _waited(last, suspended, counted), counted)
    hours = np.where(late | (opened != day), CLOCK[0], _office_clock(clock))
    return np.asarray(_next_open(last) + (hours * 3_600_000_000).round().astype("timedelta64[us]"))


def _next_open(days: Days) -> Days:
    """Give each day that is worked, or else the first one worked after it."""
    known = table(HOME)
    place = known.positions(days)
    return known.number(known.numbers[place] + 1 - known.worked[place])


def _after(days: Days, count: Floats, counted: Counted) -> Days:
    if counted == "working_days":
        return as_days(add_working_days(days, count))
    missing = np.isnan(count)
    moved = days + np.where(missing, 0, count).astype("timedelta64[D]")
    return np.where(missing, np.datetime64("NaT", "D"), moved)


def _waited(due: Days, suspended: Spell, counted: Counted) -> Floats:
    asked, answered = (as_days(moment) for moment in suspended)
    if counted == "working_days":
        known = table(HOME)
        wait = known.numbers[known.positions(answered)] - known.numbers[known.positions(asked)]
    else:
        wait = (answered - asked) / np.timedelta64(1, "D")
    return np.where(np.isnat(asked) | (asked > due), 0, np.maximum(wait, 0))


def _office_clock(hours: Floats) -> npt.NDArray[np.float64]:
    """Move a clock time before opening or in the midday break to the opening that follows."""
    opening, noon, afternoon, _ = CLOCK
    return np.where((hours > noon) & (hours < afternoon), afternoon, np.maximum(hours, opening))
