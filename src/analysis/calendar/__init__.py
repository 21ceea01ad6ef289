"""Working days, working hours and due dates of state offices; by default Vietnam's.

A count between two moments leaves the first day out and takes the last one in: received on Monday and finished on
Monday counts 0, finished on Tuesday 1. All times are the agency's wall clock, without a zone.
"""

from analysis.calendar.counting import add_working_days, working_days, working_hours
from analysis.calendar.days import day_index, is_announced
from analysis.calendar.due import due_at
from analysis.calendar.months import month_index
from analysis.calendar.tet import tet

__all__ = [
    "add_working_days",
    "day_index",
    "due_at",
    "is_announced",
    "month_index",
    "tet",
    "working_days",
    "working_hours",
]
