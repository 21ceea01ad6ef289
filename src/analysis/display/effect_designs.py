"""The words, tables and the figure of the designs that could tell a directive from all else of the same months."""

from __future__ import annotations

import math

import pandas as pd
from scipy.special import expit

from analysis import policy
from analysis.display import figures, results
from analysis.display.output import Chart, Listing, Table
from analysis.display.text import Text, day, percent, text
from analysis.methods.staggered import Staggered
from analysis.methods.synthetic import FEWEST_BEFORE, FEWEST_DONORS

AROUND = range(-4, 5)  # quarters around the start that are shown


def designs(services: pd.DataFrame, donors: pd.DataFrame) -> Table:
    """Say of each design whom it compares, whether these figures allow it, and why."""
    enough = int((donors["months_count"] >= FEWEST_BEFORE).sum())
    starts = services.drop_duplicates("unit")["start"]
    # one that was so from the first quarter on has no time before to be compared with
    started = starts > services["period"].min()
    told = policy.directive_4550().issued_on
    rows = [
        (
            text("One series, before and after"),
            text("yes, but it shows no cause"),
            text("Everything else of the same months is in it: the drive at the end of the year, new decrees."),
        ),
        (
            text("Units that were told against units that were not"),
            text("no"),
            text("All units were told on one day, {day}.", day=day(told)),
        ),
        (
            text("Procedures inside the order against those outside"),
            text("no"),
            text("The full text was not found: no procedure is known to lie outside."),
        ),
        (
            text("Services made full online, earlier against later or never"),
            text("yes, for this one means"),
            text(
                "{started} services were made full online one after another, {never} never were.",
                started=int(started.sum()),
                never=int(starts.isna().sum()),
            ),
        ),
        (
            text("Other provinces, weighed to move alike before (synthetic control)"),
            text("yes, still to be done") if enough >= FEWEST_DONORS else text("no"),
            text(
                "Needed: {needed} other provinces with the same figure for {months} months before; "
                "published: {enough}.",
                needed=FEWEST_DONORS,
                months=FEWEST_BEFORE,
                enough=enough,
            ),
        ),
    ]
    frame = pd.DataFrame(rows, columns=["design_name", "usable_name", "why_words"])
    return Table(frame, "designs", text("Who could show what would have been without the directive?"))


def lever(found: Staggered, services: pd.DataFrame, *, seed: int) -> Listing:
    """Say what making a service full online did to how it is filed, as far as the checks allow, and by what seed."""
    effect = found.estimate("effect")
    shares = {"share": _at_half(effect.value), "low": _at_half(effect.low), "high": _at_half(effect.high)}
    said = (
        text(
            "Of a service that had half of its dossiers online, {share} (between {low} and {high}) come online once it "
            "is made full online; services that were not moved alike before.",
            **shares,
        )
        if found.verdict == "cause"
        else text(
            "Where services that were not made full online have half of their dossiers online, those that were have "
            "{share} (between {low} and {high}); that this is why cannot be said.",
            **shares,
        )
    )
    checked = [results.said(check.says) for check in found.checks if check.identifying]
    starts = services.drop_duplicates("unit")["start"].dropna()
    told = str(pd.Period(policy.directive_4550().issued_on, freq="Q")).replace("Q", "-Q")
    what = text(
        "This is what one of the means does, not what the directive did: of {all} services made full online {before} "
        "were so before the quarter of the directive.",
        all=len(starts),
        before=int((starts < told).sum()),
    )
    drawn = text(
        "The intervals are drawn at random, begun with the number {seed}: the same number gives the same intervals.",
        seed=str(seed),
    )
    return Listing([said, *checked, *_without_one(found.without), what, drawn])


def _without_one(without: pd.DataFrame) -> list[Text]:
    """Say how far any one service could change the answer."""
    if without.empty:
        return []
    low, high = (_at_half(float(each)) for each in (without["value"].min(), without["value"].max()))
    return [text("Whichever one service is left out, that share lies between {low} and {high}.", low=low, high=high)]


def lever_path(found: Staggered) -> Table:
    """Give the difference by quarter around the start, for a service with half of its dossiers online."""
    rows = found.path[found.path["since"].isin(AROUND)]
    frame = pd.DataFrame(
        {
            "since_name": [_since(int(since)) for since in rows["since"]],
            **{
                f"{shown}_points": [100 * float(expit(value)) - 50 for value in rows[name]]
                for shown, name in (("effect", "value"), ("low", "all_low"), ("high", "all_high"))
            },
        }
    )
    caption = text(
        "Filed online after a service was made full online, in percentage points, for a service with half of its "
        "dossiers online; the intervals hold for all quarters at once"
    )
    return Table(frame, "lever", caption)


def lever_chart(table: Table) -> Chart:
    """Draw the difference by quarter."""
    alt = text("The difference by quarter around the start, each with its interval.")
    columns = ("effect_points", "low_points", "high_points")
    return figures.dots(table, label="since_name", columns=columns, alt=alt)


def _since(quarters: int) -> Text:
    if quarters < 0:
        return text("{n} quarters before", n=-quarters)
    return text("the quarter of the start") if quarters == 0 else text("{n} quarters after", n=quarters)


def _at_half(logits: float) -> Text:
    return percent(None if math.isnan(logits) else 100 * float(expit(logits)))
