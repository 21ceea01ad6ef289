"""Small tables of published figures, typed by hand: every cell is checked, every row names its source."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import NamedTuple

import pandas as pd

from analysis import paths
from analysis.errors import DataContractError, UsageError
from analysis.fields import CERTAINTIES
from analysis.sources import registry


class Table(NamedTuple):
    """A CSV file of a shipped source and the columns it must have, in order."""

    source_id: str
    columns: tuple[str, ...]


class Kind(NamedTuple):
    """What a cell may hold; an empty cell means not known and is always allowed unless `required`."""

    pattern: str
    allowed: str
    is_number: bool = False
    is_date: bool = False
    required: bool = False


_CITED = ("source_vi", "source_en", "source_date", "certainty", "note_vi", "note_en")


def _published(columns: str) -> Table:
    return Table("published", (*columns.split(), *_CITED))


TABLES = {
    "index_766_series": _published("place_code place_name place_name_en period score_points rank places_count"),
    "online_share_definitions": _published(
        "definition_id label_vi label_en numerator_vi numerator_en denominator_vi denominator_en"
    ),
    "online_shares": _published(
        "definition_id place_code place_name place_name_en period share_pct numerator_count denominator_count"
    ),
    "full_online_shares": _published(
        "level place_code place_name place_name_en period share_pct target_pct full_online_count dossiers_count"
    ),
    "egdi_vietnam": _published("period rank egdi_index"),
    "programme_progress": _published(
        "programme_vi programme_en measure_id measure_vi measure_en period done_count total_count share_pct target_pct"
    ),
    "compliance_cost_decisions": _published(
        "decision decision_date issuer procedure_code before_days after_days stated_cut_days annual_dossiers_count "
        "filed_dossiers_count hourly_wage_vnd cost_before_vnd cost_after_vnd saved_vnd claimed_reduction_pct"
    ),
    "binh_phuoc_2024": _published(
        "measure_id measure_vi measure_en period share_pct change_percentage_points "
        "numerator_count denominator_count rank"
    ),
    "changes_of_residence": Table("residence-changes-italy", ("month", "online_count", "all_count")),
}

_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_WHOLE = Kind(r"\d+", "a whole number, digits only", is_number=True)
_DECIMAL = Kind(r"-?\d+(\.\d+)?", "a number with a decimal point and no separators", is_number=True)
_TEXT = Kind(r".*", "")

# Ordered: the first suffix that a column's name ends with decides.
_KINDS = {
    "certainty": Kind("|".join(CERTAINTIES), ", ".join(CERTAINTIES), required=True),
    **dict.fromkeys(("source_vi", "source_en"), Kind(r".+", "a text", required=True)),
    "month": Kind(r"\d{4}-(0[1-9]|1[0-2])", "YYYY-MM", required=True),
    "period": Kind(
        rf"{_DATE}(/{_DATE})?|\d{{4}}-(Q[1-4]|H[12])",
        "YYYY, YYYY-H1, YYYY-Q1, YYYY-MM, YYYY-MM-DD or first/last day",
        is_date=True,
    ),
    "_date": Kind(_DATE, "YYYY, YYYY-MM or YYYY-MM-DD", is_date=True),
    "_pct": Kind(r"100|\d{1,2}(\.\d+)?", "a number from 0 to 100", is_number=True),
    "_points": _DECIMAL,
    "_index": Kind(r"[01]|0\.\d+", "a number from 0 to 1", is_number=True),
    **dict.fromkeys(("_count", "_vnd", "_days", "rank"), _WHOLE),
    "": _TEXT,
}


def read(table: str) -> pd.DataFrame:
    """Give one published table, a row per published figure, in the order of its file.

    Columns are those of `TABLES[table]`, explained in the source's `source.yml`. Words for the reader stand in
    both languages (`_vi` and `_en`, or a name and its `_en`) or in neither. Codes, periods and dates are text;
    counts, shares (`_pct`, 0 to 100), `_points`, `_vnd`, `_days` (working days) and ranks are floats; what is
    not known is missing.

    Raises
    ------
    UsageError
        No such table.
    DataContractError
        The file is not the locked one, its columns differ, cells are not of their kind, or words stand in one
        language only; all are listed.
    """
    if table not in TABLES:
        raise UsageError(f"there is no published table {table!r}", allowed=", ".join(TABLES))
    source_id, columns = TABLES[table]
    name = f"{table}.csv"
    file = paths.relative(registry.folder(source_id) / name)
    header, *rows = _rows(registry.open_bytes(source_id, name), file)
    if tuple(header) != columns:
        raise DataContractError(
            f"the columns are {', '.join(header)}", where=f"{file}, row 1", allowed=", ".join(columns)
        )
    if faults := [fault for line, row in enumerate(rows, start=2) for fault in _faults(line, row, columns)]:
        raise DataContractError(
            f"{len(faults)} faults were found in the cells",
            where=file,
            allowed="".join(f"\n    {fault}" for fault in faults),
            next_step=f"mend the cells, then run `analysis lock {source_id}`",
        )
    text = pd.DataFrame(rows, columns=list(columns), dtype="str")
    known = text.mask(text == "")
    return known.astype({column: "float64" for column in columns if _kind(column).is_number})


def _rows(content: bytes, file: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) or [[]]
    except UnicodeDecodeError as error:
        raise DataContractError(f"the file is not text: {error}", where=file, allowed="CSV in UTF-8") from error


def _faults(line: int, row: list[str], columns: tuple[str, ...]) -> list[str]:
    if len(row) != len(columns):
        return [f"row {line}: {len(row)} cells; allowed: {len(columns)}"]
    cells = dict(zip(columns, row, strict=True))
    return [
        f"row {line}, column {column}: {cell!r}; allowed: {kind.allowed}"
        for column, cell in cells.items()
        if not _fits(cell, kind := _kind(column))
    ] + [
        f"row {line}, columns {vietnamese} and {english}: only one is filled; allowed: both or neither"
        for vietnamese, english in _pairs(columns)
        if bool(cells[vietnamese]) != bool(cells[english])
    ]


def _pairs(columns: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give the columns that say the same in Vietnamese and in English."""
    names = [column.removesuffix("_en") for column in columns if column.endswith("_en")]
    return [(f"{name}_vi" if f"{name}_vi" in columns else name, f"{name}_en") for name in names]


def _fits(cell: str, kind: Kind) -> bool:
    if cell == "":
        return not kind.required
    if re.fullmatch(kind.pattern, cell) is None:
        return False
    return not kind.is_date or all(map(_is_day, re.findall(r"\d{4}-\d{2}-\d{2}", cell)))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _kind(column: str) -> Kind:
    return next(kind for suffix, kind in _KINDS.items() if column.endswith(suffix))
