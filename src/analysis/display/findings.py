"""The sentences about the oddities of the figures: one for each kind of finding, naming every place."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis import policy
from analysis.display import labels
from analysis.display.output import Listing
from analysis.display.service_index import place_name
from analysis.display.text import Text, count, joined, number, percent, period, points, text
from analysis.indicators import Scorecard, ServiceIndex

Figures = dict[str, Any]


def listing(found: pd.DataFrame, index: ServiceIndex) -> Listing:
    """Give the sentences of the province's page, which says elsewhere what is counted twice."""
    return Listing(_sentences(found[found["finding_id"] != "counted_twice"], index))


def about(card: Scorecard) -> Listing:
    """Give the sentences that a reader of one unit's page needs."""
    return Listing(_sentences(card.findings, card.index))


def _sentences(found: pd.DataFrame, index: ServiceIndex) -> list[Text]:
    """Give a sentence for each kind of finding and each set of figures, in the order of the checks."""
    kinds = found.groupby("finding_id", sort=False)
    return [_sentence(str(kind), alike, index) for kind, group in kinds for alike in _alike(str(kind), group)]


def _alike(kind: str, group: pd.DataFrame) -> list[pd.DataFrame]:
    """Split off the places whose figures differ, unless the sentence says whose figures it gives."""
    if kind.endswith("_do_not_add_up") or kind in BESIDE:
        return [group]
    return [alike for _, alike in group.groupby(group["figures"].map(str), sort=False)]


def _sentence(kind: str, group: pd.DataFrame, index: ServiceIndex) -> Text:
    names = []
    for place, figures in group.drop_duplicates("place")[["place", "figures"]].itertuples(index=False):
        name = place_name(index, place)
        names.append(BESIDE[kind](figures, name) if kind in BESIDE else name)
    return SENTENCES[kind](group["figures"].iloc[0], joined(names, "; "))


def _units_not_published(figures: Figures, places: Text) -> Text:
    return text(
        "For the {period} the figures used here have these groups for the province alone: {places}. No unit has a "
        "total for this period.",
        period=period(figures["period"]),
        places=places,
    )


def _on_time_exceeds_completed(figures: Figures, places: Text) -> Text:
    return text(
        "A pending dossier counts as on time while its time has not run out: {place} has {on_time} dossiers on time, "
        "but only {completed} are completed. The share on time, of the province and of every unit, is therefore not a "
        "share of finished dossiers.",
        place=places,
        on_time=count(figures["on_time"]),
        completed=count(figures["completed"]),
    )


def _on_time_beyond_its_months(figures: Figures, places: Text) -> Text:
    return text(
        "{place}: {share} on time for the whole period lies outside every month of the portal's own chart ({lowest} to "
        "{highest}). Two definitions share one name; the chart is not used here.",
        place=places,
        share=percent(figures["share_pct"], 2),
        lowest=percent(figures["lowest_pct"], 2),
        highest=percent(figures["highest_pct"], 2),
    )


def _chart_counts_services(figures: Figures, places: Text) -> Text:
    return text(
        "{place}: the portal's monthly chart of the online share ({lowest} to {highest}) counts services that had "
        "online dossiers; of the dossiers themselves {share} were filed online.",
        place=places,
        share=percent(figures["share_pct"]),
        lowest=percent(figures["lowest_pct"], 2),
        highest=percent(figures["highest_pct"], 2),
    )


def _counted_twice(figures: Figures, places: Text) -> Text:
    return text(
        "{places}: this row counts again the cases of {row}; in the province their numerators differ by {difference} "
        "of {cases}. The same dossiers decide up to {points} points.",
        places=places,
        row=labels.row_name(figures["row_id"]),
        difference=count(figures["difference"]),
        cases=count(figures["cases"]),
        points=count(figures["points"]),
    )


def _procedures_do_not_add_up(figures: Figures, places: Text) -> Text:
    return text(
        "Counts of procedures do not add up, because every unit counts its own: {places}. In the first of these the "
        "units have {units} together, the province {province}.",
        places=places,
        units=count(figures["units_sum"]),
        province=count(figures["province"]),
    )


def _dossiers_do_not_add_up(figures: Figures, places: Text) -> Text:
    return text(
        "Counts of dossiers of the units do not add up to the province's: {places}. In the first of these the units "
        "have {units} together, the province {province}.",
        places=places,
        units=count(figures["units_sum"]),
        province=count(figures["province"]),
    )


def _petitions_do_not_add_up(figures: Figures, places: Text) -> Text:
    counts = {"units": count(figures["units_sum"]), "province": count(figures["province"])}
    most = text(
        "Most petitions are assigned to no unit: the units have {units} together, the province {province}.", **counts
    )
    differ = text("Petitions do not add up: the units have {units} together, the province {province}.", **counts)
    free = text("A unit without petitions is given full marks for them.")
    return joined([most if figures["units_sum"] < figures["province"] / 2 else differ, free])  # fmt: skip


def _copied_from_province(figures: Figures, places: Text) -> Text:
    return text(
        "These rows repeat the province's own figures for all {units} units and say nothing about a unit: {places}.",
        units=figures["units"],
        places=places,
    )


def _all_late_or_missing(figures: Figures, places: Text) -> Text:
    return text(
        "None was on time, as the portal counts: {places}. Either that is so, or one late procedure makes the whole "
        "period count as late, or data are missing; which of these is not known. Points to gain there cannot be "
        "relied on.",
        places=places,
    )


def _of_cases(figures: Figures, name: Text) -> Text:
    return text("{place} (none of {cases})", place=name, cases=count(figures["cases"]))


