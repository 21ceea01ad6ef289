"""Indicators of the tables that a province fills in, against counts made by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis import facts, indicators
from analysis.errors import UsageError
from analysis.facts import held
from analysis.indicators import codebook

TABLES: dict[str, list[dict[str, Any]]] = {
    "procedures": [
        # essential, becomes fully online in March
        {"procedure_code": "1", "decided_level": "district", "essential": True, "service_level": "information",
         "valid_from": "2020-01-01", "valid_to": "2025-03-01"},
        {"procedure_code": "1", "decided_level": "commune", "essential": True, "service_level": "full",
         "valid_from": "2025-03-01"},
        {"procedure_code": "2", "decided_level": "department", "service_level": "partial", "valid_from": "2020-01-01",
         "valid_to": "2025-02-15"},
        {"procedure_code": "3", "decided_level": "department", "valid_from": "2025-01-20"},
    ],
    "procedure_changes": [
        {"procedure_code": "3", "change_date": "2025-01-20", "change_kind": "issued"},
        {"procedure_code": "2", "change_date": "2025-02-15", "change_kind": "abolished"},
        {"procedure_code": "1", "change_date": "2025-03-01", "change_kind": "decentralised"},
    ],
    "petitions": [
        {"unit_code": "A", "received_date": "2025-01-05", "due_date": "2025-01-20", "answered_date": "2025-01-20",
         "satisfied": True},
        {"unit_code": "A", "received_date": "2025-01-06", "due_date": "2025-01-20", "answered_date": "2025-02-01",
         "satisfied": False},
        {"unit_code": "B", "received_date": "2025-02-01", "due_date": "2025-02-20"},  # overdue and open
        {"unit_code": "B", "received_date": "2025-03-20", "due_date": "2025-04-10"},  # not due yet
    ],
    "internal_procedures": [
        {"review_result": "simplified", "decided_date": "2025-01-31", "cost_before_vnd": 100, "cost_after_vnd": 40},
        {"review_result": "kept", "decided_date": "2025-01-31", "cost_before_vnd": 100, "cost_after_vnd": 100},
        {"review_result": "abolished", "decided_date": "2025-03-01", "cost_before_vnd": 50, "cost_after_vnd": 0},
        {"cost_before_vnd": 50},  # not reviewed, cost after not known
    ],
    "work_files": [
        {"unit_code": "A", "month": "2025-01", "work_files_count": 10, "electronic_work_files_count": 4},
        {"unit_code": "B", "month": "2025-01", "work_files_count": 30, "electronic_work_files_count": 6},
        {"unit_code": "A", "month": "2025-02", "work_files_count": 10, "electronic_work_files_count": 9},
    ],
    "databases": [
        {"unit_code": "A", "operating_from": "2024-06-01", "connected_from": "2025-02-10"},
        {"unit_code": "A", "operating_from": "2025-01-10"},
        {"unit_code": "B"},  # planned
    ],
    "database_uses": [
        {"database_id": "1", "month": "2025-02", "uses_count": 5},
        {"database_id": "1", "month": "2025-03", "uses_count": 7},
    ],
    "initiatives": [
        {"unit_code": "A", "started_date": "2025-02-01"},
        {"unit_code": "B", "started_date": "2025-02-28", "recognised": True},
    ],
    "rule_reviews": [
        {"reviewed_date": "2025-01-10", "rule_result": "amend", "handled_date": "2025-03-05"},
        {"reviewed_date": "2025-02-10", "rule_result": "abolish"},
        {"reviewed_date": "2025-02-11", "rule_result": "kept"},
        {},
    ],
}  # fmt: skip


LAST_YEAR = [(f"2024-{month:02d}", 1) for month in range(6, 13)]


@pytest.fixture(autouse=True)
def province(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(table: str) -> pd.DataFrame:
        names = [*held.table(table).names, "source_id", "file", "row"]
        frame = pd.DataFrame(TABLES[table], columns=names).assign(source_id="own")
        dates = [name for name in names if name.endswith(("_date", "_from", "_to", "month", "_level", "_result"))]
        return frame.astype(dict.fromkeys(dates, "str"))

    monkeypatch.setattr(facts, "load", load)
    monkeypatch.setattr(facts, "provenance_of", lambda _: [{"as_of": "2025-03-31"}])


def months(name: str, **more: Any) -> list[tuple[str, float]]:
    found = indicators.values(name, source_id="own", **more)
    assert list(found)[:2] == ["indicator_id", "period"]
    return [(row.period, round(row.value, 4)) for row in found.itertuples()]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("procedures_in_force_count", [("2025-01", 3), ("2025-02", 2), ("2025-03", 2)]),
        ("procedures_issued_count", [("2025-01", 1), ("2025-02", 0), ("2025-03", 0)]),
        ("procedures_abolished_count", [("2025-01", 0), ("2025-02", 1), ("2025-03", 0)]),
        ("procedures_decentralised_count", [("2025-01", 0), ("2025-02", 0), ("2025-03", 1)]),
        ("procedures_amended_count", [("2025-01", 0), ("2025-02", 0), ("2025-03", 0)]),
        ("full_online_procedures_share", [("2025-01", 0), ("2025-02", 0), ("2025-03", 100)]),
        ("essential_services_share", [("2025-01", 0), ("2025-02", 0), ("2025-03", 1.3158)]),
        ("petitions_count", [("2025-01", 2), ("2025-02", 1), ("2025-03", 1)]),
        ("petitions_on_time_share", [("2025-01", 50), ("2025-02", 0)]),
        ("petitions_satisfied_share", [("2025-01", 100), ("2025-02", 0)]),
        ("internal_procedures_cut_share", [("2025-01", 25), ("2025-02", 25), ("2025-03", 50)]),
        ("internal_cost_cut_share", [("2025-01", 24), ("2025-02", 24), ("2025-03", 44)]),
        ("electronic_work_files_share", [("2025-01", 25), ("2025-02", 90)]),
        (
            "databases_operating_count",
            [*LAST_YEAR, ("2025-01", 2), ("2025-02", 2), ("2025-03", 2)],
        ),
        (
            "databases_connected_share",
            [*((month, 0) for month, _ in LAST_YEAR), ("2025-01", 0), ("2025-02", 50), ("2025-03", 50)],
        ),
        ("database_uses_count", [("2025-02", 5), ("2025-03", 7)]),
        ("initiatives_count", [("2025-02", 2), ("2025-03", 0)]),
        ("rules_reviewed_share", [("2025-01", 25), ("2025-02", 75), ("2025-03", 75)]),
        ("rules_handled_share", [("2025-01", 0), ("2025-02", 0), ("2025-03", 50)]),
    ],
)
def test_by_hand(name: str, expected: list[tuple[str, float]]) -> None:
    assert months(name) == expected


def test_every_indicator_of_a_table_was_counted_by_hand() -> None:
    (mark,) = [mark for mark in test_by_hand.pytestmark if mark.name == "parametrize"]
    counted = {case[0] for case in mark.args[1]}
    assert counted == {each.id for each in codebook.indicators().values() if each.kind == "register"}


def test_groups_and_periods_add_up() -> None:
    by_unit = indicators.values("electronic_work_files_share", source_id="own", by=["unit_code"], period="year")
    assert by_unit[["unit_code", "numerator_count", "denominator_count"]].to_numpy().tolist() == [
        ["A", 13, 20],
        ["B", 6, 30],
    ]
    assert months("procedures_in_force_count", by=["decided_level"], period="quarter") == [
        ("2025-Q1", 1),
        ("2025-Q1", 1),
    ]


def test_a_question_that_cannot_be_answered_says_what_can() -> None:
    with pytest.raises(UsageError, match="not filled in petitions") as error:
        indicators.values("petitions_count", source_id="nobody")
    assert "own" in str(error.value.allowed)
    with pytest.raises(UsageError, match="cannot be grouped by fields") as error:
        indicators.values("petitions_count", source_id="own", by=["fields"])
    assert "unit_code" in str(error.value.allowed)
