"""A report of one's own: `analysis new` from nothing to its page, and what it refuses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy
import yaml

import test_walls
from analysis import cli_new, paths
from analysis.errors import UsageError
from analysis.reporting import manifest, pipeline, planning, skeleton
from checkout import CHECKOUT

MANIFEST = """# the head
title: {vi: Trang, en: Site}
for_each:
  province: [H44]  # one code
reports:
  - id: first
    notebook: first.ipynb
    title: {vi: Một, en: One}
    audience: {vi: mọi người, en: all}
    schedule: monthly
    parameters: {period: "2026"}
"""
MANY = """
  # a page for each unit
  - id: cards
    notebook: cards.ipynb
    title: {vi: Phiếu, en: Cards}
    audience: {vi: mọi người, en: all}
    schedule: monthly
    parameters: {period: "2026"}
    for_each: {unit: portal_units}  # all of them
"""
ENTRY = skeleton.ENTRY.format(name="waiting", period="2026")


@pytest.fixture(scope="module")
def root(at_phu_tho, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Stand in a checkout with built facts and one report, begin a second one, and make its page."""
    root = tmp_path_factory.mktemp("own").resolve()
    with at_phu_tho():
        shutil.copytree(paths.ROOT / "data", root / "data")
    (root / "notebooks").mkdir()
    shutil.copy(CHECKOUT / "requirements.lock", root)
    (root / "reports.yml").write_text(MANIFEST, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        toy.move_paths(patch, root)
        patch.setenv("ANALYSIS_ROOT", str(root))  # as the kernel sees it
        cli_new.new("waiting")
        yield root


def test_the_walls_hold_for_the_new_notebook(root: Path) -> None:
    notebook, walls = root / "notebooks/waiting.ipynb", test_walls.TestNotebook()
    walls.test_is_an_argument_not_a_program(notebook)
    walls.test_is_committed_executed_with_its_checked_outputs(notebook)
    walls.test_plots_only_what_a_checked_table_before_it_shows(notebook)
    walls.test_carries_no_path_of_a_machine(notebook)
    assert not [placeholder for placeholder in ("NEW_REPORT", "PROVINCE", "PERIOD") if placeholder in
                notebook.read_text(encoding="utf-8")]  # fmt: skip


def test_its_page_is_made_in_both_languages(root: Path) -> None:
    outcomes: list = []
    pipeline.run(planning.plan(only=["waiting"]), workers=1, on_page=outcomes.append)
    assert [(each.page, each.state, each.reason) for each in outcomes] == [("waiting/H44/2026", "built", "")]
    page = root / "reports/waiting/H44/2026"
    assert "hồ sơ đúng hạn" in (page / "index.vi.html").read_text(encoding="utf-8")
    english = (page / "index.en.html").read_text(encoding="utf-8")
    assert "were on time: 69.2%" in english
    assert "<svg" in english
    assert (page / "tables.xlsx").exists()


def test_a_name_that_is_taken_is_refused_and_nothing_is_written(root: Path) -> None:
    before = (root / "reports.yml").read_bytes()
    with pytest.raises(UsageError, match="already a report waiting"):
        skeleton.create("waiting")
    assert (root / "reports.yml").read_bytes() == before
    assert sorted(path.name for path in (root / "notebooks").iterdir()) == ["waiting.ipynb"]


def test_the_manifest_keeps_every_line_it_had() -> None:
    added = skeleton.with_entry(MANIFEST, ENTRY)
    assert added.startswith(MANIFEST)
    site = manifest.Site.model_validate(yaml.safe_load(added))
    assert [report.id for report in site.reports] == ["first", "waiting"]
    assert site.reports[-1].parameters == {"period": "2026"}


def test_a_report_of_every_unit_stays_last_with_its_comment() -> None:
    added = skeleton.with_entry(MANIFEST + MANY, ENTRY)
    assert [entry["id"] for entry in yaml.safe_load(added)["reports"]] == ["first", "waiting", "cards"]
    assert set((MANIFEST + MANY).splitlines()) <= set(added.splitlines())
    assert "  # a page for each unit\n  - id: cards" in added


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("name", ["Waiting", "1st", "../up", "waiting times", ""])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a report"):
        skeleton.create(name)
