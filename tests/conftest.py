"""Facts built once a session from the shipped files alone: what a developer has fetched besides changes no test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from analysis import paths
from analysis.facts import build
from analysis.indicators import ServiceIndex, service_index

CHECKOUT = Path(__file__).parents[1]
SHIPPED = ("portal-phu-tho-2026", "published", "residence-changes-italy")


def copy_shipped(root: Path) -> Path:
    """Copy what a fresh clone has under data, without any fetched file."""
    for source in SHIPPED:
        shutil.copytree(CHECKOUT / "data/raw" / source, root / "data/raw" / source)
    for source in ("portal", "admin-units"):
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
