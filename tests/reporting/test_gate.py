import datetime
import io
import json

import nbformat
import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from analysis import paths
from analysis.errors import AnalysisError, GateFailedError
from analysis.reporting import fingerprint, gate, gate_values, page_files, publish, runner
from analysis.reporting.failure import PageFailedError
from analysis.reporting.manifest import expand, load
from analysis.reporting.outputs import collect
from analysis.reporting.places import load as load_places
from analysis.reporting.standing import Expected
from analysis.reporting.workbook import workbook

VIETNAMESE = {"## Points\n\nSee https://example.org and *3* rules.": "## Điểm\n\nXem https://example.org, *3* quy tắc."}


def translate(message: str, language: str) -> str:
    if language == "en":
        return message
    if message not in VIETNAMESE:
        raise GateFailedError("A message has no Vietnamese translation", where=message)
    return VIETNAMESE[message]


@pytest.fixture
def job(checkout):
    page = expand(load(checkout / "reports.yml"), load_places())[0]
    staging = checkout / "staging"
    staging.mkdir()
    notebook = checkout / "notebooks/scorecard.ipynb"
    return page_files.Job(
        page=page,
        made_of={"environment": "0" * 64},
        build=fingerprint.build(),
        notebook=notebook,
        root=checkout,
        folder=checkout / "reports" / page.id,
        staging=staging,
        expected=Expected({}, datetime.date(2026, 10, 1)),
        run={"run": "1", "commit": None, "changed_since": None},
        signing_key=None,
    )


@pytest.fixture
def files_of(job, monkeypatch):
    def make(parts, *markdown):
        monkeypatch.setattr(runner, "execute", lambda *_, **__: toy.executed(parts, *markdown))
        return page_files.of(job, translate=translate)

    return make


def test_a_page_says_it_all_in_both_languages_and_shows_no_code(files_of):
    files = files_of(toy.outputs(), next(iter(VIETNAMESE)))
    for language, words in {
        "vi": ('lang="vi"', "Số liệu đến ngày", "26/9/2026", "Nguồn số liệu", "<h2>Điểm</h2>", "Đạt 61,89"),
        "en": ('lang="en"', "Figures as of", "26 September 2026", "Sources", "<h2>Points</h2>", "61.89 of"),
    }.items():
        html = files[f"index.{language}.html"].decode()
        assert all(part in html for part in words), [part for part in words if part not in html]
        assert toy.SHA in html  # a number can be traced to the bytes
        assert "show()" not in html
        assert html.count("<table>") == 2  # behind the chart and in the footer: the data cell is not repeated
        assert 'href="https' not in html  # the bare address in markdown stays text
    assert set(files) == {
        "index.vi.html",
        "index.en.html",
        "tables.xlsx",
        "indicators.json",
        "numbers.json",
        "manifest.json",
    }


def spoilt(part: str, **changes) -> dict:
    parts = toy.outputs()
    parts[part] |= changes
    return parts


def both(html: str) -> dict:
    return {"vi": html, "en": html}


CHART_OF_OTHER_ROWS = {language: html.replace("56", "57") for language, html in toy.CHART["html"].items()}


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (spoilt("prose", html=both('<img src="https://example.org/a.png" alt="a">')), "outside itself"),
        (spoilt("prose", html=both('<p style="background:url(//example.org/a)">a</p>')), "outside itself"),
        (spoilt("prose", html=both("<style>@import 'a.css'</style>")), "outside itself"),
        (spoilt("prose", html=both('<a href="https://example.org">a</a>')), "outside itself"),
        (spoilt("prose", html=both("<p onclick='x()'>a</p>")), "outside itself"),
        (spoilt("prose", html=both("<script>x()</script>")), "outside itself"),
        (spoilt("prose", html=both("<svg><use xlink:href='a.svg#b'/></svg>")), "outside itself"),
        (spoilt("prose", html=both('<img src="data:image/png;base64,AA==">')), "no alternative text"),
        (spoilt("prose", html=both("<h1>again</h1>")), "2 first-level headings"),
        (spoilt("prose", html=both("<h4>too deep</h4>")), "level 4 follows one of level 1"),
        (spoilt("prose", html={"vi": "<p>61,98</p>", "en": "<p>61.89</p>"}), "different numbers"),
        (spoilt("header", title={"vi": "a", "en": " "}), "title.en"),
        (spoilt("chart", alt={"vi": "", "en": "a"}), "alt.vi"),
        (spoilt("chart", table="other"), "does not show the table other"),
        (spoilt("chart", html=CHART_OF_OTHER_ROWS), "not the checked table groups"),
        (spoilt("chart", html=both("<figure>no table</figure>")), "not the checked table groups"),
        (spoilt("table", rows=toy.TABLE["rows"][:1]), "not the checked table groups"),
        (spoilt("prose", **toy.HEADER), "2 headers"),
        (spoilt("header", **toy.PROSE), "0 headers"),
    ],
)  # fmt: skip
def test_what_must_not_be_published_is_refused(files_of, parts, says):
    with pytest.raises(AnalysisError) as error:
        files_of(parts)
    assert says in str(error.value)