def _provisional_denominator(figures: Figures, places: Text) -> Text:
    return text(
        "{places}: numerator and denominator are equal in all {answers} answers, because the portal uses a "
        "provisional denominator. The full marks are not information.",
        answers=figures["answers"],
        places=places,
    )


def _sync_covers_part(figures: Figures, places: Text) -> Text:
    part = text(
        "{places}: the denominator has {covered} of the {received} dossiers received in the province ({share}). "
        "Whether the others were synchronised is not known.",
        places=places,
        covered=count(figures["covered"]),
        received=count(figures["received"]),
        share=percent(figures["share_pct"]),
    )
    if math.isnan(figures["lowest_pct"]):
        return part
    return joined([part, text("The lowest share of a unit is {lowest}.", lowest=percent(figures["lowest_pct"]))])


def _granted_without_counts(figures: Figures, places: Text) -> Text:
    granted = text(
        "{places}: {points} points are given without any count behind them.",
        places=places,
        points=points(figures["points"]),
    )
    if not figures["departments"]:
        return granted
    return joined([granted, text("Departments have them as well, which cannot certify copies.")])


def _no_fee_dossiers(figures: Figures, places: Text) -> Text:
    return text(
        "No dossier with a fee, so nothing to pay online, and yet 0 of {points} points in row {row}: {places}.",
        points=count(figures["maximum_points"]),
        row=labels.row_name(figures["row_id"]),
        places=places,
    )


def _unit_without_dossiers(figures: Figures, places: Text) -> Text:
    return text(
        "{places} had no dossiers. The portal then leaves some rows empty, gives 0 in others and full marks in others; "
        "the total ({points}) says nothing about its work.",
        points=points(figures["points"]),
        places=places,
    )


def _shrinks(what: Text, figures: Figures, places: Text) -> Text:
    return text(
        "{places}: {what} are {part_count} in the {part} but {whole_count} in the whole year. A running total cannot "
        "shrink; the portal does not say which is right.",
        places=places,
        what=what,
        part=period(figures["part"]),
        part_count=count(figures["part_count"]),
        whole_count=count(figures["whole_count"]),
    )


def _overdue_shrinks(figures: Figures, places: Text) -> Text:
    return _shrinks(text("overdue dossiers"), figures, places)


def _petitions_shrink(figures: Figures, places: Text) -> Text:
    return _shrinks(text("petitions that went well"), figures, places)


def _services_offered_differ(figures: Figures, places: Text) -> Text:
    return text(
        "{places}: the portal gives {part_count} online services offered when asked for the {part}, but {whole_count} "
        "for the whole year. What is on offer does not depend on the period; the portal does not say which is right.",
        places=places,
        part=period(figures["part"]),
        part_count=count(figures["part_count"]),
        whole_count=count(figures["whole_count"]),
    )


def _payment_rounded_in_steps(figures: Figures, places: Text) -> Text:
    return text(
        "The portal rounds payment points three times over; at {place} this moves them by {gap} points.",
        place=places,
        gap=number(figures["gap_points"], 3),
    )


def _online_points_of_units(figures: Figures, places: Text) -> Text:
    fit = text(
        "{places}: there are no counts for units, only their points ({lowest} to {highest} of {whole}). They fit "
        "{filed} points for dossiers filed online and up to {used} for services used, and none for row {row}.",
        places=places,
        lowest=points(figures["lowest"]),
        highest=points(figures["highest"]),
        whole=count(policy.index_766().group_of(figures["row_id"]).maximum_points),
        filed=count(figures["filed"]),
        used=count(figures["used"]),
        row=labels.row_name(figures["row_id"]),
    )
    evidence = text(
        "With the {offered} points that the province has in that row, a unit that receives {share} of its dossiers "
        "online would have at least {least}; {below} of {units} have less. This is our reading, not the portal's "
        "word.",
        offered=points(figures["offered"]),
        share=percent(figures["full_marks_at_pct"], 0),
        least=points(figures["least"]),
        below=figures["below"],
        units=figures["units"],
    )
    return joined([fit, evidence])


def _online_points_below_rule(figures: Figures, places: Text) -> Text:
    return text(
        "{places}: its {points} points for online services are what about {share} filed online and no service counted "
        "would give: fewer than half of its dossiers came online, by our reading.",
        places=places,
        points=points(figures["points"]),
        share=percent(figures["share_pct"], 0),
    )


BESIDE: dict[str, Callable[[Figures, Text], Text]] = {"all_late_or_missing": _of_cases}
SENTENCES: dict[str, Callable[[Figures, Text], Text]] = {
    "units_not_published": _units_not_published,
    "on_time_exceeds_completed": _on_time_exceeds_completed,
    "on_time_beyond_its_months": _on_time_beyond_its_months,
    "chart_counts_services": _chart_counts_services,
    "counted_twice": _counted_twice,
    "procedures_do_not_add_up": _procedures_do_not_add_up,
    "dossiers_do_not_add_up": _dossiers_do_not_add_up,
    "petitions_do_not_add_up": _petitions_do_not_add_up,
    "copied_from_province": _copied_from_province,
    "all_late_or_missing": _all_late_or_missing,
    "provisional_denominator": _provisional_denominator,
    "sync_covers_part": _sync_covers_part,
    "granted_without_counts": _granted_without_counts,
    "no_fee_dossiers": _no_fee_dossiers,
    "unit_without_dossiers": _unit_without_dossiers,
    "overdue_shrinks": _overdue_shrinks,
    "petitions_shrink": _petitions_shrink,
    "services_offered_differ": _services_offered_differ,
    "payment_rounded_in_steps": _payment_rounded_in_steps,
    "online_points_of_units": _online_points_of_units,
    "online_points_below_rule": _online_points_below_rule,
}
