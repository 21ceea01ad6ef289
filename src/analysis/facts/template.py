"""The empty form of a table that a province fills in: a workbook with drop-down lists, or CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format

from analysis.errors import UsageError
from analysis.facts.cells import WORDS
from analysis.facts.held import Column, HeldTable
from analysis.fields import FIELDS

SUFFIXES = (".xlsx", ".csv")
ROWS_WITH_LISTS = 5000
KINDS = {
    "text": ("chữ", "text"),
    "code": ("mã", "code"),
    "date": ("ngày/tháng/năm", "day/month/year"),
    "month": ("tháng/năm", "month/year"),
    "count": ("số nguyên", "whole number"),
    "vnd": ("đồng, số nguyên", "VND, whole number"),
    "days": ("ngày làm việc", "working days"),
}


def template(form: HeldTable, suffix: str) -> bytes:
    """Give the empty form of a table.

    Parameters
    ----------
    form
        The table.
    suffix
        `.xlsx`: headings in Vietnamese, drop-down lists, and a sheet that explains every column in both languages;
        `.csv`: the headings alone, in UTF-8 with a mark that Excel understands.

    Raises
    ------
    UsageError
        If it is another suffix.
    """
    if suffix == ".xlsx":
        return _workbook(form)
    if suffix == ".csv":
        text = io.StringIO()
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(FIELDS[name].vi for name in form.names)
        return text.getvalue().encode("utf-8-sig")
    raise UsageError(f"A template is not written as {suffix or 'a file without suffix'}", allowed=", ".join(SUFFIXES))


def allowed(column: Column) -> tuple[str, ...]:
    """Give the words that a cell of a column may hold, as an officer writes them; none: any of its kind."""
    field = FIELDS[column.name]
    if field.kind == "flag":
        return ("có", "không")
    return tuple(WORDS.get(value, value) for value in field.allowed)


def kind(column: Column) -> tuple[str, str]:
    """Give what a cell of a column holds, in Vietnamese and English."""
    listed = "; ".join(allowed(column))
    return (listed, listed) if listed else KINDS[FIELDS[column.name].kind]


def _workbook(form: HeldTable) -> bytes:
    content = io.BytesIO()
    # the same form is the same file
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": form.title.vi, "created": datetime(2024, 11, 4)})
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        as_text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("Số liệu")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(form.columns):
            star = " *" if column.required else ""
            # dates and codes stay as they are typed
            whole = None if FIELDS[column.name].kind in ("count", "vnd", "days") else as_text
            sheet.set_column(place, place, 22, whole)
            sheet.write(0, place, FIELDS[column.name].vi + star, bold)
            if words := allowed(column):
                sheet.data_validation(1, place, ROWS_WITH_LISTS, place, {"validate": "list", "source": list(words)})
        _explain(book.add_worksheet("Giải thích"), form, bold, wrapped)
    return content.getvalue()


def _explain(sheet: xlsxwriter.worksheet.Worksheet, form: HeldTable, bold: Format, wrapped: Format) -> None:
    head = ("Cột", "Column", "Ý nghĩa", "Meaning", "Ghi gì", "What to write", "Bắt buộc / Required", "Ví dụ / Example")
    sheet.set_column(0, len(head) - 1, 28)
    sheet.write_row(0, 0, [f"{form.title.vi}: {form.row.vi}", f"{form.title.en}: {form.row.en}"], wrapped)
    sheet.write_row(1, 0, head, bold)
    for line, column in enumerate(form.columns, start=2):
        vi, en = kind(column)
        need = "có / yes" if column.required else ""
        row = (FIELDS[column.name].vi, column.name, column.note.vi, column.note.en, vi, en, need, column.example)
        sheet.write_row(line, 0, row, wrapped)


def page(forms: list[HeldTable], language: str) -> str:
    """Give the page that lists every table and column, in `vi` or `en`."""
    is_vi = language == "vi"
    title, intro = (
        ("# Các bảng địa phương tự điền", "Mẫu: `analysis template BẢNG --out TỆP.xlsx`. Trang này tạo bằng "
         "`python -m analysis.facts.template`; cột có dấu * là bắt buộc.")
        if is_vi
        else ("# Tables that a province fills in", "The form: `analysis template TABLE --out FILE.xlsx`. This page is "
              "made by `python -m analysis.facts.template`; a column with * is needed in every row.")
    )  # fmt: skip
    head = ("Cột", "Ý nghĩa", "Ghi gì", "Ví dụ") if is_vi else ("Column", "Meaning", "What to write", "Example")
    lines = [title, "", intro]
    for form in forms:
        heading, row = (form.title.vi, form.row.vi) if is_vi else (form.title.en, form.row.en)
        lines += ["", f"## {heading}: `{form.name}`", f"{row}.", "", f"| {' | '.join(head)} |", "|---|---|---|---|"]
        for column in form.columns:
            name = f"{FIELDS[column.name].vi} (`{column.name}`)" if is_vi else f"`{column.name}`"
            note = column.note.vi if is_vi else column.note.en
            star = " *" if column.required else ""
            lines.append(f"| {name}{star} | {note} | {kind(column)[0 if is_vi else 1]} | {column.example} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write docs/tables.md and docs/tables.vi.md."""
    from analysis import paths
    from analysis.facts.held import described

    for language, file in (("en", "tables.md"), ("vi", "tables.vi.md")):
        Path(paths.ROOT / "docs" / file).write_text(page(list(described().values()), language), encoding="utf-8")


if __name__ == "__main__":
    main()
