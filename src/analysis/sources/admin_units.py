"""The two files of `admin-units`: the crosswalk of the merger of 1-7-2025, and a later list of the units."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd

from analysis.sources import registry

SOURCE_ID = "admin-units"
CROSSWALK = "convert_legacy_2025_simple.csv"
UNITS = "units-2026-07-25.json"
_COLUMNS = {
    CROSSWALK: (
        *("provinceCode", "districtCode", "wardCode", "isDividedWard", "province", "district", "ward"),
        *("newProvince", "newWard", "newProvinceCode", "newWardCode"),
        *("newWardAreaKm2", "newWardLat", "newWardLon"),
    ),
    UNITS: ("ma", "ten", "magoc", "truocsapnhap"),
}


def crosswalk() -> pd.DataFrame:
    """Give the rows of the crosswalk as they are written: one per old ward and new ward; none before it is fetched.

    Columns: the file's own, all text, an empty cell missing; `source_id`, `file`, `row` (line, header = 1).

    Raises
    ------
    DataContractError
        If the file is not the locked one.
    """
    if not registry.is_fetched(SOURCE_ID):
        return _traced([], [], CROSSWALK)
    lines = csv.DictReader(io.StringIO(registry.open_bytes(SOURCE_ID, CROSSWALK).decode("utf-8-sig")))
    rows = list(lines)
    return _traced(rows, list(range(2, len(rows) + 2)), CROSSWALK)


def listed_units() -> pd.DataFrame:
    """Give the list of units of July 2026 as it is written: one row per province or commune; none before it is fetched.

    Columns: `ma` code, `ten` name, `magoc` code of the province (0: is one), `truocsapnhap` what it was before, all
    text; `source_id`, `file`, `row` (the line on which the unit's entry begins).

    Raises
    ------
    DataContractError
        If the file is not the locked one.
    """
    if not registry.is_fetched(SOURCE_ID):
        return _traced([], [], UNITS)
    content = registry.open_bytes(SOURCE_ID, UNITS).decode("utf-8")
    begins = [number for number, line in enumerate(content.splitlines(), start=1) if line.strip() == "{"]
    return _traced(json.loads(content), begins, UNITS)


def _traced(rows: list[dict[str, str]], lines: list[int], name: str) -> pd.DataFrame:
    text = pd.DataFrame(rows, columns=list(_COLUMNS[name]), dtype="str")
    return text.mask(text == "").assign(
        source_id=pd.Series(SOURCE_ID, index=text.index, dtype="str"),
        file=pd.Series(f"{SOURCE_ID}/{name}", index=text.index, dtype="str"),
        row=pd.Series(lines, index=text.index, dtype="float64"),
    )
