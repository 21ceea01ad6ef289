"""Two public sources that tell of themselves: yearly files of PAPI, and monthly vintages of Italy's register."""

from __future__ import annotations

import io
import re

import pandas as pd

from analysis.sources import registry

PAPI, REGISTER = "papi", "anpr"
_YEAR = re.compile(r"csv/(\d{4})\.csv")
_VINTAGE = re.compile(r"history/cambi_residenza_per_stato_lavorazione__(\d{4}-\d{2}-\d{2})\.csv")


def papi() -> pd.DataFrame:
    """Give PAPI's scores: one row per province, sub-dimension and year; none before it is fetched.

    Columns: `period` (year), `papi_code` (P01…P63), `dimension` (SC11…SC83), `score_points` (missing: no figure),
    `source_id`, `file`, `row` (line of the file, header = 1).

    Raises
    ------
    DataContractError
        If a file is not the locked one.
    """
    names = ["period", "papi_code", "dimension", "score_points", "source_id", "file", "row"]
    parts = []
    for path, year in _matching(PAPI, _YEAR):
        wide = pd.read_csv(io.BytesIO(registry.open_bytes(PAPI, path)), dtype={"Province": "str"})
        wide["row"] = range(2, len(wide) + 2)
        long = wide.melt(["Province", "row"], var_name="dimension", value_name="score_points")
        parts.append(long.assign(period=year, source_id=PAPI, file=f"{PAPI}/{path}"))
    return _together(parts, names, {"Province": "papi_code"})


def register_statuses() -> pd.DataFrame:
    """Give declarations by status, as each monthly vintage told them; none before the source is fetched.

    Columns: `as_of_date` (the day of the vintage), `month` (of the declaration), `status_name` (the register's word),
    `declarations_count` (residents and those abroad), `source_id`, `file`, `row` (first line of month and status).

    Raises
    ------
    DataContractError
        If a file is not the locked one.
    """
    names = ["as_of_date", "month", "status_name", "declarations_count", "source_id", "file", "row"]
    parts = []
    for path, day in _matching(REGISTER, _VINTAGE):
        lines = pd.read_csv(io.BytesIO(registry.open_bytes(REGISTER, path)), dtype="str", encoding="utf-8-sig")
        lines["row"] = range(2, len(lines) + 2)
        lines["month"] = lines["ANNO"] + "-" + lines["MESE"].str.zfill(2)
        lines["declarations_count"] = lines["TOTALE"].astype("float64")
        sums = lines.groupby(["month", "STATO DI LAVORAZIONE"], as_index=False).agg(
            {"declarations_count": "sum", "row": "min"}
        )
        parts.append(sums.assign(as_of_date=day, source_id=REGISTER, file=f"{REGISTER}/{path}"))
    return _together(parts, names, {"STATO DI LAVORAZIONE": "status_name"})


def _matching(source_id: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    if not registry.is_fetched(source_id):
        return []
    return [(path, found[1]) for path in sorted(registry.read_lock(source_id)) if (found := pattern.fullmatch(path))]


def _together(parts: list[pd.DataFrame], names: list[str], ours: dict[str, str]) -> pd.DataFrame:
    if not parts:
        return pd.DataFrame(columns=names).astype(dict.fromkeys(set(names) - {"row"}, "str"))
    return pd.concat(parts, ignore_index=True).rename(columns=ours)[names]
