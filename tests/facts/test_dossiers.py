"""Dossiers: no good row changes whatever stands beside it, no row is lost, and no person gets in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import agency
from analysis import facts, paths
from analysis.errors import DataContractError
from analysis.facts import build, dossiers
from analysis.facts.dossiers import building
from analysis.facts.dossiers.staging import REPEATED

CHECKOUT = Path(__file__).parents[2]
MIRROR = Path(os.environ.get("ANALYSIS_MIRROR") or CHECKOUT / "data/raw")
HUNDRED = [agency.row(number) for number in range(100)]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copytree(CHECKOUT / "data/reference", tmp_path / "data/reference")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    for name in ("RAW", "REFERENCE", "PROCESSED"):
        monkeypatch.setattr(paths, name, tmp_path / "data" / name.lower())
    monkeypatch.delenv(building.KEY, raising=False)
    paths.RAW.mkdir()
    yield tmp_path


def quality(built: building.Built) -> pd.DataFrame:
    return built.table("quality").groupby("check_id")[["rows_count", "of_count"]].sum()


@pytest.mark.usefixtures("place")
class TestForms:
    def test_every_kind_of_file_gives_the_same_dossiers(self) -> None:
        made = {}
        for name, content in {
            "export.csv": agency.as_csv(HUNDRED),
            "export.xlsx": agency.as_xlsx(HUNDRED),
            "export.jsonl": agency.as_lines(HUNDRED),
            "export.parquet": agency.as_parquet(HUNDRED),
        }.items():
            shutil.rmtree(paths.RAW / "agency", ignore_errors=True)
            built = agency.build({name: content})
            assert (built.rows_count, built.rejected_count) == (100, 0), built.table("rejected")
            made[name] = agency.dossiers().drop(columns=["file", "row"])
        for name, frame in made.items():
            assert_frame_equal(frame, made["export.csv"], obj=name)

    @pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-16"), ("\t", "utf-8-sig"), ("|", "cp1258")])
    def test_delimiter_and_encoding_are_what_the_mapping_says(self, delimiter: str, encoding: str) -> None:
        agency.build({"a.csv": agency.as_csv(HUNDRED)})
        plain = agency.dossiers()
        rows = [{**each, "ChuHoSo": "Anh"} for each in HUNDRED] if encoding == "cp1258" else HUNDRED
        rows = [{**each, "TrichYeuHoSo": "x"} for each in rows] if encoding == "cp1258" else rows
        form = {"delimiter": delimiter, "encoding": encoding.removesuffix("-sig")}
        agency.build({"a.csv": agency.as_csv(rows, delimiter, encoding)}, {**agency.MAPPING, "form": form})
        assert_frame_equal(agency.dossiers(), plain)

    def test_nested_lists_become_counts(self) -> None:
        agency.build({"a.jsonl": agency.as_lines(HUNDRED[:2])})
        even, odd = agency.dossiers().to_dict("records")
        assert (even["components_count"], odd["components_count"]) == (2, 2)
        assert (even["digitised_components_count"], odd["digitised_components_count"]) == (1, 2)
        assert (even["reused_components_count"], even["supplements_count"]) == (1, 0)
        assert (even["fee_vnd"], odd["fee_vnd"]) == (0, 25000)
        assert (even["fee_due"], odd["fee_due"]) == (False, True)
        assert (even["citizen_store"], odd["citizen_store"]) == (False, True)
        assert (even["connected_database"], odd["e_result"]) == (False, True)

    def test_working_days_leave_out_the_day_of_receipt_and_the_wait(self) -> None:
        rows = [
            agency.row(1, NgayTiepNhan="20240304080000", NgayKetThucXuLy="20240308160000"),  # Monday to Friday
            agency.row(2, NgayTiepNhan="20240308080000", NgayKetThucXuLy="20240311080000"),  # Friday to Monday
            agency.row(4, NgayYeuCauBoSung="20240305080000"),  # nobody wrote when it was answered
        ]
        agency.build({"a.csv": agency.as_csv(rows)})
        assert agency.dossiers()["processing_working_days"].fillna(-1).tolist() == [4, 1, -1]
        answered = {"supplement_answered_at": {"column": "NgayBoSung"}}
        rows = [{**each, "NgayBoSung": "20240306080000" if each["NgayYeuCauBoSung"] else ""} for each in rows]
        rows[2] |= {"NgayTiepNhan": "20240304080000", "NgayKetThucXuLy": "20240308160000"}
        agency.build(
            {"a.csv": agency.as_csv(rows)}, {**agency.MAPPING, "columns": agency.MAPPING["columns"] | answered}
        )
        assert agency.dossiers()["processing_working_days"].tolist() == [4, 1, 3]

    def test_on_disk_it_is_the_contract(self) -> None:
        agency.build({"a.csv": agency.as_csv(HUNDRED)})
        (file,) = dossiers.folder("agency", "2024-03").glob("*.parquet")
        described = duckdb.sql(f"DESCRIBE FROM read_parquet('{file}', hive_partitioning = false)").fetchall()
        arrow = {
            "string": "VARCHAR",
            "bool": "BOOLEAN",
            "timestamp[us]": "TIMESTAMP",
            "int32": "INTEGER",
            "int64": "BIGINT",
        }
        assert [(name, kind) for name, kind, *_ in described] == [(f.name, arrow[str(f.type)]) for f in dossiers.SCHEMA]


CORRUPTIONS: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "unreadable date": (lambda row: row | {"NgayTiepNhan": "hôm qua"}, "received_at: not a time"),
    "impossible date": (lambda row: row | {"NgayHenTra": "20240231000000"}, "due_at: not a time"),
    "implausible date": (lambda row: row | {"NgayHenTra": "02240301000000"}, "due_at: not a time"),
    "no receipt": (lambda row: row | {"NgayTiepNhan": ""}, "received_at: empty"),
    "unmapped value": (lambda row: row | {"KenhThucHien": "7"}, "channel: a value"),
    "unknown status": (lambda row: row | {"TrangThaiHoSo": "11"}, "status_code: a value"),
    "no code": (lambda row: row | {"MaHoSo": ""}, "dossier_key: empty"),
    "foreign code": (lambda row: row | {"MaHoSo": "abc"}, "unit_code: does not follow"),
    "no procedure": (lambda row: row | {"MaTTHC": "  "}, "procedure_code: empty"),
    "broken list": (lambda row: row | {"TaiLieuNop": "[{"}, "components_count: not a list"),
    "identity number": (lambda row: row | {"MaLinhVuc": "079123456789"}, "field_code: looks like"),
    "telephone": (lambda row: row | {"MaTTHC": "gọi 0912345678"}, "procedure_code: looks like"),
}
LINES: dict[str, tuple[Callable[[str], str], str]] = {
    "cut short": (lambda line: line[: len(line) // 3], "cells where the header has"),
    "one cell more": (lambda line: line + ",", "cells where the header has"),
    "open quotation": (lambda line: '"' + line.replace('"', ""), "quotation marks do not close"),
    "not text": (lambda line: line.replace("835.000", "835.\udcff000"), "not text in the encoding"),
}


@pytest.mark.usefixtures("place")
class TestSettingAside:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @example({99: "open quotation"})
    @given(
        st.dictionaries(
            st.integers(0, 99),
            st.sampled_from([*CORRUPTIONS, *LINES, "repeated"]),
            min_size=1,
            max_size=12,
        )
    )
    def test_no_good_row_changes_and_every_bad_one_is_accounted_for(self, spoilt: dict[int, str]) -> None:
        agency.build({"a.csv": agency.as_csv(HUNDRED)})
        whole = agency.dossiers()
        rows, expected = [dict(row) for row in HUNDRED], {}
        for number, kind in spoilt.items():
            if kind in CORRUPTIONS:
                change, reason = CORRUPTIONS[kind]
                rows[number] = change(rows[number])
                expected[number + 2] = reason
        lines = agency.as_csv(rows).decode().splitlines()
        for number, kind in spoilt.items():
            if kind in LINES:
                spoil, reason = LINES[kind]
                lines[number + 1] = spoil(lines[number + 1])
                expected[number + 2] = reason
        good = [number for number in range(100) if number not in spoilt]
        for kind in spoilt.values():
            if kind == "repeated":
                expected[len(lines) + 1] = REPEATED
                lines.append(lines[good[0] + 1])
        # a row that was to be repeated stays what it was
        spoilt = {number: kind for number, kind in spoilt.items() if kind != "repeated"}
        built = agency.build({"a.csv": ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")})
        rejected = built.table("rejected")
        assert list(rejected.columns) == ["table", "source_id", "file", "row", "reason"]
        assert dict(zip(rejected["row"].astype(int), rejected["reason"], strict=True)).keys() == expected.keys()
        for line, reason in zip(rejected["row"].astype(int), rejected["reason"], strict=True):
            assert expected[line] in reason
        good_rows = whole[~whole["row"].isin([number + 2 for number in spoilt])].reset_index(drop=True)
        assert_frame_equal(agency.dossiers(), good_rows)
        assert built.rows_count + built.rejected_count == len(lines) - 1

    def test_a_quoted_text_may_run_over_lines(self) -> None:
        rows = [agency.row(n, TrichYeuHoSo="dòng một\n\ndòng, hai" if n % 3 else "x") for n in range(30)]
        built = agency.build({"a.csv": agency.as_csv(rows)})
        assert (built.rows_count, built.rejected_count) == (30, 0)

    def test_good_lines_between_two_stray_quotation_marks_stay_what_they_are(self) -> None:
        names = ["MaHoSo", "MaTTHC", "NgayTiepNhan", "TrangThaiHoSo", "GhiChu"]
        lines = [f"H44.1-240301-{n:04d},1.000,20240305080000,4,x" for n in range(9)]
        lines[2] = lines[2].removesuffix("x") + '"x'
        lines[6] = lines[6].removesuffix("x") + 'x"'
        wanted = {name: None for name in building.EXPORTED if name not in ("dossier_key", "province_code", "unit_code")}
        wanted |= {"procedure_code": "MaTTHC", "received_at": "NgayTiepNhan", "status_code": "TrangThaiHoSo"}
        mapping = {"use": "portal_sync", "columns": wanted | {"unit_level": {"constant": "commune"}}}
        content = "\n".join([",".join(names), *lines]) + "\n"
        built = agency.build({"a.csv": content.encode()}, mapping)
        assert built.table("rejected")["row"].tolist() == [4]
        assert agency.dossiers()["row"].tolist() == [2, 3, 5, 6, 7, 8, 9, 10]

    def test_blocks_are_joined_where_they_were_cut(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = [agency.row(n, TrichYeuHoSo="một\nhai" if n % 5 == 0 else "x") for n in range(100)]
        agency.build({"a.csv": agency.as_csv(rows)})
        whole = agency.dossiers()
        monkeypatch.setattr("analysis.sources.cases.lines.BLOCK_BYTES", 997)
        built = agency.build({"a.csv": agency.as_csv(rows)})
        assert built.rejected_count == 0
        assert_frame_equal(agency.dossiers(), whole)

    def test_a_line_that_is_no_json_is_set_aside(self) -> None:
        content = agency.as_lines(HUNDRED[:3]) + b"[1]\n{broken\n\n" + agency.as_lines(HUNDRED[3:4])
        rejected = agency.build({"a.jsonl": content}).table("rejected")
        assert rejected["row"].tolist() == [4, 5]
        assert rejected["reason"].str.contains("no JSON object").all()

    def test_a_missing_column_is_one_clear_error(self) -> None:
        rows = [
            {("Ngay_Tiep_Nhan" if name == "NgayTiepNhan" else name): cell for name, cell in each.items()}
            for each in HUNDRED
        ]
        with pytest.raises(DataContractError, match=r"no column 'NgayTiepNhan' \(is it 'Ngay_Tiep_Nhan'\?\)") as caught:
            agency.build({"a.csv": agency.as_csv(rows)})
        assert caught.value.where == "data/raw/agency/a.csv"
        assert not dossiers.folder("agency").exists()

    def test_events_become_cases_and_a_case_that_disagrees_is_set_aside(self) -> None:
        rows = [agency.row(n // 4) for n in range(12)]
        rows[5] = rows[5] | {"KenhThucHien": "3" if rows[5]["KenhThucHien"] != "3" else "1"}
        built = agency.build({"a.csv": agency.as_csv(rows)}, {**agency.MAPPING, "one_row_is": "event"})
        assert built.rows_count == 2
        assert built.table("rejected")[["row", "reason"]].to_numpy().tolist() == [
            [6, "the rows of the dossier do not agree"]
        ]


@pytest.mark.usefixtures("place")
class TestHazards:
    @pytest.mark.parametrize(
        ("check_id", "changes"),
        [
            ("due_missing", {"NgayHenTra": ""}),
            ("finished_before_received", {"NgayKetThucXuLy": "20240229080000"}),
            ("finished_at_midnight", {"NgayKetThucXuLy": "20240410000000"}),
            ("status_rewritten", {"NgayKetThucXuLy": "", "TrangThaiHoSo": "9"}),
            ("submitted_as_received", {"NgayNopHoSo": "20240305093015", "NgayTiepNhan": "20240305093015"}),
            ("channel_missing", {"KenhThucHien": ""}),
        ],
    )
    def test_is_counted_and_nothing_is_repaired(self, check_id: str, changes: dict[str, str]) -> None:
        clean = agency.build({"a.csv": agency.as_csv(HUNDRED)})
        assert quality(clean).loc[check_id, "rows_count"] == 0
        rows = [each | changes if number < 7 else each for number, each in enumerate(HUNDRED)]
        built = agency.build({"a.csv": agency.as_csv(rows)})
        assert quality(built).loc[check_id, "rows_count"] == 7
        assert built.rows_count == 100
        if f"hazard_{check_id}" in dossiers.FLAGS:
            assert agency.dossiers()[f"hazard_{check_id}"].sum() == 7

    def test_a_flag_that_never_changes_is_named(self) -> None:
        clean = agency.build({"a.csv": agency.as_csv(HUNDRED)})
        assert not [check for check in quality(clean).index if check.startswith("fixed_")]
        fixed = [each | {"TaiKhoanDuocXacThucVoiVNeID": "0", "DSKetNoiCSDL": [{"MaCSDL": 7}]} for each in HUNDRED]
        found = quality(agency.build({"a.csv": agency.as_csv(fixed)}))
        assert found.loc["fixed_verified_identity"].tolist() == [100, 100]
        assert found.loc["fixed_connected_database"].tolist() == [100, 100]

    def test_documents_always_marked_as_digitised_are_counted(self) -> None:
        always = [each | {"TaiLieuNop": [{"DuocSoHoa": 1}]} for each in HUNDRED]
        assert quality(agency.build({"a.csv": agency.as_csv(always)})).loc["all_digitised"].tolist() == [100, 100]

    def test_a_repeated_code_is_kept_once(self) -> None:
        built = agency.build({"a.csv": agency.as_csv([*HUNDRED, HUNDRED[3] | {"NgayTiepNhan": "20240702080000"}])})
        assert built.rows_count == 100
        assert quality(built).loc["repeated_code"].tolist() == [1, 101]
        assert "2024-07" not in built.months
        assert not dossiers.folder("agency", "2024-07").exists()


@pytest.mark.usefixtures("place")
class TestPrivacy:
    def test_no_personal_value_is_in_any_byte(self) -> None:
        rows = [
            *HUNDRED,
            agency.row(200, MaLinhVuc="079000000777"),
            agency.row(201, KenhThucHien="Trần Kín"),
            HUNDRED[0],
        ]
        built = agency.build(
            {"a.csv": agency.as_csv(rows) + b"x,Kin Dao\n", "b.jsonl": agency.as_lines([agency.row(300)])}
        )
        assert built.rejected_count == 4
        secrets = ("Khuyếtdanh", "0790000", "0912345678", "79000000", "Kín", "Kin Dao", "H44.100-240301")
        everything = [(name, content) for name, content in agency.bytes_below(paths.PROCESSED)]
        for file in paths.PROCESSED.rglob("*.parquet"):
            everything.append((file.name, duckdb.sql(f"FROM read_parquet('{file}')").df().to_csv().encode()))
        assert len(everything) > 4
        found = [(name, secret) for name, content in everything for secret in secrets if secret.encode() in content]
        assert not found

    def test_a_row_that_is_set_aside_is_not_even_staged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        staged: list[str] = []

        def look(connection: duckdb.DuckDBPyConnection, source_id: str, months: Path, unreadable: Any) -> None:
            staged.append(duckdb.sql(f"FROM read_parquet('{months}/month=set_aside/*.parquet')").df().to_csv())
            raise DataContractError("made up")

        monkeypatch.setattr(building, "set_aside", look)
        with pytest.raises(DataContractError, match="made up"):
            agency.build({"a.csv": agency.as_csv([*HUNDRED, agency.row(200, MaLinhVuc="079000000777")])})
        assert "field_code: looks like" in staged[0]
        assert "079000000777" not in staged[0]
        assert not list(paths.PROCESSED.rglob("*.parquet"))

    def test_a_key_gives_the_same_hashes_and_another_gives_others(self) -> None:
        keys = []
        for key in (b"one", b"one", b"two"):
            agency.build({"a.csv": agency.as_csv(HUNDRED)}, key=key)
            keys.append(set(agency.dossiers()["dossier_key"]))
        assert keys[0] == keys[1]
        assert not keys[0] & keys[2]

    def test_it_is_the_hmac_of_rfc_2104(self) -> None:
        import hmac

        for key in (b"short", b"long" * 40):
            agency.build({"a.csv": agency.as_csv(HUNDRED[:1])}, key=key)
            code = HUNDRED[0]["MaHoSo"].encode()
            assert agency.dossiers()["dossier_key"].item() == hmac.digest(key, code, "sha256").hex()[:32]


@pytest.mark.usefixtures("place")
class TestBuilding:
    def test_what_is_unchanged_is_kept_and_what_has_changed_is_built(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(building.KEY, "one")
        agency.put({"a.csv": agency.as_csv(HUNDRED)})
        first, (second,) = building.build_all(), building.build_all()
        assert first == [second]
        before = {file: file.stat().st_mtime_ns for file in dossiers.folder("agency").rglob("*.parquet")}
        building.build_all()
        assert {file: file.stat().st_mtime_ns for file in dossiers.folder("agency").rglob("*.parquet")} == before
        agency.put({"a.csv": agency.as_csv(HUNDRED[:50])})
        assert building.build_all()[0].rows_count == 50
        monkeypatch.setenv(building.KEY, "two")
        keys = set(agency.dossiers()["dossier_key"])
        building.build_all()
        assert not keys & set(agency.dossiers()["dossier_key"])

    def test_a_lost_month_is_made_again_as_it_was(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(building.KEY, "one")
        rows = [agency.row(n, NgayTiepNhan=f"20240{1 + n % 4}10080000") for n in range(40)]
        agency.put({"a.csv": agency.as_csv(rows)})
        building.build_all()
        whole = agency.dossiers()
        shutil.rmtree(dossiers.folder("agency", "2024-02"))
        building.build_all()
        assert_frame_equal(agency.dossiers(), whole)

    def test_bytes_that_are_not_the_locked_ones_are_not_read_and_the_last_dossiers_stay(self) -> None:
        agency.build({"a.csv": agency.as_csv(HUNDRED)})
        before = agency.dossiers()
        (paths.RAW / "agency/a.csv").write_bytes(agency.as_csv(HUNDRED[:9]))
        with pytest.raises(DataContractError, match="sha256"):
            building.build_source("agency", agency.KEY)
        assert_frame_equal(agency.dossiers(), before)

    def test_a_stand_in_is_asked_for_only_without_a_provinces_own_export(self) -> None:
        built = building.Built("simulated", 1, 0, {}, "environment", {})
        stand_in = Mock(ensure=Mock(return_value=built))
        agency.put({"a.csv": agency.as_csv(HUNDRED)})
        assert building.build_all(stand_in=stand_in)[-1] == built
        source = paths.RAW / "agency/source.yml"
        source.write_text(source.read_text("utf-8") + "province: H44\n", "utf-8")
        assert built not in building.build_all(stand_in=stand_in)
        stand_in.ensure.assert_called_once_with()

    def test_dossiers_of_a_source_that_is_gone_go_with_it(self) -> None:
        agency.put({"a.csv": agency.as_csv(HUNDRED)})
        building.build_all()
        shutil.rmtree(paths.RAW / "agency")
        assert building.build_all() == []
        assert not dossiers.folder("agency").exists()


def test_a_build_counts_the_dossiers_and_what_is_odd(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "TABLES", ("egdi", "dossier_quality"))
    monkeypatch.delenv(building.KEY, raising=False)
    agency.put({"a.csv": agency.as_csv([*HUNDRED, HUNDRED[0]])})
    made = build.ensure()
    assert "dossiers of agency: 100 dossiers, 1 rows set aside; codes hashed with a random key" in made.sentence
    assert facts.load("rejected")["reason"].tolist() == [REPEATED]
    assert facts.only("dossier_quality", check_id="due_missing")["of_count"].sum() == 100
    assert not build.ensure().changed
    monkeypatch.setenv(building.KEY, "one")
    assert "random" not in build.ensure().sentence


@pytest.mark.mirror
@pytest.mark.skipif(not (MIRROR / "permits/receipt.csv").exists(), reason="permits is not fetched")
def test_the_permits_are_1434_cases_of_which_105_are_open(place: Path) -> None:
    folder = paths.RAW / "permits"
    folder.mkdir()
    for file in ("source.yml", "source.lock.yml"):
        shutil.copy(CHECKOUT / "data/raw/permits" / file, folder)
    shutil.copyfile(MIRROR / "permits/receipt.csv", folder / "receipt.csv")
    (built,) = building.build_all()
    assert (built.rows_count, built.rejected_count) == (1434, 0)
    pattern = dossiers.folder("permits") / "*/*.parquet"
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{pattern}')").df()
    is_open = rows["finished_at"].isna()
    assert is_open.sum() == 105
    assert (rows["status_code"] == "4").sum() == 105
    online = rows["channel"] == "online"
    assert round(100 * is_open[online].mean(), 1) == 8.2
    assert round(100 * is_open[~online].mean(), 1) == 1.6
    away = rows["channel"].isin(["direct", "post"])
    quarter = rows["received_at"].dt.to_period("Q").astype(str)
    assert [round(100 * away[quarter == each].mean(), 1) for each in ("2010Q4", "2011Q4")] == [17.6, 2.1]


def test_the_command_says_what_a_mapping_makes_of_a_file_and_shows_no_person(place: Path) -> None:
    rows = [
        agency.row(n, KenhThucHien="8" if n < 9 else "1", NgayHenTra="1/3/2024" if n < 3 else "") for n in range(40)
    ]
    rows[20] |= {"KenhThucHien": "Trần Kín"}
    agency.put({"a.csv": agency.as_csv(rows) + b"x,Kin\n"})
    command = [Path(sys.executable).parent / "analysis", "fetch", "agency", "--check", paths.RAW / "agency/a.csv"]
    environment = os.environ | {"ANALYSIS_ROOT": str(place)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "41 rows read, 30 become dossiers" in done.stdout
    assert "set aside 10: channel: a value that the mapping does not name; found '8'" in done.stdout
    assert (
        "set aside 3: due_at: not a time in the forms that the mapping names; cells look like '9/9/9999'" in done.stdout
    )
    assert "set aside 1: the line has 2 cells where the header has 22" in done.stdout
    assert "never read: ChuHoSo, MaDoiTuong, TrichYeuHoSo" in done.stdout
    assert not [word for word in ("Kín", "Kin", "Khuyếtdanh", "0912", "079") if word in done.stdout + done.stderr]
