"""The words for ids: rows and groups of the index, actions, units, verdicts, origins of points."""

from __future__ import annotations

import math

import pandas as pd

from analysis import policy
from analysis.collation import collation_key
from analysis.display.text import Text, Value, count, not_known, percent, points, same, text
from analysis.indicators.actions import actions
from analysis.indicators.codebook import indicator, indicators


def _words(label: policy.Label) -> Text:
    return Text(label.vi, label.en)


def row_name(row_id: str) -> Text:
    """Give the name of a scored row, with its number."""
    row = next(row for row in policy.index_766().rows if row.id == row_id)
    return same(f"{row.number} ") + _words(row.label)


def group_name(group_id: str) -> Text:
    """Give the name of a group of the index."""
    return _words(next(group for group in policy.index_766().groups if group.id == group_id).label)


def action_name(action_id: str) -> Text:
    """Give the name of an action."""
    return _words(next(action for action in actions() if action.id == action_id).label)


def band_name(points: float) -> Text:
    """Give the name of the band a total falls into; a total that is missing has none."""
    if math.isnan(points):
        return not_known()
    return _words(policy.index_766().band(points).label)


def measure(name: str) -> Text:
    """Give the name of a measure: a row of the index or an indicator of the codebook."""
    return _words(indicator(name).label) if name in indicators() else row_name(name)


def cases(row_id: str) -> Text:
    """Name the cases of a row: dossiers, procedures, services, petitions."""
    counted = next(row for row in policy.index_766().rows if row.id == row_id).counted
    return {
        "dossier": text("dossiers"),
        "procedure": text("procedures"),
        "service": text("services"),
        "petition": text("petitions"),
    }[counted]


def level_name(unit_level: str) -> Text:
    """Give the plural of a level of units."""
    return {
        "department": text("departments"),
        "commune": text("communes and wards"),
        "district": text("districts"),
        "province": text("the province"),
    }[unit_level]


def deciding_level(name: str) -> Text:
    """Give the words for the level that decides a procedure."""
    return {
        "ministry": text("ministry"),
        "province": text("provincial committee"),
        "department": text("provincial department"),
        "district": text("district"),
        "commune": text("commune or ward"),
        "other": text("other agencies"),
    }[name]


def codes(column: str) -> dict[str, Text]:
    """Give the words for the codes that a column may hold; none for a column whose cells are words themselves."""
    levels = {name: level_name(name) for name in ("department", "commune", "district", "province")}
    return {
        "unit_level": levels,
        "channel": {"online": text("online"), "direct": text("at the desk"), "post": text("by post")},
        "service_level": {
            "full": text("full online service"),
            "partial": text("partial online service"),
            "information": text("information only"),
        },
        "applicant_type": {
            "citizen": text("citizens"),
            "enterprise": text("enterprises"),
            "agency": text("agencies"),
            "organisation": text("organisations"),
        },
        "certainty": {name: certainty(name) for name in ("read", "read_in_code", "derived", "memory", "disputed")},
    }.get(column, {})


def verdict(name: str) -> Text:
    """Give the words of a comparison with the peers."""
    return {
        "above": text("in the upper quarter of its peers"),
        "below": text("in the lower quarter of its peers"),
        "alike": text("inside the middle half, or not to be told apart from it"),
        "few": text("too few cases to say"),
    }[name]


def origin(name: str) -> Text:
    """Give the words for where points come from."""
    return {
        "own": text("Its own dossiers and procedures"),
        "repeated": text("The same dossiers counted a second time"),
        "petitions": text("Petitions assigned to it"),
        "nothing": text("Rows for which it had nothing to count"),
        "same": text("Rows in which nearly all units have the same points"),
        "not_split": text("Online services: no counts published"),
        "province": text("The province's figures, copied to every unit"),
        "no_cases": text("Full marks because there were no petitions"),
    }[name]


def certainty(name: str) -> Text:
    """Give the words for how sure a published figure is."""
    return {
        "read": text("read in the source"),
        "read_in_code": text("read in public code"),
        "fitted": text("fitted to these figures"),
        "derived": text("derived from published figures"),
        "memory": text("not found in a source"),
        "disputed": text("sources disagree"),
        "assumed": text("assumed by this project"),
    }[name]


def rule_certainty(row_id: str) -> Text:
    """Give the words for how sure the scoring rule of a row is."""
    return certainty(next(row for row in policy.index_766().rows if row.id == row_id).certainty)


def gain(best: pd.Series, *, target_digits: int = 1) -> dict[str, Value]:
    """Give what a sentence says of a gain: action, n, cases, now, target, gain."""
    return {
        "action": action_name(best["action_id"]),
        "n": count(best["cases_count"]),
        "cases": cases(best["row_id"]),
        "now": percent(best["share_pct"]),
        "target": percent(best["target_pct"], target_digits),
        "gain": points(best["gain_points"]),
    }


def how_short(mendable: bool, new_cases: float, within_reach: bool) -> Text:
    """Say in a cell how the cases short of a target could still be gained."""
    if mendable:
        return text("mend past cases")
    if math.isnan(new_cases):
        return text("too late for this period")
    if within_reach:
        return text("{n} new cases that all go well", n=count(new_cases))
    return text("{n} new cases, more than so far", n=count(new_cases))


def how(mendable: bool, new_cases: float, within_reach: bool) -> Text:
    """Say how the cases short of a target could still be gained."""
    if mendable:
        return text("past cases can be made good, if the portal counts that (not known)")
    if math.isnan(new_cases):
        return text("only new cases count; full marks cannot be reached any more in this period")
    if within_reach:
        return text("past cases stay as they are: {n} new ones would all have to go well", n=count(new_cases))
    return text(
        "past cases stay as they are: {n} new ones would all have to go well, more than were handled so far",
        n=count(new_cases),
    )


def in_order(column: pd.Series) -> pd.Series:
    """Give the key of `sort_values(key=…)`: names (`*_name`) as a Vietnamese dictionary has them, Đ after D."""
    if not str(column.name).endswith("_name"):
        return column
    places = {name: place for place, name in enumerate(sorted(set(column), key=collation_key))}
    return column.map(places)
