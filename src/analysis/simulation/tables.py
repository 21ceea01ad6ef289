"""The tables that a province would fill in itself, for the made-up one: in the form of `analysis template`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.simulation.law import MERGED, NEVER, SETTLED, drawn_days
from analysis.simulation.province import MONTHS, Province
from analysis.simulation.scenario import DIRECTIVE_MONTH, LAST_MONTH

END = pd.Period(LAST_MONTH, "M").end_time.date().isoformat()
INTERNAL, DATABASES, REVIEWS, INITIATIVES = 150, 25, 40, 30
PETITIONS_A_MONTH = 8.0


def write(province: Province, rng: np.random.Generator, folder: Path) -> None:
    """Write every table as CSV; the same generator gives the same bytes."""
    folder.mkdir(parents=True)
    procedures, changes = _procedures(province.procedures)
    tables = {"procedures": procedures, "unit_list": _unit_list(province.units), "procedure_changes": changes}
    for name, make in (
        ("petitions", _petitions),
        ("internal_procedures", _internal_procedures),
        ("work_files", _work_files),
        ("databases", _databases),
        ("rule_reviews", _rule_reviews),
        ("initiatives", _initiatives),
        ("unit_remarks", _unit_remarks),
    ):
        tables[name] = make(province, rng)
    tables["database_uses"] = _database_uses(tables["databases"], rng)
    for name, table in tables.items():
        # a whole number beside a missing one stays whole
        table.convert_dtypes().to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def _procedures(enacted: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the register by spans of validity, and every change of the law that parts one span from the next."""
    spans: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    records: list[dict[str, Any]] = enacted.to_dict("records")  # type: ignore[assignment]  # columns are text
    for row in records:
        first, events, ends = _life(row)
        spans += _folded(first, events, ends)
        for day, kind, _, told in events:
            if kind:
                changes.append(_change(row, day, kind) | told)
        if first["valid_from"] != SETTLED:
            changes.append(_change(row, first["valid_from"], "issued"))
        if ends:
            changes.append(_change(row, ends, "abolished"))
    return pd.DataFrame(spans), pd.DataFrame(changes)


def _unit_list(units: pd.DataFrame) -> pd.DataFrame:
    names = ["unit_code", "unit_name", "unit_level", "valid_from", "valid_to"]
    return units[names].assign(valid_to=units["valid_to"].where(units["valid_to"] <= END, ""))


# day, kind of change of the law ("" if it is none), what the register then says, what the change says
Event = tuple[str, str, dict[str, Any], dict[str, Any]]


def _life(row: dict[str, Any]) -> tuple[dict[str, Any], list[Event], str]:
    """Give a procedure's first span, what changes it, and the day it ends ("" if it does not)."""
    first = {
        "procedure_code": row["procedure_code"],
        "procedure_name": f"Thủ tục mô phỏng {row['procedure_code'][-5:]}",
        "field_code": row["field_code"],
        "field_name": f"Lĩnh vực mô phỏng {row['field_code'][-2:]}",
        "decided_level": row["unit_level"],
        "internal": "không",
        "essential": "có" if row["essential"] else "không",
        "linked_group": row["linked_group"],
        "service_level": row["first_level"],
        "limit_days": row["limit_days"],
        "documents_count": row["documents_count"],
        "fee_vnd": row["fee_vnd"],
        "valid_from": row["valid_from"],
    }
    events: list[Event] = []
    if row["full_from_month"] < len(MONTHS):
        full_from = f"{MONTHS[row['full_from_month']]}-01"
        if row["full_from_month"] == 0 or full_from <= row["valid_from"]:
            first["service_level"] = "full"
        else:
            events.append((full_from, "", {"service_level": "full"}, {}))
    if row["amended_from"] < NEVER:
        names = ("limit_days", "documents_count")
        told = {"before_days": row["limit_days"], "after_days": row["amended_limit_days"]}
        told |= {f"before_{names[1]}": row[names[1]], f"after_{names[1]}": row[f"amended_{names[1]}"]}
        events.append((row["amended_from"], "amended", {name: row[f"amended_{name}"] for name in names}, told))
    if row["unit_level"] == "district" and row["valid_to"] == NEVER:
        told = {"from_level": "district", "to_level": row["level_after"]}
        events.append((MERGED, "decentralised", {"decided_level": row["level_after"]}, told))
    ends = row["valid_to"] if row["valid_to"] < NEVER else ""
    lasting = [event for event in events if row["valid_from"] < event[0] < row["valid_to"]]
    return first, sorted(lasting, key=lambda event: event[0]), ends


