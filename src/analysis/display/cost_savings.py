"""The words, tables and the figure of what applicants save: by papers, by visits, and as decisions reckon."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.display import figures
from analysis.display.output import Chart, Listing, Prose, Table
from analysis.display.text import Text, count, day, percent, rounded_money, same, text
from analysis.fields import Field
from analysis.methods.burden import Burden

MILLION = 1e6
SHOWN = 8


def by_papers(cut: pd.DataFrame, claimed_vnd: float, found: Burden) -> Listing:
    """Say what simplified procedures save by time limits, as decisions reckon, and by what applicants do."""
    saved = found.estimate("saved_vnd")
    nobody = int((cut["dossiers_count"] == 0).sum())
    filed = text("Each of them had dossiers in the last four quarters.")
    unfiled = text("{n} of them had no dossier in the last four quarters: there nothing can be saved.", n=nobody)
    items = [
        text("{n} procedures in force have had papers or a time limit cut since the directive.", n=len(cut))
        + same(" ")
        + (unfiled if nobody else filed),
        text(
            "By days of the time limit × 8 hours × wage, as provincial decisions reckon, they save {claimed} a year; "
            "by the papers that applicants no longer need {saved} (between {low} and {high}).",
            claimed=rounded_money(claimed_vnd),
            saved=rounded_money(saved.value),
            low=rounded_money(saved.low),
            high=rounded_money(saved.high),
        ),
        text(
            "The chance that applicants save as much as the time limits say: {chance}.",
            chance=_chance(found.estimate("claim_met_pct").value),
        ),
    ]
    return Listing(items)


def simplified(cut: pd.DataFrame, found: Burden, limits_vnd: pd.Series) -> Table:
    """Give the most filed of the simplified procedures with both ways of reckoning."""
    top = cut.head(SHOWN)
    saved = found.procedures.set_index("procedure")["saved_vnd"].reindex(top["procedure_code"])
    cuts = top[["before_documents_count", "after_documents_count", "before_days", "after_days"]]
    frame = pd.DataFrame(
        {
            "procedure_name": top["procedure_name"],
            "papers_words": [_cut(a, b) + same("; ") + _cut(c, d) for a, b, c, d in cuts.itertuples(index=False)],
            "dossiers_count": top["dossiers_count"],
            "saved_million_vnd": saved.to_numpy() / MILLION,
            "claimed_million_vnd": limits_vnd.head(SHOWN).to_numpy() / MILLION,
        }
    )
    caption = text(
        "The most filed of the simplified procedures: a year's saving in VND million, by applicants' papers and by "
        "limits"
    )
    ways = {
        "papers_words": Field("text", "Giấy tờ; số ngày", "Papers; days"),
        "saved_million_vnd": Field("number", "Theo giấy tờ", "By papers", digits=1),
        "claimed_million_vnd": Field("number", "Theo thời hạn", "By limits", digits=1),
    }
    return Table(frame, "simplified", caption, ways)


def _cut(before: float, after: float) -> Text:
    return count(before) + same("\u2060→\u2060") + count(after)


def whole(found: Burden) -> Table:
    """Give what each activity takes of all applicants, and how the whole saving moves with its time."""
    swings = found.tornado.set_index("activity")
    lines = found.procedures.set_index("procedure").loc[swings.index]
    frame = pd.DataFrame(
        {
            "activity_name": [_activity(name) for name in swings.index],
            "before_million_vnd": lines["before_vnd"] / MILLION,
            "after_million_vnd": lines["after_vnd"] / MILLION,
            "saved_million_vnd": lines["saved_vnd"] / MILLION,
        }
    )
    dossiers = count(float(lines["annual_count"].iloc[0]))
    caption = text("A year's burden on applicants at the {n} dossiers of the last four quarters", n=dossiers)
    return Table(frame.reset_index(drop=True), "whole", caption)


def comparable() -> Prose:
    """Say what the comparison with before holds still, and what it cannot."""
    words = text(
        "Both sides count the same dossiers, at the same wage and times. The share filed online before is that of the "
        "province as it was: since the merger of {merger} its area and its units are others.",
        merger=day(policy.events()["merger_2025"].date),
    )
    return Prose(words, style="note")


def swings(found: Burden) -> Table:
    """Give how the whole saving moves with the time of one activity, the widest first."""
    rows = found.tornado[found.tornado["high_vnd"] > found.tornado["low_vnd"]]
    frame = pd.DataFrame(
        {
            "activity_name": [_activity(name) for name in rows["activity"]],
            "low_million_vnd": rows["low_vnd"] / MILLION,
            "saved_million_vnd": found.estimate("saved_vnd").value / MILLION,
            "high_million_vnd": rows["high_vnd"] / MILLION,
        }
    )
    caption = text(
        "The whole saving, VND million a year, if one activity takes as little or as long as in one case of ten"
    )
    return Table(frame.reset_index(drop=True), "swings", caption)


def swings_chart(table: Table) -> Chart:
    """Draw how far the saving moves with each assumption."""
    alt = text("The widest range on top: the saving rests most on how long that activity takes.")
    columns = ("low_million_vnd", "saved_million_vnd", "high_million_vnd")
    return figures.ranges(table, label="activity_name", columns=columns, alt=alt)


def _activity(name: object) -> Text:
    label = policy.cost_model().time(str(name)).label
    return Text(label.vi, label.en)


def _chance(chance_pct: float) -> Text:
    return text("less than {share}", share=percent(0.1)) if chance_pct < 0.1 else percent(chance_pct)
