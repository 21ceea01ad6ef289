"""The words, tables and figures of who decides, and what became of the district's procedures."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import figures, labels, quarterly
from analysis.display.output import Chart, Header, Indicators, Output, Prose, Table
from analysis.display.simplification import not_filled_in
from analysis.display.text import Text, count, day, joined, percent, period, same, text
from analysis.methods.result import Estimate
from analysis.policy import FEWEST_CASES

COMMUNE = "commune"


def header(sources: list[dict[str, Any]], until: str) -> Header:
    """Give title, period and sources."""
    return Header(
        title=text("Who decides, and how near to people?"),
        subtitle=text("Dossiers and procedures by level, and what became of the district's on 1 July 2025"),
        period=period(until),
        as_of=max(source["as_of"] for source in sources),
        sources=sources,
    )


def lead(real: pd.DataFrame, own: pd.DataFrame, source: dict[str, Any]) -> Prose:
    """Say what share of the dossiers the communes receive, in a real province and in the source."""
    levels = real.set_index("unit_level").to_dict("index")
    commune, department = levels[COMMUNE], levels["department"]
    words = [
        text(
            "Real figures, {place}, to {day}: communes and wards received {share} of the dossiers and had {on_time} on "
            "time, as the portal counts; of the departments' {others} were.",
            place=_place(commune["province_name"]),
            day=day(commune["as_of_date"]),
            share=percent(commune["share_pct"]),
            on_time=percent(commune["on_time_pct"]),
            others=percent(department["on_time_pct"]),
        )
    ]
    shares = own[own["unit_level"] == COMMUNE].to_dict("records")
    if len(shares) == 2:
        before, after = shares
        words.append(
            text(
                "{source}: communes received {before} of the dossiers in {then}, the last quarter of the "
                "districts, and "
                "{after} in {now}; at the same time communes went from {many} to {few}.",
                source=Text(source["title"]["vi"], source["title"]["en"]),
                before=percent(before["share_pct"]),
                then=period(before["period"]),
                after=percent(after["share_pct"]),
                now=period(after["period"]),
                many=count(before["units_count"]),
                few=count(after["units_count"]),
            )
        )
    return Prose(joined(words), style="statement")


def portal_levels(real: pd.DataFrame) -> Table:
    """Give the real province's dossiers by level."""
    place = {"place": _place(real["province_name"].iloc[0]), "day": day(real["as_of_date"].iloc[0])}
    frame = real.assign(level=real["unit_level"].map(labels.level_name), portal_on_time_pct=real["on_time_pct"])
    names = ["level", "received_count", "share_pct", "portal_on_time_pct", "units_count"]
    caption = text("Real figures, {place}: dossiers received and on time by level, complete counts to {day}", **place)
    return Table(frame[names], "portal_levels", caption)


def months(found: pd.DataFrame) -> Table:
    """Give the share of each level by month."""
    frame = pd.DataFrame(
        {
            "month": found["month"],
            "level": found["unit_level"].map(labels.level_name),
            "share_pct": found["share_pct"],
        }
    )
    return Table(frame, "levels_by_month", text("Share of each level in the dossiers received, by month"))


def months_chart(table: Table) -> Chart:
    """Draw the shares with the break of the merger."""
    breaks = [(policy.events()["merger_2025"].date.isoformat(), text("merger"))]
    alt = text("Shares of departments, districts and communes by month; the line is broken where the districts ended.")
    return figures.monthly(table, columns=("month", "share_pct", "level"), breaks=breaks, alt=alt)


def around_merger(own: pd.DataFrame) -> Table:
    """Give units, dossiers and shares in the last quarter of the districts and now."""
    frame = own.assign(period_name=own["period"].map(period), level=own["unit_level"].map(labels.level_name))
    names = ["period_name", "level", "share_pct", "dossiers_count", "units_count"]
    return Table(frame[names], "around_merger", text("Who received dossiers in the districts' last quarter, and now"))


def became(found: pd.DataFrame) -> Table:
    """Give what became of the district's procedures, in the whole country and in the register."""
    frame = pd.DataFrame({"outcome_after_name": found["outcome"].map(_outcome)})
    for name, source in (("published_procedures", "published_count"), ("own_procedures", "own_count")):
        frame[f"{name}_count"] = found[source]
        frame[f"{name}_pct"] = 100 * found[source] / found[source].sum(min_count=1)
    known = policy.district_procedures()
    caption = text(
        "The procedures that districts decided; whole country: {n} (public collection, {source})",
        n=known.procedures_count,
        source=same(str(known.citation.href)),
    )
    return Table(frame, "became", caption)


