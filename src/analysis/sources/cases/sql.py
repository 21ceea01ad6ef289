"""From a mapping to one SQL query: cells → values → rows with a reason where they cannot be taken.

The query reads the relation `export_rows` (c0, c1, …, row) and the variables `inner_key` and `outer_key`.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence

from analysis.fields import FIELDS
from analysis.sources.cases.mapping import KEYS, Column, Mapping
from analysis.sources.cases.personal import LOOKS_PERSONAL
from analysis.sources.cases.readers import TYPED_TIME, Export

EARLIEST, LATEST = "2000-01-01", "2060-12-31"  # a time outside is a slip of the pen, and outside the calendar
KEY_LETTERS = 32  # 128 bits of the hash: half of it, as RFC 2104 allows
_FLAGS = {"1": "true", "0": "false", "true": "true", "false": "false"}
_SQL_TYPES = {"flag": "BOOLEAN", "time": "TIMESTAMP", "count": "INTEGER", "days": "INTEGER", "vnd": "BIGINT"}
_REASONS = {
    "time": "not a time in the forms that the mapping names",
    "count": "not a whole number from 0",
    "vnd": "not a whole number from 0",
    "flag": "a value that the mapping does not name",
}
PERSONAL = "looks like an identity number, a telephone number or an e-mail address"


def query(mapping: Mapping, export: Export, *, columns: Sequence[str], required: Sequence[str]) -> str:
    """Write the query that makes dossiers of an export's rows.

    Parameters
    ----------
    columns
        Those of the dossiers that an export can give, in order; NULL where the mapping leaves one out.
    required
        Those that must not be empty.

    Returns
    -------
    str
        A query with `columns`, `row` and `reason`: why the row is set aside, NULL for a good one.
    """
    cells = _grouped(mapping, _cells(mapping, export)) if mapping.one_row_is == "event" else _cells(mapping, export)
    names = [name for name in columns if name in mapping.columns]
    values = ", ".join(f"{_value(name, mapping, export)} AS {name}" for name in names)
    faults = [fault for name in names for fault in _faults(name, mapping, required)]
    faults += [("broken", "the line is no JSON object")] if export.is_json else []
    faults += [("differs", "the rows of the dossier do not agree")] if mapping.one_row_is == "event" else []
    # whole numbers are joined at once, a chain of ORs row by row: four times as slow
    bad = " | ".join(f"({condition})::UTINYINT" for condition, _ in faults)
    reasons = ", ".join(f"CASE WHEN {condition} THEN {literal(reason)} END" for condition, reason in faults)
    chosen = ", ".join(_chosen(name, name in names) for name in columns)
    return (
        f"SELECT {chosen}, row, CASE WHEN ({bad}) > 0 THEN concat_ws('; ', {reasons}) END AS reason\n"
        f"FROM (SELECT *, {values}\nFROM ({cells}))"
    )


def literal(value: str | None) -> str:
    """Write a text as an SQL literal."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def sql_type(name: str) -> str:
    """Give the type of a column in SQL."""
    return _SQL_TYPES.get(FIELDS[name].kind, "VARCHAR")


def key_variables(key: bytes) -> dict[str, bytes]:
    """Give the two blocks of HMAC (RFC 2104) that a key is mixed into."""
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    return {"inner_key": bytes(each ^ 0x36 for each in block), "outer_key": bytes(each ^ 0x5C for each in block)}


def _hashed(value: str) -> str:
    inner = f"unhex(sha256(getvariable('inner_key') || encode({value})))"
    return f"left(sha256(getvariable('outer_key') || {inner}), {KEY_LETTERS})"


def _chosen(name: str, mapped: bool) -> str:
    if not mapped:
        return f"NULL::{sql_type(name)} AS {name}"
    return f"{_hashed(name)} AS {name}" if name in KEYS else name


def _cells(mapping: Mapping, export: Export) -> str:
    """Give every mapped cell as text, NULL where it is empty."""
    empty = ", ".join(map(literal, ["", *mapping.missing]))
    source = "export_rows"
    if export.is_json:
        form = literal(json.dumps(dict.fromkeys(mapping.read, "VARCHAR"), ensure_ascii=False))
        parsed = f"CASE WHEN json_valid(c0) AND json_type(c0) = 'OBJECT' THEN json_transform(c0, {form}) END"
        taken = ", ".join(f"entry[{literal(name)}] AS c{n}" for n, name in enumerate(mapping.read))
        entries = f"SELECT row, {parsed} AS entry FROM export_rows"
        source = f"(SELECT row, entry IS NULL AS broken, {taken} FROM ({entries}))"
    broken = "broken" if export.is_json else "false AS broken"
    cells = ", ".join(f"{_cell(n, empty)} AS c{n}" for n in range(len(mapping.read)))
    return f"SELECT row, {broken}, {cells} FROM {source}"


def _cell(number: int, empty: str) -> str:
    """Give a cell without blanks around it; trimming costs, so only those that have some are trimmed."""
    trimmed = f"trim(c{number}, ' \t')"
    return (
        f"CASE WHEN c{number} < '!' OR ends_with(c{number}, ' ') "
        f"THEN CASE WHEN {trimmed} NOT IN ({empty}) THEN {trimmed} END "
        f"WHEN c{number} NOT IN ({empty}) THEN c{number} END"
    )


def _grouped(mapping: Mapping, cells: str) -> str:
    """Make one row of the rows of a dossier, and say whether they agree."""
    key = mapping.read.index(mapping.columns["dossier_key"].column or "")
    others = [n for n in range(len(mapping.read)) if n != key]
    agree = " OR ".join(f"min(c{n}) <> max(c{n}) OR count(c{n}) NOT IN (0, count(*))" for n in others)
    taken = "".join(f", min(c{n}) AS c{n}" for n in others)
    return (
        f"SELECT min(row) AS row, bool_or(broken) AS broken, c{key}{taken},"
        f" coalesce({agree or 'false'}, false) AS differs\n"
        f"FROM ({cells}) GROUP BY c{key}, CASE WHEN c{key} IS NULL THEN row END"
    )


