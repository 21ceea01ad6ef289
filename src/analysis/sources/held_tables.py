"""Small tables that an agency fills in itself: CSV or XLSX in the form that `analysis template` gives."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from analysis.errors import DataContractError
from analysis.sources import registry

SUFFIXES = (".csv", ".xlsx")


class Sheet(NamedTuple):
    """The rows of one file as text: columns by our names, `source_id`, `file` and `row` (heading = 1)."""

    source_id: str
    file: str
    rows: pd.DataFrame


def sheets(table: str, headings: Mapping[str, str]) -> Iterator[Sheet]:
    """Read every file that a source's `source.yml` names under `tables` for this table.

    Parameters
    ----------
    table
        Its name.
    headings
        Heading that a file may have, in English or Vietnamese → our column.

    Yields
    ------
    Sheet
        Empty cells are missing; a heading that is not known is an error, a column that is not there is missing.

    Raises
    ------
    SourceUnavailableError, DataContractError
        A file is missing, is not the locked one, cannot be opened, or has a heading that is not known.
    """
    for source in registry.sources():
        if (path := source.tables.get(table)) is not None:
            yield read(registry.open_bytes(source.id, path), f"{source.id}/{path}", headings, source_id=source.id)


def read(content: bytes, file: str, headings: Mapping[str, str], *, source_id: str) -> Sheet:
    """Read one filled-in file.

    Raises
    ------
    DataContractError
        It cannot be opened as CSV in UTF-8 or as XLSX, a heading is not known or comes twice, or a line has more
        cells than there are headings.
    """
    lines = _workbook(content, file) if Path(file).suffix.lower() == ".xlsx" else _text(content, file)
    if not lines:
        raise DataContractError("The file is empty", where=file, next_step="run `analysis template` for its form")
    known = {_plain(heading): name for heading, name in headings.items()}
    names = [known.get(_plain(cell), "") for cell in lines[0]]
    unknown = [cell for cell, name in zip(lines[0], names, strict=True) if not name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if unknown or twice:
        raise DataContractError(
            f"Headings that are not known or come twice: {', '.join([*unknown, *twice])}",
            where=f"{file}, row 1",
            allowed=", ".join(headings),
            next_step="use the headings of `analysis template`; leave out what you do not have",
        )
    filled = [(number, line) for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]
    if long := [number for number, line in filled if len(line) > len(names)]:
        raise DataContractError(
            "A line has more cells than there are headings",
            where=f"{file}, row {long[0]}",
            allowed=f"{len(names)} cells",
            next_step="put quotation marks around a text that holds the separator",
        )
    cells = [[*(cell.strip() for cell in line), *[""] * (len(names) - len(line))] for _, line in filled]
    rows = pd.DataFrame(cells, columns=names, dtype="str").replace("", None)
    return Sheet(source_id, file, rows.assign(source_id=source_id, file=file, row=[number for number, _ in filled]))


def _text(content: bytes, file: str) -> list[list[str]]:
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataContractError(
            f"The file is not text: {error}", where=file, allowed="CSV in UTF-8 (Excel: “CSV UTF-8”), or XLSX"
        ) from None
    heading = words.partition("\n")[0]
    # Excel writes a semicolon where the decimal sign is a comma, as in Viet Nam
    separator = max(";,\t", key=heading.count)
    return list(csv.reader(io.StringIO(words), delimiter=separator))


def _workbook(content: bytes, file: str) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise DataContractError(f"The file cannot be opened as XLSX: {error}", where=file, allowed="XLSX") from None
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _plain(heading: str) -> str:
    """Compare headings whatever their case, spaces and the way their marks are encoded."""
    return " ".join(unicodedata.normalize("NFC", heading).casefold().replace("*", "").split())
