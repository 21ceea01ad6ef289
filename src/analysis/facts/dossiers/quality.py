"""What is odd in an export as it came (domain notes §5.3): found, counted and shown, never repaired."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd

from analysis.facts.dossiers.staging import REPEATED, parquet
from analysis.fields import FIELDS

FLAGS_TO_VARY = ("paid_online", "e_result", "citizen_store", "verified_identity", "connected_database", "satisfied")
FEWEST = 30  # known values from which a flag that never changes is called fixed


class Check(NamedTuple):
    """One oddity: its labels, the rows it is counted on and of, and how sure a finding is.

    `read`: the rows say it themselves; `derived`: a pattern that a fault would leave, and that chance could too.
    """

    vi: str
    en: str
    rows: str
    of: str
    certainty: str


CHECKS = {
    "due_missing": Check(
        "Không có ngày hẹn trả (Cổng tính là đúng hạn)",
        "No due date (the portal counts it as on time)",
        "hazard_due_missing",
        "true",
        "read",
    ),
    "finished_before_received": Check(
        "Kết thúc trước khi tiếp nhận",
        "Finished before it was received",
        "hazard_finished_before_received",
        "finished_at IS NOT NULL",
        "read",
    ),
    "finished_at_midnight": Check(
        "Kết thúc đúng nửa đêm (chỉ ghi ngày)",
        "Finished at midnight (a date without its time)",
        "hazard_midnight",
        "finished_at IS NOT NULL",
        "read",
    ),
    "status_rewritten": Check(
        "Trạng thái “đã xong” nhưng còn chờ bổ sung hoặc không có ngày kết thúc",
        "Finished by its status, while a supplement is open or no end is recorded",
        "hazard_status_rewritten",
        "status_code IN ('9', '10')",
        "derived",
    ),
    "submitted_as_received": Check(
        "Giờ nộp trùng giờ tiếp nhận (có thể do hệ thống tự điền)",
        "Submitted at the very moment of receipt (perhaps filled in by the system)",
        "submitted_at = received_at",
        "submitted_at IS NOT NULL",
        "derived",
    ),
    "channel_missing": Check(
        "Không ghi kênh nộp (Cổng tính là trực tiếp)",
        "No channel (the portal counts it as direct)",
        "channel IS NULL",
        "true",
        "read",
    ),
    "all_digitised": Check(
        "Mọi thành phần đều ghi là đã số hóa",
        "Every document marked as digitised",
        "digitised_components_count = components_count",
        "components_count > 0 AND digitised_components_count IS NOT NULL",
        "derived",
    ),
}
REPEATED_CODE = Check("Mã hồ sơ lặp lại (dòng sau bị loại)", "Repeated code (later rows are set aside)", "", "", "read")


def _fixed(name: str) -> Check:
    field = FIELDS[name]
    return Check(
        f"“{field.vi}” chỉ có một giá trị (có thể do hệ thống tự điền)",
        f"“{field.en}” never changes (perhaps filled in by the system)",
        "",
        "",
        "derived",
    )


LABELS = {**CHECKS, "repeated_code": REPEATED_CODE, **{f"fixed_{name}": _fixed(name) for name in FLAGS_TO_VARY}}
COLUMNS = ("source_id", "month", "check_id", "rows_count", "of_count", "certainty")


def checks(connection: duckdb.DuckDBPyConnection, source_id: str, months: Path, rejected: pd.DataFrame) -> pd.DataFrame:
    """Count what is odd in a source's dossiers.

    Returns
    -------
    pandas.DataFrame
        One row a check and month of receipt (`month` missing: of the whole source): source_id, month, check_id,
        rows_count, of_count, certainty. A check that found nothing is there with 0; a flag is there only if it never
        changes over at least 30 known values.
    """
    repeated = int((rejected["reason"] == REPEATED).sum())
    whole: list[tuple[str | None, str, int, int]] = []
    by_month: list[tuple[str | None, str, int, int]] = []
    if any(months.iterdir()):
        by_month = _by_month(connection, months)
        whole = _unchanging(connection, months)
    rows_count = sum(of for _, check_id, _, of in by_month if check_id == "due_missing")
    whole.append((None, "repeated_code", repeated, rows_count + repeated))
    frame = pd.DataFrame([*by_month, *whole], columns=["month", "check_id", "rows_count", "of_count"])
    frame = frame.assign(source_id=source_id, certainty=[LABELS[each].certainty for each in frame["check_id"]])
    return frame[list(COLUMNS)]


def _by_month(connection: duckdb.DuckDBPyConnection, months: Path) -> list[tuple[str | None, str, int, int]]:
    counts = ", ".join(
        f"count(*) FILTER (({check.rows}) AND ({check.of})), count(*) FILTER ({check.of})" for check in CHECKS.values()
    )
    found = connection.execute(
        f"SELECT month, {counts} FROM {parquet(months)} GROUP BY month ORDER BY month"
    ).fetchall()
    return [
        (month, check_id, numbers[2 * place], numbers[2 * place + 1])
        for month, *numbers in found
        for place, check_id in enumerate(CHECKS)
    ]


def _unchanging(connection: duckdb.DuckDBPyConnection, months: Path) -> list[tuple[str | None, str, int, int]]:
    counts = ", ".join(f"count({name}), count(DISTINCT {name})" for name in FLAGS_TO_VARY)
    ((*numbers,),) = connection.execute(f"SELECT {counts} FROM {parquet(months)}").fetchall()
    known = zip(FLAGS_TO_VARY, numbers[::2], numbers[1::2], strict=True)
    return [(None, f"fixed_{name}", count, count) for name, count, values in known if values == 1 and count >= FEWEST]
