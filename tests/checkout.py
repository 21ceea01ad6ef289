"""A checkout of its own, with what a fresh clone has under data."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis import paths

CHECKOUT = Path(__file__).parents[1]
SHIPPED = ("portal-phu-tho-2026", "published", "residence-changes-italy")
DESCRIBED = ("portal", "admin-units", "procedures-2021", "procedures-2025-defence", "procedures-2026")


def copy_shipped(root: Path) -> Path:
    """Copy what a fresh clone has under data, without any fetched file."""
    for source in SHIPPED:
        shutil.copytree(CHECKOUT / "data/raw" / source, root / "data/raw" / source)
    for source in DESCRIBED:
        (root / "data/raw" / source).mkdir()
        for file in (CHECKOUT / "data/raw" / source).glob("source*.yml"):
            shutil.copy(file, root / "data/raw" / source)
    for folder in ("policy", "reference"):
        shutil.copytree(CHECKOUT / "data" / folder, root / "data" / folder)
    return root


@contextmanager
def standing_in(root: Path) -> Iterator[None]:
    """Let `paths` point into `root`, and to this checkout's code and notebooks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "ROOT", root)
        patch.setattr(paths, "PACKAGE", CHECKOUT / "src/analysis")
        patch.setattr(paths, "NOTEBOOKS", CHECKOUT / "notebooks")
        for name in ("RAW", "POLICY", "REFERENCE", "PROCESSED"):
            patch.setattr(paths, name, root / "data" / name.lower())
        yield
