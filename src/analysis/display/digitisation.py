"""The words and tables of what is digitised and what comes of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import labels, quarterly
from analysis.display.output import Header, Output, Prose, Table
from analysis.display.text import Text, count, percent, period, text
from analysis.indicators import names

ROWS_SHOWN = 10


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Is what is digitised ever used again?"),
        subtitle=text("Dossiers, results, re-use, databases and electronic work files"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(found: pd.DataFrame, quarter: str) -> Prose:
    """Say how much is digitised beside how much of it is used again."""
    share, low, high, total = (
        dict(zip(found["indicator_id"], found[name].astype(float), strict=True))
        for name in ("share_pct", "low_pct", "high_pct", "total")
    )
    unused = "digitised_not_reused_share"
    words = text(
        "Of {n} dossiers with digitised documents in {quarter}, {unused} ({low} to {high}) took nothing from data "
        "already there. Of all dossiers {digitised} had every document digitised, and {reused} re-used digitised data.",
        quarter=period(quarter),
        digitised=percent(share["digitised_share"]),
        reused=percent(share["reuse_share"]),
        n=count(total[unused]),
        unused=percent(share[unused]),
        low=percent(low[unused]),
        high=percent(high[unused]),
    )
    return Prose(words, style="statement")


def unused(found: pd.DataFrame, source_id: str, quarter: str) -> Table:
    """Give the fields in which most digitised dossiers re-use nothing.

    Parameters
    ----------
    found
        `indicators.digitisation.unused_by_field` joined with `methods.wilson` of its counts.
    """
    top = found.head(ROWS_SHOWN)
    frame = pd.DataFrame(
        {
            "field_name": top["unit"].replace(names.field_names(source_id)),
            "digitised_count": top["total"],
            "not_reused_count": top["hits"],
            **{name: top[name] for name in ("share_pct", "low_pct", "high_pct")},
        }
    )
    caption = text(
        "Where most digitised dossiers re-use nothing: {shown} of {fields} fields, {quarter}",
        shown=len(top),
        fields=len(found),
        quarter=period(quarter),
    )
    return Table(frame, "unused", caption, merged=quarterly.with_interval())


def never(found: pd.DataFrame, source_id: str) -> Prose:
    """Name the procedures whose digitised documents nobody has ever used again within a year."""
    none = found[found["reused_count"] == 0].head(ROWS_SHOWN)
    if none.empty:
        words = text(
            "Of {n} procedures with at least {least} digitised dossiers in a year, each had some re-use.",
            n=len(found),
            least=policy.FEWEST_CASES,
        )
    else:
        known = names.procedure_names(source_id)
        named = [known.get(str(code), str(code)) for code in none["procedure_code"]]
        words = text(
            "Of {n} procedures with at least {least} digitised dossiers in a year, {never} had no re-use at all; the "
            "most digitised of them: {names}.",
            n=len(found),
            least=policy.FEWEST_CASES,
            never=int((found["reused_count"] == 0).sum()),
            names="; ".join(named),
        )
    return Prose(words)


def databases(found: pd.DataFrame, quarter: str) -> list[Output]:
    """Say how many databases are connected and used, and list those that are not."""
    if found.empty:
        return [_not_filled("databases")]
    states = found["state"].value_counts()
    words = text(
        "At the end of {quarter}, {n} databases were in operation, {connected} of them connected; {used} of these were "
        "used by other systems in the year before, {uses} times.",
        quarter=period(quarter),
        n=len(found),
        connected=int(states.get("used", 0) + states.get("unused", 0)),
        used=int(states.get("used", 0)),
        uses=count(found["uses_count"].sum()),
    )
    idle = found[found["state"] != "used"]
    if idle.empty:
        return [Prose(words)]
    frame = pd.DataFrame(
        {
            "database_name": idle["database_name"],
            "operating_from": idle["operating_from"],
            "database_state_name": idle["state"].map(_state),
        }
    )
    caption = text("In operation, but not connected or not used by anybody else; longest in operation first")
    return [Prose(words), Table(frame, "databases", caption)]


def work_files(found: pd.DataFrame, quarter: str) -> list[Output]:
    """Give the share of work files handled electronically by level.

    Parameters
    ----------
    found
        `indicators.digitisation.work_files` joined with `methods.wilson` of its counts.
    """
    if found.empty:
        return [_not_filled("work_files")]
    frame = pd.DataFrame(
        {
            "level_name": found["level"].map(lambda name: text("all") if name == "all" else labels.level_name(name)),
            "work_files_count": found["total"],
            **{name: found[name] for name in ("share_pct", "low_pct", "high_pct", "before_pct")},
        }
    )
    caption = text("Work files handled electronically throughout, {quarter}", quarter=period(quarter))
    return [Table(frame, "work_files", caption, merged=quarterly.with_interval())]


def _state(state: str) -> Text:
    return {"unused": text("connected, not used"), "not_connected": text("not connected")}[state]


def _not_filled(table: str) -> Prose:
    words = text("The table {table} has not been filled in: `analysis template` gives its form.", table=table)
    return Prose(words, style="note")
