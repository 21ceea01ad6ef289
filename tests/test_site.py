"""The site made from the real notebooks, opened as a leader would: offline, in a browser, on a phone and a desk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from analysis import paths

pytestmark = pytest.mark.browser

PAGES = (
    "service_index/H44/2026",
    "service_index/H44/2026-Q3",
    "unit_scorecard/H44.108/2026",
    "unit_scorecard/H44.23/2026",
    "unit_scorecard/H44.42/2026",
    "national_context/VN/2026",
)
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
    command = [str(Path(sys.executable).parent / "analysis"), "report"]
    for page in PAGES:
        command += ["--only", page]
    done = subprocess.run(
        command, env=os.environ | {"ANALYSIS_ROOT": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "reports"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        if "CI" in os.environ:
            pytest.fail("no Chromium on this machine: .ci/run installs it")
        pytest.skip("no Chromium on this machine: install the package chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=executable, args=flags)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    # only the audit needs to put a script of its own into the page
    context = browser.new_context(offline=True, bypass_csp=True)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: request.url.startswith(("file:", "data:")) or problems.append(request.url))
    yield page
    context.close()
    assert problems == []


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
