from pathlib import Path
from typing import NamedTuple

import pytest
import toy

from analysis.reporting import pipeline, planning


class Built(NamedTuple):
    """A toy checkout whose three pages were made once: two good, one failed."""

    root: Path
    summary: pipeline.Summary
    outcomes: list


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    root = tmp_path_factory.mktemp("checkout").resolve()
    toy.write(root)
    outcomes: list = []
    with pytest.MonkeyPatch.context() as patch:
        toy.move_paths(patch, root)
        summary = pipeline.run(planning.plan(), workers=2, on_page=outcomes.append)
    return Built(root, summary, outcomes)


@pytest.fixture
def built(built_once, monkeypatch):
    """The toy checkout made once; the paths lead there for this test alone."""
    toy.move_paths(monkeypatch, built_once.root)
    return built_once


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A toy checkout of its own, with nothing built."""
    toy.write(tmp_path)
    toy.move_paths(monkeypatch, tmp_path)
    return tmp_path
