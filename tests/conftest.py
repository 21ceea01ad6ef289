"""Facts built once a session from the shipped files alone: what a developer has fetched besides changes no test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

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