def _value(name: str, mapping: Mapping, export: Export) -> str:
    column, kind = mapping.columns[name], FIELDS[name].kind
    if column.column is None:
        return f"CAST({literal(column.constant)} AS {sql_type(name)})"
    cell = f"c{mapping.read.index(column.column)}"
    if column.count or column.sum:
        number = _nested(cell, column)
        return f"({number}) > 0" if kind == "flag" else f"CAST({number} AS {sql_type(name)})"
    if column.pattern:
        cell = f"nullif(regexp_extract({cell}, {literal(column.pattern)}, 1), '')"
    if column.values or column.otherwise is not None:
        return f"CAST({_mapped(cell, column)} AS {sql_type(name)})"
    if kind == "time":
        time = _time(cell, mapping, column.formats or mapping.dates, typed=export.is_typed)
        return f"CASE WHEN {time} BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}' THEN {time} END"
    if kind == "flag":
        return f"CAST({_mapped(f'lower({cell})', Column(column='-', values=_FLAGS))} AS BOOLEAN)"
    if kind in ("count", "vnd", "days"):
        whole = f"TRY_CAST(split_part({cell}, '.', 1) AS {sql_type(name)})"
        return f"CASE WHEN regexp_full_match({cell}, '[0-9]+([.]0+)?') THEN {whole} END"
    if FIELDS[name].allowed:
        return f"CASE WHEN {cell} IN ({', '.join(map(literal, FIELDS[name].allowed))}) THEN {cell} END"
    return cell


def _mapped(cell: str, column: Column) -> str:
    """Look a value up; marks may be written in one character or in two."""
    named = {unicodedata.normalize("NFC", value): ours for value, ours in column.values.items() if value}
    composed = cell if all(map(str.isascii, named)) else f"nfc_normalize({cell})"
    empty = literal(column.values.get(""))
    known = " ".join(f"WHEN {literal(value)} THEN {literal(ours)}" for value, ours in named.items())
    other = literal(column.otherwise)
    looked_up = f"CASE {composed} {known} ELSE {other} END" if known else other
    return f"CASE WHEN {cell} IS NULL THEN {empty} ELSE {looked_up} END"


def _time(cell: str, mapping: Mapping, formats: Sequence[str], *, typed: bool) -> str:
    forms = [*formats, *((TYPED_TIME, f"{TYPED_TIME}%z") if typed else ())]
    zone, local = literal(mapping.zone), [form for form in forms if "%z" not in form]
    readings = []
    if offset := [form for form in forms if "%z" in form]:
        readings.append(f"try_strptime({cell}, [{', '.join(map(literal, offset))}]) AT TIME ZONE {zone}")
    if local:
        plain = f"try_strptime({cell}, [{', '.join(map(literal, local))}])"
        elsewhere = mapping.written_in is not None and mapping.written_in != mapping.zone
        moved = f"{plain} AT TIME ZONE {literal(mapping.written_in)} AT TIME ZONE {zone}"
        readings.append(moved if elsewhere else plain)
    return readings[0] if len(readings) == 1 else f"coalesce({', '.join(readings)})"


def _nested(cell: str, column: Column) -> str:
    """Count or add up entries of a nested list; NULL where it is none."""
    ((key, counted),) = column.count.items() if isinstance(column.count, dict) else ((column.sum, []),)
    if column.count == "all":
        number = f"json_array_length({cell})"
    else:
        each = f"json_extract_string({cell}, {literal(f'$[*].{json.dumps(key, ensure_ascii=False)}')})"
        if column.sum:
            numbers = f"list_transform({each}, lambda x: TRY_CAST(x AS BIGINT))"
            number = f"CASE WHEN len({numbers}) = list_count({numbers}) THEN coalesce(list_sum({numbers}), 0) END"
        else:
            number = f"len(list_filter({each}, lambda x: x IN ({', '.join(map(literal, counted))})))"
    return f"CASE WHEN json_valid({cell}) AND json_type({cell}) = 'ARRAY' THEN {number} END"


def _faults(name: str, mapping: Mapping, required: Sequence[str]) -> list[tuple[str, str]]:
    """Give the conditions under which a row is set aside for this column, with the reasons."""
    column, field = mapping.columns[name], FIELDS[name]
    if column.column is None:
        return []
    cell = f"c{mapping.read.index(column.column)}"
    unread = f"{name} IS NULL AND {cell} IS NOT NULL"
    named_empty = [value for value, ours in column.values.items() if ours is None and value]
    if named_empty:
        unread += f" AND {cell} NOT IN ({', '.join(map(literal, named_empty))})"
    what = "not a list as the mapping says" if column.count or column.sum else ""
    what = what or ("does not follow the mapping's pattern" if column.pattern and not column.values else "")
    faults = [(unread, f"{name}: {what or _REASONS.get(field.kind, 'a value that the mapping does not name')}")]
    if name in required:
        faults.append((f"{name} IS NULL AND NOT ({unread})", f"{name}: empty"))
    if sql_type(name) == "VARCHAR" and not (name in KEYS or field.allowed or column.values):
        long = f"strlen({name}) >= 10 OR contains({name}, '@')"  # shorter codes need no closer look
        faults.append(
            (
                f"CASE WHEN {long} THEN regexp_matches({name}, {literal(LOOKS_PERSONAL)}) ELSE false END",
                f"{name}: {PERSONAL}",
            )
        )
    return faults
