"""`unit_crosswalk`: which new ward or commune took over which old one on 1-7-2025, and how much of it."""

from __future__ import annotations

import pandas as pd

from analysis.facts import contract
from analysis.facts.table import Table, finish
from analysis.sources import admin_units

NAME = "unit_crosswalk"
CODES = {  # column of ours: column of the file
    "old_province_code": "provinceCode",
    "old_district_code": "districtCode",
    "old_ward_code": "wardCode",
    "new_province_code": "newProvinceCode",
    "new_ward_code": "newWardCode",
}
DIGITS = {"old_province_code": 2, "old_district_code": 3, "old_ward_code": 5}  # written as numbers
NAMES = {
    "old_province_name": "province",
    "old_district_name": "district",
    "old_ward_name": "ward",
    "new_province_name": "newProvince",
    "new_ward_name": "newWard",
}
PLACES = {
    "new_ward_area_km2": "newWardAreaKm2",
    "new_ward_latitude_degrees": "newWardLat",
    "new_ward_longitude_degrees": "newWardLon",
}
COLUMNS = (*CODES, *NAMES, *PLACES, "weight", "weight_basis", *contract.TRACE)
SCHEMA = contract.schema(COLUMNS, key=("old_ward_code", "new_ward_code"), optional=tuple(PLACES))
NOT_WHOLE = (
    "old_ward_code: the ward does not stand here whole: another of its rows is bad, or isDividedWard and the number "
    "of its rows disagree"
)


def build() -> Table:
    """Build the table.

    Returns
    -------
    Table
        One row per old ward and new ward that has a part of it; none until `analysis fetch admin-units` has been run.
        `weight` is the share of the old ward's counts that goes to the new one; the weights of an old ward add up
        to 1. The file says that a ward was divided, not how many people went where: a divided ward goes in equal
        parts, and `weight_basis` says `equal`. The 5 island districts that had no wards stand under the district's
        code. Area and position are those of the new ward, the position that of its middle, not of its office; both may
        be missing. A ward of which one row is bad is set aside with all its rows, or its weights would not add up.
        Columns: `COLUMNS`.
    """
    written = admin_units.crosswalk()
    rows = _tidy(written)
    parts = rows.groupby("old_ward_code", dropna=False)["row"].transform("size").astype("float64")
    divided = parts > 1
    basis = pd.Series("whole", index=rows.index, dtype="str").mask(divided, "equal")
    good, rejected = finish(rows.assign(weight=1 / parts, weight_basis=basis)[list(COLUMNS)], SCHEMA, NAME)
    doubtful = rows["row"].isin(rejected["row"]) | (divided != (written["isDividedWard"] == "True"))
    aside = good["old_ward_code"].isin(rows.loc[doubtful, "old_ward_code"])
    others = good.loc[aside, list(contract.TRACE)].assign(reason=NOT_WHOLE, table=NAME)[list(rejected.columns)]
    return Table(good[~aside].reset_index(drop=True), pd.concat([rejected, others], ignore_index=True))


def _tidy(written: pd.DataFrame) -> pd.DataFrame:
    """Give the old codes back their leading zeros: the file has them as numbers, the wards' as `4.0`."""
    rows = written.assign(**{ours: written[theirs] for ours, theirs in (CODES | NAMES | PLACES).items()})
    for code, digits in DIGITS.items():
        rows[code] = rows[code].str.removesuffix(".0").str.zfill(digits)
    rows["old_ward_code"] = rows["old_ward_code"].fillna(rows["old_district_code"])
    rows["old_ward_name"] = rows["old_ward_name"].fillna(rows["old_district_name"])
    return rows
