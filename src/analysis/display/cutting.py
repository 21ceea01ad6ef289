"""The words, tables and figures of what to cut first: unused limits, papers handed in, what nobody files."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.display import figures, labels
from analysis.display.output import Output, Prose, Table
from analysis.display.simplification import not_filled_in
from analysis.display.text import Text, count, joined, percent, same, text
from analysis.indicators.volumes import LIMITS, RARE
from analysis.methods.ranks import Ranking
from analysis.methods.result import Estimate
from analysis.policy import FEWEST_CASES

TOP = 10
# the cuts in time that Resolution 66 asks for: 30 % in 2025, 50 % in 2026
PARTS = (0.5, 0.7, 1.0)


def limits(found: dict[tuple[float, float], Estimate]) -> Output:
    """Give the shares of dossiers finished within half, 70% and all of their limit, by limit."""
    found = {key: each for key, each in found.items() if each.n >= FEWEST_CASES}
    if not found:
        return _too_few()
    frame = pd.DataFrame(
        [
            {
                "limit_name": _limit(int(group)),
                "part_pct": 100 * part,
                "dossiers_count": float(each.n),
                "share_pct": 100 * each.value,
                "low_pct": 100 * each.low,
                "high_pct": 100 * each.high,
            }
            for (group, part), each in found.items()
        ]
    )
    caption = text(
        "Dossiers of a year finished within a part of their time limit, by limit; open ones are followed too"
    )
    return Table(frame, "limits", caption)


def limits_chart(table: Output) -> Output:
    """Draw the shares finished within half, 70% and all of the limit."""
    if not isinstance(table, Table):
        return _too_few()
    alt = text("For each group of limits, the shares of dossiers finished within half, 70% and all of the limit.")
    names = {100 * part: text("within {part} of the limit", part=percent(100 * part, 0)) for part in PARTS}
    return figures.parts(table, columns=("limit_name", "part_pct", "share_pct"), names=names, alt=alt)


def room(table: Output) -> Prose:
    """Say how many dossiers would already keep limits cut by 30% and by half."""
    if not isinstance(table, Table):
        return _too_few()
    frame = table.frame
    said = []
    for part, cut in ((70.0, "30%"), (50.0, "50%")):
        shares = frame.loc[frame["part_pct"] == part, "share_pct"]
        low, high = percent(float(shares.min())), percent(float(shares.max()))
        spread = low if low == high else text("from {low} to {high}", low=low, high=high)
        said.append(
            text(
                "With limits {cut} shorter, {share} of the dossiers, by limit, would have been in time without anybody "
                "working faster.",
                cut=cut,
                share=spread,
            )
        )
    said.append(text("A shorter limit that is kept already cuts a promise, not a wait."))
    return Prose(joined(said))


def rarely(found: pd.DataFrame) -> Output:
    """Give the procedures that nobody or hardly anybody filed, by level."""
    if found.empty:
        return not_filled_in()
    frame = found.assign(level=found["decided_level"].map(labels.deciding_level))
    caption = text("Procedures in force all year by how often they were filed; rarely: fewer than {n} times", n=RARE)
    names = ["level", "in_force_count", "never_filed_count", "rarely_filed_count", "rare_dossiers_count"]
    return Table(frame[names], "rarely", caption)


def candidates(ranked: Ranking | None, named: pd.DataFrame) -> Output:
    """Give the procedures that could be among those with the most documents handed in, with their sets of ranks."""
    if ranked is None:
        return _too_few()
    top = ranked.sets[ranked.sets["could_be_top"]].merge(named, left_on="unit", right_on="procedure_code")
    frame = pd.DataFrame(
        {
            "procedure_name": [_name(row) for row in top.itertuples(index=False)],
            "ranks_words": [_ranks(low, high) for low, high in zip(top["all_low"], top["all_high"], strict=True)],
            "documents_filed_count": top["documents_filed_count"],
            "annual_dossiers_count": top["annual_dossiers_count"],
        }
    )
    caption = text(
        "Procedures that could be among the {n} with the most documents handed in within a year; ranks among the "
        "{compared} with the most, as a range where they cannot be told apart",
        n=min(TOP, len(named)),
        compared=len(named),
    )
    return Table(frame, "candidates", caption)


def first_cut(table: Output, handed: pd.DataFrame, rare: pd.DataFrame) -> Prose:
    """Say what the front group carries, and what cutting procedures that hardly anybody files would relieve."""
    if not isinstance(table, Table):
        return _too_few()
    all_documents, dossiers = handed["documents_filed_count"].sum(), handed["annual_dossiers_count"].sum()
    said = [
        text(
            "These {n} of {all} procedures with dossiers take {share} of all documents handed in within the year: one "
            "document less in each is felt there first.",
            n=len(table.frame),
            all=len(handed),
            share=percent(100 * float(table.frame["documents_filed_count"].sum() / all_documents)),
        )
    ]
    if len(rare):
        few = rare[["never_filed_count", "rarely_filed_count"]].sum().sum()
        said.append(
            text(
                "{few} of the {all} procedures in force all year had fewer than {n} dossiers or none, together {share} "
                "of all dossiers: abolishing them shortens the list more than it relieves anybody.",
                few=count(few),
                all=count(rare["in_force_count"].sum()),
                n=RARE,
                share=percent(100 * float(rare["rare_dossiers_count"].sum() / dossiers)),
            )
        )
    return Prose(joined(said), style="statement")


def _too_few() -> Prose:
    """Say that there is not enough to compare."""
    return Prose(text("Too few dossiers within the year to say."), style="note")


def _limit(group: int) -> Text:
    low, high = LIMITS[group]
    if group == len(LIMITS) - 1:
        return text("{low} working days or more", low=low)
    return text("{low} to {high} working days", low=low, high=high)


def _ranks(low: int, high: int) -> Text:
    return same(f"{low}" if low == high else f"{low}–{high}")


def _name(row: Any) -> Text:
    return same(f"{row.procedure_name} ({row.unit})" if pd.notna(row.procedure_name) else row.unit)
