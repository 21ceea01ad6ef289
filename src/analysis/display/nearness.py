"""The words, the table and the map of how near the office that decides is."""

from __future__ import annotations

import pandas as pd

from analysis.display import figures
from analysis.display.output import Output, Prose, Table
from analysis.display.text import Text, number, same, text


def tiers(found: pd.DataFrame, province: str) -> Output:
    """Give the area of an office by tier, before and since the merger."""
    if not province:
        return not_fetched()
    frame = found.assign(tier_name=found["tier"].map(_tier))
    caption = text(
        "{province} of before 1 July 2025: how large the area of one office is, and how far its edge would be if it "
        "were round",
        province=same(province),
    )
    return Table(frame[["tier_name", "tier_units_count", "mean_area_km2", "edge_km"]], "nearness", caption)


def words(found: pd.DataFrame, province: str) -> Prose:
    """Say for what the office came nearer, and for what it went farther away."""
    if not province:
        return not_fetched()
    km = found.set_index("tier")["edge_km"].astype(float)
    now = number(km["new_commune"], 1)
    return Prose(
        text(
            "Real areas: for what the district decided and the commune decides now the office is {district_way}, about "
            "{now} km from the edge to the middle against {district} km; for what communes decided all along it is "
            "{commune_way}, {now} km against {before} km. This is area alone: roads, desks kept open in the old places "
            "and filing online are not in it.",
            district_way=_way(km["district"], km["new_commune"]),
            commune_way=_way(km["old_commune"], km["new_commune"]),
            district=number(km["district"], 1),
            before=number(km["old_commune"], 1),
            now=now,
        )
    )


def _way(before_km: float, now_km: float) -> Text:
    if number(before_km, 1) == number(now_km, 1):
        return text("as near as before")
    return text("nearer") if now_km < before_km else text("farther away")


def communes(found: pd.DataFrame) -> Output:
    """Give every new commune with its area, its position, and how many old ones were joined into it."""
    if found.empty:
        return not_fetched()
    names = ["new_ward_name", "joined_count", "new_ward_area_km2", "new_ward_latitude_degrees",
             "new_ward_longitude_degrees"]  # fmt: skip
    caption = text(
        "{province} of before 1 July 2025: its {old} communes and wards are {new} now",
        province=same(found.attrs["province"]),
        old=found.attrs["communes"],
        new=len(found),
    )
    return Table(found[names], "communes", caption)


def chart(table: Output) -> Output:
    """Draw the new communes as circles of their area at their places."""
    if not isinstance(table, Table):
        return not_fetched()
    largest = table.frame.iloc[0]
    alt = text(
        "A map of {n} circles, one for each commune or ward, of its own area; the largest is {name} with {area} km².",
        n=len(table.frame),
        name=same(str(largest["new_ward_name"])),
        area=number(float(largest["new_ward_area_km2"]), 0),
    )
    columns = ("new_ward_longitude_degrees", "new_ward_latitude_degrees", "new_ward_area_km2", "joined_count")
    return figures.places(table, label="new_ward_name", columns=columns, alt=alt)


def not_fetched() -> Prose:
    """Say that the areas have not been fetched, and how to fetch them."""
    return Prose(
        text("Areas and places of communes have not been fetched on this machine: `analysis fetch admin-units`."),
        style="note",
    )


def _tier(name: str) -> Text:
    return {
        "district": text("district, until 30 June 2025"),
        "old_commune": text("commune or ward, until 30 June 2025"),
        "new_commune": text("commune or ward, now"),
    }[name]
