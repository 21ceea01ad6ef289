"""Tables that a province fills in: from the template through Excel's habits to the facts, and no row lost."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from python_calamine import CalamineWorkbook

from analysis import paths
from analysis.errors import DataContractError, UsageError
from analysis.facts import cells, held
from analysis.facts import template as forms
from analysis.facts.contract import TRACE
from analysis.facts.table import Table
from analysis.fields import FIELDS
from analysis.simulation import simulate
from analysis.sources import registry
from checkout import standing_in

TABLES = list(held.described())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "data/raw").mkdir(parents=True)
    with standing_in(tmp_path):
        yield tmp_path


def put(name: str, content: bytes, suffix: str = ".csv") -> Table:
    folder = paths.RAW / "own"
    folder.mkdir(exist_ok=True)
    (folder / f"own{suffix}").write_bytes(content)
    words = {"vi": "Thử", "en": "Test"}
    described = {"id": "own", "title": words, "producer": "Nobody", "citation": words, "url": "https://example.org"}
    described |= {"licence": words, "as_of": "2026-09-30", "kind": "held", "tables": {name: f"own{suffix}"}}
    (folder / "source.yml").write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
    registry.lock("own")
    return held.build(name)


def examples(name: str) -> dict[str, str]:
    return {column.name: column.example for column in held.table(name).columns}


def as_csv(name: str, rows: list[dict[str, str]], separator: str = ";", heading: str = "vi") -> bytes:
    names = held.table(name).names
    head = [FIELDS[each].vi if heading == "vi" else each for each in names]
    lines = [head, *([row.get(each, "") for each in names] for row in rows)]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    return text.encode("utf-8-sig")


@pytest.mark.parametrize("name", TABLES)
class TestEveryTable:
    def test_its_examples_are_what_it_takes(self, place: Path, name: str) -> None:
        good, rejected = put(name, as_csv(name, [examples(name)]))
        assert rejected.empty, rejected["reason"].tolist()
        assert len(good) == 1
        assert good[["source_id", "file", "row"]].iloc[0].tolist() == ["own", "own/own.csv", 2]

    def test_what_is_filled_into_its_workbook_comes_out_the_same(self, place: Path, name: str) -> None:
        form = held.table(name)
        headings = CalamineWorkbook.from_filelike(io.BytesIO(forms.template(form, ".xlsx")))
        head = headings.get_sheet_by_index(0).to_python()[0]
        assert [str(cell).removesuffix(" *") for cell in head] == [FIELDS[each].vi for each in form.names]
        content = io.BytesIO()
        with xlsxwriter.Workbook(content) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, head)
            sheet.write_row(1, 0, list(examples(name).values()))
        by_book = put(name, content.getvalue(), ".xlsx").good
        by_text = put(name, as_csv(name, [examples(name)], separator=",", heading="en")).good
        assert_frame_equal(by_book.drop(columns=list(TRACE)), by_text.drop(columns=list(TRACE)))

    def test_is_empty_and_valid_where_nobody_brought_it(self, place: Path, name: str) -> None:
        good, rejected = held.build(name)
        assert list(good) == [*held.table(name).names, *TRACE]
        assert good.empty
        assert rejected.empty

    def test_an_empty_cell_that_every_row_needs_sets_the_row_aside(self, place: Path, name: str) -> None:
        needed = next(column.name for column in held.table(name).columns if column.required)
        good, rejected = put(name, as_csv(name, [examples(name), examples(name) | {needed: ""}]))
        assert len(good) == 1
        assert rejected["row"].tolist() == [3]
        assert needed in rejected["reason"].item()

    def test_its_form_explains_every_column_in_both_languages(self, name: str) -> None:
        book = CalamineWorkbook.from_filelike(io.BytesIO(forms.template(held.table(name), ".xlsx")))
        said = book.get_sheet_by_index(1).to_python()
        assert [row[1] for row in said[2:]] == list(held.table(name).names)
        assert all(row[2] and row[3] and row[4] and row[5] for row in said[2:])

    def test_the_simulated_province_brings_it(self, simulated: Path, name: str) -> None:
        with standing_in(simulated):
            good, rejected = held.build(name)
        assert rejected.empty, rejected["reason"].tolist()[:3]
        assert len(good) >= 5
        assert set(good["source_id"]) == {"simulated"}


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("simulated")
    (root / "data/raw").mkdir(parents=True)
    (root / "data/reference").symlink_to(paths.REFERENCE)
    with standing_in(root):
        simulate(dossiers_count=10_000, seed=1, into=paths.PROCESSED / "dossiers")
    return root


def test_a_provinces_own_table_takes_the_place_of_the_simulated_one(place: Path) -> None:
    made_up = paths.PROCESSED / "dossiers/source_id=simulated/tables/initiatives.csv"
    made_up.parent.mkdir(parents=True)
    made_up.write_bytes(as_csv("initiatives", [examples("initiatives")] * 1))
    assert held.build("initiatives").good["source_id"].tolist() == ["simulated"]
    assert put("initiatives", as_csv("initiatives", [examples("initiatives")])).good["source_id"].tolist() == ["own"]


GOOD = [examples("petitions") | {"petition_key": f"P-{number:03d}"} for number in range(60)]
FAULTS = st.sampled_from(
    [
        {"received_date": "31/2/2024"},
        {"received_date": "2024"},
        {"petition_kind": "khiếu nại"},
        {"satisfied": "rất"},
        {"unit_code": ""},
        {"unit_code": "nguyen.van.a@example.org"},
        {"petition_key": "079000000001"},
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.dictionaries(st.integers(0, 59), FAULTS, min_size=1, max_size=6))
def test_a_bad_row_changes_no_good_one_and_none_is_lost(place: Path, faults: dict[int, dict[str, str]]) -> None:
    rows = [row | faults.get(number, {}) for number, row in enumerate(GOOD)]
    good, rejected = put("petitions", as_csv("petitions", rows))
    whole = put("petitions", as_csv("petitions", GOOD)).good
    assert sorted(rejected["row"] - 2) == sorted(faults)
    assert rejected["reason"].str.len().min() > 5
    assert_frame_equal(good, whole[~(whole["row"] - 2).isin(faults)].reset_index(drop=True))
    assert not rejected["reason"].str.contains("example.org|0790", regex=True).any()


def test_the_second_row_of_a_key_is_set_aside_with_the_first(place: Path) -> None:
    rejected = put("petitions", as_csv("petitions", [GOOD[0], GOOD[1], GOOD[0]])).rejected
    assert rejected["row"].tolist() == [2, 4]


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [
        ("received_date", "3/4/2025", "2025-04-03"),
        ("received_date", "03-04-2025", "2025-04-03"),
        ("received_date", "2025-04-03", "2025-04-03"),
        ("month", "9/2025", "2025-09"),
        ("month", "2025-09", "2025-09"),
        ("uses_count", "1.250", 1250.0),
        ("uses_count", "1 250 000", 1250000.0),
        ("fee_vnd", "8.000", 8000.0),
        ("limit_days", "2,5", 2.5),
        ("limit_days", "2.5", 2.5),
        ("internal", "Có", True),
        ("internal", "x", True),
        ("internal", "không", False),
        ("decided_level", "Xã", "commune"),
        ("decided_level", "commune", "commune"),
    ],
)
def test_a_cell_is_read_as_an_officer_means_it(name: str, words: str, value: object) -> None:
    assert cells.value_of(name, words) == value


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("received_date", "4/13/2025"),
        ("received_date", "3/4/25"),
        ("month", "13/2025"),
        ("limit_days", "1.250"),
        ("limit_days", "1,250"),
        ("uses_count", "1,250"),
        ("uses_count", "12.5"),
        ("uses_count", "-3"),
        ("internal", "có lẽ"),
        ("decided_level", "phường"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(name: str, words: str) -> None:
    with pytest.raises(cells.NotAllowedError) as error:
        cells.value_of(name, words)
    assert str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Tên;Số\r\na;1".encode(), "Headings"),
        (b"", "empty"),
        ("Mã cơ sở dữ liệu;Mã cơ sở dữ liệu\r\n1;2".encode(), "twice"),
        (b"database_id\r\na;b", "more cells"),
        ("Mã cơ sở dữ liệu".encode("utf-16"), "not text"),
    ],
)
def test_a_file_that_is_not_the_form_is_one_clear_error(place: Path, content: bytes, told: str) -> None:
    with pytest.raises(DataContractError, match=told) as error:
        put("databases", content)
    assert "own/own.csv" in str(error.value)


def test_the_command_writes_the_form_once(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "analysis"), "template"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert all(name in listed for name in TABLES)
    made = subprocess.run([*command, "work_files"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "Hồ sơ công việc điện tử" in made
    again = subprocess.run([*command, "work_files"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    wrong = subprocess.run([*command, "work_file"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "work_files" in wrong.stderr


def test_a_template_is_xlsx_or_csv() -> None:
    with pytest.raises(UsageError, match="docx"):
        forms.template(held.table("petitions"), ".docx")
    assert forms.template(held.table("petitions"), ".xlsx") == forms.template(held.table("petitions"), ".xlsx")


@pytest.mark.parametrize(("language", "file"), [("en", "tables.md"), ("vi", "tables.vi.md")])
def test_the_page_of_the_tables_is_in_step(language: str, file: str) -> None:
    page = forms.page(list(held.described().values()), language)
    assert (paths.PACKAGE.parents[1] / "docs" / file).read_text("utf-8") == page, "python -m analysis.facts.template"


def test_simulated_tables_are_the_same_for_the_same_seed(simulated: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/reference").symlink_to(simulated / "data/reference")
    with standing_in(tmp_path):
        simulate(dossiers_count=10_000, seed=1, into=paths.PROCESSED / "dossiers")
    places = [root / "data/processed/dossiers/source_id=simulated/tables" for root in (simulated, tmp_path)]
    one, other = ({file.name: file.read_bytes() for file in each.iterdir()} for each in places)
    assert one == other
    assert set(one) == {f"{name}.csv" for name in TABLES}


def test_the_simulated_register_follows_its_changes(simulated: Path) -> None:
    with standing_in(simulated):
        register, changes = held.build("procedures").good, held.build("procedure_changes").good
        truth = json.loads((paths.PROCESSED / "dossiers/source_id=simulated/truth.json").read_text("utf-8"))
    assert truth["simulated"]
    in_force = register[register["valid_to"].isna()]
    assert in_force["procedure_code"].is_unique
    gone = set(register["procedure_code"]) - set(in_force["procedure_code"])
    assert gone == set(changes.loc[changes["change_kind"] == "abolished", "procedure_code"])
    assert "district" not in set(in_force["decided_level"])
    assert pd.Series(in_force["essential"]).sum() >= 70
