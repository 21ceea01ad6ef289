"""`units`: the official administrative units, each with the days on which it had that name and that place."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pandas as pd

from analysis import policy
from analysis.facts import contract, unit_crosswalk
from analysis.facts.table import Table, finish
from analysis.sources import admin_units

NAME = "units"
COLUMNS = (
    "official_code",
    "unit_level",
    "unit_name",
    "official_province_code",
    "official_district_code",
    "valid_from",
    "valid_to",
    "successor_province_code",
    *contract.TRACE,
)
OPTIONAL = ("official_district_code", "valid_from", "valid_to", "successor_province_code")
SCHEMA = contract.schema(COLUMNS, key=("official_code", "valid_from"), optional=OPTIONAL)
UNKNOWN = "official_code: the list of July 2026 has a code that no unit of 1 July 2025 has"
# the list writes "Từ ngày 30%/04%/2026" in the entry of the province that changed
SINCE = re.compile(r"Từ ngày (\d{1,2})%?/(\d{1,2})%?/(\d{4})")


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per unit and validity; none until `analysis fetch admin-units` has been run. `valid_from` (INCLUSIVE)
        is missing where a unit began before the merger, no file says when; `valid_to` (EXCLUSIVE) is missing where
        it is still valid. Every unit of before the merger ends with it, for the tier above or below changed even
        where its own name did not. `successor_province_code` is that of the province its land is in since. Names
        are the crosswalk's; the later list is used only for provinces whose entry there dates a change. Codes that
        only the later list has are set aside. Columns: `COLUMNS`.
    """
    links, listed = unit_crosswalk.build().good, admin_units.listed_units()
    merged = policy.events()["merger_2025"].date.isoformat()
    after = pd.concat([_level(links, "new", level) for level in ("province", "ward")], ignore_index=True)
    before = pd.concat([_level(links, "old", level) for level in ("province", "district", "ward")], ignore_index=True)
    after, renamed = _renamed(after.assign(valid_from=merged), listed)
    rows = pd.concat([before.assign(valid_to=merged), after, renamed], ignore_index=True).reindex(columns=list(COLUMNS))
    rows = rows.astype({column: "str" for column in rows if column != "row"})
    good, rejected = finish(rows, SCHEMA, NAME)
    strange = listed[~listed["ma"].isin(after["official_code"])]
    aside = strange[list(contract.TRACE)].assign(reason=UNKNOWN, table=NAME)[list(rejected.columns)]
    return Table(good, pd.concat([rejected, aside], ignore_index=True))


def _level(links: pd.DataFrame, side: str, level: str) -> pd.DataFrame:
    """Give each unit of a level on one side of the merger, traced to the first line that names it."""
    found = links.sort_values("row").drop_duplicates(f"{side}_{level}_code")
    if level == "ward":
        found = found[found[f"{side}_ward_code"].str.len() == 5]  # the others are districts without wards
    rows = found[list(contract.TRACE)].assign(
        official_code=found[f"{side}_{level}_code"],
        unit_level="commune" if level == "ward" else level,
        unit_name=found[f"{side}_{level}_name"],
        official_province_code=found[f"{side}_province_code"],
    )
    if side == "old":
        rows["successor_province_code"] = found["new_province_code"]
        if level == "ward":
            rows["official_district_code"] = found["old_district_code"]
    return rows


def _renamed(units: pd.DataFrame, listed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """End the units that a province renamed later, and give them again under their new names."""
    province = listed["magoc"].mask(listed["magoc"] == "0", listed["ma"])
    later = listed.assign(valid_from=province.map(dict(_dated(listed))), unit_name=listed["ten"])
    later = later.dropna(subset="valid_from").set_index("ma")
    new_name = units["official_code"].map(later["unit_name"])
    changed = new_name.notna() & (new_name != units["unit_name"])
    renamed = units[changed]
    for column in ("valid_from", "unit_name", *contract.TRACE):
        renamed = renamed.assign(**{column: renamed["official_code"].map(later[column])})
    ends = units["official_code"].map(later["valid_from"]).where(changed)
    return units.assign(valid_to=ends), renamed


def _dated(listed: pd.DataFrame) -> Iterator[tuple[str, str]]:
    provinces = listed[listed["magoc"] == "0"]
    for code, note in zip(provinces["ma"], provinces["truocsapnhap"], strict=True):
        if found := SINCE.search(note):
            day, month, year = map(int, found.groups())
            yield code, datetime.date(year, month, day).isoformat()
