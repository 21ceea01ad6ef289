"""The words and tables of what is waiting, what is sent back, and which procedures take longest."""

from __future__ import annotations

import pandas as pd

from analysis.display import results
from analysis.display.output import Listing, Prose, Table
from analysis.display.processing import time_and_share
from analysis.display.text import Text, joined, number, percent, period, text
from analysis.indicators import names
from analysis.methods.funnel import Funnel
from analysis.methods.turnaround import Turnaround


def lead(found: pd.DataFrame, left: int, quarter: str) -> Prose:
    """Say how much is pending, how much of it overdue, and whether the merger left anything behind."""
    pending, overdue = int(found["pending_count"].sum()), int(found["overdue_count"].sum())
    words = [
        text(
            "At the end of {quarter}, {pending} dossiers were pending, {overdue} of them overdue.",
            quarter=period(quarter),
            pending=pending,
            overdue=overdue,
        )
    ]
    if left:
        words.append(
            text(
                "{left} of them lie with units that have received nothing since the merger of 1 July 2025: somebody "
                "has to be named who answers for them.",
                left=left,
            )
        )
    else:
        words.append(text("None lies with a unit that has received nothing since the merger of 1 July 2025."))
    return Prose(joined(words))


def by_age(found: pd.DataFrame, quarter: str) -> Table:
    """Give what is pending by its age."""
    rows = found.assign(age_name=found["from_months"].map(_age))
    caption = text("Pending at the end of {quarter}, by how long ago it was received", quarter=period(quarter))
    return Table(rows[["age_name", "pending_count", "overdue_count", "undated_count"]], "backlog", caption)


def supplements(asked: pd.DataFrame, share: pd.DataFrame, fields: Funnel, source_id: str) -> Listing:
    """Say how many dossiers are sent back, how often more than once, and whether a field stands out.

    Parameters
    ----------
    asked
        As `indicators.processing.requests` counts.
    share
        `methods.wilson` of the dossiers sent back.
    fields
        The fields against each other.
    """
    row, counted = share.iloc[0], asked.iloc[0]
    items = [
        text(
            "{share} ({low} to {high}) of {dossiers} dossiers were sent back for a supplement; {requests} requests per "
            "100 dossiers.",
            share=percent(row["share_pct"]),
            low=percent(row["low_pct"]),
            high=percent(row["high_pct"]),
            dossiers=int(counted["dossiers_count"]),
            requests=number(100 * counted["requests_count"] / counted["dossiers_count"], 1),
        ),
        text(
            "{again} requests were not the first for their dossier; the rule allows one.",
            again=int(counted["requests_count"] - counted["sent_back_count"]),
        ),
    ]
    known = names.field_names(source_id)
    above = [known.get(str(code), str(code)) for code in fields.units.query("verdict == 'above'")["unit"]]
    if above:
        items.append(
            text(
                "Of {compared} fields these are sent back more often than chance and the usual differences explain: "
                "{names}.",
                compared=len(fields.units),
                names="; ".join(above),
            )
        )
    else:
        items.append(
            text(
                "Of {compared} fields none is sent back more often than chance and the usual differences explain.",
                compared=len(fields.units),
            )
        )
    return Listing(items)


def slowest(found: Turnaround, cases: pd.DataFrame, source_id: str, *, compared: int) -> Table:
    """Give the procedures that take longest, with intervals that hold for all that were compared.

    Parameters
    ----------
    found
        The slowest procedures' cases, followed, each procedure a cohort.
    cases
        The same cases.
    compared
        How many procedures had enough cases; the level of `found` allows for so many.
    """
    limits = cases.groupby("cohort")["limit_days"].median()
    rows = found.cohorts.sort_values("mean_days", ascending=False)
    frame = pd.DataFrame(
        {
            "procedure_name": rows["cohort"].replace(names.procedure_names(source_id)),
            "limit_middle_days": rows["cohort"].map(limits),
            "followed_count": rows["received_count"],
            **{name: rows[name] for name in ("mean_days", "mean_low_days", "mean_high_days", "on_time_pct", "low_pct",
                                             "high_pct")},
        }
    )  # fmt: skip
    caption = text(
        "The procedures that take longest, of {compared}, with {days} working days counted at most; the intervals "
        "allow for comparing all of them at once, so the order inside the table is not sure",
        compared=compared,
        days=number(found.horizon_days, 0),
    )
    return Table(frame, "slowest", caption, merged=time_and_share())


def keep_their_limit(found: Funnel, source_id: str) -> Prose:
    """Say whether any procedure keeps its limit less often than the others do."""
    known = names.procedure_names(source_id)
    below = [known.get(str(code), str(code)) for code in found.units.query("verdict == 'below'")["unit"]]
    if below:
        words = text(
            "Of {compared} procedures these keep their limit less often than chance and the usual differences explain: "
            "{names}.",
            compared=len(found.units),
            names="; ".join(below),
        )
    else:
        words = text(
            "Of {compared} procedures none keeps its limit less often than chance and the usual differences explain; "
            "how long a procedure in the table takes is to be read beside its limit.",
            compared=len(found.units),
        )
    return Prose(words)


def checked(found: Turnaround) -> Listing:
    """Give what was checked of the cases followed."""
    return Listing([results.said(check.says) for check in found.checks])


def _age(months: int) -> Text:
    return {
        0: text("in the last month"),
        1: text("in the month before"),
        2: text("2 to 3 months before"),
        4: text("4 to 6 months before"),
        7: text("7 months before or earlier"),
    }[months]
