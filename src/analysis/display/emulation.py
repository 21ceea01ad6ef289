"""The words, tables and figures of which units really improved, and what their initiatives were meant to move."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.display import figures, labels, results
from analysis.display.output import Chart, Header, Indicators, Listing, Prose, Table
from analysis.display.text import Text, Value, joined, number, period, same, text
from analysis.indicators import Standing
from analysis.methods.improvement import Improvement
from analysis.methods.ranks import Ranking

LARGEST = 10
INITIATIVES_SHOWN = 15


def header(standing: Standing) -> Header:
    """Give title, periods and sources."""
    return Header(
        title=text("Who really improved, and with which initiatives?"),
        subtitle=text("Changes against the other units, without the mix of procedures and without luck"),
        period=period(standing.period),
        as_of=standing.as_of,
        sources=standing.sources,
        provisional=standing.provisional,
    )


def lead(standing: Standing, found: Improvement) -> Prose:
    """Say how many units rose by more than noise, and what would be left of the largest rise."""
    rows = found.units
    best = rows.nlargest(1, "change_points").iloc[0]
    about: dict[str, Value] = {
        "before": period(str(standing.before)),
        "now": period(standing.period),
        "risen": rows.loc[rows["verdict"] == "above", "unit"].nunique(),
        "units": rows["unit"].nunique(),
    }
    rose = (
        text(
            "From {before} to {now} {risen} of {units} units rose by more than noise, all comparisons counted.", **about
        )
        if about["risen"]
        else text(
            "From {before} to {now} none of {units} units rose by more than noise, all comparisons counted.", **about
        )
    )
    seen = text(
        "The largest rise seen is {change} percentage points ({unit}: {measure}); of it probably {kept} would stay, "
        "the rest is luck.",
        change=number(float(best["change_points"]), 1),
        kept=number(float(best["kept_points"]), 1),
        unit=_name(standing, str(best["unit"])),
        measure=labels.measure(str(best["measure"])),
    )
    return Prose(joined([rose, seen]), style="statement")


def _name(standing: Standing, unit: str) -> str:
    return standing.names.get(unit, unit)


def named(standing: Standing, found: Improvement) -> Prose | Listing:
    """Name the units whose change is more than noise, either way."""
    rows = found.units[found.units["verdict"] != "inside"]
    if rows.empty:
        return Prose(text("No unit is named: nobody's change differs from that of the others by more than noise."),
                     style="note")  # fmt: skip
    rose = {"above": text("rose more than the others"), "below": text("rose less than the others, or fell")}
    return Listing(
        [
            joined([same(f"{_name(standing, unit)} – "), labels.measure(measure), same(": "), rose[verdict]], "")
            for unit, measure, verdict in rows[["unit", "measure", "verdict"]].to_numpy()
        ]
    )


def largest(standing: Standing, found: Improvement) -> Table:
    """Give the largest rises as seen, and what of each would probably stay."""
    rows = found.units.nlargest(LARGEST, "change_points")
    what = [
        same(f"{_name(standing, unit)} – ") + labels.measure(measure)
        for unit, measure in rows[["unit", "measure"]].to_numpy()
    ]
    frame = rows.assign(unit_name=pd.Series(what, index=rows.index, dtype=object))[
        ["unit_name", "change_points", "kept_low_points", "kept_points", "kept_high_points"]
    ]
    caption = text("The largest rises seen, in percentage points, and what of each is probably no luck")
    return Table(frame.reset_index(drop=True), "largest", caption)


def largest_chart(table: Table) -> Chart:
    """Draw what would probably stay of each rise."""
    alt = text(
        "For each of the {n} largest rises the part that would probably stay, with its interval of 95%; the largest "
        "such part is {kept} points.",
        n=len(table.frame),
        kept=number(float(table.frame["kept_points"].max()), 1),
    )
    columns = ("kept_low_points", "kept_points", "kept_high_points")
    return figures.ranges(table, label="unit_name", columns=columns, alt=alt)


def sets(standing: Standing, ranking: Ranking) -> Listing:
    """Say how far the most improved can be told from the others on the declared share."""
    about = labels.measure(standing.headline) + same(":")
    return Listing([joined([about, results.sentence(ranking)])])


def initiatives(standing: Standing, rows: pd.DataFrame, found: Improvement) -> Table | Prose:
    """Give the initiatives begun in between, with the change of the unit's share that each was meant to move."""
    if rows.empty:
        return Prose(text("No initiative is in the table initiatives (`analysis template initiatives`)."), style="note")
    changes = found.units.set_index(["unit", "measure"])
    aims = pd.MultiIndex.from_frame(rows[["unit_code", "indicator_id"]])
    own = changes.reindex(aims)[["kept_points", "kept_low_points", "kept_high_points"]].set_index(rows.index)
    frame = pd.DataFrame(
        {
            "initiative_name": [
                same(f"{name} ({_name(standing, str(unit))})")
                for name, unit in rows[["initiative_name", "unit_code"]].to_numpy()
            ],
            "started_date": rows["started_date"],
            "headline_name": [_aim(aim) for aim in rows["indicator_id"]],
            **{name: own[name] for name in ("kept_points", "kept_low_points", "kept_high_points")},
        }
    )
    frame = frame.sort_values("kept_points", ascending=False, kind="stable", ignore_index=True)
    merged: dict[tuple[str, ...], Text] = {
        ("kept_points", "kept_low_points", "kept_high_points"): text("Probably no luck, points (interval of 95%)")
    }
    caption = text("Initiatives begun between the two periods, and what probably stayed of the change they aimed at")
    return Table(frame.head(INITIATIVES_SHOWN), "initiatives", caption, merged=merged)


def _aim(aim: Any) -> Text:
    return labels.measure(str(aim)) if pd.notna(aim) else text("no aim named")


def method(found: Improvement) -> Listing:
    """Say how it was done, and what an initiative's row does not show."""
    return Listing(
        [
            text(
                "A change is that of a unit's share over what the other units have on the same procedures: neither its "
                "mix nor what moved all units counts."
            ),
            text(
                "A unit that was low by chance rises by itself. What would probably stay is drawn towards the common "
                "change, the more the fewer its dossiers."
            ),
            *(results.said(check.says) for check in found.checks),
            *(results.said(each) for each in found.assumptions),
            text(
                "That a share rose after an initiative began does not show that the initiative did it: the unit chose "
                "it, and nobody knows what would have happened without."
            ),
        ]
    )


def figures_for_machines(standing: Standing, found: Improvement) -> Indicators:
    """Give as data how many units rose by more than noise on each share."""
    rows = [
        {
            "id": f"emulation.{measure}.risen",
            "label": labels.measure(str(measure)),
            "unit": "count",
            "value": int((own["verdict"] == "above").sum()),
            "low": None,
            "high": None,
            "numerator": int((own["verdict"] == "above").sum()),
            "denominator": len(own),
            "period": standing.period,
            "place": standing.place,
        }
        for measure, own in found.units.groupby("measure", sort=False)
    ]
    return Indicators(rows)
