"""Try a mapping on the first rows of a file: what it would make of them, and what it cannot read. Nothing is kept."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from analysis.facts.dossiers import EXPORTED, REQUIRED
from analysis.fields import FIELDS
from analysis.sources import registry
from analysis.sources.cases import (
    LOOKS_PERSONAL,
    Export,
    Mapping,
    key_variables,
    named,
    of_source,
    open_export,
    parse,
    query,
)

ROWS = 1000
# a value is shown only if many rows share it and the column has few: a name never is
_SHARED_BY, _FEW = 5, 30


class Trial(NamedTuple):
    """What a mapping made of the first rows.

    Attributes
    ----------
    filled
        Column of the dossiers → rows that have a value.
    reasons
        Why rows were set aside → how many, and what such cells look like (`9` a digit, `a` a letter).
    unmapped
        Columns of the file that are never read.
    """

    rows_count: int
    good_count: int
    filled: dict[str, int]
    reasons: dict[str, tuple[int, str]]
    unmapped: list[str]

    def lines(self) -> Iterator[str]:
        """Say it, a line each; no cell of the file is shown unless many rows share it."""
        yield f"{self.rows_count:,} rows read, {self.good_count:,} become dossiers or steps of one"
        yield from (f"  {name}: {count:,} filled" for name, count in self.filled.items())
        yield from (f"  set aside {count:,}: {why}{shown}" for why, (count, shown) in self.reasons.items())
        yield f"never read: {', '.join(self.unmapped) or 'no column'}"


def mapping_for(source_id: str | None, name: str | None) -> Mapping:
    """Give the mapping of a source, or a shipped one by its name.

    Raises
    ------
    UsageError, DataContractError
        There is none such, or it is not whole.
    """
    if source_id is not None:
        return of_source(registry.source(source_id), known=EXPORTED, required=REQUIRED)
    where = f"data/reference/mappings/{name}.yml"
    return parse(named(name or ""), where=where, known=EXPORTED, required=REQUIRED)


def try_mapping(path: Path, mapping: Mapping) -> Trial:
    """Read the first 1,000 rows of a file through a mapping.

    Raises
    ------
    DataContractError
        The file cannot be opened, or columns that the mapping names are not in it.
    """
    export = open_export(path, mapping, where=path.name)
    cells = _first(export)
    unreadable = [each.reason for each in export.unreadable]
    with duckdb.connect() as connection:
        for variable, block in key_variables(secrets.token_bytes(32)).items():
            connection.execute(f"SET VARIABLE {variable} = ?", [block])
        connection.register("export_rows", cells)
        rows = connection.sql(query(mapping, export, columns=EXPORTED, required=REQUIRED)).df()
    good = rows[rows["reason"].isna()]
    found: dict[str, list[int]] = {}
    for row, reasons in zip(rows["row"], rows["reason"].fillna(""), strict=True):
        for reason in filter(None, reasons.split("; ")):
            found.setdefault(reason, []).append(row)
    shown = {reason: (len(at), _shown(reason, at, mapping, export, cells)) for reason, at in found.items()}
    shown |= {reason: (count, "") for reason, count in Counter(unreadable).items()}
    return Trial(
        len(cells) + len(unreadable),
        len(good),
        {name: int(good[name].notna().sum()) for name in EXPORTED if name in mapping.columns},
        shown,
        [name for name in export.columns if name not in mapping.read],
    )


def _first(export: Export) -> pa.Table:
    taken: list[pa.RecordBatch] = []
    while sum(map(len, taken)) < ROWS:
        try:
            taken.append(export.stream.read_next_batch())
        except StopIteration:
            break
    table = pa.Table.from_batches(taken, export.stream.schema).slice(0, ROWS)
    if len(table) == ROWS:
        export.unreadable[:] = [each for each in export.unreadable if each.row <= table["row"][-1].as_py()]
    return table


def _shown(reason: str, rows: list[int], mapping: Mapping, export: Export, cells: pa.Table) -> str:
    """Show the commonest values if they cannot be a person's, else the commonest shapes."""
    column = mapping.columns.get(reason.partition(":")[0])
    if column is None or column.column is None or export.is_json:
        return ""
    values = cells[f"c{mapping.read.index(column.column)}"].to_pylist()
    wrong = set(rows)
    bad = [value for value, row in zip(values, cells["row"].to_pylist(), strict=True) if row in wrong and value]
    closed = bool(FIELDS[reason.partition(":")[0]].allowed or column.values) and len(set(values)) <= _FEW
    common = [value for value, count in Counter(bad).most_common(3) if count >= _SHARED_BY]
    if closed and common and not any(re.search(LOOKS_PERSONAL, value) for value in common):
        return f"; found {', '.join(map(repr, common))}"
    shapes = Counter(re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", value[:40])) for value in bad).most_common(2)
    return f"; cells look like {', '.join(repr(shape) for shape, _ in shapes)}" if shapes else ""
