"""The words and tables of patterns in units' records that ask for a look; every one is a question."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.display import labels, results
from analysis.display.output import Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, joined, number, percent, period, text
from analysis.indicators import names
from analysis.methods.patterns import AFTER_DAYS, FEWEST_BY_ONE, ONE_ACCOUNT_PCT, Patterns

MOST_ASKED = 15


def header(sources: list[dict[str, Any]], quarter: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Which records ask for a look?"),
        subtitle=text("Questions to units, never to persons; no pattern is proof of anything"),
        period=period(quarter),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(found: Patterns) -> Prose:
    """Say how many units are to be asked about what."""
    return Prose(results.sentence(found), style="statement")


def at_limit(found: Patterns, source_id: str) -> Table | Prose:
    """Give the units with more dossiers on the day of the limit than others have, the clearest first."""
    rows = found.units[found.units["at_limit"]].sort_values("p").head(MOST_ASKED)
    if rows.empty:
        return Prose(text("No unit is to be asked about dossiers at their limit."), style="note")
    frame = pd.DataFrame(
        {
            "unit_name": rows["unit"].replace(names.unit_names(source_id)),
            "at_limit_count": rows["hits"],
            "near_limit_count": rows["total"],
            "share_pct": rows["share_pct"],
            "expected_pct": rows["expected_pct"],
        }
    )
    caption = text("Why do so many dossiers end on the very day of the limit, and so few just after?")
    return Table(frame, "at_limit", caption)


def hands(found: Patterns, source_id: str) -> Table | Prose:
    """Give the units where one account filed much, or dossiers were closed in batches; no account is named."""
    rows = found.units[found.units["one_account"] | found.units["batches"]]
    rows = rows.sort_values("top_account_pct", ascending=False).head(MOST_ASKED)
    if rows.empty:
        return Prose(text("No unit is to be asked about batches or about one account."), style="note")
    frame = pd.DataFrame(
        {
            "unit_name": rows["unit"].replace(names.unit_names(source_id)),
            "dossiers_count": rows["cases"],
            "top_account_pct": rows["top_account_pct"],
            "batch_pct": rows["batch_pct"],
        }
    )
    # a pattern that no unit shows is no column: the first sentence says that nobody is asked about it
    quiet = {"one_account": "top_account_pct", "batches": "batch_pct"}
    frame = frame.drop(columns=[column for pattern, column in quiet.items() if not rows[pattern].any()])
    caption = text("For whom does one account file so much, and why are many dossiers closed in one minute?")
    return Table(frame, "hands", caption)


def siblings(found: pd.DataFrame, quarter: str) -> Table:
    """Give every targeted share beside the one that has to move with it; the pair that moved most apart first."""
    rose = found["now_pct"] - found["before_pct"]
    kept = found["sibling_now_pct"] - found["sibling_before_pct"]
    frame = pd.DataFrame(
        {
            "headline_name": [labels.measure(name) for name in found["indicator_id"]],
            "targeted_words": [_from_to(*each) for each in found[["before_pct", "now_pct"]].to_numpy()],
            "sibling_name": [labels.measure(name) for name in found["sibling_id"]],
            "sibling_words": [_from_to(*each) for each in found[["sibling_before_pct", "sibling_now_pct"]].to_numpy()],
            "apart_points": rose - kept,
        }
    )
    frame = frame.sort_values("apart_points", ascending=False, ignore_index=True)
    caption = text("Does what is targeted move alone? A year before and {quarter}, furthest apart first",
                   quarter=period(quarter))  # fmt: skip
    return Table(frame, "siblings", caption)


def _from_to(before: float, now: float) -> Text:
    return joined([percent(before), percent(now)], " → ")


def siblings_say(found: pd.DataFrame) -> Listing:
    """Say which targeted shares rose while their sibling did not keep up; what that may mean is a question."""
    moved = found.assign(
        rose=found["now_pct"] - found["before_pct"], kept=found["sibling_now_pct"] - found["sibling_before_pct"]
    )
    alone = moved[(moved["rose"] > 1) & (moved["kept"] < moved["rose"] / 2)]
    items = [
        text(
            "{target} rose by {points} percentage points, {sibling} only by {other}: is the work better, or only "
            "the figure?",
            target=labels.measure(str(target)),
            sibling=labels.measure(str(sibling)),
            points=number(rose, 1),
            other=number(kept, 1),
        )
        for target, sibling, rose, kept in alone[["indicator_id", "sibling_id", "rose", "kept"]].to_numpy()
    ]
    return Listing(items or [text("No targeted share rose without the one beside it.")])


def method(found: Patterns) -> Listing:
    """Say how it was looked, what was drawn beforehand, and what a pattern is not."""
    items = [
        text(
            "At the limit: of the dossiers that end on the day of their limit or up to {days} days after, the share on "
            "the very day, against the other units with the same limits. All units are counted: on average at most "
            "{rate} of the questions are for nothing.",
            days=AFTER_DAYS,
            rate=percent(5, 0),
        ),
        text(
            "One account: {share} or more of what was filed online, and {fewest} dossiers or more, came through it. "
            "Banks, notaries and digital teams file for others lawfully.",
            share=percent(ONE_ACCOUNT_PCT, 0),
            fewest=FEWEST_BY_ONE,
        ),
        text("Batches: ten dossiers or more closed in one minute. An office that catches up on its records does so."),
        *(results.said(check.says) for check in found.checks),
        *(results.said(each) for each in found.assumptions),
    ]
    return Listing(items)


def figures_for_machines(found: Patterns, quarter: str, source_id: str) -> Indicators:
    """Give as data how many units are to be asked about each pattern; no unit is named in it."""
    asked = {"at_limit": text("At the limit"), "batches": text("In batches"), "one_account": text("One account")}
    rows = [
        {
            "id": f"integrity.{name}",
            "label": label,
            "unit": "count",
            "value": int(found.units[name].sum()),
            "low": None,
            "high": None,
            "numerator": int(found.units[name].sum()),
            "denominator": len(found.units),
            "period": quarter,
            "place": source_id,
        }
        for name, label in asked.items()
    ]
    return Indicators(rows)
