"""How far the next band is, and why units are not ranked here."""

from __future__ import annotations

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.output import Prose
from analysis.display.text import joined, percent, plural, points, same, text
from analysis.indicators import ServiceIndex


def next_band(index: ServiceIndex, gains: pd.DataFrame) -> Prose:
    """Say how many points the next band is away, and how many of the largest gains would have to come whole."""
    total = float(index.groups.loc[index.groups["unit_code"] == index.province_code, "points"].sum())
    above = [band for band in policy.index_766().bands if band.at_least > total]
    if not above:
        return Prose(text("The highest band is reached."), style="note")
    band = min(above, key=lambda each: each.at_least)
    short = band.at_least - total
    # what only new cases could bring, and no longer does in this period, is no way to the next band
    possible = (gains["unit_code"] == index.province_code) & (gains["mendable"] | gains["within_reach"])
    own = gains[possible].sort_values("gain_points", ascending=False)
    needed = int((own["gain_points"].cumsum() < short).sum()) + 1
    head = text(
        "{short} points are short of the next band ({band}, from {from_points} points).",
        short=points(short),
        band=labels.band_name(band.at_least),
        from_points=int(band.at_least),
    )
    if needed > len(own):
        return Prose(joined([head, text("All that this period still allows to gain does not reach it.")]), style="note")
    reach = plural(
        "{n} gain that this period still allows would reach it, if it came whole.",
        "The {n} largest gains that this period still allows would reach it, if they came whole.",
        needed,
    )
    return Prose(joined([head, reach]), style="note")


def first_step(index: ServiceIndex, gains: pd.DataFrame) -> Prose:
    """Say what the province does first: the largest gain that this period still allows, with its points and cases."""
    possible = (gains["unit_code"] == index.province_code) & (gains["mendable"] | gains["within_reach"])
    own = gains[possible].sort_values("gain_points", ascending=False)
    if own.empty:
        return Prose(text("Nothing that can be counted would still gain points in this period."), style="statement")
    best = own.iloc[0]
    step = text(
        "Do this first: {action}. {n} {cases} are short of full marks ({now} now, {target} needed), worth {gain} "
        "points;",
        **labels.gain(best, target_digits=0),
    )
    how = labels.how(best["mendable"], best["new_cases_count"], best["within_reach"]) + same(".")
    return Prose(joined([step, how]), style="statement")


def no_ranks(index: ServiceIndex, origins: pd.DataFrame) -> Prose:
    """Say how much of a commune's points is its own doing, which is why no unit is ranked."""
    communes = index.units.loc[index.units["unit_level"] == "commune", "unit_code"]
    of_communes = origins[origins["unit_code"].isin(communes)]
    whole = float(of_communes["points"].sum())
    if not whole:
        return Prose(text("No unit is ranked here: what units' points are made of is not published for this period."),
                     style="note")  # fmt: skip
    own = float(of_communes.loc[of_communes["origin"] == "own", "points"].sum())
    return Prose(
        text(
            "No unit is ranked here. Departments handle different procedures; of the communes' points {share} come "
            "from their own dossiers and procedures, the rest is given, counted twice or the same for nearly all. "
            "Which ranks and tiers the figures do allow, and who stands out, is on the page for a vote of confidence; "
            "each unit's page says where it stands among communes of like size and mix, as far as its cases allow.",
            share=percent(100 * own / whole),
        ),
        style="note",
    )
