"""The words and the table of real decisions re-computed: what they price, and what is left for applicants."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import results
from analysis.display.output import Listing, Table
from analysis.display.text import Text, count, joined, money, percent, rounded_money, same, text
from analysis.methods.burden import Burden

MILLION = 1e6


def decisions(found: pd.DataFrame) -> Table:
    """Give each priced procedure of the real decisions: as decided, re-computed, and what is left for applicants."""
    frame = pd.DataFrame(
        {
            "decided_name": [_decided(row) for row in found.itertuples(index=False)],
            "limit_words": [_limit(row) for row in found.itertuples(index=False)],
            "published_million_vnd": found["saved_vnd"] / MILLION,
            "left_million_vnd": found["left_vnd"] / MILLION,
        }
    )
    return Table(frame, "decisions", text("Decisions of Đồng Nai re-computed: what applicants are left with"))


def flaws(found: pd.DataFrame, result: Burden) -> Listing:
    """Say what the re-computation of the real decisions shows."""
    priced, model = found.dropna(subset=["saved_vnd"]), policy.cost_model()
    exact = int((priced["recomputed_saved_vnd"] == priced["saved_vnd"]).sum())
    differ = found.dropna(subset=["stated_saved_vnd"])
    items = [
        text(
            "Days less × 8 hours × wage × dossiers gives {exact} of {limits} published savings to the đồng: what is "
            "priced is the agency's time limit, while nobody works for the applicant in it.",
            exact=exact,
            limits=int(priced["recomputed_saved_vnd"].notna().sum()),
        ),
        *[results.said(check.says) for check in result.checks],
        text(
            "The decisions price an hour at {decided}; GDP per head of {year} by the usual {hours} hours gives {rule}.",
            decided=joined([money(wage) for wage in sorted(priced["hourly_wage_vnd"].dropna().unique())], ", "),
            year=str(model.gdp.year),
            hours=count(model.working_hours.a_year),
            rule=money(model.hourly_wage_vnd),
        ),
        text(
            "Of {claimed} a year that these decisions claim, {left} is left as applicants' own time or money.",
            claimed=rounded_money(float(priced["saved_vnd"].sum())),
            left=rounded_money(float(priced["left_vnd"].sum())),
        ),
    ]
    items += [_inconsistent(row) for row in differ.itertuples(index=False)]
    return Listing(items)


def _decided(row: Any) -> Text:
    """Name a procedure with its decision, and what is amiss: a column of its own would not fit a telephone."""
    decision = str(row.decision).removesuffix("/QĐ-UBND")
    return same(f"{row.procedure_code}, {decision}: ") + _flaw(row)


def _limit(row: Any) -> Text:
    if pd.isna(row.before_days):
        return text("abolished")
    return count(row.before_days) + same("\u00a0→\u00a0") + count(row.after_days)


def _inconsistent(row: Any) -> Text:
    return text(
        "Procedure {code}: the text says {stated} working day less, the table {table}; by the text the saving is "
        "{by_text}, not {by_table}.",
        code=str(row.procedure_code),
        stated=count(row.stated_cut_days),
        table=count(row.before_days - row.after_days),
        by_text=rounded_money(row.stated_saved_vnd),
        by_table=rounded_money(row.saved_vnd),
    )


def _flaw(row: Any) -> Text:
    if row.unfiled_vnd and row.unfiled_vnd > 0:
        return text("nobody files this procedure")
    if pd.isna(row.saved_vnd):
        return text("only a percentage is published: {share}", share=percent(row.claimed_reduction_pct, 0))
    if pd.notna(row.stated_saved_vnd):
        return text("the agency's own time; text and table differ")
    return text("the agency's own time")