def _folded(first: dict[str, Any], events: list[Event], ends: str) -> list[dict[str, Any]]:
    """Part a procedure's life into spans; what changes on one day is one change of the register."""
    spans = [first]
    for day, _, update, _ in events:
        if spans[-1]["valid_from"] == day:
            spans[-1].update(update)
        else:
            spans[-1]["valid_to"] = day
            spans.append({**spans[-1], **update, "valid_from": day})
    spans[-1]["valid_to"] = ends
    return spans


def _change(row: dict[str, Any], day: str, kind: str) -> dict[str, Any]:
    decision = "Quyết định mô phỏng"
    return {"procedure_code": row["procedure_code"], "change_date": day, "change_kind": kind, "decision": decision}


def _petitions(province: Province, rng: np.random.Generator) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for month in MONTHS:
        there = pd.concat([province.units_of(month, level) for level in ("department", "commune")])
        count = int(rng.poisson(PETITIONS_A_MONTH))
        chosen = rng.choice(
            there["unit_code"].to_numpy(), count, p=(there["weight"] / there["weight"].sum()).to_numpy()
        )
        received = drawn_days(rng, count, str(month.start_time.date()), str(month.end_time.date()))
        took = rng.lognormal(2.5, 0.6, count).astype(int)
        kinds = rng.choice(["conduct", "rules", "system", "other"], count, p=[0.35, 0.25, 0.25, 0.15])
        pleased = rng.choice(["có", "không", ""], count, p=[0.4, 0.15, 0.45])
        for unit, day, days, kind, satisfied in zip(chosen, received, took, kinds, pleased, strict=True):
            answered = (pd.Timestamp(day) + pd.Timedelta(days=int(days))).date().isoformat()
            open_still = answered > END
            rows.append(
                {
                    "petition_key": f"SIM-{len(rows) + 1:04d}",
                    "unit_code": unit,
                    "petition_kind": kind,
                    "received_date": day,
                    "due_date": (pd.Timestamp(day) + pd.Timedelta(days=21)).date().isoformat(),
                    "answered_date": "" if open_still else answered,
                    "satisfied": "" if open_still else satisfied,
                }
            )
    return pd.DataFrame(rows)


def _departments(province: Province, rng: np.random.Generator, count: int) -> np.ndarray:
    units = province.units
    return rng.choice(units.loc[units["unit_level"] == "department", "unit_code"].to_numpy(), count)


def _internal_procedures(province: Province, rng: np.random.Generator) -> pd.DataFrame:
    results = rng.choice(["simplified", "abolished", "merged", "kept", ""], INTERNAL, p=[0.5, 0.12, 0.08, 0.15, 0.15])
    before = np.rint(rng.lognormal(16.3, 0.8, INTERNAL) / 1000).astype(int) * 1000
    left = {"simplified": 0.6, "abolished": 0.0, "merged": 0.5, "kept": 1.0, "": 1.0}
    after = np.rint(before * [left[each] for each in results] / 1000).astype(int) * 1000
    days = drawn_days(rng, INTERNAL, f"{DIRECTIVE_MONTH}-15", "2025-12-31")
    return pd.DataFrame(
        {
            "procedure_code": [f"SIM.NB.{number:03d}" for number in range(1, INTERNAL + 1)],
            "procedure_name": [f"Thủ tục nội bộ mô phỏng {number:03d}" for number in range(1, INTERNAL + 1)],
            "unit_code": _departments(province, rng, INTERNAL),
            "review_result": results,
            "decided_date": np.where(results == "", "", days),
            "cost_before_vnd": before,
            "cost_after_vnd": after,
        }
    )


