"""The committed notebooks guard their numbers: a figure that moves is told by those that show it, and by no other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analysis import paths
from analysis.sources import registry
from checkout import standing_in

# what is changed in a raw file, and the notebooks whose numbers rest on it
PLANTED = ("data/raw/published/compliance_cost_decisions.csv", "32000000,28800000,3200000", "32000000,28700000,3300000")
TELLS = {"compliance_cost", "national_context", "what_it_cannot_tell"}


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A copy of the checkout with one figure changed, locked anew and built."""
    for name in ("notebooks", "data", "reports.yml", "requirements.lock"):
        source = paths.ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, tmp_path / name)
    file, before, after = PLANTED
    words = (tmp_path / file).read_text(encoding="utf-8")
    assert words.count(before) == 1
    (tmp_path / file).write_text(words.replace(before, after), encoding="utf-8")
    with standing_in(tmp_path):
        registry.lock("published")
    return tmp_path


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**environment, "ANALYSIS_ROOT": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_changed_figure_fails_exactly_the_notebooks_that_use_it(planted: Path) -> None:
    built = run(planted, "-c", "from analysis import prepare; prepare.build()")
    assert built.returncode == 0, built.stderr
    report = planted / "nbval.xml"
    options = ["--nbval-lax", "--nbval-kernel-name", "analysis-warm", "-p", "no:cacheprovider", f"--junitxml={report}"]
    done = run(planted, "-m", "pytest", *options, "notebooks")
    assert done.returncode == 1, done.stdout[-2000:]
    cases = ElementTree.parse(report).getroot().iter("testcase")
    wrong = {case.get("classname", "").removesuffix(".ipynb").rsplit(".", 1)[-1] for case in cases if len(case)}
    assert wrong == TELLS


def test_what_every_process_of_a_check_loads_first_is_light() -> None:
    loaded = "sorted({'pandas', 'pyarrow', 'matplotlib'} & set(sys.modules))"
    done = run(paths.ROOT, "-c", f"import sys; sys.path.insert(0, 'notebooks'); import conftest; print({loaded})")
    assert done.stdout == "[]\n", done.stderr
