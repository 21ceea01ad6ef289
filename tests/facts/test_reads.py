"""What was read is noted, and what it would give now is told by its values."""

from pathlib import Path

import pandas as pd
import pytest

from analysis import facts, indicators, paths
from analysis.facts import build, reads
from analysis.facts.reads import Read
from analysis.indicators import scorecard_tables
from analysis.sources import registry

OF_PROVINCE = (("province_code", "H44"),)
PORTAL = ("portal_groups", "portal_metrics", "portal_progress", "portal_online", "portal_payment", "portal_months")

ROWS = pd.DataFrame(
    {
        "unit_code": ["H44.01", "H44.02", "H44.02"],
        "period": ["2026", "2026", "2026-Q3"],
        "points": [0.1, None, 0.3],
        "flag": ["", "x", "y"],
    }
)


@pytest.fixture
def built(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    put(ROWS)
    monkeypatch.setenv(reads.LOG, str(tmp_path / "log"))
    return tmp_path


def put(rows: pd.DataFrame) -> None:
    rows.to_parquet(paths.PROCESSED / "portal_groups.parquet", index=False)


def test_reads_are_noted_once_and_the_widest_stands_for_all(built):
    facts.only("portal_groups", unit_code="H44.01")
    facts.having("portal_groups", period="2026", unit_code="H44.02")
    facts.having("portal_groups", period="2026", unit_code="H44.02")
    narrow = reads.noted(built / "log")
    assert [read.words for read in narrow] == ["portal_groups (H44.01)", "portal_groups (H44.02, 2026)"]
    assert [Read.of(read.as_dict()) for read in narrow] == narrow
    facts.load("portal_groups")
    assert reads.noted(built / "log") == [Read("table", "portal_groups")]


def test_nothing_is_noted_where_nobody_asked(built, monkeypatch):
    monkeypatch.delenv(reads.LOG)
    facts.load("portal_groups")
    assert not (built / "log").exists()


def test_a_read_gives_the_rows_it_is_noted_for(built):
    assert facts.having("portal_groups", unit_code="H44.02")["points"].tolist()[1:] == [0.3]
    assert facts.having("portal_groups", period="2026-Q3")["unit_code"].tolist() == ["H44.02"]
    assert facts.having("portal_groups", unit_code="H44.99").empty


@pytest.mark.parametrize(
    ("row", "column", "value", "moved"),
    [
        (1, "points", 0.5, {"H44.02", "H44.02 in 2026", "all"}),
        (2, "points", 0.30000000000000004, {"H44.02", "H44.02 in 2026", "all"}),
        (0, "points", 0.2, {"H44.01", "all"}),
        (0, "flag", None, {"H44.01", "all"}),  # nothing is not the empty text
    ],
)
def test_only_reads_of_the_row_that_moved_are_others(built, row, column, value, moved):
    each = {
        "H44.01": Read("table", "portal_groups", (("unit_code", "H44.01"),)),
        "H44.02": Read("table", "portal_groups", (("unit_code", "H44.02"),)),
        "H44.02 in 2026": Read("table", "portal_groups", (("unit_code", "H44.02"),), "2026"),
        "2026-Q4": Read("table", "portal_groups", (), "2026-Q4"),
        "all": Read("table", "portal_groups"),
    }
    before = {name: reads.sha256(read) for name, read in each.items()}
    rows = ROWS.copy()
    rows.loc[row, column] = value
    put(rows)
    assert {name for name, read in each.items() if reads.sha256(read) != before[name]} == moved


def test_what_is_gone_has_no_hash(built):
    (built / "portal_groups.parquet").unlink()
    assert reads.sha256(Read("table", "portal_groups", (("unit_code", "H44.01"),))) == ""
    assert reads.sha256(Read("dossiers", "nobody")) == ""
    assert reads.sha256(Read("source", "nobody")) == ""


def test_the_index_reads_the_province_and_period_and_no_other_source(phu_tho, tmp_path, monkeypatch):
    monkeypatch.setenv(reads.LOG, str(tmp_path / "log"))
    index = indicators.service_index("H44", "2026")
    indicators.findings(index)
    found = reads.noted(tmp_path / "log")
    assert {read.name for read in found if read.kind == "source"} == {"portal-phu-tho-2026"}
    tables = [read for read in found if read.kind == "table"]
    assert {read.name for read in tables} == {name for name in facts.TABLES if name.startswith("portal_")}
    assert all(dict(read.where)["province_code"] == "H44" for read in tables)
    assert all(reads.sha256(read) for read in found)


def change_received(root: Path, unit: str, more: int) -> None:
    """Change what a unit received in the published file of the year, and lock it."""
    file = root / "data/raw/portal-phu-tho-2026/dvc-progress-tree_year.csv"
    row = next(line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(f"{unit},"))
    received = row.split(",")[3]
    changed = row.replace(f",{received},", f",{int(received) + more},", 1)
    file.write_text(file.read_text(encoding="utf-8").replace(row, changed), encoding="utf-8")
    assert [change.path for change in registry.lock("portal-phu-tho-2026")] == [file.name]
    build.build()


def test_one_units_raw_row_moves_the_rows_of_its_table_and_period_alone(at_phu_tho, clone):
    """From the published file to what pages read: nothing else of the province, no other period, no other source."""
    read_by_pages = [
        *(
            Read("table", name, (("province_code", "H44"),), period)
            for name in PORTAL
            for period in ("2026", "2026-Q3")
        ),
        Read("table", "portal_progress", (("unit_code", "H44.108"),), "2026"),
        Read("table", "portal_progress", (("unit_code", "H44.109"),), "2026"),
        *(Read("table", name) for name in ("online_shares", "egdi", "residence_changes", "rejected")),
        Read("table", "rejected", (("source_id", "portal-phu-tho-2026"),)),
        Read("source", "portal-phu-tho-2026"),
        Read("files", "portal-phu-tho-2026"),
    ]
    change_received(clone, "H44.108", 1)
    now = {read: reads.sha256(read) for read in read_by_pages}
    with at_phu_tho():
        before = {read: reads.sha256(read) for read in read_by_pages}
    assert all(before.values())
    assert {read.words for read in read_by_pages if before[read] != now[read]} == {
        "portal_progress (H44, 2026)",  # of pages that compare units
        "portal_progress (H44.108, 2026)",  # of pages on this unit alone
    }


def of_scorecards(units: list[str], log: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Give the hashes of all that each unit's scorecard reads."""
    hashes = {}
    with monkeypatch.context() as patch:
        patch.setenv(reads.LOG, str(log))
        for unit in units:
            log.unlink(missing_ok=True)
            card = indicators.scorecard("H44", unit, "2026")
            facts.rejected(card.index.sources)
            found = reads.noted(log)
            assert all(dict(read.where) or read.kind == "source" for read in found)
            hashes[unit] = [(read.name, reads.sha256(read)) for read in found]
    return hashes


@pytest.mark.parametrize(("more", "moves_all"), [(1, False), (100_000, True)])
def test_one_units_raw_row_concerns_its_scorecard_and_those_that_show_it(
    at_phu_tho, year, clone, monkeypatch, more, moves_all
):
    """A commune like it shows its counts; all others show the middle half, which one case more does not move."""
    units = year.children["unit_code"].tolist()
    with at_phu_tho():
        scorecard_tables.ensure("")
        before = of_scorecards(units, clone / "log", monkeypatch)
        like = indicators.scorecard("H44", "H44.108", "2026").like
        beside = {unit for unit in units if "H44.108" in set(indicators.scorecard("H44", unit, "2026").like["unit"])}
    assert like["unit"].nunique() == 21
    change_received(clone, "H44.108", more)
    scorecard_tables.ensure("")
    now = of_scorecards(units, clone / "log", monkeypatch)
    moved = {unit for unit in units if now[unit] != before[unit]}
    assert {"H44.108"} < beside
    assert len(beside) < 40
    assert moved == beside if not moves_all else moved > beside
