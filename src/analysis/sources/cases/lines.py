"""Text files in blocks of whole lines: every line is either a record or set aside with its number and the reason.

A stray quotation mark swallows the lines after it in any CSV reader. So a block whose records do not add up to its
lines is read again line by line: a line that is a record by itself is never made part of another one.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from analysis.sources.cases.mapping import Form

BLOCK_BYTES = 4 << 20
_LONGEST_RECORD = 200  # lines that a quoted text may run over
NOT_CLOSED = "the line's quotation marks do not close"
NOT_UTF8 = "the line is not text in the encoding that the mapping names"


class Unreadable(NamedTuple):
    """A row that could not be read at all."""

    row: int
    reason: str


class Block(NamedTuple):
    """Whole lines in UTF-8, and the number of the first."""

    content: bytes
    row: int


def blocks(path: Path, encoding: str) -> Iterator[Block]:
    """Cut a text file into blocks of whole lines; a byte that cannot be decoded stays invalid UTF-8."""
    decoder = (
        None if codecs.lookup(encoding).name == "utf-8" else codecs.getincrementaldecoder(encoding)("surrogateescape")
    )
    row, rest = 1, b""
    with path.open("rb") as file:
        while read := file.read(BLOCK_BYTES):
            if decoder is not None:
                read = decoder.decode(read).encode("utf-8", "surrogateescape")
            elif row == 1 and not rest:
                read = read.removeprefix(codecs.BOM_UTF8)
            whole = rest + read
            cut = whole.rfind(b"\n") + 1
            rest = whole[cut:]
            if cut:
                yield Block(whole[:cut], row)
                row += whole.count(b"\n")
    if rest:
        yield Block(rest + b"\n", row)


class Table:
    """A CSV file with a header, as batches of the columns asked for."""

    def __init__(self, path: Path, form: Form) -> None:
        self._path, self._form = path, form
        first = next(blocks(path, form.encoding), Block(b"", 1)).content.partition(b"\n")[0]
        self.columns = next(csv.reader([first.decode("utf-8", "replace").rstrip("\r")], **_dialect(form)), [])

    def batches(self, columns: list[str], unreadable: list[Unreadable]) -> Iterator[pa.Table]:
        """Give `columns` and `row`; what cannot be read is added to `unreadable`."""
        carried = b""
        for content, row in blocks(self._path, self._form.encoding):
            start = row - carried.count(b"\n")
            whole = carried + content
            if start == 1:
                whole, start = whole.partition(b"\n")[2], 2
            table = self._at_once(whole, start, columns, unreadable)
            if table is None:
                table, carried = self._by_line(whole, start, columns, unreadable)
            else:
                carried = b""
            yield _valid(table, unreadable)
        if carried:
            row += content.count(b"\n")
            start = row - carried.count(b"\n")
            table, _ = self._by_line(carried, start, columns, unreadable, last=True)
            yield _valid(table, unreadable)

    def _at_once(self, content: bytes, start: int, columns: list[str], unreadable: list[Unreadable]) -> pa.Table | None:
        """Read a block in one go; None if its records are not its lines."""
        if b"\n\n" in content or b"\n\r\n" in content or content[:1] in (b"\n", b"\r"):
            return None
        if self._form.quote and content.count(self._form.quote.encode()) % 2:
            return None  # a mark left open on the last line would pass for the end of its record
        skipped: dict[int, str] = {}

        def skip(record: arrow_csv.InvalidRow) -> str:
            skipped[record.number - 1] = _cells(record.actual_columns, record.expected_columns)
            return "skip"

        lines = content.count(b"\n")
        if not lines:
            return _table([[] for _ in columns], [])
        try:
            read = arrow_csv.read_csv(
                pa.BufferReader(content),
                read_options=arrow_csv.ReadOptions(
                    use_threads=False,
                    column_names=[str(n) for n in range(len(self.columns))],
                    block_size=len(content) + 1,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self._form.delimiter,
                    quote_char=self._form.quote or False,
                    ignore_empty_lines=False,
                    newlines_in_values=True,
                    invalid_row_handler=skip,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types={str(n): pa.string() for n in range(len(self.columns))},
                    include_columns=[str(self.columns.index(name)) for name in columns],
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return None
        if read.num_rows + len(skipped) != lines:
            return None
        unreadable.extend(Unreadable(start + number, reason) for number, reason in skipped.items())
        rows = (
            [start + number for number in range(lines) if number not in skipped]
            if skipped
            else range(start, start + lines)
        )
        return _table(read.columns, rows)

    def _by_line(
        self, content: bytes, start: int, columns: list[str], unreadable: list[Unreadable], *, last: bool = False
    ) -> tuple[pa.Table, bytes]:
        """Read a block record by record; give what was read, and the lines of a record that is not yet whole."""
        lines = content.split(b"\n")[:-1]
        chosen = [self.columns.index(name) for name in columns]
        found: list[list[bytes]] = [[] for _ in columns]
        rows: list[int] = []
        at = 0
        while at < len(lines):
            if not lines[at].strip():
                at += 1
                continue
            cells, used = self._record(lines, at)
            if not used and not last:
                return _table(found, rows), b"\n".join([*lines[at:], b""])
            if cells is None or len(cells) != len(self.columns):
                reason = NOT_CLOSED if cells is None else _cells(len(cells), len(self.columns))
                unreadable.append(Unreadable(start + at, reason))
            else:
                rows.append(start + at)
                for values, position in zip(found, chosen, strict=True):
                    values.append(cells[position])
            at += used or 1
        return _table(found, rows), b""

    def _record(self, lines: list[bytes], at: int) -> tuple[list[bytes] | None, int]:
        """Read the record that begins at a line.

        Its cells (None: its quotation marks do not close) and its lines (0: more are needed to tell).
        """
        cells, closed = self._split(lines[at : at + 1])
        if closed:
            return cells, 1
        for end in range(at + 1, min(at + _LONGEST_RECORD, len(lines))):
            alone, closed = self._split(lines[end : end + 1])
            if closed and len(alone) == len(self.columns):
                return None, 1
            cells, closed = self._split(lines[at : end + 1])
            if closed:
                return (cells, end + 1 - at) if len(cells) == len(self.columns) else (None, 1)
        return None, int(at + _LONGEST_RECORD <= len(lines))

    def _split(self, lines: list[bytes]) -> tuple[list[bytes], bool]:
        """Give the cells of some lines taken as one record, and whether it ends with them."""
        text = [line.decode("utf-8", "surrogateescape").removesuffix("\r") + "\n" for line in lines]
        reader = csv.reader([*text, "\n"], **_dialect(self._form))
        try:
            cells = next(reader)
        except csv.Error:  # a cell beyond the reader's limit
            return [], True
        return [cell.encode("utf-8", "surrogateescape") for cell in cells], reader.line_num == len(lines)


class Lines:
    """A file of JSON lines: one text column, `line`."""

    def __init__(self, path: Path, form: Form) -> None:
        self._path, self._form = path, form

    def batches(self, unreadable: list[Unreadable]) -> Iterator[pa.Table]:
        """Give the lines that are not empty with their number; what is not text is added to `unreadable`."""
        for content, start in blocks(self._path, self._form.encoding):
            lines = content.split(b"\n")[:-1]
            filled = [number for number, line in enumerate(lines) if line.strip()]
            yield _valid(_table([[lines[number] for number in filled]], [start + n for n in filled]), unreadable)


def _dialect(form: Form) -> dict[str, Any]:
    quoting = csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE
    return {"delimiter": form.delimiter, "quotechar": form.quote or None, "quoting": quoting}


def _cells(found: int, expected: int) -> str:
    return f"the line has {found} cells where the header has {expected}"


def _table(columns: Sequence[Any], rows: Sequence[int] | range) -> pa.Table:
    arrays = [each if isinstance(each, pa.ChunkedArray) else pa.array(each, pa.binary()) for each in columns]
    numbers = np.arange(rows.start, rows.stop) if isinstance(rows, range) else np.array(rows, dtype=np.int64)
    return pa.table([*arrays, pa.array(numbers, pa.int64())], names=[*(f"c{n}" for n in range(len(arrays))), "row"])


def _valid(table: pa.Table, unreadable: list[Unreadable]) -> pa.Table:
    """Make the cells text; the rows whose bytes are none are added to `unreadable`."""
    schema = pa.schema([pa.field(name, pa.string()) for name in table.column_names[:-1]] + [table.schema.field("row")])
    if table.schema.equals(schema):
        return table
    try:
        return table.cast(schema)
    except pa.ArrowInvalid:
        cells = zip(*(table[name].to_pylist() for name in table.column_names[:-1]), strict=True)
        good = np.array([all(map(_is_text, row)) for row in cells])
        bad = table["row"].filter(pa.array(~good)).to_pylist()
        unreadable.extend(Unreadable(row, NOT_UTF8) for row in bad)
        return table.filter(pa.array(good)).cast(schema)


def _is_text(cell: bytes) -> bool:
    try:
        cell.decode()
    except UnicodeDecodeError:
        return False
    return True
