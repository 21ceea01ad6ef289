"""The site made from the real notebooks, opened as a leader would: offline, in a browser, on a phone and a desk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import agency
from analysis import paths
from checkout import standing_in

pytestmark = pytest.mark.browser

PAGES = (
    "service_index/H44/2026",
    "service_index/H44/2026-Q3",
    "unit_scorecard/H44.108/2026",
    "unit_scorecard/H44.23/2026",
    "unit_scorecard/H44.42/2026",
    "national_context/VN/2026",
    "data_quality/simulated/2026",
    "data_quality/agency/2026",
)
# names, numbers and codes of people in the export of the made-up agency
PERSONAL = ("Khuyếtdanh", "0790000", "79000000123", "0912345678", "H44.100-240301")
FILES = [f"{page}/index.{language}.html" for page in PAGES for language in ("vi", "en")]
SITE = ["index.html", "index.en.html"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the pages in a copy of the tree, so that the reports of the checkout stay as they are."""
    root = tmp_path_factory.mktemp("lab")
    for name in ("notebooks", "data", "reports.yml", "requirements.lock"):
        source = paths.ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, root / name)
    shutil.rmtree(root / "data/processed")
    rows = [agency.row(number) for number in range(300)]
    with standing_in(root):
        agency.put({"export.csv": agency.as_csv([*rows, rows[0], agency.row(300, KenhThucHien="Trần Khuyếtdanh")])})
    command = [str(Path(sys.executable).parent / "analysis"), "report"]
    for page in PAGES:
        command += ["--only", page]
    done = subprocess.run(
        command, env=os.environ | {"ANALYSIS_ROOT": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "reports"


@pytest.mark.parametrize("file", FILES + SITE)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_page_fits_the_screen_and_is_accessible(site: Path, page: Page, file: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.goto((site / file).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in violations] == []


@pytest.mark.parametrize("file", FILES)
def test_chart_text_stays_inside_its_picture(site: Path, page: Page, file: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto((site / file).as_uri())
    outside = page.evaluate(
        """() => [...document.querySelectorAll('figure svg')].flatMap(svg => {
            const box = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const own = text.getBoundingClientRect();
                return own.left < box.left - 1 || own.right > box.right + 1;
            }).map(text => text.textContent);
        })"""
    )
    assert outside == []


def test_only_pages_of_simulated_figures_say_so(site: Path) -> None:
    marks = {"vi": "SỐ LIỆU MÔ PHỎNG", "en": "SIMULATED DATA"}
    for language, mark in marks.items():
        said = {page for page in PAGES if mark in (site / page / f"index.{language}.html").read_text(encoding="utf-8")}
        assert said == {"data_quality/simulated/2026"}
        assert (site / SITE[language == "en"]).read_text(encoding="utf-8").count(mark) == 1


def test_rows_set_aside_are_on_the_page_with_their_reason(site: Path) -> None:
    words = (site / "data_quality/agency/2026/index.en.html").read_text(encoding="utf-8")
    assert "300 dossiers were taken" in words
    assert "2 rows were set aside" in words


def test_no_person_is_on_any_page_or_in_any_file_behind_it(site: Path) -> None:
    everything = [*agency.bytes_below(site), *agency.bytes_below(site.parent / "data/processed")]
    for book in site.rglob("*.xlsx"):
        with ZipFile(book) as parts:
            everything += [(f"{book.name}/{name}", parts.read(name)) for name in parts.namelist()]
    assert len(everything) > 100
    found = [(name, secret) for name, content in everything for secret in PERSONAL if secret.encode() in content]
    assert found == []
    committed = [(path.name, path.read_bytes()) for path in paths.NOTEBOOKS.glob("*.ipynb")]
    assert [name for name, content in committed if any(secret.encode() in content for secret in PERSONAL)] == []


def test_the_leader_of_ban_nguyen_finds_where_the_commune_stands(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.get_by_role("searchbox").fill("ban nguyen")
    page.get_by_role("link", name="UBND xã Bản Nguyên").click()
    words = page.locator("main").inner_text()
    for expected in (
        "68,77",
        "34,49",
        "Nên làm trước: Cấp kết quả giải quyết TTHC bản điện tử",
        "1.141 hồ sơ",
        "mức độ chắc chắn",
    ):
        assert expected in words
    page.get_by_role("link", name="Read in English").click()
    assert "68.77" in page.locator("main").inner_text()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_search_hides_what_was_not_asked_for(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.get_by_role("searchbox").fill("thanh tra")
    assert page.get_by_role("link", name="Thanh tra tỉnh").is_visible()
    assert not page.get_by_role("link", name="UBND xã Bản Nguyên").is_visible()


def test_indicators_say_what_the_page_says(site: Path) -> None:
    published = json.loads((site / "unit_scorecard/H44.108/2026/indicators.json").read_text(encoding="utf-8"))
    rows = published["indicators"] if isinstance(published, dict) else published
    values = {row["id"]: row["value"] for row in rows}
    assert values["index_766.settled_on_time"] == 19.59
    assert values["index_766.digitisation"] == 9.34
