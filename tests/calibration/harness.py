"""How honest is an interval? Draw with a known truth, estimate, count; and show a broken way that fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from multiprocessing import get_context
from typing import Any

import numpy as np
from scipy import stats

SEED = 4550
WAYS = ("run", "twin", "reference")
# an interval may be this many times as wide as one that is known to be right
WIDEST = 1.3
# the chance that an honest method is called dishonest by its own noise, for each side of the band
ALPHA = 0.001

Draw = Callable[[np.random.Generator], tuple[Any, float]]
Found = tuple[float, float]  # low, high
Run = Callable[[Any, np.random.Generator], Found]
Method = Callable[[Any, np.random.Generator], Any]
Rows = list[tuple[float, float, float]]  # low, high, truth


@dataclass(frozen=True)
class Study:
    """One promise of one method.

    Attributes
    ----------
    name, says, says_vi
        What is promised, in words for the page.
    draw
        Gives data and the true value.
    run
        Gives the interval of the method.
    twin, twin_name
        The usual way that does not hold here, and what it is called; it has to miss the band.
    band
        Coverage in percent that is promised, both INCLUSIVE.
    reason
        Why the band is not 93–97, if it is not.
    reference
        An interval that knows what the method does not; where it is given, the median width may not be more than
        `WIDEST` times its.
    few
        Replications in the everyday tests; fewer where one takes long, and the band is as much wider.
    """

    name: str
    says: str
    says_vi: str
    draw: Draw
    run: Run
    twin: Run
    twin_name: str
    band: tuple[float, float] = (93.0, 97.0)
    reason: str = ""
    reference: Run | None = None
    few: int = 300

    def keeps(self, way: str, counted: dict[str, Coverage]) -> bool:
        """Say whether a way may keep the band, and is no wider than the reference allows."""
        widest = WIDEST * counted["reference"].width if self.reference else np.inf
        return counted[way].may_lie_in(self.band) and counted[way].width <= widest


@dataclass(frozen=True)
class Coverage:
    """How often the interval held the truth, of how many, and how wide it was at the middle."""

    held: int
    tried: int
    width: float

    @property
    def pct(self) -> float:
        return 100 * self.held / self.tried

    def may_lie_in(self, band: tuple[float, float]) -> bool:
        """Say whether a method that keeps the band could show this by chance: an exact binomial test of each edge."""
        low, high = (edge / 100 for edge in band)
        too_few = stats.binom.cdf(self.held, self.tried, low) < ALPHA
        too_many = stats.binom.sf(self.held - 1, self.tried, high) < ALPHA
        return not (too_few or too_many)


def replicate(study: Study, times: int, workers: int | None = None) -> dict[str, Coverage]:
    """Run every way of a study on the same `times` draws; the same numbers whatever the number of workers."""
    seeds = np.random.SeedSequence([SEED, sum(study.name.encode())]).spawn(times)
    workers = workers or os.cpu_count() or 1
    parts: Sequence[list[np.random.SeedSequence]] = [seeds[start::workers] for start in range(workers)]
    if workers == 1:
        found = [_some(study, parts[0])]
    else:
        # forked workers take the study as it is: functions made by functions cannot be sent
        with ProcessPoolExecutor(workers, get_context("fork"), initializer=_take, initargs=(study,)) as pool:
            found = list(pool.map(_some_taken, parts))
    return {way: _counted([row for part in found for row in part[way]]) for way in found[0]}


def once(method: Method) -> Method:
    """Let two ways that read one result of a method on the same data run it once."""
    last: list[tuple[Any, Any]] = []

    @wraps(method)
    def run(data: Any, rng: np.random.Generator) -> Any:
        if not last or last[0][0] is not data:
            last[:] = [(data, method(data, rng))]
        return last[0][1]

    return run


def _counted(rows: Rows) -> Coverage:
    widths = [high - low for low, high, _ in rows if np.isfinite(high - low)]
    return Coverage(sum(low <= truth <= high for low, high, truth in rows), len(rows), float(np.median(widths)))


_taken: list[Study] = []


def _take(study: Study) -> None:
    _taken[:] = [study]


def _some_taken(seeds: Sequence[np.random.SeedSequence]) -> dict[str, Rows]:
    return _some(_taken[0], seeds)


def _some(study: Study, seeds: Sequence[np.random.SeedSequence]) -> dict[str, Rows]:
    ways = {way: getattr(study, way) for way in WAYS if getattr(study, way)}
    rows: dict[str, Rows] = {way: [] for way in ways}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        data, truth = study.draw(rng)
        for way, run in ways.items():
            # every way draws from where the data left off, so none depends on what the others drew
            low, high = run(data, deepcopy(rng))
            rows[way].append((float(low), float(high), truth))
    return rows
