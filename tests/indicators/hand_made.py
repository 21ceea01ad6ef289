"""A dozen dossiers whose every indicator can be counted on the fingers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.facts.dossiers import COLUMNS, FLAGS, SCHEMA, folder

SOURCE = "hand-made"
DEFAULTS = {
    "province_code": "T",
    "unit_code": "T.1",
    "unit_level": "commune",
    "field_code": "F1",
    "procedure_code": "P1",
    "channel": "direct",
    "service_level": "partial",
    "applicant_type": "citizen",
    "supplements_count": 0,
    "status_code": "10",
    "fee_due": False,
    "components_count": 2,
    "digitised_components_count": 0,
    "reused_components_count": 0,
    "e_result": False,
    "citizen_store": False,
    "verified_identity": False,
    "connected_database": False,
    "file": "hand.csv",
    **dict.fromkeys(FLAGS, False),
}


def dossier(received: str, due: str | None, finished: str | None, days: float | None = None, **more) -> dict:
    return {
        **DEFAULTS,
        "received_at": pd.Timestamp(received),
        "due_at": pd.Timestamp(due) if due else pd.NaT,
        "finished_at": pd.Timestamp(finished) if finished else pd.NaT,
        "processing_working_days": days,
        **({} if finished else {"status_code": "4"}),
        **more,
    }


ONLINE = {"channel": "online", "submitter_key": "a1", "proxy_account": False}
# January: 8 received, 1 of them still open at the end of February; February: 4 received, 2 open
DOSSIERS = [
    dossier("2025-01-06 08:00", "2025-01-10 08:00", "2025-01-10 16:00", 4, **ONLINE, e_result=True,
            service_level="full", digitised_components_count=2, satisfied=True),  # on time: the due day counts
    dossier("2025-01-07 08:00", "2025-01-10 08:00", "2025-01-13 09:00", 4, **ONLINE, service_level="full"),  # late
    dossier("2025-01-08 08:00", None, "2025-01-09 09:00", 1, **ONLINE, e_result=True),  # no due date
    dossier("2025-01-08 09:00", "2025-01-15 09:00", "2025-01-08 15:00", 0, fee_due=True, paid_online=True,
            satisfied=False, digitised_components_count=2, reused_components_count=1),
    dossier("2025-01-09 09:00", "2025-01-15 09:00", "2025-02-10 15:00", 18, fee_due=True, paid_online=False,
            supplements_count=2, procedure_code="P2"),
    dossier("2025-01-09 10:00", "2025-01-20 09:00", None, channel="post"),  # open and overdue
    dossier("2025-01-10 10:00", "2025-01-20 09:00", "2025-01-10 11:00", 0, status_code="3", channel=None),
    dossier("2025-01-13 10:00", "2025-01-20 09:00", "2025-01-17 11:00", 4, **{**ONLINE, "proxy_account": True}),
    dossier("2025-02-03 10:00", "2025-02-10 09:00", "2025-02-10 11:00", 5, **ONLINE, unit_code="T.2"),
    dossier("2025-02-04 10:00", "2025-03-10 09:00", None, **{**ONLINE, "submitter_key": None}),  # open, not due
    dossier("2025-02-05 10:00", None, None),  # open, no due date
    dossier("2025-02-05 11:00", "2025-02-06 11:00", "2025-02-07 11:00", 2, applicant_type="enterprise"),  # late
]  # fmt: skip
LINKED = [
    dossier("2025-01-06 08:00", "2025-01-06 17:00", "2025-01-06 10:00", days, **ONLINE, linked_group="birth",
            linked_key=key, procedure_code=step, unit_code="T.3", field_code="F3")
    for key, steps in {"L1": (0, 2, 5), "L2": (0, 1, 3)}.items()
    for step, days in zip(("B1", "B2", "B3"), steps, strict=True)
]  # fmt: skip
LINKED.append(
    dossier("2025-01-07 08:00", "2025-01-07 17:00", None, None, linked_group="birth", linked_key="L3",
            procedure_code="B1", unit_code="T.3", field_code="F3")
)  # fmt: skip


def write(rows: list[dict], source_id: str = SOURCE) -> None:
    """Write dossiers as the facts room lays them down."""
    frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    frame["dossier_key"] = [f"k{number}" for number in range(len(frame))]
    frame["row"] = range(len(frame))
    for month, part in frame.groupby(frame["received_at"].dt.strftime("%Y-%m")):
        path = folder(source_id, str(month)) / "part-0.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = [pa.array(part[name].astype(object), SCHEMA.field(name).type, from_pandas=True) for name in COLUMNS]
        pq.write_table(pa.table(columns, schema=SCHEMA), path)


def remove(month: str, source_id: str = SOURCE) -> Path:
    """Take a month away."""
    path = folder(source_id, month)
    for file in path.iterdir():
        file.unlink()
    path.rmdir()
    return path
