"""Every promise of every method holds, and the usual way beside it does not."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path

import pytest

from calibration.harness import Study, replicate

# where several tests run side by side, each keeps to one core
WORKERS = 1 if "PYTEST_XDIST_WORKER" in os.environ else None
STUDIES = [
    study
    for file in sorted(Path(__file__).parent.glob("studies_*.py"))
    for study in importlib.import_module(f"calibration.{file.stem}").STUDIES
]


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
def test_the_interval_holds_what_it_promises_and_the_usual_way_does_not(study: Study) -> None:
    counted = replicate(study, study.few, workers=WORKERS)
    for way, keeps in (("run", True), ("twin", False)):
        found = counted[way]
        told = f"{way}: {found.pct:.1f}% of {found.tried}, {found.width:.3g} wide; promised {study.band}"
        assert study.keeps(way, counted) == keeps, told


def test_every_study_is_named_in_both_languages() -> None:
    from calibration import page

    named = {each for study in STUDIES for each in (study.twin_name, study.reason) if each}
    assert named <= set(page.VIETNAMESE)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_is_in_step_with_what_was_counted(language: str) -> None:
    # imported late: the page asks this module for the studies
    from calibration import page

    record = json.loads(page.RECORD.read_text(encoding="utf-8"))
    assert list(record) == [study.name for study in STUDIES], "make calibrate"
    assert page.PAGES[language].read_text(encoding="utf-8") == page.page(record, language), "make calibrate"