def _work_files(province: Province, rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    for place, month in enumerate(MONTHS):
        there = pd.concat([province.units_of(month, level) for level in ("department", "district", "commune")])
        opened = rng.poisson(60 * there["weight"].to_numpy() + 5)
        share = 1 / (1 + np.exp(-(-0.9 + 0.06 * place + there["online_logit"].to_numpy())))
        counts = {"work_files_count": opened, "electronic_work_files_count": rng.binomial(opened, share)}
        parts.append(pd.DataFrame({"unit_code": there["unit_code"].to_numpy(), "month": str(month), **counts}))
    return pd.concat(parts, ignore_index=True)


def _databases(province: Province, rng: np.random.Generator) -> pd.DataFrame:
    operating = np.sort(drawn_days(rng, DATABASES, "2021-01-01", "2025-12-31"))
    wait = rng.integers(60, 400, DATABASES)
    connected = [(pd.Timestamp(day) + pd.Timedelta(days=int(n))).date().isoformat()
                 for day, n in zip(operating, wait, strict=True)]  # fmt: skip
    never = rng.random(DATABASES) < 0.25
    opened = rng.random(DATABASES) < 0.3
    return pd.DataFrame(
        {
            "database_id": [f"SIM.DB.{number:02d}" for number in range(1, DATABASES + 1)],
            "database_name": [f"Cơ sở dữ liệu mô phỏng {number:02d}" for number in range(1, DATABASES + 1)],
            "unit_code": _departments(province, rng, DATABASES),
            "operating_from": operating,
            "connected_from": ["" if no or day > END else day for day, no in zip(connected, never, strict=True)],
            "opened_from": ["2025-06-01" if yes and day < "2025-06-01" else ""
                            for day, yes in zip(operating, opened, strict=True)],
        }
    )  # fmt: skip


def _database_uses(databases: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for row in databases[databases["connected_from"] != ""].to_dict("records"):
        scale = rng.lognormal(6, 1)
        for place, month in enumerate(MONTHS):
            if str(month) >= row["connected_from"][:7]:
                uses = int(rng.poisson(scale * (1 + 0.03 * place)))
                rows.append({"database_id": row["database_id"], "month": str(month), "uses_count": uses})
    return pd.DataFrame(rows)


def _rule_reviews(province: Province, rng: np.random.Generator) -> pd.DataFrame:
    reviewed = drawn_days(rng, REVIEWS, f"{DIRECTIVE_MONTH}-20", "2025-06-30")
    done = rng.random(REVIEWS) < 0.8
    results = rng.choice(["kept", "amend", "abolish"], REVIEWS, p=[0.45, 0.40, 0.15])
    handled = drawn_days(rng, REVIEWS, "2025-07-01", END)
    acted = done & (results != "kept") & (rng.random(REVIEWS) < 0.6)
    return pd.DataFrame(
        {
            "rule_id": [f"Quyết định mô phỏng {number:02d}/2022" for number in range(1, REVIEWS + 1)],
            "unit_code": _departments(province, rng, REVIEWS),
            "due_date": "2025-03-31",
            "reviewed_date": np.where(done, reviewed, ""),
            "rule_result": np.where(done, results, ""),
            "handled_date": np.where(acted, handled, ""),
        }
    )


def _initiatives(province: Province, rng: np.random.Generator) -> pd.DataFrame:
    units = province.units[province.units["valid_to"] > END]
    targets = ["online_share_channel", "on_time_cohort_share", "digitised_share", ""]
    return pd.DataFrame(
        {
            "initiative_id": [f"SIM-SK-{number:02d}" for number in range(1, INITIATIVES + 1)],
            "initiative_name": [f"Sáng kiến mô phỏng {number:02d}" for number in range(1, INITIATIVES + 1)],
            "unit_code": rng.choice(units["unit_code"].to_numpy(), INITIATIVES),
            "started_date": np.sort(drawn_days(rng, INITIATIVES, "2024-12-01", "2026-06-30")),
            "recognised": rng.choice(["có", "không", ""], INITIATIVES, p=[0.4, 0.2, 0.4]),
            "indicator_id": rng.choice(targets, INITIATIVES),
        }
    )


def _unit_remarks(province: Province, rng: np.random.Generator) -> pd.DataFrame:
    units = province.units[province.units["valid_to"] > END]
    return pd.DataFrame(
        {
            "unit_code": rng.choice(units["unit_code"].to_numpy(), 5, replace=False),
            "period": "2026",
            "remark_vi": "Ý kiến mô phỏng: phần mềm một cửa ngừng hai tuần, hồ sơ phải nhập lại.",
            "remark_en": "Simulated remark: the one-stop software was down for two weeks, dossiers were entered anew.",
        }
    )
