"""Build dossiers from a CSV export, and copy the same file to Parquet with DuckDB alone, in turn and side by side.

Run: `python benchmarks/dossiers_build.py [ROWS ...]`. Ours checks the file's hash, reads every time and code through
the mapping, hashes the codes with a key, counts working days, sets bad and repeated rows aside (1 in 200 here) and
writes a folder a month; the copy writes the cells as they are to one file. Each runs in a process of its own: the peak
of the memory is that process's. Quote the ratios.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

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
MEASURED = """
import json, resource, time
{before}
start = time.perf_counter()
told = {work}
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, told]))
"""
OURS = MEASURED.format(
    before="from analysis.facts.dossiers.building import build_source",
    work="build_source('bench', b'key').sentence",
)


def copy_of(csv: Path) -> str:
    work = f"connection.execute(\"COPY (FROM '{csv}') TO '{csv.with_suffix('.parquet')}' (FORMAT parquet)\") and ''"
    before = "import duckdb\nconnection = duckdb.connect()\nconnection.execute('SET enable_progress_bar = false')"
    return MEASURED.format(before=before, work=work)


def measured(code: str, folder: Path) -> tuple[float, float, str]:
    environment = os.environ | {"ANALYSIS_ROOT": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    seconds, megabytes, told = json.loads(done.stdout)
    return seconds, megabytes, told


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
    print(f"{'':36}{'wall s':>9}{'rows/s':>12}{'peak MB':>9}{'to the copy':>13}")
    for rows in [int(each) for each in sys.argv[1:]] or [1_000_000, 10_000_000]:
        with tempfile.TemporaryDirectory() as name:
            csv = prepare(Path(name), rows)
            copy = copy_of(csv)
            for number in range(1 if rows > 2_000_000 else 2):
                base, base_peak, _ = measured(copy, Path(name))
                wall, peak, told = measured(OURS, Path(name))
                print(f"round {number + 1}: DuckDB's own copy{'':8}{base:>9.2f}{rows / base:>12,.0f}{base_peak:>9.0f}")
                print(
                    f"round {number + 1}: {told:25}{wall:>9.2f}{rows / wall:>12,.0f}{peak:>9.0f}{wall / base:>12.2f}x"
                )


if __name__ == "__main__":
    main()
