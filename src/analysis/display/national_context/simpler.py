"""Simpler procedures as reported, and the prices put on them."""

from __future__ import annotations

import pandas as pd

from analysis.display.national_context import words
from analysis.display.output import Prose, Table, instead
from analysis.display.text import count, joined, same, text

MILLION = 1e6


def progress(table: pd.DataFrame) -> Table:
    """Give what the simplification programmes reported."""
    frame = pd.DataFrame(
        {
            "measure_name": words.both(table, "measure"),
            "period": table["period"].map(words.period_name),
            "done_count": table["done_count"],
            "total_count": table["total_count"],
            "share_pct": table["share_pct"],
            "target_pct": instead(table["target_pct"], same("–")),
            "note": instead(words.both(table, "note"), same("–")),
            "source": words.both(table, "source"),
        }
    )
    return Table(frame, "progress", text("Progress of the simplification programmes as published"))


def progress_short(table: pd.DataFrame) -> list[Table]:
    """Give what was last reported of each measure, newest first; then the targets by year."""
    ordered = table.assign(when=table["period"].map(words.last_day)).sort_values(
        ["when", "share_pct"], ascending=False, ignore_index=True
    )
    done = ordered.dropna(subset=["done_count"]).drop_duplicates("measure_id")
    asked = ordered.dropna(subset=["target_pct"]).sort_values("when", kind="stable")
    of = [
        count(part) if pd.isna(whole) else text("{part} of {whole}", part=count(part), whole=count(whole))
        for part, whole in done[["done_count", "total_count"]].to_numpy()
    ]
    reported = pd.DataFrame(
        {
            "measure_name": words.both(done, "measure"),
            "period": done["period"].map(words.period_name),
            "done_words": pd.Series(of, index=done.index, dtype=object),
            "share_pct": instead(done["share_pct"], same("–")),
        }
    )
    targets = pd.DataFrame(
        {
            "measure_name": words.both(asked, "measure"),
            "period": [words.period_name(when[:4]) for when in asked["when"]],
            "target_pct": asked["target_pct"],
        }
    )
    set_by = joined({each.en: each for each in words.both(asked, "programme")}.values(), "; ")
    return [
        Table(reported, "progress_short", text("Last reported of each measure; –: no share was published")),
        Table(
            targets, "progress_targets", text("Targets, by the year they are set for: {programmes}", programmes=set_by)
        ),
    ]


def cost_decisions_short(table: pd.DataFrame) -> Table:
    """Give the savings that decisions claim, the largest first, with what they are counted from."""
    claimed = table.dropna(subset=["saved_vnd"]).sort_values("saved_vnd", ascending=False)
    names = [
        same(str(decision)) if pd.isna(code) else text("{decision}, procedure {code}", decision=decision, code=code)
        for decision, code in zip(words.decision(claimed), claimed["procedure_code"], strict=True)
    ]
    days = [
        same("–") if pd.isna(before) else same(f"{before:.0f} → {after:.0f}")
        for before, after in claimed[["before_days", "after_days"]].to_numpy()
    ]
    frame = pd.DataFrame(
        {
            "decision": pd.Series(names, index=claimed.index, dtype=object),
            "limit_words": pd.Series(days, index=claimed.index, dtype=object),
            "annual_dossiers_count": instead(claimed["annual_dossiers_count"], same("–")),
            "published_million_vnd": claimed["saved_vnd"] / MILLION,
        }
    )
    return Table(frame, "cost_decisions_short", text("Savings a year that decisions claim, the largest first"))


def cost_decisions(table: pd.DataFrame) -> Table:
    """Give the decisions that put a price on simplified procedures."""
    frame = pd.DataFrame(
        {
            "decision": words.decision(table),
            "procedure_code": table["procedure_code"],
            "before_days": table["before_days"],
            "after_days": table["after_days"],
            "annual_dossiers_count": table["annual_dossiers_count"],
            "cost_before_vnd": table["cost_before_vnd"],
            "cost_after_vnd": table["cost_after_vnd"],
            "saved_vnd": table["saved_vnd"],
            "claimed_reduction_pct": table["claimed_reduction_pct"],
            "note": instead(words.both(table, "note"), same("–")),
        }
    )
    return Table(frame, "cost_decisions", text("Decisions that put a price on simplified procedures"))


def cost_flaw(table: pd.DataFrame) -> Prose:
    """Recompute the savings that multiply the agency's waiting time by a wage, and say so."""
    priced = table.dropna(subset=["before_days", "after_days", "annual_dossiers_count", "hourly_wage_vnd"])
    waiting = 8 * (priced["before_days"] - priced["after_days"]) * priced["hourly_wage_vnd"]
    same_count = int((waiting * priced["annual_dossiers_count"] == priced["saved_vnd"]).sum())
    return Prose(
        text(
            "In {same} of the {n} procedures with enough figures to check, the saving is exactly the days cut, times 8 "
            "hours, times an hourly wage, times the dossiers of a year: the agency's time limit is counted as the "
            "applicant's labour. Such an amount does not show what people and businesses really saved.",
            same=same_count,
            n=len(priced),
        ),
        style="warning",
    )


def cost_without_dossiers(table: pd.DataFrame) -> Prose:
    """Say which procedures were given a yearly saving although no dossiers a year stand behind it."""
    claimed = table["procedure_code"].notna() & table["saved_vnd"].notna()
    bare = table[claimed & table["annual_dossiers_count"].isna()]
    if bare.empty:
        return Prose(text("Every procedure with a saving has its dossiers of a year."), style="note")
    notes = instead(words.both(bare, "note"), text("No reason is given"))
    rows = zip(words.decision(bare), bare["saved_vnd"], bare["procedure_code"], notes, strict=True)
    said = [
        text(
            "{decision} claims VND {saved} a year for procedure {code} without dossiers of a year. {note}.",
            decision=decision,
            saved=count(saved),
            code=code,
            note=note,
        )
        for decision, saved, code, note in rows
    ]
    return Prose(joined(said), style="warning")
