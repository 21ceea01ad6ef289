"""The index of a site with thousands of pages: read without a script, searched on a phone."""

from __future__ import annotations

import runpy
import sys
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from analysis import paths

PAGES_COUNT = 2_000
PHONE = {"width": 360, "height": 740}
LINKS = "ul.pages > li > a"


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, at_phu_tho: Callable[[], AbstractContextManager[None]]
) -> Callable[[int], Path]:
    """Give the way to an index over so many pages, whose units have the names of real ones."""

    def index(count: int) -> Path:
        root = tmp_path_factory.mktemp("many")
        with at_phu_tho(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "path", [str(Path(__file__).parents[1] / "benchmarks"), *sys.path])
            many = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks/site_of_many.py"))
            patch.setattr(paths, "REPORTS", root / "reports")
            many["write"](many["fabricate"](count, root), root)
        return root / "reports/index.html"

    return index


@pytest.fixture(scope="module")
def index(made: Callable[[int], Path]) -> str:
    return made(PAGES_COUNT).as_uri()


def plain(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(each))


def hits(page: Page) -> list[str]:
    return page.locator(f"#found {LINKS}").all_inner_texts()


def test_a_short_list_is_open_and_a_long_one_folded(made: Callable[[int], Path]) -> None:
    assert "<details" not in made(40).read_text(encoding="utf-8")
    assert made(41).read_text(encoding="utf-8").count("<details") == 2  # departments, communes


@pytest.mark.browser
def test_without_a_script_every_page_is_listed_below_its_province(index: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True, viewport=PHONE)
    page = context.new_page()
    page.goto(index)
    assert page.locator(LINKS).count() == PAGES_COUNT
    assert not page.get_by_role("searchbox").is_visible()
    link = page.locator('a[href="unit_scorecard/H45.108/2026/index.vi.html"]')
    assert not link.is_visible()
    page.locator("summary", has_text="UBND tỉnh thứ 2: Xã, phường (148)").focus()
    page.keyboard.press("Enter")
    assert link.is_visible()
    context.close()


@pytest.mark.browser
def test_the_best_hits_come_first_and_name_their_province(index: str, page: Page) -> None:
    page.goto(index)
    page.get_by_role("searchbox").fill("ban nguyen")
    assert set(hits(page)) == {"UBND xã Bản Nguyên"}
    provinces = page.locator("#found .meta").all_inner_texts()
    assert len(set(provinces)) == len(provinces) == 13
    expect(page.get_by_role("status")).to_have_text("Tìm thấy 13 trang.")
    page.get_by_role("searchbox").fill("an")  # in "Thanh", but "An" itself is meant
    assert len(hits(page)) == 50
    assert all(any(word.startswith("an") for word in plain(name).split()) for name in hits(page)[:48])
    page.get_by_role("searchbox").fill("H45.108")
    assert hits(page) == ["UBND xã Bản Nguyên"]


@pytest.mark.browser
def test_many_hits_are_cut_and_said_so_and_none_is_said_too(index: str, page: Page) -> None:
    page.goto(index)
    box, status = page.get_by_role("searchbox"), page.get_by_role("status")
    box.fill("ubnd")
    assert len(hits(page)) == 50
    expect(status).to_contain_text("dưới đây là 50 trang đầu")
    box.fill("no such unit")
    assert hits(page) == []
    expect(status).to_have_text("Không có trang nào khớp.")
    box.fill("")
    assert page.locator("#listed").is_visible()
    assert not page.locator("#found").is_visible()
    assert page.locator(f"#listed {LINKS}").count() == PAGES_COUNT


@pytest.mark.browser
def test_a_hit_is_reached_by_keys_alone(index: str, page: Page) -> None:
    page.goto(index)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("ban nguyen")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "UBND xã Bản Nguyên"


@pytest.mark.browser
@pytest.mark.parametrize("typed", ["", "phuong"])
def test_the_long_index_fits_a_phone_and_is_accessible(index: str, page: Page, typed: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(index)
    page.locator("summary").first.click()
    page.get_by_role("searchbox").fill(typed)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in violations] == []