def first(rows, **changes) -> list:
    return [{**rows[0], **changes}, *rows[1:]]


def cell(value, column: int = 1) -> list:
    rows = [list(row) for row in toy.TABLE["rows"]]
    rows[0][column] = value
    return rows


ROWS = toy.INDICATORS["rows"]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (spoilt("more", rows=first(ROWS, low=89.0)), "88.42 lies outside its interval 89.0 to None"),
        (spoilt("more", rows=first(ROWS, high=88.0)), "outside its interval 88.3 to 88.0"),
        (spoilt("more", rows=first(ROWS, unit="pct", value=188.42)), "value is 188.42 %"),
        (spoilt("more", rows=first(ROWS, unit="pct", low=-1)), "low is -1 %"),
        (spoilt("more", rows=first(ROWS, unit="points", maximum=20)), "88.42 of 20 points"),
        (spoilt("more", rows=first(ROWS, value=float("inf"))), "value is inf"),
        (spoilt("table", rows=cell(-3, 2)), "row 1: points is -3"),
        (spoilt("table", rows=cell(float("nan"), 2)), "row 1: points is nan"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(files_of, parts, says):
    with pytest.raises(GateFailedError, match="values cannot be") as error:
        files_of(parts)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        (spoilt("prose", html=both("<p>Bà A, 079000001234</p>")), "index.vi.html"),
        (spoilt("prose", html=both("<p>gọi 0912345678.</p>")), "index.vi.html"),
        (spoilt("prose", html=both("<p>a@b.vn</p>")), "index.vi.html"),
        (spoilt("table", rows=cell("+84912345678", 0)), "table groups"),
        (spoilt("table", columns=[{**toy.TABLE["columns"][0], "name": "dossier_key"}, *toy.TABLE["columns"][1:]]),
         "table groups, column dossier_key"),
        (spoilt("more", rows=first(ROWS, place="079000001234")), "indicator on_time_share_pct"),
    ],
)  # fmt: skip
def test_nothing_that_names_a_person_is_published_and_the_error_does_not_repeat_it(files_of, parts, where):
    with pytest.raises(GateFailedError, match="names a person") as error:
        files_of(parts)
    assert where in str(error.value)
    assert not any(secret in str(error.value) for secret in ("079000001234", "0912345678", "912345678", "a@b.vn"))


def test_an_output_that_is_an_error_is_refused(job, monkeypatch):
    executed = toy.executed(toy.outputs())
    executed.cells[1].outputs.append(toy.v4.new_output("error", ename="ValueError", evalue="x", traceback=["x"]))
    monkeypatch.setattr(runner, "_run", lambda *_, **__: executed)
    with pytest.raises(PageFailedError) as error:
        page_files.of(job, translate=translate)
    assert (error.value.failure.error, error.value.failure.cell) == ("ValueError", 2)


