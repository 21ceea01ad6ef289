"""The words and the table of where a unit or a province stands against full marks and known targets."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.output import Listing, Table
from analysis.display.text import Text, day, joined, percent, text


def said(found: pd.DataFrame) -> Listing:
    """Say how many known targets are reached, that all others are not known, and what cannot be compared."""
    aimed = found.dropna(subset=["target_pct"])
    remarks = [
        target.remark
        for target in policy.official_targets().targets
        if target.remark and target.indicator in set(aimed["row_id"])
    ]
    items = [
        text(
            "Official targets are known for {aimed} of these {all} rows; reached: {reached}. They are set for "
            "provinces or for the country, none for a single unit.",
            aimed=aimed["row_id"].nunique(),
            all=found["row_id"].nunique(),
            reached=int((aimed["state"] == "reached").sum()),
        ),
        text("“Full marks from” is what the index itself asks: more than that earns no further points."),
        *(Text(each.vi, each.en) + Text(".", ".") for each in remarks),
        _full_online(),
    ]
    return Listing(items)


def _full_online() -> Text:
    own = [
        text("{value} by {day}", value=percent(target.value, 0), day=day(target.by))
        for task in policy.directive_4550().tasks
        for target in task.targets
        if target.indicator == "full_online_share" and target.by is not None
    ]
    return text(
        "The target for dossiers settled by full online services ({targets}) cannot be compared: the portal does not "
        "publish how many there are.",
        targets=joined(own, "; "),
    )


def table(found: pd.DataFrame) -> Table:
    """Give every share beside full marks and its target, known targets first, then the furthest from full marks."""
    frame = pd.DataFrame(
        {
            "row_name": found["row_id"].map(labels.row_name),
            "share_pct": found["share_pct"],
            "full_marks_pct": found["full_marks_pct"],
            "target_words": [_target(row) for row in found.itertuples(index=False)],
            "state_name": [_state(row) for row in found.itertuples(index=False)],
        }
    )
    return Table(frame, "targets", text("Shares against full marks and against known targets"))


def _target(row: Any) -> Text:
    if pd.isna(row.target_pct):
        return text("no target known")
    act = policy.official_targets().citations[row.citation].short
    words = {"value": percent(float(row.target_pct), 0), "act": Text(act.vi, act.en)}
    if not isinstance(row.target_by, str):
        return text("{value}, by: {day}", value=words["value"], day=text("not known"))
    return text("{value} by {day} ({act})", day=day(row.target_by), **words)


def _state(row: Any) -> Text:
    if row.state == "no_target":
        return text("full marks") if row.share_pct >= row.full_marks_pct else text("below full marks")
    return {
        "reached": text("reached"),
        "not_reached": text("not reached yet"),
        "missed": text("not reached, the deadline has passed"),
        "below": text("below it; it is set for provinces"),
        "few": text("too few cases to say"),
    }[row.state]
