"""`tables.xlsx`: a cover and one sheet per table, the same bytes for the same tables."""

from __future__ import annotations

import datetime
import io
from typing import Any

import xlsxwriter

from analysis.reporting.outputs import LANGUAGES, Column, Content, Source, Table
from analysis.reporting.words import long_date, words

CREATED = datetime.datetime(2000, 1, 1)
NUMERIC = {"count", "pct", "points", "days", "number", "vnd", "rank"}
DIGITS = {"count": 0, "pct": 1, "points": 2, "days": 1, "number": 2, "vnd": 0, "rank": 0}
WIDEST = 60
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook(content: Content) -> bytes:
    """Write the workbook of a page.

    Returns
    -------
    bytes
        Sheet 1 is the cover; each table's sheet is named after its id, its header cells hold the label
        in Vietnamese over English, percentages stay on 0–100.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        title = content.header.title
        book.set_properties({"title": f"{title.vi} / {title.en}", "created": CREATED})
        tables = {_sheet_name(number, table): table for number, table in enumerate(content.tables(), 1)}
        _write_cover(book, content, tables)
        for name, table in tables.items():
            _write_table(book, name, table)
    return buffer.getvalue()


def _sheet_name(number: int, table: Table) -> str:
    # Excel allows 31 characters; the number keeps two long ids apart
    return table.id if len(table.id) <= 31 else f"{table.id[:28]}_{number}"


def _write_cover(book: Any, content: Content, tables: dict[str, Table]) -> None:
    sheet = book.add_worksheet(f"{words()['workbook_cover']['vi']} - {words()['workbook_cover']['en']}")
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    header = content.header
    lines: list[tuple[str, ...]] = [
        ("", header.title.vi, header.title.en),
        ("", header.subtitle.vi, header.subtitle.en),
        *(("simulated", *(words()["simulated_means"][each] for each in LANGUAGES)) for _ in range(header.simulated)),
        ("as_of", *(long_date(header.as_of, language) for language in LANGUAGES)),
        *(line for source in header.sources for line in _source(source)),
        ("", *(words()["workbook_caveat"][language] for language in LANGUAGES)),
        *(("workbook_sheet", f"{name}: {table.caption.vi}", f"{name}: {table.caption.en}")
          for name, table in tables.items()),
    ]  # fmt: skip
    for row, (label, vi, en) in enumerate(lines):
        sheet.write_string(row, 0, _stacked(words()[label]) if label else "", wrapped)
        sheet.write_string(row, 1, vi, bold if row == 0 else wrapped)
        sheet.write_string(row, 2, en, bold if row == 0 else wrapped)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 2, WIDEST)


def _source(source: Source) -> list[tuple[str, ...]]:
    """Give the lines of a source: what it is, then one for each caveat."""
    what = (
        f"{source.title[language]}. {source.citation[language]}. {source.url}. {source.licence[language]}"
        for language in LANGUAGES
    )
    return [("source", *what), *(("caveats", caveat.vi, caveat.en) for caveat in source.caveats)]


def _write_table(book: Any, name: str, table: Table) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, f"{table.caption.vi} / {table.caption.en}", book.add_format({"bold": True}))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for index, column in enumerate(table.columns):
        sheet.write_string(1, index, _stacked(column.label.model_dump()), head)
        shown = book.add_format({"num_format": _number_format(column), "valign": "top", "text_wrap": True})
        values = [row[index] for row in table.rows]
        for row, value in enumerate(values, start=2):
            _write_cell(sheet, row, index, value, column=column, shown=shown)
        sheet.set_column(index, index, _width(column, values))
    sheet.freeze_panes(2, 1)


def _write_cell(sheet: Any, row: int, index: int, value: Any, *, column: Column, shown: Any) -> None:
    if value is None:
        return
    if column.kind in NUMERIC and isinstance(value, int | float):
        sheet.write_number(row, index, value, shown)
    elif column.kind == "date" and isinstance(value, str):
        sheet.write_datetime(row, index, datetime.datetime.fromisoformat(value), shown)
    else:
        sheet.write_string(row, index, _text(value), shown)


def _number_format(column: Column) -> str:
    if column.kind == "date":
        return "dd/mm/yyyy"
    if column.kind not in NUMERIC:
        return "@"
    digits = DIGITS[column.kind] if column.digits is None else column.digits
    return "#,##0" + ("." + "0" * digits if digits else "")


def _text(value: Any) -> str:
    return _stacked(value) if isinstance(value, dict) else str(value)


def _stacked(both: dict[str, str]) -> str:
    return both["vi"] if both["vi"] == both["en"] else f"{both['vi']}\n{both['en']}"


def _width(column: Column, values: list[Any]) -> int:
    lines = [column.label.vi, column.label.en]
    for value in values:
        lines.extend(_text(value).splitlines() if value is not None else [])
    return min(WIDEST, 2 + max(len(line) for line in lines))