@pytest.mark.parametrize("notebook", sorted(paths.NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_committed_notebooks_would_pass(notebook):
    content = collect(nbformat.read(notebook, as_version=4))
    gate_values.check(content)
    gate_values.check_people(content, {"vi": "", "en": ""})


def test_a_source_is_shown_with_its_caveats_in_the_footer_and_on_the_cover(files_of):
    files = files_of(toy.outputs())
    cover = CalamineWorkbook.from_filelike(io.BytesIO(files["tables.xlsx"])).get_sheet_by_index(0).to_python()
    caveats = toy.HEADER["sources"][0]["caveats"]
    assert [row[1:3] for row in cover if row[0] == "Lưu ý\nCaveats"] == [[each["vi"], each["en"]] for each in caveats]
    for language in ("vi", "en"):
        footer = files[f"index.{language}.html"].decode().split("<footer>")[1]
        shown = footer[footer.index("dichvucong.gov.vn") : footer.index("</ul>")]
        assert [each.split("</li>")[0] for each in shown.split("<li>")[1:]] == [
            each[language].replace("<", "&lt;") for each in caveats
        ]


def test_a_source_without_caveats_has_no_list_of_them(files_of):
    parts = toy.outputs()
    del parts["header"]["sources"][0]["caveats"]
    assert b"Caveats" not in files_of(parts)["index.en.html"]


def test_a_caveat_whose_languages_differ_in_a_number_is_refused(files_of):
    parts = toy.outputs()
    parts["header"]["sources"][0]["caveats"][0]["en"] = "Provisional to 27 September 2026."
    with pytest.raises(GateFailedError, match="different numbers") as error:
        files_of(parts)
    assert "a caveat of the source portal" in str(error.value)


def test_simulated_figures_say_so_wherever_they_are_shown(files_of):
    parts = toy.outputs()
    parts["header"]["simulated"] = parts["header"]["sources"][0]["simulated"] = True
    files = files_of(parts)
    assert "SỐ LIỆU MÔ PHỎNG" in files["index.vi.html"].decode()
    assert "SIMULATED DATA" in files["index.en.html"].decode()
    cover = CalamineWorkbook.from_filelike(io.BytesIO(files["tables.xlsx"])).get_sheet_by_index(0).to_python()
    assert "SỐ LIỆU MÔ PHỎNG\nSIMULATED DATA" in [row[0] for row in cover]
    assert json.loads(files["indicators.json"])["simulated"] is True
    assert json.loads(files["manifest.json"])["simulated"] is True
    assert "SIMULATED" not in files_of(toy.outputs())["index.en.html"].decode()


@pytest.mark.parametrize("forgotten", ["header", "source"])
def test_simulated_figures_that_do_not_say_so_are_refused(files_of, forgotten):
    parts = toy.outputs()
    (parts["header"] if forgotten == "source" else parts["header"]["sources"][0])["simulated"] = True
    with pytest.raises(GateFailedError, match="simulated"):
        files_of(parts)


def test_markdown_without_vietnamese_is_refused(files_of):
    with pytest.raises(GateFailedError, match="no Vietnamese translation"):
        files_of(toy.outputs(), "## Only English")


def test_a_header_that_comes_late_is_refused():
    executed = toy.executed(toy.outputs())
    executed.cells = [executed.cells[1], executed.cells[0], *executed.cells[2:]]
    with pytest.raises(GateFailedError, match="not the first output"):
        collect(executed)


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ("1.234.567,89 điểm", "1,234,567.89 points"),
        ("quý III/2026", "quarter 3 of 2026"),
        ("tháng 9/2026", "September 2026"),
        ("ngày 05/9/2026", "5 September 2026"),
        ("H44.108", "H44.108"),
    ],
)
def test_the_same_numbers_written_as_each_language_does(vi, en):
    gate.same_numbers(vi, en, where="here")


@given(st.integers(0, 10**9), st.integers(1, 9))
def test_any_changed_digit_is_noticed(number, added):
    vi, en = (f"{number:,}".replace(",", "."), f"{number + added:,}")
    with pytest.raises(GateFailedError, match="different numbers"):
        gate.same_numbers(vi, en, where="here")


def test_the_workbook_opens_with_the_numbers_as_numbers():
    content = collect(toy.executed(toy.outputs()))
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(content)))
    cover, sheet = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert book.sheet_names[1] == "groups"
    assert sheet[1] == ["Nhóm\nGroup", "Hồ sơ\nDossiers", "Điểm\nPoints"]
    assert sheet[2:] == [["Tiến độ\nProgress", 1234.0, 17.68], ["Số hóa\nDigitisation", 56.0, ""]]
    text = str(cover)
    assert all(part in text for part in ("xã Bản Nguyên", "26/9/2026", "26 September 2026", "dichvucong.gov.vn"))


def test_text_that_looks_like_a_formula_stays_text():
    parts = toy.outputs()
    parts["table"]["rows"][0][0] = "=1+1"
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook(collect(toy.executed(parts))))).get_sheet_by_index(1)
    assert rows.to_python()[2][0] == "=1+1"


def test_a_reader_never_meets_half_a_page(tmp_path):
    folder, staging = tmp_path / "page", tmp_path / "staging"
    staging.mkdir()
    publish.put({"a": b"old", "b": b"old"}, folder, staging=staging)
    with folder.joinpath("a").open("rb") as held:
        publish.put({"a": b"new"}, folder, staging=staging)
        assert held.read() == b"old"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a": b"new"}
    assert list(staging.iterdir()) == []


def test_a_write_that_fails_leaves_the_published_page_alone(tmp_path):
    folder, staging = tmp_path / "page", tmp_path / "staging"
    staging.mkdir()
    publish.put({"a": b"old"}, folder, staging=staging)
    with pytest.raises(TypeError):
        publish.put({"a": b"new", "b": None}, folder, staging=staging)
    assert folder.joinpath("a").read_bytes() == b"old"


def test_folders_are_swapped_where_the_system_cannot_exchange_them(tmp_path, monkeypatch):
    monkeypatch.setattr(publish.sys, "platform", "darwin")
    for name in ("fresh", "folder"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(name)
    publish.exchange(tmp_path / "fresh", tmp_path / "folder")
    assert (tmp_path / "folder/a").read_text() == "fresh"
    assert (tmp_path / "fresh/a").read_text() == "folder"
