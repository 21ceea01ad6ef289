"""A made-up agency: its export in any kind of file, and a place to build it in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import yaml

from analysis import paths
from analysis.facts.dossiers import COLUMNS
from analysis.facts.dossiers.building import Built, build_source
from analysis.sources import registry

Row = dict[str, Any]
KEY = b"a key of the tests"
MAPPING = {
    "use": "portal_sync",
    "columns": {
        "unit_level": {"column": "MaHoSo", "pattern": r"^(H\d{2}[.]\d+)", "values": {}, "otherwise": "commune"}
    },
}
NESTED = ("TaiLieuNop", "HoSoBoSung", "DanhSachLePhi", "DanhSachGiayToKetQua", "DSKetNoiCSDL")


def row(number: int, **changes: Any) -> Row:
    """Give one dossier as the synchronisation payload has it; every third is still open."""
    day, open_still = f"202403{1 + number % 28:02d}", number % 3 == 0
    return {
        "MaHoSo": f"H44.{100 + number % 7}-240301-{number:04d}",
        "MaTTHC": f"1.00{number % 5}835.000.00.00.H44",
        "MaLinhVuc": f"G{number % 4}",
        "ChuHoSo": f"Nguyễn Thị Khuyếtdanh {number}",
        "MaDoiTuong": f"{79_000_000_000 + number:012d}",
        "TrichYeuHoSo": f"Việc riêng số {number}, gọi 0912345678",
        "KenhThucHien": str(1 + number % 3),
        "LoaiDoiTuong": str(1 + number % 4),
        "NgayNopHoSo": f"{day}080000",
        "NgayTiepNhan": f"{day}093015",
        "NgayHenTra": "20240420170000",
        "NgayYeuCauBoSung": "",
        "NgayKetThucXuLy": "" if open_still else "20240410101500",
        "NgayTra": "" if open_still else "20240411101500",
        "TrangThaiHoSo": "4" if open_still else "10",
        "DuocThanhToanTrucTuyen": str(number % 3),
        "TaiKhoanDuocXacThucVoiVNeID": str(number % 2),
        "TaiLieuNop": [
            {"DuocSoHoa": number % 2, "DuocTaiSuDung": 1, "DuocLayTuKhoDMQG": 0, "TenNguoi": "Khuyếtdanh"},
            {"DuocSoHoa": 1, "DuocTaiSuDung": 0, "DuocLayTuKhoDMQG": number % 2},
        ],
        "HoSoBoSung": [],
        "DanhSachLePhi": [{"Gia": 20000 * (number % 2)}, {"Gia": 5000 * (number % 2)}],
        "DanhSachGiayToKetQua": [{"Ten": "x"}] if number % 2 else [],
        "DSKetNoiCSDL": [{"MaCSDL": 7}] if number % 4 else [],
    } | changes


def flat(rows: Sequence[Row]) -> list[Row]:
    return [{name: json.dumps(cell) if name in NESTED else cell for name, cell in each.items()} for each in rows]


def as_csv(rows: Sequence[Row], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat(rows))
    return text.getvalue().encode(encoding)


def as_lines(rows: Sequence[Row]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows).encode()


def as_xlsx(rows: Sequence[Row]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Hồ sơ")
        sheet.write_row(0, 0, list(rows[0]))
        for line, each in enumerate(flat(rows), start=1):
            cells = [int(cell) if str(cell).isdigit() and len(str(cell)) < 3 else cell for cell in each.values()]
            sheet.write_row(line, 0, cells)
    return content.getvalue()


def as_parquet(rows: Sequence[Row]) -> bytes:
    content = io.BytesIO()
    table = pa.Table.from_pylist([dict(each) for each in rows])
    times = ("NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra")
    for name in times:
        moments = pd.to_datetime(pd.Series(table[name].to_pylist()).replace("", None), format="%Y%m%d%H%M%S")
        position = table.schema.get_field_index(name)
        table = table.set_column(position, name, pa.array(moments, pa.timestamp("us")))
    pq.write_table(table, content)
    return content.getvalue()


def put(files: dict[str, bytes], mapping: dict[str, Any] | None = None, source_id: str = "agency") -> None:
    """Lay files down as a source of its own, and lock it."""
    folder = paths.RAW / source_id
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    words = {"vi": "Thử", "en": "Test"}
    described = {"id": source_id, "title": words, "producer": "Nobody", "citation": words, "url": "https://example.org"}
    described |= {"licence": words, "as_of": "2024-12-31", "kind": "held", "mapping": mapping or MAPPING}
    (folder / "source.yml").write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
    registry.lock(source_id)


def build(files: dict[str, bytes], mapping: dict[str, Any] | None = None, key: bytes = KEY) -> Built:
    put(files, mapping)
    return build_source("agency", key)


def dossiers() -> pd.DataFrame:
    """Give all that is built, in the order of the export."""
    pattern = paths.PROCESSED / "dossiers" / "source_id=agency" / "*" / "*.parquet"
    columns = ", ".join(COLUMNS)
    return duckdb.sql(f"SELECT {columns}, month FROM read_parquet('{pattern}') ORDER BY file, row").df()


def bytes_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.name, file.read_bytes()
