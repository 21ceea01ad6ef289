"""The words, tables and figures of what can be said of each unit before a vote on those who lead them."""

from __future__ import annotations

import re

import pandas as pd

from analysis.display import figures, labels, results
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, Value, count, joined, percent, period, same, text
from analysis.indicators import Standing
from analysis.methods.improvement import Improvement
from analysis.methods.ranks import Ranking
from analysis.methods.stand_out import StandOut

MOST_NAMED = 15


def header(standing: Standing) -> Header:
    """Give title, place, period and sources."""
    place = standing.names.get(standing.place)
    title = standing.sources[0]["title"]
    about = same(place) if place else Text(title["vi"], title["en"])
    return Header(
        title=text("For a vote of confidence: what can be said of each unit"),
        subtitle=joined([about, same("–"), period(standing.period)]),
        period=period(standing.period),
        as_of=standing.as_of,
        sources=standing.sources,
        provisional=standing.provisional,
    )


def lead(standing: Standing, found: StandOut, ranking: Ranking) -> Prose:
    """Say how many units can be told apart from the rest, and that the others cannot."""
    named = found.units[found.units["verdict"] != "inside"]
    compared = found.units["unit"].nunique()
    width = (ranking.sets["all_high"] - ranking.sets["all_low"] + 1).median()
    about: dict[str, Value] = {
        "units": compared,
        "measures": len(found.measures),
        "period": period(standing.period),
        "named": named["unit"].nunique(),
    }
    told = (
        text(
            "Of {units} units compared on {measures} shares in the {period}, {named} can be told apart from the rest; "
            "the others differ by no more than units usually do.",
            **about,
        )
        if len(named)
        else text(
            "Of {units} units compared on {measures} shares in the {period}, none can be told apart from the rest: "
            "they differ by no more than units usually do.",
            **about,
        )
    )
    order = text(
        "No unit is given a place in a bare order: half of the units could hold any of {width} ranks or more.",
        width=count(float(width)),
    )
    return Prose(joined([told, order]), style="statement")


def levels(standing: Standing) -> Table:
    """Say which units can be compared, and with whom."""
    frame = pd.DataFrame(
        {
            "level": [labels.level_name(name) for name in standing.levels["unit_level"]],
            "units_count": standing.levels["units_count"],
            "enough_count": standing.levels["enough_count"],
            "compared_words": [_with_whom(standing, each) for each in standing.levels["compared"]],
        }
    )
    return Table(frame, "levels", text("Levels of units, and with whom each is compared"))


def _with_whom(standing: Standing, compared: bool) -> Text:
    if not compared:
        return text("With nobody: each handles procedures of its own; read each one's own scorecard")
    if standing.mix_known:
        return text("With the other units on the same procedures, in its own mix of them")
    return text("With one another; the portal does not publish the mix of procedures, so it is not taken out")


def measures(found: StandOut) -> Table:
    """Say of each share how many units lie beyond chance, and how many still stand out in the end."""
    middle = found.units.groupby("measure")["share_pct"].median()
    rows = found.measures
    frame = pd.DataFrame(
        {
            "headline_name": [labels.measure(name) for name in rows["measure"]],
            "units_count": rows["units_count"],
            "middle_pct": rows["measure"].map(middle),
            "beyond_chance_count": rows["beyond_chance_count"],
            "above_count": rows["above_count"],
            "below_count": rows["below_count"],
        }
    )
    caption = text("What is more than noise: units beyond chance alone, and those left beyond the usual differences")
    return Table(frame, "measures", caption)


def named(standing: Standing, found: StandOut) -> Table | Prose:
    """Give the units that stand out, each with its own remark beside it."""
    rows = found.units[found.units["verdict"] != "inside"].sort_values("adjusted_p").head(MOST_NAMED)
    if rows.empty:
        return Prose(text("Nobody stands out: no unit is named."), style="note")
    frame = pd.DataFrame(
        {
            "unit_name": [standing.names.get(unit, unit) for unit in rows["unit"]],
            "against_words": [
                text(
                    "{measure}: {share}, others {usual}",
                    measure=labels.measure(name),
                    share=percent(share),
                    usual=percent(usual),
                )
                for name, share, usual in rows[["measure", "share_pct", "expected_pct"]].to_numpy()
            ],
            "dossiers_count": rows["total"],
            "remark_words": [_remark(standing, unit) for unit in rows["unit"]],
        }
    )
    return Table(frame, "named", text("Units that stand out: a reason to ask, not a judgement"))


def _remark(standing: Standing, unit: str) -> Text:
    rows = standing.remarks[standing.remarks["unit_code"] == unit]
    if rows.empty:
        return text("none sent in")
    vi, en = str(rows["remark_vi"].iloc[0]), rows["remark_en"].iloc[0]
    # a translation that has other numbers than the remark is not the unit's word
    faithful = pd.notna(en) and re.findall(r"\d+", vi) == re.findall(r"\d+", str(en))
    return Text(vi, str(en) if faithful else vi)


def placed(standing: Standing, found: StandOut, ranking: Ranking) -> Table:
    """Give for every unit the ranks it may have, by tier and in a tier by name."""
    own = found.units[found.units["measure"] == standing.headline].set_index("unit")
    sets = ranking.sets
    frame = pd.DataFrame(
        {
            "unit_name": [standing.names.get(unit, unit) for unit in sets["unit"]],
            "tier_number": sets["tier"],
            "rank_low": sets["all_low"],
            "rank_high": sets["all_high"],
            "share_pct": own["share_pct"].reindex(sets["unit"]).to_numpy(),
            "dossiers_count": own["total"].reindex(sets["unit"]).to_numpy(),
        }
    ).sort_values(["tier_number", "unit_name"], key=labels.in_order, ignore_index=True)
    caption = text("{measure}: the ranks each unit may have", measure=labels.measure(standing.headline))
    return Table(frame, "placed", caption)


