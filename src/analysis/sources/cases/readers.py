"""Open an export of any kind: only the mapped columns, as text, each row with its number in the file."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as parquet
from python_calamine import CalamineError, CalamineWorkbook

from analysis.errors import DataContractError
from analysis.sources.cases.lines import Lines, Table, Unreadable
from analysis.sources.cases.mapping import Mapping

SUFFIXES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".xlsx", ".parquet")
TYPED_TIME = "%Y-%m-%d %H:%M:%S.%f"  # how a time that the file itself knows as one is handed on, or with its offset
_ROWS = 1 << 16


class Export(NamedTuple):
    """One opened file.

    Attributes
    ----------
    columns
        All that it has, as far as it says; only the mapped ones are ever read.
    stream
        Mapped columns as text, named c0, c1, … in the order of `Mapping.read`, and `row`; of JSON lines, c0 is the
        whole line.
    unreadable
        Filled while the stream is drawn: rows that are none.
    is_json
        Whether the columns have still to be taken out of a line.
    is_typed
        Whether the file itself may know a time as one; it is handed on as `TYPED_TIME`.
    """

    columns: list[str]
    stream: pa.RecordBatchReader
    unreadable: list[Unreadable]
    is_json: bool = False
    is_typed: bool = False


def open_export(path: Path, mapping: Mapping, *, where: str) -> Export:
    """Open one file of cases.

    Parameters
    ----------
    path
        A file whose bytes were checked (`registry.verified_path`), or that nothing is built from.
    where
        How messages call it.

    Raises
    ------
    DataContractError
        The kind of file is not known, it cannot be opened, or columns that the mapping names are not in it.
    """
    kind, unreadable = path.suffix.lower(), list[Unreadable]()
    try:
        if kind in (".jsonl", ".ndjson"):
            lines = Lines(path, mapping.form)
            found = _keys(lines)
            return Export(found, _reader(lines.batches(unreadable), 1), unreadable, is_json=True)
        if kind in (".csv", ".tsv", ".txt"):
            table = Table(path, mapping.form)
            _refuse_missing(table.columns, mapping, where)
            batches: Iterable[pa.Table] = table.batches(mapping.read, unreadable)
            found = table.columns
        elif kind == ".xlsx":
            found, batches = _sheet(path, mapping, where)
        elif kind == ".parquet":
            found, batches = _parquet(path, mapping, where)
        else:
            raise DataContractError("cases are not read from such a file", where=where, allowed=", ".join(SUFFIXES))
    except (LookupError, UnicodeError, CalamineError, pa.ArrowInvalid) as error:
        raise DataContractError(
            f"the file cannot be opened as {kind.removeprefix('.')}: {type(error).__name__}",
            where=where,
            next_step="compare `form` of the mapping (delimiter, encoding, sheet) with the file",
        ) from error
    return Export(found, _reader(batches, len(mapping.read)), unreadable, is_typed=kind in (".xlsx", ".parquet"))


def _reader(batches: Iterable[pa.Table], columns: int) -> pa.RecordBatchReader:
    schema = pa.schema([*(pa.field(f"c{n}", pa.string()) for n in range(columns)), pa.field("row", pa.int64())])
    return pa.RecordBatchReader.from_batches(schema, (batch for table in batches for batch in table.to_batches()))


def _refuse_missing(columns: list[str], mapping: Mapping, where: str) -> None:
    missing = [name for name in mapping.read if name not in columns]
    twice = [name for name in mapping.read if columns.count(name) > 1]
    if missing or twice:
        faults = [f"no column {name!r}{_alike(name, columns)}" for name in missing]
        faults += [f"more than one column {name!r}" for name in twice]
        raise DataContractError(
            f"the file is not the one that the mapping speaks of: {'; '.join(faults)}",
            where=where,
            allowed=", ".join(columns[:40]),
            next_step="mend `columns` of the mapping, or `form` if the header was cut in the wrong places; a column "
            "that this agency does not export is left out by `name: null`",
        )


def _alike(name: str, columns: list[str]) -> str:
    near = difflib.get_close_matches(name, columns, n=1)
    return f" (is it {near[0]!r}?)" if near else ""


def _keys(lines: Lines) -> list[str]:
    first = next(iter(lines.batches([])), None)
    found: dict[str, None] = {}
    for line in islice(first["c0"].to_pylist() if first is not None else [], 1000):
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # set aside with its reason when it is read
        found |= dict.fromkeys(entry) if isinstance(entry, dict) else {}
    return list(found)


def _sheet(path: Path, mapping: Mapping, where: str) -> tuple[list[str], Iterator[pa.Table]]:
    workbook = CalamineWorkbook.from_path(path)
    name = mapping.form.sheet or workbook.sheet_names[0]
    if name not in workbook.sheet_names:
        raise DataContractError(f"no sheet {name!r}", where=where, allowed=", ".join(workbook.sheet_names))
    sheet = workbook.get_sheet_by_name(name)
    rows = iter(sheet.to_python(skip_empty_area=False))
    columns = [str(cell).strip() for cell in next(rows, [])]
    _refuse_missing(columns, mapping, where)
    chosen = [columns.index(each) for each in mapping.read]

    def batches() -> Iterator[pa.Table]:
        number = 2
        while part := list(islice(rows, _ROWS)):
            filled = [(number + n, row) for n, row in enumerate(part) if any(cell != "" for cell in row)]
            number += len(part)
            arrays = [pa.array([_written(row[position]) for _, row in filled], pa.string()) for position in chosen]
            yield _numbered(arrays, [each for each, _ in filled])

    return columns, batches()


def _written(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.strftime(TYPED_TIME)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day).strftime(TYPED_TIME)
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _parquet(path: Path, mapping: Mapping, where: str) -> tuple[list[str], Iterator[pa.Table]]:
    file: Any = _open_parquet(path)
    columns = list(file.schema_arrow.names)
    _refuse_missing(columns, mapping, where)

    def batches() -> Iterator[pa.Table]:
        number = 1
        for batch in file.iter_batches(_ROWS, columns=mapping.read):
            yield _numbered(
                [_as_text(batch.column(name)) for name in mapping.read],
                list(range(number, number + len(batch))),
            )
            number += len(batch)

    return columns, batches()


def _open_parquet(path: Path) -> Any:
    return parquet.ParquetFile(path)


def _as_text(values: pa.Array) -> pa.Array:
    kind = values.type
    if pa.types.is_nested(kind):
        written = [None if each is None else json.dumps(each, default=str) for each in values.to_pylist()]
        return pa.array(written, pa.string())
    if pa.types.is_date(kind):
        return values.cast(pa.timestamp("us")).cast(pa.string())
    if pa.types.is_timestamp(kind):
        written = values.cast(pa.timestamp("us", kind.tz and "UTC")).cast(pa.timestamp("us")).cast(pa.string())
        return pa.array([each and f"{each}+00:00" for each in written.to_pylist()], pa.string()) if kind.tz else written
    if pa.types.is_floating(kind):
        return pa.array([None if each is None else _written(each) for each in values.to_pylist()], pa.string())
    return values.cast(pa.string())


def _numbered(arrays: list[pa.Array], rows: list[int]) -> pa.Table:
    names = [*(f"c{n}" for n in range(len(arrays))), "row"]
    return pa.table([*arrays, pa.array(rows, pa.int64())], names=names)