def became_words() -> Prose:
    """Say how many procedures each level decides since."""
    since = policy.district_procedures().decided_since
    words = text(
        "In the whole country the province has since decided {province} procedures and the commune {commune}.",
        province=since["province"],
        commune=since["commune"],
    )
    return Prose(words)


def procedures(found: pd.DataFrame) -> Output:
    """Give the procedures in force by level, before and now."""
    if found.empty:
        return not_filled_in()
    frame = found.assign(level=found["decided_level"].map(labels.deciding_level))
    caption = text("Procedures in force by level that decides, on the districts' last day and at the end of the period")
    return Table(frame[["level", "before_count", "after_count"]], "procedures", caption)


def decided(found: pd.DataFrame) -> Output:
    """Give the decisions to decentralise by quarter and level."""
    if found.empty:
        return Prose(text("No decision to decentralise is known: the changes of procedures name none."), style="note")
    frame = found.assign(
        period_name=found["period"].map(period),
        from_name=found["from_level"].map(labels.deciding_level),
        to_name=found["to_level"].map(labels.deciding_level),
    )
    caption = text("Decisions to decentralise by quarter in which they took effect")
    return Table(frame[["period_name", "from_name", "to_name", "found_count"]], "decided", caption)


def moved(found: dict[tuple[str, int], Estimate]) -> Output:
    """Give the shares finished in time before and after the merger, of procedures that moved and that stayed."""
    rows = [
        {
            "group_moved_name": _group(group),
            "when_name": _when(after),
            "dossiers_count": float(each.n),
            "share_pct": 100 * each.value,
            "low_pct": 100 * each.low,
            "high_pct": 100 * each.high,
        }
        for (group, after), each in found.items()
        if each.n >= FEWEST_CASES
    ]
    if not rows:
        return not_filled_in()
    caption = text(
        "Dossiers finished within their limit, of all received, in the year before the merger and in the latest year"
    )
    return Table(pd.DataFrame(rows), "moved", caption, merged=quarterly.with_interval())


def moved_words(found: dict[tuple[str, int], Estimate]) -> Prose:
    """Say how procedures that came to the commune fared beside those that were there all along."""
    keys = [(group, after) for group in ("to_commune", COMMUNE) for after in (0, 1)]
    if any(key not in found or found[key].n < FEWEST_CASES for key in keys):
        words = text("Too few dossiers on one of the sides to compare procedures that moved with those that stayed.")
        return Prose(words, style="note")
    moved_before, moved_after, stayed_before, stayed_after = (_share(found[key]) for key in keys)
    words = text(
        "In time, of procedures that came from the district to the commune: {moved_before} before, {moved_after} "
        "after; of those that the commune decided all along: {stayed_before} and {stayed_after}. Communes "
        "were merged on the "
        "same day, so neither difference is the effect of the move.",
        moved_before=moved_before,
        moved_after=moved_after,
        stayed_before=stayed_before,
        stayed_after=stayed_after,
    )
    return Prose(words)


def figures_for_machines(real: pd.DataFrame, own: pd.DataFrame, places: tuple[str, str]) -> Indicators:
    """Give the communes' shares as data; `places` are the real province and the source."""
    label = text("Dossiers received by communes and wards")
    whole = float(real["received_count"].sum())
    rows = [
        {"id": "decentralisation.commune_share", "label": label, "unit": "pct", "value": row["share_pct"],
         "numerator": row["received_count"], "denominator": whole, "period": row["as_of_date"][:4], "place": places[0]}
        for row in real[real["unit_level"] == COMMUNE].to_dict("records")
    ]  # fmt: skip
    rows += [
        {"id": "decentralisation.commune_share", "label": label, "unit": "pct", "value": row["share_pct"],
         "numerator": row["dossiers_count"], "denominator": 100 * row["dossiers_count"] / row["share_pct"],
         "period": row["period"], "place": places[1]}
        for row in own[own["unit_level"] == COMMUNE].to_dict("records")
    ]  # fmt: skip
    return Indicators(rows)


def _place(committee: str) -> Text:
    """Name a province after its committee, as the portal names it."""
    return same(re.sub(r"^UBND (tỉnh|thành phố) ", "", committee))


def _share(each: Estimate) -> Text:
    value, low, high = (percent(100 * number) for number in (each.value, each.low, each.high))
    return text("{value} ({low} to {high})", value=value, low=low, high=high)


def _outcome(name: str) -> Text:
    return {
        "commune": text("to the commune"),
        "province": text("to the province"),
        "abolished": text("abolished"),
    }[name]


def _group(name: str) -> Text:
    return {
        "to_commune": text("from the district to the commune"),
        "to_province": text("from the district to the province"),
        "commune": text("at the commune all along"),
        "province": text("at the province all along"),
    }[name]


def _when(after: int) -> Text:
    return text("latest year") if after else text("year before the merger")
