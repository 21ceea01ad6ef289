"""Dossiers followed to their end or to the day they were last seen, for methods of time that count open ones too."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import calendar, facts
from analysis.facts.dossiers import reading

# what a status code says of the end; others are open
ENDS = {"9": "finished", "10": "finished", "3": "not_accepted", "7": "withdrawn", "8": "stopped"}
OPEN = "open"


def followed(
    source_id: str, by: Sequence[str] = (), *, first: str | None = None, last: str | None = None
) -> pd.DataFrame:
    """Give each dossier with a time limit as a case for `methods.turnaround`.

    Parameters
    ----------
    source_id
        A source of dossiers.
    by
        Columns of the dossiers to keep beside, such as `channel` or `unit_code`.
    first, last
        Months of receipt (YYYY-MM), both INCLUSIVE.

    Returns
    -------
    pandas.DataFrame
        One row a dossier: the columns `by`, `cohort` (month of receipt), `elapsed_days` (working days to its end, else
        to the day the source was taken), `limit_days` (working days from receipt to the date it was due), `end`
        (finished, not_accepted, withdrawn, stopped or open). Left out, and counted in `attrs["left_out_count"]`: no due
        date, due before receipt, ended before receipt, ended by its status on a day nobody wrote down.

    Raises
    ------
    UsageError, SourceUnavailableError
        As `facts.dossiers.reading.read`.
    """
    names = ["month", "status_code", "received_at", "finished_at"]
    names += ["processing_working_days", "allowed_working_days"]
    rows = reading.read(source_id, list(dict.fromkeys([*names, *by])), first=first, last=last)
    taken = pd.Timestamp(facts.provenance_of(source_id)[0]["as_of"])
    end = rows["status_code"].map(ENDS).fillna(OPEN)
    # an end that nobody dated cannot be followed; one that is dated counts whatever the status says
    end = end.where(rows["finished_at"].isna() | (end != OPEN), "finished")
    watched = calendar.working_days(rows["received_at"], taken, country=reading.country(source_id))
    elapsed = rows["processing_working_days"].where(end != OPEN, watched)
    known = (rows["allowed_working_days"] > 0) & elapsed.notna() & (elapsed >= 0)
    found = pd.DataFrame(
        {
            **{name: rows[name] for name in by},
            "cohort": rows["month"],
            "elapsed_days": elapsed,
            "limit_days": rows["allowed_working_days"],
            "end": end,
        }
    )[known].reset_index(drop=True)
    found.attrs["left_out_count"] = int((~known).sum())
    return found
