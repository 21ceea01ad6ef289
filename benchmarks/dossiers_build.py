"""Build dossiers from a CSV export, and copy the same file to Parquet with DuckDB alone, in turn and side by side.

Run: `python benchmarks/dossiers_build.py [ROWS ...]`. Ours checks the file's hash, reads every time and code through
the mapping, hashes the codes with a key, counts working days, sets bad and repeated rows aside (1 in 200 here) and
writes a folder a month; the copy writes the cells as they are to one file. Each runs in a process of its own: the peak
of the memory is that process's. Quote the ratios.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from side_by_side import measured, record

ROOT = Path(__file__).parents[1]
SOURCE = """\
id: bench
title: {vi: Hồ sơ thử, en: Made-up dossiers}
producer: benchmarks/dossiers_build.py
citation: {vi: Dữ liệu thử, en: Made up}
url: https://example.org
licence: {vi: CC0, en: CC0}
as_of: 2026-09-30
kind: held
mapping:
  use: portal_sync
  columns:
    unit_level: {constant: department}
    digitised_components_count: null
    reused_components_count: null
    components_count: null
    supplements_count: null
    supplement_requested_at: null
    citizen_store: null
    connected_database: null
    fee_vnd: null
    fee_due: null
    e_result: null
"""
EXPORT = """
COPY (
  WITH drawn AS (
    SELECT i - (hash(i) % 400 = 0)::BIGINT AS i, hash((i - (hash(i) % 400 = 0)::BIGINT) * 7) AS h,
      TIMESTAMP '2023-01-02 07:00:00' + to_seconds((hash(i) % 116000000)::BIGINT) AS filed
    FROM range({rows}) AS t(i)
  )
  SELECT
    format('H44.{{:03d}}-{{:08d}}', 100 + h % 160, i) AS MaHoSo,
    format('1.{{:06d}}.000.00.00.H44', h % 1800) AS MaTTHC, 'Thủ tục số ' || h % 1800 AS TenTTHC,
    'G' || h % 30 AS MaLinhVuc, 'Lĩnh vực ' || h % 30 AS TenLinhVuc, 1 + h % 3 AS KenhThucHien,
    'Người thứ ' || i AS ChuHoSo, 1 + h % 4 AS LoaiDoiTuong, lpad((h % 1000000000000)::VARCHAR, 12, '0') AS MaDoiTuong,
    strftime(filed, '%Y%m%d%H%M%S') AS NgayNopHoSo,
    CASE WHEN h % 400 = 1 THEN 'hôm qua' ELSE strftime(filed + to_minutes((h % 60)::BIGINT), '%Y%m%d%H%M%S') END
      AS NgayTiepNhan,
    strftime(filed + to_days((7 + h % 20)::INT), '%Y%m%d%H%M%S') AS NgayHenTra,
    CASE WHEN h % 20 = 0 THEN 4 ELSE 9 + h % 2 END AS TrangThaiHoSo,
    CASE WHEN h % 20 > 0 THEN strftime(filed + to_hours((24 + h % 400)::BIGINT), '%Y%m%d%H%M%S') END
      AS NgayKetThucXuLy,
    CASE WHEN h % 20 > 0 THEN strftime(filed + to_hours((24 + h % 500)::BIGINT), '%Y%m%d%H%M%S') END AS NgayTra,
    h % 2 AS TaiKhoanDuocXacThucVoiVNeID, h % 3 AS DuocThanhToanTrucTuyen
  FROM drawn
) TO '{file}' (HEADER)
"""
OURS = {
    "before": "from analysis.facts.dossiers.building import build_source",
    "work": "build_source('bench', b'key').sentence",
}


def copy_of(csv: Path) -> dict[str, str]:
    work = f"connection.execute(\"COPY (FROM '{csv}') TO '{csv.with_suffix('.parquet')}' (FORMAT parquet)\") and ''"
    before = "import duckdb\nconnection = duckdb.connect()\nconnection.execute('SET enable_progress_bar = false')"
    return {"before": before, "work": work}


def prepare(folder: Path, rows: int) -> Path:
    source = folder / "data/raw/bench"
    source.mkdir(parents=True)
    (folder / "data/reference").symlink_to(ROOT / "data/reference")
    (source / "source.yml").write_text(SOURCE, encoding="utf-8")
    duckdb.execute(EXPORT.format(rows=rows, file=source / "export.csv"))
    subprocess.run(
        [Path(sys.executable).parent / "analysis", "lock", "bench"],
        env=os.environ | {"ANALYSIS_ROOT": str(folder)},
        check=True,
        capture_output=True,
    )
    return source / "export.csv"


def main() -> None:
    rows = []
    for count in [int(each) for each in sys.argv[1:]] or [1_000_000, 10_000_000]:
        with tempfile.TemporaryDirectory() as name:
            csv = prepare(Path(name), count)
            copy = measured(**copy_of(csv), root=Path(name))
            ours = measured(**OURS, root=Path(name))
        assert f"{count:,} dossiers" not in ours.answer, "the bad and repeated rows were not set aside"
        for way, found in (
            ("DuckDB's own copy, nothing checked", copy),
            ("ours, " + ours.answer.partition(";")[0].partition(": ")[2], ours),
        ):
            rows.append(
                {
                    "rows": f"{count:,}",
                    "way": way,
                    "wall s": f"{found.seconds:.2f}",
                    "rows a second": f"{count / found.seconds:,.0f}",
                    "peak MB": f"{found.peak_mb:,.0f}",
                    "wall, times the copy": f"{found.seconds / copy.seconds:.2f}",
                }
            )
    title = "Dossiers from a CSV export to Parquet"
    record("dossiers_build", title=title, command="python benchmarks/dossiers_build.py", rows=rows)


if __name__ == "__main__":
    main()
