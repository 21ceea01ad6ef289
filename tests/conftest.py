"""What many tests stand on: facts built once a session, and a browser without a network.

The facts are built from the shipped files alone: what a developer has fetched besides changes no test.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analysis.facts import build
from analysis.indicators import ServiceIndex, service_index
from checkout import copy_shipped, standing_in


@pytest.fixture(scope="session")
def at_phu_tho(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], AbstractContextManager[None]]:
    """Build the facts, and give the way to stand in the checkout that has them."""
    root = copy_shipped(tmp_path_factory.mktemp("phu-tho").resolve())
    with standing_in(root):
        build.build()
    return partial(standing_in, root)


@pytest.fixture
def phu_tho(at_phu_tho: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Stand in a checkout whose facts are built from the shipped files."""
    with at_phu_tho():
        yield


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """Stand in a fresh clone of its own, with nothing built."""
    with standing_in(copy_shipped(tmp_path)):
        yield tmp_path


@pytest.fixture(scope="session")
def year(at_phu_tho: Callable[[], AbstractContextManager[None]]) -> ServiceIndex:
    with at_phu_tho():
        return service_index("H44", "2026")


@pytest.fixture(scope="session")
def quarter(at_phu_tho: Callable[[], AbstractContextManager[None]]) -> ServiceIndex:
    with at_phu_tho():
        return service_index("H44", "2026-Q3")


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
