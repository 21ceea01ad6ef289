"""The sentences about the oddities of the figures: one for each kind of finding, naming every place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.display.output import Listing
from analysis.display.service_index import place_name
from analysis.display.text import Text, count, joined, number, percent, period, points, text
from analysis.indicators import ServiceIndex

Figures = dict[str, Any]


def listing(found: pd.DataFrame, index: ServiceIndex) -> Listing:
    """Give a sentence for each kind of finding and each set of figures, in the order of the checks."""
    kinds = found.groupby("finding_id", sort=False)
    return Listing([_sentence(str(kind), same, index) for kind, group in kinds for same in _alike(str(kind), group)])


def _alike(kind: str, group: pd.DataFrame) -> list[pd.DataFrame]:
    """Split off the places whose figures differ, unless the sentence says that it gives those of the first."""
    if kind.endswith("_do_not_add_up"):
        return [group]
    return [same for _, same in group.groupby(group["figures"].map(str), sort=False)]


def about(found: pd.DataFrame, index: ServiceIndex, unit: str) -> Listing:
    """Give the sentences that a reader of one unit's page needs: about the unit, or about rows all units share."""
    units = set(index.units["unit_code"])
    shared = ~found["place"].isin(units) & ~found["finding_id"].str.endswith("_shrink")
    return listing(found[shared | (found["place"] == unit)], index)


def _sentence(kind: str, group: pd.DataFrame, index: ServiceIndex) -> Text:
    places = joined([place_name(index, place) for place in group["place"].drop_duplicates()], "; ")
    return SENTENCES[kind](group["figures"].iloc[0], places)


def _on_time_exceeds_completed(figures: Figures, places: Text) -> Text:
    return text(
        "{place}: {on_time} dossiers count as on time but only {completed} are completed: a pending dossier counts as "
        "on time while its time has not run out. The share on time is therefore not a share of finished dossiers.",
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
    return text(
        "Most petitions are assigned to no unit: the units have {units} together, the province {province}. A unit "
        "without petitions is given full marks for them.",
        units=count(figures["units_sum"]),
        province=count(figures["province"]),
    )


def _copied_from_province(figures: Figures, places: Text) -> Text:
    return text(
        "These rows repeat the province's own figures for all {units} units and say nothing about a unit: {places}.",
        units=figures["units"],
        places=places,
    )


def _provisional_denominator(figures: Figures, places: Text) -> Text:
    return text(
        "{places}: numerator and denominator are equal everywhere ({units} answers), because the portal uses a "
        "provisional denominator. The full marks are not information.",
        units=figures["units"],
        places=places,
    )


def _granted_without_counts(figures: Figures, places: Text) -> Text:
    return text(
        "{places}: {points} points are given without any count behind them, to departments as well, which cannot "
        "certify copies.",
        points=points(figures["points"]),
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
    return _shrinks(text("online services offered"), figures, places)


def _payment_rounded_in_steps(figures: Figures, places: Text) -> Text:
    return text(
        "The portal rounds payment points three times over; at {place} this moves them by {gap} points.",
        place=places,
        gap=number(figures["gap_points"], 3),
    )


def _online_points_of_units(figures: Figures, places: Text) -> Text:
    return text(
        "{places}: the portal publishes no counts for units, only their points ({lowest} to {highest} of 12). They fit "
        "6 points for dossiers filed online and up to 4 for services used; row 3.a seems not to be given to units, "
        "since {below} of {units} stay below 8. This is our reading, not the portal's word.",
        places=places,
        lowest=points(figures["lowest"]),
        highest=points(figures["highest"]),
        below=int(figures["below_8"]),
        units=int(figures["units"]),
    )


def _online_points_below_rule(figures: Figures, places: Text) -> Text:
    return text(
        "{places}: {points} points for online services fit no rule we know for a unit with dossiers, unless fewer than "
        "half of them came online.",
        places=places,
        points=points(figures["points"]),
    )


SENTENCES: dict[str, Callable[[Figures, Text], Text]] = {
    "on_time_exceeds_completed": _on_time_exceeds_completed,
    "on_time_beyond_its_months": _on_time_beyond_its_months,
    "chart_counts_services": _chart_counts_services,
    "procedures_do_not_add_up": _procedures_do_not_add_up,
    "dossiers_do_not_add_up": _dossiers_do_not_add_up,
    "petitions_do_not_add_up": _petitions_do_not_add_up,
    "copied_from_province": _copied_from_province,
    "provisional_denominator": _provisional_denominator,
    "granted_without_counts": _granted_without_counts,
    "unit_without_dossiers": _unit_without_dossiers,
    "overdue_shrinks": _overdue_shrinks,
    "petitions_shrink": _petitions_shrink,
    "services_offered_differ": _services_offered_differ,
    "payment_rounded_in_steps": _payment_rounded_in_steps,
    "online_points_of_units": _online_points_of_units,
    "online_points_below_rule": _online_points_below_rule,
}