def placed_chart(table: Table, ranking: Ranking) -> Chart:
    """Draw the sets of ranks."""
    width = int((table.frame["rank_high"] - table.frame["rank_low"] + 1).median())
    alt = text(
        "A line for each of {units} units, from the highest to the lowest rank it may have; half of the lines span "
        "{width} ranks or more. Tiers that can be told apart: {tiers}.",
        units=len(table.frame),
        width=width,
        tiers=int(ranking.sets["tier"].max()),
    )
    return figures.rank_sets(table, alt=alt)


def limits(standing: Standing, found: StandOut) -> Table:
    """Give the shares of the declared measure with the limits of each unit, by name."""
    own = found.units[found.units["measure"] == standing.headline]
    frame = own.assign(unit_name=own["unit"].map(standing.names).fillna(own["unit"]), dossiers_count=own["total"])
    shown = ["unit_name", "dossiers_count", "share_pct", "low_pct", "high_pct", "alarm_low_pct", "alarm_high_pct"]
    caption = text("{measure}, by the number of dossiers", measure=labels.measure(standing.headline))
    by_name = frame[shown].sort_values("unit_name", key=labels.in_order, ignore_index=True)
    return Table(by_name, "limits", caption)


def limits_chart(standing: Standing, table: Table, found: StandOut) -> Chart:
    """Draw the shares within their limits."""
    own = found.units[found.units["measure"] == standing.headline]
    verdict = dict(zip(own["unit"].map(standing.names).fillna(own["unit"]), own["verdict"], strict=True))
    verdicts = [verdict[name] for name in table.frame["unit_name"]]
    alt = text(
        "A point for each of {units} units by its number of dossiers, over limits that widen as dossiers get fewer; "
        "{above} stand out above and {below} below.",
        units=len(verdicts),
        above=verdicts.count("above"),
        below=verdicts.count("below"),
    )
    return figures.funnel(table, verdicts=verdicts, alt=alt)


def improved(standing: Standing, found: Improvement | None) -> Listing:
    """Say whose change from a year before is more than noise; without a year before, that nothing can be said."""
    if found is None or standing.before is None:
        return Listing([text("Whether a unit improved cannot be said here: there are no figures of a year before.")])
    from_to = text(
        "From {before} to {now}, against the other units.", before=period(standing.before), now=period(standing.period)
    )
    rows = found.units[found.units["verdict"] == "above"]
    units = [f"{standing.names.get(unit, unit)}" for unit in rows["unit"]]
    who = [text("Rose by more than noise: {units}.", units=same(", ".join(dict.fromkeys(units))))] if units else []
    return Listing([from_to, results.sentence(found), *who])


def method(standing: Standing, found: StandOut, ranking: Ranking) -> Listing:
    """Say how it was done, what was declared beforehand, and what a bare order would have done."""
    shares = joined([labels.measure(name) for name in found.measures["measure"]], "; ")
    asked, alone = len(found.units), int(found.measures["beyond_chance_count"].sum())
    items = [
        text("Compared are, declared beforehand: {shares}.", shares=shares),
        text(
            "A unit stands out if its share lies beyond what the spread of all the other units explains, all {asked} "
            "comparisons counted; on average at most {rate} of those named are named wrongly.",
            asked=asked,
            rate=percent(5, 0),
        ),
        text(
            "Limits that allow for chance alone would have named {alone} of {asked}; a bare order always names "
            "somebody as last, whether or not anything is amiss.",
            alone=alone,
            asked=asked,
        ),
        results.said(found.checks[1].says),
        results.sentence(ranking),
        *(results.said(each) for each in found.assumptions),
        text(
            "A share says how dossiers went, not why, and nothing of work that is not counted. It is one input beside "
            "others, and never a ground by itself."
        ),
    ]
    return Listing(items)


def remarks(standing: Standing) -> Table | Prose:
    """Give every remark that units sent in, in their own words; if there is none, how to send one in."""
    rows = standing.remarks
    if rows.empty:
        return Prose(
            text(
                "No unit has sent in a remark on these figures. Each may: the table unit_remarks (`analysis template "
                "unit_remarks`) is shown here in the unit's own words."
            ),
            style="note",
        )
    frame = pd.DataFrame(
        {
            "unit_name": [standing.names.get(unit, unit) for unit in rows["unit_code"]],
            "remark_words": [_remark(standing, unit) for unit in rows["unit_code"]],
        }
    )
    return Table(frame, "remarks", text("What units say of their figures, in their own words"))


def figures_for_machines(standing: Standing, found: StandOut) -> Indicators:
    """Give as data how many units stand out on each share; no unit is ranked in it."""
    rows = [
        {
            "id": f"leaders.{row.measure}.{side}",
            "label": labels.measure(str(row.measure)),
            "unit": "count",
            "value": getattr(row, f"{side}_count"),
            "low": None,
            "high": None,
            "numerator": getattr(row, f"{side}_count"),
            "denominator": row.units_count,
            "period": standing.period,
            "place": standing.place,
        }
        for row in found.measures.itertuples(index=False)
        for side in ("above", "below")
    ]
    return Indicators(rows)
