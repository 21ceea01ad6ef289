"""What is digitised and never used again, which databases are idle, which work files are electronic: planted, found."""

from __future__ import annotations

import hand_made
import pandas as pd
import pytest
from hand_made import SOURCE, dossier

from analysis import facts, indicators, methods, paths
from analysis.display import digitisation as shown
from analysis.indicators import counts, digitisation, quarterly

QUARTER = "2026-Q3"


def filed(procedure: str, count: int, *, reused: int, received: str = "2026-08-03 08:00") -> list[dict]:
    """Give settled dossiers of a procedure, all digitised, some of them re-using data."""
    return [
        dossier(received, None, "2026-08-05 08:00", 2, procedure_code=procedure, field_code=f"F{procedure}",
                digitised_components_count=2, reused_components_count=int(number < reused))
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture(params=[0, 9], ids=["never re-used", "twin"])
def planted(request, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    monkeypatch.setattr(indicators.names, "procedure_names", lambda _: {"A": "Cấp bản sao"})
    few_and_old = [*filed("few", 5, reused=0), *filed("old", 40, reused=0, received="2025-08-04 08:00")]
    hand_made.write([*filed("A", 40, reused=request.param), *filed("B", 60, reused=20), *few_and_old])
    counts.ensure()
    return request.param


def test_a_procedure_whose_digitised_documents_nobody_uses_is_named_and_its_twin_is_not(planted) -> None:
    found = digitisation.by_procedure(SOURCE, quarter=QUARTER)
    assert found.set_index("procedure_code")["reused_count"].to_dict() == {"B": 20, "A": planted}
    words = shown.never(found, SOURCE).words
    assert ("Cấp bản sao" in words["vi"]) is (planted == 0)
    assert ("each had some re-use" in words["en"]) is (planted > 0)


def test_fields_come_by_how_much_lies_unused(planted) -> None:
    found = digitisation.unused_by_field(SOURCE, quarter=QUARTER)
    assert found.set_index("unit")["hits"].to_dict() == {"FB": 40, "FA": 40 - planted}
    assert found["hits"].is_monotonic_decreasing


def test_the_lead_gives_what_is_re_used_beside_what_is_digitised(planted) -> None:
    found = quarterly.side_by_side(digitisation.SHARES, SOURCE, quarter=QUARTER)
    joined = found.join(methods.wilson(found["hits"], found["total"]))
    own = joined.set_index("indicator_id").loc["digitised_not_reused_share"]
    assert (own["hits"], own["total"]) == (105 - 20 - planted, 105)
    assert f"{own['share_pct']:.1f}% (" in shown.lead(joined, QUARTER).words["en"]


def test_a_source_that_filled_in_no_table_is_told_how(monkeypatch) -> None:
    empty = {"databases": ["database_id", "database_name", "operating_from", "connected_from"],
             "database_uses": ["database_id", "month", "uses_count"],
             "unit_list": ["unit_code", "unit_level"], "portal_units": ["unit_code", "unit_level"],
             "work_files": ["unit_code", "month", "work_files_count", "electronic_work_files_count"]}  # fmt: skip
    types = {name: "float64" if name.endswith("_count") else "str" for columns in empty.values() for name in columns}

    def load(name: str) -> pd.DataFrame:
        return pd.DataFrame(columns=["source_id", *empty[name]]).astype(
            {column: types[column] for column in empty[name]}
        )

    monkeypatch.setattr(facts, "load", load)
    (words,) = shown.databases(digitisation.databases(SOURCE, quarter=QUARTER), QUARTER)
    assert "databases has not been filled in" in words.plain("en")
    (words,) = shown.work_files(digitisation.work_files(SOURCE, quarter=QUARTER), QUARTER)
    assert "work_files chưa được điền" in words.plain("vi")


@pytest.fixture
def tables(monkeypatch) -> None:
    databases = pd.DataFrame(
        [("D1", "Hộ tịch", "2023-01-01", "2024-01-01"), ("D2", "Đất đai", "2022-01-01", None),
         ("D3", "Giáo dục", "2024-01-01", "2025-01-01"), ("D4", "Sắp có", "2026-10-01", None),
         ("D5", "Chưa kịp", "2025-01-01", "2026-10-05")],
        columns=["database_id", "database_name", "operating_from", "connected_from"],
    )  # fmt: skip
    uses = pd.DataFrame(
        [("D1", "2026-09", 7.0), ("D1", "2025-09", 100.0), ("D1", "2026-10", 50.0), ("D3", "2025-06", 9.0)],
        columns=["database_id", "month", "uses_count"],
    )
    files = pd.DataFrame(
        [
            ("S", "2026-07", 10.0, 8.0),
            ("X", "2026-09", 30.0, 12.0),
            ("X", "2025-07", 10.0, 1.0),
            ("X", "2026-10", 9, 9),
        ],
        columns=["unit_code", "month", "work_files_count", "electronic_work_files_count"],
    )
    levels = pd.DataFrame([("S", "department"), ("X", "commune")], columns=["unit_code", "unit_level"])
    there = {"databases": databases, "database_uses": uses, "work_files": files, "unit_list": levels,
             "portal_units": levels.iloc[:0]}  # fmt: skip
    monkeypatch.setattr(facts, "load", lambda name: there[name].assign(source_id=SOURCE))


@pytest.mark.usefixtures("tables")
class TestTables:
    def test_a_database_is_used_only_if_others_asked_it_within_the_year(self) -> None:
        found = digitisation.databases(SOURCE, quarter=QUARTER)
        assert dict(zip(found["database_name"], found["state"], strict=True)) == {
            "Đất đai": "not_connected", "Hộ tịch": "used", "Giáo dục": "unused", "Chưa kịp": "not_connected",
        }  # fmt: skip
        assert found["uses_count"].sum() == 7

    def test_idle_databases_are_listed_longest_in_operation_first(self) -> None:
        words, table = shown.databases(digitisation.databases(SOURCE, quarter=QUARTER), QUARTER)
        assert "4 cơ sở dữ liệu đang vận hành, 2 đã kết nối; trong đó 1" in words.plain("vi")
        assert table.frame["database_name"].tolist() == ["Đất đai", "Giáo dục", "Chưa kịp"]

    def test_work_files_stand_by_level_and_for_all_with_a_year_before(self) -> None:
        found = digitisation.work_files(SOURCE, quarter=QUARTER).set_index("level")
        assert found.loc["all", ["hits", "total", "before_pct"]].tolist() == [20, 40, 10]
        assert found.loc["commune", ["hits", "total"]].tolist() == [12, 30]
        assert pd.isna(found.loc["department", "before_pct"])
