from pathlib import Path
from typing import NamedTuple

import pytest
import toy

from analysis import paths, prepare
from analysis.reporting import pipeline

FOLDERS = {
    "RAW": "data/raw",
    "POLICY": "data/policy",
    "CORRECTIONS": "data/corrections",
    "REFERENCE": "data/reference",
    "PROCESSED": "data/processed",
    "NOTEBOOKS": "notebooks",
    "REPORTS": "reports",
    "MANIFEST": "reports.yml",
    "LOCK": "requirements.lock",
    "PACKAGE": "package",
}


class Built(NamedTuple):
    """A toy checkout whose three pages were made once: two good, one failed."""

    root: Path
    summary: pipeline.Summary
    outcomes: list


def move_paths(patch: pytest.MonkeyPatch, root: Path) -> None:
    patch.setattr(paths, "ROOT", root)
    for name, folder in FOLDERS.items():
        patch.setattr(paths, name, root / folder)
    patch.setattr(prepare, "ensure", lambda: None)  # the toy's facts come from no raw file


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    root = tmp_path_factory.mktemp("checkout").resolve()
    toy.write(root)
    outcomes: list = []
    with pytest.MonkeyPatch.context() as patch:
        move_paths(patch, root)
        summary = pipeline.run(pipeline.plan(), workers=2, on_page=outcomes.append)
    return Built(root, summary, outcomes)


@pytest.fixture
def built(built_once, monkeypatch):
    """The toy checkout made once; the paths lead there for this test alone."""
    move_paths(monkeypatch, built_once.root)
    return built_once


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A toy checkout of its own, with nothing built."""
    toy.write(tmp_path)
    move_paths(monkeypatch, tmp_path)
    return tmp_path
