"""The words, the table and the map of how near the office that decides is."""

from __future__ import annotations

import pandas as pd

from analysis.display import figures
from analysis.display.output import Output, Prose, Table
from analysis.display.text import Text, number, same, text


def tiers(found: pd.DataFrame, province: str) -> list[Output]:
    """Say for what the office came nearer, and give its area by tier; nothing where areas are not known."""
    if not province:
        return []
    frame = found.assign(tier_name=found["tier"].map(_tier))
    caption = text(
        "{province} of before 1 July 2025: how large the area of one office is, and how far its edge would be if it "
        "were round",
        province=same(province),
    )
    shown = frame[["tier_name", "tier_units_count", "mean_area_km2", "edge_km"]]
    return [Prose(_words(found.set_index("tier")["edge_km"].astype(float))), Table(shown, "nearness", caption)]


def _words(km: pd.Series) -> Text:
    """Say for what the office came nearer, and for what it went farther away; `km` by tier."""
    return text(
        "Real areas: for what the district decided and the commune decides now the office is {district_way}, about "
        "{now} km from the edge to the middle against {district} km; for what communes decided all along it is "
        "{commune_way}, {now} km against {before} km. This is area alone: roads, desks kept open in the old places "
        "and filing online are not in it.",
        district_way=_way(km["district"], km["new_commune"]),
        commune_way=_way(km["old_commune"], km["new_commune"]),
        district=number(km["district"], 1),
        before=number(km["old_commune"], 1),
        now=number(km["new_commune"], 1),
    )


def _way(before_km: float, now_km: float) -> Text:
    if number(before_km, 1) == number(now_km, 1):
        return text("as near as before")
    return text("nearer") if now_km < before_km else text("farther away")


def communes(found: pd.DataFrame) -> Output:
    """Give every new commune with its area, its position, and how many old ones were joined into it."""
    if found.empty:
        return Prose(
            text("Areas and places of communes have not been fetched on this machine: `analysis fetch admin-units`."),
            style="note",
        )
    names = ["new_ward_name", "joined_count", "new_ward_area_km2", "new_ward_latitude_degrees",
             "new_ward_longitude_degrees"]  # fmt: skip
    caption = text(
        "{province} of before 1 July 2025: its {old} communes and wards are {new} now",
        province=same(found.attrs["province"]),
        old=found.attrs["communes"],
        new=len(found),
    )
    return Table(found[names], "communes", caption)


def charts(table: Output) -> list[Output]:
    """Draw the new communes as circles of their area at their places; nothing where there is no table."""
    if not isinstance(table, Table):
        return []
    largest = table.frame.iloc[0]
    alt = text(
        "A map of {n} circles, one for each commune or ward, of its own area; the largest is {name} with {area} km².",
        n=len(table.frame),
        name=same(str(largest["new_ward_name"])),
        area=number(float(largest["new_ward_area_km2"]), 0),
    )
    columns = ("new_ward_longitude_degrees", "new_ward_latitude_degrees", "new_ward_area_km2", "joined_count")
    return [figures.places(table, label="new_ward_name", columns=columns, alt=alt)]


def _tier(name: str) -> Text:
    return {
        "district": text("district, until 30 June 2025"),
        "old_commune": text("commune or ward, until 30 June 2025"),
        "new_commune": text("commune or ward, now"),
    }[name]
