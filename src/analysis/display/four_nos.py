"""The words, tables and figures of the four nos, and of who is left behind."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.display import figures, labels, results
from analysis.display.output import Chart, Header, Listing, Prose, Table
from analysis.display.quarterly import name_of
from analysis.display.text import Text, joined, number, percent, period, same, text
from analysis.indicators import names
from analysis.methods.funnel import Funnel
from analysis.methods.shrinkage import Shrunk
from analysis.methods.spread import Spread

NAMED = 8
PLACES = ("lowest_pct", "quarter_pct", "middle_pct", "three_quarters_pct", "highest_pct")


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("The four nos: no paper, no cash, no contact, no one left behind"),
        subtitle=text("The shares, the gaps between applicants, levels and areas, and how far communes lie apart"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(found: pd.DataFrame, compared: pd.DataFrame, quarter: str) -> Prose:
    """Say the shares of the three nos that can be counted, and in how many comparisons somebody surely lags."""
    share = dict(zip(found["indicator_id"], found["share_pct"].astype(float), strict=True))
    words = [
        text(
            "In {quarter} {paper} of the settled dossiers were paperless from end to end and {contact} contactless; of "
            "the dossiers with a fee at least {cash} were paid without cash.",
            quarter=period(quarter),
            paper=percent(share["paperless_share"]),
            contact=percent(share["contactless_share"]),
            cash=percent(share["cashless_share"]),
        ),
        text(
            "{sure} of {n} comparisons between applicants, levels and areas show a gap larger than chance explains.",
            sure=int(_sure(compared).sum()),
            n=len(compared),
        ),
    ]
    return Prose(joined(words), style="statement")


def gaps(found: pd.DataFrame, quarter: str) -> Table:
    """Give the gaps named beforehand, absolute and relative.

    Parameters
    ----------
    found
        `indicators.four_nos.by_contrast` joined with `methods.difference` of its counts, at a level that allows for all
        of them.
    """
    frame = pd.DataFrame(
        {
            "contrast_name": [_compared(row) for row in found.itertuples(index=False)],
            **{name: found[name] for name in ("gap_points", "low_points", "high_points")},
            "both_words": [
                joined([percent(own), percent(other)], " / ")
                for own, other in found[["share_pct", "other_pct"]].to_numpy()
            ],
            "ratio_number": found["ratio"],
        }
    )
    frame = frame.assign(sure=_sure(found), size=found["gap_points"].abs())
    frame = frame.sort_values(["sure", "size"], ascending=False, ignore_index=True).drop(columns=["sure", "size"])
    caption = text(
        "Gaps in {quarter}: the first group's share less the second's, both shares and their ratio; sure gaps first; "
        "the intervals hold for all {n} comparisons at once",
        quarter=period(quarter),
        n=len(found),
    )
    merged: dict[tuple[str, ...], Text] = {
        ("gap_points", "low_points", "high_points"): text("Gap in points, interval of 95%")
    }
    return Table(frame, "gaps", caption, merged=merged)


def says(found: pd.DataFrame) -> Listing:
    """Say which of the gaps are surely there, and which contrasts could not be made."""
    sure = found[_sure(found)]
    items = [_gap(row) for row in sure.itertuples(index=False)]
    if len(sure) < len(found):
        items.append(
            text(
                "{n} of {all} comparisons cannot be told from no gap at all.", n=len(found) - len(sure), all=len(found)
            )
        )
    if "areas" not in set(found["contrast"]):
        items.append(text("Wards and rural communes cannot be compared: the names of units do not tell them apart."))
    return Listing(items)


def communes(found: dict[str, Shrunk], quarter: str) -> Table:
    """Give how far communes lie apart in each share, the noise of few cases taken out."""
    rows = []
    for name, each in found.items():
        ends = each.units["mean_pct"].quantile([0, 0.25, 0.5, 0.75, 1]).tolist()
        names_ = ("lowest_pct", "quarter_pct", "middle_pct", "three_quarters_pct", "highest_pct")
        rows.append(
            {"headline_name": name_of(name), **dict(zip(names_, ends, strict=True)), "units_count": len(each.units)}
        )
    caption = text(
        "Communes and wards in {quarter}: how far they lie apart once the noise of few cases is taken out",
        quarter=period(quarter),
    )
    return Table(pd.DataFrame(rows), "communes", caption)


def communes_chart(table: Table) -> Chart:
    """Draw the spread of the communes."""
    alt = text("For each share a line from the lowest to the highest commune, the middle half as a bar.")
    return figures.spreads(table, label="headline_name", alt=alt)


def behind(found: Funnel, source_id: str) -> Prose:
    """Name the communes that file online less than chance and the usual differences explain."""
    known = names.unit_names(source_id)
    below = found.units.query("verdict == 'below'").sort_values("unit")["unit"]
    named = [known.get(str(code), str(code)) for code in below]
    if not named:
        words = text(
            "Of {n} communes and wards none files online less often than chance and the usual differences explain.",
            n=len(found.units),
        )
    else:
        words = text(
            "Of {n} communes and wards {behind} file online less often than chance and the usual differences explain: "
            "{names}{more}",
            n=len(found.units),
            behind=len(named),
            names="; ".join(named[:NAMED]),
            more="…" if len(named) > NAMED else ".",
        )
    return Prose(words)


def inequality(found: Spread) -> Listing:
    """Say how unequal units are in filing online, and how much of it lies between levels."""
    gap, theil, within = (found.estimate(name) for name in ("mean_gap", "theil", "theil_within"))
    items = [
        text(
            "Two units drawn at random lie on average {gap} percentage points apart in filing online ({low} to "
            "{high}).",
            gap=number(gap.value, 1),
            low=number(gap.low, 1),
            high=number(gap.high, 1),
        ),
        text(
            "Theil's index of the units is {theil} (0: all alike); {within} of it lies within the levels, {between} "
            "between them.",
            theil=number(theil.value, 4),
            within=percent(100 * within.value / theil.value),
            between=percent(100 - 100 * within.value / theil.value),
        ),
        *(results.said(check.says) for check in found.checks),
    ]
    return Listing(items)


def groups(found: Spread) -> Table:
    """Give the levels with their part of the inequality."""
    rows = found.groups
    whole = float(rows["within"].sum() + rows["between"].sum())
    frame = pd.DataFrame(
        {
            "level_name": rows["group"].map(labels.level_name),
            "units_count": rows["units_count"],
            "dossiers_part_pct": rows["weight_pct"],
            "share_pct": rows["mean"],
            "within_pct": 100 * rows["within"] / whole,
        }
    )
    return Table(frame, "levels", text("Filing online by level, and the part of the inequality that lies inside each"))


def cannot_say() -> Listing:
    """Say what these figures cannot show."""
    return Listing(
        [
            text("Who never files at all is in no figure here: nobody counts those who gave up or did not know."),
            text(
                "Age, sex, ethnicity, disability and distance are not recorded with a dossier; no gap between them can "
                "be seen."
            ),
            text("Groups file different procedures: a gap may come from what they file, not from how they are served."),
            text("Transfers and cards at the desk are not recorded: cashless is the least it can be."),
            text("A dossier filed online by somebody else counts as online: see the page on online use."),
        ]
    )


def _sure(found: pd.DataFrame) -> pd.Series:
    return (found["low_points"] > 0) | (found["high_points"] < 0)


def _gap(row: Any) -> Text:
    return text(
        "{what}: {gap} percentage points ({low} to {high}); {first} against {second}, {ratio} times.",
        what=_compared(row),
        gap=number(row.gap_points, 1),
        low=number(row.low_points, 1),
        high=number(row.high_points, 1),
        first=percent(row.share_pct),
        second=percent(row.other_pct),
        ratio=number(row.ratio, 2),
    )


def _compared(row: Any) -> Text:
    return name_of(row.indicator_id) + same(" – ") + _contrast(row.contrast)


def _contrast(name: Any) -> Text:
    return {
        "applicants": text("enterprises against citizens"),
        "levels": text("departments against communes and wards"),
        "areas": text("wards and townships against rural communes"),
    }[str(name)]
