"""A made-up province beside the built facts, with a truth of one's choice, for tests of what pages say of units."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis import paths
from analysis.facts.dossiers import folder
from analysis.simulation.run import Simulated, simulate
from analysis.simulation.scenario import SOURCE_ID, Scenario
from checkout import CHECKOUT, standing_in

# units that do not differ in anything, and nobody who bends the records
ALIKE = Scenario(unit_online_spread_logit=0, unit_time_spread_log=0, back_dating_units_count=0, proxy_units_count=0)


@contextmanager
def province(built: Path, root: Path, scenario: Scenario, *, dossiers: int, seed: int) -> Iterator[Simulated]:
    """Stand in a copy of a built checkout to which a simulated province was added."""
    shutil.copytree(built / "data", root / "data")
    shutil.copytree(CHECKOUT / "data/raw" / SOURCE_ID, root / "data/raw" / SOURCE_ID)
    with standing_in(root):
        yield simulate(dossiers_count=dossiers, seed=seed, into=folder(SOURCE_ID).parent, scenario=scenario)


def built_root() -> Path:
    """Give the checkout that `paths` points into."""
    return paths.ROOT
